// SPDX-License-Identifier: Apache-2.0
#ifndef TRESTLE_HELPERS_OVM3_LOST_ANSWER_H_
#define TRESTLE_HELPERS_OVM3_LOST_ANSWER_H_

#include "objects/core/error.h"

namespace trestle::ovm3 {

/// Whether a changing call that ended so may have done its work all the same: no answer came, or
/// one that nobody can read, or the caller stopped waiting. Only a look at the host tells then.
[[nodiscard]] constexpr bool answer_is_lost(Code code) {
  return code == Code::kDeadlineExceeded || code == Code::kUnavailable || code == Code::kBadReply ||
         code == Code::kCancelled;
}

}  // namespace trestle::ovm3

#endif  // TRESTLE_HELPERS_OVM3_LOST_ANSWER_H_
