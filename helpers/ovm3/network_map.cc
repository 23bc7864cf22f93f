// SPDX-License-Identifier: Apache-2.0
#include "helpers/ovm3/network_map.h"

#include <algorithm>
#include <charconv>
#include <utility>

#include "objects/ovm3/network.h"

namespace trestle::ovm3 {
namespace {

constexpr std::string_view kScheme = "vlan://";

bool has_device(const NetworkInfo& network, const std::string& name) {
  return std::ranges::find(network.physical, name, &NicInfo::name) != network.physical.end() ||
         std::ranges::find(network.bonds, name, &BondInfo::name) != network.bonds.end();
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
  for (const NicInfo& nic : network.physical) add(nic.name);
  return names.empty() ? "none" : names;
}

Result<BridgePlan> new_bridge(std::string name, std::string device, std::uint16_t vlan) {
  if (name.size() > kMaxInterfaceName) {
    return fail(Code::kInvalidArgument,
                "a bridge for VLAN " + std::to_string(vlan) + " would be named " + name +
                    ", which is longer than the " + std::to_string(kMaxInterfaceName) +
                    " characters an interface may have; make that bridge on the host under a "
                    "shorter name, it is then found by its VLAN");
  }
  return BridgePlan{
      .bridge = std::move(name), .exists = false, .device = std::move(device), .vlan = vlan};
}

}  // namespace

Result<std::optional<std::uint16_t>> parse_vlan_uri(std::string_view uri) {
  if (!uri.starts_with(kScheme)) {
    return fail(Code::kUnimplemented,
                "network '" + std::string(uri) +
                    "' is not supported: a host of this kind does vlan://N and vlan://untagged");
  }
  const std::string_view text = uri.substr(kScheme.size());
  if (text == "untagged") return std::optional<std::uint16_t>();
  std::uint16_t vlan = 0;
  const auto read = std::from_chars(text.data(), text.data() + text.size(), vlan);
  if (read.ec != std::errc() || read.ptr != text.data() + text.size() || vlan < 1 ||
      vlan > kMostVlan) {
    return fail(Code::kInvalidArgument,
                "'" + std::string(uri) + "' is no VLAN; it is vlan://1 to vlan://4094");
  }
  return std::optional(vlan);
}

Result<BridgePlan> plan_bridge(const NetworkInfo& network, const std::string& parent,
                               std::optional<std::uint16_t> vlan) {
  const BridgeInfo* const bridge = network.bridge(parent);
  std::string device = parent;
  if (bridge != nullptr) {
    if (!vlan) return BridgePlan{.bridge = parent};
    if (bridge->local()) {
      return fail(Code::kFailedPrecondition,
                  "bridge " + parent +
                      " leads nowhere: it has no NIC or bond that could carry VLAN " +
                      std::to_string(*vlan));
    }
    device = *bridge->uplink();
  } else if (!has_device(network, parent)) {
    return fail(Code::kNotFound, "the host has no bridge, bond or NIC '" + parent +
                                     "' (detail network_bridge); it has: " + names_of(network));
  }
  if (!vlan) {
    if (const BridgeInfo* over = bridge_over(network, device)) {
      return BridgePlan{.bridge = over->name};
    }
    return fail(Code::kFailedPrecondition,
                "no bridge leads to " + device +
                    " untagged; make one on the host, or name a bridge in network_bridge");
  }
  const std::string number = std::to_string(*vlan);
  if (const BridgeInfo* over = bridge_over(network, device + "." + number)) {
    return BridgePlan{.bridge = over->name};
  }
  return new_bridge((bridge != nullptr ? parent : "br-" + parent) + "." + number, device, *vlan);
}

Result<void> ensure_bridge(const CallContext& ctx, const Agent& agent, const BridgePlan& plan) {
  if (plan.exists) return {};
  const Network network(agent);
  const auto made = network.start_vlan_bridge(ctx, plan.bridge, plan.device, plan.vlan);
  // Busy, or there by now: two VMs of one network may start at the same time.
  if (!made && made.error().code != Code::kAborted && made.error().code != Code::kAlreadyExists) {
    return fail(wrap("while making bridge " + plan.bridge, made.error()));
  }
  return network.wait_for_bridge(ctx, plan.bridge);
}

}  // namespace trestle::ovm3
