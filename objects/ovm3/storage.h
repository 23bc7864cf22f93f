// SPDX-License-Identifier: Apache-2.0
#ifndef TRESTLE_OBJECTS_OVM3_STORAGE_H_
#define TRESTLE_OBJECTS_OVM3_STORAGE_H_

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "objects/core/call_context.h"
#include "objects/core/result.h"
#include "objects/core/units.h"
#include "objects/ovm3/agent.h"
#include "objects/ovm3/storage_records.h"

namespace trestle::ovm3 {

/// Storage plugins of a stock host, by the name of their implementation.
inline constexpr std::string_view kNfsPlugin = "oracle.generic.NFSPlugin.GenericNFSPlugin";
inline constexpr std::string_view kScsiPlugin = "oracle.generic.SCSIPlugin.GenericPlugin";
inline constexpr std::string_view kOcfs2Plugin = "oracle.ocfs2.OCFS2.OCFS2Plugin";

/// File systems mounted as such lie in folders of this one, named by their id with dashes.
inline constexpr std::string_view kNfsMountRoot = "/nfsmnt";
/// "/nfsmnt/<id with dashes>".
[[nodiscard]] std::string nfs_mount_point(const FileSystemId& id);

/// Handle of one storage plugin of one host: agent and implementation name, no cached state.
/// Thread-safe as Agent is. Every call answers kInvalidArgument, before anything is sent, if a
/// field that the agent needs is empty; else a fault of the plugin as it came.
class StoragePlugin {
 public:
  explicit StoragePlugin(Agent agent, std::string implementation = std::string(kNfsPlugin))
      : agent_(agent), implementation_(std::move(implementation)) {}

  [[nodiscard]] const std::string& implementation() const { return implementation_; }

  /// Mounts `fs` on `mount_point` of the host, writes the stamp at its root (without which the
  /// generic plugin makes no files) and gives the record that the agent answered. Sizes may be
  /// absent in it: ask `file_system_info`. A nil reply says nothing: then the mounts of the host
  /// are looked at. Errors: kBadReply if the reply tells of another file system or of none, or if
  /// the reply is nil and nothing is mounted there.
  [[nodiscard]] Result<FileSystem> mount(const CallContext& ctx, const StorageServer& server,
                                         const FileSystem& fs,
                                         const std::string& mount_point) const;
  [[nodiscard]] Result<void> unmount(const CallContext& ctx, const StorageServer& server,
                                     const FileSystem& fs, const std::string& mount_point) const;

  /// Makes a sparse file of `size`, or a folder (size 0), at an absolute path below the mount.
  [[nodiscard]] Result<StorageFile> create(const CallContext& ctx, const StorageServer& server,
                                           const FileSystem& fs, const std::string& path,
                                           FileType type, Bytes size = {}) const;
  /// Removes what `file.path` names; the type must be the right one.
  [[nodiscard]] Result<void> destroy(const CallContext& ctx, const StorageServer& server,
                                     const FileSystem& fs, const StorageFile& file) const;

  [[nodiscard]] Result<StorageFile> file_info(const CallContext& ctx, const StorageServer& server,
                                              const FileSystem& fs, const StorageFile& file) const;
  /// Total and free size in it.
  [[nodiscard]] Result<FileSystem> file_system_info(const CallContext& ctx,
                                                    const StorageServer& server,
                                                    const FileSystem& fs) const;
  [[nodiscard]] Result<std::vector<FileSystem>> list_file_systems(
      const CallContext& ctx, const StorageServer& server) const;
  [[nodiscard]] Result<std::vector<MountPoint>> list_mount_points(
      const CallContext& ctx, const StorageServer& server) const;
  [[nodiscard]] Result<StorageServer> storage_server_info(const CallContext& ctx,
                                                          const StorageServer& server) const;

  /// Abilities for this storage, storages behind its address, and its access groups. The layout
  /// below the outermost value is not known, so they are handed on as they came.
  [[nodiscard]] Result<Struct> capabilities(const CallContext& ctx,
                                            const StorageServer& server) const;
  [[nodiscard]] Result<Array> storage_names(const CallContext& ctx,
                                            const StorageServer& server) const;
  [[nodiscard]] Result<Array> access_groups(const CallContext& ctx, const StorageServer& server,
                                            const std::optional<FileSystem>& fs = {}) const;

 private:
  [[nodiscard]] Result<FileSystem> after_silent_mount(const CallContext& ctx,
                                                      const StorageServer& server,
                                                      const FileSystem& fs,
                                                      const std::string& mount_point) const;

  Agent agent_;
  std::string implementation_;
};

}  // namespace trestle::ovm3

#endif  // TRESTLE_OBJECTS_OVM3_STORAGE_H_
