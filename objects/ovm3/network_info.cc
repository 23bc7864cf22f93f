// SPDX-License-Identifier: Apache-2.0
#include "objects/ovm3/network_info.h"

#include <algorithm>
#include <utility>

#include "objects/ovm3/describe.h"
#include "objects/ovm3/text_number.h"
#include "objects/ovm3/xml_document.h"

namespace trestle::ovm3 {
namespace {

/// The kernel's words for "speed unknown" in 16 and 32 bits, besides a text with a minus sign.
constexpr std::uint64_t kUnknownSpeed16 = 65535;
constexpr std::uint64_t kUnknownSpeed32 = 4294967295;

constexpr std::uint64_t kLastVlan = 4094;  // IEEE 802.1Q: 0 and 4095 are reserved

std::optional<MegabitsPerSecond> read_speed(XmlElement sysfs) {
  const auto speed = sysfs.unsigned_of("speed");
  if (!speed || *speed == kUnknownSpeed16 || *speed == kUnknownSpeed32) return std::nullopt;
  return MegabitsPerSecond{*speed};
}

/// A device may have a family per protocol; only IPv4 was recorded.
XmlElement ipv4_family(XmlElement device) {
  for (const XmlElement family : device.children("Family")) {
    if (family.attribute("Type").value_or("AF_INET") == "AF_INET") return family;
  }
  return {};
}

Ipv4Address read_ipv4(XmlElement family) {
  return {.address = family.text_of("Address"),
          .netmask = family.text_of("Netmask"),
          .broadcast = family.text_of("Broadcast")};
}

std::optional<InterfaceMetadata> read_metadata(XmlElement device) {
  const auto text = device.text_of("MetaData");
  if (!text) return std::nullopt;
  return parse_metadata(*text);
}

/// "none" is a value here and not an absent one: no address is configured at boot.
std::optional<std::string> read_boot_proto(XmlElement device) {
  std::string text = device.child("BootProto").text();
  if (text.empty()) return std::nullopt;
  return text;
}

/// "(0x1043) IFF_UP IFF_BROADCAST": the names only.
std::vector<std::string> read_flags(const std::string& text) {
  std::vector<std::string> flags = split(text, ' ');
  std::erase_if(flags, [](const std::string& word) { return !word.starts_with("IFF_"); });
  return flags;
}

NicInfo read_nic(XmlElement device) {
  const XmlElement sysfs = device.child("SysFS");
  const XmlElement mii = device.child("MII");
  const XmlElement link = mii ? mii : device.child("ETHTOOL");
  const XmlElement family = ipv4_family(device);
  const auto mac = device.text_of("MAC");
  return {.name = device.attribute("Name").value_or(""),
          .mac = mac ? mac : family.text_of("MAC"),
          .ipv4 = read_ipv4(family),
          .flags = read_flags(device.child("Flags").text()),
          .link = link.text_of("Link"),
          .operstate = sysfs.text_of("operstate"),
          .carrier = sysfs.flag_of("carrier"),
          .speed = read_speed(sysfs),
          .duplex = sysfs.text_of("duplex"),
          .mtu = sysfs.unsigned_of("mtu"),
          .wake_on_lan = device.child("WOL").text_of("WakeOnLan"),
          .boot_proto = read_boot_proto(device),
          .metadata = read_metadata(device)};
}

BondSlave read_slave(XmlElement slave) {
  return {.name = slave.attribute("Name").value_or(""),
          .mii_status = slave.text_of("MII_Status"),
          .speed = slave.text_of("Speed"),
          .duplex = slave.text_of("Duplex"),
          .link_failures = slave.unsigned_of("Link_Failure_Count"),
          .permanent_mac = slave.text_of("Permanent_HW_addr")};
}

BondInfo read_bond(XmlElement device) {
  const XmlElement family = ipv4_family(device);
  BondInfo bond{.name = device.attribute("Name").value_or(""),
                .mode = device.text_of("Bonding_Mode"),
                .primary_slave = device.text_of("Primary_Slave"),
                .active_slave = device.text_of("Currently_Active_Slave"),
                .mii_status = device.text_of("MII_Status"),
                .slaves = {},
                .mac = family.text_of("MAC"),
                .mtu = family.unsigned_of("mtu"),
                .ipv4 = read_ipv4(family),
                .boot_proto = read_boot_proto(device),
                .metadata = read_metadata(device)};
  for (const XmlElement slave : device.children("Slave_Interface")) {
    bond.slaves.push_back(read_slave(slave));
  }
  return bond;
}

BridgeInfo read_bridge(XmlElement device) {
  const XmlElement family = ipv4_family(device);
  BridgeInfo bridge{.name = device.attribute("Name").value_or(""),
                    .mac = family.text_of("MAC"),
                    .mtu = family.unsigned_of("mtu"),
                    .ipv4 = read_ipv4(family),
                    .ports = {},
                    .boot_proto = read_boot_proto(device),
                    .metadata = read_metadata(device)};
  for (const XmlElement port : device.child("Interfaces").children("PhyInterface")) {
    std::string name = port.text();
    if (!name.empty()) bridge.ports.push_back(std::move(name));
  }
  return bridge;
}

bool is_guest_interface(std::string_view name) {
  return name.starts_with("vif") || name.starts_with("tap");
}

Value metadata_text(const std::optional<InterfaceMetadata>& metadata) {
  return metadata ? Value(metadata->text) : Value(Nil{});
}

/// The parts of the metadata, behind the text under the key "metadata".
void append_metadata(Struct& out, const std::optional<InterfaceMetadata>& metadata) {
  const InterfaceMetadata parts = metadata.value_or(InterfaceMetadata{});
  out.push_back({"metadata", metadata_text(metadata)});
  out.push_back({"network_kind", describe(parts.kind)});
  out.push_back({"network_id", describe(parts.network_id)});
  out.push_back({"network", describe(parts.network)});
  out.push_back({"roles", describe(parts.roles)});
}

void append_ipv4(Struct& out, const Ipv4Address& ipv4) {
  out.push_back({"address", describe(ipv4.address)});
  out.push_back({"netmask", describe(ipv4.netmask)});
  out.push_back({"broadcast", describe(ipv4.broadcast)});
}

}  // namespace

bool NicInfo::slave() const { return std::ranges::find(flags, "IFF_SLAVE") != flags.end(); }

std::optional<std::string> BridgeInfo::uplink() const {
  const auto found = std::ranges::find_if_not(ports, is_guest_interface);
  return found == ports.end() ? std::nullopt : std::optional<std::string>(*found);
}

std::optional<std::uint64_t> BridgeInfo::vlan() const {
  const auto port = uplink();
  if (!port) return std::nullopt;
  const auto dot = port->rfind('.');
  if (dot == std::string::npos) return std::nullopt;
  const auto id = to_unsigned(std::string_view(*port).substr(dot + 1));
  return id && *id >= 1 && *id <= kLastVlan ? id : std::nullopt;
}

const BridgeInfo* NetworkInfo::bridge(std::string_view name) const {
  const auto found = std::ranges::find(bridges, name, &BridgeInfo::name);
  return found == bridges.end() ? nullptr : &*found;
}

InterfaceMetadata parse_metadata(std::string_view text) {
  InterfaceMetadata metadata{
      .text = std::string(text), .kind = {}, .network_id = {}, .network = {}, .roles = {}};
  const auto kind_end = text.find(':');
  const auto open = text.find('{', kind_end == std::string_view::npos ? 0 : kind_end);
  const auto close = text.find("}:", open == std::string_view::npos ? text.size() : open);
  if (kind_end == std::string_view::npos || close == std::string_view::npos) return metadata;
  metadata.kind = text.substr(0, kind_end);
  metadata.network_id = text.substr(kind_end + 1, open - kind_end - 1);
  metadata.network = text.substr(open + 1, close - open - 1);
  metadata.roles = split(text.substr(close + 2), ',');
  return metadata;
}

Result<NetworkInfo> read_network(ValueView reply) {
  TRESTLE_ASSIGN_OR_RETURN(const XmlDocument document,
                           XmlDocument::parse(reply, "Discover_Network_Result"));
  const XmlElement active = document.root().child("Network").child("Active");
  NetworkInfo network;
  for (const XmlElement device : active.child("Network").children("Device")) {
    network.physical.push_back(read_nic(device));
  }
  for (const XmlElement device : active.child("Bonding").children("Device")) {
    network.bonds.push_back(read_bond(device));
  }
  for (const XmlElement device : active.child("Bridges").children("Device")) {
    network.bridges.push_back(read_bridge(device));
  }
  for (const XmlElement device : active.child("Infiniband").children("Device")) {
    network.infiniband.push_back(device.attribute("Name").value_or(""));
  }
  return network;
}

Value describe(MegabitsPerSecond speed) { return describe(speed.count); }

Value describe(const NicInfo& nic) {
  Struct out{{"name", nic.name},
             {"mac", describe(nic.mac)},
             {"boot_proto", describe(nic.boot_proto)},
             {"mtu", describe(nic.mtu)},
             {"operstate", describe(nic.operstate)},
             {"carrier", describe(nic.carrier)},
             {"speed", describe(nic.speed)},
             {"duplex", describe(nic.duplex)},
             {"link", describe(nic.link)},
             {"slave", nic.slave()},
             {"flags", describe(nic.flags)},
             {"wake_on_lan", describe(nic.wake_on_lan)}};
  append_ipv4(out, nic.ipv4);
  append_metadata(out, nic.metadata);
  return out;
}

Value describe(const BondSlave& slave) {
  return Struct{{"name", slave.name},
                {"mii_status", describe(slave.mii_status)},
                {"speed", describe(slave.speed)},
                {"duplex", describe(slave.duplex)},
                {"link_failures", describe(slave.link_failures)},
                {"permanent_mac", describe(slave.permanent_mac)}};
}

Value describe(const BondInfo& bond) {
  Array names;
  for (const BondSlave& slave : bond.slaves) names.emplace_back(slave.name);
  Struct out{{"name", bond.name},
             {"mode", describe(bond.mode)},
             {"primary_slave", describe(bond.primary_slave)},
             {"active_slave", describe(bond.active_slave)},
             {"mii_status", describe(bond.mii_status)},
             {"slaves", std::move(names)},
             {"slave_details", describe(bond.slaves)},
             {"mac", describe(bond.mac)},
             {"mtu", describe(bond.mtu)},
             {"boot_proto", describe(bond.boot_proto)}};
  append_ipv4(out, bond.ipv4);
  append_metadata(out, bond.metadata);
  return out;
}

Value describe(const BridgeInfo& bridge) {
  Struct out{{"name", bridge.name},
             {"mac", describe(bridge.mac)},
             {"mtu", describe(bridge.mtu)},
             {"ports", describe(bridge.ports)},
             {"local", bridge.local()},
             {"uplink", describe(bridge.uplink())},
             {"vlan", describe(bridge.vlan())},
             {"boot_proto", describe(bridge.boot_proto)}};
  append_ipv4(out, bridge.ipv4);
  append_metadata(out, bridge.metadata);
  return out;
}

Value describe(const NetworkInfo& network) {
  return Struct{{"physical", describe(network.physical)},
                {"bonds", describe(network.bonds)},
                {"bridges", describe(network.bridges)},
                {"infiniband", describe(network.infiniband)}};
}

}  // namespace trestle::ovm3
