// SPDX-License-Identifier: Apache-2.0
// Discover_Network_Result as release 3.2.1 prints it (recording discover_network.xml), from the
// model.
#include <algorithm>
#include <array>
#include <cctype>
#include <string>
#include <string_view>
#include <utility>

#include "tools/simulator/interfaces.h"
#include "tools/simulator/reply_writer.h"

namespace trestle::simulator {
namespace {

constexpr std::string_view kModes = "100baseT-FD 100baseT-HD 10baseT-FD 10baseT-HD";

std::string lower(std::string text) {
  std::ranges::transform(text, text.begin(),
                         [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return text;
}

/// The four numbers of a dotted address; zeros for anything else, which the model never holds.
std::array<unsigned, 4> octets(std::string_view text) {
  std::array<unsigned, 4> parts{};
  std::size_t part = 0;
  for (const char c : text) {
    if (c == '.') {
      if (++part == parts.size()) return {};
    } else {
      parts[part] = parts[part] * 10 + static_cast<unsigned>(c - '0');
    }
  }
  return parts;
}

std::string broadcast(const Ipv4& ip) {
  const auto address = octets(ip.address);
  const auto mask = octets(ip.netmask);
  std::string text;
  for (std::size_t i = 0; i < address.size(); ++i) {
    if (i > 0) text += '.';
    text += std::to_string((address[i] & mask[i]) | (~mask[i] & 0xffU));
  }
  return text;
}

void write_address(DocumentWriter& out, const Ipv4& ip) {
  if (ip.address.empty()) return;
  out.leaf("Address", ip.address).leaf("Netmask", ip.netmask).leaf("Broadcast", broadcast(ip));
}

void write_boot(DocumentWriter& out, std::string_view boot_proto, std::string_view metadata) {
  out.leaf("BootProto", boot_proto);
  if (!metadata.empty()) out.leaf("MetaData", metadata);
}

/// What a physical interface or a bond shows under Network.
struct Physical {
  std::string_view name;
  std::string mac;
  std::uint32_t speed_mbps;
  std::uint32_t mtu;
  bool link;
  bool slave;
  std::string_view boot_proto;
  std::string_view metadata;
};

void write_link(DocumentWriter& out, const Physical& device) {
  out.open("MII").open("Autonegotiate").leaf("State", device.link ? "Complete" : "Incomplete");
  out.leaf("Speed", std::to_string(device.speed_mbps) + "baseT-FD").close("Autonegotiate");
  out.leaf("Link", device.link ? "ok" : "no link").open("Product").leaf("Vendor", "00:00:00");
  out.leaf("Model", "0").leaf("Revision", "0").close("Product");
  out.leaf("Status", device.link ? "autonegotiation complete" : "no link");
  out.leaf("Capabilities", kModes)
      .leaf("Advertising", kModes)
      .leaf("LinkPartner", kModes)
      .close("MII");
  out.open("WOL").leaf("WakeOnLan", "disabled").close("WOL");
}

void write_sysfs(DocumentWriter& out, const Physical& device, int index) {
  out.open("SysFS");
  out.leaf("uevent",
           "INTERFACE=" + std::string(device.name) + "\nIFINDEX=" + std::to_string(index));
  out.leaf("addr_assign_type", "0").leaf("addr_len", "6").leaf("dev_id", "0x0").empty("ifalias");
  out.leaf("iflink", index).leaf("ifindex", index).leaf("features", "0x200041a0").leaf("type", "1");
  out.leaf("link_mode", "0").leaf("carrier", device.link ? "1" : "0");
  out.leaf("speed", std::to_string(device.speed_mbps)).leaf("duplex", "full").leaf("dormant", "0");
  out.leaf("operstate", device.link ? "up" : "down").leaf("mtu", std::to_string(device.mtu));
  out.leaf("flags", device.slave ? "0x1903" : "0x1103")
      .leaf("tx_queue_len", "1000")
      .leaf("netdev_group", "0");
  out.open("SysFSDev")
      .leaf("vendor", "0x8086")
      .leaf("device", "0x100e")
      .leaf("subsystem_vendor", "0x8086");
  out.leaf("subsystem_device", "0x001e").leaf("class", "0x020000").close("SysFSDev").close("SysFS");
}

void write_physical(DocumentWriter& out, const Physical& device, int index) {
  out.open("Device", "Name", device.name).leaf("MAC", device.mac);
  out.leaf("Flags", device.slave
                        ? "(0x1843) IFF_UP IFF_BROADCAST IFF_RUNNING IFF_SLAVE IFF_MULTICAST"
                        : "(0x1043) IFF_UP IFF_BROADCAST IFF_RUNNING IFF_MULTICAST");
  write_link(out, device);
  write_sysfs(out, device, index);
  write_boot(out, device.boot_proto, device.metadata);
  out.close("Device");
}

std::string_view mode_name(int mode) {
  switch (mode) {
    case 4:
      return "802.3ad";
    case 6:
      return "balance-alb";
    default:
      return "active-backup";
  }
}

void write_bond(DocumentWriter& out, Network& network, const Bond& bond) {
  out.open("Device", "Name", bond.name).leaf("Bonding_Mode", mode_name(bond.mode));
  const std::string first = bond.slaves.empty() ? std::string("None") : bond.slaves.front();
  out.leaf("Primary_Slave", bond.slaves.empty() ? first : first + " (primary_reselect always)");
  out.leaf("Currently_Active_Slave", first).leaf("MII_Status", bond.slaves.empty() ? "down" : "up");
  out.leaf("MII_Polling_Interval", "250").leaf("Up_Delay", "500").leaf("Down_Delay", "500");
  for (const std::string& slave : bond.slaves) {
    const Nic* nic = find_nic(network, slave);
    out.open("Slave_Interface", "Name", slave).leaf("MII_Status", nic && nic->link ? "up" : "down");
    out.leaf("Speed", std::to_string(nic ? nic->speed_mbps : 0) + " Mbps").leaf("Duplex", "full");
    out.leaf("Link_Failure_Count", "0").leaf("Permanent_HW_addr", lower(nic ? nic->mac : ""));
    out.close("Slave_Interface");
  }
  out.open("Family", "Type", "AF_INET").leaf("MAC", mac_of(network, bond.name));
  out.leaf("mtu", std::to_string(bond.mtu));
  write_address(out, bond.ip);
  out.close("Family");
  write_boot(out, bond.boot_proto, bond.metadata);
  out.close("Device");
}

void write_bridge(DocumentWriter& out, const Host& host, const Bridge& bridge) {
  out.open("Device", "Name", bridge.name).open("Family", "Type", "AF_INET").leaf("MAC", bridge.mac);
  write_address(out, bridge.ip);
  out.close("Family").open("Interfaces");
  for (const std::string& port : bridge.ports) out.leaf("PhyInterface", port);
  for (const std::string& port : guest_ports(host, bridge.name)) out.leaf("PhyInterface", port);
  out.close("Interfaces");
  write_boot(out, bridge.boot_proto, bridge.metadata);
  out.close("Device");
}

}  // namespace

std::string network_document(const Host& host, Instant now) {
  Network network = host.network;  // the finders take a network they could change
  DocumentWriter out;
  out.open("Discover_Network_Result").open("Network").open("Active").open("Network");
  int index = 2;  // 1 is the loopback device
  for (const Bond& bond : network.bonds) {
    const Nic* first = bond.slaves.empty() ? nullptr : find_nic(network, bond.slaves.front());
    write_physical(out,
                   {bond.name, mac_of(network, bond.name), first ? first->speed_mbps : 0, bond.mtu,
                    first != nullptr, false, bond.boot_proto, bond.metadata},
                   index++);
  }
  for (const Nic& nic : network.nics) {
    write_physical(out,
                   {nic.name, nic.mac, nic.speed_mbps, nic.mtu, nic.link,
                    bond_of_slave(network, nic.name) != nullptr, nic.boot_proto, nic.metadata},
                   index++);
  }
  out.close("Network").open("Bonding");
  for (const Bond& bond : network.bonds) write_bond(out, network, bond);
  out.close("Bonding").open("Bridges");
  for (const Bridge& bridge : network.bridges) {
    if (bridge.ready <= now) write_bridge(out, host, bridge);
  }
  out.close("Bridges")
      .empty("Infiniband")
      .close("Active")
      .close("Network")
      .close("Discover_Network_Result");
  return std::move(out).finish();
}

}  // namespace trestle::simulator
