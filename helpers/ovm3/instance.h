// SPDX-License-Identifier: Apache-2.0
#ifndef TRESTLE_HELPERS_OVM3_INSTANCE_H_
#define TRESTLE_HELPERS_OVM3_INSTANCE_H_

#include <chrono>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "helpers/ovm3/hosted_vm.h"
#include "helpers/ovm3/nic_places.h"
#include "helpers/ovm3/vm_spec.h"
#include "objects/core/call_context.h"
#include "objects/core/log.h"
#include "objects/core/result.h"
#include "objects/ovm3/agent.h"

/// Instances: VMs as agent commands have them. Their disks are made by storage commands and live
/// longer than they do; vm.cfg is written by a start and removed by a stop.
namespace trestle::ovm3 {

/// An instance that is to run.
struct InstanceSpec {
  VmSpec vm;                           ///< `disk` and `vm.hint` are not looked at
  std::vector<DiskConfig> disks = {};  ///< all of them, with their device names
  std::string host = {};               ///< guid of the host that it runs on from now on
  std::string address = {};            ///< the host's own: NICs without a parent go to its bridge
  std::string kind = {};               ///< guest_os_type
  std::string kernel_arguments = {};   ///< of a paravirtual kernel, as they are
  std::optional<std::int64_t> cpu_cap = std::nullopt;  ///< percent of one CPU
};

/// vm.cfg of the instance. Pure. Errors: those of config_of.
[[nodiscard]] Result<VmConfig> instance_config(const InstanceSpec& spec,
                                               const std::vector<std::string>& bridges);

/// How a start ended.
struct StartOutcome {
  VmInfo live;
  bool ran_already = false;
  std::string last_host = {};  ///< whose vm.cfg was taken over; empty if there was none
};

/// Waits until a domain that runs is fit for use.
using Readiness = std::function<Result<void>(const CallContext&, const Vm&)>;

/// Bridges, vm.cfg, start_vm, and a look at the domain; then `ready` if there is one. What was made
/// is taken back if any of it fails: the domain ended, vm.cfg removed or put back as it was,
/// bridges removed. One that runs already is left as it is. Errors: kAlreadyExists if its id is
/// taken by a VM of another name; kFailedPrecondition if the domain ended at once; the agent's.
[[nodiscard]] Result<StartOutcome> start_instance(const CallContext& ctx, const CallContext& undo,
                                                  const Agent& agent, Log& log,
                                                  const InstanceSpec& spec,
                                                  const Readiness& ready = {});

/// What a stop found and did.
struct StopOutcome {
  bool was_running = false;
  bool was_cut_off = false;
  bool removed_config = false;
  std::string kept_for = {};  ///< guid of the host whose vm.cfg was left alone
  std::string note = {};      ///< what went on degraded; empty if nothing did
  std::optional<NamedVm> vm = std::nullopt;
  [[nodiscard]] std::string observed() const;  ///< a sentence for people
};

/// Asks the guest, cuts it off after `patience`, looks that it is gone, removes vm.cfg (known
/// defect 90) and the bridges that only it used. Disks stay. Where nothing runs, vm.cfg is removed
/// only if its mark is that of `host`: it may run elsewhere, as after a migration (known
/// defect 89). Errors: the agent's; then nothing is known to be stopped.
[[nodiscard]] Result<StopOutcome> stop_instance(const CallContext& ctx, const PlaceHost& host,
                                                const std::string& name,
                                                std::chrono::seconds patience);

/// Restarts a domain that runs here and looks until it runs again; one that does not come back is
/// started anew (known defect 91). Errors: kNotFound if it does not run here.
[[nodiscard]] Result<VmInfo> reboot_instance(const CallContext& ctx, const Agent& agent, Log& log,
                                             const std::string& name);

/// Waits until it runs. Errors: kFailedPrecondition as soon as it has crashed, or is not there for
/// kGoneForGood.
[[nodiscard]] Result<VmInfo> wait_for_instance(const CallContext& ctx, const Vm& vm,
                                               const std::string& name);

}  // namespace trestle::ovm3

#endif  // TRESTLE_HELPERS_OVM3_INSTANCE_H_
