// SPDX-License-Identifier: Apache-2.0
#include "objects/ovm3/repository_records.h"

#include <algorithm>
#include <utility>

#include "objects/ovm3/describe.h"
#include "objects/ovm3/xml_document.h"

namespace trestle::ovm3 {
namespace {

constexpr std::string_view kVmConfiguration = "vm.cfg";

Result<RepositoryId> repository_id(const std::optional<std::string>& text) {
  if (!text || text->empty()) {
    return fail(Code::kBadReply,
                "a repository of the reply has no id; compare the raw reply (trestle agent call)");
  }
  auto id = RepositoryId::from_name(*text);
  if (id) return *std::move(id);
  return fail(wrap("a repository of the reply has an id that cannot be one",
                   {.code = Code::kBadReply, .what = id.error().what}));
}

// A manager's id that cannot be one is absent: it must not hide the repository.
std::optional<ManagerId> manager_id(const std::optional<std::string>& text) {
  if (!text) return std::nullopt;
  auto id = ManagerId::from_name(*text);
  return id ? std::optional(*std::move(id)) : std::nullopt;
}

// The name of an entry: its Name attribute, else its text.
std::string entry_name(XmlElement entry) {
  auto name = entry.attribute("Name");
  return name && !name->empty() ? *std::move(name) : entry.text();
}

std::vector<std::string> names(XmlElement list, std::string_view kind) {
  std::vector<std::string> found;
  for (const XmlElement entry : list.children(kind)) {
    std::string name = entry_name(entry);
    if (!name.empty()) found.push_back(std::move(name));
  }
  return found;
}

std::vector<RepositoryFolder> folders(XmlElement list, std::string_view kind) {
  std::vector<RepositoryFolder> found;
  for (const XmlElement entry : list.children(kind)) {
    found.push_back({.name = entry_name(entry), .files = names(entry, "File")});
  }
  return found;
}

Value describe_folders(const std::vector<RepositoryFolder>& folders) {
  Struct all;
  for (const RepositoryFolder& folder : folders) {
    all.push_back({folder.name, describe(folder.files)});
  }
  return all;
}

}  // namespace

bool RepositoryFolder::has(std::string_view file) const {
  return std::ranges::find(files, file) != files.end();
}

std::vector<VmId> RepositoryContents::vms() const {
  std::vector<VmId> found;
  for (const RepositoryFolder& folder : virtual_machines) {
    if (!folder.has(kVmConfiguration)) continue;
    if (auto vm = VmId::from_name(folder.name)) found.push_back(*std::move(vm));
  }
  return found;
}

Result<RepositoryDb> read_repository_db(ValueView reply) {
  TRESTLE_ASSIGN_OR_RETURN(const XmlDocument document,
                           XmlDocument::parse(reply, "Discover_Repository_Db_Result"));
  RepositoryDb db;
  for (const XmlElement entry : document.root().child("RepositoryDbList").children("Repository")) {
    TRESTLE_ASSIGN_OR_RETURN(RepositoryId id, repository_id(entry.attribute("Uuid")));
    db.repositories.push_back({.id = std::move(id),
                               .fs_location = entry.text_of("Fs_location"),
                               .mount_point = entry.text_of("Mount_point"),
                               .filesystem_type = entry.text_of("Filesystem_type"),
                               .version = entry.text_of("Version"),
                               .alias = entry.text_of("Alias"),
                               .manager = manager_id(entry.text_of("Manager_uuid")),
                               .status = entry.text_of("Status")});
  }
  return db;
}

Result<RepositoryList> read_repositories(ValueView reply) {
  TRESTLE_ASSIGN_OR_RETURN(const XmlDocument document,
                           XmlDocument::parse(reply, "Discover_Repositories_Result"));
  RepositoryList list;
  for (const XmlElement entry : document.root().child("RepositoryList").children("Repository")) {
    const auto name = entry.attribute("Name");
    const auto uuid = entry.text_of("Repository_UUID");
    // known defect 19: every part is read below its own repository, whatever id was asked for.
    TRESTLE_ASSIGN_OR_RETURN(RepositoryId id, repository_id(uuid ? uuid : name));
    list.repositories.push_back(
        {.id = std::move(id),
         .name = name,
         .alias = entry.text_of("Repository_Alias"),
         .version = entry.text_of("Version"),
         .manager = manager_id(entry.text_of("Manager_UUID")),
         .assemblies = names(entry.child("Assemblies"), {}),
         .templates = folders(entry.child("Templates"), "Template"),
         .virtual_machines = folders(entry.child("VirtualMachines"), "VirtualMachine"),
         .virtual_disks = names(entry.child("VirtualDisks"), "Disk"),
         .isos = names(entry.child("ISOs"), "ISO")});
  }
  return list;
}

Value describe(const RepositoryRecord& record) {
  return Struct{{"uuid", describe(record.id)},
                {"fs_location", describe(record.fs_location)},
                {"mount_point", describe(record.mount_point)},
                {"filesystem_type", describe(record.filesystem_type)},
                {"version", describe(record.version)},
                {"alias", describe(record.alias)},
                {"manager_uuid", describe(record.manager)},
                {"status", describe(record.status)}};
}

Value describe(const RepositoryContents& contents) {
  return Struct{{"name", describe(contents.name)},
                {"uuid", describe(contents.id)},
                {"alias", describe(contents.alias)},
                {"version", describe(contents.version)},
                {"manager_uuid", describe(contents.manager)},
                {"assemblies", describe(contents.assemblies)},
                {"templates", describe_folders(contents.templates)},
                {"virtual_machines", describe_folders(contents.virtual_machines)},
                {"virtual_disks", describe(contents.virtual_disks)},
                {"isos", describe(contents.isos)}};
}

Value describe(const RepositoryDb& db) {
  return Struct{{"repositories", describe(db.repositories)}};
}

Value describe(const RepositoryList& list) {
  return Struct{{"repositories", describe(list.repositories)}};
}

}  // namespace trestle::ovm3
