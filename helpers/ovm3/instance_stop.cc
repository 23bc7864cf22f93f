// SPDX-License-Identifier: Apache-2.0
#include <utility>

#include "helpers/ovm3/instance.h"
#include "helpers/ovm3/lost_answer.h"
#include "helpers/ovm3/migration.h"
#include "helpers/ovm3/vm_power.h"

namespace trestle::ovm3 {
namespace {

Result<void> remove_config(const CallContext& ctx, const Vm& vm) {
  const auto removed = vm.remove(ctx);
  const Code code = removed ? Code::kNotFound : removed.error().code;
  // Without an answer the look behind tells.
  if (code != Code::kNotFound && !answer_is_lost(code)) {
    return fail(
        wrap("the VM is stopped, but its configuration could not be removed", removed.error()));
  }
  const auto left = vm.config(ctx);
  if (!left && left.error().code == Code::kNotFound) return {};
  if (!left) return fail(left.error());
  return fail(Code::kAborted, "the VM is stopped, but its configuration is still in repository " +
                                  vm.repository().text() + "; stop it again");
}

/// It may have been about to come here: a server that gave up moving it says stop to this host.
void forget_arrival(const CallContext& ctx, const PlaceHost& host, const NamedVm& vm) {
  const auto forgotten = forget_migration(ctx, vm.handle(host.agent));
  if (forgotten) return;
  host.log.write(Level::kWarn, "MIGRATION_NOT_FORGOTTEN",
                 {{"vm", vm.id.text()}, {"why", forgotten.error().message()}});
}

/// The bridges that it used. One that stays is a nuisance, no reason to call the VM not stopped.
std::string release_bridges(const CallContext& ctx, const PlaceHost& host, const NamedVm& vm) {
  std::vector<VifConfig> vifs = vm.config ? vm.config->vifs() : std::vector<VifConfig>();
  if (vm.live) {
    for (const Vif& vif : vm.live->vifs) vifs.push_back({.mac = vif.mac, .bridge = vif.bridge});
  }
  const auto released = release_places(ctx, host, bridges_of(vifs), vm.id);
  if (released) return {};
  host.log.write(Level::kWarn, "BRIDGES_STAY",
                 {{"vm", vm.id.text()}, {"why", released.error().message()}});
  return "its bridges could not all be released: " + released.error().message();
}

}  // namespace

std::string StopOutcome::observed() const {
  if (!vm) return "was not there: no domain and no configuration of that name; nothing to do";
  std::string text;
  if (!was_running) {
    text = "did not run on this host";
  } else {
    text = was_cut_off ? "did not shut down by itself and was cut off; it is gone"
                       : "shut down by itself; it is gone";
  }
  if (removed_config) {
    text += "; its configuration was removed from repository " + vm->repository.text();
  }
  if (!kept_for.empty()) {
    text += "; its configuration in repository " + vm->repository.text() +
            " was left: it belongs to " + kept_for + ", where it may run";
  }
  if (!note.empty()) text += "; " + note;
  return text;
}

Result<StopOutcome> stop_instance(const CallContext& ctx, const PlaceHost& host,
                                  const std::string& name, std::chrono::seconds patience) {
  StopOutcome outcome;
  TRESTLE_ASSIGN_OR_RETURN(outcome.vm, find_named_vm(ctx, host.agent, name));
  if (!outcome.vm) return outcome;
  const NamedVm& vm = *outcome.vm;
  outcome.was_running = vm.live.has_value();
  if (outcome.was_running) {
    TRESTLE_ASSIGN_OR_RETURN(
        const Ending ending,
        end_domain(ctx, host.agent, host.log, vm.handle(host.agent), *vm.live, patience));
    outcome.was_cut_off = ending == Ending::kCutOff;
  } else if (const std::string owner = vm.mark().host; owner != host.mark || owner.empty()) {
    outcome.kept_for = owner.empty() ? "a host that it does not name" : "host " + owner;
    forget_arrival(ctx, host, vm);
  }
  if (vm.config && outcome.kept_for.empty()) {
    TRESTLE_RETURN_IF_ERROR(remove_config(ctx, vm.handle(host.agent)));
    outcome.removed_config = true;
  }
  outcome.note = release_bridges(ctx, host, vm);
  return outcome;
}

Result<VmInfo> reboot_instance(const CallContext& ctx, const Agent& agent, Log& log,
                               const std::string& name) {
  TRESTLE_ASSIGN_OR_RETURN(const auto vm, find_named_vm(ctx, agent, name));
  if (!vm || !vm->live) {
    return fail(Code::kNotFound, "VM " + name + " does not run on this host" +
                                     (vm ? ", only its configuration is there; start it" : ""));
  }
  const Vm handle = vm->handle(agent);
  if (vm->live->power() == VmState::kPaused) TRESTLE_RETURN_IF_ERROR(handle.unpause(ctx));
  TRESTLE_ASSIGN_OR_RETURN(const RebootEnd end, reboot_domain(ctx, agent, log, handle, *vm->live));
  if (end == RebootEnd::kGone) {
    const auto started = handle.start(ctx);
    if (!started && !answer_is_lost(started.error().code)) return fail(started.error());
  }
  return wait_for_instance(ctx, handle, name);
}

}  // namespace trestle::ovm3
