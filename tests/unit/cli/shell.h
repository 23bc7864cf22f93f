// SPDX-License-Identifier: Apache-2.0
#ifndef TRESTLE_TESTS_UNIT_CLI_SHELL_H_
#define TRESTLE_TESTS_UNIT_CLI_SHELL_H_

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <sstream>
#include <string>
#include <utility>
#include <vector>

#include "objects/wire/transport.h"
#include "tools/cli/world.h"

namespace trestle::cli {

/// One call as a host received it.
struct Received {
  std::string method;
  Array params;
  Effect effect = Effect::kMutates;
};

/// Runs command lines in this process: its own streams and environment, and a host that answers
/// what the test says.
class Shell {
 public:
  using Answer = std::function<Result<Value>(const Received&)>;

  struct Ran {
    int exit = 0;
    std::string out;
    std::string err;
  };

  std::map<std::string, std::string> environment = {
      {"TRESTLE_URL", "https://ovm1.example.org"},
      {"TRESTLE_PASSWORD", "swordfish"},
      {"TRESTLE_PIN", "sha256//AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA="}};
  std::string input;
  Answer answer = [](const Received& call) -> Result<Value> {
    return fail(Code::kUnimplemented, "the test expects no call of " + call.method);
  };
  std::vector<Received> calls;                   ///< that reached the host
  std::vector<Connection> connections;           ///< that were asked for
  std::vector<std::vector<std::string>> became;  ///< programs that would have been started
  std::optional<std::string> typed;  ///< password that the user types; absent: no terminal
  bool terminal = false;             ///< whether standard error is one

  Ran run(const std::vector<std::string>& args) {
    std::istringstream in(input);
    std::ostringstream out;
    std::ostringstream err;
    World world{.in = in, .out = out, .err = err};
    world.err_is_terminal = terminal;
    world.environment = [this](const std::string& name) -> std::optional<std::string> {
      const auto found = environment.find(name);
      if (found == environment.end()) return std::nullopt;
      return found->second;
    };
    world.ask = [this](const std::string&, const std::stop_token&) -> Result<Secret> {
      if (!typed) return fail(Code::kFailedPrecondition, "no terminal");
      return Secret(*typed);
    };
    world.connect = [this](const Connection& to, Log&) -> Result<std::unique_ptr<Transport>> {
      connections.push_back(to);
      return std::unique_ptr<Transport>(std::make_unique<Host>(*this, to.endpoint.peer()));
    };
    world.start = [](Transport& to, const CallContext& ctx, const Request& request,
                     const std::function<void(Result<Reply>)>& done) {
      done(to.round_trip(ctx, request));
    };
    world.become = [this](const std::string& program, const std::vector<std::string>& words) {
      std::vector<std::string> line = {program};
      line.insert(line.end(), words.begin(), words.end());
      became.push_back(std::move(line));
      return Error{.code = Code::kNotFound, .what = "nothing is started in a test"};
    };
    const int exit = cli::run(args, world);
    return {.exit = exit, .out = out.str(), .err = err.str()};
  }

 private:
  class Host final : public Transport {
   public:
    Host(Shell& shell, std::string peer) : shell_(shell), peer_(std::move(peer)) {}
    Result<Reply> round_trip(const CallContext& /*ctx*/, const Request& request) override {
      Received call{.method = std::string(request.method),
                    .params = Array(request.params.begin(), request.params.end()),
                    .effect = request.effect};
      shell_.calls.push_back(call);
      auto value = shell_.answer(call);
      if (!value) return fail(std::move(value).error());
      return Reply::from(*value);
    }
    [[nodiscard]] std::string peer() const override { return peer_; }

   private:
    Shell& shell_;
    std::string peer_;
  };
};

}  // namespace trestle::cli

#endif  // TRESTLE_TESTS_UNIT_CLI_SHELL_H_
