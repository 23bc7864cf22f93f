// SPDX-License-Identifier: Apache-2.0
#ifndef TRESTLE_TOOLS_CLI_PROGRESS_H_
#define TRESTLE_TOOLS_CLI_PROGRESS_H_

#include <chrono>
#include <condition_variable>
#include <memory>
#include <mutex>
#include <string>
#include <thread>

#include "tools/cli/world.h"

namespace trestle::cli {

/// What a long command is doing, on standard error: on a terminal one line with a moving bar and
/// the seconds so far, elsewhere one plain line a step. Says nothing for a command that names no
/// step. Steps are told from one thread.
class Progress {
 public:
  /// `drawn`: a moving line; otherwise one plain line a step.
  Progress(World& world, bool drawn) : world_(world), drawn_(drawn) {}
  ~Progress() { finish(); }
  Progress(const Progress&) = delete;
  Progress& operator=(const Progress&) = delete;

  /// Begins a step ("copying 20 GiB"), ends the one before. The same text again changes nothing.
  void step(const std::string& what);
  /// Ends the last step and clears the line, so that results and errors stand alone.
  void finish();

 private:
  void draw(const std::stop_token& stop);

  World& world_;
  bool drawn_;
  std::string what_;
  std::chrono::steady_clock::time_point since_;
  std::mutex mutex_;
  std::condition_variable_any wake_;
  std::jthread drawer_;  // last: it uses the others, so it must end first
};

}  // namespace trestle::cli

#endif  // TRESTLE_TOOLS_CLI_PROGRESS_H_
