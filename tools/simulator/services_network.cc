// SPDX-License-Identifier: Apache-2.0
// Bridges, bonds, VLANs and addresses. Reply texts differ by release as the reference says; a
// refusal is the fault of the helper script that the agent runs.
#include <algorithm>
#include <charconv>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "objects/ovm3/api/network.h"
#include "tools/simulator/interfaces.h"
#include "tools/simulator/services.h"

namespace trestle::simulator {
namespace {

namespace net = ovm3::api::network;

constexpr std::string_view kScripts = "/etc/xen/scripts/linuxbridge/";
constexpr std::int64_t kUntagged = 1;
constexpr std::int64_t kMostVlan = 4095;  // the agent's own text; the standard ends at 4094
constexpr std::int64_t kLeastMtu = 1500;
constexpr std::int64_t kMostMtu = 64000;

std::string number(std::int64_t value) { return std::to_string(value); }

/// The fault of a helper script: "Command: ['.../SCRIPT', 'ACTION', ...] failed (1): stderr: TEXT".
Fault script_failed(std::string_view script, std::initializer_list<std::string> args,
                    std::string_view text) {
  std::string argv = std::string(kScripts) + std::string(script);
  for (const std::string& arg : args) argv += " " + arg;
  return command_failed(argv, 1, text);
}

Fault invalid(const std::string& text) { return exception("Invalid " + text); }

std::optional<Fault> refuse_name(std::string_view name) {
  if (name.empty() || name.size() > kMaxInterfaceName) {
    return invalid("interface name: '" + std::string(name) + "', it must have 1 to 15 characters");
  }
  return std::nullopt;
}

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

/// A NIC or bond that is free: no port of a bridge, no slave of a bond.
std::optional<Fault> refuse_device(Network& network, const std::string& device) {
  if (!find_nic(network, device) && !find_bond(network, device) && !find_vlan(network, device)) {
    return exception("Interface " + device + " does not exist");
  }
  if (bond_of_slave(network, device)) return exception("Interface " + device + " is a bond slave");
  return std::nullopt;
}

std::string first_bridge_mac(const Host& host, std::size_t number_of_bridges) {
  // Locally administered, stable for a host and its n-th bridge.
  constexpr std::string_view kHex = "0123456789ABCDEF";
  std::string mac = "B2:D1:75";
  std::uint64_t hash = number_of_bridges + 1;
  for (const char c : host.name) hash = hash * 131 + static_cast<unsigned char>(c);
  for (int i = 0; i < 3; ++i, hash >>= 8U) {
    mac += ':';
    mac += kHex[(hash >> 4U) & 0xfU];
    mac += kHex[hash & 0xfU];
  }
  return mac;
}

Answer start_local(const Call& call, const std::string& name) {
  Network& network = call.host.network;
  if (auto fault = refuse_name(name)) return *fault;
  if (exists(network, name)) {
    return script_failed("ovs-local-bridge", {"start", "bridge=" + name},
                         "Start local network: Bridge " + name + " Is Busy");
  }
  network.bridges.push_back({.name = name,
                             .mac = first_bridge_mac(call.host, network.bridges.size()),
                             .ports = {},
                             .ready = call.estate.now() + call.estate.durations.bridge_ready});
  call.estate.touch();
  return Answer::untyped("start local bridge " + name);
}

/// Takes a bridge away unless somebody uses it.
std::optional<Fault> drop_bridge(const Call& call, std::string_view script,
                                 const std::string& name) {
  if (find_bridge(call.host.network, name) == nullptr) {
    return script_failed(script, {"stop", "bridge=" + name}, "Bridge " + name + " does not exist");
  }
  if (!guest_ports(call.host, name).empty()) {
    return script_failed(script, {"stop", "bridge=" + name}, "Bridge " + name + " Is Busy");
  }
  erase_bridge(call.host.network, name);
  call.estate.touch();
  return std::nullopt;
}

Answer local_config(const Call& call, const std::string& action, const std::string& name) {
  if (action == "start") return start_local(call, name);
  if (action != "stop") return invalid("action: '" + action + "'");
  const Bridge* bridge = find_bridge(call.host.network, name);
  if (bridge && !bridge->ports.empty())
    return exception("Bridge " + name + " is not a local bridge");
  if (auto fault = drop_bridge(call, "ovs-local-bridge", name)) return *fault;
  return Answer::untyped("stop local bridge " + name);
}

Answer start_vlan_bridge(const Call& call, const std::string& name, const std::string& device,
                         std::int64_t vlan) {
  Network& network = call.host.network;
  if (auto fault = refuse_name(name)) return *fault;
  if (auto fault = refuse_device(network, device)) return *fault;
  if (exists(network, name)) {
    return script_failed("ovs-vlan-bridge", {"start", "bridge=" + name, "netdev=" + device},
                         "Bridge " + name + " Is Busy");
  }
  std::string port = device;
  if (vlan != kUntagged) {
    port = interface_name(Vlan{.parent = device, .id = static_cast<std::uint32_t>(vlan)});
    if (auto fault = refuse_name(port)) return *fault;
  }
  if (bridge_of_port(network, port)) return exception("Interface " + port + " is a bridge port");
  if (vlan != kUntagged && !find_vlan(network, port)) {
    network.vlans.push_back({.parent = device,
                             .id = static_cast<std::uint32_t>(vlan),
                             .mtu = *find_settings(network, device).mtu});
  }
  network.bridges.push_back({.name = name,
                             .mac = mac_of(network, device),
                             .ports = {port},
                             .mtu = *find_settings(network, device).mtu});
  call.estate.touch();
  const std::string_view word =
      profile(call.host.release).vlan_bridge_says_added ? "Added" : "start";
  return Answer::untyped(std::string(word) + " bridge=" + name + " netdev=" + device + " vlan " +
                         number(vlan));
}

Answer vlan_bridge(const Call& call, const std::string& action, const std::string& name,
                   const std::string& device, std::int64_t vlan) {
  if (vlan < kUntagged || vlan > kMostVlan)
    return invalid("VLAN ID: " + number(vlan) + ", valid are 1 to 4095");
  if (action == "start") return start_vlan_bridge(call, name, device, vlan);
  if (action != "stop") return invalid("action: '" + action + "'");
  const std::string port =
      vlan == kUntagged
          ? device
          : interface_name(Vlan{.parent = device, .id = static_cast<std::uint32_t>(vlan)});
  const Bridge* bridge = find_bridge(call.host.network, name);
  if (bridge && std::ranges::find(bridge->ports, port) == bridge->ports.end()) {
    return exception("Interface " + port + " is not a port of " + name);
  }
  if (auto fault = drop_bridge(call, "ovs-vlan-bridge", name)) return *fault;
  if (vlan != kUntagged) erase_vlan(call.host.network, port);
  return Answer::untyped("stop bridge=" + name + " netdev=" + device + " vlan " + number(vlan));
}

Answer br_config(const Call& call, const std::string& action, const std::string& name,
                 const std::string& device) {
  Network& network = call.host.network;
  if (action == "start") {
    if (auto fault = refuse_name(name)) return *fault;
    if (auto fault = refuse_device(network, device)) return *fault;
    if (bridge_of_port(network, device))
      return exception("Interface " + device + " is a bridge port");
    if (exists(network, name)) return exception("Bridge " + name + " Is Busy");
    const Settings below = find_settings(network, device);
    network.bridges.push_back({.name = name,
                               .mac = mac_of(network, device),
                               .ports = {device},
                               .mtu = *below.mtu,
                               .ip = std::exchange(*below.ip, {}),
                               .boot_proto = std::exchange(*below.boot_proto, "none")});
    call.estate.touch();
    return Answer::untyped("start bridge " + name + " netdev " + device);
  }
  if (action != "stop") return invalid("action: '" + action + "'");
  const Bridge* bridge = find_bridge(network, name);
  if (bridge && std::ranges::find(bridge->ports, device) == bridge->ports.end()) {
    return exception("Interface " + device + " is not a port of " + name);
  }
  const Ipv4 ip = bridge ? bridge->ip : Ipv4{};
  const std::string boot_proto = bridge ? bridge->boot_proto : "none";
  if (auto fault = drop_bridge(call, "ovs-bridge", name)) return *fault;
  const Settings below = find_settings(network, device);
  *below.ip = ip;
  *below.boot_proto = boot_proto;
  return Answer::untyped("stop bridge " + name + " netdev " + device);
}

Answer vlan_config(const Call& call, const std::string& action, const std::string& device,
                   std::int64_t vlan) {
  Network& network = call.host.network;
  if (vlan < 2 || vlan > kMostVlan)
    return invalid("VLAN ID: " + number(vlan) + ", valid are 2 to 4095");
  const std::string name =
      interface_name(Vlan{.parent = device, .id = static_cast<std::uint32_t>(vlan)});
  if (action == "add") {
    if (auto fault = refuse_name(name)) return *fault;
    if (auto fault = refuse_device(network, device)) return *fault;
    if (find_vlan(network, name)) return exception("Interface " + name + " already exists");
    network.vlans.push_back({.parent = device,
                             .id = static_cast<std::uint32_t>(vlan),
                             .mtu = *find_settings(network, device).mtu});
  } else if (action == "remove") {
    if (!find_vlan(network, name)) return exception("Interface " + name + " does not exist");
    if (bridge_of_port(network, name)) return exception("Interface " + name + " is a bridge port");
    erase_vlan(network, name);
  } else {
    return invalid("action: '" + action + "'");
  }
  call.estate.touch();
  return Answer::untyped(action + " vlan " + number(vlan) + " on interface " + device);
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
      return invalid("address: static needs a dotted ip and a dotted netmask");
    }
    *settings.ip = {*address, *netmask};
    *settings.boot_proto = "static";
  } else if (type == "dynamic" || type == "flush") {
    *settings.ip = {};
    *settings.boot_proto = type == "dynamic" ? "dhcp" : "none";
  } else {
    return invalid("operation type: '" + type + "'");
  }
  call.estate.touch();
  return Answer::untyped(type + " interface " + device + " ip " + address.value_or("") +
                         " netmask " + netmask.value_or(""));
}

