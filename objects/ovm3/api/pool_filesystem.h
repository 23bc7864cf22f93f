// SPDX-License-Identifier: Apache-2.0
#ifndef TRESTLE_OBJECTS_OVM3_API_POOL_FILESYSTEM_H_
#define TRESTLE_OBJECTS_OVM3_API_POOL_FILESYSTEM_H_

#include <cstdint>
#include <optional>
#include <string>

#include "objects/ovm3/api/service.h"

/// Services of agent.api.poolfs.ocfs2.PoolOCFS2.
namespace trestle::ovm3::api::pool_filesystem {

inline constexpr Service<void(std::string, std::string, std::string, PoolFilesystemId, FileSystemId,
                              ManagerId, PoolId, std::optional<std::int64_t>,
                              std::optional<std::int64_t>, std::optional<std::int64_t>)>
    create_pool_filesystem{
        "create_pool_filesystem",
        {"poolfs_type", "poolfs_target", "cluster_name", "poolfs_uuid", "poolfs_nfsbase_uuid",
         "manager_uuid", "pool_uuid", "block_size", "cluster_size", "journal_size"},
        k32 | k33,
        Effect::kMutates,
        "Makes the pool file system, on NFS or a LUN, for heartbeat and pool records."};

inline constexpr Service<void(std::string, std::string, PoolFilesystemId, FileSystemId)>
    destroy_pool_filesystem{"destroy_pool_filesystem",
                            {"poolfs_type", "poolfs_target", "poolfs_uuid", "poolfs_nfsbase_uuid"},
                            k32,
                            Effect::kMutates,
                            "Deletes the pool file system with what it holds."};

inline constexpr Service<XmlText()> discover_pool_filesystem{
    "discover_pool_filesystem",
    {},
    k32 | k33,
    Effect::kReads,
    "Tells the pool file system of this host; an empty document if there is none."};

inline constexpr Service<Value(Value, std::optional<Value>)> ocfs2_get_meta_data{
    "ocfs2_get_meta_data",
    {"device", "filename"},
    k32,
    Effect::kReads,
    "Shows what OCFS2 records about a device or a file on it."};

}  // namespace trestle::ovm3::api::pool_filesystem

#endif  // TRESTLE_OBJECTS_OVM3_API_POOL_FILESYSTEM_H_
