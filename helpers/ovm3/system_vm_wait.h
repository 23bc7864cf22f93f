// SPDX-License-Identifier: Apache-2.0
#ifndef TRESTLE_HELPERS_OVM3_SYSTEM_VM_WAIT_H_
#define TRESTLE_HELPERS_OVM3_SYSTEM_VM_WAIT_H_

#include <chrono>
#include <cstdint>
#include <string>

#include "objects/core/call_context.h"
#include "objects/core/result.h"
#include "objects/ovm3/agent.h"
#include "objects/ovm3/vm.h"

namespace trestle::ovm3 {

/// Where the SSH of a system VM listens (port 3922 on its link-local address).
inline constexpr std::uint16_t kSystemVmSshPort = 3922;

/// Knocks from the host until the SSH of a system VM answers and a login works, at most `patience`.
/// Holds no lock. Errors: kDeadlineExceeded with what was seen last (known defect 87);
/// kFailedPrecondition as soon as the VM does not run any more, or without the host's module.
[[nodiscard]] Result<void> wait_for_system_vm(const CallContext& ctx, const Agent& agent,
                                              const Vm& vm, const std::string& address,
                                              std::chrono::seconds patience);

}  // namespace trestle::ovm3

#endif  // TRESTLE_HELPERS_OVM3_SYSTEM_VM_WAIT_H_
