// SPDX-License-Identifier: Apache-2.0
#include "objects/ovm3/typed.h"

#include <algorithm>
#include <array>
#include <string>
#include <utility>

#include "objects/ovm3/cluster.h"
#include "objects/ovm3/describe.h"
#include "objects/ovm3/hardware.h"
#include "objects/ovm3/host_settings.h"
#include "objects/ovm3/module_reply.h"
#include "objects/ovm3/mounts.h"
#include "objects/ovm3/network.h"
#include "objects/ovm3/physical_luns.h"
#include "objects/ovm3/pool.h"
#include "objects/ovm3/pool_filesystem.h"
#include "objects/ovm3/repository_records.h"
#include "objects/ovm3/server_info.h"
#include "objects/ovm3/storage_plugin_info.h"
#include "objects/ovm3/storage_records.h"
#include "objects/ovm3/vm.h"

namespace trestle::ovm3 {
namespace {

/// Reader of a reply and `describe` of what it makes, as one function of a row.
template <auto read>
Result<Value> typed(ValueView raw) {
  TRESTLE_ASSIGN_OR_RETURN(const auto object, read(raw));
  return describe(object);
}

/// The same as one member of an object, for documents that are a list or may be nothing.
template <auto read>
Result<Value> under(std::string_view key, ValueView raw) {
  TRESTLE_ASSIGN_OR_RETURN(Value content, typed<read>(raw));
  return Value(Struct{{std::string(key), std::move(content)}});
}

/// A call whose reply carries nothing: whatever came back without a fault means done.
Result<Value> done(ValueView /*raw*/) { return Value(Nil{}); }

/// A reply that the handle hands on as it came.
Result<Value> as_it_came(ValueView raw) { return raw.to_value(); }

/// A text for people; nil if the agent sent none.
Result<Value> spoken(ValueView raw) {
  TRESTLE_ASSIGN_OR_RETURN(std::string text, read_spoken_reply(raw));
  return text.empty() ? Value(Nil{}) : Value(std::move(text));
}

Result<Value> vm_list(ValueView raw) {
  TRESTLE_ASSIGN_OR_RETURN(const auto vms, read_vms(raw));
  return describe_vms(vms);
}

/// One VM or none, in the form of the list.
Result<Value> one_vm(ValueView raw) {
  TRESTLE_ASSIGN_OR_RETURN(const auto vm, read_vm(raw));
  return describe_vms(vm ? std::vector<VmInfo>{*vm} : std::vector<VmInfo>());
}

/// With passwords: who has the body of this reply can read them there.
Result<Value> vm_config(ValueView raw) {
  TRESTLE_ASSIGN_OR_RETURN(const auto config, read_vm_config(raw));
  return config ? describe(*config, Passwords::kShow) : Value(Nil{});
}

Result<Value> vnc_port(ValueView raw) {
  TRESTLE_ASSIGN_OR_RETURN(const auto port, read_vnc_port(raw));
  return describe_vnc_port(port);
}

constexpr auto kRows = std::to_array<TypedRow>({
    // common
    {"echo", as_it_came},
    {"get_api_version", typed<read_api_levels>},
    {"sleep", done},
    // hypervisor
    {"cleanup_migration_target", done},
    {"configure_vm", done},
    {"configure_vm_ha", done},
    {"create_vm", done},
    {"delete_vm", done},
    {"get_vm_config", vm_config},
    {"list_vm", one_vm},
    {"list_vm_core", typed<read_cores>},
    {"list_vms", vm_list},
    {"migrate_vm", done},
    {"pause_vm", done},
    {"reboot_vm", done},
    {"restore_vm", done},
    {"save_vm", done},
    {"set_vm_config", done},
    {"setup_migration_target", done},
    {"start_vm", done},
    {"stop_vm", done},
    {"unpause_vm", done},
    // module
    {"add_vswitch_vlan_bridge", typed<read_vswitch_interface>},
    {"call", as_it_came},
    {"check_dom0_ip", typed<read_module_flag>},
    {"check_dom0_port", typed<read_module_flag>},
    {"check_dom0_storage_health", typed<read_module_flag>},
    {"check_dom0_storage_health_check", typed<read_heartbeat_start>},
    {"check_domr_port", typed<read_module_flag>},
    {"check_domr_ssh", typed<read_module_flag>},
    {"check_iface_ip", typed<read_module_flag>},
    {"del_vswitch_vlan_bridge", typed<read_vswitch_interface>},
    {"exec_domr", typed<read_command_result>},
    {"get_bridge_type", typed<read_bridge_type>},
    {"get_module_version", typed<read_module_text>},
    {"get_ovs_version", typed<read_module_text>},
    {"get_vncport", vnc_port},
    {"get_vswitch_interface_by_ip", typed<read_vswitch_interface>},
    {"get_vswitch_interface_by_name", typed<read_vswitch_interface>},
    {"ovs_check_file", typed<read_module_flag>},
    {"ovs_control_interface", typed<read_module_flag>},
    {"ovs_dom0_stats", typed<read_host_stats>},
    {"ovs_domU_stats", typed<read_guest_stats>},
    {"ovs_domr_upload_file", typed<read_module_flag>},
    {"ovs_mkdirs", typed<read_made_folder>},
    {"ovs_upload_file", typed<read_module_flag>},
    {"ovs_upload_ssh_key", typed<read_module_flag>},
    {"ping", typed<read_module_flag>},
    {"set_iface_ip", typed<read_module_flag>},
    // repository
    {"add_repository", done},
    {"create_repository", done},
    {"delete_repository", done},
    {"discover_repositories", typed<read_repositories>},
    {"discover_repository_db", typed<read_repository_db>},
    {"edit_repository_db", done},
    {"import_ISO", done},
    {"import_template", as_it_came},
    {"import_virtual_disk", done},
    {"mount_repository_fs", done},
    {"unmount_repository_fs", done},
    // storage plugin
    {"storage_plugin_create", typed<read_storage_file>},
    {"storage_plugin_destroy", done},
    {"storage_plugin_getAccessGroups", as_it_came},
    {"storage_plugin_getCapabilities", as_it_came},
    {"storage_plugin_getFileInfo", typed<read_storage_file>},
    {"storage_plugin_getFileSystemInfo", typed<read_file_system>},
    {"storage_plugin_getStorageNames", as_it_came},
    {"storage_plugin_getStorageServerInfo", typed<read_storage_server>},
    {"storage_plugin_listFileSystems", typed<read_file_systems>},
    {"storage_plugin_listMountPoints", typed<read_mount_points>},
    {"storage_plugin_mount", typed<read_mount_reply>},
    {"storage_plugin_unmount", done},
    // server pool and ownership
    {"create_server_pool", done},
    {"destroy_server_pool", done},
    {"discover_server_pool", typed<read_server_pool>},
    {"join_server_pool", done},
    {"leave_server_pool", done},
    {"release_ownership", done},
    {"set_pool_member_ip_list", done},
    {"set_server_pool_alias", done},
    {"take_ownership", done},
    {"update_pool_virtual_ip", done},
    {"update_server_roles", done},
    // pool file system
    {"create_pool_filesystem", done},
    {"destroy_pool_filesystem", done},
    {"discover_pool_filesystem", typed<read_pool_filesystem>},
    // cluster
    {"configure_server_for_cluster", done},
    {"create_cluster", done},
    {"deconfigure_server_for_cluster", done},
    {"destroy_cluster", done},
    {"discover_cluster", typed<read_cluster>},
    {"is_cluster_online", typed<read_cluster_online>},
    {"join_cluster", done},
    {"leave_cluster", done},
    {"update_clusterConfiguration", done},
    // host
    {"copy_file", done},
    {"disable_ntp", done},
    {"discover_hardware", typed<read_hardware>},
    {"discover_mounted_file_systems",
     [](ValueView raw) { return under<read_mounts>("mounts", raw); }},
    {"discover_physical_luns",
     [](ValueView raw) { return under<read_physical_luns>("lists", raw); }},
    {"discover_server", typed<read_server_info>},
    {"enable_ntp", done},
    {"get_datetime", typed<read_wall_clock>},
    {"get_last_boot_time", typed<read_boot_time>},
    {"get_log", typed<read_logs>},
    {"get_ntp", typed<read_ntp>},
    {"get_timezone", typed<read_time_zone>},
    {"set_datetime", done},
    {"set_ntp", done},
    {"set_statistic_interval", done},
    {"set_timezone", done},
    {"update_agent_password", done},
    // network
    {"configure_virtual_ip", done},
    {"deconfigure_virtual_ip", done},
    {"discover_network", typed<read_network>},
    {"ovs_bond_config", spoken},
    {"ovs_bond_mode", spoken},
    {"ovs_bond_op", spoken},
    {"ovs_br_config", spoken},
    {"ovs_change_mtu", spoken},
    {"ovs_if_meta", spoken},
    {"ovs_ip_config", spoken},
    {"ovs_local_config", spoken},
    {"ovs_vlan_bridge", spoken},
    {"ovs_vlan_config", spoken},
    // power
    {"sys_reboot", done},
    {"sys_shutdown", done},
    // storage plugins
    {"discover_storage_plugins",
     [](ValueView raw) { return under<read_storage_plugins>("plugins", raw); }},
});

}  // namespace

std::span<const TypedRow> typed_rows() { return kRows; }

Result<Value> typed_reply(std::string_view method, ValueView raw) {
  const auto* const row = std::ranges::find(kRows, method, &TypedRow::method);
  if (row == kRows.end()) {
    return fail(Code::kUnimplemented,
                "no handle types the reply of '" + std::string(method) + "'; print it raw instead");
  }
  return row->read(raw);
}

}  // namespace trestle::ovm3
