// SPDX-License-Identifier: Apache-2.0
#ifndef TRESTLE_HELPERS_OVM3_MAKING_H_
#define TRESTLE_HELPERS_OVM3_MAKING_H_

#include <chrono>
#include <cstdint>
#include <functional>
#include <string>
#include <thread>

#include "helpers/ovm3/hosted_vm.h"
#include "objects/core/call_context.h"
#include "objects/core/log.h"
#include "objects/core/result.h"
#include "objects/ovm3/agent.h"
#include "objects/ovm3/vm.h"

/// Who is making a VM. Two requests for the same VM may run at once on two servers, and one may
/// have been killed half-way. The claim is the agent's own create_vm, which only one of them wins;
/// the mark (vm_mark.h) says which attempt it was and when it last gave a sign of life, by the
/// clock of the host, so that no two clocks are compared. Whoever is about to do something that
/// cannot be undone looks first whether the VM is still his.
namespace trestle::ovm3 {

/// A maker gives a sign of life this often while the host copies.
inline constexpr std::chrono::seconds kBeatEvery{2};
/// A maker without one for so long is taken for dead: some beats may be late on a busy host.
inline constexpr std::chrono::seconds kStaleAfter{10};

/// Random, 8 hexadecimal digits.
[[nodiscard]] std::string new_attempt();

/// The host's clock. Errors: those of the call; kBadReply if it tells none.
[[nodiscard]] Result<std::int64_t> host_seconds(const CallContext& ctx, const Agent& agent);

/// True if its maker has given no sign of life for kStaleAfter, or one from the future.
[[nodiscard]] bool is_stale(const VmMark& mark, std::int64_t now);

/// Errors: kAborted if the VM has been taken over by another attempt or removed.
[[nodiscard]] Result<VmConfig> still_ours(const CallContext& ctx, const Vm& vm,
                                          const std::string& attempt);

/// Writes the mark again every kBeatEvery on a thread of its own until it is destroyed, and calls
/// `progress` each time. Ends by itself when the VM is not ours any more.
class Heartbeat {
 public:
  Heartbeat(const CallContext& ctx, const Agent& agent, Log& log, Vm vm, VmMark mark,
            std::function<void(const CallContext&)> progress);

 private:
  std::jthread thread_;
};

/// Waits while another attempt is alive: until the mark is complete, gone or stale.
[[nodiscard]] Result<void> wait_for_maker(const CallContext& ctx, const Agent& agent,
                                          const HostedVm& vm);

}  // namespace trestle::ovm3

#endif  // TRESTLE_HELPERS_OVM3_MAKING_H_
