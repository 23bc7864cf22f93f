// SPDX-License-Identifier: Apache-2.0
#include "objects/ovm3/host.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <optional>
#include <string>

#include "objects/ovm3/power.h"
#include "tests/support/mock_transport.h"
#include "tests/support/recordings.h"
#include "tests/support/replay_transport.h"

namespace trestle::ovm3 {
namespace {

using namespace std::chrono_literals;
using ::testing::_;
using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::StrictMock;
using ::trestle::testing::Answers;
using ::trestle::testing::Calls;
using ::trestle::testing::FailsAs;
using ::trestle::testing::FailsWith;
using ::trestle::testing::MockTransport;
using ::trestle::testing::ReplayTransport;
using ::trestle::testing::Succeeds;
using ::trestle::testing::synthetic_body;

class HostCalls : public ::testing::Test {
 protected:
  void expect(const char* method, const Array& params, Value answer = Nil{}) {
    EXPECT_CALL(transport_, round_trip(_, Calls(method, params))).WillOnce(Answers(answer));
  }

  StrictMock<MockTransport> transport_;
  const Host host_{Agent(transport_)};
  const CallContext ctx_ = context_for(1min);
};

// known defect 17: servers alone leave the host without its two flags.
TEST_F(HostCalls, SetNtpSendsAllThreeArguments) {
  expect("set_ntp", Array{Array{"a", "b"}, true, false});
  EXPECT_THAT(host_.set_ntp(ctx_, {"a", "b"}, true, false), Succeeds());
}

// known defect 15: set_statistics_interval does not exist.
TEST_F(HostCalls, SetStatisticIntervalGoesByItsRealName) {
  expect("set_statistic_interval", Array{30});
  EXPECT_THAT(host_.set_statistic_interval(ctx_, 30s), Succeeds());
}

TEST_F(HostCalls, SetStatisticIntervalRefusesZeroBeforeItAsks) {
  EXPECT_THAT(host_.set_statistic_interval(ctx_, 0s), FailsWith(Code::kInvalidArgument));
}

// known defect 16: 3.3 and later want the old password as well.
TEST_F(HostCalls, UpdateAgentPasswordSendsTwoArgumentsTo32) {
  expect("update_agent_password", Array{"oracle", "new"});
  EXPECT_THAT(host_.update_agent_password(ctx_, kRelease32, "oracle", Secret("new"), Secret("old")),
              Succeeds());
}

TEST_F(HostCalls, UpdateAgentPasswordSendsTheOldOneFrom33On) {
  for (const Release release : {kRelease33, kRelease34}) {
    expect("update_agent_password", Array{"oracle", "new", "old"});
    EXPECT_THAT(host_.update_agent_password(ctx_, release, "oracle", Secret("new"), Secret("old")),
                Succeeds());
  }
}

TEST_F(HostCalls, CopyFileLeavesOffWhatTheCallerDoesNotSay) {
  expect("copy_file", Array{"/a", "/b"});
  EXPECT_THAT(host_.copy_file(ctx_, "/a", "/b"), Succeeds());
  expect("copy_file", Array{"/a", "/b", true});
  EXPECT_THAT(host_.copy_file(ctx_, "/a", "/b", true), Succeeds());
}

TEST_F(HostCalls, MountsOfNamedTypesAreArgumentsOfTheirOwn) {
  const Value none("<Discover_Mounted_File_Systems_Result/>");
  expect("discover_mounted_file_systems", Array{"nfs", "ocfs2"}, none);
  EXPECT_THAT(host_.discover_mounts(ctx_, {"nfs", "ocfs2"}), Succeeds());
  expect("discover_mounted_file_systems", Array{}, none);
  EXPECT_THAT(host_.discover_mounts(ctx_), Succeeds());
}

TEST_F(HostCalls, PhysicalLunsAreAskedForWithOneEmptyText) {
  expect("discover_physical_luns", Array{""}, Value("<Discover_Physical_Luns_Result/>"));
  EXPECT_THAT(host_.discover_physical_luns(ctx_), Succeeds());
}

TEST_F(HostCalls, SettersSendTheirArguments) {
  expect("set_timezone", Array{"Asia/Tokyo", false});
  EXPECT_THAT(host_.set_time_zone(ctx_, "Asia/Tokyo", false), Succeeds());
  expect("set_datetime", Array{2016, 2, 29, 1, 2, 3});
  EXPECT_THAT(host_.set_wall_clock(ctx_, {2016, 2, 29, 1, 2, 3}), Succeeds());
  expect("enable_ntp", Array{});
  EXPECT_THAT(host_.enable_ntp(ctx_), Succeeds());
  expect("disable_ntp", Array{});
  EXPECT_THAT(host_.disable_ntp(ctx_), Succeeds());
  expect("sleep", Array{5});
  EXPECT_THAT(host_.sleep(ctx_, 5s), Succeeds());
}

TEST_F(HostCalls, SetWallClockRefusesADayThatDoesNotExist) {
  EXPECT_THAT(host_.set_wall_clock(ctx_, {2015, 2, 29, 1, 2, 3}),
              FailsWith(Code::kInvalidArgument));
}

TEST_F(HostCalls, SleepMustFitTheDeadline) {
  const auto outcome = host_.sleep(ctx_, 61s);
  ASSERT_THAT(outcome, FailsWith(Code::kDeadlineExceeded));
  EXPECT_THAT(outcome.error().message(), AllOf(HasSubstr("sleep"), HasSubstr("host.example")));
  EXPECT_THAT(host_.sleep(ctx_, -1s), FailsWith(Code::kInvalidArgument));
}

TEST_F(HostCalls, EchoGivesBackWhatTheAgentSays) {
  expect("echo", Array{Struct{{"a", 1}}}, Struct{{"a", 2}});
  const auto answer = host_.echo(ctx_, Struct{{"a", 1}});
  ASSERT_THAT(answer, Succeeds());
  EXPECT_EQ(*answer, Value(Struct{{"a", 2}}));
}

// known defect 8: class, number and text of a fault stay apart all the way up.
TEST_F(HostCalls, KeepTheAgentsFault) {
  const Error fault{.code = Code::kResourceExhausted,
                    .what = "no space",
                    .host = {},
                    .service = {},
                    .fault = AgentFault{.code = 1,
                                        .class_name = "exceptions.OSError",
                                        .errno_value = 28,
                                        .text = "exceptions.OSError:[Errno 28] no space"}};
  EXPECT_CALL(transport_, round_trip(_, _)).WillOnce(FailsAs(fault));
  const auto outcome = host_.copy_file(ctx_, "/a", "/b");
  ASSERT_THAT(outcome, FailsWith(Code::kResourceExhausted));
  EXPECT_EQ(outcome.error().fault, fault.fault);
  EXPECT_EQ(outcome.error().service, "copy_file");
  EXPECT_EQ(outcome.error().host, "host.example:8899");
}

TEST_F(HostCalls, SayWhichServiceSentAnUnreadableReply) {
  expect("discover_server", Array{}, Value("Traceback"));
  const auto outcome = host_.discover(ctx_);
  ASSERT_THAT(outcome, FailsWith(Code::kBadReply));
  EXPECT_EQ(outcome.error().service, "discover_server");
  EXPECT_EQ(outcome.error().host, "host.example:8899");
}

TEST(HostFacts, AreReadFromStoredBodies) {
  ReplayTransport transport;
  transport.answer_body("discover_server", synthetic_body("discover_server--unowned"))
      .answer_body("discover_hardware", synthetic_body("discover_hardware--two-nodes"))
      .answer_body("discover_storage_plugins", synthetic_body("discover_storage_plugins--pretty"))
      .answer_body("get_ntp", synthetic_body("get_ntp--no-servers"))
      .answer_body("get_timezone", synthetic_body("get_timezone--local"))
      .answer_body("get_last_boot_time", synthetic_body("get_last_boot_time--int"))
      .answer_body("get_datetime", synthetic_body("get_datetime"))
      .answer_body("get_api_version", synthetic_body("get_api_version--two"))
      .answer_body("get_log", synthetic_body("get_log--two"));
  const Host host{Agent(transport)};
  const CallContext ctx = context_for(1min);
  EXPECT_EQ(host.discover(ctx)->release, kRelease34);
  EXPECT_EQ(host.discover_hardware(ctx)->threads(), 32U);
  EXPECT_EQ(host.discover_storage_plugins(ctx)->size(), 2U);
  EXPECT_EQ(host.ntp(ctx)->running, true);
  EXPECT_EQ(host.time_zone(ctx)->zone, "Asia/Tokyo");
  EXPECT_EQ(host.boot_time(ctx)->last_boot_time,
            std::chrono::sys_seconds(std::chrono::seconds(1'400'000'000)));
  EXPECT_EQ(host.wall_clock(ctx)->day, 29);
  EXPECT_EQ(host.api_levels(ctx), (ApiLevels{2, 3}));
  EXPECT_EQ(host.logs(ctx, {"messages", "xend", "gone"}),
            (Logs{{"messages", "line one\nline two\n"}, {"xend", ""}}));
}

// known defect 20: a second discovery starts from nothing and cannot add to the first.
TEST(HostFacts, AreAskedForAnewEachTime) {
  ReplayTransport transport;
  transport.answer("get_ntp", Array{Array{"a", "b"}, true, true});
  transport.answer("get_ntp", Array{Array{"c"}, true, true});
  const Host host{Agent(transport)};
  const CallContext ctx = context_for(1min);
  EXPECT_EQ(host.ntp(ctx)->servers.size(), 2U);
  EXPECT_EQ(host.ntp(ctx)->servers, std::vector<std::string>{"c"});
  EXPECT_EQ(transport.sent().size(), 2U);
}

TEST(PowerCalls, GoToTheHostItself) {
  ReplayTransport transport;
  transport.answer("sys_reboot", Nil{}).answer("sys_shutdown", Nil{});
  const Power power{Agent(transport)};
  const CallContext ctx = context_for(1min);
  EXPECT_THAT(power.reboot(ctx), Succeeds());
  EXPECT_THAT(power.shut_down(ctx), Succeeds());
  ASSERT_EQ(transport.sent().size(), 2U);
  EXPECT_EQ(transport.sent()[0].effect, Effect::kMutates);
}

}  // namespace
}  // namespace trestle::ovm3
