// SPDX-License-Identifier: Apache-2.0
// Random work on five hosts while calls fail at random.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdint>
#include <string>
#include <vector>

#include "tests/flow/soak_driver.h"
#include "tests/support/soak.h"

namespace trestle::flow {
namespace {

using ::testing::IsEmpty;
using ::trestle::testing::Soak;

/// Runs the driver and gives its digest; stops at the first broken invariant.
std::uint64_t run(std::uint64_t seed, std::uint64_t steps) {
  SoakDriver driver(seed);
  for (std::uint64_t i = 1; i <= steps; ++i) {
    const std::vector<std::string> broken = driver.step();
    EXPECT_THAT(broken, IsEmpty()) << "seed " << seed << ", step " << i << driver.trail();
    if (!broken.empty()) break;
  }
  return driver.digest();
}

constexpr std::uint64_t kAllSteps = 20'000;

/// Operations that have not worked yet.
std::vector<std::string> untried(const SoakDriver& driver) {
  std::vector<std::string> names;
  for (const char* name : {"make disk", "destroy disk", "create", "delete", "start", "stop",
                           "reboot", "pause", "migrate", "change bridge"}) {
    if (!driver.outcomes().contains(std::string(name) + ": ok")) names.emplace_back(name);
  }
  return names;
}

TEST(FlowSoak, LosesNothingAndRunsNothingTwice) {
  const Soak soak("flow over five hosts with faults", kAllSteps);
  auto random = soak.random();
  const std::uint64_t seed = random();
  SoakDriver driver(seed);
  // Every operation must have worked, or the soak has proved nothing: a short one with an unlucky
  // seed goes on until they have.
  const bool long_enough = soak.count() >= 1000;
  for (std::uint64_t i = 1; i <= soak.count() || (long_enough && !untried(driver).empty()); ++i) {
    ASSERT_LE(i, kAllSteps) << ::testing::PrintToString(untried(driver)) << " never worked";
    ASSERT_THAT(driver.step(), IsEmpty()) << "seed " << seed << ", step " << i << driver.trail();
  }
  if (!long_enough) return;
  for (const char* code : {"agent_fault", "bad_reply", "deadline_exceeded", "unavailable"}) {
    EXPECT_TRUE(std::ranges::any_of(driver.outcomes(), [&](const auto& entry) {
      return entry.first.ends_with(code);
    })) << code;
  }
}

TEST(FlowSoak, SameSeedGivesTheSameBytes) {
  const Soak soak("flow, the same seed twice", 2'000);
  auto random = soak.random();
  const std::uint64_t seed = random();
  const std::uint64_t steps = std::max<std::uint64_t>(soak.count(), 200);
  EXPECT_EQ(run(seed, steps), run(seed, steps));
  EXPECT_NE(run(seed, steps), run(seed + 1, steps));
}

}  // namespace
}  // namespace trestle::flow
