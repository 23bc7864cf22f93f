// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>
#include <sstream>
#include <string>

#include "tests/unit/cli/shell.h"
#include "tools/cli/json_value.h"

namespace trestle::cli {
namespace {

using testing::HasSubstr;

std::string reply(const std::string& value) {
  return "<?xml version='1.0'?>\n<methodResponse><params><param><value>" + value +
         "</value></param></params></methodResponse>";
}

std::string fault(const std::string& text, int code = 1) {
  return "<?xml version='1.0'?><methodResponse><fault><value><struct><member><name>faultCode</name>"
         "<value><int>" +
         std::to_string(code) +
         "</int></value></member><member><name>faultString</name><value><string>" + text +
         "</string></value></member></struct></value></fault></methodResponse>";
}

Shell::Ran decode(const std::string& body, std::vector<std::string> more = {"--json"}) {
  Shell shell;
  shell.input = body;
  std::vector<std::string> args = {"agent", "decode", "-"};
  args.insert(args.end(), more.begin(), more.end());
  Shell::Ran ran = shell.run(args);
  EXPECT_TRUE(shell.connections.empty()) << "decoding must not call anybody";
  return ran;
}

struct Decoded {
  const char* name;
  std::string body;
  const char* json;
};

class AgentDecode : public testing::TestWithParam<Decoded> {};

TEST_P(AgentDecode, PrintsOneObject) {
  const Shell::Ran ran = decode(GetParam().body);
  EXPECT_EQ(ran.exit, 0) << ran.err;
  EXPECT_EQ(ran.out, std::string(GetParam().json) + "\n");
  EXPECT_EQ(ran.err, "");
}

INSTANTIATE_TEST_SUITE_P(
    Bodies, AgentDecode,
    testing::Values(
        Decoded{"Text", reply("<string>put</string>"), R"({"value":"put"})"},
        Decoded{"TextWithoutType", reply("put"), R"({"value":"put"})"},
        Decoded{"Nil", reply("<nil/>"), R"({"value":null})"},
        Decoded{"WideInteger", reply("<i8>9223372036854775807</i8>"),
                R"({"value":9223372036854775807})"},
        Decoded{"Double", reply("<double>0.1</double>"), R"({"value":0.1})"},
        Decoded{"Base64", reply("<base64>AP8Q</base64>"), R"({"value":{"$base64":"AP8Q"}})"},
        Decoded{"DateTime", reply("<dateTime.iso8601>20141020T19:46:48</dateTime.iso8601>"),
                R"({"value":{"$dateTime":"20141020T19:46:48"}})"},
        Decoded{
            "FaultOfPython24", fault("exceptions.OSError:[Errno 17] File exists: '/OVS/x'"),
            R"({"fault":{"code":1,"class":"exceptions.OSError","errno":17,"text":)"
            R"("exceptions.OSError:[Errno 17] File exists: '/OVS/x'","error":"already_exists"}})"},
        Decoded{"FaultOfPython26",
                fault("&lt;class 'agent.lib.filelock.LockError'&gt;:No locks available"),
                R"({"fault":{"code":1,"class":"agent.lib.filelock.LockError","errno":null,"text":)"
                R"("<class 'agent.lib.filelock.LockError'>:No locks available",)"
                R"("error":"failed_precondition"}})"}),
    [](const auto& row) { return std::string(row.param.name); });

TEST(AgentDecodeFailure, EndsWithOneAndTheReasonOnStandardError) {
  for (const std::string& body :
       {std::string(), std::string("no XML at all"), reply("<int>x</int>"),
        reply("<string>a</string>").substr(0, 60), std::string(300, '<')}) {
    const Shell::Ran ran = decode(body);
    EXPECT_EQ(ran.exit, 1) << body;
    EXPECT_THAT(ran.err, HasSubstr("trestle agent decode: ")) << body;
    EXPECT_EQ(std::count(ran.err.begin(), ran.err.end(), '\n'), 1) << ran.err;
    const auto document = nlohmann::json::parse(ran.out);
    EXPECT_TRUE(document.contains("error")) << ran.out;
    EXPECT_FALSE(document.contains("value")) << ran.out;
  }
}

TEST(AgentDecodeFailure, NamesAFileThatIsNotThere) {
  Shell shell;
  const Shell::Ran ran = shell.run({"agent", "decode", "/nonexistent/reply.xml"});
  EXPECT_EQ(ran.exit, 1);
  EXPECT_EQ(ran.out, "");
  EXPECT_THAT(ran.err, HasSubstr("/nonexistent/reply.xml"));
  EXPECT_EQ(shell.run({"agent", "decode", "/"}).exit, 1) << "a folder is no file";
}

TEST(AgentDecodeTyped, WithoutMethodIsAUsageError) {
  const Shell::Ran ran = decode(reply("<nil/>"), {"--typed", "--json"});
  EXPECT_EQ(ran.exit, 2);
  EXPECT_THAT(ran.err, HasSubstr("--method"));
}

TEST(AgentDecodeTyped, AddsTheObject) {
  const Shell::Ran ran = decode(
      reply("<array><data><value><i8>1413834408</i8></value><value><int>1414082517</int></value>"
            "</data></array>"),
      {"--method", "get_last_boot_time", "--typed", "--json"});
  EXPECT_EQ(ran.exit, 0) << ran.err;
  const auto document = nlohmann::json::parse(ran.out);
  EXPECT_TRUE(document.contains("value"));
  EXPECT_TRUE(document.contains("typed") || document.contains("typed_error")) << ran.out;
}

TEST(AgentDecodeTyped, SaysWhyThereIsNone) {
  const Shell::Ran ran =
      decode(reply("<int>1</int>"), {"--method", "list_vms", "--typed", "--json"});
  EXPECT_EQ(ran.exit, 0) << "the body decodes";
  const auto document = nlohmann::json::parse(ran.out);
  EXPECT_EQ(document["value"], 1);
  EXPECT_FALSE(document.contains("typed"));
  EXPECT_EQ(document["typed_error"]["code"], "bad_reply");
  EXPECT_TRUE(document["typed_error"]["what"].is_string());
  const Shell::Ran unknown = decode(reply("x"), {"--method", "no_such", "--typed", "--json"});
  EXPECT_EQ(nlohmann::json::parse(unknown.out)["typed_error"]["code"], "unimplemented");
}

TEST(AgentDecodeTyped, LeavesAFaultAsItIs) {
  const Shell::Ran ran =
      decode(fault("exceptions.Exception:x"), {"--method", "list_vms", "--typed", "--json"});
  EXPECT_EQ(ran.exit, 0);
  const auto document = nlohmann::json::parse(ran.out);
  EXPECT_TRUE(document.contains("fault"));
  EXPECT_EQ(document.size(), 1U);
}

TEST(AgentDecode, ShowsPeopleTheSameWithLineBreaks) {
  const Shell::Ran ran = decode(reply("<nil/>"), {});
  EXPECT_EQ(ran.out, "{\n  \"value\": null\n}\n");
}

TEST(AgentDecode, NeverPrintsInvalidJsonForInvalidUtf8) {
  const Shell::Ran ran = decode(reply("<string>caf\xE9</string>"));
  if (ran.exit == 0) {
    EXPECT_TRUE(nlohmann::json::accept(ran.out)) << ran.out;
  }
}

/// Every recording beside the checkout, where there are any.
TEST(AgentDecodeRecordings, AllDecodeRawAndTyped) {
  const std::filesystem::path root(TRESTLE_SHARED_DIR "/recordings");
  std::error_code error;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(root, error)) {
    if (entry.path().filename() != "index.json") continue;
    std::ifstream in(entry.path());
    const auto index = nlohmann::json::parse(in);
    for (const auto& recording : index["recordings"]) {
      const std::string file =
          (entry.path().parent_path() / recording["file"].get<std::string>()).string();
      Shell shell;
      const Shell::Ran ran = shell.run(
          {"agent", "decode", "--method", recording["method"], "--typed", "--json", file});
      EXPECT_EQ(ran.exit, 0) << file << ": " << ran.err;
      const auto document = nlohmann::json::parse(ran.out);
      EXPECT_FALSE(document.contains("typed_error")) << file << ": " << ran.out;
      EXPECT_NE(document.contains("value"), document.contains("fault")) << file;
    }
  }
}

}  // namespace
}  // namespace trestle::cli
