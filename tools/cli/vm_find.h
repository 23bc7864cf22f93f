// SPDX-License-Identifier: Apache-2.0
#ifndef TRESTLE_TOOLS_CLI_VM_FIND_H_
#define TRESTLE_TOOLS_CLI_VM_FIND_H_

#include <optional>
#include <string>
#include <vector>

#include "objects/core/call_context.h"
#include "objects/core/ids.h"
#include "objects/core/result.h"
#include "objects/ovm3/agent.h"
#include "objects/ovm3/vm.h"
#include "objects/ovm3/vm_list.h"
#include "tools/cli/call.h"
#include "tools/cli/host_verbs.h"

namespace trestle::cli {

/// A VM as a host knows it: from the living domains, from a folder of a repository, or from both.
struct VmEntry {
  VmId id;
  std::optional<RepositoryId> repository;  ///< that holds its folder
  std::string name;                        ///< empty until somebody has read its configuration
  std::optional<ovm3::VmInfo> live;        ///< absent if no domain of this host runs it

  /// The words of VmState, or "stopped" without a domain.
  [[nodiscard]] std::string power_state() const;
};

/// All guests of a host: domains without dom0, and the folders of all mounted repositories. The
/// agent lists only what runs, so a stopped VM is found by its folder. Names of stopped VMs are
/// read one by one if `names` asks for them.
[[nodiscard]] Result<std::vector<VmEntry>> all_vms(const CallContext& ctx, const ovm3::Agent& agent,
                                                   bool names);

/// The domain that runs the VM now: by uuid, or by name where the id is a name.
[[nodiscard]] Result<std::optional<ovm3::VmInfo>> live_vm(const CallContext& ctx,
                                                          const ovm3::Agent& agent, const VmId& id,
                                                          const std::string& name);

/// A VM that a command names, ready to be called.
struct VmCall {
  HostCall host;
  VmEntry entry;
  ovm3::Vm vm;
};

/// By operand VM (id or name), looked for in --repo or in all repositories. Errors: kNotFound;
/// kFailedPrecondition if two VMs have that name, or the VM is in no mounted repository.
[[nodiscard]] Result<VmCall> reach_vm(Call& call, std::chrono::milliseconds budget = kShortBudget);

/// {"vm", "name", "repository", "power_state", "host"}: what the verbs that change a VM print.
[[nodiscard]] Value describe_state(const VmEntry& entry, const std::string& host);
inline constexpr std::string_view kVmStateSchema =
    R"({"vm": "text", "name": "text", "repository": "text?", "power_state": "text", )"
    R"("host": "text"})";

/// The operand that reach_vm reads, and the option that narrows where it looks.
[[nodiscard]] Operand vm_operand();
[[nodiscard]] Option vm_repo_option();

/// Verbs of noun vm by file: vm_power.cc, vm_move.cc, vm_config.cc.
[[nodiscard]] std::vector<Verb> vm_power_verbs();
[[nodiscard]] std::vector<Verb> vm_move_verbs();
[[nodiscard]] std::vector<Verb> vm_config_verbs();

}  // namespace trestle::cli

#endif  // TRESTLE_TOOLS_CLI_VM_FIND_H_
