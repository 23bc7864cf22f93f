// SPDX-License-Identifier: Apache-2.0
#ifndef TRESTLE_TOOLS_SIMULATOR_CALL_READER_H_
#define TRESTLE_TOOLS_SIMULATOR_CALL_READER_H_

#include <string>
#include <string_view>

#include "objects/core/result.h"
#include "objects/wire/value.h"

namespace trestle::simulator {

struct ReadCall {
  std::string method;
  Array params;
};

/// Reads one methodCall with xmlrpc-c, the reader that is not ours. kInvalidArgument with its words
/// if the text is no call.
[[nodiscard]] Result<ReadCall> read_call(std::string_view xml);

}  // namespace trestle::simulator

#endif  // TRESTLE_TOOLS_SIMULATOR_CALL_READER_H_
