// SPDX-License-Identifier: Apache-2.0
#include "helpers/ovm3/bridge_backend.h"

#include <optional>
#include <utility>

#include "objects/ovm3/module.h"
#include "objects/ovm3/network.h"

namespace trestle::ovm3 {
namespace {

class LinuxBridges final : public BridgeBackend {
 public:
  explicit LinuxBridges(const Agent& agent) : agent_(agent) {}

  [[nodiscard]] std::string_view name() const override { return "Linux bridge"; }

  [[nodiscard]] Result<std::vector<BridgePlan>> plan(const CallContext& ctx,
                                                     const std::vector<NicSpec>& nics,
                                                     const std::string& address) const override {
    // One look for all questions (known defect 110).
    TRESTLE_ASSIGN_OR_RETURN(const NetworkInfo network, Network(agent_).discover(ctx));
    std::vector<BridgePlan> plans;
    for (const NicSpec& nic : nics) {
      std::string label = nic.parent;
      if (label.empty()) {
        TRESTLE_ASSIGN_OR_RETURN(label, default_label(network, address));
      }
      TRESTLE_ASSIGN_OR_RETURN(BridgePlan plan, plan_bridge(network, label, nic.vlan));
      plans.push_back(std::move(plan));
    }
    return plans;
  }

  [[nodiscard]] Result<std::vector<std::string>> check(
      const CallContext& ctx, const std::vector<std::string>& labels) const override {
    TRESTLE_ASSIGN_OR_RETURN(const NetworkInfo network, Network(agent_).discover(ctx));
    std::vector<std::string> whys;
    for (const std::string& label : labels) {
      const auto target = resolve_label(network, label);
      whys.push_back(target ? "" : target.error().what);
    }
    return whys;
  }

  [[nodiscard]] Result<bool> make(const CallContext& ctx, const BridgePlan& plan) const override {
    return ensure_bridge(ctx, agent_, plan);
  }

  [[nodiscard]] Result<void> remove(const CallContext& ctx,
                                    const std::string& bridge) const override {
    const Network network(agent_);
    TRESTLE_ASSIGN_OR_RETURN(const NetworkInfo there, network.discover(ctx));
    if (there.bridge(bridge) == nullptr) return {};
    TRESTLE_ASSIGN_OR_RETURN(const LabelTarget target, resolve_label(there, bridge));
    const auto stopped = target.vlan
                             ? network.stop_vlan_bridge(ctx, bridge, target.device, *target.vlan)
                             : network.stop_bridge(ctx, bridge, target.device);
    if (stopped) return {};
    // Two may release it at once.
    const auto after = network.discover(ctx);
    if (after && after->bridge(bridge) == nullptr) return {};
    return fail(wrap("while removing bridge " + bridge, stopped.error()));
  }

 private:
  Agent agent_;
};

class VswitchBridges final : public BridgeBackend {
 public:
  explicit VswitchBridges(const Agent& agent) : module_(agent) {}

  [[nodiscard]] std::string_view name() const override { return "Open vSwitch"; }

  [[nodiscard]] Result<std::vector<BridgePlan>> plan(const CallContext& ctx,
                                                     const std::vector<NicSpec>& nics,
                                                     const std::string& address) const override {
    std::vector<BridgePlan> plans;
    for (const NicSpec& nic : nics) {
      TRESTLE_ASSIGN_OR_RETURN(BridgePlan plan, plan_one(ctx, nic, address));
      plans.push_back(std::move(plan));
    }
    return plans;
  }

  [[nodiscard]] Result<std::vector<std::string>> check(
      const CallContext& ctx, const std::vector<std::string>& labels) const override {
    std::vector<std::string> whys;
    for (const std::string& label : labels) {
      const auto bridge = bridge_of(ctx, label, "");
      if (!bridge && bridge.error().code != Code::kNotFound) return fail(bridge.error());
      whys.push_back(bridge ? "" : bridge.error().what);
    }
    return whys;
  }

  [[nodiscard]] Result<bool> make(const CallContext& ctx, const BridgePlan& plan) const override {
    if (plan.exists) return false;
    TRESTLE_RETURN_IF_ERROR(module_.add_vlan_bridge(ctx, plan.bridge, plan.device, plan.vlan));
    return true;
  }

  [[nodiscard]] Result<void> remove(const CallContext& ctx,
                                    const std::string& bridge) const override {
    return module_.remove_vlan_bridge(ctx, bridge);
  }

 private:
  /// The bridge that a label leads to: itself, or the one whose port it is.
  [[nodiscard]] Result<std::string> bridge_of(const CallContext& ctx, const std::string& label,
                                              const std::string& address) const {
    const bool named = !label.empty();
    TRESTLE_ASSIGN_OR_RETURN(
        const std::optional<VswitchInterface> found,
        named ? module_.interface_by_name(ctx, label) : module_.interface_by_ip(ctx, address));
    if (!found) {
      return fail(
          named ? Code::kNotFound : Code::kFailedPrecondition,
          named ? "Open vSwitch has no interface '" + label + "' (traffic label)"
                : "no traffic label is set, and no interface of Open vSwitch bears the host's "
                  "address '" +
                      address + "'; set private.network.device");
    }
    const std::string& bridge = found->bridge.empty() ? found->name : found->bridge;
    return bridge;
  }

  [[nodiscard]] Result<BridgePlan> plan_one(const CallContext& ctx, const NicSpec& nic,
                                            const std::string& address) const {
    TRESTLE_ASSIGN_OR_RETURN(const std::string bridge, bridge_of(ctx, nic.parent, address));
    if (!nic.vlan || *nic.vlan == kUntaggedVlan) return BridgePlan{.bridge = bridge};
    BridgePlan plan{.bridge = bridge + "." + std::to_string(*nic.vlan),
                    .exists = false,
                    .device = bridge,
                    .vlan = *nic.vlan};
    if (plan.bridge.size() > kMaxInterfaceName) {
      return fail(Code::kInvalidArgument,
                  "a bridge for VLAN " + std::to_string(*nic.vlan) + " would be named " +
                      plan.bridge + ", which is longer than the " +
                      std::to_string(kMaxInterfaceName) +
                      " characters an interface may have; use a bridge with a shorter name");
    }
    TRESTLE_ASSIGN_OR_RETURN(const auto there, module_.interface_by_name(ctx, plan.bridge));
    plan.exists = there.has_value();
    return plan;
  }

  HostModule module_;
};

}  // namespace

std::unique_ptr<BridgeBackend> linux_bridges(const Agent& agent) {
  return std::make_unique<LinuxBridges>(agent);
}

std::unique_ptr<BridgeBackend> vswitch_bridges(const Agent& agent) {
  return std::make_unique<VswitchBridges>(agent);
}

Result<std::unique_ptr<BridgeBackend>> bridge_backend(const CallContext& ctx, const Agent& agent) {
  const auto type = HostModule(agent).bridge_type(ctx);
  if (!type && type.error().code != Code::kFailedPrecondition) return fail(type.error());
  if (type && *type == BridgeType::kOpenVswitch) return vswitch_bridges(agent);
  return linux_bridges(agent);
}

}  // namespace trestle::ovm3
