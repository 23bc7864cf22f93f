// SPDX-License-Identifier: Apache-2.0
#include "objects/ovm3/storage.h"

#include <algorithm>
#include <limits>

#include "objects/ovm3/api/linux.h"
#include "objects/ovm3/api/storage_plugin.h"
#include "objects/ovm3/call_read.h"
#include "objects/ovm3/id_forms.h"
#include "objects/ovm3/mounts.h"

namespace trestle::ovm3 {
namespace {

namespace rows = api::storage_plugin;

Result<void> require(bool given, std::string_view what) {
  if (given) return {};
  return fail(Code::kInvalidArgument, std::string(what) + " is missing; fill it in");
}

Result<void> check(const StorageServer& server) {
  TRESTLE_RETURN_IF_ERROR(require(server.id.has_value(), "the id of the storage server"));
  TRESTLE_RETURN_IF_ERROR(
      require(!server.storage_type.empty(), "the storage type of the storage server"));
  // known defect 24: the access host was left empty.
  return require(server.storage_type != kFileStorage || !server.access_host.empty(),
                 "the access host of the storage server");
}

Result<void> check(const FileSystem& fs) {
  TRESTLE_RETURN_IF_ERROR(require(fs.id.has_value(), "the id of the file system"));
  return require(!fs.access_path.empty(), "the access path of the file system (host:/path)");
}

Result<void> check_path(std::string_view path) {
  if (!path.empty() && path.front() == '/') return {};
  return fail(Code::kInvalidArgument,
              "'" + std::string(path) + "' is not an absolute path on the host; give one");
}

// The file system as the agent wants to see it in this call.
Struct sent(const FileSystem& fs, const StorageServer& server, std::int64_t state = kStateInUse) {
  FileSystem filled = fs;
  if (!filled.server) filled.server = server.id;
  filled.state = state;
  return to_wire(filled);
}

std::string_view without_last_slash(std::string_view path) {
  while (path.size() > 1 && path.back() == '/') path.remove_suffix(1);
  return path;
}

// known defect 22: what the agent answered decides, not what was sent. A recording has uuid and
// ss_uuid in swapped form, so the asked id may stand under either name.
Result<void> check_mounted(const FileSystem& answered, const FileSystem& asked) {
  const auto& id = asked.id->key();
  const bool same = (answered.id && answered.id->key() == id) ||
                    (answered.server && answered.server->key() == id);
  if (same) return {};
  const std::string other = answered.id ? "of the file system " + answered.id->text() : "of none";
  return fail(Code::kBadReply, "the reply to the mount of the file system " + asked.id->text() +
                                   " tells " + other +
                                   "; look at the mounts of the host and at its osc.log");
}

// A struct without one known member is an answer to something else.
Result<StorageFile> read_told_file(ValueView reply) {
  TRESTLE_ASSIGN_OR_RETURN(StorageFile file, read_storage_file(reply));
  if (file.type || file.size || file.on_disk || file.file_system || !file.path.empty()) {
    return file;
  }
  return fail(Code::kBadReply,
              "the reply tells nothing of a file; look whether the file is there before going on");
}

}  // namespace

std::string nfs_mount_point(const FileSystemId& id) {
  return std::string(kNfsMountRoot) + "/" + with_dashes(id.text());
}

Result<FileSystem> StoragePlugin::mount(const CallContext& ctx, const StorageServer& server,
                                        const FileSystem& fs,
                                        const std::string& mount_point) const {
  TRESTLE_RETURN_IF_ERROR(check(server));
  TRESTLE_RETURN_IF_ERROR(check(fs));
  TRESTLE_RETURN_IF_ERROR(check_path(mount_point));
  TRESTLE_ASSIGN_OR_RETURN(
      std::optional<FileSystem> answered,
      call_read(agent_, ctx, rows::storage_plugin_mount, read_mount_reply, implementation_,
                to_wire(server), sent(fs, server), mount_point, "", true, {}));
  if (!answered) return after_silent_mount(ctx, server, fs, mount_point);
  if (const auto mounted = check_mounted(*answered, fs); !mounted) {
    return fail(agent_.located(mounted.error(), rows::storage_plugin_mount.name));
  }
  return *std::move(answered);
}

Result<FileSystem> StoragePlugin::after_silent_mount(const CallContext& ctx,
                                                     const StorageServer& server,
                                                     const FileSystem& fs,
                                                     const std::string& mount_point) const {
  TRESTLE_ASSIGN_OR_RETURN(
      const std::vector<Mount> mounts,
      call_read(agent_, ctx, api::linux_host::discover_mounted_file_systems, read_mounts, {}));
  const std::string_view wanted = without_last_slash(mount_point);
  const auto mounted = [wanted](const Mount& m) { return without_last_slash(m.dir) == wanted; };
  if (std::ranges::any_of(mounts, mounted)) return file_system_info(ctx, server, fs);
  return fail(agent_.located({.code = Code::kBadReply,
                              .what = "the agent answered nothing to the mount, and nothing is "
                                      "mounted on " +
                                      mount_point + "; look at the host's osc.log"},
                             rows::storage_plugin_mount.name));
}

Result<void> StoragePlugin::unmount(const CallContext& ctx, const StorageServer& server,
                                    const FileSystem& fs, const std::string& mount_point) const {
  TRESTLE_RETURN_IF_ERROR(check(server));
  TRESTLE_RETURN_IF_ERROR(require(fs.id.has_value(), "the id of the file system"));
  TRESTLE_RETURN_IF_ERROR(check_path(mount_point));
  return agent_.call(ctx, rows::storage_plugin_unmount, implementation_, to_wire(server),
                     sent(fs, server), mount_point, true);
}

Result<StorageFile> StoragePlugin::create(const CallContext& ctx, const StorageServer& server,
                                          const FileSystem& fs, const std::string& path,
                                          FileType type, Bytes size) const {
  TRESTLE_RETURN_IF_ERROR(check(server));
  TRESTLE_RETURN_IF_ERROR(check(fs));
  TRESTLE_RETURN_IF_ERROR(check_path(path));
  constexpr auto kMost = static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max());
  if (size.count > kMost) {
    return fail(Code::kInvalidArgument, "no file can be larger than 8 EiB; give a smaller size");
  }
  return call_read(agent_, ctx, rows::storage_plugin_create, read_told_file, implementation_,
                   to_wire(server), sent(fs, server, kStateForCreate), path,
                   std::string(to_string(type)), static_cast<std::int64_t>(size.count));
}

