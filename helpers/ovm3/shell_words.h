// SPDX-License-Identifier: Apache-2.0
#ifndef TRESTLE_HELPERS_OVM3_SHELL_WORDS_H_
#define TRESTLE_HELPERS_OVM3_SHELL_WORDS_H_

#include <string>
#include <vector>

#include "objects/core/result.h"

namespace trestle::ovm3 {

/// The command line that a POSIX shell splits into exactly these words again, whatever is in them:
/// SSH hands every command to the login shell of the user, so this is the one place where words
/// become a line. Every word is quoted, also harmless ones. Errors: kInvalidArgument if there is no
/// word or one has a zero byte, which no program can be given. Thread-safe.
[[nodiscard]] Result<std::string> quote_words(const std::vector<std::string>& words);

}  // namespace trestle::ovm3

#endif  // TRESTLE_HELPERS_OVM3_SHELL_WORDS_H_
