// SPDX-License-Identifier: Apache-2.0
#ifndef TRESTLE_TOOLS_CLI_CALL_H_
#define TRESTLE_TOOLS_CLI_CALL_H_

#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "objects/core/call_context.h"
#include "objects/core/log.h"
#include "objects/core/result.h"
#include "objects/ovm3/agent.h"
#include "tools/cli/arguments.h"
#include "tools/cli/progress.h"
#include "tools/cli/world.h"

namespace trestle::cli {

/// How long a command may take when --timeout does not say: questions and small changes, where a
/// dead host should soon be called dead; starting, stopping and moving a VM; writing disk images,
/// which may last as long as the storage needs.
inline constexpr std::chrono::seconds kShortBudget{30};
inline constexpr std::chrono::minutes kLongBudget{15};
inline constexpr std::chrono::hours kCopyBudget{24};

/// One run of a verb: what was given, and the way to the host. Single-threaded; lives as long as
/// the command.
class Call {
 public:
  Call(const Arguments& arguments, const std::vector<std::string>& passed, World& world, Log& log)
      : args(arguments),
        passed_on(passed),
        world_(world),
        log_(log),
        // Log lines would tear a drawn line apart.
        progress_(world, world.err_is_terminal && !arguments.has("verbose")) {}

  const Arguments& args;                      ///< options and operands
  const std::vector<std::string>& passed_on;  ///< words of a verb that hands them on

  /// The agent of the host that the command names; connects at the first use. Errors: those of
  /// connection_of and of the transport.
  [[nodiscard]] Result<ovm3::Agent> agent();
  /// The connection that agent() uses. Errors: those of connection_of.
  [[nodiscard]] Result<Connection> connection();
  /// Another agent with the same options, for commands that take several URLs. Errors: as agent().
  [[nodiscard]] Result<ovm3::Agent> agent_at(const std::string& url);
  /// The transport behind it, for commands that call many hosts at once; lives as long as this.
  [[nodiscard]] Result<Transport*> transport_at(const std::string& url);

  /// Ends after --timeout, or after `budget` if that is not given. Errors: a usage error.
  [[nodiscard]] Result<CallContext> context(std::chrono::milliseconds budget = kShortBudget) const;

  /// Steps of a long call, on standard error.
  [[nodiscard]] Progress& progress() { return progress_; }
  [[nodiscard]] Log& log() const { return log_; }
  [[nodiscard]] World& world() const { return world_; }

  /// Whole content of a file, "-" is standard input. Errors: kNotFound, kResourceExhausted above
  /// 64 MiB.
  [[nodiscard]] Result<std::string> read_file(const std::string& name) const;

 private:
  World& world_;
  Log& log_;
  Progress progress_;
  std::vector<std::unique_ptr<Transport>> transports_;
  std::optional<Connection> connection_;
  std::optional<ovm3::Agent> agent_;
  std::optional<Secret> password_;  // asked for once, even if a command calls ten hosts
};

}  // namespace trestle::cli

#endif  // TRESTLE_TOOLS_CLI_CALL_H_
