// SPDX-License-Identifier: Apache-2.0
#include <array>
#include <chrono>
#include <string>
#include <string_view>
#include <utility>

#include "objects/ovm3/api/linux.h"
#include "tools/simulator/host_services.h"

namespace trestle::simulator {
namespace {

namespace linux_host = ovm3::api::linux_host;
using ovm3::api::Rest;

/// Options of an NFS mount as the kernel shows them (recorded).
constexpr std::string_view kNfsOptions =
    "rw,relatime,vers=3,rsize=524288,wsize=524288,namlen=255,hard,proto=tcp,port=65535,timeo=600,"
    "retrans=2,sec=sys,local_lock=none,addr=127.0.0.1";

constexpr std::string_view kLogs[] = {"messages", "dmesg", "xend", "ovs-agent"};

Answer boot_time(const Call& call) {
  const bool python24 = profile(call.host.release).python24;
  ReplyWriter out;
  const auto number = [&](std::string_view name, Instant instant) {
    out.member(name);
    // Recorded as i8 on 3.2.1; a Python int elsewhere.
    if (python24) {
      out.wide(seconds_of(instant));
    } else {
      out.integer(seconds_of(instant));
    }
    out.end_member();
  };
  out.begin_struct();
  number("last_boot_time", call.host.booted);
  number("local_time", call.estate.now() + call.host.clock_offset);
  out.end_struct();
  return out;
}

Answer get_datetime(const Call& call) {
  using namespace std::chrono;
  const sys_time<nanoseconds> now(call.estate.now() + call.host.clock_offset);
  const auto day = floor<days>(now);
  const year_month_day date(day);
  const hh_mm_ss time(floor<seconds>(now - day));
  return Answer::value(Array{
      static_cast<int>(date.year()), static_cast<std::int64_t>(static_cast<unsigned>(date.month())),
      static_cast<std::int64_t>(static_cast<unsigned>(date.day())),
      std::int64_t{time.hours().count()}, std::int64_t{time.minutes().count()},
      std::int64_t{time.seconds().count()}});
}

Answer set_datetime(const Call& call, std::int64_t year, std::int64_t month, std::int64_t day,
                    std::int64_t hour, std::int64_t minute, std::int64_t second) {
  namespace chrono = std::chrono;
  const bool fits = year >= 1970 && year <= 2200 && month >= 1 && month <= 12 && day >= 1 &&
                    day <= 31 && hour >= 0 && hour < 24 && minute >= 0 && minute < 60 &&
                    second >= 0 && second < 62;
  const chrono::year_month_day date(chrono::year(static_cast<int>(year)),
                                    chrono::month(static_cast<unsigned>(month)),
                                    chrono::day(static_cast<unsigned>(day)));
  if (!fits || !date.ok()) return Fault{"exceptions.ValueError", "Invalid date or time"};
  const chrono::sys_time<chrono::nanoseconds> wanted =
      chrono::sys_days(date) + chrono::hours(hour) + chrono::minutes(minute) +
      chrono::seconds(second);
  call.host.clock_offset = wanted.time_since_epoch() - call.estate.now();
  call.estate.touch();
  return Answer::nil();
}

Answer set_ntp(const Call& call, std::vector<std::string> servers, bool local_time_source,
               std::optional<bool> allow_query) {
  Ntp& ntp = call.host.ntp;
  ntp.servers = std::move(servers);
  ntp.local_time_source = local_time_source;
  ntp.allow_query = allow_query.value_or(ntp.allow_query);
  call.estate.touch();
  return Answer::nil();
}

Answer switch_ntp(const Call& call, bool on) {
  call.host.ntp.running = on;
  call.estate.touch();
  return Answer::nil();
}

Answer get_ntp(const Call& call) {
  const Ntp& ntp = call.host.ntp;
  ReplyWriter out;
  out.begin_array().begin_array();
  for (const std::string& server : ntp.servers) out.text(server);
  out.end_array().boolean(ntp.local_time_source).boolean(ntp.running).end_array();
  return out;
}

bool is_zone(std::string_view zone) {
  constexpr std::string_view kAllowed =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_+-/";
  return !zone.empty() && zone.front() != '/' &&
         zone.find_first_not_of(kAllowed) == std::string_view::npos;
}

Answer set_timezone(const Call& call, const std::string& zone, bool utc) {
  if (!is_zone(zone)) return exception("Invalid timezone: '" + zone + "'");
  call.host.timezone = zone;
  call.host.clock_is_utc = utc;
  call.estate.touch();
  return Answer::nil();
}

std::string log_text(const Call& call, std::string_view name) {
  const std::string since = std::to_string(seconds_of(call.host.booted));
  std::string text = std::string(name) + " of " + call.host.name + ", up since " + since + "\n";
  if (name != "xend") return text;
  for (const Domain& domain : call.host.domains) {
    text += "[" + std::to_string(seconds_of(domain.started)) + "] DEBUG (XendDomainInfo) " +
            domain.name + " has domid " + std::to_string(domain.domid) + "\n";
  }
  return text;
}

Answer get_log(const Call& call, const std::vector<std::string>& names) {
  ReplyWriter out;
  out.begin_struct();
  for (const std::string& name : names) {
    if (std::ranges::find(kLogs, name) == std::end(kLogs)) {
      return exception("Invalid log name: '" + name + "'");
    }
    out.text_member(name, log_text(call, name));
  }
  out.end_struct();
  return out;
}

Answer discover_mounts(const Call& call, const Rest<std::string>& types) {
  const auto wanted = [&](std::string_view type) {
    return types.items.empty() || std::ranges::find(types.items, type) != types.items.end() ||
           std::ranges::find(types.items, "all") != types.items.end();
  };
  DocumentWriter out;
  out.open("Discover_Mounted_File_Systems_Result");
  const auto write = [&](const Mount& mount) {
    out.open("Mount", "Dir", mount.dir).leaf("Device", mount.device);
    out.leaf("Mount_Options",
             mount.options.empty() && mount.type == "nfs" ? kNfsOptions : mount.options);
    out.close("Mount");
  };
  if (wanted("rootfs")) {
    out.open("Filesystem", "Type", "rootfs");
    write({.dir = "/", .device = "rootfs", .type = "rootfs", .options = "rw"});
    out.close("Filesystem");
  }
  for (const std::string_view type : {"nfs", "nfs4", "ocfs2"}) {
    const auto is_type = [&](const Mount& mount) { return mount.type == type; };
    if (!wanted(type) || std::ranges::none_of(call.host.mounts, is_type)) continue;
    out.open("Filesystem", "Type", type);
    for (const Mount& mount : call.host.mounts) {
      if (is_type(mount)) write(mount);
    }
    out.close("Filesystem");
  }
  out.close("Discover_Mounted_File_Systems_Result");
  return Answer::untyped(std::move(out).finish());
}

Answer update_agent_password(const Call& call) {
  const bool old_needed = profile(call.host.release).password_needs_old;
  const std::size_t wanted = old_needed ? 3 : 2;
  if (call.args.size() != wanted) {
    return wrong_argument_count(call.service, wanted, wanted, call.args.size());
  }
  for (std::size_t i = 0; i < wanted; ++i) {
    if (call.args[i].get_if<std::string>() == nullptr) {
      return wrong_argument_type(call.service, i, "a string");
    }
  }
  if (call.args[0] != Value("oracle")) return exception("Invalid user name");
  if (old_needed && call.args[2] != Value(call.host.password)) {
    return exception("Invalid old password");
  }
  const std::string& password = *call.args[1].get_if<std::string>();
  if (password.empty()) return exception("Invalid password: it is empty");
  call.host.password = password;
  call.estate.touch();
  return Answer::nil();
}

Answer disk_space(const Call& /*call*/) {
  return Answer::value(Struct{{"total", std::int64_t{1} << 35U}, {"free", std::int64_t{3} << 33U}});
}

}  // namespace

std::int64_t seconds_of(Instant instant) {
  return std::chrono::floor<std::chrono::seconds>(instant).count();
}

void register_host_settings(Services& services) {
  services.on(linux_host::get_last_boot_time, boot_time);
  services.on(linux_host::get_datetime, get_datetime);
  services.on(linux_host::set_datetime, set_datetime);
  services.on(linux_host::get_ntp, get_ntp);
  services.on(linux_host::set_ntp, set_ntp);
  services.on(linux_host::enable_ntp, [](const Call& call) { return switch_ntp(call, true); });
  services.on(linux_host::disable_ntp, [](const Call& call) { return switch_ntp(call, false); });
  services.on(linux_host::get_timezone, [](const Call& call) {
    return Answer::value(Array{call.host.timezone, call.host.clock_is_utc});
  });
  services.on(linux_host::set_timezone, set_timezone);
  services.on(linux_host::get_log, get_log);
  services.on(linux_host::discover_mounted_file_systems, discover_mounts);
  services.on(linux_host::set_statistic_interval,
              [](const Call& call, std::int64_t interval) -> Answer {
                if (interval < 1) return exception("Invalid interval: it must be positive");
                call.host.statistic_interval = interval;
                call.estate.touch();
                return Answer::nil();
              });
  services.on_raw("update_agent_password", update_agent_password);
  services.on(linux_host::get_system_disk_space, disk_space);
}

}  // namespace trestle::simulator
