// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <string>

#include "tests/unit/cli/shell.h"

namespace trestle::cli {
namespace {

using testing::HasSubstr;

const std::string kGood =
    R"([{"com.cloud.agent.api.Answer":{"result":true,"contextMap":{},"wait":0}}])";

Shell::Ran check(const std::string& body, const std::vector<std::string>& more = {}) {
  Shell shell;
  shell.input = body;
  std::vector<std::string> words{"schema", "check", "-"};
  words.insert(words.end(), more.begin(), more.end());
  return shell.run(words);
}

TEST(SchemaCheck, ExitsWithZeroIfABodyComesBack) {
  const auto ran = check(kGood);
  EXPECT_EQ(ran.exit, 0) << ran.err;
  EXPECT_THAT(ran.out, HasSubstr("comes back"));
  EXPECT_THAT(ran.out, HasSubstr("com.cloud.agent.api.Answer"));
}

TEST(SchemaCheck, NamesWhatItIgnored) {
  const auto ran = check(
      R"([{"com.cloud.agent.api.Answer":{"result":true,"contextMap":{},"wait":0,"new":[1]}}])");
  EXPECT_EQ(ran.exit, 0) << ran.err;
  EXPECT_THAT(ran.out, HasSubstr("ignored: Answer.new (bytes 70 to 80)"));
}

TEST(SchemaCheck, ExitsWithThreeAndShowsTheFirstDifference) {
  const auto ran =
      check(R"([{"com.cloud.agent.api.Answer":{"result":true, "contextMap":{},"wait":0}}])");
  EXPECT_EQ(ran.exit, 3) << ran.err;
  EXPECT_THAT(ran.out, HasSubstr("first difference at byte 46"));
  const auto document = nlohmann::json::parse(
      check(R"([{"com.cloud.agent.api.Answer":{"result":true, "contextMap":{},"wait":0}}])",
            {"--json"})
          .out);
  EXPECT_FALSE(document.at(0).at("equal"));
  EXPECT_EQ(document.at(0).at("difference").at("byte"), 46);
  EXPECT_EQ(document.at(0).at("difference").at("there"), R"( "contextMap":{},"wait":0}}])");
  EXPECT_EQ(document.at(0).at("difference").at("back"), R"("contextMap":{},"wait":0}}])");
}

TEST(SchemaCheck, ExitsWithOneForWhatItCannotRead) {
  EXPECT_EQ(check("[").exit, 1);
  const auto unknown = check(R"([{"com.example.Nothing":{}}])");
  EXPECT_EQ(unknown.exit, 1);
  EXPECT_THAT(unknown.out, HasSubstr("class 'com.example.Nothing' is not in the schema"));
}

TEST(SchemaCheck, GoesOnAfterAFileThatIsNotThere) {
  Shell shell;
  shell.input = kGood;
  const auto ran = shell.run({"schema", "check", "/nonexistent/a.body", "-", "--json"});
  EXPECT_EQ(ran.exit, 1);
  const auto document = nlohmann::json::parse(ran.out);
  ASSERT_EQ(document.size(), 2U);
  EXPECT_THAT(document.at(0).at("error").get<std::string>(), HasSubstr("/nonexistent/a.body"));
  EXPECT_TRUE(document.at(1).at("equal"));
  EXPECT_TRUE(document.at(1).at("error").is_null());
}

}  // namespace
}  // namespace trestle::cli
