// SPDX-License-Identifier: Apache-2.0
#include "helpers/ovm3/nic_places.h"

#include <algorithm>
#include <iterator>
#include <memory>
#include <set>
#include <utility>

#include "helpers/ovm3/bridge_backend.h"
#include "helpers/ovm3/bridge_users.h"
#include "helpers/ovm3/system_vm.h"
#include "objects/ovm3/host.h"
#include "objects/ovm3/network.h"

namespace trestle::ovm3 {
namespace {

bool made_here(const BridgeInfo& bridge) {
  return bridge.metadata && bridge.metadata->text == kMadeHere;
}

/// Puts the note on a new bridge. Without it the bridge works, but stays for ever.
void note_maker(const CallContext& ctx, const PlaceHost& host, const std::string& bridge) {
  const auto noted = Network(host.agent).set_metadata(ctx, bridge, std::string(kMadeHere));
  if (noted) return;
  host.log.write(Level::kWarn, "BRIDGE_NOT_NOTED",
                 {{"bridge", bridge},
                  {"why", noted.error().message()},
                  {"so", "it will not be removed with its last user"}});
}

std::string list_of(const std::set<std::string>& names) {
  std::string text;
  for (const std::string& name : names) text += (text.empty() ? "" : ",") + name;
  return text;
}

/// How to make a bridge again that is there now.
BridgePlan plan_of(const NetworkInfo& network, const BridgeInfo& bridge) {
  BridgePlan plan{.bridge = bridge.name, .exists = false};
  if (const auto target = resolve_label(network, bridge.name)) {
    plan.device = target->device;
    plan.vlan = target->vlan.value_or(0);
  }
  return plan;
}

/// Takes bridges away one by one.
class BridgeRelease {
 public:
  BridgeRelease(const CallContext& ctx, const PlaceHost& host, const std::optional<VmId>& leaving)
      : ctx_(ctx), host_(host), leaving_(leaving) {}

  Result<std::vector<std::string>> run(const std::vector<std::string>& bridges) {
    TRESTLE_ASSIGN_OR_RETURN(network_, Network(host_.agent).discover(ctx_));
    std::set<std::string> ours;
    for (const std::string& name : bridges) {
      if (may_go(name)) ours.insert(name);
    }
    if (ours.empty()) return removed_;
    TRESTLE_ASSIGN_OR_RETURN(const BridgeUsers users,
                             bridge_users(ctx_, host_.agent, ours, leaving_, host_.mark));
    TRESTLE_ASSIGN_OR_RETURN(backend_, bridge_backend(ctx_, host_.agent));
    for (const std::string& name : ours) {
      const auto user = users.find(name);
      if (user != users.end()) {
        stays(name, "used by " + list_of(user->second));
        continue;
      }
      const auto gone = remove(name);
      if (!gone && !first_) first_ = gone.error();
    }
    if (first_) return fail(*first_);
    return removed_;
  }

 private:
  bool may_go(const std::string& name) {
    const BridgeInfo* const bridge = network_.bridge(name);
    if (bridge == nullptr) return false;  // gone already
    if (made_here(*bridge)) return true;
    host_.log.write(Level::kDebug, "BRIDGE_STAYS",
                    {{"bridge", name}, {"why", "it does not bear the note of what is made here"}});
    return false;
  }

  void stays(const std::string& name, const std::string& why) {
    host_.log.write(Level::kDebug, "BRIDGE_STAYS", {{"bridge", name}, {"why", why}});
  }

  Result<void> remove(const std::string& name) {
    const BridgePlan plan = plan_of(network_, *network_.bridge(name));
    const auto gone = backend_->remove(ctx_, name);
    if (!gone) {
      if (gone.error().code != Code::kAborted) return fail(gone.error());
      stays(name, "a guest uses it");
      return {};
    }
    // Somebody who looked just before may count on it; so may whoever cannot be asked.
    const auto late = bridge_users(ctx_, host_.agent, {name}, leaving_, host_.mark);
    if (late && !late->contains(name)) {
      host_.log.write(Level::kInfo, "BRIDGE_REMOVED", {{"bridge", name}});
      removed_.push_back(name);
      return {};
    }
    const auto made = backend_->make(ctx_, plan);
    if (made && *made) note_maker(ctx_, host_, name);
    if (!late) {
      return fail(wrap("while asking who uses bridge " + name +
                           (made ? ", which is made again" : ", which is gone"),
                       late.error()));
    }
    if (!made) return fail(made.error());
    stays(name, "made again for " + list_of(late->at(name)));
    return {};
  }

