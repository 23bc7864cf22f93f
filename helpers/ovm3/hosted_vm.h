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

/// A VM by the name that agent commands give it ("i-2-7-VM"), which is matched as a whole.
struct NamedVm {
  RepositoryId repository;
  VmId id;
  /// Absent if it runs and no repository of this host has its vm.cfg.
  std::optional<VmConfig> config = std::nullopt;
  std::optional<VmInfo> live = std::nullopt;  ///< what runs of it on this host

  [[nodiscard]] Vm handle(const Agent& agent) const { return Vm(agent, repository, id); }
  /// The words of its mark, empty ones if it bears none (the OVM3 plugin wrote none).
  [[nodiscard]] VmMark mark() const;
};

/// Of the domains of this host first (list_vms and one look at its vm.cfg), else in all mounted
/// repositories under the id that the name gives (name_uuid.h). Absent only if all of them have
/// been seen. Errors: those of the calls; kFailedPrecondition if two domains bear the name, or one
/// runs whose disks name no repository: nobody can tell what is meant.
[[nodiscard]] Result<std::optional<NamedVm>> find_named_vm(const CallContext& ctx,
                                                           const Agent& agent,
                                                           const std::string& name);

/// The domain of exactly that name. Pure. Errors: kFailedPrecondition if there are two.
[[nodiscard]] Result<std::optional<VmInfo>> find_domain(const std::vector<VmInfo>& vms,
                                                        const std::string& name);

/// The mounted repositories of a host and what lies in them.
struct Repositories {
  std::vector<RepositoryRecord> records = {};  ///< mounted ones
  std::vector<RepositoryContents> contents = {};

  [[nodiscard]] const RepositoryRecord* record(const RepositoryId& id) const;
  [[nodiscard]] const RepositoryContents* find(const RepositoryId& id) const;
};

/// Two calls. Errors: those of the calls.
[[nodiscard]] Result<Repositories> mounted_repositories(const CallContext& ctx, const Agent& agent);
/// The same. Errors: kFailedPrecondition too if `needed` is not on record or not mounted, since
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
