// SPDX-License-Identifier: Apache-2.0
#include "objects/core/poll.h"

namespace trestle {

Result<void> poll(const CallContext& ctx, std::chrono::nanoseconds every,
                  const std::string& for_what,
                  const std::function<Result<bool>(const CallContext&)>& done) {
  while (true) {
    TRESTLE_ASSIGN_OR_RETURN(const bool finished, done(ctx));
    if (finished) return {};
    const auto now = ctx.now();
    if (every >= ctx.deadline - now) {
      return fail(Code::kDeadlineExceeded, "no time left while waiting for " + for_what);
    }
    if (!ctx.clock->wait_until(now + every, ctx.stop)) {
      return fail(Code::kCancelled, "stopped while waiting for " + for_what);
    }
  }
}

}  // namespace trestle
