// SPDX-License-Identifier: Apache-2.0
#include "helpers/ovm3/migration.h"

#include <algorithm>
#include <set>
#include <utility>

#include "helpers/ovm3/lost_answer.h"
#include "helpers/ovm3/name_uuid.h"
#include "helpers/ovm3/nic_places.h"
#include "objects/core/poll.h"
#include "objects/ovm3/host.h"

namespace trestle::ovm3 {
namespace {

constexpr std::chrono::milliseconds kLookPause{500};
/// Between two tries at a host that is busy with another move, which lasts a minute or so.
constexpr std::chrono::seconds kBusyPause{2};

/// The repositories that the VM needs are mounted here.
Result<void> check_storage(const CallContext& ctx, const Agent& agent, const InstanceSpec& spec) {
  TRESTLE_ASSIGN_OR_RETURN(const auto records, discover_repository_db(ctx, agent));
  const auto mounted = [&](const std::string& path) {
    return std::ranges::any_of(records, [&](const RepositoryRecord& record) {
      return record.mounted() && path.starts_with(RepositoryPaths(record.id).root() + "/");
    });
  };
  for (const DiskConfig& disk : spec.disks) {
    if (disk.cdrom || mounted(disk.path)) continue;
    return fail(Code::kFailedPrecondition,
                "disk " + disk.path + " of VM " + spec.vm.vm.name +
                    " lies in no repository that is mounted on this host; add that storage to it");
  }
  return {};
}

/// Its configuration, which the source has written: a repository of the same name is not enough.
Result<VmConfig> stored_config(const CallContext& ctx, const Vm& vm, const std::string& name) {
  auto config = vm.config(ctx);
  if (config) return config;
  if (config.error().code != Code::kNotFound) return config;
  return fail(Code::kFailedPrecondition, "this host does not see the configuration of VM " + name +
                                             " in repository " + vm.repository().text() +
                                             "; both hosts must mount the same export");
}

Result<void> check_room(const CallContext& ctx, const Agent& agent, const InstanceSpec& spec) {
  TRESTLE_ASSIGN_OR_RETURN(const HardwareInfo hardware, Host(agent).discover_hardware(ctx));
  const auto free = hardware.free_memory();
  const MiB needed = spec.vm.memory;
  if (free && *free < needed.bytes()) {
    return fail(Code::kResourceExhausted, "VM " + spec.vm.vm.name + " needs " +
                                              std::to_string(needed.count) +
                                              " MiB of memory and this host has " +
                                              std::to_string(free->count >> 20U) + " MiB free");
  }
  const auto threads = hardware.threads();
  if (threads && spec.vm.vcpus > static_cast<std::int64_t>(*threads)) {
    return fail(Code::kResourceExhausted,
                "VM " + spec.vm.vm.name + " has " + std::to_string(spec.vm.vcpus) +
                    " vCPUs and this host " + std::to_string(*threads) + " CPUs");
  }
  return {};
}

/// A domain takes the names of its bridges with it.
Result<void> check_bridges(const VmConfig& config, const InstanceSpec& spec, const Places& wired) {
  const std::vector<VifConfig> vifs = config.vifs();
  for (std::size_t i = 0; i < spec.vm.nics.size(); ++i) {
    for (const VifConfig& vif : vifs) {
      if (!same_mac(vif.mac, spec.vm.nics[i].mac) || vif.bridge == wired.bridges[i]) continue;
      return fail(Code::kFailedPrecondition,
                  "NIC " + vif.mac + " of VM " + spec.vm.vm.name + " is on bridge " + vif.bridge +
                      " and would be on " + wired.bridges[i] +
                      " here: a running VM cannot change it; name the bridges alike on both hosts");
    }
  }
  return {};
}

Result<void> set_up(const CallContext& ctx, const Vm& vm, const VmConfig& config,
                    const InstanceSpec& spec, const Places& wired) {
  TRESTLE_RETURN_IF_ERROR(check_bridges(config, spec, wired));
  return vm.setup_migration_target(ctx);
}

std::optional<VmInfo> still_here(const CallContext& ctx, const Vm& vm, bool& unsure) {
  auto live = vm.live(ctx);
  unsure = !live && live.error().code != Code::kNotFound;
  return live ? std::optional(*std::move(live)) : std::nullopt;
}

/// Sends migrate_vm, again while a host is busy with another move.
Result<void> send_away(const CallContext& ctx, Log& log, const Vm& vm, const MoveOrder& order) {
  Result<void> last;
  const auto waited = poll(ctx, kBusyPause, "the hosts to be free for moving VM " + order.name,
                           [&](const CallContext& inner) -> Result<bool> {
                             last =
                                 vm.migrate(inner, order.destination, {.live = true, .ssl = false});
                             if (last || last.error().code != Code::kAborted) return true;
                             log.write(Level::kInfo, "MIGRATION_WAITS",
                                       {{"vm", order.name}, {"why", last.error().message()}});
                             return false;
                           });
  // When the time ran out while a host was busy, its word says more than that.
  return last ? waited : last;
}

/// After migrate_vm has failed or was not answered: no error if the VM is gone from this host. Then
/// only its destination knows what became of it, whatever the agent said.
Result<void> judge_failure(const CallContext& ctx, const Vm& vm, const MoveOrder& order,
                           const Error& error) {
  bool unsure = false;
  const auto live = still_here(ctx, vm, unsure);
  if (unsure) {
    return fail(wrap("where VM " + order.name +
                         " is now is not known; look for it on this host and on " +
                         order.destination + " (trestle vm list)",
                     error));
  }
  if (!live) return {};
  const std::string stays = "VM " + order.name + " was not moved to " + order.destination;
  // Frozen, it may be on its way: to thaw it here would let it run twice.
  if (answer_is_lost(error.code))
    return fail(wrap(stays + " yet; it is still on this host", error));
  // A failed move may leave it frozen.
  const auto thawed = live->power() == VmState::kPaused ? vm.unpause(ctx) : Result<void>();
  return fail(wrap(stays + (thawed ? "; it runs on this host as before"
                                   : "; it is frozen on this host (" + thawed.error().message() +
                                         "): start it again"),
                   error));
}

Result<void> wait_until_gone(const CallContext& ctx, const Vm& vm, const MoveOrder& order) {
  return poll(ctx, kLookPause, "VM " + order.name + " to leave this host",
              [&](const CallContext& inner) -> Result<bool> {
                bool unsure = false;
                return !still_here(inner, vm, unsure) && !unsure;
              });
}

/// The new owner's mark. Without it a stop on this host would take the configuration for its own.
std::string mark_moved(const CallContext& ctx, const NamedVm& vm, const Vm& handle,
                       const MoveOrder& order) {
  if (!vm.config || order.to_host.empty()) return {};
  VmMark mark = vm.mark();
  if (mark.uuid.empty()) mark.uuid = vm.id.text();
  mark.host = order.to_host;
  const auto marked =
      handle.configure(ctx, {.set = {{"OVM_description", description_with(*vm.config, mark)}}});
  return marked ? "" : "its configuration could not be marked: " + marked.error().message();
}

/// It does not run here. That it has moved before is known from its destination, or from its mark
/// if the destination cannot tell.
Result<MoveOutcome> moved_before(const CallContext& ctx, const Agent& agent,
                                 const std::optional<NamedVm>& vm, const MoveOrder& order,
                                 const AskDestination& ask) {
  MoveOutcome outcome{.was_there = true, .arrival = ask ? ask(ctx) : Arrival::kCannotTell};
  const bool marked = vm && !order.to_host.empty() && vm->mark().host == order.to_host;
  const bool moved =
      outcome.arrival == Arrival::kRuns || (marked && outcome.arrival == Arrival::kCannotTell);
  if (!moved) {
    return fail(Code::kNotFound,
                "VM " + order.name + " does not run on this host, so it cannot leave it" +
                    (marked ? "; it has moved to " + order.destination +
                                  " before, and does not run there either: start it again"
                            : ""));
  }
  if (vm && !marked) outcome.note = mark_moved(ctx, *vm, vm->handle(agent), order);
  if (vm && vm->config) outcome.bridges = bridges_of(vm->config->vifs());
  return outcome;
}

}  // namespace

Result<std::string> prepare_migration(const CallContext& ctx, const CallContext& undo,
                                      const Agent& agent, Log& log, const InstanceSpec& spec) {
  const std::string& name = spec.vm.vm.name;
  TRESTLE_ASSIGN_OR_RETURN(const auto vms, list_vms(ctx, agent));
  TRESTLE_ASSIGN_OR_RETURN(const auto there, find_domain(vms, name));
  if (there) return "runs on this host already";
  const Vm vm(agent, spec.vm.repository, vm_id_of_name(name));
  TRESTLE_RETURN_IF_ERROR(check_storage(ctx, agent, spec));
  TRESTLE_ASSIGN_OR_RETURN(const VmConfig config, stored_config(ctx, vm, name));
  TRESTLE_RETURN_IF_ERROR(check_room(ctx, agent, spec));
  const PlaceHost places{.agent = agent, .log = log, .address = spec.address, .mark = spec.host};
  TRESTLE_ASSIGN_OR_RETURN(const Places wired, ensure_places(ctx, undo, places, spec.vm.nics));
  auto ready = set_up(ctx, vm, config, spec, wired);
  if (!ready) {
    log.write(Level::kWarn, "UNDO", {{"vm", name}, {"why", ready.error().message()}});
    if (answer_is_lost(ready.error().code)) {
      const auto forgotten = forget_migration(undo, vm);
      if (!forgotten) {
        log.write(Level::kWarn, "MIGRATION_NOT_FORGOTTEN", {{"why", forgotten.error().message()}});
      }
    }
    const auto released = release_places(undo, places, wired.made);
    if (!released) {
      log.write(Level::kWarn, "BRIDGES_STAY", {{"why", released.error().message()}});
    }
    return fail(std::move(ready).error());
  }
  return "can come: its storage is in sight, memory and CPUs suffice, " +
         std::to_string(wired.bridges.size()) + " NICs have their bridges (" +
         std::to_string(wired.made.size()) + " made)";
}

Result<void> forget_migration(const CallContext& ctx, const Vm& vm) {
  auto gone = vm.cleanup_migration_target(ctx);
  if (gone || gone.error().code == Code::kNotFound) return {};
  return gone;
}

Result<MoveOutcome> move_instance(const CallContext& ctx, const CallContext& undo,
                                  const Agent& agent, Log& log, const MoveOrder& order,
                                  const AskDestination& ask) {
  TRESTLE_ASSIGN_OR_RETURN(const auto vm, find_named_vm(ctx, agent, order.name));
  if (!vm || !vm->live) return moved_before(ctx, agent, vm, order, ask);
  const Vm handle = vm->handle(agent);
  MoveOutcome outcome;
  for (const Vif& vif : vm->live->vifs) outcome.bridges.push_back(vif.bridge);
  const auto sent = send_away(ctx, log, handle, order);
  // A call without an answer has used up the time; the looks behind it have what was kept for them.
  const CallContext& rest = sent ? ctx : undo;
  TRESTLE_RETURN_IF_ERROR(sent ? wait_until_gone(ctx, handle, order)
                               : judge_failure(rest, handle, order, sent.error()));
  outcome.arrival = ask ? ask(rest) : Arrival::kCannotTell;
  if (outcome.arrival == Arrival::kDoesNotRun) {
    const std::string lost = "VM " + order.name + " has left this host and does not run on " +
                             order.destination + " either; start it again";
    return sent ? fail(Code::kInternal, lost) : fail(wrap(lost, sent.error()));
  }
  outcome.note = mark_moved(rest, *vm, handle, order);
  if (!sent && outcome.arrival == Arrival::kCannotTell) {
    return fail(wrap("VM " + order.name + " has left this host, and whether it runs on " +
                         order.destination + " is not known; ask that host",
                     sent.error()));
  }
  return outcome;
}

}  // namespace trestle::ovm3
