// SPDX-License-Identifier: Apache-2.0
#ifndef TRESTLE_OBJECTS_CORE_CALL_CONTEXT_H_
#define TRESTLE_OBJECTS_CORE_CALL_CONTEXT_H_

#include <chrono>
#include <memory>
#include <stop_token>
#include <string>

namespace trestle {

/// Where "now" and "wait" come from: the steady clock in programs, a stepped one in simulations.
/// Thread-safe.
class Clock {
 public:
  using TimePoint = std::chrono::steady_clock::time_point;

  virtual ~Clock() = default;
  [[nodiscard]] virtual TimePoint now() const = 0;
  /// Waits until `when` on this clock, or less if a stop is asked for. True if `when` was reached.
  [[nodiscard]] virtual bool wait_until(TimePoint when, const std::stop_token& stop) const = 0;

  /// The machine's steady clock.
  static const Clock& steady();
};

/// A clock that moves only when told to; a wait on it moves it. Thread-safe.
class SteppedClock final : public Clock {
 public:
  SteppedClock();
  ~SteppedClock() override;
  SteppedClock(const SteppedClock&) = delete;
  SteppedClock& operator=(const SteppedClock&) = delete;

  [[nodiscard]] TimePoint now() const override;
  [[nodiscard]] bool wait_until(TimePoint when, const std::stop_token& stop) const override;
  void advance(std::chrono::nanoseconds step);

 private:
  struct State;
  std::unique_ptr<State> state_;
};

/// First argument of everything that may wait: until when, who may stop it, and which request it
/// belongs to. A callee may shorten the deadline, never lengthen it. A value; copy it freely.
struct CallContext {
  Clock::TimePoint deadline;
  std::stop_token stop = {};
  std::string flow = {};  ///< id of the request in log lines; empty if there is none
  const Clock* clock = &Clock::steady();

  [[nodiscard]] Clock::TimePoint now() const { return clock->now(); }
  [[nodiscard]] std::chrono::nanoseconds remaining() const { return deadline - clock->now(); }
};

/// A context that ends `budget` from now on the given clock.
[[nodiscard]] CallContext context_for(std::chrono::nanoseconds budget,
                                      const Clock& clock = Clock::steady());

/// The parent's context, ended earlier if `budget` from now is before its deadline.
[[nodiscard]] CallContext with_budget(const CallContext& parent, std::chrono::nanoseconds budget);

}  // namespace trestle

#endif  // TRESTLE_OBJECTS_CORE_CALL_CONTEXT_H_
