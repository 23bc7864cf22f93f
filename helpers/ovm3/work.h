// SPDX-License-Identifier: Apache-2.0
#ifndef TRESTLE_HELPERS_OVM3_WORK_H_
#define TRESTLE_HELPERS_OVM3_WORK_H_

#include "objects/core/call_context.h"
#include "objects/core/log.h"
#include "objects/ovm3/agent.h"

namespace trestle::ovm3 {

/// What every piece of work on a host needs: its time, the time to take back what it made, the
/// host, and where it writes what it did. Holds references: for the length of a call.
struct Work {
  const CallContext& ctx;
  const CallContext& undo;  ///< ends later than ctx
  Agent agent;
  Log& log;
};

/// The time of a request, cut in two.
struct WorkTime {
  CallContext work;
  CallContext undo;  ///< ends later, and is not stopped by what stops the work
};
/// Keeps a tenth of what remains of `ctx`, at most 30 s, for taking back what a failed work made.
[[nodiscard]] WorkTime work_time(const CallContext& ctx);

}  // namespace trestle::ovm3

#endif  // TRESTLE_HELPERS_OVM3_WORK_H_
