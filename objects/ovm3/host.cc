// SPDX-License-Identifier: Apache-2.0
#include "objects/ovm3/host.h"

#include "objects/ovm3/api/common.h"
#include "objects/ovm3/api/linux.h"
#include "objects/ovm3/api/storage_plugin.h"
#include "objects/ovm3/call_read.h"

namespace trestle::ovm3 {

namespace linux_host = api::linux_host;

Result<ServerInfo> Host::discover(const CallContext& ctx) const {
  return call_read(agent_, ctx, linux_host::discover_server, read_server_info);
}

Result<HardwareInfo> Host::discover_hardware(const CallContext& ctx) const {
  return call_read(agent_, ctx, linux_host::discover_hardware, read_hardware);
}

Result<std::vector<Mount>> Host::discover_mounts(const CallContext& ctx,
                                                 const std::vector<std::string>& types) const {
  return call_read(agent_, ctx, linux_host::discover_mounted_file_systems, read_mounts,
                   api::Rest<std::string>{types});
}

Result<std::vector<StoragePluginInfo>> Host::discover_storage_plugins(
    const CallContext& ctx) const {
  return call_read(agent_, ctx, api::storage_plugin::discover_storage_plugins,
                   read_storage_plugins);
}

Result<std::vector<LunList>> Host::discover_physical_luns(const CallContext& ctx) const {
  const std::string all;  // one empty text asks for everything
  return call_read(agent_, ctx, linux_host::discover_physical_luns, read_physical_luns,
                   api::Rest<std::string>{{all}});
}

Result<NtpSettings> Host::ntp(const CallContext& ctx) const {
  return call_read(agent_, ctx, linux_host::get_ntp, read_ntp);
}

Result<void> Host::set_ntp(const CallContext& ctx, const std::vector<std::string>& servers,
                           bool local_time_source, bool allow_query) const {
  return agent_.call(ctx, linux_host::set_ntp, servers, local_time_source, allow_query);
}

Result<void> Host::enable_ntp(const CallContext& ctx) const {
  return agent_.call(ctx, linux_host::enable_ntp);
}

Result<void> Host::disable_ntp(const CallContext& ctx) const {
  return agent_.call(ctx, linux_host::disable_ntp);
}

Result<TimeZone> Host::time_zone(const CallContext& ctx) const {
  return call_read(agent_, ctx, linux_host::get_timezone, read_time_zone);
}

Result<void> Host::set_time_zone(const CallContext& ctx, const std::string& zone, bool utc) const {
  return agent_.call(ctx, linux_host::set_timezone, zone, utc);
}

Result<WallClock> Host::wall_clock(const CallContext& ctx) const {
  return call_read(agent_, ctx, linux_host::get_datetime, read_wall_clock);
}

Result<void> Host::set_wall_clock(const CallContext& ctx, const WallClock& clock) const {
  if (!clock.is_valid()) {
    return fail(Code::kInvalidArgument,
                "the clock is to be set to a day or time that does not exist; give year, month, "
                "day, hour, minute and second of the host's zone");
  }
  return agent_.call(ctx, linux_host::set_datetime, clock.year, clock.month, clock.day, clock.hour,
                     clock.minute, clock.second);
}

Result<BootTime> Host::boot_time(const CallContext& ctx) const {
  return call_read(agent_, ctx, linux_host::get_last_boot_time, read_boot_time);
}

Result<ApiLevels> Host::api_levels(const CallContext& ctx) const {
  return call_read(agent_, ctx, api::common::get_api_version, read_api_levels);
}

Result<Value> Host::echo(const CallContext& ctx, const Value& message) const {
  return agent_.call(ctx, api::common::echo, message);
}

Result<void> Host::sleep(const CallContext& ctx, std::chrono::seconds duration) const {
  if (duration.count() < 0) {
    return fail(Code::kInvalidArgument, "an agent cannot sleep for a negative time");
  }
  if (ctx.remaining() < duration) {
    return fail(
        agent_.located({.code = Code::kDeadlineExceeded,
                        .what = "the agent would sleep for " + std::to_string(duration.count()) +
                                " s, longer than the deadline leaves; give more time"},
                       api::common::sleep.name));
  }
  return agent_.call(ctx, api::common::sleep, duration.count());
}

Result<Logs> Host::logs(const CallContext& ctx, const std::vector<std::string>& names) const {
  return call_read(agent_, ctx, linux_host::get_log, read_logs, names);
}

Result<void> Host::set_statistic_interval(const CallContext& ctx,
                                          std::chrono::seconds interval) const {
  if (interval.count() <= 0) {
    return fail(Code::kInvalidArgument,
                "the statistics interval must be at least one second; the agent's own is 20");
  }
  return agent_.call(ctx, linux_host::set_statistic_interval, interval.count());
}

Result<void> Host::update_agent_password(const CallContext& ctx, const Release& release,
                                         const std::string& user, const Secret& password,
                                         const Secret& old_password) const {
  if (release < kRelease33) {
    return agent_.call(ctx, linux_host::update_agent_password, user, password.reveal());
  }
  return agent_.call(ctx, linux_host::update_agent_password_33, user, password.reveal(),
                     old_password.reveal());
}

Result<void> Host::copy_file(const CallContext& ctx, const std::string& source,
                             const std::string& target, std::optional<bool> sparse) const {
  return agent_.call(ctx, linux_host::copy_file, source, target, sparse, std::nullopt);
}

}  // namespace trestle::ovm3
