// SPDX-License-Identifier: Apache-2.0
// The main job with one call after the other disturbed: whatever happens on the way, the handles
// give a typed error, send no changing call twice, and the job can be taken up again.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <map>
#include <ostream>
#include <string>
#include <tuple>
#include <vector>

#include "tests/flow/main_job.h"

namespace trestle::flow {
namespace {

using simulator::Action;
using simulator::Release;
using testing::IsEmpty;

struct Trouble {
  std::string name;
  Action action;
  std::vector<Code> codes;  ///< that the job may end with; empty = it must succeed
  bool may_go_on = false;   ///< the job may also succeed: a safe call was repeated, or a reply
                            ///< that nobody needs was of another kind
};

void PrintTo(const Trouble& trouble, std::ostream* out) { *out << trouble.name; }

const std::vector<Trouble>& troubles() {
  static const std::vector<Trouble> all{
      {"Fault", Action::kFault, {Code::kAgentFault}},
      {"Delay", Action::kDelay, {}},
      {"Hang", Action::kHang, {Code::kDeadlineExceeded}},
      {"DropBefore", Action::kDropBefore, {Code::kUnavailable}, true},
      {"DropAfter", Action::kDropAfter, {Code::kUnavailable}, true},
      {"Truncate", Action::kTruncate, {Code::kBadReply}},
      {"Garbage", Action::kGarbage, {Code::kBadReply}},
      {"WrongType", Action::kWrongType, {Code::kBadReply}, true},
      {"HttpStatus", Action::kHttpStatus, {Code::kInternal}},
      {"SlowDrip", Action::kSlowDrip, {Code::kDeadlineExceeded}, true}};
  return all;
}

simulator::Rule rule_for(const Trouble& trouble, std::uint64_t nth) {
  simulator::Rule rule;
  rule.nth = nth;
  rule.action = trouble.action;
  rule.fault_class = "exceptions.OSError";
  rule.fault_text = "[Errno 5] Input/output error: '/dev/sda'";
  rule.delay =
      trouble.action == Action::kSlowDrip ? std::chrono::seconds(5) : std::chrono::seconds(40);
  rule.bytes = trouble.action == Action::kSlowDrip ? 10 : 60;
  return rule;
}

class FaultyJob : public testing::TestWithParam<std::tuple<Release, Trouble>> {
 protected:
  /// Runs the job with its nth call disturbed and looks at everything.
  static void run_disturbed(Release release, const Trouble& trouble, std::uint64_t nth,
                            const std::map<std::string, int>& undisturbed) {
    MainJob job(release);
    job.scene.sim.with_rules([&](auto& rules) { rules.set(rule_for(trouble, nth)); });
    const auto done = job.run();
    const std::string method = job.scene.seen().at(nth - 1);
    const std::string where =
        std::string(job.last_step()) + ", call " + std::to_string(nth) + " (" + method + "): ";
    SCOPED_TRACE(where);
    if (!done) {
      const Error& error = done.error();
      EXPECT_THAT(trouble.codes, testing::Contains(error.code)) << error.message();
      EXPECT_EQ(error.service, method);
      EXPECT_FALSE(error.host.empty());
      EXPECT_EQ(error.fault.has_value(), trouble.action == Action::kFault);
    } else {
      EXPECT_TRUE(trouble.may_go_on || trouble.codes.empty()) << "the trouble went unseen";
      EXPECT_THAT(job.left_over(), IsEmpty());
    }
    for (const auto& [call, count] : job.scene.changing_calls()) {
      const auto usual = undisturbed.find(call);
      EXPECT_TRUE(usual != undisturbed.end() && count <= usual->second)
          << call << " was sent " << count << " times";
    }
    EXPECT_THAT(job.scene.doubled_vms(), IsEmpty());
    if (done) return;
    // No lock is held and nothing is stuck: the rest can be cleared away and the job be done.
    job.scene.sim.with_rules([](auto& rules) { rules.clear(""); });
    job.clean_up();
    EXPECT_THAT(job.left_over(), IsEmpty());
    const auto again = job.run();
    EXPECT_TRUE(again) << job.last_step() << ": " << again.error().message();
  }
};

TEST_P(FaultyJob, EndsInATypedErrorAndCanBeTakenUpAgain) {
  const auto& [release, trouble] = GetParam();
  MainJob plain(release);
  ASSERT_TRUE(plain.run()) << plain.last_step();
  const std::uint64_t calls = plain.scene.seen().size();
  ASSERT_GT(calls, 40U);
  const auto undisturbed = plain.scene.changing_calls();
  for (std::uint64_t nth = 1; nth <= calls && !HasFailure(); ++nth) {
    run_disturbed(release, trouble, nth, undisturbed);
  }
}

INSTANTIATE_TEST_SUITE_P(Under, FaultyJob,
                         testing::Combine(testing::Values(Release::k321, Release::k331,
                                                          Release::k34),
                                          testing::ValuesIn(troubles())),
                         [](const auto& test) {
                           std::string name = std::get<1>(test.param).name + "Of" +
                                              std::string(to_string(std::get<0>(test.param)));
                           std::erase(name, '.');
                           return name;
                         });

TEST(FaultyJobRules, ReachACall) {
  // The negative twin: a rule that fits no call changes nothing.
  MainJob job(Release::k331);
  job.scene.sim.with_rules([&](auto& rules) { rules.set(rule_for(troubles()[0], 100'000)); });
  EXPECT_TRUE(job.run()) << job.last_step();
}

}  // namespace
}  // namespace trestle::flow
