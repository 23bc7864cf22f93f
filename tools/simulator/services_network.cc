// SPDX-License-Identifier: Apache-2.0
// Bridges and VLANs. Reply texts differ by release as the reference says; a refusal is the fault of
// the helper script that the agent runs.
#include <algorithm>
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

std::string number(std::int64_t value) { return std::to_string(value); }

/// The fault of a helper script: "Command: ['.../SCRIPT', 'ACTION', ...] failed (1): stderr: TEXT".
Fault script_failed(std::string_view script, std::initializer_list<std::string> args,
                    std::string_view text) {
  std::string argv = std::string(kScripts) + std::string(script);
  for (const std::string& arg : args) argv += " " + arg;
  return command_failed(argv, 1, text);
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
  if (auto fault = refuse_interface_name(name)) return *fault;
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
  if (action != "stop") return invalid_argument("action: '" + action + "'");
  const Bridge* bridge = find_bridge(call.host.network, name);
  if (bridge && !bridge->ports.empty())
    return exception("Bridge " + name + " is not a local bridge");
  if (auto fault = drop_bridge(call, "ovs-local-bridge", name)) return *fault;
  return Answer::untyped("stop local bridge " + name);
}

Answer start_vlan_bridge(const Call& call, const std::string& name, const std::string& device,
                         std::int64_t vlan) {
  Network& network = call.host.network;
  if (auto fault = refuse_interface_name(name)) return *fault;
  if (auto fault = refuse_device(network, device)) return *fault;
  if (exists(network, name)) {
    return script_failed("ovs-vlan-bridge", {"start", "bridge=" + name, "netdev=" + device},
                         "Bridge " + name + " Is Busy");
  }
  std::string port = device;
  if (vlan != kUntagged) {
    port = interface_name(Vlan{.parent = device, .id = static_cast<std::uint32_t>(vlan)});
    if (auto fault = refuse_interface_name(port)) return *fault;
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
    return invalid_argument("VLAN ID: " + number(vlan) + ", valid are 1 to 4095");
  if (action == "start") return start_vlan_bridge(call, name, device, vlan);
  if (action != "stop") return invalid_argument("action: '" + action + "'");
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
    if (auto fault = refuse_interface_name(name)) return *fault;
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
  if (action != "stop") return invalid_argument("action: '" + action + "'");
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
    return invalid_argument("VLAN ID: " + number(vlan) + ", valid are 2 to 4095");
  const std::string name =
      interface_name(Vlan{.parent = device, .id = static_cast<std::uint32_t>(vlan)});
  if (action == "add") {
    if (auto fault = refuse_interface_name(name)) return *fault;
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
    return invalid_argument("action: '" + action + "'");
  }
  call.estate.touch();
  return Answer::untyped(action + " vlan " + number(vlan) + " on interface " + device);
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
  register_interfaces(services);
}

}  // namespace trestle::simulator
