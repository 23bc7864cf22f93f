// SPDX-License-Identifier: Apache-2.0
#include "helpers/ovm3/vm_power.h"

#include <algorithm>
#include <utility>

#include "helpers/ovm3/lost_answer.h"
#include "helpers/ovm3/nic_places.h"
#include "helpers/ovm3/vm_files.h"
#include "objects/core/poll.h"
#include "objects/ovm3/host.h"

namespace trestle::ovm3 {
namespace {

constexpr std::chrono::milliseconds kLookPause{100};
/// How long the agent waits for a guest to reboot.
constexpr std::chrono::seconds kRebootWait{60};

Result<void> wait_until_gone(const CallContext& ctx, const Agent& agent, const Vm& vm) {
  return poll(ctx, kLookPause, "VM " + vm.id().text() + " to end",
              [&](const CallContext& inner) -> Result<bool> {
                TRESTLE_ASSIGN_OR_RETURN(const auto live,
                                         live_domain(inner, agent, vm.repository(), vm.id()));
                return !live;
              });
}

/// The configuration as the settings want it, with the bridges of `plans` for their NICs.
Result<VmConfig> adjusted(VmConfig config, const StartSettings& settings,
                          const std::vector<BridgePlan>& plans) {
  if (settings.memory) {
    const auto memory = static_cast<std::int64_t>(settings.memory->count);
    config = config.with("memory", memory).with("maxmem", memory);
  }
  if (settings.vcpus) {
    config = config.with("vcpus", *settings.vcpus).with("maxvcpus", *settings.vcpus);
  }
  if (settings.nics.empty()) return config;
  return config.with_vifs(vifs_of(settings.nics, bridges_of(plans), config.vifs()));
}

/// Bridges that were made for VMs and that nobody uses any more. A VM that has gone has gone: what
/// stays of its networks is a line in the log.
void release_bridges(const CallContext& ctx, const Agent& agent, Log& log,
                     const std::vector<std::string>& bridges) {
  const auto released = release_places(ctx, {.agent = agent, .log = log}, bridges);
  if (released) return;
  log.write(Level::kWarn, "BRIDGES_NOT_RELEASED", {{"why", released.error().message()}});
}

/// The bridges that a VM has no NIC on any more.
std::vector<std::string> left_behind(const VmConfig& before, const VmConfig& now) {
  std::vector<std::string> bridges = bridges_of(before.vifs());
  const std::vector<std::string> kept = bridges_of(now.vifs());
  std::erase_if(bridges, [&](const std::string& bridge) {
    return std::ranges::find(kept, bridge) != kept.end();
  });
  return bridges;
}

/// Whose VM it was last. Two hosts that see one repository must not run it both.
Result<void> refuse_other_host(const std::vector<std::string>& files, const std::string& here,
                               const std::string& name) {
  for (const std::string& file : files) {
    const auto marker = read_marker(file);
    if (!marker || marker->host == here) continue;
    return fail(Code::kFailedPrecondition,
                "VM " + name + " was last on the host with Unique_Id " + marker->host +
                    " and may still run there; make sure that it does not, then run custom action "
                    "Adopt on it here");
  }
  return {};
}

Result<void> start_stopped(const CallContext& ctx, const Agent& agent, Log& log,
                           const Repositories& all, const HostedVm& vm, const std::string& name,
                           const StartSettings& settings) {
  TRESTLE_ASSIGN_OR_RETURN(const ServerInfo server, Host(agent).discover(ctx));
  TRESTLE_ASSIGN_OR_RETURN(std::string here, host_key(server.unique_id));
  const std::vector<std::string> files = files_of(all, vm.repository, vm.id);
  TRESTLE_RETURN_IF_ERROR(refuse_other_host(files, here, name));
  const PlaceHost place{.agent = agent, .log = log};
  TRESTLE_ASSIGN_OR_RETURN(const auto plans, plan_places(ctx, place, settings.nics));
  TRESTLE_ASSIGN_OR_RETURN(const VmConfig wanted, adjusted(vm.config, settings, plans));
  const Vm handle = vm.handle(agent);
  TRESTLE_RETURN_IF_ERROR(handle.configure(ctx, changes(vm.config, wanted)));
  const VmMarker marker{.complete = true, .host = std::move(here), .name = name};
  TRESTLE_RETURN_IF_ERROR(set_marker(ctx, agent, all, vm.repository, vm.id, marker, files));
  TRESTLE_RETURN_IF_ERROR(make_places(ctx, ctx, place, plans));
  release_bridges(ctx, agent, log, left_behind(vm.config, wanted));
  const auto started = handle.start(ctx);
  if (!started && !answer_is_lost(started.error().code)) {
    // Another request may have started it in between.
    const auto live = live_domain(ctx, agent, vm.repository, vm.id);
    if (!live || !*live) return fail(started.error());
  }
  return wait_until_running(ctx, agent, vm.repository, vm.id);
}

}  // namespace

RebootWatch::RebootWatch(const std::optional<VmInfo>& before)
    : domid_(before ? before->domid : std::nullopt),
      started_(before ? before->start_time : std::nullopt) {}

RebootWatch::Sight RebootWatch::look(const std::optional<VmInfo>& live, Clock::TimePoint now) {
  if (live) {
    gone_since_.reset();
    const bool new_one = live->domid != domid_ || live->start_time != started_;
    return new_one && live->power() == VmState::kRunning ? Sight::kBack : Sight::kNotYet;
  }
  if (!gone_since_) gone_since_ = now;
  return now - *gone_since_ < kGoneForGood ? Sight::kNotYet : Sight::kLost;
}

Result<void> wait_until_running(const CallContext& ctx, const Agent& agent,
                                const RepositoryId& repository, const VmId& id) {
  return poll(ctx, kLookPause, "VM " + id.text() + " to run",
              [&](const CallContext& inner) -> Result<bool> {
                TRESTLE_ASSIGN_OR_RETURN(const auto live,
                                         live_domain(inner, agent, repository, id));
                return live && live->power() == VmState::kRunning;
              });
}

Result<void> bring_up(const CallContext& ctx, const Agent& agent, Log& log, const Repositories& all,
                      const HostedVm& vm, const std::string& name, const StartSettings& settings) {
  const Vm handle = vm.handle(agent);
  TRESTLE_ASSIGN_OR_RETURN(const auto live, live_domain(ctx, agent, vm.repository, vm.id));
  if (live) {
    switch (live->power()) {
      case VmState::kRunning:
        return {};
      case VmState::kPaused:
        TRESTLE_RETURN_IF_ERROR(handle.unpause(ctx));
        return wait_until_running(ctx, agent, vm.repository, vm.id);
      case VmState::kCrashed:
        TRESTLE_RETURN_IF_ERROR(cut_off(ctx, agent, handle));
        break;
      default:  // on its way down
        TRESTLE_RETURN_IF_ERROR(wait_until_gone(ctx, agent, handle));
    }
  }
  return start_stopped(ctx, agent, log, all, vm, name, settings);
}

Result<void> cut_off(const CallContext& ctx, const Agent& agent, const Vm& vm) {
  const auto stopped = vm.stop(ctx, StopMode::kForce);
  if (!stopped && !answer_is_lost(stopped.error().code)) {
    // It may have ended by itself meanwhile.
    const auto live = live_domain(ctx, agent, vm.repository(), vm.id());
    if (live && !*live) return {};
    return fail(stopped.error());
  }
  return wait_until_gone(ctx, agent, vm);
}

Result<Ending> end_domain(const CallContext& ctx, const Agent& agent, Log& log, const Vm& vm,
                          const VmInfo& seen, std::chrono::seconds patience) {
  if (seen.power() == VmState::kRunning && patience.count() > 0) {
    const CallContext asking =
        with_budget(ctx, std::min<std::chrono::nanoseconds>(patience, ctx.remaining() / 2));
    auto asked = vm.stop(asking, StopMode::kAskGuest);
    if (asked) asked = wait_until_gone(asking, agent, vm);
    if (asked) return Ending::kByItself;
    log.write(Level::kWarn, "GUEST_DID_NOT_STOP",
              {{"vm", vm.id().text()}, {"why", asked.error().message()}, {"next", "cut off"}});
  }
  TRESTLE_RETURN_IF_ERROR(cut_off(ctx, agent, vm));
  return Ending::kCutOff;
}

Result<void> bring_down(const CallContext& ctx, const Agent& agent, Log& log, const HostedVm& vm,
                        std::chrono::seconds patience) {
  const Vm handle = vm.handle(agent);
  TRESTLE_ASSIGN_OR_RETURN(const auto live, live_domain(ctx, agent, vm.repository, vm.id));
  if (!live) return {};
  TRESTLE_RETURN_IF_ERROR(end_domain(ctx, agent, log, handle, *live, patience));
  return {};
}

Result<RebootEnd> reboot_domain(const CallContext& ctx, const Agent& agent, Log& log, const Vm& vm,
                                const VmInfo& before) {
  RebootWatch watch(before);
  const auto asked = vm.reboot(ctx, kRebootWait);
  if (!asked) {
    log.write(Level::kWarn, "GUEST_DID_NOT_REBOOT",
              {{"vm", vm.id().text()}, {"why", asked.error().message()}, {"next", "cut off"}});
    TRESTLE_RETURN_IF_ERROR(cut_off(ctx, agent, vm));
    return RebootEnd::kGone;
  }
  bool lost = false;
  TRESTLE_RETURN_IF_ERROR(poll(ctx, kLookPause, "VM " + vm.id().text() + " to run again",
                               [&](const CallContext& inner) -> Result<bool> {
                                 TRESTLE_ASSIGN_OR_RETURN(
                                     const auto live,
                                     live_domain(inner, agent, vm.repository(), vm.id()));
                                 const auto sight = watch.look(live, inner.now());
                                 lost = sight == RebootWatch::Sight::kLost;
                                 return sight != RebootWatch::Sight::kNotYet;
                               }));
  if (!lost) return RebootEnd::kBack;
  log.write(Level::kWarn, "GUEST_DID_NOT_COME_BACK", {{"vm", vm.id().text()}, {"next", "start"}});
  return RebootEnd::kGone;
}

Result<void> reboot(const CallContext& ctx, const Agent& agent, Log& log, const Repositories& all,
                    const HostedVm& vm, const std::string& name) {
  const Vm handle = vm.handle(agent);
  TRESTLE_ASSIGN_OR_RETURN(const auto before, live_domain(ctx, agent, vm.repository, vm.id));
  if (!before || before->power() != VmState::kRunning) {
    return bring_up(ctx, agent, log, all, vm, name, {});
  }
  TRESTLE_ASSIGN_OR_RETURN(const RebootEnd end, reboot_domain(ctx, agent, log, handle, *before));
  if (end == RebootEnd::kBack) return {};
  return bring_up(ctx, agent, log, all, vm, name, {});
}

Result<void> remove_vm(const CallContext& ctx, const Agent& agent, Log& log,
                       const Repositories& all, const HostedVm& vm) {
  const Vm handle = vm.handle(agent);
  TRESTLE_ASSIGN_OR_RETURN(const auto live, live_domain(ctx, agent, vm.repository, vm.id));
  if (live) TRESTLE_RETURN_IF_ERROR(cut_off(ctx, agent, handle));
  TRESTLE_RETURN_IF_ERROR(destroy_disks(ctx, agent, log, all, vm.repository, vm.id, vm.config));
  const auto removed = handle.remove(ctx);
  if (!removed && removed.error().code != Code::kNotFound) return fail(removed.error());
  release_bridges(ctx, agent, log, bridges_of(vm.config.vifs()));
  return {};
}

}  // namespace trestle::ovm3
