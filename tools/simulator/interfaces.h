// SPDX-License-Identifier: Apache-2.0
#ifndef TRESTLE_TOOLS_SIMULATOR_INTERFACES_H_
#define TRESTLE_TOOLS_SIMULATOR_INTERFACES_H_

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "tools/simulator/model.h"

namespace trestle::simulator {

/// Longest interface name of Linux (IFNAMSIZ less its final zero); longer ones make the agent's
/// scripts fail.
inline constexpr std::size_t kMaxInterfaceName = 15;

/// The settings that every kind of interface has, wherever the model keeps them. Null pointers: not
/// there.
struct Settings {
  std::uint32_t* mtu = nullptr;
  Ipv4* ip = nullptr;
  std::string* boot_proto = nullptr;
  std::string* metadata = nullptr;
};

/// Questions about the interfaces of one network, by name. All comparisons are of whole names.
[[nodiscard]] Nic* find_nic(Network& network, std::string_view name);
[[nodiscard]] Bond* find_bond(Network& network, std::string_view name);
[[nodiscard]] Vlan* find_vlan(Network& network, std::string_view name);
[[nodiscard]] Bridge* find_bridge(Network& network, std::string_view name);
/// The settings of the interface of that name, all null if there is none.
[[nodiscard]] Settings find_settings(Network& network, std::string_view name);
[[nodiscard]] bool exists(Network& network, std::string_view name);
/// The bridge that has `name` as a port; null if none has.
[[nodiscard]] Bridge* bridge_of_port(Network& network, std::string_view name);
[[nodiscard]] Bond* bond_of_slave(Network& network, std::string_view name);
/// Address of the hardware below an interface; "" if there is none.
[[nodiscard]] std::string mac_of(Network& network, std::string_view name);
/// Host side names of the guests' interfaces on a bridge ("vif7.0"), of running guests only.
[[nodiscard]] std::vector<std::string> guest_ports(const Host& host, std::string_view bridge);
/// Removes the bridge and leaves its ports.
void erase_bridge(Network& network, std::string_view name);
void erase_vlan(Network& network, std::string_view name);

/// "Invalid <text>", as the agent words what it does not take.
[[nodiscard]] Fault invalid_argument(const std::string& text);
/// Names have 1 to kMaxInterfaceName characters.
[[nodiscard]] std::optional<Fault> refuse_interface_name(std::string_view name);
/// A NIC, bond or VLAN that is free: it exists and is no slave of a bond.
[[nodiscard]] std::optional<Fault> refuse_device(Network& network, const std::string& device);

/// The services of services_interface.cc, a part of register_network.
void register_interfaces(class Services& services);

/// The Discover_Network_Result document of the host at `now`, in the shape of the 3.2.1 recording.
[[nodiscard]] std::string network_document(const Host& host, Instant now);

}  // namespace trestle::simulator

#endif  // TRESTLE_TOOLS_SIMULATOR_INTERFACES_H_
