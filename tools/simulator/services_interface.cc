// SPDX-License-Identifier: Apache-2.0
// Addresses, MTU, bonds, metadata and the address of the pool.
#include <algorithm>
#include <charconv>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "objects/ovm3/api/network.h"
#include "tools/simulator/interfaces.h"
#include "tools/simulator/services.h"

namespace trestle::simulator {
namespace {

namespace net = ovm3::api::network;

constexpr std::int64_t kLeastMtu = 1500;
constexpr std::int64_t kMostMtu = 64000;

std::string number(std::int64_t value) { return std::to_string(value); }

bool is_dotted(const std::string& text) {
  int parts = 0;
  const char* at = text.data();
  const char* const end = at + text.size();
  while (true) {
    unsigned part = 0;
    const auto read = std::from_chars(at, end, part);
    if (read.ec != std::errc() || part > 255) return false;
    ++parts;
    if (read.ptr == end) return parts == 4;
    if (*read.ptr != '.') return false;
    at = read.ptr + 1;
  }
}

Answer ip_config(const Call& call, const std::string& device, const std::string& type,
                 const std::optional<std::string>& address,
                 const std::optional<std::string>& netmask) {
  Network& network = call.host.network;
  if (find_bridge(network, device)) return exception("Interface " + device + " is a bridge");
  if (auto fault = refuse_device(network, device)) return *fault;
  if (bridge_of_port(network, device))
    return exception("Interface " + device + " is a bridge port");
  const Settings settings = find_settings(network, device);
  if (type == "static") {
    if (!address || !netmask || !is_dotted(*address) || !is_dotted(*netmask)) {
      return invalid_argument("address: static needs a dotted ip and a dotted netmask");
    }
    *settings.ip = {*address, *netmask};
    *settings.boot_proto = "static";
  } else if (type == "dynamic" || type == "flush") {
    *settings.ip = {};
    *settings.boot_proto = type == "dynamic" ? "dhcp" : "none";
  } else {
    return invalid_argument("operation type: '" + type + "'");
  }
  call.estate.touch();
  return Answer::untyped(type + " interface " + device + " ip " + address.value_or("") +
                         " netmask " + netmask.value_or(""));
}

/// What carries `device`: ports of a bridge, slaves of a bond.
std::vector<std::string> members_of(Network& network, const std::string& device) {
  if (const Bridge* bridge = find_bridge(network, device)) return bridge->ports;
  if (const Bond* bond = find_bond(network, device)) return bond->slaves;
  return {};
}

/// The parent that a VLAN interface, or one among the ports of a bridge, would outgrow; "" if none.
std::string outgrown_parent(Network& network, const std::string& device, std::uint32_t mtu) {
  if (const Vlan* vlan = find_vlan(network, device)) {
    const Settings parent = find_settings(network, vlan->parent);
    return parent.mtu && mtu > *parent.mtu ? vlan->parent : std::string();
  }
  for (const std::string& member : members_of(network, device)) {
    std::string parent = outgrown_parent(network, member, mtu);
    if (!parent.empty()) return parent;
  }
  return {};
}

/// Sets it on the interface and on what carries it. VLANs above shrink along, as the kernel's do.
void set_mtu(Network& network, const std::string& device, std::uint32_t mtu) {
  if (const Settings settings = find_settings(network, device); settings.mtu) *settings.mtu = mtu;
  for (const std::string& member : members_of(network, device)) set_mtu(network, member, mtu);
  for (Vlan& vlan : network.vlans) {
    if (vlan.parent == device) vlan.mtu = std::min(vlan.mtu, mtu);
  }
}

Answer change_mtu(const Call& call, const std::string& device, std::int64_t mtu) {
  Network& network = call.host.network;
  if (mtu < kLeastMtu || mtu > kMostMtu)
    return invalid_argument("MTU: " + number(mtu) + ", valid are 1500 to 64000");
  const auto value = static_cast<std::uint32_t>(mtu);
  if (!exists(network, device)) return exception("Interface " + device + " does not exist");
  if (find_bridge(network, device) && members_of(network, device).empty()) {
    return exception("Bridge " + device + " has no ports");
  }
  if (const std::string parent = outgrown_parent(network, device, value); !parent.empty()) {
    return invalid_argument("MTU: " + number(mtu) + " is above that of " + parent);
  }
  set_mtu(network, device, value);
  call.estate.touch();
  return Answer::untyped("interface " + device + " mtu " + number(mtu));
}

/// The mode may come as a number or as its text.
std::optional<int> bond_mode_of(const Value& mode) {
  if (const auto* value = mode.get_if<std::int64_t>()) {
    if (*value == 1 || *value == 4 || *value == 6) return static_cast<int>(*value);
  }
  if (const auto* text = mode.get_if<std::string>()) {
    if (*text == "1" || *text == "4" || *text == "6") return (*text)[0] - '0';
  }
  return std::nullopt;
}

Answer bond_mode(const Call& call, const std::string& name, const Value& mode) {
  Bond* bond = find_bond(call.host.network, name);
  if (bond == nullptr) return exception("Bond " + name + " does not exist");
  const auto number_of_mode = bond_mode_of(mode);
  if (!number_of_mode) return invalid_argument("bond mode, valid are 1, 4 and 6");
  bond->mode = *number_of_mode;
  call.estate.touch();
  return Answer::untyped("bond " + name + " mode " + number(bond->mode));
}

Answer bond_config(const Call& call, const std::string& action, const std::string& name) {
  Network& network = call.host.network;
  if (action == "start") {
    if (auto fault = refuse_interface_name(name)) return *fault;
    if (exists(network, name)) return exception("Bond " + name + " already exists");
    network.bonds.push_back({.name = name, .slaves = {}});
  } else if (action == "stop") {
    if (!find_bond(network, name)) return exception("Bond " + name + " does not exist");
    if (bridge_of_port(network, name)) return exception("Bond " + name + " is a bridge port");
    if (std::ranges::find(network.vlans, name, &Vlan::parent) != network.vlans.end()) {
      return exception("Bond " + name + " has VLAN interfaces");
    }
    std::erase_if(network.bonds, [&](const Bond& bond) { return bond.name == name; });
  } else {
    return invalid_argument("action: '" + action + "'");
  }
  call.estate.touch();
  return Answer::untyped(action + " bond " + name);
}

Answer bond_op(const Call& call, const std::string& action, const std::string& name,
               const std::optional<Value>& backup) {
  Network& network = call.host.network;
  Bond* bond = find_bond(network, name);
  if (bond == nullptr) return exception("Bond " + name + " does not exist");
  const auto* device = backup ? backup->get_if<std::string>() : nullptr;
  if (device == nullptr || !find_nic(network, *device))
    return exception("Interface does not exist");
  const auto place = std::ranges::find(bond->slaves, *device);
  if (action == "add") {
    if (bond_of_slave(network, *device))
      return exception("Interface " + *device + " is a bond slave");
    if (bridge_of_port(network, *device))
      return exception("Interface " + *device + " is a bridge port");
    bond->slaves.push_back(*device);
  } else if (action == "remove") {
    if (place == bond->slaves.end())
      return exception("Interface " + *device + " is not in " + name);
    bond->slaves.erase(place);
  } else {
    return invalid_argument("action: '" + action + "'");
  }
  call.estate.touch();
  return Answer::untyped(action + " interface " + *device + " bond " + name);
}

Answer if_meta(const Call& call, const std::string& device, const std::string& text) {
  if (text.starts_with(' ')) return invalid_argument("metadata: it must not start with a blank");
  const Settings settings = find_settings(call.host.network, device);
  if (settings.metadata == nullptr) return exception("Interface " + device + " does not exist");
  *settings.metadata = text;
  call.estate.touch();
  return Answer::untyped("interface " + device + " meta " + text);
}

/// Name of the interface that has the address; empty if none has.
std::string carrier_of(const Network& network, const std::string& address) {
  if (address.empty()) return {};
  for (const Bridge& bridge : network.bridges) {
    if (bridge.ip.address == address) return bridge.name;
  }
  for (const Bond& bond : network.bonds) {
    if (bond.ip.address == address) return bond.name;
  }
  for (const Vlan& vlan : network.vlans) {
    if (vlan.ip.address == address) return interface_name(vlan);
  }
  for (const Nic& nic : network.nics) {
    if (nic.ip.address == address) return nic.name;
  }
  return {};
}

Answer configure_virtual_ip(const Call& call, const std::string& virtual_ip,
                            const std::string& base_ip) {
  Network& network = call.host.network;
  if (!is_dotted(virtual_ip)) return invalid_argument("virtual ip: '" + virtual_ip + "'");
  const std::string carrier = carrier_of(network, base_ip);
  if (carrier.empty()) return exception("No interface has the address " + base_ip);
  for (const auto& other : call.estate.hosts) {
    if (other.get() != &call.host && other->power == Power::kOn &&
        (other->network.virtual_ip == virtual_ip ||
         !carrier_of(other->network, virtual_ip).empty())) {
      return exception("Address " + virtual_ip + " is in use by another host");
    }
  }
  network.virtual_ip = virtual_ip;
  network.virtual_ip_interface = carrier;
  call.estate.touch();
  return Answer::nil();
}

Answer deconfigure_virtual_ip(const Call& call, const std::string& virtual_ip) {
  Network& network = call.host.network;
  if (network.virtual_ip != virtual_ip)
    return exception("Address " + virtual_ip + " is not on this server");
  network.virtual_ip.clear();
  network.virtual_ip_interface.clear();
  call.estate.touch();
  return Answer::nil();
}

}  // namespace

void register_interfaces(Services& services) {
  services.on(net::ovs_ip_config, ip_config);
  services.on(net::ovs_change_mtu, change_mtu);
  services.on(net::ovs_bond_mode, bond_mode);
  services.on(net::ovs_bond_config, bond_config);
  services.on(net::ovs_bond_op, bond_op);
  services.on(net::ovs_if_meta, if_meta);
  services.on(net::configure_virtual_ip, configure_virtual_ip);
  services.on(net::deconfigure_virtual_ip, deconfigure_virtual_ip);
}

}  // namespace trestle::simulator
