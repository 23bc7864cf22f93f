// SPDX-License-Identifier: Apache-2.0
#include "objects/ovm3/storage_records.h"

#include <algorithm>
#include <array>
#include <limits>
#include <span>
#include <utility>

#include "objects/ovm3/id_forms.h"
#include "objects/ovm3/text_number.h"

namespace trestle::ovm3 {
namespace {

constexpr std::array<std::string_view, 14> kServerKeys{
    "uuid",       "name",         "access_host",  "storage_type", "admin_host",
    "admin_user", "admin_passwd", "storage_desc", "status",       "total_sz",
    "free_sz",    "alloc_sz",     "used_sz",      "access_grps"};
constexpr std::array<std::string_view, 10> kFileSystemKeys{
    "uuid", "ss_uuid", "access_path", "name",          "state",
    "size", "free_sz", "status",      "mount_options", "access_grp_names"};
constexpr std::array<std::string_view, 5> kFileKeys{"fr_type", "fs_uuid", "file_path", "file_sz",
                                                    "ondisk_sz"};
constexpr std::array<std::string_view, 3> kMountPointKeys{"status", "fs_uuid", "mount_point"};

// Reads members of one struct by name and keeps the first thing that is wrong, so that a record can
// be read in one expression per member.
class Members {
 public:
  Members(ValueView record, std::string_view what) : record_(record), what_(what) {
    if (record.kind() != Kind::kStruct) {
      error_ = Error{.code = Code::kBadReply,
                     .what = std::string(what) + " is a value of kind " +
                             std::string(to_string(record.kind())) +
                             " where a struct is expected; check the storage plugin on the host"};
    }
  }

  std::string text(std::string_view name) {
    const auto member = record_.find(name);
    if (!member || member->is_nil()) return {};
    if (const auto text = member->string()) {
      return trimmed(*text).empty() ? std::string() : std::string(*text);
    }
    if (const auto number = member->integer()) return std::to_string(*number);
    complain(name, "a text");
    return {};
  }

  std::optional<std::int64_t> number(std::string_view name) {
    return plain<std::int64_t>(name, to_integer);
  }

  // known defect 21: a size that is left out, blank, a text or an integer is an ordinary reply.
  std::optional<Bytes> size(std::string_view name) {
    const auto count = plain<std::uint64_t>(name, to_unsigned);
    return count ? std::optional(Bytes{*count}) : std::nullopt;
  }

  template <class IdType>
  std::optional<IdType> id(std::string_view name) {
    const std::string content = text(name);
    const auto written = present(content);
    if (!written) return std::nullopt;
    auto id = IdType::from_name(*written);
    if (id) return *std::move(id);
    complain(name, "an identifier");
    return std::nullopt;
  }

  std::vector<std::string> texts(std::string_view name) {
    std::vector<std::string> items;
    const auto member = record_.find(name);
    if (!member || is_blank(*member)) return items;
    if (member->kind() != Kind::kArray) complain(name, "a list of texts");
    for (const ValueView item : *member) {
      if (const auto text = item.string()) {
        items.emplace_back(*text);
      } else {
        complain(name, "a list of texts");
      }
    }
    return items;
  }

  Array list(std::string_view name) {
    const auto member = record_.find(name);
    if (!member || is_blank(*member)) return {};
    const Value content = member->to_value();
    if (const auto* items = content.get_if<Array>()) return *items;
    complain(name, "a list");
    return {};
  }

  [[nodiscard]] Struct others(std::span<const std::string_view> known) const {
    Struct rest;
    if (record_.kind() != Kind::kStruct) return rest;
    for (const ValueView member : record_) {
      if (std::ranges::find(known, member.name()) == known.end()) {
        rest.push_back({std::string(member.name()), member.to_value()});
      }
    }
    return rest;
  }

  template <class Record>
  Result<Record> finish(Record record) && {
    if (error_) return fail(*std::move(error_));
    return record;
  }

 private:
  static bool is_blank(ValueView value) {
    const auto text = value.string();
    return value.is_nil() || (text && !present(*text));
  }

