// SPDX-License-Identifier: Apache-2.0
// Repositories: real directories on an export, a record on each host that knows them.
#include <algorithm>
#include <cerrno>
#include <fstream>
#include <map>
#include <string>
#include <string_view>
#include <system_error>
#include <utility>
#include <vector>

#include "objects/ovm3/api/hypervisor.h"
#include "objects/ovm3/api/repository.h"
#include "tools/simulator/services.h"
#include "tools/simulator/storage_files.h"

namespace trestle::simulator {
namespace {

namespace fs = std::filesystem;
namespace api = ovm3::api::repository;

constexpr std::string_view kRecordFile = ".ovsrepo";
constexpr std::string_view kMetaFile = ".ovsmeta";
constexpr std::string_view kVersion = "3.0";
constexpr std::string_view kFolders[] = {"Assemblies", "Templates", "VirtualMachines",
                                         "VirtualDisks", "ISOs"};

/// What .ovsrepo says; empty texts for what it does not.
struct OnDisk {
  std::string uuid;
  std::string alias;
  std::string manager;
};

std::optional<OnDisk> read_record_file(const fs::path& directory) {
  std::ifstream in(directory / kRecordFile);
  if (!in) return std::nullopt;
  std::map<std::string, std::string> lines;
  for (std::string line; std::getline(in, line);) {
    const std::size_t sign = line.find('=');
    if (sign != std::string::npos) lines[line.substr(0, sign)] = line.substr(sign + 1);
  }
  return OnDisk{lines["OVS_REPO_UUID"], lines["OVS_REPO_ALIAS"], lines["OVS_REPO_MGR_UUID"]};
}

bool write_record_file(const fs::path& directory, const OnDisk& record) {
  std::ofstream out(directory / kRecordFile);
  out << "OVS_REPO_UUID=" << record.uuid << "\nOVS_REPO_ALIAS=" << record.alias
      << "\nOVS_REPO_MGR_UUID=" << record.manager << "\nOVS_REPO_VERSION=" << kVersion << '\n';
  return static_cast<bool>(out.flush());
}

template <class T>
bool same(std::string_view a, std::string_view b) {
  const auto first = T::from_name(a);
  const auto second = T::from_name(b);
  return first && second && *first == *second;
}

/// The lock that the agent takes on the file over NFS needs statd on both sides.
std::optional<Fault> refuse_lock(const Call& call, const std::string& location,
                                 const std::string& mount_point) {
  const Export* found = call.estate.find_export(location);
  if (found == nullptr || found->lock_service) return std::nullopt;
  return Fault{"exceptions.IOError",
               "[Errno 37] No locks available: '" + mount_point + "/.ovsrepo'"};
}

void remember(const Call& call, const OnDisk& record, const std::string& location,
              const std::string& mount_point) {
  RepositoryRecord entry{.uuid = record.uuid,
                         .fs_location = location,
                         .mount_point = mount_point,
                         .version = std::string(kVersion),
                         .alias = record.alias,
                         .manager_uuid = record.manager};
  if (RepositoryRecord* there = call.host.find_repository(record.uuid)) {
    *there = std::move(entry);
  } else {
    call.host.repositories.push_back(std::move(entry));
  }
  call.estate.touch();
}

Answer create_repository(const Call& call, const std::string& location,
                         const std::string& mount_point, const RepositoryId& id,
                         std::string alias) {
  Host& host = call.host;
  if (!host.owned()) return not_owned();
  const auto directory = call.estate.device_directory(location);
  if (!directory) return directory.error();
  if (auto fault = refuse_lock(call, location, mount_point)) return *fault;
  if (const auto there = read_record_file(*directory)) {
    const bool known =
        host.find_repository(id.text()) != nullptr && host.find_mount(mount_point) != nullptr;
    if (known && same<RepositoryId>(there->uuid, id.text())) return Answer::nil();
    return exception("Repository already exists");
  }
  if (auto fault = mount_device(call, location, mount_point)) return *fault;
  std::error_code error;
  for (const std::string_view folder : kFolders) {
    fs::create_directory(*directory / folder, error);
    if (error) return os_error(error.value(), mount_point + "/" + std::string(folder));
  }
  const OnDisk record{id.text(), std::move(alias), host.ownership.manager_uuid};
  std::ofstream(*directory / kMetaFile) << "{}\n";
  if (!write_record_file(*directory, record)) return os_error(EIO, mount_point + "/.ovsrepo");
  remember(call, record, location, mount_point);
  return Answer::nil();
}

Answer add_repository(const Call& call, const std::string& location,
                      const std::string& mount_point) {
  if (!call.host.owned()) return not_owned();
  const auto directory = call.estate.device_directory(location);
  if (!directory) return directory.error();
  const auto record = read_record_file(*directory);
  if (!record) return exception("Repository does not exist on " + location);
  if (!same<ManagerId>(record->manager, call.host.ownership.manager_uuid)) {
    return exception("Repository is owned by another manager: " + record->manager);
  }
  if (auto fault = refuse_lock(call, location, mount_point)) return *fault;
  if (auto fault = mount_device(call, location, mount_point)) return *fault;
  remember(call, *record, location, mount_point);
  return Answer::nil();
}

Answer mount_repository(const Call& call, const std::string& location,
                        const std::string& mount_point) {
  if (!call.host.owned()) return not_owned();
  if (auto fault = mount_device(call, location, mount_point)) return *fault;
  return Answer::nil();
}

Answer unmount_repository(const Call& call, const std::string& mount_point) {
  if (auto fault = unmount_dir(call, mount_point)) return *fault;
  return Answer::nil();
}

Answer no_such_repository(const RepositoryId& id) {
  return exception("Repository not found: " + id.text());
}

Answer delete_repository(const Call& call, const RepositoryId& id, bool erase) {
  Host& host = call.host;
  if (!host.owned()) return not_owned();
  const RepositoryRecord* record = host.find_repository(id.text());
  if (record == nullptr) return no_such_repository(id);
  const auto directory = call.estate.device_directory(record->fs_location);
  // Another host's guest would lose its disks: the agent cannot know, the simulator does.
  if (erase && directory && is_in_use(call.estate, *directory)) {
    return os_error(EBUSY, record->mount_point);
  }
  if (host.find_mount(record->mount_point) != nullptr) {
    if (auto fault = unmount_dir(call, record->mount_point)) return *fault;
  }
  if (erase && directory) {
    std::error_code error;
    for (const std::string_view folder : kFolders) {
      fs::remove_all(*directory / folder, error);
      if (error) return os_error(error.value(), folder);
    }
    fs::remove(*directory / kMetaFile, error);
    fs::remove(*directory / kRecordFile, error);
  }
  std::erase_if(host.repositories, [&](const RepositoryRecord& one) { return &one == record; });
  call.estate.touch();
  return Answer::nil();
}

Answer edit_record(const Call& call, const RepositoryId& id, const Struct& changes) {
  RepositoryRecord* record = call.host.find_repository(id.text());
  if (record == nullptr) return no_such_repository(id);
  const std::map<std::string_view, std::string RepositoryRecord::*> fields{
      {"alias", &RepositoryRecord::alias},
      {"manager_uuid", &RepositoryRecord::manager_uuid},
      {"version", &RepositoryRecord::version},
      {"filesystem", &RepositoryRecord::filesystem},
      {"mount_point", &RepositoryRecord::mount_point},
      {"fs_location", &RepositoryRecord::fs_location}};
  RepositoryRecord edited = *record;
  for (const Member& change : changes) {
    const auto field = fields.find(change.name);
    const auto* text = change.value.get_if<std::string>();
    if (field == fields.end()) return Fault{"exceptions.KeyError", "'" + change.name + "'"};
    if (text == nullptr) return wrong_argument_type(call.service, 1, "a dictionary of texts");
    edited.*(field->second) = *text;
  }
  *record = std::move(edited);
  call.estate.touch();
  return Answer::nil();
}

Answer discover_db(const Call& call) {
  DocumentWriter out;
  out.open("Discover_Repository_Db_Result").open("RepositoryDbList");
  for (const RepositoryRecord& record : call.host.repositories) {
    const bool mounted = call.host.find_mount(record.mount_point) != nullptr;
    out.open("Repository", "Uuid", record.uuid).leaf("Fs_location", record.fs_location);
    out.leaf("Mount_point", record.mount_point).leaf("Filesystem_type", record.filesystem);
    out.leaf("Version", record.version)
        .leaf("Alias", record.alias)
        .leaf("Manager_uuid", record.manager_uuid);
    out.leaf("Status", std::string_view(mounted ? "Mounted" : "Unmounted")).close("Repository");
  }
  out.close("RepositoryDbList").close("Discover_Repository_Db_Result");
  return Answer::text(std::move(out).finish());
}

/// Names in a folder, sorted so that the same world gives the same bytes; empty if there is none.
std::vector<std::string> names_in(const fs::path& folder) {
  std::vector<std::string> names;
  std::error_code error;
  for (fs::directory_iterator at(folder, error), end; !error && at != end; at.increment(error)) {
    std::string name = at->path().filename().native();
    if (!name.ends_with(".part"))
      names.push_back(std::move(name));  // half a copy is ours, not the agent's
  }
  std::ranges::sort(names);
  return names;
}

void write_folders(DocumentWriter& out, const fs::path& folder, std::string_view list,
                   std::string_view item) {
  const auto names = names_in(folder);
  if (names.empty()) {
    out.empty(list);
    return;
  }
  out.open(list);
  for (const std::string& name : names) {
    out.open(item, "Name", name);
    for (const std::string& file : names_in(folder / name)) out.leaf("File", file);
    out.close(item);
  }
  out.close(list);
}

void write_files(DocumentWriter& out, const fs::path& folder, std::string_view list,
                 std::string_view item) {
  const auto names = names_in(folder);
  if (names.empty()) {
    out.empty(list);
    return;
  }
  out.open(list);
  for (const std::string& name : names) out.leaf(item, name);
  out.close(list);
}

void write_contents(const Call& call, DocumentWriter& out, const RepositoryRecord& record) {
  const auto directory = call.estate.device_directory(record.fs_location);
  if (!directory || call.host.find_mount(record.mount_point) == nullptr) return;
  out.open("Repository", "Name", record.uuid).leaf("Version", record.version);
  out.leaf("Manager_UUID", record.manager_uuid).leaf("Repository_UUID", record.uuid);
  out.leaf("Repository_Alias", record.alias);
  write_folders(out, *directory / "Assemblies", "Assemblies", "Assembly");
  write_folders(out, *directory / "Templates", "Templates", "Template");
  write_folders(out, *directory / "VirtualMachines", "VirtualMachines", "VirtualMachine");
  write_files(out, *directory / "VirtualDisks", "VirtualDisks", "Disk");
  write_files(out, *directory / "ISOs", "ISOs", "ISO");
  out.close("Repository");
}

Answer discover_repositories(const Call& call, const ovm3::api::Rest<RepositoryId>& ids) {
  DocumentWriter out;
  out.open("Discover_Repositories_Result").open("RepositoryList");
  for (const RepositoryRecord& record : call.host.repositories) {
    const bool asked =
        ids.items.empty() || std::ranges::any_of(ids.items, [&](const RepositoryId& id) {
          return same<RepositoryId>(record.uuid, id.text());
        });
    if (asked) write_contents(call, out, record);
  }
  out.close("RepositoryList").close("Discover_Repositories_Result");
  return Answer::text(std::move(out).finish());
}

/// The file behind a URL: file:///PATH is on the host, any other scheme names an export by host and
/// path.
Try<fs::path> source_of(const Call& call, std::string_view url) {
  const std::size_t scheme = url.find("://");
  if (scheme == std::string_view::npos)
    return tl::unexpected(exception("Invalid URL: " + std::string(url)));
  const std::string_view rest = url.substr(scheme + 3);
  Try<fs::path> file = tl::unexpected(os_error(ENOENT, url));
  if (url.starts_with("file://")) {
    file = call.estate.local_path(call.host, rest);
  } else {
    const std::size_t slash = rest.find('/');
    const std::size_t last = rest.rfind('/');
    if (slash == std::string_view::npos || last == slash) return file;
    const std::string device =
        std::string(rest.substr(0, slash)) + ":" + std::string(rest.substr(slash, last - slash));
    const std::string name(rest.substr(last + 1));
    if (!trestle::detail::is_plain_name(name)) return file;
    const auto folder = call.estate.device_directory(device);
    if (folder) file = *folder / name;
  }
  std::error_code error;
  if (file && !fs::is_regular_file(*file, error)) return tl::unexpected(os_error(ENOENT, url));
  return file;
}

/// Copies the file of a URL into a folder of a repository, under `name`, after the time that it
/// takes.
Answer import_file(const Call& call, const std::string& url, const RepositoryId& id,
                   const std::string& folder, const std::string& name) {
  if (!call.host.owned()) return not_owned();
  if (!trestle::detail::is_plain_name(name)) return exception("Invalid name: '" + name + "'");
  const RepositoryRecord* record = call.host.find_repository(id.text());
  if (record == nullptr) return no_such_repository(id);
  const auto source = source_of(call, url);
  if (!source) return source.error();
  const std::string target = record->mount_point + "/" + folder + "/" + name;
  return Answer::later(copy_time(call.estate, *source),
                       [from = *source, target](const Call& again) -> Answer {
                         const auto to = again.estate.local_path(again.host, target);
                         if (!to) return to.error();
                         std::error_code error;
                         if (fs::exists(*to, error)) return os_error(EEXIST, target);
                         if (auto fault = copy_sparse(again.estate, from, *to)) return *fault;
                         return Answer::nil();
                       });
}

Answer import_template(const Call& call, const RepositoryId& id, const std::string& template_id,
                       const Value& urls) {
  const auto* list = urls.get_if<Array>();
  if (list == nullptr || list->empty())
    return wrong_argument_type(call.service, 2, "a list of strings");
  if (!trestle::detail::is_plain_name(template_id))
    return exception("Invalid name: '" + template_id + "'");
  const RepositoryRecord* record = call.host.find_repository(id.text());
  if (record == nullptr) return no_such_repository(id);
  std::vector<std::pair<fs::path, std::string>> files;
  Span time{};
  for (const Value& item : *list) {
    const auto* url = item.get_if<std::string>();
    if (url == nullptr) return wrong_argument_type(call.service, 2, "a list of strings");
    const auto source = source_of(call, *url);
    if (!source) return source.error();
    time += copy_time(call.estate, *source);
    files.emplace_back(*source, source->filename().native());
  }
  const std::string folder = record->mount_point + "/Templates/" + template_id;
  return Answer::later(time, [files, folder](const Call& again) -> Answer {
    const auto to = again.estate.local_path(again.host, folder);
    if (!to) return to.error();
    std::error_code error;
    if (fs::exists(*to, error)) return os_error(EEXIST, folder);
    fs::create_directory(*to, error);
    for (const auto& [from, name] : files) {
      if (auto fault = copy_sparse(again.estate, from, *to / name)) {
        fs::remove_all(*to, error);
        return *fault;
      }
    }
    return Answer::nil();
  });
}

}  // namespace

void register_repository(Services& services) {
  services.on(api::create_repository, create_repository);
  services.on(api::add_repository, add_repository);
  services.on(api::mount_repository_fs, mount_repository);
  services.on(api::unmount_repository_fs, unmount_repository);
  services.on(api::delete_repository, delete_repository);
  services.on(api::edit_repository_db, edit_record);
  services.on(api::discover_repository_db, discover_db);
  services.on(api::discover_repositories, discover_repositories);
  services.on(
      api::import_virtual_disk,
      [](const Call& call, const std::string& url, const std::string& name, const RepositoryId& id,
         const std::optional<Value>&) { return import_file(call, url, id, "VirtualDisks", name); });
  services.on(api::import_ISO, [](const Call& call, const std::string& url, const std::string& name,
                                  const RepositoryId& id, const std::optional<Value>&) {
    return import_file(call, url, id, "ISOs", name);
  });
  services.on(
      ovm3::api::hypervisor::import_template,
      [](const Call& call, const RepositoryId& id, const std::string& name, const Value& urls,
         const std::optional<Value>&) { return import_template(call, id, name, urls); });
}

}  // namespace trestle::simulator
