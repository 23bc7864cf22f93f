// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <string>

#include "tests/unit/cli/shell.h"

namespace trestle::cli {
namespace {

using testing::HasSubstr;
using testing::Not;

Shell echoing() {
  Shell shell;
  shell.answer = [](const Received& call) -> Result<Value> {
    return call.params.empty() ? Value(Nil{}) : call.params.front();
  };
  return shell;
}

class AgentCallRoundTrip : public testing::TestWithParam<const char*> {};

TEST_P(AgentCallRoundTrip, PrintsWhatItWasGiven) {
  Shell shell = echoing();
  const Shell::Ran ran = shell.run({"agent", "call", "echo", GetParam(), "--json"});
  EXPECT_EQ(ran.exit, 0) << ran.err;
  EXPECT_EQ(ran.out, std::string(GetParam()) + "\n");
}

INSTANTIATE_TEST_SUITE_P(Arguments, AgentCallRoundTrip,
                         testing::Values("\"hello\"", "null", "-7", "9223372036854775807", "1.0",
                                         "[1,[2,\"x\"]]", "{\"b\":1,\"a\":{\"$base64\":\"AP8Q\"}}",
                                         "{\"$dateTime\":\"20141020T19:46:48\"}", "true"));

TEST(AgentCall, SendsArgumentsOneByOne) {
  Shell shell = echoing();
  shell.run({"agent", "call", "start_vm", "\"repo\"", "\"vm\""});
  ASSERT_EQ(shell.calls.size(), 1U);
  EXPECT_EQ(shell.calls[0].method, "start_vm");
  EXPECT_EQ(shell.calls[0].params, (Array{"repo", "vm"}));
}

TEST(AgentCall, TakesTheEffectOfTheRow) {
  Shell shell = echoing();
  shell.run({"agent", "call", "list_vms"});
  shell.run({"agent", "call", "start_vm", "1", "2"});
  shell.run({"agent", "call", "a_service_of_tomorrow"});
  ASSERT_EQ(shell.calls.size(), 3U);
  EXPECT_EQ(shell.calls[0].effect, Effect::kReads);
  EXPECT_EQ(shell.calls[1].effect, Effect::kMutates);
  EXPECT_EQ(shell.calls[2].effect, Effect::kMutates) << "unknown means: never sent twice";
}

TEST(AgentCall, ReadsASecretArgumentFromStandardInput) {
  Shell shell = echoing();
  shell.input = "\"s3cret\"";
  EXPECT_EQ(shell.run({"agent", "call", "echo", "@-", "--json"}).out, "\"s3cret\"\n");
}

TEST(AgentCall, RefusesAnArgumentThatIsNoJsonBeforeCalling) {
  Shell shell = echoing();
  const Shell::Ran ran = shell.run({"agent", "call", "echo", "1", "hello"});
  EXPECT_EQ(ran.exit, 2);
  EXPECT_THAT(ran.err, HasSubstr("argument 2 is not JSON"));
  EXPECT_TRUE(shell.calls.empty());
}

TEST(AgentCall, ShowsAFaultAsOneLineAndAsAnObject) {
  Shell shell;
  shell.answer = [](const Received&) -> Result<Value> {
    Error error{.code = Code::kAlreadyExists, .what = "Repository\nalready \x1b[31mexists"};
    error.fault = AgentFault{};
    error.fault->code = 1;
    error.fault->class_name = "exceptions.Exception";
    error.fault->text = "exceptions.Exception:Repository\nalready \x1b[31mexists";
    return fail(error);
  };
  const Shell::Ran ran = shell.run({"agent", "call", "create_repository", "--json"});
  EXPECT_EQ(ran.exit, 1);
  EXPECT_EQ(std::count(ran.err.begin(), ran.err.end(), '\n'), 1) << ran.err;
  EXPECT_THAT(ran.err, Not(HasSubstr("\x1b")));
  EXPECT_THAT(ran.err, HasSubstr("choose another name"));
  const auto document = nlohmann::json::parse(ran.out);
  EXPECT_EQ(document["error"]["code"], "already_exists");
  EXPECT_EQ(document["error"]["service"], "create_repository");
  EXPECT_EQ(document["error"]["host"], "ovm1.example.org:8899");
  EXPECT_EQ(document["error"]["fault"]["class"], "exceptions.Exception");
}

}  // namespace
}  // namespace trestle::cli
