// SPDX-License-Identifier: Apache-2.0
#include "objects/ovm3/host_settings.h"

#include <array>
#include <string_view>

#include "objects/ovm3/describe.h"
#include "objects/ovm3/text_number.h"

namespace trestle::ovm3 {
namespace {

tl::unexpected<Error> wrong_kind(std::string_view where, std::string_view wanted, ValueView got) {
  return fail(Code::kBadReply, "the " + std::string(where) + " is a value of kind " +
                                   std::string(to_string(got.kind())) + " where " +
                                   std::string(wanted) + " is expected");
}

/// Items of an array reply that must have at least `least` of them.
Result<std::vector<ValueView>> items_of(ValueView reply, std::string_view where,
                                        std::size_t least) {
  if (reply.kind() != Kind::kArray) return wrong_kind(where, "an array", reply);
  if (reply.size() < least) {
    return fail(Code::kBadReply, "the " + std::string(where) + " has " +
                                     std::to_string(reply.size()) + " items where " +
                                     std::to_string(least) + " are expected");
  }
  return std::vector<ValueView>(reply.begin(), reply.end());
}

Result<std::optional<bool>> flag_at(ValueView value, std::string_view where) {
  if (value.is_nil()) return std::optional<bool>();
  const Kind kind = value.kind();
  if (kind != Kind::kBool && kind != Kind::kInt && kind != Kind::kString) {
    return wrong_kind(where, "a boolean", value);
  }
  return to_flag(value);
}

Result<std::optional<std::int64_t>> integer_at(ValueView value, std::string_view where) {
  if (value.is_nil()) return std::optional<std::int64_t>();
  if (value.kind() != Kind::kInt && value.kind() != Kind::kString) {
    return wrong_kind(where, "an integer", value);
  }
  return to_integer(value);
}

Result<std::string> text_at(ValueView value, std::string_view where) {
  const auto text = value.string();
  if (!text) return wrong_kind(where, "a text", value);
  return std::string(*text);
}

Result<std::optional<std::chrono::sys_seconds>> time_at(ValueView record, std::string_view name) {
  using Time = std::optional<std::chrono::sys_seconds>;
  const auto value = record.find(name);
  if (!value) return Time();
  TRESTLE_ASSIGN_OR_RETURN(const auto seconds, integer_at(*value, name));
  if (!seconds) return Time();
  return Time(std::chrono::sys_seconds(std::chrono::seconds(*seconds)));
}

}  // namespace

bool WallClock::is_valid() const {
  constexpr std::int64_t kLastYear = 9999;
  if (year < 1970 || year > kLastYear || month < 1 || month > 12 || day < 1 || day > 31) {
    return false;
  }
  const std::chrono::year_month_day date{std::chrono::year(static_cast<int>(year)),
                                         std::chrono::month(static_cast<unsigned>(month)),
                                         std::chrono::day(static_cast<unsigned>(day))};
  return date.ok() && hour >= 0 && hour < 24 && minute >= 0 && minute < 60 && second >= 0 &&
         second <= 60;  // 60: a leap second
}

Result<NtpSettings> read_ntp(ValueView reply) {
  constexpr std::size_t kLeast = 2;  // servers and the local time source
  TRESTLE_ASSIGN_OR_RETURN(const auto items, items_of(reply, "NTP answer", kLeast));
  NtpSettings ntp;
  TRESTLE_ASSIGN_OR_RETURN(const auto servers, items_of(items[0], "list of NTP servers", 0));
  for (const ValueView server : servers) {
    TRESTLE_ASSIGN_OR_RETURN(std::string name, text_at(server, "name of an NTP server"));
    ntp.servers.push_back(std::move(name));
  }
  TRESTLE_ASSIGN_OR_RETURN(ntp.local_time_source, flag_at(items[1], "local time source flag"));
  if (items.size() > 2) {
    TRESTLE_ASSIGN_OR_RETURN(ntp.running, flag_at(items[2], "NTP running flag"));
  }
  return ntp;
}

Result<TimeZone> read_time_zone(ValueView reply) {
  TRESTLE_ASSIGN_OR_RETURN(const auto items, items_of(reply, "time zone answer", 2));
  TimeZone zone;
  TRESTLE_ASSIGN_OR_RETURN(const std::string name, text_at(items[0], "name of the time zone"));
  if (const auto known = present(name)) zone.zone = *known;
  TRESTLE_ASSIGN_OR_RETURN(zone.utc, flag_at(items[1], "UTC flag"));
  return zone;
}

Result<BootTime> read_boot_time(ValueView reply) {
  if (reply.kind() != Kind::kStruct) return wrong_kind("boot time answer", "a struct", reply);
  BootTime times;
  TRESTLE_ASSIGN_OR_RETURN(times.last_boot_time, time_at(reply, "last_boot_time"));
  TRESTLE_ASSIGN_OR_RETURN(times.local_time, time_at(reply, "local_time"));
  return times;
}

Result<WallClock> read_wall_clock(ValueView reply) {
  constexpr std::array<std::int64_t WallClock::*, 6> kParts{&WallClock::year,   &WallClock::month,
                                                            &WallClock::day,    &WallClock::hour,
                                                            &WallClock::minute, &WallClock::second};
  TRESTLE_ASSIGN_OR_RETURN(const auto items, items_of(reply, "clock answer", kParts.size()));
  WallClock clock;
  for (std::size_t i = 0; i < kParts.size(); ++i) {
    TRESTLE_ASSIGN_OR_RETURN(const auto number, integer_at(items[i], "part of the clock answer"));
    if (!number) return fail(Code::kBadReply, "a part of the clock answer is blank");
    clock.*kParts[i] = *number;
  }
  return clock;
}

Result<Logs> read_logs(ValueView reply) {
  if (reply.kind() != Kind::kStruct) return wrong_kind("log answer", "a struct", reply);
  Logs logs;
  std::size_t place = 0;
  for (const ValueView log : reply) {
    ++place;
    // A log that is not there comes back as nil; it is left out.
    if (log.is_nil()) continue;
    if (const auto bytes = log.base64()) {
      logs.emplace(log.name(), *bytes);
      continue;
    }
    TRESTLE_ASSIGN_OR_RETURN(std::string text, text_at(log, "log " + std::to_string(place)));
    logs.emplace(log.name(), std::move(text));
  }
  return logs;
}

Result<ApiLevels> read_api_levels(ValueView reply) {
  TRESTLE_ASSIGN_OR_RETURN(const auto items, items_of(reply, "list of API levels", 0));
  ApiLevels levels;
  for (const ValueView item : items) {
    TRESTLE_ASSIGN_OR_RETURN(const auto level, integer_at(item, "API level"));
    if (level) levels.push_back(*level);
  }
  return levels;
}

Value describe(const NtpSettings& ntp) {
  return Struct{{"servers", describe(ntp.servers)},
                {"local_time_source", describe(ntp.local_time_source)},
                {"running", describe(ntp.running)}};
}

Value describe(const TimeZone& zone) {
  return Struct{{"zone", describe(zone.zone)}, {"utc", describe(zone.utc)}};
}

Value describe(const BootTime& times) {
  return Struct{{"last_boot_time", describe(times.last_boot_time)},
                {"local_time", describe(times.local_time)}};
}

Value describe(const WallClock& clock) {
  return Struct{{"year", clock.year}, {"month", clock.month},   {"day", clock.day},
                {"hour", clock.hour}, {"minute", clock.minute}, {"second", clock.second}};
}

}  // namespace trestle::ovm3
