// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <nlohmann/json.hpp>
#include <string>

#include "tests/unit/simulator/scene.h"
#include "tools/simulator/control.h"

namespace trestle::simulator {
namespace {

using nlohmann::json;
using testing::HasSubstr;

class ControlTest : public testing::Test {
 protected:
  json ask(const std::string& request) {
    return json::parse(control(scene_.simulator, hooks_, request));
  }
  json fine(const std::string& request) {
    json answer = ask(request);
    EXPECT_EQ(answer["ok"], true) << answer;
    return answer;
  }
  std::string error(const std::string& request) {
    const json answer = ask(request);
    EXPECT_EQ(answer["ok"], false) << answer;
    return answer.value("error", "");
  }

  Scene scene_;
  int changes_ = 0;
  ControlHooks hooks_{.changed = [this] { ++changes_; },
                      .step = [this](std::chrono::nanoseconds by) { scene_.clock.advance(by); },
                      .shut_down = {}};
};

TEST_F(ControlTest, InspectsHostsWithoutTheirPasswords) {
  const json all = fine(R"({"do":"inspect"})");
  ASSERT_EQ(all["hosts"].size(), 2U);
  EXPECT_EQ(all["hosts"][0]["name"], "ovm-1");
  EXPECT_EQ(all["hosts"][0]["power"], "on");
  const json one = fine(R"({"do":"inspect","host":"ovm-2"})");
  EXPECT_EQ(one["host"]["mounts"].size(), 1U);
  EXPECT_FALSE(one["host"].contains("password"));
  EXPECT_THAT(error(R"({"do":"inspect","host":"x"})"), HasSubstr("no host 'x'"));
}

TEST_F(ControlTest, ShowsWhatWasDoneInASystemVm) {
  EXPECT_THAT(error(R"({"do":"system_vm","address":"169.254.1.2"})"), HasSubstr("169.254.1.2"));
  ASSERT_TRUE(scene_.create("r-1-VM"));
  ASSERT_TRUE(scene_.vm_call("ovm-1", "start_vm", "r-1-VM"));
  ASSERT_TRUE(scene_.call("ovm-1", "exec_domr", {"169.254.1.2", "'echo' 'x'", 7}));
  ASSERT_TRUE(scene_.call("ovm-1", "ovs_domr_upload_file", {"169.254.1.2", "/tmp", "f", "text"}));
  const json shown = fine(R"({"do":"system_vm","address":"169.254.1.2"})");
  ASSERT_EQ(shown["runs"].size(), 1U);
  EXPECT_EQ(shown["runs"][0]["line"], "'echo' 'x'");
  EXPECT_EQ(shown["runs"][0]["timeout"], "7");
  EXPECT_EQ(shown["files"]["/tmp/f"], "text");
}

TEST_F(ControlTest, SetsListsAndClearsRules) {
  const json set = fine(R"({"do":"set_rule","rule":{"action":"hang","service":"echo"}})");
  EXPECT_EQ(set["id"], "rule-1");
  EXPECT_EQ(fine(R"({"do":"rules"})")["rules"][0]["action"], "hang");
  EXPECT_THAT(error(R"({"do":"clear_rules","id":"x"})"), HasSubstr("no rule 'x'"));
  fine(R"({"do":"clear_rules","id":"rule-1"})");
  EXPECT_TRUE(fine(R"({"do":"rules"})")["rules"].empty());
  EXPECT_THAT(error(R"({"do":"set_rule","rule":{"action":"melt"}})"), HasSubstr("action"));
  EXPECT_THAT(error(R"({"do":"set_rule"})"), HasSubstr("'rule' is missing"));
  EXPECT_GE(changes_, 2);
}

TEST_F(ControlTest, CutsPowerAndStepsTheClock) {
  fine(R"({"do":"power_off","host":"ovm-1"})");
  EXPECT_EQ(fine(R"({"do":"inspect"})")["hosts"][0]["power"], "off");
  fine(R"({"do":"power_on","host":"ovm-1"})");
  EXPECT_EQ(fine(R"({"do":"inspect"})")["hosts"][0]["power"], "booting");
  fine(R"({"do":"step","seconds":2.5})");
  EXPECT_EQ(fine(R"({"do":"inspect"})")["hosts"][0]["power"], "on");
  EXPECT_THAT(error(R"({"do":"step","seconds":-1})"), HasSubstr("0 to 1e9"));
  EXPECT_THAT(error(R"({"do":"power_off"})"), HasSubstr("no host"));
}

TEST_F(ControlTest, CrashesAGuestAsItsConfigurationSays) {
  ASSERT_TRUE(scene_.create("vm1"));
  ASSERT_TRUE(scene_.vm_call("ovm-1", "configure_vm", "vm1", {Struct{{"on_crash", "preserve"}}}));
  ASSERT_TRUE(scene_.vm_call("ovm-1", "start_vm", "vm1"));
  fine(R"({"do":"crash","host":"ovm-1","vm":"vm1"})");
  EXPECT_EQ(scene_.vm_call("ovm-1", "list_vm", "vm1")->root().find("state")->string(), "----c-");
  EXPECT_THAT(error(R"({"do":"crash","host":"ovm-2","vm":"vm1"})"), HasSubstr("no guest 'vm1'"));
}

TEST_F(ControlTest, RefusesWhatIsNoRequest) {
  for (const char* bad : {"", "[]", "{", "7", R"({"do":7})", R"({"do":"dance"})"}) {
    EXPECT_FALSE(error(bad).empty()) << bad;
  }
  EXPECT_THAT(error(R"({"do":"dance"})"), HasSubstr("inspect"));
}

TEST_F(ControlTest, AnswersOverItsSocketAndOnlyToItsOwner) {
  const auto path = scene_.simulator.with_estate(
      [](const Estate& estate) { return estate.root() / "control.sock"; });
  EXPECT_EQ(send_control(path, "{}").error().code, Code::kUnavailable);
  const auto socket = ControlSocket::open(path, scene_.simulator, hooks_);
  ASSERT_TRUE(socket) << socket.error().message();
  const auto mode = std::filesystem::status(path).permissions();
  EXPECT_EQ(mode & std::filesystem::perms::others_all, std::filesystem::perms::none);
  EXPECT_EQ(mode & std::filesystem::perms::group_all, std::filesystem::perms::none);
  const auto answer = send_control(path, R"({"do":"inspect"})");
  ASSERT_TRUE(answer) << answer.error().message();
  EXPECT_EQ(json::parse(*answer)["hosts"].size(), 2U);
  EXPECT_FALSE(ControlSocket::open(path, scene_.simulator, hooks_)) << "one at a time";
}

}  // namespace
}  // namespace trestle::simulator
