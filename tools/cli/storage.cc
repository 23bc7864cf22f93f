// SPDX-License-Identifier: Apache-2.0
#include "objects/ovm3/storage.h"

#include <utility>

#include "objects/ovm3/describe.h"
#include "tools/cli/call.h"
#include "tools/cli/host_verbs.h"
#include "tools/cli/nouns.h"
#include "tools/cli/schemas.h"
#include "tools/cli/storage_place.h"

namespace trestle::cli {
namespace {

using ovm3::describe;

struct StorageCall {
  CallContext ctx;
  ovm3::StoragePlugin plugin;
};

Result<StorageCall> reach_storage(Call& call) {
  TRESTLE_ASSIGN_OR_RETURN(const HostCall host, reach_host(call));
  const std::string plugin = call.args.maybe("plugin").value_or(std::string(ovm3::kNfsPlugin));
  return StorageCall{.ctx = host.ctx, .plugin = ovm3::StoragePlugin(host.agent, plugin)};
}

/// The export of the command line, with ids of their own if they are given: a file system that
/// somebody else has mounted is known to the host under that one's ids.
Result<NfsPlace> place_of(Call& call) {
  TRESTLE_ASSIGN_OR_RETURN(NfsPlace place, nfs_place(call.args.text("EXPORT")));
  if (const auto id = call.args.maybe("fs-id")) {
    auto parsed = FileSystemId::parse(*id);
    if (!parsed) return usage("--fs-id: " + parsed.error().what);
    place.mount_point = ovm3::nfs_mount_point(*parsed);
    place.file_system.id = std::move(*parsed);
  }
  if (const auto at = call.args.maybe("mount-point")) place.mount_point = *at;
  return place;
}

Value describe_place(const NfsPlace& place, const ovm3::FileSystem& fs) {
  return Struct{{"fs_id", describe(fs.id)},
                {"access_path", fs.access_path},
                {"mount_point", place.mount_point},
                {"size_bytes", describe(fs.size)},
                {"free_bytes", describe(fs.free)}};
}

Result<Outcome> mount(Call& call) {
  TRESTLE_ASSIGN_OR_RETURN(const NfsPlace place, place_of(call));
  TRESTLE_ASSIGN_OR_RETURN(const StorageCall at, reach_storage(call));
  call.progress().step("mounting " + call.args.text("EXPORT"));
  TRESTLE_ASSIGN_OR_RETURN(
      const ovm3::FileSystem fs,
      at.plugin.mount(at.ctx, place.server, place.file_system, place.mount_point));
  return Outcome{.document = describe_place(place, fs)};
}

Result<Outcome> unmount(Call& call) {
  TRESTLE_ASSIGN_OR_RETURN(const NfsPlace place, place_of(call));
  TRESTLE_ASSIGN_OR_RETURN(const StorageCall at, reach_storage(call));
  call.progress().step("unmounting " + call.args.text("EXPORT"));
  TRESTLE_RETURN_IF_ERROR(
      at.plugin.unmount(at.ctx, place.server, place.file_system, place.mount_point));
  return Outcome{.document = Struct{{"access_path", place.file_system.access_path},
                                    {"mount_point", place.mount_point},
                                    {"mounted", false}}};
}

Result<Outcome> info(Call& call) {
  TRESTLE_ASSIGN_OR_RETURN(const NfsPlace place, place_of(call));
  TRESTLE_ASSIGN_OR_RETURN(const StorageCall at, reach_storage(call));
  TRESTLE_ASSIGN_OR_RETURN(const ovm3::FileSystem fs,
                           at.plugin.file_system_info(at.ctx, place.server, place.file_system));
  return Outcome{.document = describe_place(place, fs)};
}

Result<ovm3::StorageServer> server_of(Call& call) {
  TRESTLE_ASSIGN_OR_RETURN(const NfsPlace place, nfs_place(call.args.text("SERVER") + ":/"));
  return place.server;
}

Result<Outcome> file_systems(Call& call) {
  TRESTLE_ASSIGN_OR_RETURN(const ovm3::StorageServer server, server_of(call));
  TRESTLE_ASSIGN_OR_RETURN(const StorageCall at, reach_storage(call));
  TRESTLE_ASSIGN_OR_RETURN(const auto all, at.plugin.list_file_systems(at.ctx, server));
  Array rows;
  for (const ovm3::FileSystem& fs : all) {
    rows.push_back(Struct{{"fs_id", describe(fs.id)},
                          {"access_path", fs.access_path},
                          {"name", fs.name},
                          {"size_bytes", describe(fs.size)},
                          {"free_bytes", describe(fs.free)},
                          {"status", fs.status}});
  }
  return Outcome{.document = std::move(rows)};
}

Result<Outcome> mounts(Call& call) {
  TRESTLE_ASSIGN_OR_RETURN(const ovm3::StorageServer server, server_of(call));
  TRESTLE_ASSIGN_OR_RETURN(const StorageCall at, reach_storage(call));
  TRESTLE_ASSIGN_OR_RETURN(const auto all, at.plugin.list_mount_points(at.ctx, server));
  Array rows;
  for (const ovm3::MountPoint& point : all) {
    rows.push_back(Struct{{"fs_id", describe(point.file_system)},
                          {"mount_point", point.path},
                          {"status", point.status}});
  }
  return Outcome{.document = std::move(rows)};
}

}  // namespace

Noun storage_noun() {
  const Operand place{.name = "EXPORT", .help = "NFS export, HOST:/PATH"};
  const Operand server{.name = "SERVER", .help = "name or address of the NFS server"};
  const Option plugin{
      .name = "plugin", .value = "NAME", .help = "storage plugin, see 'host plugins'"};
  const Option fs_id{.name = "fs-id",
                     .value = "UUID",
                     .help = "id of the file system; made from EXPORT if not given"};
  const Option point{.name = "mount-point",
                     .value = "PATH",
                     .help = "folder on the host; /nfsmnt/<id> if not given"};
  return {
      .name = "storage",
      .what = "file systems of storage servers, through the host's storage plugin",
      .verbs = {
          {.name = "mount",
           .what = "Mounts an NFS export on the host",
           .operands = {place},
           .options = {fs_id, point, plugin},
           .schema = kFileSystemSchema,
           .examples = {"storage mount nfs-1:/export/second",
                        "storage mount nfs-1:/export/second --json"},
           .run = mount},
          {.name = "unmount",
           .what = "Unmounts an NFS export from the host",
           .operands = {place},
           .options = {fs_id, point, plugin},
           .schema = R"({"access_path": "text", "mount_point": "text", "mounted": "boolean"})",
           .examples = {"storage unmount nfs-1:/export/loose",
                        "storage unmount nfs-1:/export/loose --json"},
           .run = unmount},
          {.name = "info",
           .what = "Shows size and free space of an export",
           .operands = {place},
           .options = {fs_id, plugin},
           .schema = kFileSystemSchema,
           .examples = {"storage info nfs-1:/export/main",
                        "storage info nfs-1:/export/main --json"},
           .run = info},
          {.name = "file-systems",
           .what = "Lists what a storage server offers",
           .operands = {server},
           .options = {plugin},
           .schema = R"([{"fs_id": "text?", "access_path": "text", "name": "text", )"
                     R"("size_bytes": "integer?", "free_bytes": "integer?", "status": "text"}])",
           .examples = {"storage file-systems nfs-1", "storage file-systems nfs-1 --json"},
           .run = file_systems},
          {.name = "mounts",
           .what = "Lists where file systems of a storage server are mounted on the host",
           .operands = {server},
           .options = {plugin},
           .schema = R"([{"fs_id": "text?", "mount_point": "text", "status": "text"}])",
           .examples = {"storage mounts nfs-1", "storage mounts nfs-1 --json"},
           .run = mounts},
      }};
}

}  // namespace trestle::cli
