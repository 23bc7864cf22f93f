// SPDX-License-Identifier: Apache-2.0
#include "objects/ovm3/text_number.h"

#include <gtest/gtest.h>

#include <limits>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace trestle::ovm3 {
namespace {

struct NumberCase {
  std::string_view name;
  std::string_view text;
  std::optional<std::int64_t> integer;
  std::optional<std::uint64_t> natural;
};

class TextNumbers : public ::testing::TestWithParam<NumberCase> {};

TEST_P(TextNumbers, AreReadOrAbsentButNeverZeroByMistake) {
  EXPECT_EQ(to_integer(GetParam().text), GetParam().integer);
  EXPECT_EQ(to_unsigned(GetParam().text), GetParam().natural);
  const Reply reply = Reply::from(Value(GetParam().text));
  EXPECT_EQ(to_integer(reply.root()), GetParam().integer);
  EXPECT_EQ(to_unsigned(reply.root()), GetParam().natural);
}

INSTANTIATE_TEST_SUITE_P(
    Texts, TextNumbers,
    ::testing::Values(NumberCase{"Zero", "0", 0, 0U}, NumberCase{"Plain", "512", 512, 512U},
                      NumberCase{"LineBreak", "11631523\n", 11631523, 11631523U},
                      NumberCase{"Blanks", " \t7 ", 7, 7U}, NumberCase{"Plus", "+7", 7, 7U},
                      NumberCase{"Negative", "-1", -1, std::nullopt},
                      NumberCase{"Largest", "9223372036854775807",
                                 std::numeric_limits<std::int64_t>::max(), 9223372036854775807U},
                      NumberCase{"OnlyUnsigned", "18446744073709551615", std::nullopt,
                                 std::numeric_limits<std::uint64_t>::max()},
                      NumberCase{"TooLarge", "18446744073709551616", std::nullopt, std::nullopt},
                      NumberCase{"Empty", "", std::nullopt, std::nullopt},
                      NumberCase{"OnlyALineBreak", "\n", std::nullopt, std::nullopt},
                      NumberCase{"None", "None", std::nullopt, std::nullopt},
                      NumberCase{"Unit", "4096 KB", std::nullopt, std::nullopt},
                      NumberCase{"Fraction", "1.5", std::nullopt, std::nullopt},
                      NumberCase{"TwoSigns", "+-7", std::nullopt, std::nullopt},
                      NumberCase{"OnlyASign", "+", std::nullopt, std::nullopt},
                      NumberCase{"Hexadecimal", "0x10", std::nullopt, std::nullopt}),
    [](const auto& tested) { return std::string(tested.param.name); });

TEST(TextReals, AreFiniteOrAbsent) {
  EXPECT_EQ(to_real("1408105444.17"), 1408105444.17);
  EXPECT_EQ(to_real("  5 "), 5.0);
  for (const std::string_view text : {"", "nan", "inf", "-inf", "1e999", "1,5", "5 s"}) {
    EXPECT_EQ(to_real(text), std::nullopt) << text;
  }
  EXPECT_EQ(to_real(Reply::from(Value(2.5)).root()), 2.5);
  EXPECT_EQ(to_real(Reply::from(Value(3)).root()), 3.0);
  EXPECT_EQ(to_real(Reply::from(Value("4.5\n")).root()), 4.5);
  EXPECT_EQ(to_real(Reply::from(Value(true)).root()), std::nullopt);
  EXPECT_EQ(to_real(Reply::from(Value(std::numeric_limits<double>::infinity())).root()),
            std::nullopt);
}

TEST(TextFlags, ComeInEveryWayTheAgentWritesThem) {
  for (const std::string_view text : {"True", "true", "TRUE", "YES", "yes", "1", " True\n"}) {
    EXPECT_EQ(to_flag(text), true) << text;
  }
  for (const std::string_view text : {"False", "false", "FALSE", "NO", "no", "0"}) {
    EXPECT_EQ(to_flag(text), false) << text;
  }
  for (const std::string_view text : {"", "None", "UNSUPPORTED", "2", "on"}) {
    EXPECT_EQ(to_flag(text), std::nullopt) << text;
  }
  EXPECT_EQ(to_flag(Reply::from(Value(false)).root()), false);
  EXPECT_EQ(to_flag(Reply::from(Value(1)).root()), true);
  EXPECT_EQ(to_flag(Reply::from(Value(2)).root()), std::nullopt);
  EXPECT_EQ(to_flag(Reply::from(Value("NO")).root()), false);
  EXPECT_EQ(to_flag(Reply::from(Value(Array{})).root()), std::nullopt);
}

TEST(TextPresent, KnowsTheWordsForAbsent) {
  EXPECT_EQ(present(" none "), std::nullopt);
  EXPECT_EQ(present("None"), std::nullopt);
  EXPECT_EQ(present("\r\n"), std::nullopt);
  EXPECT_EQ(present(" nonesuch "), "nonesuch");
  EXPECT_EQ(to_text(Reply::from(Value("None")).root()), std::nullopt);
  EXPECT_EQ(to_text(Reply::from(Value(" a ")).root()), "a");
  EXPECT_EQ(to_text(Reply::from(Value(7)).root()), std::nullopt);
}

TEST(TextSplit, LeavesEmptyPartsOut) {
  using Parts = std::vector<std::string>;
  EXPECT_EQ(split("xen,utility", ','), (Parts{"xen", "utility"}));
  EXPECT_EQ(split(",, a ,\n", ','), (Parts{"a"}));
  EXPECT_EQ(split("", ','), Parts{});
  EXPECT_EQ(split("one", ','), Parts{"one"});
}

TEST(TextMember, IsAbsentWhenTheStructDoesNotHaveIt) {
  const Reply reply = Reply::from(Value(Struct{{"size", "77"}, {"blank", ""}}));
  EXPECT_EQ(member<std::uint64_t>(reply.root(), "size", to_unsigned), 77U);
  EXPECT_EQ(member<std::uint64_t>(reply.root(), "blank", to_unsigned), std::nullopt);
  EXPECT_EQ(member<std::uint64_t>(reply.root(), "other", to_unsigned), std::nullopt);
}

TEST(TextNumbers, TakeIntegersOfTheWireAsTheyAre) {
  EXPECT_EQ(to_unsigned(Reply::from(Value(-1)).root()), std::nullopt);
  EXPECT_EQ(to_unsigned(Reply::from(Value(5)).root()), 5U);
  EXPECT_EQ(to_integer(Reply::from(Value(-5)).root()), -5);
  EXPECT_EQ(to_integer(Reply::from(Value(true)).root()), std::nullopt);
  EXPECT_EQ(to_unsigned(Reply::from(Value(Struct{})).root()), std::nullopt);
}

}  // namespace
}  // namespace trestle::ovm3
