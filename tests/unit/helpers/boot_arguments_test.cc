// SPDX-License-Identifier: Apache-2.0
#include "helpers/ovm3/boot_arguments.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <random>
#include <vector>

namespace trestle::ovm3 {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;

/// What CloudStack sends for a router of its own, and 63 sets that no layer on the way may change.
std::vector<std::string> argument_sets() {
  std::vector<std::string> sets{
      " template=domP name=r-4-VM eth0ip=169.254.3.17 eth0mask=255.255.0.0 gateway=169.254.0.1 "
      "domain=cs2cloud.internal cidrsize=24 dhcprange=10.1.1.1 type=router disable_rp_filter=true "
      "dns1=10.20.0.53 baremetalnotificationsecuritykey=aB+/9== host=10.0.1.2,10.0.1.3 port=8250",
      "",
      " ",
      "  two  blanks  at  each  place  ",
      "100%",
      "%%20 %25 ^25 ^ ^^ ^G1 %",
      "q=\"double\" r='single' s=`back` t=$(run) u=${x} v=\\n\\",
      "tab\tnewline\nreturn\rbell\a",
      "name=Zürich 東京 Ñandú \xF0\x9F\x90\x99 \xC3",
      "(a (b)) [c] {d} <e> &f |g; #h !i ~j *k? @l"};
  std::mt19937 random(7);
  while (sets.size() < 64) {
    std::string set;
    for (int i = 0; i < 300; ++i) set += static_cast<char>(random() % 255 + 1);
    sets.push_back(std::move(set));
  }
  return sets;
}

std::string output_of(const std::string& command) {
  std::string out;
  FILE* const pipe = ::popen(command.c_str(), "r");
  if (pipe == nullptr) return "no pipe";
  for (int c = std::fgetc(pipe); c != EOF; c = std::fgetc(pipe)) out += static_cast<char>(c);
  return ::pclose(pipe) == 0 ? out : "it failed";
}

TEST(BootArguments, ComeBackFromTheGuestsDecoderAsTheyWere) {
  std::string folder = std::filesystem::temp_directory_path() / "trestle-boot-XXXXXX";
  ASSERT_NE(::mkdtemp(folder.data()), nullptr);
  const std::string line = folder + "/cmdline";
  for (const std::string& set : argument_sets()) {
    const auto extra = encode_boot_arguments(set);
    ASSERT_TRUE(extra.has_value()) << extra.error().message();
    EXPECT_THAT(*extra, AllOf(Not(HasSubstr(" ")), Not(HasSubstr("\"")), Not(HasSubstr("\n"))));
    EXPECT_EQ(decode_boot_arguments(*extra).value(), set);
    std::ofstream(line, std::ios::binary) << *extra << '\n';  // as /proc/cmdline ends
    EXPECT_EQ(output_of(TRESTLE_GUEST_DECODER " " + line), set);
  }
  std::filesystem::remove_all(folder);
}

TEST(BootArguments, OfCloudStackAreReadByGuestsThatOnlyKnowThePercentSign) {
  const std::string set = argument_sets().front();
  const std::string extra = encode_boot_arguments(set).value();
  EXPECT_TRUE(plain_boot_arguments(extra));
  std::string guest = extra;  // sed 's/%/ /g', as its own scripts do
  for (char& c : guest) c = c == '%' ? ' ' : c;
  EXPECT_EQ(guest, set);
  EXPECT_FALSE(plain_boot_arguments(encode_boot_arguments("vmpassword=50%").value()));
}

TEST(BootArguments, AreRefusedWhereXenWouldCutThem) {
  EXPECT_TRUE(encode_boot_arguments(std::string(kLongestCommandLine, 'a')).has_value());
  const auto longer = encode_boot_arguments(std::string(kLongestCommandLine + 1, 'a'));
  EXPECT_EQ(longer.error().code, Code::kResourceExhausted);
  EXPECT_THAT(longer.error().what, AllOf(HasSubstr("1024 bytes"), HasSubstr("shorten")));
  EXPECT_FALSE(encode_boot_arguments(std::string(900, 'a'), 200).has_value());
  EXPECT_FALSE(encode_boot_arguments("a", 5000).has_value());
  // Three bytes on the way for one.
  EXPECT_FALSE(encode_boot_arguments(std::string(400, '"')).has_value());
}

TEST(BootArguments, RefuseWhatCannotTravelOrWasNotWrittenHere) {
  EXPECT_EQ(encode_boot_arguments(std::string_view("a\0b", 3)).error().code,
            Code::kInvalidArgument);
  for (const std::string_view bad : {"^", "a^1", "^2g", "^ab", "b^%1"}) {
    EXPECT_EQ(decode_boot_arguments(bad).error().code, Code::kBadReply) << bad;
  }
}

}  // namespace
}  // namespace trestle::ovm3