Answer change_mtu(const Call& call, const std::string& device, std::int64_t mtu) {
  Network& network = call.host.network;
  if (mtu < kLeastMtu || mtu > kMostMtu)
    return invalid("MTU: " + number(mtu) + ", valid are 1500 to 64000");
  const auto value = static_cast<std::uint32_t>(mtu);
  const Settings settings = find_settings(network, device);
  if (settings.mtu == nullptr) return exception("Interface " + device + " does not exist");
  if (const Bridge* bridge = find_bridge(network, device)) {
    if (bridge->ports.empty()) return exception("Bridge " + device + " has no ports");
    for (const std::string& port : bridge->ports) {
      if (const Settings below = find_settings(network, port); below.mtu) *below.mtu = value;
    }
  }
  if (const Vlan* vlan = find_vlan(network, device)) {
    const Settings parent = find_settings(network, vlan->parent);
    if (parent.mtu && value > *parent.mtu) {
      return invalid("MTU: " + number(mtu) + " is above that of " + vlan->parent);
    }
  }
  if (const Bond* bond = find_bond(network, device)) {
    for (const std::string& slave : bond->slaves) {
      if (Nic* nic = find_nic(network, slave)) nic->mtu = value;
    }
  }
  *settings.mtu = value;
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
  if (!number_of_mode) return invalid("bond mode, valid are 1, 4 and 6");
  bond->mode = *number_of_mode;
  call.estate.touch();
  return Answer::untyped("bond " + name + " mode " + number(bond->mode));
}

