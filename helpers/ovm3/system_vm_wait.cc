// SPDX-License-Identifier: Apache-2.0
#include "helpers/ovm3/system_vm_wait.h"

#include <utility>

#include "objects/core/poll.h"
#include "objects/ovm3/module.h"

namespace trestle::ovm3 {
namespace {

constexpr std::chrono::seconds kKnockPause{2};
/// Of one knock: an address that nobody answers on is silent for as long as it may be.
constexpr std::chrono::seconds kKnockTime{3};

/// One look. Absent if it is ready, else why not.
Result<std::string> knock(const CallContext& ctx, const HostModule& module,
                          const std::string& address) {
  const PortCheck check{.ip = address, .port = kSystemVmSshPort, .timeout = kKnockTime};
  const auto open = module.domr_port_answers(ctx, check);
  if (!open) {
    if (open.error().code == Code::kFailedPrecondition) return fail(open.error());
    return open.error().message();
  }
  if (!*open) return std::string("the port does not answer");
  const auto login = module.domr_ssh_works(ctx, check);
  if (!login) return "the port answers, but no login works: " + login.error().message();
  return std::string(*login ? "" : "the port answers, but no login works");
}

Result<void> still_runs(const CallContext& ctx, const Vm& vm) {
  const auto live = vm.live(ctx);
  if (live && live->power() == VmState::kRunning) return {};
  if (!live && live.error().code != Code::kNotFound) return {};  // the knocks will tell
  return fail(Code::kFailedPrecondition,
              live ? "the VM is " + std::string(to_string(live->power())) +
                         " while its SSH is "
                         "waited for"
                   : "the VM has ended while its SSH was waited for; look at its console");
}

}  // namespace

Result<void> wait_for_system_vm(const CallContext& ctx, const Agent& agent, const Vm& vm,
                                const std::string& address, std::chrono::seconds patience) {
  const HostModule module(agent);
  std::string last;
  const auto ready = poll(with_budget(ctx, patience), kKnockPause, "the SSH of the VM",
                          [&](const CallContext& inner) -> Result<bool> {
                            TRESTLE_ASSIGN_OR_RETURN(last, knock(inner, module, address));
                            if (last.empty()) return true;
                            TRESTLE_RETURN_IF_ERROR(still_runs(inner, vm));
                            return false;
                          });
  if (ready || ready.error().code != Code::kDeadlineExceeded) return ready;
  return fail(Code::kDeadlineExceeded,
              "the system VM runs, but its SSH at " + address + " port " +
                  std::to_string(kSystemVmSshPort) + " was not ready within " +
                  std::to_string(patience.count()) + " s: " + last +
                  "; look at its console, its boot arguments and the host's control bridge");
}

}  // namespace trestle::ovm3
