// SPDX-License-Identifier: Apache-2.0
#include "tools/cli/arguments.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <string>

namespace trestle::cli {
namespace {

using namespace std::chrono_literals;
using testing::HasSubstr;

Arguments given(std::string text) {
  Arguments args;
  args.add("x", std::move(text));
  return args;
}

struct Size {
  const char* name;
  const char* text;
  std::uint64_t bytes;
};
class SizeOption : public testing::TestWithParam<Size> {};
TEST_P(SizeOption, IsReadInBinaryUnits) {
  const auto size = given(GetParam().text).bytes("x");
  ASSERT_TRUE(size.has_value()) << size.error().what;
  EXPECT_EQ(size->count, GetParam().bytes);
}
INSTANTIATE_TEST_SUITE_P(Sizes, SizeOption,
                         testing::Values(Size{"Bare", "4096", 4096}, Size{"Kilo", "1K", 1024},
                                         Size{"Small", "1k", 1024}, Size{"Mega", "512M", 536870912},
                                         Size{"Long", "512MiB", 536870912},
                                         Size{"Giga", "20G", 21474836480},
                                         Size{"Tera", "16T", 17592186044416},
                                         Size{"Bytes", "7B", 7}),
                         [](const auto& row) { return std::string(row.param.name); });

class BadSize : public testing::TestWithParam<const char*> {};
TEST_P(BadSize, IsAUsageErrorThatNamesTheOption) {
  const auto size = given(GetParam()).bytes("x");
  ASSERT_FALSE(size.has_value());
  EXPECT_EQ(size.error().code, Code::kInvalidArgument);
  EXPECT_THAT(size.error().what, HasSubstr("--x"));
}
INSTANTIATE_TEST_SUITE_P(Sizes, BadSize,
                         testing::Values("", "G", "-1", "1.5G", "20X", "20GB!", "1e3",
                                         "99999999999999999999", "18446744073709551615K"));

TEST(MemoryOption, IsMebibytesWithoutAUnitAndRoundsUp) {
  EXPECT_EQ(given("512").mebibytes("x")->count, 512U);
  EXPECT_EQ(given("2G").mebibytes("x")->count, 2048U);
  EXPECT_EQ(given("1025K").mebibytes("x")->count, 2U);
  EXPECT_FALSE(given("0").mebibytes("x").has_value());
}

TEST(NumberOption, KeepsItsLimits) {
  EXPECT_EQ(*given("5").number("x", 1, 5), 5);
  EXPECT_EQ(*Arguments().number("x", 1, 5, 3), 3);
  for (const char* text : {"0", "6", "", "5x", "0x5", "99999999999999999999", " 5"}) {
    EXPECT_FALSE(given(text).number("x", 1, 5).has_value()) << text;
  }
}

TEST(TimeOption, KnowsItsUnits) {
  EXPECT_EQ(*given("30").duration("x", 1s), 30s);
  EXPECT_EQ(*given("2.5").duration("x", 1s), 2500ms);
  EXPECT_EQ(*given("500ms").duration("x", 1s), 500ms);
  EXPECT_EQ(*given("10m").duration("x", 1s), 10min);
  EXPECT_EQ(*given("1h").duration("x", 1s), 1h);
  EXPECT_EQ(*Arguments().duration("x", 7s), 7s);
  for (const char* text : {"0", "-1", "inf", "nan", "8d", "", "1000000h", "1e999"}) {
    EXPECT_FALSE(given(text).duration("x", 1s).has_value()) << text;
  }
}

TEST(IdOption, RefusesWhatWouldLeaveItsFolder) {
  EXPECT_TRUE(given("i-2-3-VM").id<VmId>("x").has_value());
  EXPECT_FALSE(given("../x").id<VmId>("x").has_value());
  EXPECT_FALSE(given("").id<VmId>("x").has_value());
}

}  // namespace
}  // namespace trestle::cli
