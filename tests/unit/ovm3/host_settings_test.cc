// SPDX-License-Identifier: Apache-2.0
#include "objects/ovm3/host_settings.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <functional>
#include <ostream>
#include <string>
#include <string_view>

#include "tests/support/mock_transport.h"

namespace trestle::ovm3 {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::trestle::testing::FailsWith;
using ::trestle::testing::Succeeds;

template <class T>
Result<T> read(Result<T> (*reader)(ValueView), const Value& value) {
  const Reply reply = Reply::from(value);
  return reader(reply.root());
}

std::chrono::sys_seconds at(std::int64_t seconds) {
  return std::chrono::sys_seconds(std::chrono::seconds(seconds));
}

// known defect 17: the first boolean is the local time source, the second says that NTP runs.
TEST(Ntp, IsReadByPosition) {
  const auto ntp = read(read_ntp, Array{Array{"a.example", "b.example"}, false, true});
  ASSERT_THAT(ntp, Succeeds());
  EXPECT_THAT(ntp->servers, ElementsAre("a.example", "b.example"));
  EXPECT_EQ(ntp->local_time_source, false);
  EXPECT_EQ(ntp->running, true);
}

TEST(Ntp, ToleratesFlagsInOtherFormsAndAMissingThirdItem) {
  const auto ntp = read(read_ntp, Array{Array{}, "True"});
  ASSERT_THAT(ntp, Succeeds());
  EXPECT_THAT(ntp->servers, IsEmpty());
  EXPECT_EQ(ntp->local_time_source, true);
  EXPECT_EQ(ntp->running, std::nullopt);
}

// known defect 14: int and i8 are one integer of 64 bits here.
TEST(BootTime, KeepsAllBits) {
  const auto times = read(read_boot_time,
                          Struct{{"last_boot_time", 1'413'834'408}, {"local_time", 4'102'444'800}});
  ASSERT_THAT(times, Succeeds());
  EXPECT_EQ(times->last_boot_time, at(1'413'834'408));
  EXPECT_EQ(times->local_time, at(4'102'444'800));
}

TEST(BootTime, IsAbsentWhereItIsBlankOrMissing) {
  const auto times = read(read_boot_time, Struct{{"last_boot_time", "\n"}});
  ASSERT_THAT(times, Succeeds());
  EXPECT_EQ(times->last_boot_time, std::nullopt);
  EXPECT_EQ(times->local_time, std::nullopt);
}

TEST(BootTime, MayComeAsATextOrNil) {
  const auto times = read(read_boot_time, Struct{{"last_boot_time", "7"}, {"local_time", Nil{}}});
  ASSERT_THAT(times, Succeeds());
  EXPECT_EQ(times->last_boot_time, at(7));
  EXPECT_EQ(times->local_time, std::nullopt);
}

TEST(TimeZone, HasANameAndAFlag) {
  const auto zone = read(read_time_zone, Array{"Europe/Amsterdam", true});
  ASSERT_THAT(zone, Succeeds());
  EXPECT_EQ(*zone, (TimeZone{.zone = "Europe/Amsterdam", .utc = true}));
}

TEST(WallClock, TakesSixNumbers) {
  const auto clock = read(read_wall_clock, Array{2016, 2, 29, 23, 59, 58});
  ASSERT_THAT(clock, Succeeds());
  EXPECT_EQ(*clock, (WallClock{2016, 2, 29, 23, 59, 58}));
  EXPECT_TRUE(clock->is_valid());
}

TEST(WallClock, KnowsDaysThatDoNotExist) {
  EXPECT_FALSE((WallClock{2015, 2, 29, 0, 0, 0}).is_valid());
  EXPECT_FALSE((WallClock{2016, 13, 1, 0, 0, 0}).is_valid());
  EXPECT_FALSE((WallClock{2016, 1, 0, 0, 0, 0}).is_valid());
  EXPECT_FALSE((WallClock{2016, 1, 1, 24, 0, 0}).is_valid());
  EXPECT_FALSE((WallClock{2016, 1, 1, 0, -1, 0}).is_valid());
  EXPECT_FALSE((WallClock{99999999999, 1, 1, 0, 0, 0}).is_valid());
  EXPECT_FALSE(WallClock{}.is_valid());
  EXPECT_TRUE((WallClock{2016, 12, 31, 23, 59, 60}).is_valid());
}

TEST(Logs, KeepTheirWhiteSpaceAndLeaveOutWhatIsNotThere) {
  const auto logs = read(read_logs, Struct{{"messages", "  one\n\ntwo\n"},
                                           {"dmesg", Base64{std::string("\x00\xFF", 2)}},
                                           {"gone", Nil{}}});
  ASSERT_THAT(logs, Succeeds());
  EXPECT_EQ(*logs, (Logs{{"messages", "  one\n\ntwo\n"}, {"dmesg", std::string("\x00\xFF", 2)}}));
}

TEST(ApiLevels, AreNumbers) {
  const auto levels = read(read_api_levels, Array{3, "4"});
  ASSERT_THAT(levels, Succeeds());
  EXPECT_THAT(*levels, ElementsAre(3, 4));
}

struct WrongReply {
  std::string_view name;
  std::function<Result<Value>(ValueView)> read;
  Value reply;
  std::string_view why;
  friend std::ostream& operator<<(std::ostream& out, const WrongReply& wrong) {
    return out << wrong.name;
  }
};

template <class T>
std::function<Result<Value>(ValueView)> reader(Result<T> (*function)(ValueView)) {
  return [function](ValueView raw) -> Result<Value> {
    TRESTLE_RETURN_IF_ERROR(function(raw));
    return Value();
  };
}

class WrongSettings : public ::testing::TestWithParam<WrongReply> {};

TEST_P(WrongSettings, AreABadReplyThatNamesThePlace) {
  const Reply reply = Reply::from(GetParam().reply);
  const auto outcome = GetParam().read(reply.root());
  ASSERT_THAT(outcome, FailsWith(Code::kBadReply));
  EXPECT_THAT(outcome.error().what, HasSubstr(std::string(GetParam().why)));
}

INSTANTIATE_TEST_SUITE_P(
    Kinds, WrongSettings,
    ::testing::Values(
        WrongReply{"NtpIsNil", reader(read_ntp), Nil{}, "NTP answer is a value of kind nil"},
        WrongReply{"NtpIsShort", reader(read_ntp), Array{Value(Array{})}, "has 1 items"},
        WrongReply{"NtpServersAreAText", reader(read_ntp), Array{"a", true, true},
                   "list of NTP servers"},
        WrongReply{"NtpServerIsANumber", reader(read_ntp), Array{Array{1}, true, true},
                   "name of an NTP server"},
        WrongReply{"NtpFlagIsAnArray", reader(read_ntp), Array{Array{}, Array{}, true},
                   "local time source flag"},
        WrongReply{"NtpRunningIsADouble", reader(read_ntp), Array{Array{}, true, 1.0},
                   "NTP running flag"},
        WrongReply{"ZoneIsAText", reader(read_time_zone), "Europe/Amsterdam", "time zone answer"},
        WrongReply{"ZoneNameIsANumber", reader(read_time_zone), Array{1, true}, "name of the time"},
        WrongReply{"ZoneFlagIsAStruct", reader(read_time_zone), Array{"a", Struct{}}, "UTC flag"},
        WrongReply{"BootTimeIsAnArray", reader(read_boot_time), Array{}, "boot time answer"},
        WrongReply{"BootTimePartIsAFlag", reader(read_boot_time), Struct{{"local_time", true}},
                   "local_time"},
        WrongReply{"ClockIsShort", reader(read_wall_clock), Array{2016, 1, 1}, "has 3 items"},
        WrongReply{"ClockPartIsBlank", reader(read_wall_clock), Array{2016, 1, "", 1, 1, 1},
                   "blank"},
        WrongReply{"ClockPartIsADouble", reader(read_wall_clock), Array{2016, 1, 1.5, 1, 1, 1},
                   "part of the clock"},
        WrongReply{"LogsAreAText", reader(read_logs), "messages", "log answer"},
        WrongReply{"LogIsANumber", reader(read_logs), Struct{{"messages", 1}},
                   "log 1 is a value of kind int"},
        WrongReply{"LevelsAreANumber", reader(read_api_levels), 3, "list of API levels"},
        WrongReply{"LevelIsAFlag", reader(read_api_levels), Array{true}, "API level"}),
    [](const auto& tested) { return std::string(tested.param.name); });

}  // namespace
}  // namespace trestle::ovm3
