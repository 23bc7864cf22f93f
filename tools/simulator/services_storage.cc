// SPDX-License-Identifier: Apache-2.0
// The generic NFS storage plugin on real directories and real sparse files. Replies have the
// members and wire types of the 3.2.1 recordings (storage_plugin_mount.xml and its siblings).
#include <cerrno>
#include <fstream>
#include <string>
#include <string_view>
#include <system_error>
#include <utility>

#include "objects/ovm3/api/storage_plugin.h"
#include "tools/simulator/services.h"
#include "tools/simulator/storage_files.h"

namespace trestle::simulator {
namespace {

namespace fs = std::filesystem;
namespace plugin = ovm3::api::storage_plugin;

constexpr std::string_view kNfsPlugin = "oracle.generic.NFSPlugin.GenericNFSPlugin";
constexpr std::string_view kOtherPlugins[] = {"oracle.generic.SCSIPlugin.GenericPlugin",
                                              "oracle.ocfs2.OCFS2.OCFS2Plugin"};

const Value* member(const Struct& members, std::string_view name) {
  for (const Member& one : members) {
    if (one.name == name) return &one.value;
  }
  return nullptr;
}

/// A text member; "" if it is missing or of another kind.
std::string text_of(const Struct& members, std::string_view name) {
  const Value* value = member(members, name);
  const auto* text = value ? value->get_if<std::string>() : nullptr;
  return text ? *text : std::string();
}

Fault key_error(std::string_view key) {
  return {"exceptions.KeyError", "'" + std::string(key) + "'"};
}

/// Only NFS is played: the other plugins of a stock host need LUNs.
std::optional<Fault> refuse_plugin(const std::string& name) {
  if (name == kNfsPlugin) return std::nullopt;
  for (const std::string_view other : kOtherPlugins) {
    if (name == other) return exception("The simulator has no storage behind plugin " + name);
  }
  return exception("Storage plugin not found: " + name);
}

/// What the agent insists on in the two structs.
std::optional<Fault> refuse_storage(const std::string& name, const Struct& ss,
                                    const Struct* file_system) {
  if (auto fault = refuse_plugin(name)) return fault;
  for (const std::string_view key : {"uuid", "access_host", "storage_type"}) {
    if (member(ss, key) == nullptr) return key_error(key);
  }
  if (file_system == nullptr) return std::nullopt;
  for (const std::string_view key : {"ss_uuid", "access_path", "uuid"}) {
    if (member(*file_system, key) == nullptr) return key_error(key);
  }
  return std::nullopt;
}

void write_file_system(ReplyWriter& out, const Struct& asked, const std::string& device,
                       const Space& space) {
  const std::size_t colon = device.find(':');
  out.begin_struct().text_member("status", "").text_member("uuid", text_of(asked, "uuid"));
  out.text_member("ss_uuid", text_of(asked, "ss_uuid"))
      .text_member("size", std::to_string(space.size_bytes));
  out.text_member("free_sz", std::to_string(space.free_bytes)).text_member("state", "1");
  out.member("mount_options").begin_array().end_array().end_member();
  out.member("access_grp_names").begin_array().end_array().end_member();
  out.text_member("access_path", device);
  out.text_member("name", "nfs:" + device.substr(colon == std::string::npos ? 0 : colon + 1))
      .end_struct();
}

Answer file_system_reply(const Call& call, const Struct& asked, const std::string& device) {
  const auto space = space_of(call.estate, device);
  if (!space) return space.error();
  ReplyWriter out;
  write_file_system(out, asked, device, *space);
  return Answer(std::move(out));
}

Answer mount(const Call& call, const std::string& name, const Struct& ss, const Struct& file_system,
             const std::string& mount_point, const std::string& /*option*/, bool /*active*/,
             const std::vector<std::string>& /*options*/) {
  if (!call.host.owned()) return not_owned();
  if (auto fault = refuse_storage(name, ss, &file_system)) return *fault;
  const std::string device = text_of(file_system, "access_path");
  if (auto fault = mount_device(call, device, mount_point)) return *fault;
  const auto directory = call.estate.device_directory(device);
  if (!directory) return directory.error();
  std::ofstream(*directory / kStampFile) << text_of(file_system, "uuid") << '\n';
  return file_system_reply(call, file_system, device);
}

/// True if a host still has it mounted outside of its repositories: the stamp goes with the last
/// such mount.
bool is_mounted_by_plugin(Estate& estate, const fs::path& directory) {
  for (const auto& host : estate.hosts) {
    for (const Mount& one : host->mounts) {
      if (one.dir.starts_with("/OVS/Repositories/")) continue;
      const auto there = estate.device_directory(one.device);
      if (there && *there == directory) return true;
    }
  }
  return false;
}

Answer unmount(const Call& call, const std::string& name, const Struct& ss,
               const Struct& file_system, const std::string& mount_point, bool /*active*/) {
  if (auto fault = refuse_storage(name, ss, &file_system)) return *fault;
  const Mount* there = call.host.find_mount(mount_point);
  if (there == nullptr) return os_error(EINVAL, mount_point);
  const auto directory = call.estate.device_directory(there->device);
  if (auto fault = unmount_dir(call, mount_point)) return *fault;
  std::error_code ignored;  // a folder that is gone has no stamp
  if (directory && !is_mounted_by_plugin(call.estate, *directory)) {
    fs::remove(*directory / kStampFile, ignored);
  }
  return Answer::nil();
}

Answer file_system_info(const Call& call, const std::string& name, const Struct& ss,
                        const Struct& file_system) {
  if (auto fault = refuse_storage(name, ss, &file_system)) return *fault;
  return file_system_reply(call, file_system, text_of(file_system, "access_path"));
}

Answer file_reply(const std::string& fs_uuid, const std::string& path, const fs::path& real) {
  std::error_code error;
  const bool folder = fs::is_directory(real, error);
  const std::uint64_t size = folder ? 0 : fs::file_size(real, error);
  if (error || !fs::exists(real)) return os_error(ENOENT, path);
  ReplyWriter out;
  out.begin_struct()
      .text_member("fr_type", folder ? "Directory" : "File")
      .text_member("ondisk_sz", "0");
  out.text_member("fs_uuid", fs_uuid).text_member("file_path", path);
  out.text_member("file_sz", std::to_string(size)).end_struct();
  return Answer(std::move(out));
}

/// The generic plugin makes files only on a file system that it has stamped.
std::optional<Fault> refuse_unstamped(const Call& call, const Struct& file_system) {
  std::string device = text_of(file_system, "access_path");
  if (device.empty()) {
    const Mount* there = call.host.find_mount("/nfsmnt/" + text_of(file_system, "uuid"));
    if (there != nullptr) device = there->device;
  }
  const auto directory = call.estate.device_directory(device);
  if (!directory) return directory.error();
  std::error_code error;
  if (!fs::exists(*directory / kStampFile, error)) {
    return exception("File system " + text_of(file_system, "uuid") +
                     " is not mounted by the storage plugin");
  }
  const auto space = space_of(call.estate, device);
  if (space && space->free_bytes == 0) return os_error(ENOSPC, device);
  return std::nullopt;
}

Answer create(const Call& call, const std::string& name, const Struct& ss,
              const Struct& file_system, const std::string& path, const std::string& type,
              std::int64_t size) {
  if (!call.host.owned()) return not_owned();
  if (auto fault = refuse_storage(name, ss, &file_system)) return *fault;
  if (type != "File" && type != "Directory") return exception("Invalid file type: " + type);
  if (size < 0) return exception("Invalid file size: " + std::to_string(size));
  if (auto fault = refuse_unstamped(call, file_system)) return *fault;
  const auto real = call.estate.local_path(call.host, path);
  if (!real) return real.error();
  std::error_code error;
  if (fs::exists(*real, error)) return os_error(EEXIST, path);
  if (type == "Directory") {
    fs::create_directory(*real, error);
  } else {
    if (!std::ofstream(*real, std::ios::binary)) return os_error(EACCES, path);
    fs::resize_file(*real, static_cast<std::uintmax_t>(size), error);
    if (error) fs::remove(*real);
  }
  if (error) return os_error(error.value(), path);
  return file_reply(text_of(file_system, "uuid"), path, *real);
}

Answer destroy(const Call& call, const std::string& name, const Struct& /*ss*/,
               const Struct& /*file_system*/, const Struct& file) {
  if (!call.host.owned()) return not_owned();
  if (auto fault = refuse_plugin(name)) return *fault;
  const std::string type = text_of(file, "fr_type");
  if (type != "File" && type != "Directory") return exception("Invalid file type: " + type);
  const std::string path = text_of(file, "file_path");
  const auto real = call.estate.local_path(call.host, path);
  if (!real) return real.error();
  std::error_code error;
  if (!fs::exists(*real, error)) return os_error(ENOENT, path);
  const bool is_folder = fs::is_directory(*real, error);
  if (is_folder != (type == "Directory")) return os_error(is_folder ? EISDIR : ENOTDIR, path);
  if (call.host.find_mount(path) != nullptr) return os_error(EBUSY, path);
  if (!is_folder && is_in_use(call.estate, *real)) return os_error(EBUSY, path);
  fs::remove(*real, error);
  if (error) return os_error(error.value(), path);
  return Answer::nil();
}

Answer file_info(const Call& call, const std::string& name, const Struct& /*ss*/,
                 const Struct& /*file_system*/, const Struct& file,
                 const std::optional<Value>& /*file_comp*/) {
  if (auto fault = refuse_plugin(name)) return *fault;
  const std::string path = text_of(file, "file_path");
  const auto real = call.estate.local_path(call.host, path);
  if (!real) return real.error();
  return file_reply(text_of(file, "fs_uuid"), path, *real);
}

std::string_view server_of(std::string_view device) { return device.substr(0, device.find(':')); }

Answer list_file_systems(const Call& call, const std::string& name, const Struct& ss) {
  if (auto fault = refuse_storage(name, ss, nullptr)) return *fault;
  ReplyWriter out;
  out.begin_array();
  for (const auto& one : call.estate.exports) {
    if (server_of(one->device) != text_of(ss, "access_host")) continue;
    const auto space = space_of(call.estate, one->device);
    if (!space) continue;
    write_file_system(out, {{"ss_uuid", text_of(ss, "uuid")}}, one->device, *space);
  }
  out.end_array();
  return Answer(std::move(out));
}

Answer list_mount_points(const Call& call, const std::string& name, const Struct& ss) {
  constexpr std::string_view kFolder = "/nfsmnt/";
  if (auto fault = refuse_storage(name, ss, nullptr)) return *fault;
  ReplyWriter out;
  out.begin_array();
  for (const Mount& one : call.host.mounts) {
    if (server_of(one.device) != text_of(ss, "access_host")) continue;
    const bool by_uuid = one.dir.starts_with(kFolder);
    out.begin_struct().text_member("status", "mounted");
    out.text_member("fs_uuid", by_uuid ? one.dir.substr(kFolder.size()) : std::string());
    out.text_member("mount_point", one.dir).text_member("access_path", one.device).end_struct();
  }
  out.end_array();
  return Answer(std::move(out));
}

Answer storage_server_info(const Call& call, const std::string& name, const Struct& ss) {
  if (auto fault = refuse_storage(name, ss, nullptr)) return *fault;
  Space sum;
  for (const auto& one : call.estate.exports) {
    if (server_of(one->device) != text_of(ss, "access_host")) continue;
    const auto space = space_of(call.estate, one->device);
    if (!space) continue;
    sum.size_bytes += space->size_bytes;
    sum.free_bytes += space->free_bytes;
  }
  ReplyWriter out;
  out.begin_struct();
  for (const std::string_view key : {"uuid", "name", "access_host", "storage_type", "admin_host",
                                     "admin_user", "storage_desc"}) {
    out.text_member(key, text_of(ss, key));
  }
  // The password is not sent back.
  out.text_member("admin_passwd", "").text_member("status", "");
  out.text_member("total_sz", std::to_string(sum.size_bytes))
      .text_member("free_sz", std::to_string(sum.free_bytes));
  out.text_member("alloc_sz", std::to_string(sum.size_bytes));
  out.text_member("used_sz", std::to_string(sum.size_bytes - sum.free_bytes));
  out.member("access_grps").begin_array().end_array().end_member().end_struct();
  return Answer(std::move(out));
}

Answer capabilities(const Call& /*call*/, const std::string& name, const Struct& ss) {
  if (auto fault = refuse_storage(name, ss, nullptr)) return *fault;
  ReplyWriter out;
  out.begin_struct();
  for (const std::string_view key : {"snapshot", "clone", "snapclone", "splitclone", "resize"}) {
    out.text_member(key, "UNSUPPORTED");
  }
  out.text_member("access_control", "NO").end_struct();
  return Answer(std::move(out));
}

/// A generic NFS server has neither named storages nor access groups.
Answer no_items() {
  ReplyWriter out;
  out.begin_array().end_array();
  return Answer(std::move(out));
}

}  // namespace

void register_storage(Services& services) {
  services.on(plugin::storage_plugin_mount, mount);
  services.on(plugin::storage_plugin_unmount, unmount);
  services.on(plugin::storage_plugin_getFileSystemInfo, file_system_info);
  services.on(plugin::storage_plugin_create, create);
  services.on(plugin::storage_plugin_destroy, destroy);
  services.on(plugin::storage_plugin_getFileInfo, file_info);
  services.on(plugin::storage_plugin_listFileSystems, list_file_systems);
  services.on(plugin::storage_plugin_listMountPoints, list_mount_points);
  services.on(plugin::storage_plugin_getStorageServerInfo, storage_server_info);
  services.on(plugin::storage_plugin_getCapabilities, capabilities);
  services.on(plugin::storage_plugin_getStorageNames,
              [](const Call&, const std::string& name, const Struct& ss) -> Answer {
                if (auto fault = refuse_storage(name, ss, nullptr)) return *fault;
                return no_items();
              });
  services.on(plugin::storage_plugin_getAccessGroups,
              [](const Call&, const std::string& name, const Struct& ss,
                 const std::optional<Struct>&) -> Answer {
                if (auto fault = refuse_storage(name, ss, nullptr)) return *fault;
                return no_items();
              });
}

}  // namespace trestle::simulator
