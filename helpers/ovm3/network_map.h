// SPDX-License-Identifier: Apache-2.0
#ifndef TRESTLE_HELPERS_OVM3_NETWORK_MAP_H_
#define TRESTLE_HELPERS_OVM3_NETWORK_MAP_H_

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "objects/core/call_context.h"
#include "objects/core/result.h"
#include "objects/ovm3/agent.h"
#include "objects/ovm3/network_info.h"

/// Where the traffic of a NIC goes: pure planning over what a host has. nic_places.h carries plans
/// out.
namespace trestle::ovm3 {

inline constexpr std::uint16_t kMostVlan = 4094;
/// The agent's word for "without a tag" where it wants a number.
inline constexpr std::uint16_t kUntaggedVlan = 1;

/// "vlan://1577" gives 1577, "vlan://untagged" gives absent. Errors: kUnimplemented for other
/// schemes, kInvalidArgument for what is no VLAN; both show the text.
[[nodiscard]] Result<std::optional<std::uint16_t>> parse_vlan_uri(std::string_view uri);

/// What a traffic label names.
enum class LabelKind : std::uint8_t { kBridge, kNic, kBond, kVlan };
std::string_view to_string(LabelKind kind);

/// A traffic label taken apart.
struct LabelTarget {
  LabelKind kind = LabelKind::kBridge;
  std::string name = {};    ///< the label
  std::string device = {};  ///< the NIC or bond below it; empty below a bridge that leads nowhere
  std::optional<std::uint16_t> vlan = std::nullopt;  ///< the tag between the two, if there is one

  friend bool operator==(const LabelTarget&, const LabelTarget&) = default;
};

/// What `label` is on this host: a bridge, bond, NIC, or VLAN "DEVICE.N" of a bond or NIC, which
/// need not exist yet. Pure. Errors: kNotFound naming what there is; kFailedPrecondition for a
/// slave, which carries nothing but its bond's traffic.
[[nodiscard]] Result<LabelTarget> resolve_label(const NetworkInfo& network,
                                                const std::string& label);

/// The label of traffic for which none is set: the bridge that bears `address`. Errors:
/// kFailedPrecondition naming the address and where it is instead.
[[nodiscard]] Result<std::string> default_label(const NetworkInfo& network,
                                                const std::string& address);

/// The bridge that a NIC goes to, and what it takes to have it.
struct BridgePlan {
  std::string bridge = {};
  bool exists = true;
  std::string device = {};  ///< the NIC or bond below a bridge that is to be made
  std::uint16_t vlan = 0;   ///< of that bridge; 0 is a bridge right over the device

  friend bool operator==(const BridgePlan&, const BridgePlan&) = default;
};

/// The rule. `label` is whatever resolve_label takes.
/// Untagged (VLAN 1 is the same to the agent): the bridge itself, or the bridge right over the NIC,
/// bond or VLAN; where there is none, a new one named br-LABEL.
/// VLAN n: the bridge that has n of the same device as its uplink already, whatever its name; else
/// a new one, named LABEL.n over a bridge as CloudStack names it and br-DEVICE.n otherwise
/// (DEVICE.n is the name of the VLAN itself), also where LABEL.n is taken by a bridge over another
/// device. A bridge that itself lies over a VLAN stands for the link below: tags are numbers of
/// that link. Pure. Errors: those of resolve_label; kFailedPrecondition for a bridge without an
/// uplink, a VLAN label with another tag, or a NIC that bears an address and has no bridge yet;
/// kInvalidArgument if the new name is too long for an interface.
[[nodiscard]] Result<BridgePlan> plan_bridge(const NetworkInfo& network, const std::string& label,
                                             std::optional<std::uint16_t> vlan);

/// Makes the bridge if it is to be made, and waits until it can be used. One that somebody else
/// makes at the same time is waited for; in the end the bridge is there and lies over the right
/// device, or it is an error. True: made by this call, as far as can be told where its answer was
/// lost.
[[nodiscard]] Result<bool> ensure_bridge(const CallContext& ctx, const Agent& agent,
                                         const BridgePlan& plan);

}  // namespace trestle::ovm3

#endif  // TRESTLE_HELPERS_OVM3_NETWORK_MAP_H_
