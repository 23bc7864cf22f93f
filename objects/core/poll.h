// SPDX-License-Identifier: Apache-2.0
#ifndef TRESTLE_OBJECTS_CORE_POLL_H_
#define TRESTLE_OBJECTS_CORE_POLL_H_

#include <chrono>
#include <functional>
#include <string>

#include "objects/core/call_context.h"
#include "objects/core/result.h"

namespace trestle {

/// Asks `done` at once and then every `every` until it says true. Ends with the error of `done`,
/// with kCancelled when a stop is asked for, or with kDeadlineExceeded as soon as the next question
/// would come after the deadline. `for_what` ends the sentence "while waiting for ...".
Result<void> poll(const CallContext& ctx, std::chrono::nanoseconds every,
                  const std::string& for_what,
                  const std::function<Result<bool>(const CallContext&)>& done);

}  // namespace trestle

#endif  // TRESTLE_OBJECTS_CORE_POLL_H_
