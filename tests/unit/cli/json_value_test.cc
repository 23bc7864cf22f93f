// SPDX-License-Identifier: Apache-2.0
#include "tools/cli/json_value.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <cstdint>
#include <limits>
#include <nlohmann/json.hpp>
#include <string>

#include "objects/wire/codec.h"

namespace trestle::cli {
namespace {

using testing::HasSubstr;

struct Pair {
  const char* name;
  Value value;
  const char* json;
};

class JsonMapping : public testing::TestWithParam<Pair> {};

TEST_P(JsonMapping, WritesTheText) { EXPECT_EQ(to_json(GetParam().value), GetParam().json); }

TEST_P(JsonMapping, WritesAViewAsItsValue) {
  const Reply reply = Reply::from(GetParam().value);
  EXPECT_EQ(to_json(reply.root()), GetParam().json);
}

TEST_P(JsonMapping, ReadsTheTextBackExactly) {
  const auto value = from_json(GetParam().json);
  ASSERT_TRUE(value.has_value()) << value.error().message();
  EXPECT_EQ(*value, GetParam().value);
}

TEST_P(JsonMapping, IndentedTextMeansTheSame) {
  const auto value = from_json(to_json(GetParam().value, JsonLayout::kIndented));
  ASSERT_TRUE(value.has_value()) << value.error().message();
  EXPECT_EQ(*value, GetParam().value);
}

INSTANTIATE_TEST_SUITE_P(
    Values, JsonMapping,
    testing::Values(
        Pair{"Nil", Nil{}, "null"}, Pair{"True", true, "true"}, Pair{"Zero", 0, "0"},
        Pair{"LargestInteger", std::numeric_limits<std::int64_t>::max(), "9223372036854775807"},
        Pair{"SmallestInteger", std::numeric_limits<std::int64_t>::min(), "-9223372036854775808"},
        Pair{"BeyondADoublesPrecision", std::int64_t{9'007'199'254'740'993}, "9007199254740993"},
        Pair{"WholeDouble", 1.0, "1.0"}, Pair{"NegativeZero", -0.0, "-0.0"},
        Pair{"Tenth", 0.1, "0.1"}, Pair{"ManyDigits", 5e-324, "5e-324"},
        Pair{"LargestDouble", std::numeric_limits<double>::max(), "1.7976931348623157e+308"},
        Pair{"Infinity", std::numeric_limits<double>::infinity(), R"({"$double":"inf"})"},
        Pair{"EmptyText", "", R"("")"}, Pair{"Quotes", "a\"b\\c", R"("a\"b\\c")"},
        Pair{"ControlCharacters", std::string("\x01\n\x1b[31m\x7f"),
             R"("\u0001\n\u001b[31m\u007f")"},
        Pair{"NonAscii", "caf\xC3\xA9 \xF0\x9F\x98\x80", "\"caf\xC3\xA9 \xF0\x9F\x98\x80\""},
        Pair{"Base64", Base64{std::string("\x00\xFF\x10", 3)}, R"({"$base64":"AP8Q"})"},
        Pair{"Base64OneByte", Base64{"f"}, R"({"$base64":"Zg=="})"},
        Pair{"Base64TwoBytes", Base64{"fo"}, R"({"$base64":"Zm8="})"},
        Pair{"Base64Empty", Base64{""}, R"({"$base64":""})"},
        Pair{"DateTime", DateTime{"20141020T19:46:48"}, R"({"$dateTime":"20141020T19:46:48"})"},
        Pair{"EmptyArray", Array{}, "[]"}, Pair{"EmptyStruct", Struct{}, "{}"},
        Pair{"Nested", Struct{{"z", Array{1, Nil{}}}, {"a", Struct{{"b", "c"}}}},
             R"({"z":[1,null],"a":{"b":"c"}})"},
        Pair{"StructThatLooksLikeBase64", Struct{{"$base64", "AP8Q"}},
             R"({"$struct":[["$base64","AP8Q"]]})"},
        Pair{"StructThatLooksWrapped", Struct{{"$struct", Struct{{"a", 1}}}},
             R"({"$struct":[["$struct",{"a":1}]]})"},
        Pair{"DollarBesideOthers", Struct{{"$base64", "x"}, {"b", 1}}, R"({"$base64":"x","b":1})"}),
    [](const auto& row) { return std::string(row.param.name); });

TEST(JsonValue, DoublesReadBackBitByBit) {
  for (const double number : {1.0 / 3, 2.2250738585072014e-308, 4.35, 123456789.123456789, 1e22,
                              1e23, 9007199254740992.0, 0.30000000000000004}) {
    const auto value = from_json(to_json(Value(number)));
    ASSERT_TRUE(value.has_value());
    ASSERT_NE(value->get_if<double>(), nullptr) << number;
    EXPECT_EQ(*value->get_if<double>(), number);
  }
}

TEST(JsonValue, NotANumberComesBackAsNotANumber) {
  const auto value = from_json(to_json(Value(std::nan(""))));
  ASSERT_TRUE(value.has_value());
  ASSERT_NE(value->get_if<double>(), nullptr);
  EXPECT_TRUE(std::isnan(*value->get_if<double>()));
}

TEST(JsonValue, BytesThatAreNoUtf8NeverMakeInvalidJson) {
  for (const std::string& text :
       {std::string("\xFF\xFE"), std::string("ok\xC3"), std::string("\xC0\xAF"),
        std::string("\xED\xA0\x80"), std::string("\xF4\x90\x80\x80"), std::string("a\0b", 3)}) {
    const std::string json = to_json(Struct{{text, text}});
    EXPECT_TRUE(nlohmann::json::accept(json)) << json;
  }
  EXPECT_EQ(to_json(Value("ok\xC3")), "\"ok\xEF\xBF\xBD\"");
}

struct Refused {
  const char* name;
  std::string json;
  const char* because;
};

class JsonRefusal : public testing::TestWithParam<Refused> {};

TEST_P(JsonRefusal, SaysWhatIsWrong) {
  const auto value = from_json(GetParam().json);
  ASSERT_FALSE(value.has_value());
  EXPECT_EQ(value.error().code, Code::kInvalidArgument);
  EXPECT_THAT(value.error().what, HasSubstr(GetParam().because));
}

INSTANTIATE_TEST_SUITE_P(
    Texts, JsonRefusal,
    testing::Values(Refused{"BareWord", "hello", "no JSON from byte"},
                    Refused{"CutOff", "[1,", "no JSON from byte"},
                    Refused{"TrailingText", "1 2", "no JSON from byte"},
                    Refused{"Empty", "", "no JSON"},
                    Refused{"IntegerTooLarge", "9223372036854775808", "64 bits"},
                    Refused{"IntegerFarTooLarge", "99999999999999999999999", "64 bits"},
                    Refused{"IntegerTooSmall", "-9223372036854775809", "64 bits"},
                    Refused{"BadBase64", R"({"$base64":"A"})", "padded base64"},
                    Refused{"Base64OfANumber", R"({"$base64":1})", "wants a text"},
                    Refused{"UnknownDollar", R"({"$int":"1"})", "none of"},
                    Refused{"StructOfAText", R"({"$struct":"x"})", "pairs"},
                    Refused{"StructOfNoPairs", R"({"$struct":[["a"]]})", "pairs"},
                    Refused{"MemberTwice", R"({"a":1,"a":2})", "given twice"},
                    Refused{"InvalidUtf8", "\"\xFF\"", "no JSON from byte"},
                    Refused{"TooDeep", std::string(65, '[') + std::string(65, ']'), "deeper"}),
    [](const auto& row) { return std::string(row.param.name); });

TEST(JsonValue, TakesTheDeepestNestingThatTheWireTakes) {
  const std::string text = std::string(wire::kMaxDepth, '[') + std::string(wire::kMaxDepth, ']');
  const auto value = from_json(text);
  ASSERT_TRUE(value.has_value());
  EXPECT_EQ(to_json(*value), text);
}

}  // namespace
}  // namespace trestle::cli