  const CallContext& ctx_;
  const PlaceHost& host_;
  const std::optional<VmId>& leaving_;
  NetworkInfo network_;
  std::unique_ptr<BridgeBackend> backend_;
  std::vector<std::string> removed_;
  std::optional<Error> first_;
};

bool is_control(const PlaceHost& host, const NicSpec& nic) {
  return !host.control.empty() && nic.parent == host.control && !nic.vlan;
}
/// A plan that is carried out each time: the address of that bridge does not outlive a reboot.
bool is_control(const PlaceHost& host, const BridgePlan& plan) {
  return !host.control.empty() && plan.bridge == host.control && plan.device.empty();
}

/// The plans of all NICs but those of control traffic, with these in their places.
std::vector<BridgePlan> with_control(const PlaceHost& host, const std::vector<NicSpec>& nics,
                                     const std::vector<BridgePlan>& others) {
  std::vector<BridgePlan> all;
  all.reserve(nics.size());
  auto next = others.begin();
  for (const NicSpec& nic : nics) {
    all.push_back(is_control(host, nic) ? BridgePlan{.bridge = host.control, .exists = false}
                                        : *next++);
  }
  return all;
}

Result<std::vector<BridgePlan>> planned(const CallContext& ctx, const PlaceHost& host,
                                        const std::vector<NicSpec>& all,
                                        const BridgeBackend& backend) {
  std::vector<NicSpec> nics;
  std::ranges::copy_if(all, std::back_inserter(nics),
                       [&](const NicSpec& nic) { return !is_control(host, nic); });
  std::string address = host.address;
  if (address.empty() && std::ranges::any_of(nics, &std::string::empty, &NicSpec::parent)) {
    TRESTLE_ASSIGN_OR_RETURN(const ServerInfo server, Host(host.agent).discover(ctx));
    address = server.registered_ip.value_or("");
  }
  auto plans = backend.plan(ctx, nics, address);
  if (!plans) return fail(wrap("while looking for the bridges of the NICs", plans.error()));
  return with_control(host, all, *plans);
}

/// Before every start of a system VM; a repair is worth a line.
Result<void> check_control(const CallContext& ctx, const PlaceHost& host) {
  TRESTLE_ASSIGN_OR_RETURN(const ControlLink link,
                           ensure_control_link(ctx, host.agent, host.control));
  if (link.repaired()) {
    host.log.write(Level::kWarn, "CONTROL_LINK_REPAIRED", {{"what", link.text()}});
  }
  return {};
}

Result<std::vector<std::string>> made(const CallContext& ctx, const CallContext& undo,
                                      const PlaceHost& host, const std::vector<BridgePlan>& plans,
                                      const BridgeBackend& backend) {
  std::vector<std::string> names;
  std::set<std::string> seen;
  for (const BridgePlan& plan : plans) {
    if (plan.exists || !seen.insert(plan.bridge).second) continue;
    const bool control = is_control(host, plan);
    const auto checked = control ? check_control(ctx, host) : Result<void>();
    const auto fresh = control ? Result<bool>(false) : backend.make(ctx, plan);
    if (!fresh || !checked) {
      const auto undone = release_places(undo, host, names);
      if (!undone) {
        host.log.write(Level::kWarn, "BRIDGES_NOT_TAKEN_BACK", {{"why", undone.error().message()}});
      }
      return fail(fresh ? checked.error() : fresh.error());
    }
    if (!*fresh) continue;
    note_maker(ctx, host, plan.bridge);
    host.log.write(Level::kInfo, "BRIDGE_MADE",
                   {{"bridge", plan.bridge}, {"over", plan.device}, {"vlan", plan.vlan}});
    names.push_back(plan.bridge);
  }
  return names;
}

bool nothing_to_make(const std::vector<BridgePlan>& plans) {
  return std::ranges::all_of(plans, &BridgePlan::exists);
}

}  // namespace

Result<std::vector<BridgePlan>> plan_places(const CallContext& ctx, const PlaceHost& host,
                                            const std::vector<NicSpec>& nics) {
  if (nics.empty()) return std::vector<BridgePlan>();
  TRESTLE_ASSIGN_OR_RETURN(const auto backend, bridge_backend(ctx, host.agent));
  return planned(ctx, host, nics, *backend);
}

Result<std::vector<std::string>> make_places(const CallContext& ctx, const CallContext& undo,
                                             const PlaceHost& host,
                                             const std::vector<BridgePlan>& plans) {
  if (nothing_to_make(plans)) return std::vector<std::string>();
  TRESTLE_ASSIGN_OR_RETURN(const auto backend, bridge_backend(ctx, host.agent));
  return made(ctx, undo, host, plans, *backend);
}

Result<Places> ensure_places(const CallContext& ctx, const CallContext& undo, const PlaceHost& host,
                             const std::vector<NicSpec>& nics) {
  Places places;
  if (nics.empty()) return places;
  TRESTLE_ASSIGN_OR_RETURN(const auto backend, bridge_backend(ctx, host.agent));
  TRESTLE_ASSIGN_OR_RETURN(const auto plans, planned(ctx, host, nics, *backend));
  places.bridges = bridges_of(plans);
  TRESTLE_ASSIGN_OR_RETURN(places.made, made(ctx, undo, host, plans, *backend));
  return places;
}

Result<std::vector<std::string>> release_places(const CallContext& ctx, const PlaceHost& host,
                                                const std::vector<std::string>& bridges,
                                                const std::optional<VmId>& leaving) {
  if (bridges.empty()) return std::vector<std::string>();
  return BridgeRelease(ctx, host, leaving).run(bridges);
}

Result<std::vector<LabelFault>> check_labels(const CallContext& ctx, const PlaceHost& host,
                                             const std::vector<std::string>& labels) {
  std::vector<LabelFault> faults;
  if (labels.empty()) return faults;
  TRESTLE_ASSIGN_OR_RETURN(const auto backend, bridge_backend(ctx, host.agent));
  TRESTLE_ASSIGN_OR_RETURN(const auto whys, backend->check(ctx, labels));
  for (std::size_t i = 0; i < labels.size() && i < whys.size(); ++i) {
    if (whys[i].empty()) continue;
    LabelFault fault{.label = labels[i], .why = whys[i]};
    if (std::ranges::find(faults, fault) == faults.end()) faults.push_back(std::move(fault));
  }
  return faults;
}

std::vector<std::string> bridges_of(const std::vector<VifConfig>& vifs) {
  std::vector<std::string> names;
  for (const VifConfig& vif : vifs) {
    if (vif.bridge.empty() || std::ranges::find(names, vif.bridge) != names.end()) continue;
    names.push_back(vif.bridge);
  }
  return names;
}

std::vector<std::string> bridges_of(const std::vector<BridgePlan>& plans) {
  std::vector<std::string> names;
  names.reserve(plans.size());
  for (const BridgePlan& plan : plans) names.push_back(plan.bridge);
  return names;
}

}  // namespace trestle::ovm3
