// SPDX-License-Identifier: Apache-2.0
#include "objects/ovm3/network.h"

#include <algorithm>

#include "objects/core/poll.h"
#include "objects/ovm3/api/network.h"
#include "objects/ovm3/call_read.h"

namespace trestle::ovm3 {
namespace {

constexpr std::int64_t kUntaggedVlan = 1;  // ovs_vlan_bridge; ovs_vlan_config starts behind it
constexpr std::int64_t kLastVlan = 4094;   // the agent's text says 4095, which 802.1Q reserves

// Action words of the agent's scripts.
constexpr const char* kStart = "start";
constexpr const char* kStop = "stop";

Result<void> check_name(const std::string& name) {
  constexpr std::string_view kForbidden = "/ \t\r\n'\"`$;&|<>\\";
  const bool printable = std::ranges::all_of(name, [](char c) { return c > ' ' && c < 0x7F; });
  if (!name.empty() && name.size() <= kMaxInterfaceName && printable && name.front() != '-' &&
      name != "." && name != ".." && name.find_first_of(kForbidden) == std::string::npos) {
    return {};
  }
  return fail(Code::kInvalidArgument, "'" + name + "' is no name of an interface: use 1 to " +
                                          std::to_string(kMaxInterfaceName) +
                                          " letters, digits, dots, dashes or underlines");
}

Result<void> check_range(std::string_view what, std::int64_t number, std::int64_t least,
                         std::int64_t most) {
  if (number >= least && number <= most) return {};
  return fail(Code::kInvalidArgument, "the " + std::string(what) + " " + std::to_string(number) +
                                          " is out of range: use " + std::to_string(least) +
                                          " to " + std::to_string(most));
}

Result<std::string> local_bridge(const Agent& agent, const CallContext& ctx, const char* action,
                                 const std::string& bridge) {
  TRESTLE_RETURN_IF_ERROR(check_name(bridge));
  return call_read(agent, ctx, api::network::ovs_local_config, read_spoken_reply, action, bridge);
}

Result<std::string> vlan_bridge(const Agent& agent, const CallContext& ctx, const char* action,
                                const std::string& bridge, const std::string& device,
                                std::int64_t vlan) {
  TRESTLE_RETURN_IF_ERROR(check_name(bridge));
  TRESTLE_RETURN_IF_ERROR(check_name(device));
  TRESTLE_RETURN_IF_ERROR(check_range("VLAN", vlan, kUntaggedVlan, kLastVlan));
  return call_read(agent, ctx, api::network::ovs_vlan_bridge, read_spoken_reply, action, bridge,
                   device, vlan);
}

Result<std::string> nic_bridge(const Agent& agent, const CallContext& ctx, const char* action,
                               const std::string& bridge, const std::string& device) {
  TRESTLE_RETURN_IF_ERROR(check_name(bridge));
  TRESTLE_RETURN_IF_ERROR(check_name(device));
  return call_read(agent, ctx, api::network::ovs_br_config, read_spoken_reply, action, bridge,
                   device);
}

Result<std::string> vlan_interface(const Agent& agent, const CallContext& ctx, const char* action,
                                   const std::string& device, std::int64_t vlan) {
  TRESTLE_RETURN_IF_ERROR(check_name(device));
  TRESTLE_RETURN_IF_ERROR(check_range("VLAN", vlan, kUntaggedVlan + 1, kLastVlan));
  return call_read(agent, ctx, api::network::ovs_vlan_config, read_spoken_reply, action, device,
                   vlan);
}

}  // namespace

Result<std::string> read_spoken_reply(ValueView reply) {
  return std::string(reply.string().value_or(std::string_view()));
}

Result<NetworkInfo> Network::discover(const CallContext& ctx) const {
  return call_read(agent_, ctx, api::network::discover_network, read_network);
}

Result<std::string> Network::start_local_bridge(const CallContext& ctx,
                                                const std::string& bridge) const {
  return local_bridge(agent_, ctx, kStart, bridge);
}

Result<std::string> Network::stop_local_bridge(const CallContext& ctx,
                                               const std::string& bridge) const {
  return local_bridge(agent_, ctx, kStop, bridge);
}

Result<void> Network::wait_for_bridge(const CallContext& ctx, const std::string& bridge) const {
  return poll(with_budget(ctx, kBridgeSettleTime), kBridgePollPause, "bridge " + bridge,
              [this, &bridge](const CallContext& inner) -> Result<bool> {
                TRESTLE_ASSIGN_OR_RETURN(const NetworkInfo network, discover(inner));
                return network.bridge(bridge) != nullptr;
              });
}

Result<std::string> Network::start_vlan_bridge(const CallContext& ctx, const std::string& bridge,
                                               const std::string& device, std::int64_t vlan) const {
  return vlan_bridge(agent_, ctx, kStart, bridge, device, vlan);
}

Result<std::string> Network::stop_vlan_bridge(const CallContext& ctx, const std::string& bridge,
                                              const std::string& device, std::int64_t vlan) const {
  return vlan_bridge(agent_, ctx, kStop, bridge, device, vlan);
}

Result<std::string> Network::start_bridge(const CallContext& ctx, const std::string& bridge,
                                          const std::string& device) const {
  return nic_bridge(agent_, ctx, kStart, bridge, device);
}

Result<std::string> Network::stop_bridge(const CallContext& ctx, const std::string& bridge,
                                         const std::string& device) const {
  return nic_bridge(agent_, ctx, kStop, bridge, device);
}

Result<std::string> Network::add_vlan(const CallContext& ctx, const std::string& device,
                                      std::int64_t vlan) const {
  return vlan_interface(agent_, ctx, "add", device, vlan);
}

Result<std::string> Network::remove_vlan(const CallContext& ctx, const std::string& device,
                                         std::int64_t vlan) const {
  return vlan_interface(agent_, ctx, "remove", device, vlan);
}

Result<std::string> Network::set_address(const CallContext& ctx, const std::string& device,
                                         const std::string& address,
                                         const std::string& netmask) const {
  TRESTLE_RETURN_IF_ERROR(check_name(device));
  if (address.empty() || netmask.find('.') == std::string::npos) {
    return fail(Code::kInvalidArgument,
                "an address and a dotted netmask such as 255.255.255.0 are needed for " + device);
  }
  return call_read(agent_, ctx, api::network::ovs_ip_config, read_spoken_reply, device, "static",
                   address, netmask);
}

Result<std::string> Network::set_dynamic_address(const CallContext& ctx,
                                                 const std::string& device) const {
  TRESTLE_RETURN_IF_ERROR(check_name(device));
  return call_read(agent_, ctx, api::network::ovs_ip_config, read_spoken_reply, device, "dynamic",
                   std::nullopt, std::nullopt);
}

Result<std::string> Network::flush_address(const CallContext& ctx,
                                           const std::string& device) const {
  TRESTLE_RETURN_IF_ERROR(check_name(device));
  return call_read(agent_, ctx, api::network::ovs_ip_config, read_spoken_reply, device, "flush",
                   std::nullopt, std::nullopt);
}

Result<std::string> Network::set_mtu(const CallContext& ctx, const std::string& device,
                                     std::int64_t mtu) const {
  TRESTLE_RETURN_IF_ERROR(check_name(device));
  TRESTLE_RETURN_IF_ERROR(check_range("MTU", mtu, kMinMtu, kMaxMtu));
  return call_read(agent_, ctx, api::network::ovs_change_mtu, read_spoken_reply, device, mtu);
}

Result<std::string> Network::configure_bond(const CallContext& ctx, const std::string& action,
                                            const std::string& bond) const {
  TRESTLE_RETURN_IF_ERROR(check_name(bond));
  return call_read(agent_, ctx, api::network::ovs_bond_config, read_spoken_reply, action, bond);
}

Result<std::string> Network::change_bond(const CallContext& ctx, const std::string& action,
                                         const std::string& bond,
                                         const std::optional<std::string>& device) const {
  TRESTLE_RETURN_IF_ERROR(check_name(bond));
  std::optional<Value> backup;
  if (device) {
    TRESTLE_RETURN_IF_ERROR(check_name(*device));
    backup = *device;
  }
  return call_read(agent_, ctx, api::network::ovs_bond_op, read_spoken_reply, action, bond, backup);
}

Result<std::string> Network::set_bond_mode(const CallContext& ctx, const std::string& bond,
                                           BondMode mode) const {
  TRESTLE_RETURN_IF_ERROR(check_name(bond));
  return call_read(agent_, ctx, api::network::ovs_bond_mode, read_spoken_reply, bond,
                   Value(static_cast<std::int64_t>(mode)));
}

Result<std::string> Network::set_metadata(const CallContext& ctx, const std::string& device,
                                          const std::string& text) const {
  TRESTLE_RETURN_IF_ERROR(check_name(device));
  if (text.starts_with(' ')) {
    return fail(Code::kInvalidArgument,
                "the metadata of " + device + " must not begin with a blank: the agent refuses it");
  }
  return call_read(agent_, ctx, api::network::ovs_if_meta, read_spoken_reply, device, text);
}

Result<void> Network::configure_virtual_ip(const CallContext& ctx, const std::string& virtual_ip,
                                           const std::string& base_ip) const {
  return agent_.call(ctx, api::network::configure_virtual_ip, virtual_ip, base_ip);
}

Result<void> Network::deconfigure_virtual_ip(const CallContext& ctx,
                                             const std::string& virtual_ip) const {
  return agent_.call(ctx, api::network::deconfigure_virtual_ip, virtual_ip);
}

}  // namespace trestle::ovm3
