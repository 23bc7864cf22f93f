// SPDX-License-Identifier: Apache-2.0
#ifndef TRESTLE_INTEGRATION_OVM3_STORAGE_POOL_H_
#define TRESTLE_INTEGRATION_OVM3_STORAGE_POOL_H_

#include <string>

#include "integration/ovm3/store.h"

/// Storage pools of CloudStack as repositories of a host.
namespace trestle::ovm3 {

/// A pool that is ready on this host.
struct StoragePool {
  Space space;
  std::string details;  ///< what was found and what was done
};

/// Owns the host where a manager is set, makes the pool's export a repository of it, and makes the
/// host a member of the server pool where hosts are pooled. Repeating it is safe.
/// Errors: kUnimplemented for a pool that is no NFS export; those of own_host, open_repository and
/// of the server pool (known defect 52: its failure was not looked at).
[[nodiscard]] Result<StoragePool> open_storage_pool(const Task& task,
                                                    const schema::StorageFilerTO& pool);

/// Takes record and mounts off this host; the text says what was found.
[[nodiscard]] Result<std::string> close_storage_pool(const Task& task,
                                                     const schema::StorageFilerTO& pool);

/// Total and free space of a store; a pool that is on record but not mounted is mounted first
/// (known defect 59), secondary storage for the length of the question.
[[nodiscard]] Result<Space> space_of_store(const Task& task, const StoreName& name);

}  // namespace trestle::ovm3

#endif  // TRESTLE_INTEGRATION_OVM3_STORAGE_POOL_H_
