// SPDX-License-Identifier: Apache-2.0
#ifndef TRESTLE_TOOLS_CLI_WORLD_H_
#define TRESTLE_TOOLS_CLI_WORLD_H_

#include <functional>
#include <istream>
#include <memory>
#include <optional>
#include <ostream>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

#include "objects/core/call_context.h"
#include "objects/core/log.h"
#include "objects/core/result.h"
#include "objects/core/secret.h"
#include "objects/wire/endpoint.h"
#include "objects/wire/transport.h"

namespace trestle::cli {

/// Which agent a command talks to and how far it trusts it, as the command line says.
struct Connection {
  Endpoint endpoint;
  Secret password;
  std::string ca_file;
  std::string pin;  ///< "sha256//BASE64", several with ';' between
  bool insecure = false;
  bool allow_tls10 = false;
};

/// Everything outside of the program that a command touches. The real one is made by
/// `real_world`; a test puts its own streams, environment and transports in their place.
struct World {
  std::istream& in;
  std::ostream& out;
  std::ostream& err;
  bool out_is_terminal = false;
  bool err_is_terminal = false;
  /// A variable of the environment, absent if it is not set.
  std::function<std::optional<std::string>(const std::string& name)> environment = {};
  /// Asks on the terminal without showing what is typed. Errors: kFailedPrecondition if there is
  /// no terminal, kCancelled.
  std::function<Result<Secret>(const std::string& question, const std::stop_token& stop)> ask = {};
  /// A transport to the agent. The log outlives it.
  std::function<Result<std::unique_ptr<Transport>>(const Connection& to, Log& log)> connect = {};
  /// Begins a call on a transport that `connect` made; `done` is called once, from any thread.
  std::function<void(Transport& transport, const CallContext& ctx, const Request& request,
                     std::function<void(Result<Reply>)> done)>
      start = {};
  /// Replaces this program by another one that stands beside it. Returns only if that fails.
  std::function<Error(const std::string& program, const std::vector<std::string>& args)> become =
      {};
  std::stop_token stop = {};
  const Clock& clock = Clock::steady();
};

/// Runs one command line (without the program's name). Results go to `out`, talk to `err`. Returns
/// the exit code: 0 done, 1 failed, 2 wrong command line, 3 differences found. Does not throw.
/// Single-threaded; several may run side by side on worlds of their own.
int run(const std::vector<std::string>& args, World& world);

}  // namespace trestle::cli

#endif  // TRESTLE_TOOLS_CLI_WORLD_H_
