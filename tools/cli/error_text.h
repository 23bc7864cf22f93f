// SPDX-License-Identifier: Apache-2.0
#ifndef TRESTLE_TOOLS_CLI_ERROR_TEXT_H_
#define TRESTLE_TOOLS_CLI_ERROR_TEXT_H_

#include <string>

#include "objects/core/error.h"
#include "objects/wire/codec.h"
#include "objects/wire/value.h"

namespace trestle::cli {

/// One printable line: the message, and what to do about it where the host's own words do not say.
[[nodiscard]] std::string error_line(const Error& error);

/// {code, what, host, service, fault, cause}: what --json prints under "error". Absent parts are
/// nil; fault is {code, class, errno, text}.
[[nodiscard]] Value describe_error(const Error& error);

/// {code, class, errno, text, error}: a fault of the agent as `agent decode` prints it.
[[nodiscard]] Value describe_fault(const wire::Fault& fault);

}  // namespace trestle::cli

#endif  // TRESTLE_TOOLS_CLI_ERROR_TEXT_H_
