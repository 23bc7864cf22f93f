// SPDX-License-Identifier: Apache-2.0
#ifndef TRESTLE_OBJECTS_OVM3_POWER_H_
#define TRESTLE_OBJECTS_OVM3_POWER_H_

#include "objects/core/call_context.h"
#include "objects/core/result.h"
#include "objects/ovm3/agent.h"

namespace trestle::ovm3 {

/// Power of the host itself; guests are not asked. A handle, thread-safe as its Agent.
/// The host may go down before its answer is out: kUnavailable with "unknown" and
/// kDeadlineExceeded then mean that it may well be on its way; ask it later, do not repeat.
class Power {
 public:
  explicit Power(const Agent& agent) : agent_(agent) {}

  [[nodiscard]] Result<void> reboot(const CallContext& ctx) const;
  [[nodiscard]] Result<void> shut_down(const CallContext& ctx) const;

 private:
  Agent agent_;
};

}  // namespace trestle::ovm3

#endif  // TRESTLE_OBJECTS_OVM3_POWER_H_
