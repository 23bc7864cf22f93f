// SPDX-License-Identifier: Apache-2.0
#ifndef TRESTLE_TOOLS_CLI_REAL_WORLD_H_
#define TRESTLE_TOOLS_CLI_REAL_WORLD_H_

#include <stop_token>

#include "objects/wire/io_loop.h"
#include "tools/cli/world.h"

namespace trestle::cli {

/// The world of a process: standard streams, its environment, its terminal, agents over HTTP.
/// `loop` must outlive it.
[[nodiscard]] World real_world(IoLoop& loop, std::stop_token stop);

/// Asks on /dev/tty with the echo off; the terminal is put back in every case. Errors:
/// kFailedPrecondition if the process has no terminal, kCancelled if `stop` asks for it.
[[nodiscard]] Result<Secret> ask_on_terminal(const std::string& question,
                                             const std::stop_token& stop);

}  // namespace trestle::cli

#endif  // TRESTLE_TOOLS_CLI_REAL_WORLD_H_
