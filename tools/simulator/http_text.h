// SPDX-License-Identifier: Apache-2.0
#ifndef TRESTLE_TOOLS_SIMULATOR_HTTP_TEXT_H_
#define TRESTLE_TOOLS_SIMULATOR_HTTP_TEXT_H_

#include <cstddef>
#include <string>
#include <string_view>

#include "tools/simulator/call_reader.h"
#include "tools/simulator/model.h"

namespace trestle::simulator {

/// What the agent looks at before it reads the body. Not owned.
struct RequestHead {
  std::string_view method;
  std::string_view target;
  std::string_view authorization;
  bool has_length = false;
};

/// 200 if the call may be read, else the status that the agent answers: 501 for anything but POST,
/// 404 for a path that is none (releases that check), 411 without a length, and 403 (3.2: 401, or
/// everywhere if asked) for a wrong user or password.
[[nodiscard]] int gate(const Host& host, const RequestHead& request, bool unauthorized_401);

/// Header block of a reply with a body of `size` bytes, as Python's server writes it.
[[nodiscard]] std::string reply_head(std::size_t size, const Host& host, bool http11, bool keep);
/// A whole answer with that status and no XML.
[[nodiscard]] std::string status_head(int status, const Host& host, bool keep);

}  // namespace trestle::simulator

#endif  // TRESTLE_TOOLS_SIMULATOR_HTTP_TEXT_H_
