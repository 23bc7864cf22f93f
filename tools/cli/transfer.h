// SPDX-License-Identifier: Apache-2.0
#ifndef TRESTLE_TOOLS_CLI_TRANSFER_H_
#define TRESTLE_TOOLS_CLI_TRANSFER_H_

#include <chrono>
#include <cstdint>
#include <string>

#include "systemvm/progress.h"
#include "tools/cli/world.h"

namespace trestle::cli {

/// How far a long copy is, on standard error: on a terminal one line with a bar, the rate and the
/// time left, elsewhere one line of JSON for each step and each second: {"step", "done_bytes",
/// "total_bytes", "bytes_per_second", "seconds_left"}. Single-threaded.
class Transfer {
 public:
  explicit Transfer(World& world) : world_(world) {}
  ~Transfer() { finish(); }
  Transfer(const Transfer&) = delete;
  Transfer& operator=(const Transfer&) = delete;

  void tell(const systemvm::StepProgress& now);
  /// Clears the line, so that results and errors stand alone.
  void finish();

 private:
  void draw(const systemvm::StepProgress& now, double seconds);
  void print(const systemvm::StepProgress& now, double seconds);

  World& world_;
  std::string step_;
  Clock::TimePoint began_;
  Clock::TimePoint told_;
  bool drawn_ = false;
};

/// "1h05m", "3m20s", "12 s".
[[nodiscard]] std::string human_seconds(std::uint64_t seconds);

}  // namespace trestle::cli

#endif  // TRESTLE_TOOLS_CLI_TRANSFER_H_
