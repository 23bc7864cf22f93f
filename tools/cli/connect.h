// SPDX-License-Identifier: Apache-2.0
#ifndef TRESTLE_TOOLS_CLI_CONNECT_H_
#define TRESTLE_TOOLS_CLI_CONNECT_H_

#include <memory>
#include <optional>
#include <string>

#include "objects/core/log.h"
#include "objects/core/result.h"
#include "objects/wire/http_transport.h"
#include "objects/wire/io_loop.h"
#include "tools/cli/arguments.h"
#include "tools/cli/world.h"

namespace trestle::cli {

/// The connection that options and environment ask for; `url` in place of --url for commands that
/// take several. Asks for the password if nothing gives it; one that `known` holds is taken as it
/// is, and one that had to be found is put there. Errors: kInvalidArgument (a usage error),
/// kCancelled.
[[nodiscard]] Result<Connection> connection_of(const Arguments& args, World& world,
                                               std::optional<std::string> url = std::nullopt,
                                               std::optional<Secret>* known = nullptr);

/// A transport for it over HTTP. Says a line on `err` each time verification is off.
[[nodiscard]] Result<std::unique_ptr<HttpTransport>> connect_http(IoLoop& loop,
                                                                  const Connection& to, Log& log);
[[nodiscard]] Result<std::unique_ptr<Transport>> connect(IoLoop& loop, const Connection& to,
                                                         Log& log);

}  // namespace trestle::cli

#endif  // TRESTLE_TOOLS_CLI_CONNECT_H_
