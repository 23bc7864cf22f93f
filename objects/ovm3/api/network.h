// SPDX-License-Identifier: Apache-2.0
#ifndef TRESTLE_OBJECTS_OVM3_API_NETWORK_H_
#define TRESTLE_OBJECTS_OVM3_API_NETWORK_H_

#include <cstdint>
#include <optional>
#include <string>

#include "objects/ovm3/api/service.h"

/// Services of agent.api.network.linux_network.LinuxNetwork.
namespace trestle::ovm3::api::network {

inline constexpr Service<void(std::string, std::string)> configure_virtual_ip{
    "configure_virtual_ip",
    {"virtual_ip", "base_ip"},
    k32,
    Effect::kMutates,
    "Adds the pool's address beside base_ip, on the same interface."};

inline constexpr Service<void(std::string)> deconfigure_virtual_ip{
    "deconfigure_virtual_ip",
    {"virtual_ip"},
    k32,
    Effect::kMutates,
    "Takes the pool's address off this host."};

inline constexpr Service<XmlText()> discover_network{
    "discover_network",
    {},
    k32 | k33 | k34,
    Effect::kReads,
    "Describes NICs, bonds, bridges and InfiniBand devices: addresses, link, metadata."};

inline constexpr Service<Value(std::string, std::string)> ovs_async_bond{
    "ovs_async_bond",
    {"action", "bond"},
    k32,
    Effect::kMutates,
    "Starts or stops a bond in the background."};

inline constexpr Service<Value(std::string, std::string, std::string)> ovs_async_bridge{
    "ovs_async_bridge",
    {"action", "br_name", "net_dev"},
    k32,
    Effect::kMutates,
    "Starts or stops a bridge in the background."};

inline constexpr Service<Value(std::string, std::string)> ovs_bond_config{
    "ovs_bond_config",
    {"action", "bond"},
    k32,
    Effect::kMutates,
    "Creates or dissolves a bond, as action says."};

inline constexpr Service<std::string(std::string, Value)> ovs_bond_mode{
    "ovs_bond_mode",
    {"bond", "mode"},
    k32,
    Effect::kMutates,
    "Switches a bond to mode 1 (active-backup), 4 (802.3ad) or 6 (balance-alb)."};

inline constexpr Service<Value(std::string, std::string, std::optional<Value>)> ovs_bond_op{
    "ovs_bond_op",
    {"action", "bond", "backup"},
    k32,
    Effect::kMutates,
    "Adds an interface to a bond or takes it out."};

inline constexpr Service<std::string(std::string, std::string, std::string)> ovs_br_config{
    "ovs_br_config",
    {"action", "br_name", "net_dev"},
    k32,
    Effect::kMutates,
    "Makes a bridge over a NIC or bond (start) or takes it apart (stop); the address moves along."};

inline constexpr Service<std::string(std::string, std::int64_t)> ovs_change_mtu{
    "ovs_change_mtu",
    {"interface", "mtu"},
    k32,
    Effect::kIdempotent,
    "Sets the MTU, 1500 to 64000, of a NIC, VLAN, bond or bridge and of what belongs to it."};

inline constexpr Service<std::string(std::string, std::string)> ovs_if_meta{
    "ovs_if_meta",
    {"interface", "data"},
    k32,
    Effect::kIdempotent,
    "Stores the manager's text about an interface; an empty text removes it."};

inline constexpr Service<std::string(std::string, std::string, std::optional<std::string>,
                                     std::optional<std::string>)>
    ovs_ip_config{"ovs_ip_config",
                  {"interface", "optype", "ip", "netmask"},
                  k32 | k33,
                  Effect::kMutates,
                  "Sets the IPv4 address of a NIC, VLAN or bond: static, dynamic or flush."};

inline constexpr Service<std::string(std::string, std::string)> ovs_local_config{
    "ovs_local_config",
    {"action", "br_name"},
    k32 | k33,
    Effect::kMutates,
    "Makes (start) or removes (stop) a bridge without a NIC; usable only a little later."};

inline constexpr Service<std::string(std::string, std::string, std::string, std::int64_t)>
    ovs_vlan_bridge{
        "ovs_vlan_bridge",
        {"action", "br_name", "net_dev", "vlan_id"},
        k32 | k33,
        Effect::kMutates,
        "Builds (start) or removes (stop) a bridge on one VLAN of net_dev; 1 stands for untagged."};

inline constexpr Service<std::string(std::string, std::string, std::int64_t)> ovs_vlan_config{
    "ovs_vlan_config",
    {"action", "interface", "vlanid"},
    k32,
    Effect::kMutates,
    "Creates (add) or deletes (remove) the interface of VLAN 2 to 4095 above a NIC or bond."};

}  // namespace trestle::ovm3::api::network

#endif  // TRESTLE_OBJECTS_OVM3_API_NETWORK_H_
