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

namespace trestle::ovm3 {

inline constexpr std::uint16_t kMostVlan = 4094;

/// "vlan://1577" gives 1577, "vlan://untagged" gives absent. Errors: kUnimplemented for other
/// schemes, kInvalidArgument for what is no VLAN; both show the text.
[[nodiscard]] Result<std::optional<std::uint16_t>> parse_vlan_uri(std::string_view uri);

/// The bridge that a NIC goes to, and what it takes to have it.
struct BridgePlan {
  std::string bridge = {};
  bool exists = true;
  std::string device = {};  ///< the NIC or bond below a bridge that is to be made
  std::uint16_t vlan = 0;

  friend bool operator==(const BridgePlan&, const BridgePlan&) = default;
};

/// The rule. `parent` is a bridge, or the NIC or bond below one.
/// Untagged: that bridge. VLAN n: the bridge that has n of the same device as its uplink already,
/// whatever its name; else a new one over it, named BRIDGE.n as CloudStack names it (or br-DEVICE.n
/// where the parent is no bridge, since DEVICE.n is the name of the VLAN itself).
/// Pure. Errors: kNotFound that names the devices there are; kFailedPrecondition for a bridge
/// without an uplink; kInvalidArgument if the new name is too long for an interface.
[[nodiscard]] Result<BridgePlan> plan_bridge(const NetworkInfo& network, const std::string& parent,
                                             std::optional<std::uint16_t> vlan);

/// Makes the bridge if it is to be made, and waits until it can be used. One that somebody else is
/// making at the same time is waited for.
[[nodiscard]] Result<void> ensure_bridge(const CallContext& ctx, const Agent& agent,
                                         const BridgePlan& plan);

}  // namespace trestle::ovm3

#endif  // TRESTLE_HELPERS_OVM3_NETWORK_MAP_H_
