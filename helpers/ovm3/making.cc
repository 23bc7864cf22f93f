// SPDX-License-Identifier: Apache-2.0
#include "helpers/ovm3/making.h"

#include <random>
#include <utility>

#include "objects/core/poll.h"
#include "objects/ovm3/host.h"

namespace trestle::ovm3 {
namespace {

constexpr std::chrono::milliseconds kLookPause{500};

ConfigChange mark_change(const VmConfig& config, const VmMark& mark) {
  return {.set = {{"OVM_description", description_with(config, mark)}}};
}

/// One sign of life. False if there is nothing to give one for.
bool beat(const CallContext& ctx, const Agent& agent, Log& log, const Vm& vm, VmMark mark) {
  const auto config = still_ours(ctx, vm, mark.attempt);
  if (!config) return config.error().code != Code::kAborted;
  const auto now = host_seconds(ctx, agent);
  if (!now) return true;  // late, not dead: the next one may get through
  mark.beat = *now;
  const auto written = vm.configure(ctx, mark_change(*config, mark));
  if (!written) log.write(Level::kWarn, "BEAT_MISSED", {{"why", written.error().message()}});
  return true;
}

}  // namespace

std::string new_attempt() {
  constexpr std::string_view kHex = "0123456789abcdef";
  std::random_device random;
  std::uint32_t bits = random();
  std::string text;
  for (int i = 0; i < 8; ++i, bits >>= 4U) text += kHex[bits & 0xFU];
  return text;
}

Result<std::int64_t> host_seconds(const CallContext& ctx, const Agent& agent) {
  TRESTLE_ASSIGN_OR_RETURN(const BootTime times, Host(agent).boot_time(ctx));
  if (times.local_time) return std::int64_t{times.local_time->time_since_epoch().count()};
  return fail(agent.located(
      {.code = Code::kBadReply, .what = "the host does not tell the time; set its clock"},
      "get_last_boot_time"));
}

bool is_stale(const VmMark& mark, std::int64_t now) {
  return now < mark.beat - kStaleAfter.count() || now - mark.beat > kStaleAfter.count();
}

Result<VmConfig> still_ours(const CallContext& ctx, const Vm& vm, const std::string& attempt) {
  auto config = vm.config(ctx);
  if (!config && config.error().code != Code::kNotFound) return config;
  const auto mark = config ? read_mark(*config) : std::nullopt;
  if (mark && mark->attempt == attempt) return config;
  return fail(Code::kAborted,
              config ? "another request has taken over the making of VM " + vm.id().text()
                     : "VM " + vm.id().text() + " was removed while it was made");
}

Heartbeat::Heartbeat(const CallContext& ctx, const Agent& agent, Log& log, Vm vm, VmMark mark,
                     std::function<void(const CallContext&)> progress)
    : thread_([ctx, agent, &log, vm = std::move(vm), mark = std::move(mark),
               progress = std::move(progress)](const std::stop_token& stop) {
        CallContext own = ctx;
        own.stop = stop;
        while (own.clock->wait_until(own.now() + kBeatEvery, stop)) {
          if (!beat(own, agent, log, vm, mark)) return;
          progress(own);
        }
      }) {}

Result<void> wait_for_maker(const CallContext& ctx, const Agent& agent, const HostedVm& vm) {
  const Vm handle = vm.handle(agent);
  return poll(ctx, kLookPause, "another request that is making VM " + vm.id.text(),
              [&](const CallContext& inner) -> Result<bool> {
                const auto config = handle.config(inner);
                if (!config && config.error().code == Code::kNotFound) return true;
                if (!config) return fail(config.error());
                const auto mark = read_mark(*config);
                if (!mark || mark->complete()) return true;
                TRESTLE_ASSIGN_OR_RETURN(const std::int64_t now, host_seconds(inner, agent));
                return is_stale(*mark, now);
              });
}

}  // namespace trestle::ovm3