Result<void> StoragePlugin::destroy(const CallContext& ctx, const StorageServer& server,
                                    const FileSystem& fs, const StorageFile& file) const {
  TRESTLE_RETURN_IF_ERROR(check(server));
  TRESTLE_RETURN_IF_ERROR(check_path(file.path));
  TRESTLE_RETURN_IF_ERROR(require(file.type.has_value(), "the type of the file (File, Directory)"));
  return agent_.call(ctx, rows::storage_plugin_destroy, implementation_, to_wire(server),
                     sent(fs, server), to_wire(file));
}

Result<StorageFile> StoragePlugin::file_info(const CallContext& ctx, const StorageServer& server,
                                             const FileSystem& fs, const StorageFile& file) const {
  TRESTLE_RETURN_IF_ERROR(check(server));
  TRESTLE_RETURN_IF_ERROR(check_path(file.path));
  return call_read(agent_, ctx, rows::storage_plugin_getFileInfo, read_told_file, implementation_,
                   to_wire(server), sent(fs, server), to_wire(file), {});
}

Result<FileSystem> StoragePlugin::file_system_info(const CallContext& ctx,
                                                   const StorageServer& server,
                                                   const FileSystem& fs) const {
  TRESTLE_RETURN_IF_ERROR(check(server));
  TRESTLE_RETURN_IF_ERROR(check(fs));
  return call_read(agent_, ctx, rows::storage_plugin_getFileSystemInfo, read_file_system,
                   implementation_, to_wire(server), sent(fs, server));
}

Result<std::vector<FileSystem>> StoragePlugin::list_file_systems(
    const CallContext& ctx, const StorageServer& server) const {
  return call_read(agent_, ctx, rows::storage_plugin_listFileSystems, read_file_systems,
                   implementation_, to_wire(server));
}

Result<std::vector<MountPoint>> StoragePlugin::list_mount_points(
    const CallContext& ctx, const StorageServer& server) const {
  return call_read(agent_, ctx, rows::storage_plugin_listMountPoints, read_mount_points,
                   implementation_, to_wire(server));
}

Result<StorageServer> StoragePlugin::storage_server_info(const CallContext& ctx,
                                                         const StorageServer& server) const {
  return call_read(agent_, ctx, rows::storage_plugin_getStorageServerInfo, read_storage_server,
                   implementation_, to_wire(server));
}

Result<Struct> StoragePlugin::capabilities(const CallContext& ctx,
                                           const StorageServer& server) const {
  return agent_.call(ctx, rows::storage_plugin_getCapabilities, implementation_, to_wire(server));
}

Result<Array> StoragePlugin::storage_names(const CallContext& ctx,
                                           const StorageServer& server) const {
  return agent_.call(ctx, rows::storage_plugin_getStorageNames, implementation_, to_wire(server));
}

Result<Array> StoragePlugin::access_groups(const CallContext& ctx, const StorageServer& server,
                                           const std::optional<FileSystem>& fs) const {
  return agent_.call(ctx, rows::storage_plugin_getAccessGroups, implementation_, to_wire(server),
                     fs ? std::optional(sent(*fs, server)) : std::nullopt);
}

}  // namespace trestle::ovm3
