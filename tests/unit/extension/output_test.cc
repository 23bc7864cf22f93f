// SPDX-License-Identifier: Apache-2.0
#include "integration/doors/extension/output.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdio>
#include <fstream>
#include <iterator>

#include "integration/doors/extension/run_log.h"

namespace trestle::extension {
namespace {

TEST(Output, IsOneLineOfLimitedLengthWithoutBrokenCharacters) {
  EXPECT_EQ(one_line("a\n\tb\r\n c\x01"), "a b c ");
  std::string accents;
  for (int i = 0; i < 1500; ++i) accents += "\xc3\xa9";
  const std::string line = one_line(accents);
  EXPECT_LE(line.size(), kMostTextBytes);
  EXPECT_EQ(line.substr(line.size() - 5), "\xc3\xa9...");
}

TEST(Output, HidesSecretsEverywhere) {
  const std::vector<std::string> secrets{"hunter22", "x"};
  const Error error{.code = Code::kUnavailable, .what = "login hunter22 at hunter22 x"};
  const std::string text = error_json(error, secrets);
  EXPECT_EQ(text.find("hunter22"), std::string::npos);
  EXPECT_NE(text.find("******** x"), std::string::npos);
}

TEST(Output, TellsConsolesStatesAndRows) {
  ovm3::ExtensionAnswer answer;
  answer.console = ovm3::ConsolePlace{.host = "h", .port = 5907, .password = Secret("pw")};
  EXPECT_EQ(*success_json({}, answer, {}),
            R"({"console":{"host":"h","password":"pw","passwordonetimeuseonly":false,)"
            R"("port":5907,"protocol":"vnc"},"status":"success"})");
  ovm3::ExtensionAnswer states;
  states.power_states = std::map<std::string, std::string>();
  EXPECT_EQ(*success_json({}, states, {}), R"({"power_state":{},"status":"success"})");
  ovm3::ExtensionAnswer rows;
  rows.table = std::vector<ovm3::TextRow>{{{"a", "b"}}};
  ovm3::ExtensionRequest custom;
  custom.custom = true;
  EXPECT_EQ(*success_json(custom, rows, {}),
            R"({"message":[{"a":"b"}],"printmessage":"true","status":"success"})");
}

TEST(Output, ThatWouldNotFitThePipeIsAFailure) {
  ovm3::ExtensionAnswer answer;
  answer.power_states = std::map<std::string, std::string>();
  for (int i = 0; i < 5000; ++i) (*answer.power_states)["i-2-" + std::to_string(i)] = "PowerOn";
  EXPECT_EQ(success_json({}, answer, {}).error().code, Code::kResourceExhausted);
}

TEST(RunLog, AppendsLinesWithTheRequestAndWithoutSecrets) {
  const std::string file = ::testing::TempDir() + "extension-run.log";
  {
    RunLog log(file, "request-1", Level::kInfo);
    log.hide({"hunter22"});
    log.write(Level::kInfo, "EVENT", {{"text", "hunter22\nforged line"}});
    log.write(Level::kDebug, "QUIET", {});
  }
  std::ifstream in(file);
  const std::string text((std::istreambuf_iterator<char>(in)), std::istreambuf_iterator<char>());
  EXPECT_NE(text.find(" request-1 info EVENT "), std::string::npos);
  EXPECT_EQ(text.find("hunter22"), std::string::npos);
  EXPECT_EQ(std::count(text.begin(), text.end(), '\n'), 1);
  EXPECT_FALSE(RunLog("/nonexistent/x.log", "r", Level::kInfo).is_open());
  std::remove(file.c_str());
}

}  // namespace
}  // namespace trestle::extension
