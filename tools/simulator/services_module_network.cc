// SPDX-License-Identifier: Apache-2.0
#include <bit>
#include <charconv>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "objects/ovm3/api/module.h"
#include "tools/simulator/interfaces.h"
#include "tools/simulator/module_services.h"

namespace trestle::simulator {
namespace {

namespace module = ovm3::api::module;

constexpr std::uint32_t kFullMask = 0xffffffffU;

/// "255.255.0.0" or "16" as a prefix length; 0 for anything else.
unsigned prefix_of(std::string_view mask) {
  std::uint32_t bits = 0;
  unsigned number = 0;
  const char* end = mask.data() + mask.size();
  if (mask.find('.') == std::string_view::npos) {
    const auto read = std::from_chars(mask.data(), end, number);
    return read.ec == std::errc() && read.ptr == end && number <= 32 ? number : 0;
  }
  for (int part = 0; part < 4; ++part) {
    const auto read = std::from_chars(mask.data(), end, number);
    if (read.ec != std::errc() || number > 255) return 0;
    bits = (bits << 8U) | number;
    mask.remove_prefix(static_cast<std::size_t>(read.ptr - mask.data()));
    if (!mask.empty()) mask.remove_prefix(1);
  }
  return static_cast<unsigned>(std::countl_one(bits));
}

std::string dotted(unsigned prefix) {
  const std::uint32_t bits = prefix == 0 ? 0 : kFullMask << (32U - prefix);
  return std::to_string(bits >> 24U) + "." + std::to_string((bits >> 16U) & 255U) + "." +
         std::to_string((bits >> 8U) & 255U) + "." + std::to_string(bits & 255U);
}

std::vector<std::string> names_of(const Network& network) {
  std::vector<std::string> names;
  for (const Bridge& bridge : network.bridges) names.push_back(bridge.name);
  for (const Bond& bond : network.bonds) names.push_back(bond.name);
  for (const Nic& nic : network.nics) names.push_back(nic.name);
  for (const Vlan& vlan : network.vlans) names.push_back(interface_name(vlan));
  return names;
}

/// Nil when there is no such interface; ip and mask only when it has an address.
Answer interface(const Call& call, const std::string& name, bool with_mask) {
  Network& network = call.host.network;
  if (!exists(network, name)) return Answer::nil();
  const Settings settings = find_settings(network, name);
  const Bridge* over = find_bridge(network, name);
  if (over == nullptr) over = bridge_of_port(network, name);
  ReplyWriter out;
  out.begin_struct();
  const bool addressed = settings.ip != nullptr && !settings.ip->address.empty();
  if (addressed) out.text_member("ip", settings.ip->address);
  out.text_member("mac", mac_of(network, name));
  if (addressed && with_mask) {
    out.text_member("mask", std::to_string(prefix_of(settings.ip->netmask)));
  }
  out.text_member("name", name).text_member("bridge", over == nullptr ? "" : over->name);
  out.end_struct();
  return out;
}

Answer by_ip(const Call& call, const Value& ip) {
  for (const std::string& name : names_of(call.host.network)) {
    const Settings settings = find_settings(call.host.network, name);
    if (settings.ip != nullptr && !settings.ip->address.empty() &&
        settings.ip->address == text_of(ip)) {
      return interface(call, name, false);
    }
  }
  return Answer::nil();
}

Answer set_ip(const Call& call, const Value& name, const Value& ip, const Value& mask) {
  const Settings settings = find_settings(call.host.network, text_of(name));
  if (settings.ip == nullptr) {
    return command_failed("ip addr add " + text_of(ip) + " dev " + text_of(name), 1,
                          "Cannot find device \"" + text_of(name) + "\"");
  }
  *settings.ip = {.address = text_of(ip), .netmask = dotted(prefix_of(text_of(mask)))};
  call.estate.touch();
  return Answer::boolean(true);
}

Answer check_ip(const Call& call, const Value& name, const Value& ip) {
  const Settings settings = find_settings(call.host.network, text_of(name));
  return Answer::boolean(settings.ip != nullptr && settings.ip->address == text_of(ip) &&
                         !settings.ip->address.empty());
}

Answer add_bridge(const Call& call, const Value& name, const Value& parent, const Value& vlan) {
  Network& network = call.host.network;
  const std::string wanted = text_of(name);
  const Bridge* below = find_bridge(network, text_of(parent));
  if (!exists(network, wanted)) {
    if (!call.host.open_vswitch || below == nullptr || wanted.size() > kMaxInterfaceName) {
      return Answer::nil();
    }
    Bridge bridge;
    bridge.name = wanted;
    bridge.mac = below->mac;
    bridge.ports = {below->name + "." + text_of(vlan)};
    network.bridges.push_back(std::move(bridge));
    call.estate.touch();
  }
  return interface(call, wanted, true);
}

Answer delete_bridge(const Call& call, const Value& name) {
  if (!call.host.open_vswitch) return interface(call, text_of(name), true);
  erase_bridge(call.host.network, text_of(name));
  call.estate.touch();
  return Answer::nil();
}

/// Puts the address on the link-local bridge if it is not there. A route is not modelled.
Answer control_interface(const Call& call, const Value& device, const Value& cidr) {
  const Settings settings = find_settings(call.host.network, text_of(device));
  if (settings.ip == nullptr) {
    return Fault{"exceptions.OSError", "[Errno 19] No such device: '" + text_of(device) + "'"};
  }
  const std::string text = text_of(cidr);
  const auto slash = text.find('/');
  if (settings.ip->address.empty() && slash != std::string::npos) {
    *settings.ip = {.address = text.substr(0, slash),
                    .netmask = dotted(prefix_of(std::string_view(text).substr(slash + 1)))};
    call.estate.touch();
  }
  return Answer::boolean(true);
}

}  // namespace

void register_module_network(Services& services) {
  services.on(module::get_bridge_type, [](const Call& call) {
    return Answer::untyped(call.host.open_vswitch ? "openvswitch" : "linuxbridge");
  });
  services.on(module::get_vswitch_interface_by_name, [](const Call& call, const Value& name) {
    return interface(call, text_of(name), true);
  });
  services.on(module::get_vswitch_interface_by_ip, by_ip);
  services.on(module::set_iface_ip, set_ip);
  services.on(module::check_iface_ip, check_ip);
  services.on(module::add_vswitch_vlan_bridge, add_bridge);
  services.on(module::del_vswitch_vlan_bridge, delete_bridge);
  services.on(module::ovs_control_interface, control_interface);
}

}  // namespace trestle::simulator
