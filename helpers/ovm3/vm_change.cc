// SPDX-License-Identifier: Apache-2.0
#include "helpers/ovm3/vm_change.h"

#include <algorithm>
#include <functional>
#include <utility>

#include "helpers/ovm3/lost_answer.h"
#include "objects/core/poll.h"

namespace trestle::ovm3 {
namespace {

/// How long a guest may take to notice a device, or to give memory back.
constexpr std::chrono::seconds kChangePatience{30};
constexpr std::chrono::milliseconds kLookPause{200};

/// A VM that runs, with its configuration.
struct RunningVm {
  Vm handle;
  VmConfig config;
  VmInfo live;
};

Result<RunningVm> running_vm(const ChangeSite& site) {
  TRESTLE_ASSIGN_OR_RETURN(auto vm, find_named_vm(site.ctx, site.agent, site.name));
  if (!vm || !vm->live) {
    return fail(Code::kNotFound, "VM " + site.name + " does not run on this host");
  }
  if (!vm->config) {
    return fail(Code::kFailedPrecondition,
                "VM " + site.name +
                    " runs, but no mounted repository has its configuration; "
                    "mount the repository it was started from");
  }
  return RunningVm{.handle = vm->handle(site.agent),
                   .config = *std::move(vm->config),
                   .live = *std::move(vm->live)};
}

using Sight = std::function<bool(const VmInfo&)>;

Result<void> wait_to_see(const ChangeSite& site, const Vm& vm, const std::string& what,
                         const Sight& seen) {
  return poll(with_budget(site.ctx, kChangePatience), kLookPause, what,
              [&](const CallContext& inner) -> Result<bool> {
                TRESTLE_ASSIGN_OR_RETURN(const VmInfo live, vm.live(inner));
                return seen(live);
              });
}

/// Sends what differs and waits until the domain shows it; else puts back what it was.
Result<void> change_seen(const ChangeSite& site, const RunningVm& vm, const VmConfig& wanted,
                         const std::string& what, const Sight& seen) {
  auto changed = vm.handle.configure(site.ctx, changes(vm.config, wanted));
  // Without an answer it may have been done: the domain tells.
  if (changed || answer_is_lost(changed.error().code)) {
    const auto shown = wait_to_see(site, vm.handle, what, seen);
    if (shown) return {};
    if (changed) changed = shown;
  }
  site.log.write(Level::kWarn, "UNDO", {{"vm", site.name}, {"why", changed.error().message()}});
  const auto undone = vm.handle.configure(site.undo, changes(wanted, vm.config));
  if (undone) return changed;
  return fail(wrap("the configuration of VM " + site.name + " could not be put back (" +
                       undone.error().message() + "); it takes effect at its next start",
                   changed.error()));
}

bool has_vif(const VmInfo& live, const std::string& mac) {
  return std::ranges::any_of(live.vifs, [&](const Vif& vif) { return same_mac(vif.mac, mac); });
}

const VifConfig* find_vif(const std::vector<VifConfig>& vifs, const std::string& mac) {
  const auto found =
      std::ranges::find_if(vifs, [&](const VifConfig& vif) { return same_mac(vif.mac, mac); });
  return found == vifs.end() ? nullptr : &*found;
}

/// The NIC as this kind of machine has it.
NicSpec fitted(NicSpec nic, const VmConfig& config) {
  nic.type = adapter_type(config.domain_type());
  if (config.domain_type() != kEmulated) nic.model.clear();
  return nic;
}

/// Bridges that were made for nothing. One that stays is logged; the next release takes it.
void take_back(const ChangeSite& site, const std::vector<std::string>& bridges) {
  const auto released = release_places(site.undo, site.places, bridges);
  if (released) return;
  site.log.write(Level::kWarn, "BRIDGES_STAY",
                 {{"vm", site.name}, {"why", released.error().message()}});
}

Result<void> check_room(const ChangeSite& site, const RunningVm& vm, std::size_t count) {
  if (!is_hvm(vm.config) || count <= kMostEmulatedNics) return {};
  return fail(Code::kResourceExhausted, "VM " + site.name + " has " + std::to_string(count - 1) +
                                            " NICs; an emulated VM has room for " +
                                            std::to_string(kMostEmulatedNics));
}

}  // namespace

Result<NicChange> plug_nic(const ChangeSite& site, const NicSpec& nic) {
  TRESTLE_ASSIGN_OR_RETURN(const RunningVm vm, running_vm(site));
  std::vector<VifConfig> vifs = vm.config.vifs();
  const VifConfig* const known = find_vif(vifs, nic.mac);
  TRESTLE_RETURN_IF_ERROR(check_room(site, vm, vifs.size() + (known == nullptr ? 1 : 0)));
  TRESTLE_ASSIGN_OR_RETURN(const Places wired,
                           ensure_places(site.ctx, site.undo, site.places, {nic}));
  NicChange change{.bridge = wired.bridges.front()};
  if (known != nullptr && known->bridge != change.bridge) {
    take_back(site, wired.made);
    return fail(Code::kAlreadyExists, "VM " + site.name + " has a NIC " + nic.mac + " on bridge " +
                                          known->bridge + ", not on " + change.bridge +
                                          "; unplug that one first");
  }
  change.was_so = known != nullptr && has_vif(vm.live, nic.mac);
  if (change.was_so) return change;
  if (known == nullptr) {
    vifs.push_back(vifs_of({fitted(nic, vm.config)}, wired.bridges, {}).front());
  }
  TRESTLE_ASSIGN_OR_RETURN(VmConfig wanted, vm.config.with_vifs(vifs));
  auto plugged = change_seen(site, vm, wanted, "NIC " + nic.mac + " to be seen in VM " + site.name,
                             [&](const VmInfo& live) { return has_vif(live, nic.mac); });
  if (plugged) return change;
  take_back(site, wired.made);
  return fail(std::move(plugged).error());
}

Result<NicChange> unplug_nic(const ChangeSite& site, const std::string& mac) {
  TRESTLE_ASSIGN_OR_RETURN(const RunningVm vm, running_vm(site));
  std::vector<VifConfig> vifs = vm.config.vifs();
  const VifConfig* const known = find_vif(vifs, mac);
  if (known == nullptr && !has_vif(vm.live, mac)) return NicChange{.was_so = true};
  NicChange change{.bridge = known == nullptr ? "" : known->bridge};
  std::erase_if(vifs, [&](const VifConfig& vif) { return same_mac(vif.mac, mac); });
  TRESTLE_ASSIGN_OR_RETURN(const VmConfig wanted, vm.config.with_vifs(vifs));
  TRESTLE_RETURN_IF_ERROR(change_seen(site, vm, wanted,
                                      "NIC " + mac + " to be gone from VM " + site.name,
                                      [&](const VmInfo& live) { return !has_vif(live, mac); }));
  take_back(site, {change.bridge});
  return change;
}

Result<bool> scale_vm(const ChangeSite& site, const VmSize& size) {
  TRESTLE_ASSIGN_OR_RETURN(const RunningVm vm, running_vm(site));
  const std::int64_t room = vm.config.maxvcpus().value_or(vm.config.vcpus().value_or(1));
  if (size.vcpus > room) {
    return fail(Code::kFailedPrecondition,
                "VM " + site.name + " was started with room for " + std::to_string(room) +
                    " vCPUs and cannot have " + std::to_string(size.vcpus) +
                    " while it runs; stop it and start it with the new offering");
  }
  const VmConfig wanted = vm.config.with("vcpus", size.vcpus)
                              .with("maxmem", static_cast<std::int64_t>(size.max_memory.count))
                              .with("memory", static_cast<std::int64_t>(size.memory.count));
  const auto fits = [&](const VmInfo& live) {
    const auto vcpus = live.online_vcpus ? live.online_vcpus : live.vcpus;
    return vcpus == static_cast<std::uint64_t>(size.vcpus) && live.memory == size.memory;
  };
  if (changes(vm.config, wanted).empty() && fits(vm.live)) return false;
  TRESTLE_RETURN_IF_ERROR(
      change_seen(site, vm, wanted, "VM " + site.name + " to have its new size", fits));
  return true;
}

}  // namespace trestle::ovm3
