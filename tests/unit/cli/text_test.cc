// SPDX-License-Identifier: Apache-2.0
#include "tools/cli/text.h"

#include <gtest/gtest.h>

#include <string>

namespace trestle::cli {
namespace {

struct Shown {
  const char* name;
  std::string given;
  const char* shown;
};

class Printable : public testing::TestWithParam<Shown> {};

TEST_P(Printable, CannotSteerATerminal) {
  EXPECT_EQ(printable(GetParam().given), GetParam().shown);
}

INSTANTIATE_TEST_SUITE_P(
    Texts, Printable,
    testing::Values(Shown{"Plain", "web1", "web1"}, Shown{"Utf8", "caf\xC3\xA9", "caf\xC3\xA9"},
                    Shown{"Escape", "\x1b[2J", "\\x1b[2J"}, Shown{"LineFeed", "a\nb", "a\\nb"},
                    Shown{"CarriageReturn", "a\rb", "a\\x0db"}, Shown{"Tab", "a\tb", "a\\tb"},
                    Shown{"Zero", std::string("a\0b", 3), "a\\x00b"},
                    Shown{"Delete", "\x7f", "\\x7f"}, Shown{"C1", "\xC2\x9B", "\\u{009b}"},
                    Shown{"RightToLeft", "\xE2\x80\xAE", "\\u{202e}"},
                    Shown{"LineSeparator", "\xE2\x80\xA8", "\\u{2028}"},
                    Shown{"NoUtf8", "\xFFz", "\\xffz"}, Shown{"Overlong", "\xC0\x8A", "\\xc0\\x8a"},
                    Shown{"CutOff", "\xE2\x82", "\\xe2\\x82"}),
    [](const auto& row) { return std::string(row.param.name); });

TEST(PrintableLines, KeepsLineFeedsAndNothingElse) {
  EXPECT_EQ(printable_lines("a\nb\x1b\r\n"), "a\nb\\x1b\\x0d\n");
}

TEST(ColumnsOf, CountsCharactersNotBytes) { EXPECT_EQ(columns_of("caf\xC3\xA9"), 4U); }

TEST(HumanBytes, RoundsDown) {
  EXPECT_EQ(human_bytes(0), "0 B");
  EXPECT_EQ(human_bytes(1023), "1023 B");
  EXPECT_EQ(human_bytes(1024), "1 KiB");
  EXPECT_EQ(human_bytes(1536), "1.5 KiB");
  EXPECT_EQ(human_bytes(21'474'836'480), "20 GiB");
  EXPECT_EQ(human_bytes(21'474'836'479), "19.9 GiB");
  EXPECT_EQ(human_bytes(18'446'744'073'709'551'615U), "15.9 EiB");
}

}  // namespace
}  // namespace trestle::cli
