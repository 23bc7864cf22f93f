// SPDX-License-Identifier: Apache-2.0
#include "objects/core/ids.h"

#include <gtest/gtest.h>

#include <string>
#include <type_traits>

namespace trestle {
namespace {

static_assert(!std::is_convertible_v<VmId, RepositoryId>);
static_assert(!std::is_constructible_v<VmId, RepositoryId>);
static_assert(!std::is_constructible_v<VmId, std::string>);
static_assert(!std::is_default_constructible_v<VmId>);

constexpr const char* kPlain = "0004fb00000600000123456789abcdef";
constexpr const char* kDashed = "0004fb00-0006-0000-0123-456789abcdef";
constexpr const char* kUpper = "0004FB00-0006-0000-0123-456789ABCDEF";

TEST(Id, GoesBackExactlyAsItCame) {
  for (const char* text : {kPlain, kDashed, kUpper}) {
    EXPECT_EQ(VmId::parse(text)->text(), text);
    EXPECT_EQ(VmId::from_name(text)->text(), text);
  }
}

// known defect 19: one id in two forms is one id.
TEST(Id, ComparesByItsDigits) {
  EXPECT_EQ(*VmId::parse(kPlain), *VmId::parse(kDashed));
  EXPECT_EQ(*VmId::parse(kPlain), *VmId::parse(kUpper));
  EXPECT_EQ(*VmId::from_name(kDashed), *VmId::parse(kUpper));
  EXPECT_EQ(VmId::parse(kUpper)->key(), kPlain);
  EXPECT_NE(*VmId::parse(kPlain), *VmId::parse("0004fb00000600000123456789abcdee"));
}

TEST(Id, ComparesNamesAsTheyAre) {
  EXPECT_EQ(*VmId::from_name("i-2-3-VM"), *VmId::from_name("i-2-3-VM"));
  EXPECT_NE(*VmId::from_name("i-2-3-VM"), *VmId::from_name("i-2-3-vm"));
  EXPECT_LT(*VmId::from_name("a"), *VmId::from_name("b"));
}

struct BadId {
  const char* name;
  std::string text;
};

std::string name_of(const ::testing::TestParamInfo<BadId>& c) { return c.param.name; }

class NoUuid : public ::testing::TestWithParam<BadId> {};

TEST_P(NoUuid, IsRefusedByParse) {
  const auto id = VmId::parse(GetParam().text);
  ASSERT_FALSE(id.has_value());
  EXPECT_EQ(id.error().code, Code::kInvalidArgument);
}

INSTANTIATE_TEST_SUITE_P(
    Texts, NoUuid,
    ::testing::Values(BadId{"Empty", ""}, BadId{"Name", "i-2-3-VM"},
                      BadId{"TooShort", "0004fb00000600000123456789abcde"},
                      BadId{"TooLong", "0004fb00000600000123456789abcdef0"},
                      BadId{"NoHexDigit", "0004fb00000600000123456789abcdeg"},
                      BadId{"DashesElsewhere", "0004fb0-00006-0000-0123-456789abcdef"},
                      BadId{"OneDash", "0004fb00-00060000-0123-456789abcdef0"},
                      BadId{"Braces", "{0004fb0000060000123456789abcdef}"},
                      BadId{"Blank", " 0004fb00000600000123456789abcdef"},
                      BadId{"ColonsOfASystemUuid", "00:04:fb:00:00:06:00:00:01:23:45:67"}),
    name_of);

class NoName : public ::testing::TestWithParam<BadId> {};

TEST_P(NoName, IsRefusedByFromName) {
  const auto id = RepositoryId::from_name(GetParam().text);
  ASSERT_FALSE(id.has_value());
  EXPECT_EQ(id.error().code, Code::kInvalidArgument);
}

INSTANTIATE_TEST_SUITE_P(Texts, NoName,
                         ::testing::Values(BadId{"Empty", ""}, BadId{"Slash", "a/b"},
                                           BadId{"Up", ".."}, BadId{"Here", "."},
                                           BadId{"LineBreak", "a\nb"},
                                           BadId{"NulByte", std::string("a\0b", 3)},
                                           BadId{"Delete", "a\x7f"},
                                           BadId{"TooLong", std::string(256, 'a')}),
                         name_of);

TEST(Id, TakesNamesThatOnlyLookOdd) {
  for (const std::string& name : {std::string("..."), std::string("a b"), std::string("-x"),
                                  std::string("r\xc3\xa9seau"), std::string(255, 'a')}) {
    EXPECT_TRUE(VmId::from_name(name).has_value()) << name;
  }
}

}  // namespace
}  // namespace trestle
