// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <string>
#include <vector>

#include "tests/unit/simulator/scene.h"

namespace trestle::simulator {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using testing::HasSubstr;

Rule rule(Action action, std::string service = "echo") {
  Rule made;
  made.service = std::move(service);
  made.action = action;
  return made;
}

void set(Scene& scene, Rule made) {
  scene.simulator.with_rules([&](RuleBook& book) { book.set(std::move(made)); });
}

Result<Reply> echo(Scene& scene, std::chrono::nanoseconds budget = seconds(30)) {
  return scene.call("ovm-1", "echo", {"hello"}, budget);
}

bool has_vm_folder(Scene& scene, const std::string& vm) {
  return scene.simulator.with_estate([&](Estate& estate) {
    return std::filesystem::exists(estate.exports[0]->directory / "VirtualMachines" / vm);
  });
}

TEST(FaultRule, AnswersTheFaultInTheFormOfTheRelease) {
  Scene scene(Release::k321);
  Rule made = rule(Action::kFault);
  made.fault_class = "exceptions.OSError";
  made.fault_text = "[Errno 28] No space left on device: '/x'";
  set(scene, made);
  const auto reply = echo(scene);
  ASSERT_FALSE(reply);
  EXPECT_EQ(reply.error().code, Code::kResourceExhausted);
  EXPECT_EQ(reply.error().fault->text,
            "exceptions.OSError:[Errno 28] No space left on device: '/x'");
  Scene later(Release::k34);
  set(later, made);
  EXPECT_THAT(echo(later).error().fault->text, HasSubstr("<type 'exceptions.OSError'>:[Errno 28]"));
}

TEST(FaultRule, AnswersAnHttpStatus) {
  Scene scene;
  Rule made = rule(Action::kHttpStatus);
  made.status = 403;
  set(scene, made);
  EXPECT_EQ(echo(scene).error().code, Code::kPermissionDenied);
}

TEST(FaultRule, DelaysByExactlyWhatItSays) {
  Scene scene;
  Rule made = rule(Action::kDelay);
  made.delay = milliseconds(750);
  set(scene, made);
  const auto before = scene.clock.now();
  ASSERT_TRUE(echo(scene));
  EXPECT_EQ(scene.clock.now() - before, milliseconds(750));
}

TEST(FaultRule, HangsUntilTheDeadline) {
  Scene scene;
  set(scene, rule(Action::kHang));
  const auto before = scene.clock.now();
  const auto reply = echo(scene, seconds(7));
  EXPECT_EQ(reply.error().code, Code::kDeadlineExceeded);
  EXPECT_EQ(scene.clock.now() - before, seconds(7));
}

TEST(FaultRule, DropsBeforeTheEffect) {
  Scene scene;
  set(scene, rule(Action::kDropBefore, "create_vm"));
  const auto reply = scene.create("vm1");
  EXPECT_EQ(reply.error().code, Code::kUnavailable);
  EXPECT_FALSE(has_vm_folder(scene, "vm1"));
}

TEST(FaultRule, DropsAfterTheEffect) {
  Scene scene;
  set(scene, rule(Action::kDropAfter, "create_vm"));
  const auto reply = scene.create("vm1");
  EXPECT_EQ(reply.error().code, Code::kUnavailable);
  EXPECT_THAT(reply.error().what, HasSubstr("unknown"));
  EXPECT_TRUE(has_vm_folder(scene, "vm1"));
}

TEST(FaultRule, TruncatesAfterTheEffect) {
  Scene scene;
  Rule made = rule(Action::kTruncate, "create_vm");
  made.bytes = 40;
  set(scene, made);
  const auto reply = scene.create("vm1");
  EXPECT_EQ(reply.error().code, Code::kBadReply);
  EXPECT_THAT(reply.error().what, HasSubstr("after 40 of"));
  EXPECT_TRUE(has_vm_folder(scene, "vm1"));
}

TEST(FaultRule, SendsGarbage) {
  Scene scene;
  set(scene, rule(Action::kGarbage));
  EXPECT_EQ(echo(scene).error().code, Code::kBadReply);
}

TEST(FaultRule, AnswersAnotherType) {
  Scene scene;
  set(scene, rule(Action::kWrongType, "*"));
  EXPECT_EQ(echo(scene)->root().kind(), Kind::kStruct);
  EXPECT_EQ(scene.call("ovm-1", "list_vm", {std::string(Scene::kRepository), "x"})->root().kind(),
            Kind::kStruct);
}

TEST(FaultRule, DoesNotMakeASuccessOfAFault) {
  Scene scene;
  set(scene, rule(Action::kWrongType, "*"));
  const auto reply = scene.call("ovm-1", "start_vm", {std::string(Scene::kRepository), "none"});
  ASSERT_FALSE(reply);
  EXPECT_TRUE(reply.error().fault.has_value());
}

TEST(FaultRule, DripsSlowlyIntoTheDeadline) {
  Scene scene;
  Rule made = rule(Action::kSlowDrip);
  made.bytes = 1;
  made.delay = seconds(1);
  set(scene, made);
  EXPECT_EQ(echo(scene, seconds(5)).error().code, Code::kDeadlineExceeded);
  EXPECT_TRUE(echo(scene, std::chrono::hours(1)));
}

TEST(FaultRule, AppliesToTheNthCallOfOneHostOnly) {
  Scene scene;
  Rule made = rule(Action::kFault);
  made.host = "ovm-1";
  made.nth = 2;
  set(scene, made);
  EXPECT_TRUE(echo(scene));
  EXPECT_TRUE(scene.call("ovm-2", "echo", {"x"}));
  EXPECT_FALSE(echo(scene));
  EXPECT_TRUE(echo(scene));
}

TEST(FaultRule, AppliesSoManyTimes) {
  Scene scene;
  Rule made = rule(Action::kFault);
  made.times = 2;
  set(scene, made);
  EXPECT_FALSE(echo(scene));
  EXPECT_FALSE(echo(scene));
  EXPECT_TRUE(echo(scene));
}

std::vector<bool> draws(std::uint64_t seed) {
  RuleBook book(seed);
  Rule made = rule(Action::kFault, "*");
  made.probability = 0.3;
  book.set(made);
  std::vector<bool> outcome;
  for (int i = 0; i < 1000; ++i) outcome.push_back(book.match_call("h", "s").has_value());
  return outcome;
}

TEST(FaultRule, DrawsTheSameWithTheSameSeedAndAboutAsOftenAsAsked) {
  EXPECT_EQ(draws(1), draws(1));
  EXPECT_NE(draws(1), draws(2));
  const auto outcome = draws(3);
  const auto count = std::count(outcome.begin(), outcome.end(), true);
  EXPECT_GT(count, 230);
  EXPECT_LT(count, 370);
}

TEST(RuleBook, ReplacesByIdAndClears) {
  RuleBook book;
  Rule first = rule(Action::kFault);
  first.id = "a";
  EXPECT_EQ(book.set(first), "a");
  EXPECT_EQ(book.set(rule(Action::kHang)), "rule-1");
  first.action = Action::kDelay;
  book.set(first);
  ASSERT_EQ(book.rules().size(), 2U);
  EXPECT_EQ(book.rules()[0].action, Action::kDelay);
  EXPECT_FALSE(book.clear("b"));
  EXPECT_TRUE(book.clear("a"));
  EXPECT_TRUE(book.clear(""));
  EXPECT_TRUE(book.rules().empty());
}

}  // namespace
}  // namespace trestle::simulator
