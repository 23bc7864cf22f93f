// SPDX-License-Identifier: Apache-2.0
#ifndef TRESTLE_HELPERS_OVM3_VM_POWER_H_
#define TRESTLE_HELPERS_OVM3_VM_POWER_H_

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>

#include "helpers/ovm3/hosted_vm.h"
#include "helpers/ovm3/vm_spec.h"
#include "objects/core/call_context.h"
#include "objects/core/log.h"
#include "objects/core/result.h"
#include "objects/ovm3/agent.h"

/// Starting, stopping, restarting and removing VMs so that each may be repeated: what is as it
/// should be already is a success.
namespace trestle::ovm3 {

/// How long a guest may take to shut down before it is cut off, unless its admin says.
inline constexpr std::chrono::seconds kStopPatience{90};
/// A VM that reboots is missing from the list for a moment. One that is missing this long will not
/// come back: xend of 3.2 ends a guest that reboots too early.
inline constexpr std::chrono::seconds kGoneForGood{15};

/// Decides when a rebooted VM runs again: the domain that came back is another one, and the old one
/// may be listed for a moment.
class RebootWatch {
 public:
  explicit RebootWatch(const std::optional<VmInfo>& before);
  enum class Sight { kNotYet, kBack, kLost };
  [[nodiscard]] Sight look(const std::optional<VmInfo>& live, Clock::TimePoint now);

 private:
  std::optional<std::int64_t> domid_;
  std::optional<Seconds> started_;
  std::optional<Clock::TimePoint> gone_since_;
};

/// What a start may bring along: NICs and sizes as the orchestrator has them now.
struct StartSettings {
  std::optional<std::int64_t> vcpus = std::nullopt;
  std::optional<MiB> memory = std::nullopt;
  std::vector<NicSpec> nics = {};  ///< none: the stored ones stay
};

/// Brings a VM up: runs already is done, paused is resumed, crashed is ended first. Writes what
/// changed into its configuration and puts the marker of this host on it before it starts; bridges
/// of its NICs are made and released as nic_places.h says.
/// Errors: kFailedPrecondition if it was last on another host, where it may still run; the agent's.
[[nodiscard]] Result<void> bring_up(const CallContext& ctx, const Agent& agent, Log& log,
                                    const Repositories& all, const HostedVm& vm,
                                    const std::string& name, const StartSettings& settings);

/// Waits until it runs.
[[nodiscard]] Result<void> wait_until_running(const CallContext& ctx, const Agent& agent,
                                              const RepositoryId& repository, const VmId& id);

/// How a domain came to its end.
enum class Ending : std::uint8_t { kByItself, kCutOff };
/// Asks the guest of a domain that was just seen, and cuts it off when it has not gone after
/// `patience` or half of the time there is; one that does not run is cut off at once.
[[nodiscard]] Result<Ending> end_domain(const CallContext& ctx, const Agent& agent, Log& log,
                                        const Vm& vm, const VmInfo& seen,
                                        std::chrono::seconds patience);

/// What became of a domain that was told to reboot.
enum class RebootEnd : std::uint8_t { kBack, kGone };
/// Asks the guest of a running domain to reboot and watches; one that refuses is cut off. A domain
/// that is gone is to be started again.
[[nodiscard]] Result<RebootEnd> reboot_domain(const CallContext& ctx, const Agent& agent, Log& log,
                                              const Vm& vm, const VmInfo& before);

/// Asks the guest, and cuts it off when it has not gone after `patience` or half of the time there
/// is. Not running is done.
[[nodiscard]] Result<void> bring_down(const CallContext& ctx, const Agent& agent, Log& log,
                                      const HostedVm& vm, std::chrono::seconds patience);
/// Cuts it off.
[[nodiscard]] Result<void> cut_off(const CallContext& ctx, const Agent& agent, const Vm& vm);

/// Restarts it and waits until it runs again; starts one that does not run, or does not come back.
[[nodiscard]] Result<void> reboot(const CallContext& ctx, const Agent& agent, Log& log,
                                  const Repositories& all, const HostedVm& vm,
                                  const std::string& name);

/// Cuts it off, removes its disks, then its configuration: in this order a removal that is cut
/// short is found and finished by the next one. Bridges that were made for VMs and that it was the
/// last to use go as well.
[[nodiscard]] Result<void> remove_vm(const CallContext& ctx, const Agent& agent, Log& log,
                                     const Repositories& all, const HostedVm& vm);

}  // namespace trestle::ovm3

#endif  // TRESTLE_HELPERS_OVM3_VM_POWER_H_
