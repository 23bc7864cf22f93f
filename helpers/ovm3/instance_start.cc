// SPDX-License-Identifier: Apache-2.0
#include <utility>

#include "helpers/ovm3/instance.h"
#include "helpers/ovm3/lost_answer.h"
#include "helpers/ovm3/name_uuid.h"
#include "helpers/ovm3/nic_places.h"
#include "helpers/ovm3/vm_power.h"

namespace trestle::ovm3 {
namespace {

/// What a start works with, and what it has made so far.
struct Site {
  const CallContext& ctx;
  const CallContext& undo;
  const Agent& agent;
  Log& log;
  const InstanceSpec& spec;
  Vm vm;
  PlaceHost places;
  std::vector<std::string> made_bridges = {};
  bool made_config = false;
  std::optional<VmConfig> before = std::nullopt;  ///< the vm.cfg that was there
  bool may_run = false;                           ///< start_vm went out
};

/// Takes over a vm.cfg that is there already: what a stop could not remove, or a host that is gone
/// left behind. The orchestrator answers for its not running there.
Result<void> take_over(Site& site, const VmConfig& config) {
  const std::string& name = site.spec.vm.vm.name;
  TRESTLE_ASSIGN_OR_RETURN(VmConfig before, site.vm.config(site.ctx));
  if (before.text("OVM_simple_name").value_or(before.name()) != name) {
    return fail(Code::kAlreadyExists, "VM " + site.vm.id().text() + " in repository " +
                                          site.vm.repository().text() + " bears the id of " + name +
                                          " but the name '" + before.name() +
                                          "'; remove it or give it another id");
  }
  auto replaced = site.vm.set_config(site.ctx, config);
  // What may have been replaced is put back if the start fails.
  if (replaced || answer_is_lost(replaced.error().code)) site.before = std::move(before);
  return replaced;
}

Result<void> write_config(Site& site, const std::vector<std::string>& bridges) {
  TRESTLE_ASSIGN_OR_RETURN(const VmConfig config, instance_config(site.spec, bridges));
  const auto made = site.vm.create(site.ctx, config);
  if (made) {
    site.made_config = true;
    return {};
  }
  if (made.error().code == Code::kAlreadyExists) return take_over(site, config);
  if (!answer_is_lost(made.error().code)) return fail(made.error());
  // No answer: whether it was written is seen by looking.
  const auto there = site.vm.config(site.undo);
  site.made_config = !there || changes(*there, config).set.empty();
  if (!there) return fail(made.error());
  return site.made_config ? Result<void>() : take_over(site, config);
}

Result<VmInfo> run(Site& site) {
  site.may_run = true;
  const auto started = site.vm.start(site.ctx);
  if (!started && !answer_is_lost(started.error().code)) {
    // Another request may have started it in between.
    const auto live = site.vm.live(site.ctx);
    if (!live || live->power() != VmState::kRunning) return fail(started.error());
  }
  return wait_for_instance(site.ctx, site.vm, site.spec.vm.vm.name);
}

Result<void> end_started(const Site& site) {
  if (!site.may_run) return {};
  const auto live = site.vm.live(site.undo);
  if (!live && live.error().code == Code::kNotFound) return {};
  return cut_off(site.undo, site.agent, site.vm);
}

Result<void> put_config_back(const Site& site) {
  if (site.before) return site.vm.set_config(site.undo, *site.before);
  if (!site.made_config) return {};
  auto removed = site.vm.remove(site.undo);
  if (removed || removed.error().code == Code::kNotFound) return {};
  return removed;
}

/// The error of a start, after its traces are gone or with a note that they are not.
tl::unexpected<Error> give_up(const Site& site, Error error) {
  site.log.write(Level::kWarn, "UNDO", {{"vm", site.spec.vm.vm.name}, {"why", error.message()}});
  // In this order: vm.cfg of a domain that still runs must stay.
  auto undone = end_started(site);
  if (undone) undone = put_config_back(site);
  const auto released = release_places(site.undo, site.places, site.made_bridges);
  if (undone && !released) undone = fail(released.error());
  if (undone) return fail(std::move(error));
  site.log.write(Level::kError, "UNDO_FAILED", {{"why", undone.error().message()}});
  return fail(wrap("what was made for VM " + site.spec.vm.vm.name +
                       " could not all be taken back (" + undone.error().message() +
                       "); stop it, then start it again",
                   std::move(error)));
}

/// What runs of it already: absent if the way is free.
Result<std::optional<VmInfo>> look(const Site& site) {
  const auto live = site.vm.live(site.ctx);
  if (!live && live.error().code == Code::kNotFound) return std::optional<VmInfo>();
  if (!live) return fail(live.error());
  switch (live->power()) {
    case VmState::kRunning:
      return std::optional(*live);
    case VmState::kPaused: {
      TRESTLE_RETURN_IF_ERROR(site.vm.unpause(site.ctx));
      TRESTLE_ASSIGN_OR_RETURN(VmInfo running,
                               wait_for_instance(site.ctx, site.vm, site.spec.vm.vm.name));
      return std::optional(std::move(running));
    }
    default:  // crashed, or on its way down
      TRESTLE_RETURN_IF_ERROR(cut_off(site.ctx, site.agent, site.vm));
      return std::optional<VmInfo>();
  }
}

Result<VmInfo> bring_to_life(Site& site, const Readiness& ready) {
  TRESTLE_ASSIGN_OR_RETURN(const auto plans, plan_places(site.ctx, site.places, site.spec.vm.nics));
  const std::vector<std::string> bridges = bridges_of(plans);
  // vm.cfg first: whoever removes a bridge reads who counts on it.
  TRESTLE_RETURN_IF_ERROR(write_config(site, bridges));
  TRESTLE_ASSIGN_OR_RETURN(site.made_bridges, make_places(site.ctx, site.undo, site.places, plans));
  TRESTLE_ASSIGN_OR_RETURN(VmInfo live, run(site));
  if (ready) TRESTLE_RETURN_IF_ERROR(ready(site.ctx, site.vm));
  return live;
}

}  // namespace

Result<StartOutcome> start_instance(const CallContext& ctx, const CallContext& undo,
                                    const Agent& agent, Log& log, const InstanceSpec& spec,
                                    const Readiness& ready) {
  Site site{.ctx = ctx,
            .undo = undo,
            .agent = agent,
            .log = log,
            .spec = spec,
            .vm = Vm(agent, spec.vm.repository, vm_id_of_name(spec.vm.vm.name)),
            .places = {.agent = agent, .log = log, .address = spec.address, .mark = spec.host}};
  TRESTLE_ASSIGN_OR_RETURN(auto there, look(site));
  if (there) {
    if (ready) TRESTLE_RETURN_IF_ERROR(ready(ctx, site.vm));
    return StartOutcome{.live = *std::move(there), .ran_already = true};
  }
  auto live = bring_to_life(site, ready);
  if (!live) return give_up(site, std::move(live).error());
  StartOutcome outcome{.live = *std::move(live)};
  if (site.before) {
    const auto mark = read_mark(*site.before);
    outcome.last_host = mark && !mark->host.empty() ? mark->host : "a host that is not named";
  }
  return outcome;
}

}  // namespace trestle::ovm3
