// SPDX-License-Identifier: Apache-2.0
#ifndef TRESTLE_OBJECTS_OVM3_NETWORK_INFO_H_
#define TRESTLE_OBJECTS_OVM3_NETWORK_INFO_H_

#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "objects/core/result.h"
#include "objects/wire/reply.h"
#include "objects/wire/value.h"

namespace trestle::ovm3 {

/// Megabits per second, as the kernel counts the speed of a link.
struct MegabitsPerSecond {
  std::uint64_t count = 0;
  friend auto operator<=>(const MegabitsPerSecond&, const MegabitsPerSecond&) = default;
};

/// What the manager noted on an interface: "ethernet:c0a80100{192.168.1.0}:MANAGEMENT,STORAGE".
struct InterfaceMetadata {
  std::string text;  ///< as it came
  std::optional<std::string> kind;
  std::optional<std::string> network_id;  ///< the network address in hexadecimal digits
  std::optional<std::string> network;
  std::vector<std::string> roles;  ///< MANAGEMENT, CLUSTER_HEARTBEAT, LIVE_MIGRATE, ...
  friend bool operator==(const InterfaceMetadata&, const InterfaceMetadata&) = default;
};

/// The IPv4 address on a device; every part absent if it has none.
struct Ipv4Address {
  std::optional<std::string> address;
  std::optional<std::string> netmask;
  std::optional<std::string> broadcast;
  friend bool operator==(const Ipv4Address&, const Ipv4Address&) = default;
};

/// A device of element Network: a NIC, or a bond seen as one.
struct NicInfo {
  std::string name;
  std::optional<std::string> mac;
  Ipv4Address ipv4;
  std::vector<std::string> flags;  ///< "IFF_UP", ...
  std::optional<std::string> link;
  std::optional<std::string> operstate;
  std::optional<bool> carrier;
  std::optional<MegabitsPerSecond> speed;
  std::optional<std::string> duplex;
  std::optional<std::uint64_t> mtu;
  std::optional<std::string> wake_on_lan;
  std::optional<std::string> boot_proto;  ///< "none", "static", "dhcp": what comes up at boot
  std::optional<InterfaceMetadata> metadata;

  /// True if the device is a slave of a bond.
  [[nodiscard]] bool slave() const;
  friend bool operator==(const NicInfo&, const NicInfo&) = default;
};

struct BondSlave {
  std::string name;
  std::optional<std::string> mii_status;
  std::optional<std::string> speed;  ///< the bonding driver's text, e.g. "100 Mbps"
  std::optional<std::string> duplex;
  std::optional<std::uint64_t> link_failures;
  std::optional<std::string> permanent_mac;
  friend bool operator==(const BondSlave&, const BondSlave&) = default;
};

struct BondInfo {
  std::string name;
  std::optional<std::string> mode;  ///< "active-backup", ...
  std::optional<std::string> primary_slave;
  std::optional<std::string> active_slave;
  std::optional<std::string> mii_status;
  std::vector<BondSlave> slaves;
  std::optional<std::string> mac;
  std::optional<std::uint64_t> mtu;
  Ipv4Address ipv4;
  std::optional<std::string> boot_proto;
  std::optional<InterfaceMetadata> metadata;
  friend bool operator==(const BondInfo&, const BondInfo&) = default;
};

struct BridgeInfo {
  std::string name;
  std::optional<std::string> mac;
  std::optional<std::uint64_t> mtu;
  Ipv4Address ipv4;
  std::vector<std::string> ports;  ///< interfaces of guests (vif*, tap*) are among them
  std::optional<std::string> boot_proto;
  std::optional<InterfaceMetadata> metadata;

  /// The port that leads out of the host: the first that is no guest's. Absent on a local bridge.
  [[nodiscard]] std::optional<std::string> uplink() const;
  [[nodiscard]] bool local() const { return !uplink(); }
  /// The VLAN of the uplink ("bond1.200" has 200); absent if it is untagged or there is none.
  [[nodiscard]] std::optional<std::uint64_t> vlan() const;

  friend bool operator==(const BridgeInfo&, const BridgeInfo&) = default;
};

/// What discover_network tells of the active set-up; all empty on a host without networks.
/// Source: recordings/ovm-3.2.1/discover_network.xml and discover_network--empty.xml.
struct NetworkInfo {
  std::vector<NicInfo> physical;
  std::vector<BondInfo> bonds;
  std::vector<BridgeInfo> bridges;
  std::vector<std::string> infiniband;  ///< names

  /// The bridge of that name, null if there is none; valid as long as this object.
  [[nodiscard]] const BridgeInfo* bridge(std::string_view name) const;

  friend bool operator==(const NetworkInfo&, const NetworkInfo&) = default;
};

/// Reads a Discover_Network_Result. Errors: kBadReply if it is no such document; those of
/// XmlDocument::parse. Stray text between elements is passed over (it was recorded).
[[nodiscard]] Result<NetworkInfo> read_network(ValueView reply);

/// Takes a MetaData text apart; parts that do not have the known form stay absent.
[[nodiscard]] InterfaceMetadata parse_metadata(std::string_view text);

[[nodiscard]] Value describe(MegabitsPerSecond speed);
[[nodiscard]] Value describe(const NicInfo& nic);
[[nodiscard]] Value describe(const BondSlave& slave);
[[nodiscard]] Value describe(const BondInfo& bond);
[[nodiscard]] Value describe(const BridgeInfo& bridge);
[[nodiscard]] Value describe(const NetworkInfo& network);

}  // namespace trestle::ovm3

#endif  // TRESTLE_OBJECTS_OVM3_NETWORK_INFO_H_
