// SPDX-License-Identifier: Apache-2.0
#include "tools/simulator/interfaces.h"

#include <algorithm>

namespace trestle::simulator {
namespace {

template <class T>
T* by_name(std::vector<T>& items, std::string_view name) {
  const auto found = std::ranges::find(items, name, &T::name);
  return found == items.end() ? nullptr : &*found;
}

template <class T>
Settings settings_of(T& item) {
  return {&item.mtu, &item.ip, &item.boot_proto, &item.metadata};
}

}  // namespace

Nic* find_nic(Network& network, std::string_view name) { return by_name(network.nics, name); }
Bond* find_bond(Network& network, std::string_view name) { return by_name(network.bonds, name); }
Bridge* find_bridge(Network& network, std::string_view name) {
  return by_name(network.bridges, name);
}

Vlan* find_vlan(Network& network, std::string_view name) {
  const auto found = std::ranges::find_if(
      network.vlans, [&](const Vlan& vlan) { return interface_name(vlan) == name; });
  return found == network.vlans.end() ? nullptr : &*found;
}

Settings find_settings(Network& network, std::string_view name) {
  if (Nic* nic = find_nic(network, name)) return settings_of(*nic);
  if (Bond* bond = find_bond(network, name)) return settings_of(*bond);
  if (Vlan* vlan = find_vlan(network, name)) return settings_of(*vlan);
  if (Bridge* bridge = find_bridge(network, name)) return settings_of(*bridge);
  return {};
}

bool exists(Network& network, std::string_view name) {
  return find_settings(network, name).mtu != nullptr;
}

Bridge* bridge_of_port(Network& network, std::string_view name) {
  const auto found = std::ranges::find_if(network.bridges, [&](const Bridge& bridge) {
    return std::ranges::find(bridge.ports, name) != bridge.ports.end();
  });
  return found == network.bridges.end() ? nullptr : &*found;
}

Bond* bond_of_slave(Network& network, std::string_view name) {
  const auto found = std::ranges::find_if(network.bonds, [&](const Bond& bond) {
    return std::ranges::find(bond.slaves, name) != bond.slaves.end();
  });
  return found == network.bonds.end() ? nullptr : &*found;
}

std::string mac_of(Network& network, std::string_view name) {
  if (const Nic* nic = find_nic(network, name)) return nic->mac;
  if (const Bond* bond = find_bond(network, name)) {
    return bond->slaves.empty() ? std::string() : mac_of(network, bond->slaves.front());
  }
  if (const Vlan* vlan = find_vlan(network, name)) return mac_of(network, vlan->parent);
  if (const Bridge* bridge = find_bridge(network, name)) return bridge->mac;
  return {};
}

std::vector<std::string> guest_ports(const Host& host, std::string_view bridge) {
  std::vector<std::string> ports;
  for (const Domain& domain : host.domains) {
    for (std::size_t i = 0; i < domain.vifs.size(); ++i) {
      if (domain.vifs[i].bridge != bridge) continue;
      ports.push_back("vif" + std::to_string(domain.domid) + "." + std::to_string(i));
    }
  }
  return ports;
}

void erase_bridge(Network& network, std::string_view name) {
  std::erase_if(network.bridges, [&](const Bridge& bridge) { return bridge.name == name; });
}

Fault invalid_argument(const std::string& text) { return exception("Invalid " + text); }

std::optional<Fault> refuse_interface_name(std::string_view name) {
  if (name.empty() || name.size() > kMaxInterfaceName) {
    return invalid_argument("interface name: '" + std::string(name) +
                            "', it must have 1 to 15 characters");
  }
  return std::nullopt;
}

std::optional<Fault> refuse_device(Network& network, const std::string& device) {
  if (!find_nic(network, device) && !find_bond(network, device) && !find_vlan(network, device)) {
    return exception("Interface " + device + " does not exist");
  }
  if (bond_of_slave(network, device)) return exception("Interface " + device + " is a bond slave");
  return std::nullopt;
}

void erase_vlan(Network& network, std::string_view name) {
  std::erase_if(network.vlans, [&](const Vlan& vlan) { return interface_name(vlan) == name; });
}

}  // namespace trestle::simulator
