// SPDX-License-Identifier: Apache-2.0
#ifndef TRESTLE_INTEGRATION_OVM3_COMMANDS_POOLS_FAMILY_H_
#define TRESTLE_INTEGRATION_OVM3_COMMANDS_POOLS_FAMILY_H_

#include "integration/ovm3/commands/command.h"
#include "integration/schema/generated/pools.h"

/// Commands about storage pools; one function a file, named after the command.
namespace trestle::ovm3 {

/// Makes the pool's export a repository of this host, from whatever state it is in; where hosts
/// are pooled the host becomes a member of the server pool.
[[nodiscard]] Result<schema::Answer> create_storage_pool(
    const Task& task, const schema::CreateStoragePoolCommand& command);
/// The same with figures; with `add` false, as delete_storage_pool.
[[nodiscard]] Result<schema::ModifyStoragePoolAnswer> modify_storage_pool(
    const Task& task, const schema::ModifyStoragePoolCommand& command);
/// Takes record and mounts off this host. The files stay, whatever the command says of them: they
/// are other hosts' too.
[[nodiscard]] Result<schema::Answer> delete_storage_pool(
    const Task& task, const schema::DeleteStoragePoolCommand& command);
/// Size and use of a pool, or of a secondary store. A pool that was lost in a reboot is brought up.
[[nodiscard]] Result<schema::GetStorageStatsAnswer> get_storage_stats(
    const Task& task, const schema::GetStorageStatsCommand& command);
/// Copies a template from secondary storage to the pool. Errors: kUnimplemented for other URLs than
/// NFS ones.
[[nodiscard]] Result<schema::PrimaryStorageDownloadAnswer> primary_storage_download(
    const Task& task, const schema::PrimaryStorageDownloadCommand& command);

}  // namespace trestle::ovm3

#endif  // TRESTLE_INTEGRATION_OVM3_COMMANDS_POOLS_FAMILY_H_
