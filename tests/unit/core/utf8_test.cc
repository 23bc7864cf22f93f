// SPDX-License-Identifier: Apache-2.0
#include "objects/core/utf8.h"

#include <gtest/gtest.h>

#include <cstdint>
#include <string>

namespace trestle {
namespace {

std::string utf8(std::uint32_t point) {
  std::string text = "<";
  append_utf8(point, text);
  return text.substr(1);
}

const std::string kInstead = "\xEF\xBF\xBD";  // U+FFFD

TEST(Utf8, TakesTheShortestFormAtEachBoundary) {
  EXPECT_EQ(utf8(0), std::string(1, '\0'));
  EXPECT_EQ(utf8(0x7F), "\x7F");
  EXPECT_EQ(utf8(0x80), "\xC2\x80");
  EXPECT_EQ(utf8(0x7FF), "\xDF\xBF");
  EXPECT_EQ(utf8(0x800), "\xE0\xA0\x80");
  EXPECT_EQ(utf8(0xFFFF), "\xEF\xBF\xBF");
  EXPECT_EQ(utf8(0x10000), "\xF0\x90\x80\x80");
  EXPECT_EQ(utf8(0x10FFFF), "\xF4\x8F\xBF\xBF");
}

TEST(Utf8, PutsTheReplacementForWhatIsNoCharacter) {
  EXPECT_EQ(utf8(0xD7FF), "\xED\x9F\xBF");
  for (const std::uint32_t half : {0xD800U, 0xDBFFU, 0xDC00U, 0xDFFFU}) {
    EXPECT_FALSE(is_character(half)) << half;
    EXPECT_EQ(utf8(half), kInstead) << half;
  }
  EXPECT_EQ(utf8(0xE000), "\xEE\x80\x80");
  for (const std::uint32_t beyond : {0x110000U, 0x7FFFFFFFU, 0xFFFFFFFFU}) {
    EXPECT_FALSE(is_character(beyond)) << beyond;
    EXPECT_EQ(utf8(beyond), kInstead) << beyond;
  }
}

TEST(Utf8, JoinsTheHalvesOfAPairIntoTheCharacterThatTheyStandFor) {
  EXPECT_EQ(joined_surrogates(0xD800, 0xDC00), 0x10000U);
  EXPECT_EQ(joined_surrogates(0xD83D, 0xDE00), 0x1F600U);
  EXPECT_EQ(joined_surrogates(0xDBFF, 0xDFFF), 0x10FFFFU);
  EXPECT_TRUE(is_high_surrogate(0xDBFF) && !is_low_surrogate(0xDBFF));
  EXPECT_TRUE(is_low_surrogate(0xDC00) && !is_high_surrogate(0xDC00));
}

}  // namespace
}  // namespace trestle