  // An odd text is absent, as everywhere (text_number.h); a list or a struct in the place of a
  // number means that this is another record.
  template <class T>
  std::optional<T> plain(std::string_view name, std::optional<T> (*read)(ValueView)) {
    const auto member = record_.find(name);
    if (!member) return std::nullopt;
    switch (member->kind()) {
      case Kind::kNil:
      case Kind::kBool:
      case Kind::kInt:
      case Kind::kDouble:
      case Kind::kString:
        return read(*member);
      default:
        complain(name, "a number");
        return std::nullopt;
    }
  }

  void complain(std::string_view name, std::string_view wanted) {
    if (error_) return;
    const auto member = record_.find(name);
    std::string got(to_string(member->kind()));
    if (const auto text = member->string()) got += " '" + std::string(*text) + "'";
    error_ = Error{.code = Code::kBadReply,
                   .what = "member " + std::string(name) + " of " + std::string(what_) + " is " +
                           got + " where " + std::string(wanted) +
                           " is expected; check the storage plugin on the host"};
  }

  ValueView record_;
  std::string_view what_;
  std::optional<Error> error_;
};

// Texts never overflow a Python int on the way, and the agent itself writes sizes so.
Value size_text(const std::optional<Bytes>& size) {
  return size ? Value(std::to_string(size->count)) : Value("");
}

// The struct of a storage server has plain zeros where nothing is known.
Value size_number(const std::optional<Bytes>& size) {
  constexpr auto kMost = static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max());
  return static_cast<std::int64_t>(size ? std::min(size->count, kMost) : 0);
}

template <class IdType>
Value dashed(const std::optional<IdType>& id) {
  return id ? with_dashes(id->text()) : std::string();
}

template <class IdType>
Value undashed(const std::optional<IdType>& id) {
  return id ? without_dashes(id->text()) : std::string();
}

Array to_array(const std::vector<std::string>& texts) { return {texts.begin(), texts.end()}; }

Struct with_others(Struct members, const Struct& others) {
  members.insert(members.end(), others.begin(), others.end());
  return members;
}

bool same_word(std::string_view a, std::string_view b) {
  const auto lower = [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c | 0x20) : c; };
  return std::ranges::equal(a, b, {}, lower, lower);
}

std::optional<FileType> file_type(std::string_view word) {
  for (const FileType type : {FileType::kFile, FileType::kDirectory}) {
    if (same_word(word, to_string(type))) return type;
  }
  return std::nullopt;
}

template <class Record>
Result<std::vector<Record>> parse_list(ValueView reply, std::string_view what,
                                       Result<Record> (*parse)(ValueView)) {
  std::vector<Record> records;
  if (reply.is_nil()) return records;
  // known defect 23: the reply is a list, not a struct, and its items are what was asked for.
  if (reply.kind() != Kind::kArray) {
    return fail(Code::kBadReply,
                std::string(what) + " came as a value of kind " +
                    std::string(to_string(reply.kind())) +
                    " where a list is expected; check the storage plugin on the host");
  }
  records.reserve(reply.size());
  for (const ValueView item : reply) {
    TRESTLE_ASSIGN_OR_RETURN(Record record, parse(item));
    records.push_back(std::move(record));
  }
  return records;
}

}  // namespace

StorageServer StorageServer::nfs(StorageServerId id, std::string host) {
  StorageServer server;
  server.name = without_dashes(id.text());
  server.id = std::move(id);
  server.access_host = std::move(host);
  return server;
}

FileSystem FileSystem::nfs(FileSystemId id, const StorageServer& server, std::string_view path) {
  FileSystem fs;
  fs.id = std::move(id);
  fs.server = server.id;
  fs.access_path = server.access_host + ":" + std::string(path);
  fs.name = "nfs:" + std::string(path);
  return fs;
}

std::string_view to_string(FileType type) {
  // known defect 24: the agent does not know `file`; its word has a capital letter.
  return type == FileType::kFile ? "File" : "Directory";
}

Struct to_wire(const StorageServer& server) {
  return with_others({{"uuid", undashed(server.id)},
                      {"name", server.name},
                      {"access_host", server.access_host},
                      {"storage_type", server.storage_type},
                      {"admin_host", server.admin_host},
                      {"admin_user", server.admin_user},
                      // known defect 21: the agent reads admin_passwd, not admin_password.
                      {"admin_passwd", server.admin_password.reveal()},
                      {"storage_desc", server.description},
                      {"status", server.status},
                      {"total_sz", size_number(server.total)},
                      {"free_sz", size_number(server.free)},
                      {"alloc_sz", size_number(server.allocated)},
                      {"used_sz", size_number(server.used)},
                      {"access_grps", server.access_groups}},
                     server.other);
}

