// SPDX-License-Identifier: Apache-2.0
#ifndef TRESTLE_TOOLS_SIMULATOR_NETWORK_H_
#define TRESTLE_TOOLS_SIMULATOR_NETWORK_H_

#include <cstdint>
#include <string>
#include <vector>

#include "tools/simulator/domain.h"

namespace trestle::simulator {

/// IPv4 set-up of an interface; empty texts = none.
struct Ipv4 {
  std::string address;
  std::string netmask;
};

struct Nic {
  std::string name;
  std::string mac;
  std::uint32_t speed_mbps = 1000;
  bool link = true;
  std::uint32_t mtu = 1500;
  Ipv4 ip = {};
  std::string boot_proto = "none";
  std::string metadata = {};  ///< "ethernet:c0a80100{192.168.1.0}:MANAGEMENT,..."
};

struct Bond {
  std::string name;
  int mode = 1;  ///< 1 active-backup, 4 802.3ad, 6 balance-alb
  std::vector<std::string> slaves = {};
  std::uint32_t mtu = 1500;
  Ipv4 ip = {};
  std::string boot_proto = "none";
  std::string metadata = {};
};

/// A VLAN interface "<parent>.<id>".
struct Vlan {
  std::string parent;
  std::uint32_t id = 0;
  std::uint32_t mtu = 1500;
  Ipv4 ip = {};
  std::string boot_proto = "none";
  std::string metadata = {};
};

struct Bridge {
  std::string name;
  std::string mac;
  std::vector<std::string> ports = {};  ///< NIC, bond or VLAN; none = local bridge
  std::uint32_t mtu = 1500;
  Ipv4 ip = {};
  std::string boot_proto = "none";
  std::string metadata = {};
  Instant ready{};  ///< a local bridge is visible and usable only from then on
};

struct Network {
  std::vector<Nic> nics;
  std::vector<Bond> bonds;
  std::vector<Vlan> vlans;
  std::vector<Bridge> bridges;
  std::string virtual_ip;            ///< pool address that this host carries now, empty = none
  std::string virtual_ip_interface;  ///< interface that carries it
};

[[nodiscard]] std::string interface_name(const Vlan& vlan);

}  // namespace trestle::simulator

#endif  // TRESTLE_TOOLS_SIMULATOR_NETWORK_H_