Answer bond_config(const Call& call, const std::string& action, const std::string& name) {
  Network& network = call.host.network;
  if (action == "start") {
    if (auto fault = refuse_name(name)) return *fault;
    if (exists(network, name)) return exception("Bond " + name + " already exists");
    network.bonds.push_back({.name = name, .slaves = {}});
  } else if (action == "stop") {
    if (!find_bond(network, name)) return exception("Bond " + name + " does not exist");
    if (bridge_of_port(network, name)) return exception("Bond " + name + " is a bridge port");
    std::erase_if(network.bonds, [&](const Bond& bond) { return bond.name == name; });
  } else {
    return invalid("action: '" + action + "'");
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
    return invalid("action: '" + action + "'");
  }
  call.estate.touch();
  return Answer::untyped(action + " interface " + *device + " bond " + name);
}

Answer if_meta(const Call& call, const std::string& device, const std::string& text) {
  if (text.starts_with(' ')) return invalid("metadata: it must not start with a blank");
  const Settings settings = find_settings(call.host.network, device);
  if (settings.metadata == nullptr) return exception("Interface " + device + " does not exist");
  *settings.metadata = text;
  call.estate.touch();
  return Answer::untyped("interface " + device + " meta " + text);
}

/// Name of the interface that has the address; empty if none has.
std::string carrier_of(Network& network, const std::string& address) {
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
  if (!is_dotted(virtual_ip)) return invalid("virtual ip: '" + virtual_ip + "'");
  const std::string carrier = carrier_of(network, base_ip);
  if (carrier.empty()) return exception("No interface has the address " + base_ip);
  for (const auto& other : call.estate.hosts) {
    if (other.get() != &call.host && other->power == Power::kOn &&
        other->network.virtual_ip == virtual_ip) {
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

void register_network(Services& services) {
  services.on(net::discover_network, [](const Call& call) {
    return Answer::untyped(network_document(call.host, call.estate.now()));
  });
  services.on(net::ovs_local_config, local_config);
  services.on(net::ovs_vlan_bridge, vlan_bridge);
  services.on(net::ovs_br_config, br_config);
  services.on(net::ovs_vlan_config, vlan_config);
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