Struct to_wire(const FileSystem& fs) {
  return with_others({{"uuid", dashed(fs.id)},
                      {"ss_uuid", undashed(fs.server)},
                      {"access_path", fs.access_path},
                      {"name", fs.name},
                      {"state", fs.state.value_or(kStateInUse)},
                      {"size", size_text(fs.size)},
                      {"free_sz", size_text(fs.free)},
                      {"access_grp_names", to_array(fs.access_groups)},
                      {"mount_options", to_array(fs.mount_options)},
                      {"status", fs.status}},
                     fs.other);
}

Struct to_wire(const StorageFile& file) {
  return with_others({{"fr_type", file.type ? to_string(*file.type) : ""},
                      {"fs_uuid", dashed(file.file_system)},
                      {"file_path", file.path},
                      {"file_sz", size_text(file.size)},
                      {"ondisk_sz", size_text(file.on_disk)}},
                     file.other);
}

Result<StorageServer> read_storage_server(ValueView reply) {
  Members members(reply, "the record of a storage server");
  StorageServer server;
  server.id = members.id<StorageServerId>("uuid");
  server.name = members.text("name");
  server.access_host = members.text("access_host");
  server.storage_type = members.text("storage_type");
  server.admin_host = members.text("admin_host");
  server.admin_user = members.text("admin_user");
  server.admin_password = Secret(members.text("admin_passwd"));
  server.description = members.text("storage_desc");
  server.status = members.text("status");
  server.total = members.size("total_sz");
  server.free = members.size("free_sz");
  server.allocated = members.size("alloc_sz");
  server.used = members.size("used_sz");
  server.access_groups = members.list("access_grps");
  server.other = members.others(kServerKeys);
  return std::move(members).finish(std::move(server));
}

Result<FileSystem> read_file_system(ValueView reply) {
  Members members(reply, "the record of a file system");
  FileSystem fs;
  fs.id = members.id<FileSystemId>("uuid");
  fs.server = members.id<StorageServerId>("ss_uuid");
  fs.access_path = members.text("access_path");
  fs.name = members.text("name");
  fs.state = members.number("state");
  fs.size = members.size("size");
  fs.free = members.size("free_sz");
  fs.access_groups = members.texts("access_grp_names");
  fs.mount_options = members.texts("mount_options");
  fs.status = members.text("status");
  fs.other = members.others(kFileSystemKeys);
  return std::move(members).finish(std::move(fs));
}

Result<std::optional<FileSystem>> read_mount_reply(ValueView reply) {
  if (reply.is_nil()) return std::optional<FileSystem>();
  TRESTLE_ASSIGN_OR_RETURN(FileSystem fs, read_file_system(reply));
  return std::optional<FileSystem>(std::move(fs));
}

Result<StorageFile> read_storage_file(ValueView reply) {
  Members members(reply, "the record of a file");
  StorageFile file;
  file.type = file_type(members.text("fr_type"));
  file.file_system = members.id<FileSystemId>("fs_uuid");
  file.path = members.text("file_path");
  file.size = members.size("file_sz");
  file.on_disk = members.size("ondisk_sz");
  file.other = members.others(kFileKeys);
  return std::move(members).finish(std::move(file));
}

Result<MountPoint> read_mount_point(ValueView reply) {
  Members members(reply, "the record of a mount point");
  MountPoint mount;
  mount.status = members.text("status");
  mount.file_system = members.id<FileSystemId>("fs_uuid");
  mount.path = members.text("mount_point");
  mount.other = members.others(kMountPointKeys);
  return std::move(members).finish(std::move(mount));
}

Result<std::vector<FileSystem>> read_file_systems(ValueView reply) {
  return parse_list(reply, "the list of file systems", read_file_system);
}

Result<std::vector<MountPoint>> read_mount_points(ValueView reply) {
  return parse_list(reply, "the list of mount points", read_mount_point);
}

}  // namespace trestle::ovm3
