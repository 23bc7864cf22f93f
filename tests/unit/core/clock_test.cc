// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <chrono>
#include <stop_token>
#include <thread>

#include "objects/core/call_context.h"

namespace trestle {
namespace {

using namespace std::chrono_literals;

// Far beyond what a loaded machine needs: these tests ask for order, not for speed.
constexpr auto kPatience = 30s;

// known defect 3: one unit. A budget of a second is a second, not a fortnight.
TEST(CallContext, EndsAfterItsBudgetOnItsClock) {
  const SteppedClock clock;
  const CallContext ctx = context_for(1s, clock);
  EXPECT_EQ(ctx.remaining(), 1s);
  EXPECT_TRUE(clock.wait_until(clock.now() + 400ms, {}));
  EXPECT_EQ(ctx.remaining(), 600ms);
  EXPECT_EQ(ctx.now(), clock.now());
}

TEST(CallContext, MayBeShortenedNeverLengthened) {
  const SteppedClock clock;
  const CallContext parent = context_for(10s, clock);
  EXPECT_EQ(with_budget(parent, 3s).remaining(), 3s);
  EXPECT_EQ(with_budget(parent, 30s).remaining(), 10s);
  EXPECT_EQ(with_budget(parent, std::chrono::nanoseconds::max()).deadline, parent.deadline);
}

TEST(CallContext, CarriesFlowStopAndClockToItsChildren) {
  const SteppedClock clock;
  std::stop_source source;
  CallContext parent = context_for(10s, clock);
  parent.flow = "f1";
  parent.stop = source.get_token();
  const CallContext child = with_budget(parent, 1s);
  EXPECT_EQ(child.flow, "f1");
  EXPECT_EQ(child.clock, &clock);
  source.request_stop();
  EXPECT_TRUE(child.stop.stop_requested());
}

TEST(CallContext, TakesTheLongestBudgetForNoDeadline) {
  const CallContext ctx = context_for(std::chrono::nanoseconds::max());
  EXPECT_GT(ctx.remaining(), 24h * 365);
  const CallContext child = with_budget(ctx, std::chrono::nanoseconds::max());
  EXPECT_GT(child.remaining(), 24h * 365);
}

TEST(SteppedClock, MovesOnlyWhenToldTo) {
  SteppedClock clock;
  const auto before = clock.now();
  std::this_thread::yield();
  EXPECT_EQ(clock.now(), before);
  clock.advance(5s);
  EXPECT_EQ(clock.now(), before + 5s);
}

TEST(SteppedClock, IsMovedByAWaitAndNeverBack) {
  const SteppedClock clock;
  const auto start = clock.now();
  EXPECT_TRUE(clock.wait_until(start + 1h, {}));
  EXPECT_EQ(clock.now(), start + 1h);
  EXPECT_TRUE(clock.wait_until(start, {}));
  EXPECT_EQ(clock.now(), start + 1h);
}

TEST(SteppedClock, DoesNotWaitAfterAStop) {
  const SteppedClock clock;
  const auto start = clock.now();
  std::stop_source source;
  source.request_stop();
  EXPECT_FALSE(clock.wait_until(start + 1h, source.get_token()));
  EXPECT_EQ(clock.now(), start);
}

TEST(SteadyClock, WaitsUntilTheTimeHasCome) {
  const Clock& clock = Clock::steady();
  const auto when = clock.now() + 20ms;
  EXPECT_TRUE(clock.wait_until(when, {}));
  EXPECT_GE(clock.now(), when);
}

TEST(SteadyClock, DoesNotWaitForThePast) {
  const Clock& clock = Clock::steady();
  const auto start = clock.now();
  EXPECT_TRUE(clock.wait_until(start - 1h, {}));
  EXPECT_LT(clock.now() - start, kPatience);
}

TEST(SteadyClock, WakesUpWhenAStopIsAskedFor) {
  const Clock& clock = Clock::steady();
  std::stop_source source;
  const auto start = clock.now();
  std::jthread stopper([&source] { source.request_stop(); });
  EXPECT_FALSE(clock.wait_until(start + 1h, source.get_token()));
  EXPECT_LT(clock.now() - start, kPatience);
}

}  // namespace
}  // namespace trestle
