// SPDX-License-Identifier: Apache-2.0
#ifndef TRESTLE_OBJECTS_OVM3_API_MODULE_H_
#define TRESTLE_OBJECTS_OVM3_API_MODULE_H_

#include <optional>
#include <string>

#include "objects/ovm3/api/service.h"

/// Calls of the module cloudstack.CloudStack, which the CloudStack plugin copies into the agent; a
/// host without it faults with "not supported". Its source shows names and replies, not the types
/// of arguments, so those stay open.
namespace trestle::ovm3::api::module {

inline constexpr Service<Value(Value)> call{
    "call", {"msg"}, k32 | k33, Effect::kReads, "Answers with its own argument."};

inline constexpr Service<std::string(Value)> get_vncport{
    "get_vncport",
    {"domain"},
    k32 | k33,
    Effect::kReads,
    "Tells a guest's VNC port as text, \"0\" if the name is not of CloudStack's form."};

inline constexpr Service<Struct(Value, Value, std::optional<Value>, std::optional<Value>,
                                std::optional<Value>, std::optional<Value>)>
    exec_domr{"exec_domr",
              {"host", "cmd", "timeout", "username", "port", "keyfile"},
              k32 | k33,
              Effect::kMutates,
              "Runs a shell command in a system VM over SSH and answers rc, out and err."};

inline constexpr Service<bool(Value, std::optional<Value>, std::optional<Value>)> check_domr_port{
    "check_domr_port",
    {"ip", "port", "timeout"},
    k32 | k33,
    Effect::kReads,
    "Tries a TCP port of a system VM."};

inline constexpr Service<bool(Value, std::optional<Value>, std::optional<Value>)> check_dom0_port{
    "check_dom0_port",
    {"ip", "port", "timeout"},
    k32 | k33,
    Effect::kReads,
    "Tries a TCP port of another host."};

inline constexpr Service<bool(Value, std::optional<Value>, std::optional<Value>)> check_domr_ssh{
    "check_domr_ssh",
    {"ip", "port", "timeout"},
    k32 | k33,
    Effect::kReads,
    "Says whether an SSH login to a system VM works; a failed login is a fault."};

inline constexpr Service<bool(Value)> check_dom0_ip{
    "check_dom0_ip",
    {"ip"},
    k32 | k33,
    Effect::kReads,
    "Says whether this host carries an IPv4 address."};

inline constexpr Service<Array(Value, Value, Value, Value, Value)> check_dom0_storage_health_check{
    "check_dom0_storage_health_check",
    {"path", "script", "guid", "timeout", "interval"},
    k32 | k33,
    Effect::kIdempotent,
    "Starts the storage heartbeat if none runs; tells whether it ran and whether it was started."};

inline constexpr Service<bool(Value, Value, Value, Value)> check_dom0_storage_health{
    "check_dom0_storage_health",
    {"path", "script", "guid", "timeout"},
    k32 | k33,
    Effect::kReads,
    "Says whether the heartbeat of host guid is younger than timeout on all file systems."};

inline constexpr Service<bool(Value, Value, Value, Value)> ovs_domr_upload_file{
    "ovs_domr_upload_file",
    {"domr", "path", "file", "content"},
    k32 | k33,
    Effect::kIdempotent,
    "Writes a text into a file of a system VM; true even if that failed."};

inline constexpr Service<bool(Value, Value)> ovs_control_interface{
    "ovs_control_interface",
    {"dev", "cidr"},
    k32 | k33,
    Effect::kMutates,
    "Readies the link-local control bridge: its route, ARP, no ifcfg file."};

inline constexpr Service<Value(Value, std::optional<Value>)> ovs_mkdirs{
    "ovs_mkdirs",
    {"dir", "mode"},
    k32 | k33,
    Effect::kIdempotent,
    "Makes a folder and those above it: nil if it is new, true if it was there."};

inline constexpr Service<bool(Value)> ovs_check_file{
    "ovs_check_file",
    {"file"},
    k32 | k33,
    Effect::kReads,
    "Says whether a regular file of that name exists."};

inline constexpr Service<bool(Value, Value)> ovs_upload_ssh_key{
    "ovs_upload_ssh_key",
    {"keyfile", "content"},
    k32 | k33,
    Effect::kIdempotent,
    "Writes a key file into root's SSH folder."};

inline constexpr Service<bool(Value, Value, Value)> ovs_upload_file{
    "ovs_upload_file",
    {"path", "filename", "content"},
    k32 | k33,
    Effect::kIdempotent,
    "Writes a text into a file of the host, making its folder if need be."};

inline constexpr Service<Struct(Value)> ovs_dom0_stats{
    "ovs_dom0_stats",
    {"bridge"},
    k32 | k33,
    Effect::kReads,
    "Tells CPU use, memory and packet counters of the host as texts."};

inline constexpr Service<Struct(Value)> ovs_domU_stats{
    "ovs_domU_stats",
    {"domain"},
    k32 | k33,
    Effect::kReads,
    "Tells disk, network and CPU counters of a guest as texts."};

inline constexpr Service<std::string()> get_module_version{
    "get_module_version",
    {},
    k32 | k33,
    Effect::kReads,
    "Tells the version of the module, such as 0.1."};

inline constexpr Service<std::string()> get_ovs_version{
    "get_ovs_version",
    {},
    k32 | k33,
    Effect::kReads,
    "Tells the release of the server product, such as 3.2.1."};

inline constexpr Service<bool(Value, std::optional<Value>)> ping{
    "ping", {"host", "count"}, k32 | k33, Effect::kReads, "Tries ICMP echo to a host."};

inline constexpr Service<std::string()> get_bridge_type{
    "get_bridge_type",
    {},
    k32 | k33,
    Effect::kReads,
    "Tells the kind of virtual network the agent is set to: linuxbridge or openvswitch."};

inline constexpr Service<std::optional<Struct>(Value)> get_vswitch_interface_by_ip{
    "get_vswitch_interface_by_ip",
    {"ip"},
    k33,
    Effect::kReads,
    "Describes the interface that carries an address; nil if none does."};

inline constexpr Service<std::optional<Struct>(Value)> get_vswitch_interface_by_name{
    "get_vswitch_interface_by_name",
    {"name"},
    k32 | k33,
    Effect::kReads,
    "Describes an interface; nil if there is none of that name."};

inline constexpr Service<bool(Value, Value, Value)> set_iface_ip{
    "set_iface_ip",
    {"iface", "ip", "mask"},
    k33,
    Effect::kIdempotent,
    "Puts an address on an interface and brings it up; true if the address is there afterwards."};

inline constexpr Service<bool(Value, Value)> check_iface_ip{
    "check_iface_ip",
    {"iface", "ip"},
    k33,
    Effect::kReads,
    "Says whether this interface has that address."};

inline constexpr Service<std::optional<Struct>(Value, Value, Value)> add_vswitch_vlan_bridge{
    "add_vswitch_vlan_bridge",
    {"name", "bridge", "vlan"},
    k33,
    Effect::kIdempotent,
    "Makes a bridge for a VLAN over an Open vSwitch bridge, or describes the one there is; nil on "
    "failure."};

inline constexpr Service<std::optional<Struct>(Value)> del_vswitch_vlan_bridge{
    "del_vswitch_vlan_bridge",
    {"name"},
    k33,
    Effect::kMutates,
    "Removes such a bridge: nil if it is gone, its description if it is still there."};

}  // namespace trestle::ovm3::api::module

#endif  // TRESTLE_OBJECTS_OVM3_API_MODULE_H_
