// SPDX-License-Identifier: Apache-2.0
#ifndef TRESTLE_HELPERS_OVM3_HOSTED_VM_H_
#define TRESTLE_HELPERS_OVM3_HOSTED_VM_H_

#include <optional>
#include <string>
#include <vector>

#include "helpers/ovm3/vm_mark.h"
#include "objects/core/call_context.h"
#include "objects/core/ids.h"
#include "objects/core/result.h"
#include "objects/ovm3/agent.h"
#include "objects/ovm3/repository.h"
#include "objects/ovm3/vm.h"

namespace trestle::ovm3 {

/// How an orchestrator names a VM.
struct VmName {
  std::string uuid = {};                    ///< canonical (vm_mark.h)
  std::string name = {};                    ///< "i-2-7-VM"
  std::optional<VmId> hint = std::nullopt;  ///< where it may be; believed only if the mark agrees
};

/// A VM on a host whose mark names the orchestrator's VM.
struct HostedVm {
  RepositoryId repository;
  VmId id;
  VmConfig config;
  VmMark mark;

  [[nodiscard]] Vm handle(const Agent& agent) const { return Vm(agent, repository, id); }
};

/// The mounted repositories of a host and what lies in them.
struct Repositories {
  std::vector<RepositoryRecord> records = {};  ///< mounted ones
  std::vector<RepositoryContents> contents = {};

  [[nodiscard]] const RepositoryRecord* record(const RepositoryId& id) const;
  [[nodiscard]] const RepositoryContents* find(const RepositoryId& id) const;
};

/// Two calls. Errors: kFailedPrecondition if `needed` is not on record or not mounted, since
/// "not there" could not be told from "not visible".
[[nodiscard]] Result<Repositories> mounted_repositories(const CallContext& ctx, const Agent& agent,
                                                        const RepositoryId& needed);

/// The VM that was made for this UUID: first where it should be (one call), then in every mounted
/// repository by its marker file or its id. Absent only if all of them have been seen.
/// Errors: those of the calls; kAlreadyExists if its id is taken by a VM that bears no mark or
/// another one; kFailedPrecondition as mounted_repositories.
[[nodiscard]] Result<std::optional<HostedVm>> find_hosted_vm(const CallContext& ctx,
                                                             const Agent& agent, const VmName& name,
                                                             const RepositoryId& repository);

/// The same, in repositories that are at hand.
[[nodiscard]] Result<std::optional<HostedVm>> find_hosted_vm_in(const CallContext& ctx,
                                                                const Agent& agent,
                                                                const VmName& name,
                                                                const Repositories& all);

/// What runs of it on this host now. Absent if no domain of this host runs it.
[[nodiscard]] Result<std::optional<VmInfo>> live_domain(const CallContext& ctx, const Agent& agent,
                                                        const RepositoryId& repository,
                                                        const VmId& id);

}  // namespace trestle::ovm3

#endif  // TRESTLE_HELPERS_OVM3_HOSTED_VM_H_
