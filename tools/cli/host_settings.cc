// SPDX-License-Identifier: Apache-2.0
#include "objects/ovm3/host_settings.h"

#include <algorithm>
#include <chrono>
#include <utility>

#include "objects/ovm3/describe.h"
#include "objects/ovm3/module.h"
#include "tools/cli/call.h"
#include "tools/cli/host_verbs.h"
#include "tools/cli/schemas.h"

namespace trestle::cli {
namespace {

using ovm3::describe;

/// The settings as they are now: what every verb here ends with, also after a change.
Result<Outcome> ntp_now(const HostCall& host) {
  TRESTLE_ASSIGN_OR_RETURN(const ovm3::NtpSettings settings, host.host.ntp(host.ctx));
  return Outcome{.document = describe(settings)};
}

Result<Outcome> ntp(Call& call) {
  TRESTLE_ASSIGN_OR_RETURN(const HostCall host, reach_host(call));
  return ntp_now(host);
}

Result<Outcome> ntp_set(Call& call) {
  TRESTLE_ASSIGN_OR_RETURN(const HostCall host, reach_host(call));
  TRESTLE_RETURN_IF_ERROR(host.host.set_ntp(host.ctx, call.args.list("SERVER"),
                                            call.args.has("local"), call.args.has("allow-query")));
  TRESTLE_RETURN_IF_ERROR(host.host.enable_ntp(host.ctx));
  return ntp_now(host);
}

Result<Outcome> ntp_off(Call& call) {
  TRESTLE_ASSIGN_OR_RETURN(const HostCall host, reach_host(call));
  TRESTLE_RETURN_IF_ERROR(host.host.disable_ntp(host.ctx));
  return ntp_now(host);
}

Result<Outcome> timezone(Call& call) {
  TRESTLE_ASSIGN_OR_RETURN(const HostCall host, reach_host(call));
  if (const auto zone = call.args.maybe("ZONE")) {
    TRESTLE_RETURN_IF_ERROR(
        host.host.set_time_zone(host.ctx, *zone, !call.args.has("local-clock")));
  } else if (call.args.has("local-clock")) {
    return usage("--local-clock goes with a ZONE");
  }
  TRESTLE_ASSIGN_OR_RETURN(const ovm3::TimeZone zone, host.host.time_zone(host.ctx));
  return Outcome{.document = describe(zone)};
}

Result<Outcome> boot_time(Call& call) {
  TRESTLE_ASSIGN_OR_RETURN(const HostCall host, reach_host(call));
  TRESTLE_ASSIGN_OR_RETURN(const ovm3::BootTime times, host.host.boot_time(host.ctx));
  Value up_seconds = Nil{};
  if (times.last_boot_time && times.local_time) {
    up_seconds = describe(*times.local_time - *times.last_boot_time);
  }
  return Outcome{.document = Struct{{"last_boot_time", describe(times.last_boot_time)},
                                    {"local_time", describe(times.local_time)},
                                    {"up_seconds", std::move(up_seconds)}}};
}

Result<Outcome> clock(Call& call) {
  TRESTLE_ASSIGN_OR_RETURN(const HostCall host, reach_host(call));
  TRESTLE_ASSIGN_OR_RETURN(const ovm3::WallClock now, host.host.wall_clock(host.ctx));
  return Outcome{.document = describe(now)};
}

Result<Outcome> ping(Call& call) {
  TRESTLE_ASSIGN_OR_RETURN(const HostCall host, reach_host(call));
  const auto begin = host.ctx.now();
  TRESTLE_ASSIGN_OR_RETURN(const Value answer, host.host.echo(host.ctx, "trestle"));
  const std::chrono::duration<double, std::milli> took = host.ctx.now() - begin;
  return Outcome{
      .document = Struct{{"answered", answer == Value("trestle")}, {"milliseconds", took.count()}}};
}

Result<Outcome> stats(Call& call) {
  TRESTLE_ASSIGN_OR_RETURN(const HostCall host, reach_host(call));
  TRESTLE_ASSIGN_OR_RETURN(const ovm3::HardwareInfo hardware,
                           host.host.discover_hardware(host.ctx));
  Value counted = Nil{};
  if (const auto bridge = call.args.maybe("bridge")) {
    TRESTLE_ASSIGN_OR_RETURN(const ovm3::HostStats figures,
                             ovm3::HostModule(host.agent).host_stats(host.ctx, *bridge));
    counted = describe(figures);
  }
  return Outcome{.document = Struct{{"threads", describe(hardware.threads())},
                                    {"memory_bytes", describe(hardware.memory())},
                                    {"free_memory_bytes", describe(hardware.free_memory())},
                                    {"counters", std::move(counted)}}};
}

Result<Outcome> password(Call& call) {
  TRESTLE_ASSIGN_OR_RETURN(std::string text, call.read_file(call.args.text("new-password-file")));
  text.resize(std::min(text.find_first_of("\r\n"), text.size()));
  if (text.empty()) return usage("--new-password-file has an empty first line");
  const Secret wanted(std::move(text));
  TRESTLE_ASSIGN_OR_RETURN(const HostCall host, reach_host(call));
  TRESTLE_ASSIGN_OR_RETURN(const ovm3::ServerInfo server, host.host.discover(host.ctx));
  TRESTLE_ASSIGN_OR_RETURN(const ovm3::Release release, release_of(server));
  TRESTLE_ASSIGN_OR_RETURN(const Connection connection, call.connection());
  TRESTLE_RETURN_IF_ERROR(host.host.update_agent_password(
      host.ctx, release, connection.endpoint.user, wanted, connection.password));
  return Outcome{.document = Struct{{"hostname", describe(server.hostname)},
                                    {"user", connection.endpoint.user},
                                    {"changed", true}}};
}

std::vector<Verb> time_verbs() {
  return {
      {.name = "ping",
       .what = "Asks the agent for an echo and measures how long that takes",
       .schema = R"({"answered": "boolean", "milliseconds": "number"})",
       .examples = {"host ping", "host ping --timeout 5 --json"},
       .run = ping},
      {.name = "ntp",
       .what = "Shows the time servers",
       .schema = kNtpSchema,
       .examples = {"host ntp", "host ntp --json"},
       .run = ntp},
      {.name = "ntp-set",
       .what = "Sets the time servers and starts the time service",
       .operands = {{.name = "SERVER", .help = "names or addresses, best first", .many = true}},
       .options = {{.name = "local",
                    .value = "",
                    .help = "the host may fall back on its own clock"},
                   {.name = "allow-query", .value = "", .help = "others may ask this host"}},
       .schema = kNtpSchema,
       .examples = {"host ntp-set 192.0.2.1 192.0.2.2", "host ntp-set 192.0.2.1 --local --json"},
       .run = ntp_set},
      {.name = "ntp-off",
       .what = "Stops the time service",
       .schema = kNtpSchema,
       .examples = {"host ntp-off", "host ntp-off --json"},
       .run = ntp_off},
      {.name = "timezone",
       .what = "Shows the time zone, or sets it",
       .operands = {{.name = "ZONE", .help = "e.g. Europe/Amsterdam", .required = false}},
       .options = {{.name = "local-clock",
                    .value = "",
                    .help = "the hardware clock runs in local time, not in UTC"}},
       .schema = R"({"zone": "text?", "utc": "boolean?"})",
       .examples = {"host timezone", "host timezone Europe/Amsterdam --json"},
       .run = timezone}};
}

std::vector<Verb> other_verbs() {
  return {
      {.name = "boot-time",
       .what = "Shows when the host was started, in seconds since 1970",
       .schema = R"({"last_boot_time": "integer?", "local_time": "integer?", )"
                 R"("up_seconds": "integer?"})",
       .examples = {"host boot-time", "host boot-time --json"},
       .run = boot_time},
      {.name = "clock",
       .what = "Shows the wall clock of the host, in its own time zone",
       .schema = R"({"year": "integer", "month": "integer", "day": "integer", )"
                 R"("hour": "integer", "minute": "integer", "second": "integer"})",
       .examples = {"host clock", "host clock --json"},
       .run = clock},
      {.name = "stats",
       .what = "Shows memory and CPUs, and with --bridge what the module counts",
       .options = {{.name = "bridge",
                    .value = "BRIDGE",
                    .help = "count the packets of this bridge; needs the module on the host"}},
       .schema = kHostStatsSchema,
       .examples = {"host stats", "host stats --bridge xenbr0 --json"},
       .run = stats},
      {.name = "password",
       .what = "Changes the password of the agent's user",
       .options = {{.name = "new-password-file",
                    .value = "FILE",
                    .help = "the new password is its first line; - is standard input",
                    .required = true,
                    .complete = Complete::kFile}},
       .schema = R"({"hostname": "text?", "user": "text", "changed": "boolean"})",
       .examples = {"host password --new-password-file new-password",
                    "host password --new-password-file new-password --json"},
       .run = password},
  };
}

}  // namespace

std::vector<Verb> host_settings_verbs() { return together({time_verbs(), other_verbs()}); }

}  // namespace trestle::cli
