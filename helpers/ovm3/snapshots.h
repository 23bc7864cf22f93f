// SPDX-License-Identifier: Apache-2.0
#ifndef TRESTLE_HELPERS_OVM3_SNAPSHOTS_H_
#define TRESTLE_HELPERS_OVM3_SNAPSHOTS_H_

#include <string>
#include <vector>

#include "helpers/ovm3/hosted_vm.h"
#include "objects/core/call_context.h"
#include "objects/core/log.h"
#include "objects/core/result.h"
#include "objects/ovm3/agent.h"

/// Snapshots of stopped VMs as full, sparse copies of their disks: the agent's generic storage can
/// do no others. The copies lie in VirtualDisks beside the disks (ID-snap.NAME-0.img ...) and go
/// with the VM. ID-snap.NAME.cfg, a copy of vm.cfg, is written last: without it a snapshot is the
/// rest of one that was cut short, is not listed, and is removed by the next one of that name.
namespace trestle::ovm3 {

/// Names: 1 to 64 letters, digits, '.', '_', '-', not beginning with '.'. Errors: kInvalidArgument.
[[nodiscard]] Result<void> check_snapshot_name(const std::string& name);

/// Names of the whole snapshots of a VM. Pure.
[[nodiscard]] std::vector<std::string> snapshots_of(const RepositoryContents& contents,
                                                    const VmId& id);

/// Errors: kAlreadyExists; kFailedPrecondition if the VM runs, or was started meanwhile: its disks
/// would be torn; kCorruptImage for a copy of another size than its source. What fails is removed.
[[nodiscard]] Result<void> create_snapshot(const CallContext& ctx, const CallContext& undo,
                                           const Agent& agent, Log& log, const Repositories& all,
                                           const HostedVm& vm, const std::string& name);

/// Puts copies of the snapshot in place of the disks; the old disks are removed when the
/// configuration names the new ones, those outside of VirtualDisks stay. Errors: kNotFound;
/// kFailedPrecondition if the VM runs or was started meanwhile, or has another number of disks than
/// it had; then its disks are untouched.
[[nodiscard]] Result<void> restore_snapshot(const CallContext& ctx, const CallContext& undo,
                                            const Agent& agent, Log& log, const Repositories& all,
                                            const HostedVm& vm, const std::string& name);

/// Errors: kNotFound.
[[nodiscard]] Result<void> delete_snapshot(const CallContext& ctx, const Agent& agent,
                                           const Repositories& all, const HostedVm& vm,
                                           const std::string& name);

}  // namespace trestle::ovm3

#endif  // TRESTLE_HELPERS_OVM3_SNAPSHOTS_H_
