// SPDX-License-Identifier: Apache-2.0
#ifndef TRESTLE_OBJECTS_OVM3_POOL_FILESYSTEM_H_
#define TRESTLE_OBJECTS_OVM3_POOL_FILESYSTEM_H_

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "objects/core/call_context.h"
#include "objects/core/ids.h"
#include "objects/core/result.h"
#include "objects/ovm3/agent.h"
#include "objects/wire/reply.h"
#include "objects/wire/value.h"

namespace trestle::ovm3 {

inline constexpr std::string_view kNfsPoolFilesystem = "nfs";
inline constexpr std::string_view kLunPoolFilesystem = "lun";

/// Where a pool file system lies. Ids are sent as they are given here: the agent's own have no
/// dashes in `id` and dashes in `nfs_base` (id_forms.h).
struct PoolFilesystemPlace {
  std::string type = std::string(kNfsPoolFilesystem);
  std::string target = {};  ///< "host:/path" or a device
  PoolFilesystemId id;
  FileSystemId nfs_base;  ///< id of the NFS file system that the image lies on

  friend bool operator==(const PoolFilesystemPlace&, const PoolFilesystemPlace&) = default;
};

/// Sizes of the OCFS2 file system to be made. Their unit is not known: they go as they are. The
/// agent takes them by position, so a later one needs the earlier ones.
struct PoolFilesystemGeometry {
  std::optional<std::int64_t> block_size = std::nullopt;
  std::optional<std::int64_t> cluster_size = std::nullopt;
  std::optional<std::int64_t> journal_size = std::nullopt;

  friend bool operator==(const PoolFilesystemGeometry&, const PoolFilesystemGeometry&) = default;
};

/// The pool file system as a host tells it.
struct PoolFilesystemInfo {
  std::optional<std::string> type = std::nullopt;  ///< "nfs" or "lun"
  std::optional<std::string> target = std::nullopt;
  std::optional<PoolFilesystemId> id = std::nullopt;
  std::optional<FileSystemId> nfs_base = std::nullopt;
  std::optional<ManagerId> manager = std::nullopt;
  std::optional<std::string> version = std::nullopt;
  std::optional<PoolId> pool = std::nullopt;

  friend bool operator==(const PoolFilesystemInfo&, const PoolFilesystemInfo&) = default;
};

/// A whole Discover_Pool_Filesystem_Result; absent if the host uses none.
struct PoolFilesystemUse {
  std::optional<PoolFilesystemInfo> pool_filesystem = std::nullopt;
  friend bool operator==(const PoolFilesystemUse&, const PoolFilesystemUse&) = default;
};

/// Makes the pool file system that carries heartbeat and pool records. Errors: the agent's fault;
/// kInvalidArgument for a geometry with a gap.
[[nodiscard]] Result<void> create_pool_filesystem(const CallContext& ctx, const Agent& agent,
                                                  const PoolFilesystemPlace& place,
                                                  const std::string& cluster_name,
                                                  const ManagerId& manager, const PoolId& pool,
                                                  const PoolFilesystemGeometry& geometry = {});
/// Removes it; the pool must be gone.
[[nodiscard]] Result<void> destroy_pool_filesystem(const CallContext& ctx, const Agent& agent,
                                                   const PoolFilesystemPlace& place);
/// The one this host uses, absent if there is none.
[[nodiscard]] Result<std::optional<PoolFilesystemInfo>> discover_pool_filesystem(
    const CallContext& ctx, const Agent& agent);

/// Errors: kBadReply, also for an id that cannot be one. Source: recordings of
/// discover_pool_filesystem.
[[nodiscard]] Result<PoolFilesystemUse> read_pool_filesystem(ValueView reply);

/// Typed form for `--json` and `trestle agent decode --typed`.
[[nodiscard]] Value describe(const PoolFilesystemInfo& info);
[[nodiscard]] Value describe(const PoolFilesystemUse& use);

}  // namespace trestle::ovm3

#endif  // TRESTLE_OBJECTS_OVM3_POOL_FILESYSTEM_H_
