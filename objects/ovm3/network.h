// SPDX-License-Identifier: Apache-2.0
#ifndef TRESTLE_OBJECTS_OVM3_NETWORK_H_
#define TRESTLE_OBJECTS_OVM3_NETWORK_H_

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "objects/core/call_context.h"
#include "objects/core/result.h"
#include "objects/ovm3/agent.h"
#include "objects/ovm3/network_info.h"
#include "objects/wire/reply.h"

namespace trestle::ovm3 {

/// Longest name of an interface that Linux takes (IFNAMSIZ less its final zero). The agent does not
/// check it, its scripts fail half-way.
inline constexpr std::size_t kMaxInterfaceName = 15;
/// What ovs_change_mtu accepts.
inline constexpr std::int64_t kMinMtu = 1500;
inline constexpr std::int64_t kMaxMtu = 64000;
/// A bridge made by ovs_local_config is usable only a little later; 3.2.1 needed up to this long.
inline constexpr std::chrono::seconds kBridgeSettleTime{10};
inline constexpr std::chrono::milliseconds kBridgePollPause{500};

/// Modes that ovs_bond_mode knows, by the kernel's numbers.
enum class BondMode : std::uint8_t { kActiveBackup = 1, kLinkAggregation = 4, kAdaptiveLoad = 6 };

/// Networks of one host: a handle, cheap to copy, no cached state, thread-safe as its Agent.
///
/// The calls that change something answer with a text for people whose wording differs by release
/// ("start bridge=..." on 3.2.1, "Added ..." on 3.3): whatever is no fault means done (known defect
/// 10), and the text is handed on, empty if the agent sent none. All of them write files, so the
/// set-up outlives a reboot. Names are checked before the call: kInvalidArgument.
class Network {
 public:
  explicit Network(const Agent& agent) : agent_(agent) {}

  /// NICs, bonds and bridges of the active set-up.
  [[nodiscard]] Result<NetworkInfo> discover(const CallContext& ctx) const;

  /// A bridge without a NIC. kAborted if the agent is still busy with an earlier start.
  [[nodiscard]] Result<std::string> start_local_bridge(const CallContext& ctx,
                                                       const std::string& bridge) const;
  [[nodiscard]] Result<std::string> stop_local_bridge(const CallContext& ctx,
                                                      const std::string& bridge) const;
  /// Asks discover_network until the bridge is there, at most kBridgeSettleTime.
  [[nodiscard]] Result<void> wait_for_bridge(const CallContext& ctx,
                                             const std::string& bridge) const;

  /// A bridge over VLAN `vlan` (1 to 4094, 1 is untagged) of `device`, a NIC or bond.
  [[nodiscard]] Result<std::string> start_vlan_bridge(const CallContext& ctx,
                                                      const std::string& bridge,
                                                      const std::string& device,
                                                      std::int64_t vlan) const;
  [[nodiscard]] Result<std::string> stop_vlan_bridge(const CallContext& ctx,
                                                     const std::string& bridge,
                                                     const std::string& device,
                                                     std::int64_t vlan) const;

  /// A bridge over a NIC or bond that is no port and no slave; the address moves to it, and back.
  [[nodiscard]] Result<std::string> start_bridge(const CallContext& ctx, const std::string& bridge,
                                                 const std::string& device) const;
  [[nodiscard]] Result<std::string> stop_bridge(const CallContext& ctx, const std::string& bridge,
                                                const std::string& device) const;

  /// A VLAN interface (2 to 4094) on a NIC or bond.
  [[nodiscard]] Result<std::string> add_vlan(const CallContext& ctx, const std::string& device,
                                             std::int64_t vlan) const;
  [[nodiscard]] Result<std::string> remove_vlan(const CallContext& ctx, const std::string& device,
                                                std::int64_t vlan) const;

  /// The IPv4 address of a NIC, VLAN or bond that is no port and no slave. The netmask is dotted.
  [[nodiscard]] Result<std::string> set_address(const CallContext& ctx, const std::string& device,
                                                const std::string& address,
                                                const std::string& netmask) const;
  [[nodiscard]] Result<std::string> set_dynamic_address(const CallContext& ctx,
                                                        const std::string& device) const;
  [[nodiscard]] Result<std::string> flush_address(const CallContext& ctx,
                                                  const std::string& device) const;

  /// The MTU of a NIC, VLAN, bond or bridge, kMinMtu to kMaxMtu; what belongs to it follows.
  [[nodiscard]] Result<std::string> set_mtu(const CallContext& ctx, const std::string& device,
                                            std::int64_t mtu) const;

  /// Makes or removes a bond. `action` is the agent's own word, handed on: no text lists them; the
  /// form without waiting says start and stop.
  [[nodiscard]] Result<std::string> configure_bond(const CallContext& ctx,
                                                   const std::string& action,
                                                   const std::string& bond) const;
  /// Adds an interface to a bond or takes it out; `action` as above.
  [[nodiscard]] Result<std::string> change_bond(const CallContext& ctx, const std::string& action,
                                                const std::string& bond,
                                                const std::optional<std::string>& device) const;
  [[nodiscard]] Result<std::string> set_bond_mode(const CallContext& ctx, const std::string& bond,
                                                  BondMode mode) const;

  /// The manager's note on an interface; an empty text removes it. It must not begin with a blank.
  [[nodiscard]] Result<std::string> set_metadata(const CallContext& ctx, const std::string& device,
                                                 const std::string& text) const;

  /// Puts the address of the pool on the interface that carries `base_ip`, and takes it off.
  [[nodiscard]] Result<void> configure_virtual_ip(const CallContext& ctx,
                                                  const std::string& virtual_ip,
                                                  const std::string& base_ip) const;
  [[nodiscard]] Result<void> deconfigure_virtual_ip(const CallContext& ctx,
                                                    const std::string& virtual_ip) const;

 private:
  Agent agent_;
};

/// The text for people of a network call, empty for a reply that is no text. Never fails.
[[nodiscard]] Result<std::string> read_spoken_reply(ValueView reply);

}  // namespace trestle::ovm3

#endif  // TRESTLE_OBJECTS_OVM3_NETWORK_H_
