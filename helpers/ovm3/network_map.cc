// SPDX-License-Identifier: Apache-2.0
#include "helpers/ovm3/network_map.h"

#include <algorithm>
#include <charconv>
#include <utility>

#include "objects/core/poll.h"
#include "objects/ovm3/network.h"

namespace trestle::ovm3 {
namespace {

constexpr std::string_view kScheme = "vlan://";

const NicInfo* nic_of(const NetworkInfo& network, std::string_view name) {
  const auto found = std::ranges::find(network.physical, name, &NicInfo::name);
  return found == network.physical.end() ? nullptr : &*found;
}

const BondInfo* bond_of(const NetworkInfo& network, std::string_view name) {
  const auto found = std::ranges::find(network.bonds, name, &BondInfo::name);
  return found == network.bonds.end() ? nullptr : &*found;
}

bool has_device(const NetworkInfo& network, std::string_view name) {
  return nic_of(network, name) != nullptr || bond_of(network, name) != nullptr;
}

const BridgeInfo* bridge_over(const NetworkInfo& network, const std::string& uplink) {
  const auto found = std::ranges::find_if(
      network.bridges, [&](const BridgeInfo& bridge) { return bridge.uplink() == uplink; });
  return found == network.bridges.end() ? nullptr : &*found;
}

std::string names_of(const NetworkInfo& network) {
  std::string names;
  const auto add = [&](const std::string& name) { names += (names.empty() ? "" : ", ") + name; };
  for (const BridgeInfo& bridge : network.bridges) add(bridge.name);
  for (const BondInfo& bond : network.bonds) add(bond.name);
  for (const NicInfo& nic : network.physical) {
    if (bond_of(network, nic.name) == nullptr) add(nic.name);
  }
  return names.empty() ? "none" : names;
}

std::optional<std::uint16_t> vlan_number(std::string_view text) {
  std::uint16_t vlan = 0;
  const char* const end = text.data() + text.size();
  const auto read = std::from_chars(text.data(), end, vlan);
  if (read.ec != std::errc() || read.ptr != end || vlan < 1 || vlan > kMostVlan) return {};
  return vlan;
}

/// "bond0.20" is VLAN 20 of bond0, if that is a device; absent for everything else.
std::optional<LabelTarget> vlan_target(const NetworkInfo& network, const std::string& name) {
  const auto dot = name.rfind('.');
  if (dot == std::string::npos || !has_device(network, name.substr(0, dot))) return {};
  const auto vlan = vlan_number(std::string_view(name).substr(dot + 1));
  if (!vlan) return {};
  return LabelTarget{
      .kind = LabelKind::kVlan, .name = name, .device = name.substr(0, dot), .vlan = vlan};
}

LabelTarget bridge_target(const NetworkInfo& network, const BridgeInfo& bridge) {
  LabelTarget target{.kind = LabelKind::kBridge, .name = bridge.name};
  const auto uplink = bridge.uplink();
  if (!uplink) return target;
  const auto vlan = vlan_target(network, *uplink);
  target.device = vlan ? vlan->device : *uplink;
  if (vlan) target.vlan = vlan->vlan;
  return target;
}

std::string port_of(const std::string& device, std::uint16_t vlan) {
  return vlan == 0 ? device : device + "." + std::to_string(vlan);
}

const Ipv4Address* address_of(const NetworkInfo& network, const std::string& device) {
  if (const BondInfo* const bond = bond_of(network, device)) return &bond->ipv4;
  if (const NicInfo* const nic = nic_of(network, device)) return &nic->ipv4;
  return nullptr;
}

Result<BridgePlan> new_bridge(const NetworkInfo& network, std::string name, std::string device,
                              std::uint16_t vlan) {
  // A bridge of that name over something else: somebody named it by another habit.
  if (network.bridge(name) != nullptr) name = "br-" + port_of(device, vlan);
  const std::string wanted = "a bridge over " + port_of(device, vlan);
  if (network.bridge(name) != nullptr) {
    return fail(Code::kFailedPrecondition,
                wanted + " would be named " + name +
                    ", but that bridge lies over another device; rename or remove it on the host");
  }
  if (name.size() > kMaxInterfaceName) {
    return fail(Code::kInvalidArgument,
                wanted + " would be named " + name + ", which is longer than the " +
                    std::to_string(kMaxInterfaceName) +
                    " characters an interface may have; make that bridge on the host under a "
                    "shorter name, it is then found by its VLAN");
  }
  return BridgePlan{
      .bridge = std::move(name), .exists = false, .device = std::move(device), .vlan = vlan};
}

/// Right over a NIC, bond or VLAN.
Result<BridgePlan> plan_over(const NetworkInfo& network, const std::string& device,
                             std::uint16_t vlan) {
  const std::string port = port_of(device, vlan);
  if (const BridgeInfo* const over = bridge_over(network, port)) {
    return BridgePlan{.bridge = over->name};
  }
  if (vlan == 0) {
    const Ipv4Address* const ipv4 = address_of(network, device);
    if (ipv4 != nullptr && ipv4->address) {
      return fail(Code::kFailedPrecondition,
                  "no bridge leads to " + device + " untagged, and " + device + " bears " +
                      *ipv4->address +
                      ", which would have to move while the host works; make that bridge on the "
                      "host, or label the traffic with another device");
    }
  }
  return new_bridge(network, "br-" + port, device, vlan);
}

Result<BridgePlan> plan_tagged(const NetworkInfo& network, const LabelTarget& target,
                               std::uint16_t vlan) {
  if (target.device.empty()) {
    return fail(Code::kFailedPrecondition, "bridge " + target.name +
                                               " leads nowhere: it has no NIC or bond that could "
                                               "carry VLAN " +
                                               std::to_string(vlan));
  }
  if (target.vlan == vlan && target.kind == LabelKind::kBridge) {
    return BridgePlan{.bridge = target.name};
  }
  if (target.kind == LabelKind::kVlan && target.vlan != vlan) {
    return fail(Code::kFailedPrecondition, "label " + target.name +
                                               " names one VLAN, and the NIC is to go into VLAN " +
                                               std::to_string(vlan) + "; label the traffic with " +
                                               target.device + " or with the bridge over it");
  }
  if (const BridgeInfo* const over = bridge_over(network, port_of(target.device, vlan))) {
    return BridgePlan{.bridge = over->name};
  }
  const bool bridge = target.kind == LabelKind::kBridge;
  return new_bridge(network,
                    (bridge ? target.name : "br-" + target.device) + "." + std::to_string(vlan),
                    target.device, vlan);
}

/// Whether the plan's bridge is there. Errors: kFailedPrecondition if it lies over something else.
Result<bool> is_there(const NetworkInfo& network, const BridgePlan& plan) {
  const BridgeInfo* const bridge = network.bridge(plan.bridge);
  if (bridge == nullptr) return false;
  const std::string port = port_of(plan.device, plan.vlan);
  if (bridge->uplink() == port) return true;
  return fail(Code::kFailedPrecondition,
              "bridge " + plan.bridge + " was to lie over " + port + " but lies over " +
                  bridge->uplink().value_or("nothing") + "; somebody made it so meanwhile");
}

}  // namespace

std::string_view to_string(LabelKind kind) {
  switch (kind) {
    case LabelKind::kBridge:
      return "bridge";
    case LabelKind::kNic:
      return "NIC";
    case LabelKind::kBond:
      return "bond";
    case LabelKind::kVlan:
      break;
  }
  return "VLAN";
}

Result<std::optional<std::uint16_t>> parse_vlan_uri(std::string_view uri) {
  if (!uri.starts_with(kScheme)) {
    return fail(Code::kUnimplemented,
                "network '" + std::string(uri) +
                    "' is not supported: a host of this kind does vlan://N and vlan://untagged");
  }
  const std::string_view text = uri.substr(kScheme.size());
  if (text == "untagged") return std::optional<std::uint16_t>();
  const auto vlan = vlan_number(text);
  if (!vlan) {
    return fail(Code::kInvalidArgument,
                "'" + std::string(uri) + "' is no VLAN; it is vlan://1 to vlan://4094");
  }
  return vlan;
}

Result<LabelTarget> resolve_label(const NetworkInfo& network, const std::string& label) {
  if (const BridgeInfo* const bridge = network.bridge(label)) {
    return bridge_target(network, *bridge);
  }
  for (const BondInfo& bond : network.bonds) {
    for (const BondSlave& slave : bond.slaves) {
      if (slave.name != label) continue;
      return fail(Code::kFailedPrecondition, "label " + label + " is a slave of bond " + bond.name +
                                                 "; label the traffic with " + bond.name);
    }
  }
  if (bond_of(network, label) != nullptr) {
    return LabelTarget{.kind = LabelKind::kBond, .name = label, .device = label};
  }
  if (nic_of(network, label) != nullptr) {
    return LabelTarget{.kind = LabelKind::kNic, .name = label, .device = label};
  }
  if (auto vlan = vlan_target(network, label)) return *std::move(vlan);
  return fail(Code::kNotFound, "the host has no bridge, bond, NIC or VLAN '" + label +
                                   "' (traffic label); it has: " + names_of(network));
}

Result<std::string> default_label(const NetworkInfo& network, const std::string& address) {
  const auto found = std::ranges::find_if(network.bridges, [&](const BridgeInfo& bridge) {
    return !address.empty() && bridge.ipv4.address == address;
  });
  if (found != network.bridges.end()) return found->name;
  std::string place = "on no device of the host";
  const auto look = [&](const auto& devices) {
    for (const auto& device : devices) {
      if (!address.empty() && device.ipv4.address == address) place = "on " + device.name;
    }
  };
  look(network.physical);
  look(network.bonds);
  return fail(Code::kFailedPrecondition,
              "no traffic label is set, and no bridge bears the host's address '" + address +
                  "' (it is " + place +
                  "); set private.network.device, or put the address on a bridge");
}

Result<BridgePlan> plan_bridge(const NetworkInfo& network, const std::string& label,
                               std::optional<std::uint16_t> vlan) {
  TRESTLE_ASSIGN_OR_RETURN(const LabelTarget target, resolve_label(network, label));
  if (vlan && *vlan != kUntaggedVlan) return plan_tagged(network, target, *vlan);
  switch (target.kind) {
    case LabelKind::kBridge:
      // Asked for VLAN 1 by name, a bridge over a tag does not have it; the link below does.
      if (vlan && target.vlan) return plan_over(network, target.device, 0);
      return BridgePlan{.bridge = label};
    case LabelKind::kVlan:
      if (vlan && target.vlan != vlan) return plan_tagged(network, target, *vlan);
      // The agent cannot make a bridge over tag 1: to it that is the link itself.
      if (target.vlan == kUntaggedVlan && bridge_over(network, label) == nullptr) {
        return plan_over(network, target.device, 0);
      }
      return plan_over(network, target.device, *target.vlan);
    default:
      return plan_over(network, target.device, 0);
  }
}

Result<bool> ensure_bridge(const CallContext& ctx, const Agent& agent, const BridgePlan& plan) {
  if (plan.exists) return false;
  const Network network(agent);
  const auto asked = plan.vlan == 0
                         ? network.start_bridge(ctx, plan.bridge, plan.device)
                         : network.start_vlan_bridge(ctx, plan.bridge, plan.device, plan.vlan);
  const auto there = [&](const CallContext& inner) -> Result<bool> {
    TRESTLE_ASSIGN_OR_RETURN(const NetworkInfo now, network.discover(inner));
    return is_there(now, plan);
  };
  // Two VMs of one network may start at the same time: somebody else's bridge is as good.
  const bool busy = !asked && (asked.error().code == Code::kAborted ||
                               asked.error().code == Code::kAlreadyExists);
  if (!asked && !busy) {
    const auto judged = there(ctx);
    if (!judged || !*judged) return fail(wrap("while making bridge " + plan.bridge, asked.error()));
  }
  TRESTLE_RETURN_IF_ERROR(poll(with_budget(ctx, kBridgeSettleTime), kBridgePollPause,
                               "bridge " + plan.bridge + " to be ready", there));
  return !busy;
}

}  // namespace trestle::ovm3
