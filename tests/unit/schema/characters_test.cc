// SPDX-License-Identifier: Apache-2.0
#include "integration/schema/characters.h"

#include <gtest/gtest.h>

#include <charconv>
#include <cstdint>
#include <cstring>
#include <random>
#include <string>
#include <utility>
#include <vector>

#include "objects/core/utf8.h"

namespace trestle::schema {
namespace {

std::string text_of(double number) {
  std::string text;
  append_double(number, text);
  return text;
}

// Double.toString's documentation, and the ends of its ranges.
TEST(Doubles, ArePrintedAsJavaPrintsThem) {
  const std::vector<std::pair<double, std::string>> cases{
      {0.0, "0.0"},
      {-0.0, "-0.0"},
      {1, "1.0"},
      {-1.5, "-1.5"},
      {100, "100.0"},
      {0.001, "0.001"},
      {0.00099, "9.9E-4"},
      {0.0010000000000000002, "0.0010000000000000002"},
      {1e7, "1.0E7"},
      {9999999.999999998, "9999999.999999998"},
      {1234567.125, "1234567.125"},
      {12345678, "1.2345678E7"},
      {4.9e-324, "4.9E-324"},
      {1.7976931348623157e308, "1.7976931348623157E308"},
      {1e23, "1.0E23"},
      {0.1 + 0.2, "0.30000000000000004"},
      {3.0e-3, "0.003"},
      {1e21, "1.0E21"}};
  for (const auto& [number, text] : cases) EXPECT_EQ(text_of(number), text);
}

TEST(Doubles, AllReadBackAsTheSameNumber) {
  std::mt19937_64 random(4);
  for (int i = 0; i < 20000; ++i) {
    const std::uint64_t bits = random();
    double number = 0;
    std::memcpy(&number, &bits, sizeof number);
    if (number - number != 0) continue;  // not finite
    const std::string text = text_of(number);
    double back = 0;
    std::from_chars(text.data(), text.data() + text.size(), back);
    ASSERT_EQ(std::memcmp(&back, &number, sizeof back), 0) << text;
  }
}

TEST(Texts, EndAtTheFirstCharacterThatNeedsCareWhereverItStands) {
  for (std::size_t at = 0; at < 40; ++at) {
    for (const char stop : {'"', '\\', '\n', '\0', '\x1F'}) {
      std::string text(40, 'x');
      text[at] = stop;
      bool ascii = true;
      EXPECT_EQ(plain_end(text, 0, ascii), at);
      EXPECT_TRUE(ascii);
    }
    std::string text(40, 'x');
    text[at] = '\x80';
    bool ascii = true;
    EXPECT_EQ(plain_end(text, 0, ascii), 40U);
    EXPECT_FALSE(ascii) << at;
  }
}

TEST(Texts, AreUtf8ByTheTableOfUnicode) {
  const std::vector<std::string> good{"",
                                      "abc",
                                      "\xC2\x80",
                                      "\xDF\xBF",
                                      "\xE0\xA0\x80",
                                      "\xED\x9F\xBF",
                                      "\xEE\x80\x80",
                                      "\xF0\x90\x80\x80",
                                      "\xF4\x8F\xBF\xBF",
                                      "12345678\xE2\x82\xAC"
                                      "9"};
  for (const std::string& text : good) EXPECT_EQ(first_bad_utf8(text), text.size());
  const std::vector<std::string> bad{"\x80",
                                     "\xC1\xBF",
                                     "\xE0\x9F\xBF",
                                     "\xED\xA0\x80",
                                     "\xF0\x8F\xBF\xBF",
                                     "\xF4\x90\x80\x80",
                                     "\xF5\x80\x80\x80",
                                     "\xE2\x82",
                                     "\xFE"};
  for (const std::string& text : bad) EXPECT_EQ(first_bad_utf8("ok" + text), 2U);
}

TEST(Texts, OfEveryCodePointAreWellFormed) {
  for (unsigned point = 0; point < 0x110000; point += 61) {
    if (!is_character(point)) continue;
    std::string text;
    append_utf8(point, text);
    ASSERT_EQ(first_bad_utf8(text), text.size()) << point;
  }
}

}  // namespace
}  // namespace trestle::schema
