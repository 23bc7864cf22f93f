// SPDX-License-Identifier: Apache-2.0
#include "objects/core/call_context.h"

#include <algorithm>
#include <condition_variable>
#include <mutex>

namespace trestle {
namespace {

class SteadyClock final : public Clock {
 public:
  [[nodiscard]] TimePoint now() const override { return std::chrono::steady_clock::now(); }

  [[nodiscard]] bool wait_until(TimePoint when, const std::stop_token& stop) const override {
    std::mutex mutex;
    std::condition_variable_any wake;
    std::unique_lock lock(mutex);
    wake.wait_until(lock, stop, when, [] { return false; });
    return !stop.stop_requested();
  }
};

}  // namespace

const Clock& Clock::steady() {
  static const SteadyClock clock;  // stateless, so sharing it is safe
  return clock;
}

struct SteppedClock::State {
  mutable std::mutex mutex;
  TimePoint now{std::chrono::seconds{1}};  // not the epoch: "zero" must not look like a set time
};

SteppedClock::SteppedClock() : state_(std::make_unique<State>()) {}
SteppedClock::~SteppedClock() = default;

Clock::TimePoint SteppedClock::now() const {
  const std::scoped_lock lock(state_->mutex);
  return state_->now;
}

bool SteppedClock::wait_until(TimePoint when, const std::stop_token& stop) const {
  if (stop.stop_requested()) return false;
  const std::scoped_lock lock(state_->mutex);
  state_->now = std::max(state_->now, when);
  return true;
}

void SteppedClock::advance(std::chrono::nanoseconds step) {
  const std::scoped_lock lock(state_->mutex);
  state_->now += std::chrono::duration_cast<TimePoint::duration>(step);
}

namespace {

// `budget` from now; the longest budget there is means no deadline and must not wrap round.
Clock::TimePoint after(const Clock& clock, std::chrono::nanoseconds budget) {
  const Clock::TimePoint now = clock.now();
  if (budget > Clock::TimePoint::max() - now) return Clock::TimePoint::max();
  return now + std::chrono::duration_cast<Clock::TimePoint::duration>(budget);
}

}  // namespace

CallContext context_for(std::chrono::nanoseconds budget, const Clock& clock) {
  return {.deadline = after(clock, budget), .clock = &clock};
}

CallContext with_budget(const CallContext& parent, std::chrono::nanoseconds budget) {
  CallContext child = parent;
  child.deadline = std::min(parent.deadline, after(*parent.clock, budget));
  return child;
}

}  // namespace trestle
