// SPDX-License-Identifier: Apache-2.0
#include "objects/core/poll.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <stop_token>

namespace trestle {
namespace {

using namespace std::chrono_literals;
using ::testing::HasSubstr;

TEST(Poll, AsksAtOnce) {
  const SteppedClock clock;
  const auto start = clock.now();
  int asked = 0;
  const auto done = poll(context_for(10s, clock), 5s, "x", [&](const CallContext&) -> Result<bool> {
    ++asked;
    return true;
  });
  EXPECT_TRUE(done.has_value());
  EXPECT_EQ(asked, 1);
  EXPECT_EQ(clock.now(), start);
}

// known defect 26: no interval is slept through after a success.
TEST(Poll, AsksEveryIntervalAndStopsAtTheFirstYes) {
  const SteppedClock clock;
  const auto start = clock.now();
  int asked = 0;
  const auto done = poll(context_for(1min, clock), 5s, "x",
                         [&](const CallContext&) -> Result<bool> { return ++asked == 4; });
  EXPECT_TRUE(done.has_value());
  EXPECT_EQ(clock.now() - start, 15s);
}

TEST(Poll, EndsWithTheDeadlineBeforeTheNextQuestion) {
  const SteppedClock clock;
  const auto start = clock.now();
  int asked = 0;
  const auto done =
      poll(context_for(12s, clock), 5s, "the VM to stop", [&](const CallContext&) -> Result<bool> {
        ++asked;
        return false;
      });
  ASSERT_FALSE(done.has_value());
  EXPECT_EQ(done.error().code, Code::kDeadlineExceeded);
  EXPECT_THAT(done.error().what, HasSubstr("while waiting for the VM to stop"));
  EXPECT_EQ(asked, 3);
  EXPECT_EQ(clock.now() - start, 10s);
}

// known defect 26: an error of the question is an error, not a "not yet".
TEST(Poll, EndsWithTheErrorOfTheQuestion) {
  const SteppedClock clock;
  int asked = 0;
  const auto done =
      poll(context_for(1min, clock), 5s, "x", [&](const CallContext&) -> Result<bool> {
        if (++asked < 2) return false;
        return fail(Code::kNotFound, "gone");
      });
  ASSERT_FALSE(done.has_value());
  EXPECT_EQ(done.error().code, Code::kNotFound);
  EXPECT_EQ(asked, 2);
}

TEST(Poll, EndsWhenAStopIsAskedFor) {
  const SteppedClock clock;
  std::stop_source source;
  CallContext ctx = context_for(1min, clock);
  ctx.stop = source.get_token();
  int asked = 0;
  const auto done = poll(ctx, 5s, "the VM to stop", [&](const CallContext&) -> Result<bool> {
    if (++asked == 3) source.request_stop();
    return false;
  });
  ASSERT_FALSE(done.has_value());
  EXPECT_EQ(done.error().code, Code::kCancelled);
  EXPECT_THAT(done.error().what, HasSubstr("the VM to stop"));
  EXPECT_EQ(asked, 3);
}

TEST(Poll, HandsItsContextToTheQuestion) {
  const SteppedClock clock;
  CallContext ctx = context_for(1min, clock);
  ctx.flow = "f1";
  const auto done = poll(ctx, 5s, "x", [&](const CallContext& inner) -> Result<bool> {
    EXPECT_EQ(inner.flow, "f1");
    EXPECT_EQ(inner.deadline, ctx.deadline);
    return true;
  });
  EXPECT_TRUE(done.has_value());
}

}  // namespace
}  // namespace trestle
