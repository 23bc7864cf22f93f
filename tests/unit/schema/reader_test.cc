// SPDX-License-Identifier: Apache-2.0
// What Java takes is taken, what a peer could do to us is refused with byte and place.
#include <gtest/gtest.h>

#include <cstdint>
#include <string>

#include "integration/schema/codec.h"
#include "integration/schema/generated/all.h"

namespace trestle::schema {
namespace {

const std::string kAnswer = R"([{"com.cloud.agent.api.Answer":)";

std::string answer(const std::string& members) { return kAnswer + "{" + members + "}}]"; }

Answer read_answer(const std::string& members) {
  const auto body = decode_body(answer(members));
  EXPECT_TRUE(body) << members << ": " << (body ? "" : body.error().message());
  return body ? *body->messages.at(0).as<Answer>() : Answer{};
}

struct Bad {
  std::string name;
  std::string body;
  std::string says;
  Code code = Code::kInvalidArgument;
};

class BadBodies : public testing::TestWithParam<Bad> {};

TEST_P(BadBodies, AreRefusedByByteAndPlace) {
  const auto body = decode_body(GetParam().body);
  ASSERT_FALSE(body) << GetParam().body.substr(0, 200);
  EXPECT_EQ(body.error().code, GetParam().code);
  EXPECT_NE(body.error().what.find(GetParam().says), std::string::npos) << body.error().what;
  EXPECT_EQ(body.error().what.find("byte "), 0U) << body.error().what;
}

const std::string kManyMembers = [] {
  std::string members;
  for (int i = 0; i < 1001; ++i) members += "\"m" + std::to_string(i) + "\":0,";
  return members + "\"wait\":0";
}();

INSTANTIATE_TEST_SUITE_P(
    Wire, BadBodies,
    testing::Values(
        Bad{"Empty", "", "an array must stand here, but the end of the body does"},
        Bad{"NoMessage", "[]", "at least one message"},
        Bad{"AnObject", R"({"com.cloud.agent.api.Answer":{}})", "an array must stand here"},
        Bad{"ANull", "[null]", "an object must stand here, but null does"},
        Bad{"NoClass", "[{}]", "needs the name of its class"},
        Bad{"UnknownClass", R"([{"com.example.Nothing":{}}])",
            "class 'com.example.Nothing' is not in the schema", Code::kUnimplemented},
        Bad{"AbstractClass", R"([{"com.cloud.agent.api.Command":{}}])",
            "neither a command nor an answer", Code::kUnimplemented},
        Bad{"TransferClass", R"([{"com.cloud.agent.api.to.NicTO":{}}])",
            "neither a command nor an answer", Code::kUnimplemented},
        Bad{"Torn", answer("\"wait\":0").substr(0, 40), "the end of the body"},
        Bad{"GoesOn", answer("\"wait\":0") + "x", "goes on behind its end"},
        Bad{"NulBehind", answer("\"wait\":0") + std::string(1, '\0'), "goes on behind its end"},
        Bad{"TrailingComma", answer("\"wait\":0,"), "the name of a member must stand here"},
        Bad{"NoComma", answer("\"wait\":0 \"result\":true"), "',' or '}' must stand here"},
        Bad{"NoColon", answer("\"wait\" 0"), "':' must stand here"},
        Bad{"Twice", answer("\"wait\":0,\"wait\":1"), "member 'wait' comes twice"},
        Bad{"TwiceInAMap", answer(R"("contextMap":{"a":"1","b":"2","a":"3"})"),
            "member 'a' comes twice"},
        Bad{"TextForBool", answer("\"result\":\"yes\""),
            "([0].Answer.result): true or false must stand here"},
        Bad{"TextForNumber", answer("\"wait\":\"soon\""), "a number must stand here"},
        Bad{"NumberForText", answer("\"details\":5"), "a text must stand here, but a number does"},
        Bad{"TooLargeFor32", answer("\"wait\":2147483648"), "does not fit into 32 bits"},
        Bad{"TooSmallFor32", answer("\"wait\":-2147483649"), "does not fit into 32 bits"},
        Bad{"TooLargeFor64",
            R"([{"com.cloud.agent.api.ReadyCommand":{"dcId":9223372036854775808}}])",
            "does not fit into 64 bits"},
        Bad{"HugeNumber", answer("\"wait\":1" + std::string(5000, '0')),
            "does not fit into 32 bits"},
        Bad{"HugeExponent", answer("\"wait\":1e999999999"), "does not fit into 32 bits"},
        Bad{"LeadingZero", answer("\"wait\":017"), "a number must stand here"},
        Bad{"NotANumber", answer("\"wait\":NaN"), "a number must stand here"},
        Bad{"TooLargeForDouble",
            R"([{"com.cloud.agent.api.GetHostStatsAnswer":{"hostStats":{"cpuUtilization":1e400}}}])",
            "too large for a double"},
        Bad{"BadUtf8", answer("\"details\":\"ab\xC3(\""),
            "byte 45 ([0].Answer.details): a text holds a byte that is not UTF-8"},
        Bad{"OverlongUtf8", answer("\"details\":\"\xC0\xAF\""), "not UTF-8"},
        Bad{"SurrogateInUtf8", answer("\"details\":\"\xED\xA0\x80\""), "not UTF-8"},
        Bad{"BadUtf8InWhatIsIgnored", answer("\"nobody\":\"\xFF\""), "not UTF-8"},
        Bad{"LoneFirstHalf", answer(R"("details":"\ud83d")"), "has no second"},
        Bad{"LoneSecondHalf", answer(R"("details":"\ude00")"), "has no first"},
        Bad{"WrongSecondHalf", answer(R"("details":"\ud83d\ud83d")"), "has no second"},
        Bad{"BadEscape", answer(R"("details":"\x41")"), "a backslash"},
        Bad{"ShortEscape", answer(R"("details":"\u12)"), "four hexadecimal digits"},
        Bad{"ControlCharacter", answer("\"details\":\"a\nb\""), "control character"},
        Bad{"UnknownConstant",
            R"([{"com.cloud.agent.api.StartupRoutingCommand":{"hypervisorType":"ovm3"}}])",
            "'ovm3' is none of: None XenServer KVM"},
        Bad{"WrongClassInAField",
            R"([{"org.apache.cloudstack.storage.command.DeleteCommand":{"data":{"com.cloud.agent.api.to.NicTO":{}}}}])",
            "may not stand here; the classes that may: org.apache.cloudstack.storage.to."},
        Bad{"NoClassInAField",
            R"([{"org.apache.cloudstack.storage.command.DeleteCommand":{"data":{}}}])",
            "an object with a class name is empty"},
        Bad{"NullInAListOfObjects",
            R"([{"com.cloud.agent.api.StartCommand":{"vm":{"nics":[null]}}}])",
            "([0].StartCommand.vm.nics[0]): an object must stand here, but null does"},
        Bad{"LongPair",
            R"([{"com.cloud.agent.api.PingRoutingWithNwGroupsCommand":{"newGroupStates":{"a":[1,2,3]}}}])",
            "more items than its class has members"},
        Bad{"ShortPair",
            R"([{"com.cloud.agent.api.PingRoutingWithNwGroupsCommand":{"newGroupStates":{"a":[1]}}}])",
            "too few items"},
        Bad{"Deep", answer("\"nobody\":" + std::string(100000, '[')), "more than 64 deep"},
        Bad{"DeepInObjects",
            [] {
              std::string text;
              for (int i = 0; i < 70; ++i) text += R"({"parent":)";
              return R"([{"com.cloud.agent.api.CreateVMSnapshotCommand":{"target":)" + text;
            }(),
            "more than 64 deep"},
        Bad{"ManyUnknown", answer(kManyMembers), "more than 1000 members that no class has"}),
    [](const testing::TestParamInfo<Bad>& bad) { return bad.param.name; });

TEST(Reader, RefusesABodyAboveTheLimitBeforeItReadsIt) {
  const auto body = decode_body(answer("\"wait\":0"), ReadLimits{.bytes = 10});
  ASSERT_FALSE(body);
  EXPECT_NE(body.error().what.find("the limit is 10"), std::string::npos) << body.error().what;
}

TEST(Reader, ErrorsNeverQuoteASecret) {
  const auto body = decode_body(
      R"([{"com.cloud.agent.api.StartCommand":{"vm":{"vncPassword":"hunter2-\ud800"}}}])");
  ASSERT_FALSE(body);
  EXPECT_EQ(body.error().message().find("hunter2"), std::string::npos) << body.error().message();
}

TEST(Reader, TakesWhatJavaTakes) {
  EXPECT_EQ(read_answer("\"wait\":\"17\"").wait, 17);
  EXPECT_EQ(read_answer("\"wait\":17.0").wait, 17);
  EXPECT_EQ(read_answer("\"wait\":17.9").wait, 17);
  EXPECT_EQ(read_answer("\"wait\":6.0E1").wait, 60);
  EXPECT_EQ(read_answer("\"wait\":-2147483648").wait, INT32_MIN);
  EXPECT_FALSE(read_answer("\"result\":\"false\"").result);
  EXPECT_EQ(read_answer(" \"details\" : \"a\\/b\" , \"wait\" : 5 ").details, "a/b");
  EXPECT_EQ(read_answer(R"("details":"\ud83d\ude00\u20ac")").details,
            "\xF0\x9F\x98\x80\xE2\x82\xAC");
  EXPECT_EQ(read_answer(R"("details":"\u0000")").details, std::string(1, '\0'));
}

TEST(Reader, GivesMissingMembersWhatJavasConstructorsGive) {
  EXPECT_TRUE(read_answer("").result);
  EXPECT_TRUE(read_answer("").contextMap.has_value());
  EXPECT_FALSE(read_answer("\"contextMap\":null").contextMap.has_value());
  EXPECT_FALSE(read_answer("").details.has_value());
  EXPECT_TRUE(read_answer("\"result\":null").result) << "a null changes no primitive";
  const auto body = decode_body(R"([{"org.apache.cloudstack.storage.command.CopyCmdAnswer":{}}])");
  ASSERT_TRUE(body);
  EXPECT_FALSE(body->messages.at(0).as<CopyCmdAnswer>()->result);
  EXPECT_FALSE(body->messages.at(0).as<CopyCmdAnswer>()->contextMap.has_value());
}

TEST(Reader, FindsMembersInAnyOrder) {
  const Answer found = read_answer(R"("wait":3,"contextMap":{},"details":"d","result":false)");
  EXPECT_EQ(found, (Answer{.result = false, .details = "d", .wait = 3}));
}

struct Gone {
  std::string name;
  std::string members;
  std::vector<std::string> paths;
};

class IgnoredMembers : public testing::TestWithParam<Gone> {};

TEST_P(IgnoredMembers, AreNamedAndLeftOutOfTheComparison) {
  const auto check = check_body(answer(GetParam().members));
  ASSERT_TRUE(check) << check.error().message();
  EXPECT_FALSE(check->difference) << check->difference.value_or(0) << " " << check->rewritten;
  std::vector<std::string> paths;
  for (const Ignored& ignored : check->ignored) paths.push_back(ignored.path);
  EXPECT_EQ(paths, GetParam().paths);
}

INSTANTIATE_TEST_SUITE_P(
    Wire, IgnoredMembers,
    testing::Values(Gone{"First", R"("x":1,"result":true,"contextMap":{},"wait":0)", {"Answer.x"}},
                    Gone{"FirstTwo",
                         R"("x":1,"y":[{},"}"],"result":true,"contextMap":{},"wait":0)",
                         {"Answer.x", "Answer.y"}},
                    Gone{"Middle",
                         R"("result":true,"x":{"a":[1,2,{"b":null}]},"contextMap":{},"wait":0)",
                         {"Answer.x"}},
                    Gone{"Last",
                         R"("result":true,"contextMap":{},"wait":0,"bypassHostMaintenance":false)",
                         {"Answer.bypassHostMaintenance"}},
                    Gone{"LastTwo",
                         R"("result":true,"contextMap":{},"wait":0,"x":"a,b","y":true)",
                         {"Answer.x", "Answer.y"}},
                    Gone{"InAMap",
                         R"("result":true,"contextMap":{"a":null,"b":"1","c":null},"wait":0)",
                         {"null in a map at key 'a'", "null in a map at key 'c'"}}),
    [](const testing::TestParamInfo<Gone>& bad) { return bad.param.name; });

TEST(Reader, LetsNoIgnoredMemberHideADifferenceBehindIt) {
  const auto check = check_body(answer(R"("x":1,"result":"true","contextMap":{},"wait":0)"));
  ASSERT_TRUE(check);
  EXPECT_EQ(check->difference, kAnswer.size() + 16) << check->rewritten;
}

}  // namespace
}  // namespace trestle::schema
