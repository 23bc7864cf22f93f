// SPDX-License-Identifier: Apache-2.0
#ifndef TRESTLE_OBJECTS_OVM3_HOST_SETTINGS_H_
#define TRESTLE_OBJECTS_OVM3_HOST_SETTINGS_H_

#include <chrono>
#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "objects/core/result.h"
#include "objects/wire/reply.h"
#include "objects/wire/value.h"

/// Small facts of a host that are no documents. Every reader takes the raw reply and gives
/// kBadReply with the place if a part is of the wrong kind; a blank or nil part is absent.
namespace trestle::ovm3 {

/// The answer to get_ntp, read by position (known defect 17).
struct NtpSettings {
  std::vector<std::string> servers;
  std::optional<bool> local_time_source;  ///< the host may fall back on its own clock
  std::optional<bool> running;
  friend bool operator==(const NtpSettings&, const NtpSettings&) = default;
};

struct TimeZone {
  std::optional<std::string> zone;  ///< "Europe/Amsterdam"
  std::optional<bool> utc;          ///< the hardware clock runs in UTC
  friend bool operator==(const TimeZone&, const TimeZone&) = default;
};

/// The answer to get_last_boot_time, in 64 bits whether it came as int or i8 (known defect 14).
struct BootTime {
  std::optional<std::chrono::sys_seconds> last_boot_time;
  std::optional<std::chrono::sys_seconds> local_time;  ///< the host's clock at the call
  friend bool operator==(const BootTime&, const BootTime&) = default;
};

/// The wall clock of a host, in its own time zone.
struct WallClock {
  std::int64_t year = 0;
  std::int64_t month = 0;
  std::int64_t day = 0;
  std::int64_t hour = 0;
  std::int64_t minute = 0;
  std::int64_t second = 0;
  /// True if this is a day of the calendar and a time of it.
  [[nodiscard]] bool is_valid() const;
  friend bool operator==(const WallClock&, const WallClock&) = default;
};

/// Text of each log by its name; a log may be long.
using Logs = std::map<std::string, std::string, std::less<>>;

/// Levels of the API that an agent speaks; 3.2.1 has level 3 only.
using ApiLevels = std::vector<std::int64_t>;

[[nodiscard]] Result<NtpSettings> read_ntp(ValueView reply);
[[nodiscard]] Result<TimeZone> read_time_zone(ValueView reply);
[[nodiscard]] Result<BootTime> read_boot_time(ValueView reply);
[[nodiscard]] Result<WallClock> read_wall_clock(ValueView reply);
[[nodiscard]] Result<Logs> read_logs(ValueView reply);
[[nodiscard]] Result<ApiLevels> read_api_levels(ValueView reply);

[[nodiscard]] Value describe(const NtpSettings& ntp);
[[nodiscard]] Value describe(const TimeZone& zone);
[[nodiscard]] Value describe(const BootTime& times);
[[nodiscard]] Value describe(const WallClock& clock);

}  // namespace trestle::ovm3

#endif  // TRESTLE_OBJECTS_OVM3_HOST_SETTINGS_H_
