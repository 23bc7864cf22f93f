// SPDX-License-Identifier: Apache-2.0
#include "objects/ovm3/api/all.h"

#include <algorithm>
#include <array>
#include <iterator>
#include <utility>

#include "objects/wire/redact.h"

namespace trestle::ovm3::api {
namespace {

template <class... Services>
std::vector<Row> rows_of(std::string_view group, const Services&... services) {
  std::vector<Row> rows;
  rows.reserve(sizeof...(services));
  (rows.push_back(to_row(group, services)), ...);
  return rows;
}

std::vector<Row> cluster_rows() {
  using namespace cluster;
  return rows_of("cluster", configure_server_for_cluster, create_cluster,
                 deconfigure_server_for_cluster, destroy_cluster, discover_cluster,
                 is_cluster_online, join_cluster, leave_cluster, update_clusterConfiguration);
}

std::vector<Row> common_rows() {
  using namespace common;
  return rows_of("common", dispatch, echo, get_api_version, sleep);
}

std::vector<Row> linux_host_rows() {
  using namespace linux_host;
  return rows_of("host", configure_yum, copy_file, delete_yum_repo, disable_ntp, discover_hardware,
                 discover_mounted_file_systems, discover_physical_luns, discover_server, enable_ntp,
                 export_fs, get_datetime, get_last_boot_time, get_log, get_ntp, get_support_files,
                 get_timezone, get_yum_config, install_package, list_package, notify_manager,
                 ovs_async_proc, ovs_async_proc_status, ovs_async_proc_stop, ovs_download_file,
                 set_datetime, set_ntp, set_statistic_interval, set_timezone, unexport_fs,
                 uninstall_package, update_agent_password, update_core_api_bindings,
                 yum_list_package, yum_update, package_get_repositories, package_list,
                 get_system_disk_space);
}

std::vector<Row> hypervisor_rows() {
  using namespace hypervisor;
  return rows_of("hypervisor", assembly_add_file, assembly_del_file, assembly_rename_file,
                 cleanup_migration_target, configure_template, configure_vm, configure_vm_ha,
                 create_assembly, create_template, create_vm, delete_assembly, delete_template,
                 delete_vm, delete_vm_core, deploy_assembly, dump_vm_core, get_assembly_config,
                 get_assembly_config_xml, get_template_config, get_vm_config, import_assembly,
                 import_template, import_vm, list_vm, list_vm_core, list_vms, migrate_vm,
                 pack_assembly, pause_vm, reboot_vm, restore_vm, save_vm, send_to_guest,
                 set_assembly_config, set_assembly_config_xml, set_template_config, set_vm_config,
                 setup_migration_target, start_vm, stop_vm, sysrq_vm, trigger_vm,
                 unconfigure_template, unconfigure_vm, unpack_assembly, unpause_vm);
}

std::vector<Row> network_rows() {
  using namespace network;
  return rows_of("network", configure_virtual_ip, deconfigure_virtual_ip, discover_network,
                 ovs_async_bond, ovs_async_bridge, ovs_bond_config, ovs_bond_mode, ovs_bond_op,
                 ovs_br_config, ovs_change_mtu, ovs_if_meta, ovs_ip_config, ovs_local_config,
                 ovs_vlan_bridge, ovs_vlan_config);
}

std::vector<Row> pool_filesystem_rows() {
  using namespace pool_filesystem;
  return rows_of("poolfs", create_pool_filesystem, destroy_pool_filesystem,
                 discover_pool_filesystem, ocfs2_get_meta_data);
}

std::vector<Row> remote_rows() {
  using namespace remote;
  return rows_of("remote", remote_power_off, remote_power_on, sys_reboot, sys_shutdown);
}

std::vector<Row> repository_rows() {
  using namespace repository;
  return rows_of("repository", add_repository, create_repository, delete_repository,
                 discover_repositories, discover_repository_db, edit_repository_db,
                 get_repository_meta_data, import_ISO, import_virtual_disk, mount_repository_fs,
                 unmount_repository_fs);
}

std::vector<Row> server_pool_rows() {
  using namespace server_pool;
  return rows_of("serverpool", create_server_pool, destroy_server_pool, discover_server_pool,
                 join_server_pool, leave_server_pool, release_ownership, set_pool_member_ip_list,
                 set_server_pool_alias, take_ownership, update_pool_virtual_ip,
                 update_server_roles);
}

std::vector<Row> storage_plugin_rows() {
  using namespace storage_plugin;
  return rows_of(
      "storageplugin", discover_storage_plugins, storage_iSCSI_deletePortal,
      storage_iSCSI_logoutTarget, storage_plugin_addToAccessGroup, storage_plugin_clone,
      storage_plugin_cloneFromSnap, storage_plugin_create, storage_plugin_createAccessGroups,
      storage_plugin_createFileSystem, storage_plugin_createMultiSnap, storage_plugin_createSnap,
      storage_plugin_destroy, storage_plugin_destroyFileSystem, storage_plugin_deviceResize,
      storage_plugin_deviceSizeRefresh, storage_plugin_deviceTeardown, storage_plugin_discover,
      storage_plugin_getAccessGroups, storage_plugin_getCapabilities, storage_plugin_getCloneLimits,
      storage_plugin_getCurrentClones, storage_plugin_getCurrentSnaps, storage_plugin_getFileInfo,
      storage_plugin_getFileSystemCloneLimits, storage_plugin_getFileSystemInfo,
      storage_plugin_getFileSystemSnapLimits, storage_plugin_getInfo, storage_plugin_getQoSList,
      storage_plugin_getSnapLimits, storage_plugin_getStatus, storage_plugin_getStorageNames,
      storage_plugin_getStorageServerInfo, storage_plugin_isCloneable, storage_plugin_isRestorable,
      storage_plugin_isSnapable, storage_plugin_list, storage_plugin_listFileSystems,
      storage_plugin_listMountPoints, storage_plugin_mount, storage_plugin_offline,
      storage_plugin_online, storage_plugin_refresh, storage_plugin_remove,
      storage_plugin_removeAccessGroups, storage_plugin_removeFromAccessGroup,
      storage_plugin_renameAccessGroup, storage_plugin_resize, storage_plugin_resizeFileSystem,
      storage_plugin_setQoS, storage_plugin_snapRemove, storage_plugin_snapRestore,
      storage_plugin_splitClone, storage_plugin_start, storage_plugin_startPresent,
      storage_plugin_stop, storage_plugin_stopPresent, storage_plugin_unmount,
      storage_plugin_updateSERecords, storage_plugin_validate);
}

std::vector<Row> module_rows() {
  using namespace module;
  return rows_of("module", call, get_vncport, exec_domr, check_domr_port, check_dom0_port,
                 check_domr_ssh, check_dom0_ip, check_dom0_storage_health_check,
                 check_dom0_storage_health, ovs_domr_upload_file, ovs_control_interface, ovs_mkdirs,
                 ovs_check_file, ovs_upload_ssh_key, ovs_upload_file, ovs_dom0_stats,
                 ovs_domU_stats, get_module_version, get_ovs_version, ping, get_bridge_type,
                 get_vswitch_interface_by_ip, get_vswitch_interface_by_name, set_iface_ip,
                 check_iface_ip, add_vswitch_vlan_bridge, del_vswitch_vlan_bridge);
}

std::vector<Row> collect() {
  std::vector<Row> all;
  for (std::vector<Row>& rows :
       std::array{cluster_rows(), common_rows(), linux_host_rows(), hypervisor_rows(),
                  network_rows(), pool_filesystem_rows(), remote_rows(), repository_rows(),
                  server_pool_rows(), storage_plugin_rows(), module_rows()}) {
    std::ranges::move(rows, std::back_inserter(all));
  }
  return all;
}

std::vector<const Row*> by_name() {
  std::vector<const Row*> index;
  for (const Row& row : all_rows()) index.push_back(&row);
  std::ranges::sort(index, {}, [](const Row* row) { return row->name; });
  return index;
}

}  // namespace

const std::vector<Row>& all_rows() {
  static const std::vector<Row> rows = collect();
  return rows;
}

const std::vector<Row>& variant_rows() {
  static const std::vector<Row> rows{
      to_row("host", linux_host::update_agent_password_33),
      to_row("serverpool", server_pool::take_ownership_33),
  };
  return rows;
}

std::optional<Row> find_row(std::string_view name) {
  static const std::vector<const Row*> index = by_name();
  const auto found =
      std::ranges::lower_bound(index, name, {}, [](const Row* row) { return row->name; });
  if (found == index.end() || (*found)->name != name) return std::nullopt;
  return **found;
}

bool is_secret(std::string_view service, std::string_view parameter) {
  using Place = std::pair<std::string_view, std::string_view>;
  static constexpr std::array kPlaces{
      Place("exec_domr", "cmd"),         // commands for routers carry keys and passwords
      Place("remote_power_on", "arg2"),  // the password of a service processor
      Place("send_to_guest", "params"),  // passwords for the guest go this way
  };
  return wire::is_secret_name(parameter) ||
         std::ranges::find(kPlaces, Place(service, parameter)) != kPlaces.end();
}

}  // namespace trestle::ovm3::api
