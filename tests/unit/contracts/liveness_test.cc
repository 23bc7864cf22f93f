// SPDX-License-Identifier: Apache-2.0
#include "integration/contracts/liveness.h"

#include <gtest/gtest.h>

#include <array>
#include <chrono>
#include <type_traits>
#include <vector>

#include "integration/contracts/fence_builder.h"

namespace trestle::contracts {
namespace {

using std::chrono::milliseconds;

constexpr milliseconds kFresh{60000};

// known defect 121: "cannot tell" cannot be taken for "no" by accident.
static_assert(!std::is_convertible_v<Liveness, bool>);
static_assert(!std::is_constructible_v<bool, Liveness>);
static_assert(!std::is_constructible_v<bool, Fencing>);
static_assert(!std::is_constructible_v<bool, Verdict> || !std::is_convertible_v<Verdict, bool>);

// What one witness can say: fresh or stale, three verdicts.
std::vector<Liveness> statements(const std::string& witness, milliseconds age) {
  return {Liveness::alive(age, witness, "it answered"),
          Liveness::dead(age, witness, "its heartbeat stopped"),
          Liveness::cannot_tell(witness, "nobody answers")};
}

// known defects 119, 120, 121: all 18 pairs of a host that was asked and a neighbour.
TEST(Weigh, FollowsTheTruthTableOfTwoWitnesses) {
  using enum Verdict;
  struct Row {
    milliseconds first_age;
    milliseconds second_age;
    // first says alive, dead, cannot tell; second the same, in the inner list
    std::array<std::array<Verdict, 3>, 3> expected;
  };
  const milliseconds young{1000};
  const milliseconds older{5000};
  const std::vector<Row> table{
      {young,
       older,
       {{{kAlive, kAlive, kAlive}, {kDead, kDead, kDead}, {kAlive, kDead, kCannotTell}}}},
      {young,
       young,
       {{{kAlive, kAlive, kAlive}, {kAlive, kDead, kDead}, {kAlive, kDead, kCannotTell}}}}};
  for (const Row& row : table) {
    for (std::size_t i = 0; i < 3; ++i) {
      for (std::size_t k = 0; k < 3; ++k) {
        const std::array both{statements("a", row.first_age)[i],
                              statements("b", row.second_age)[k]};
        EXPECT_EQ(weigh(both, kFresh).verdict(), row.expected.at(i).at(k)) << i << " " << k;
        const std::array turned{both[1], both[0]};
        EXPECT_EQ(weigh(turned, kFresh).verdict(), row.expected.at(i).at(k))
            << "the order of asking decides nothing";
      }
    }
  }
}

TEST(Weigh, TakesNothingStale) {
  for (const Liveness& stale : statements("old", kFresh + milliseconds(1))) {
    const std::array one{stale};
    EXPECT_EQ(weigh(one, kFresh).verdict(), Verdict::kCannotTell);
  }
  const std::array edge{Liveness::dead(kFresh, "storage", "no heartbeat")};
  EXPECT_EQ(weigh(edge, kFresh).verdict(), Verdict::kDead) << "the limit itself still counts";
}

TEST(Weigh, KeepsWitnessAgeAndReasonOfTheOneThatDecides) {
  const std::array two{Liveness::cannot_tell("ovm-2", "its agent is busy"),
                       Liveness::alive(milliseconds(70), "ovm-3", "heartbeat file is written")};
  EXPECT_EQ(weigh(two, kFresh), two[1]);
}

TEST(Weigh, ListsEveryoneWhoWasAskedInVain) {
  const std::array two{Liveness::cannot_tell("ovm-2", "its agent is busy"),
                       Liveness::alive(milliseconds(90000), "ovm-3", "heartbeat file")};
  const Liveness told = weigh(two, kFresh);
  EXPECT_EQ(told.verdict(), Verdict::kCannotTell);
  EXPECT_EQ(told.reason(),
            "ovm-2: its agent is busy; ovm-3: alive, but 90000 ms old (the limit is 60000 ms)");
  EXPECT_EQ(weigh({}, kFresh).reason(), "nobody was asked");
}

TEST(Verdicts, HaveStableNames) {
  EXPECT_EQ(to_string(Verdict::kAlive), "alive");
  EXPECT_EQ(to_string(Verdict::kDead), "dead");
  EXPECT_EQ(to_string(Verdict::kCannotTell), "cannot_tell");
}

TEST(Fencings, AreNotProvenUntilSomeoneSaysSo) {
  EXPECT_EQ(Fencing{}.outcome, FenceOutcome::kNotProven);
}

}  // namespace
}  // namespace trestle::contracts
