// SPDX-License-Identifier: Apache-2.0
#ifndef TRESTLE_TOOLS_SIMULATOR_SIM_CLOCK_H_
#define TRESTLE_TOOLS_SIMULATOR_SIM_CLOCK_H_

#include <atomic>
#include <chrono>

#include "objects/core/call_context.h"

namespace trestle::simulator {

/// The steady clock, put forward by steps: what a running simulator uses. Thread-safe.
class SimClock final : public Clock {
 public:
  [[nodiscard]] TimePoint now() const override {
    return Clock::steady().now() + std::chrono::nanoseconds(ahead_.load());
  }
  [[nodiscard]] bool wait_until(TimePoint when, const std::stop_token& stop) const override {
    return Clock::steady().wait_until(when - std::chrono::nanoseconds(ahead_.load()), stop);
  }
  /// Puts the clock forward. Waits that are under way are not shortened; the server sets its timer
  /// anew when it is woken.
  void step(std::chrono::nanoseconds by) { ahead_ += by.count(); }

 private:
  std::atomic<std::chrono::nanoseconds::rep> ahead_{0};
};

}  // namespace trestle::simulator

#endif  // TRESTLE_TOOLS_SIMULATOR_SIM_CLOCK_H_
