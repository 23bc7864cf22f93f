// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <string>

#include "tests/unit/cli/shell.h"

namespace trestle::cli {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

TEST(Run, AboutTellsTheVersion) {
  Shell shell;
  const Shell::Ran ran = shell.run({"about", "--json"});
  EXPECT_EQ(ran.exit, 0);
  const auto document = nlohmann::json::parse(ran.out);
  EXPECT_EQ(document["name"], "trestle");
  EXPECT_EQ(document["services"], 200);
  EXPECT_EQ(document["module_calls"], 27);
  EXPECT_EQ(shell.run({"--version"}).out,
            "trestle " + document["version"].get<std::string>() + "\n");
}

TEST(Run, ExitCodeTwoMeansThatNothingWasSent) {
  Shell shell;
  for (const std::vector<std::string>& args :
       {std::vector<std::string>{},
        {"vm", "bogus"},
        {"vm", "start"},
        {"vm", "list", "--bogus"},
        {"disk", "create", "a", "--repo", "r", "--size", "lots"},
        {"host", "own", "--manager", "a/b"},
        {"network", "mtu", "eth0", "12"},
        {"repo", "create", "nowhere", "--name", "x"},
        {"vm", "list", "--timeout", "never"}}) {
    const Shell::Ran ran = shell.run(args);
    EXPECT_EQ(ran.exit, 2) << testing::PrintToString(args) << ran.err;
    EXPECT_EQ(ran.out, "");
    EXPECT_EQ(std::count(ran.err.begin(), ran.err.end(), '\n'), 1) << ran.err;
  }
  EXPECT_TRUE(shell.calls.empty());
}

TEST(Run, WrongCommandLinesAreJsonToo) {
  Shell shell;
  const auto document = nlohmann::json::parse(shell.run({"vm", "bogus", "--json"}).out);
  EXPECT_EQ(document["error"]["code"], "invalid_argument");
}

TEST(Run, AnArgumentThatTheHostRefusesIsNoUsageError) {
  Shell shell;
  shell.answer = [](const Received&) -> Result<Value> {
    Error error{.code = Code::kInvalidArgument, .what = "Invalid roles"};
    return fail(error);
  };
  EXPECT_EQ(shell.run({"host", "roles", "xen"}).exit, 1);
}

TEST(Run, HelpGoesToStandardOutput) {
  Shell shell;
  const Shell::Ran ran = shell.run({"vm", "start", "--help"});
  EXPECT_EQ(ran.exit, 0);
  EXPECT_THAT(ran.out, HasSubstr("Usage: trestle vm start"));
  EXPECT_EQ(ran.err, "");
}

TEST(Run, SimulatorVerbsBecomeTheSimulator) {
  Shell shell;
  EXPECT_EQ(shell.run({"sim", "serve", "--hosts", "2"}).exit, 1) << "it was not there";
  ASSERT_EQ(shell.became.size(), 1U);
  EXPECT_THAT(shell.became[0], ElementsAre("trestle-sim", "serve", "--hosts", "2"));
}

TEST(Run, ProgressIsOneLineAStepWithoutATerminal) {
  Shell shell;
  shell.answer = [](const Received&) -> Result<Value> { return Value(Array{}); };
  const Shell::Ran ran = shell.run({"host", "poll", "https://a"});
  EXPECT_EQ(ran.err, "asking 1 hosts\n");
}

TEST(Run, ProgressIsDrawnAndClearedOnATerminal) {
  Shell shell;
  shell.terminal = true;
  shell.answer = [](const Received&) -> Result<Value> { return Value(Array{}); };
  const Shell::Ran ran = shell.run({"host", "poll", "https://a"});
  EXPECT_TRUE(ran.err.ends_with("\r\x1b[K")) << ran.err;
}

TEST(HostPoll, CountsGuestsAndKeepsTheOrder) {
  Shell shell;
  shell.answer = [](const Received&) -> Result<Value> {
    return Value(Array{Struct{{"name", "Domain-0"},
                              {"uuid", "00000000-0000-0000-0000-000000000000"},
                              {"state", "r-----"}},
                       Struct{{"name", "web1"},
                              {"uuid", "0004fb00-0006-0000-1111-222233334444"},
                              {"state", "-b----"}}});
  };
  const Shell::Ran ran = shell.run({"host", "poll", "https://a", "https://b", "--json"});
  EXPECT_EQ(ran.exit, 0) << ran.err;
  const auto rows = nlohmann::json::parse(ran.out);
  ASSERT_EQ(rows.size(), 2U);
  EXPECT_EQ(rows[0]["url"], "https://a");
  EXPECT_EQ(rows[1]["vms"], 1);
  EXPECT_EQ(rows[1]["running"], 1);
}

TEST(HostPoll, AHostThatDoesNotAnswerFailsTheCommandButNotTheOthers) {
  Shell shell;
  shell.answer = [&shell](const Received&) -> Result<Value> {
    if (shell.calls.size() == 1) return fail(Code::kUnavailable, "nobody answers");
    return Value(Array{});
  };
  const Shell::Ran ran = shell.run({"host", "poll", "https://a", "https://b", "--json"});
  EXPECT_EQ(ran.exit, 1);
  const auto rows = nlohmann::json::parse(ran.out);
  EXPECT_EQ(rows[0]["answered"], false);
  EXPECT_EQ(rows[0]["error"]["code"], "unavailable");
  EXPECT_EQ(rows[1]["answered"], true);
}

TEST(HostReboot, WantsTheHostsOwnName) {
  Shell shell;
  shell.answer = [](const Received& call) -> Result<Value> {
    if (call.method != "discover_server") return Value(Nil{});
    return Value(
        "<?xml version=\"1.0\" ?><Discover_Server_Result><Server><Hostname>ovm1</Hostname>"
        "</Server></Discover_Server_Result>");
  };
  const Shell::Ran wrong = shell.run({"host", "reboot", "--confirm", "ovm2"});
  EXPECT_EQ(wrong.exit, 2);
  EXPECT_THAT(wrong.err, HasSubstr("named 'ovm1'"));
  for (const Received& call : shell.calls) {
    EXPECT_EQ(call.method, "discover_server");
  }
  EXPECT_EQ(shell.run({"host", "reboot", "--confirm", "ovm1"}).exit, 0);
  EXPECT_EQ(shell.calls.back().method, "sys_reboot");
}

}  // namespace
}  // namespace trestle::cli
