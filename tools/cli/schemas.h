// SPDX-License-Identifier: Apache-2.0
#ifndef TRESTLE_TOOLS_CLI_SCHEMAS_H_
#define TRESTLE_TOOLS_CLI_SCHEMAS_H_

#include <string_view>

/// Shapes of --json documents that are long or used by several verbs (see Verb::schema). Objects
/// that a host fills with names of its own are {"*": ...}; "any" is left for what differs by device
/// or release, or is handed on as it came.
namespace trestle::cli {

inline constexpr std::string_view kServerSchema =
    R"({"unique_id": "text?", "boot_time": "integer?", "time_zone": "text?", "utc": )"
    R"("boolean?", "ntp_local_time_source": "boolean?", "ntp_running": "boolean?", )"
    R"("agent_version": "text?", "rpm_version": "text?", "ovm_version": "text?", "release": )"
    R"("text?", "cpu_type": "text?", "os_type": "text?", "os_name": "text?", )"
    R"("os_major_version": "integer?", "os_minor_version": "integer?", "hypervisor_type": )"
    R"("text?", "hypervisor_name": "text?", "hypervisor_version": "text?", )"
    R"("vmm_capabilities": ["text"], "vmm_compiler": "text?", "vmm_compiled_by": "text?", )"
    R"("vmm_compiled_at": "text?", "vmm_compiled_when": "text?", "host_kernel_release": )"
    R"("text?", "host_kernel_version": "text?", "pool_unique_id": "text?", )"
    R"("manager_unique_id": "text?", "hostname": "text?", "registered_ip": "text?", )"
    R"("node_number": "integer?", "roles": ["text"], "is_current_master": "boolean?", )"
    R"("master_virtual_ip": "text?", "manager_core_api_version": "text?", )"
    R"("membership_state": "text?", "cluster_state": "text?", "statistic_interval": )"
    R"("integer?", "exports": "text?", "capabilities": {"*": "any"}})";
inline constexpr std::string_view kHardwareSchema =
    R"({"threads": "integer?", "threads_per_core": "integer?", "cores_per_socket": )"
    R"("integer?", "sockets_per_node": "integer?", "nodes": "integer?", "cpu_khz": )"
    R"("integer?", "total_pages": "integer?", "free_pages": "integer?", "memory_bytes": )"
    R"("integer?", "free_memory_bytes": "integer?", "hw_caps": ["text"], "cpus": [{"id": )"
    R"("integer?", "vendor": "text?", "family": "text?", "model": "text?", "model_name": )"
    R"("text?", "stepping": "text?", "cache_bytes": "integer?", "flags": ["text"], )"
    R"("flag_count": "integer"}], "scsi_hosts": [{"num": "integer?", "driver": "text?", )"
    R"("state": "text?", "unique_id": "text?", "active_mode": "text?", "supported_mode": )"
    R"("text?", "pci_vendor": "text?", "pci_device": "text?", "pci_class": "text?", "irq": )"
    R"("integer?"}], "iscsi_initiator": "text?", "smbios_version": "text?", "bios_vendor": )"
    R"("text?", "bios_version": "text?", "bios_release_date": "text?", "system_uuid": )"
    R"("text?", "system_manufacturer": "text?", "system_product": "text?", )"
    R"("chassis_manufacturer": "text?", "chassis_height": "text?", "dmi_version": "text?", )"
    R"("dmi_table_length": "integer?", "dmi_items": "integer?", "dmi_buffer_length": )"
    R"("integer?"})";
inline constexpr std::string_view kMountSchema =
    R"([{"type": "text", "dir": "text", "device": "text?", "host": "text?", "remote_path": )"
    R"("text?", "options": ["text"], "last_path_part": "text"}])";
inline constexpr std::string_view kStoragePluginSchema =
    R"([{"impl_name": "text", "type": "text", "name": "text?", "version": "text?", )"
    R"("filesys_name": "text?", "filesys_type": "text?", "generic": "boolean?", )"
    R"("cluster_required": "boolean?", "storage_types": ["text"], "properties": {"*": )"
    R"("any"}, "abilities": {"*": "any"}}])";
inline constexpr std::string_view kNetworkSchema =
    R"({"physical": [{"name": "text", "mac": "text?", "boot_proto": "text?", "mtu": )"
    R"("integer?", "operstate": "text?", "carrier": "boolean?", "speed": "integer?", )"
    R"("duplex": "text?", "link": "text?", "slave": "boolean", "flags": ["text"], )"
    R"("wake_on_lan": "text?", "address": "text?", "netmask": "text?", "broadcast": "text?", )"
    R"("metadata": "text?", "network_kind": "text?", "network_id": "text?", "network": )"
    R"("text?", "roles": ["text"]}], "bonds": [{"name": "text", "mode": "text?", )"
    R"("primary_slave": "text?", "active_slave": "text?", "mii_status": "text?", "slaves": )"
    R"(["text"], "slave_details": [{"name": "text", "mii_status": "text?", "speed": "text?", )"
    R"("duplex": "text?", "link_failures": "integer?", "permanent_mac": "text?"}], "mac": )"
    R"("text?", "mtu": "integer?", "boot_proto": "text?", "address": "text?", "netmask": )"
    R"("text?", "broadcast": "text?", "metadata": "text?", "network_kind": "text?", )"
    R"("network_id": "text?", "network": "text?", "roles": ["text"]}], "bridges": [{"name": )"
    R"("text", "mac": "text?", "mtu": "integer?", "ports": ["text"], "local": "boolean", )"
    R"("uplink": "text?", "vlan": "integer?", "boot_proto": "text?", "address": "text?", )"
    R"("netmask": "text?", "broadcast": "text?", "metadata": "text?", "network_kind": )"
    R"("text?", "network_id": "text?", "network": "text?", "roles": ["text"]}], )"
    R"("infiniband": ["text"]})";
inline constexpr std::string_view kRepositoryRecordSchema =
    R"({"uuid": "text", "fs_location": "text?", "mount_point": "text?", "filesystem_type": )"
    R"("text?", "version": "text?", "alias": "text?", "manager_uuid": "text?", "status": )"
    R"("text?"})";
inline constexpr std::string_view kRepositoryListSchema =
    R"([{"uuid": "text", "fs_location": "text?", "mount_point": "text?", "filesystem_type": )"
    R"("text?", "version": "text?", "alias": "text?", "manager_uuid": "text?", "status": )"
    R"("text?"}])";
inline constexpr std::string_view kRepositoryContentsSchema =
    R"([{"name": "text?", "uuid": "text", "alias": "text?", "version": "text?", )"
    R"("manager_uuid": "text?", "assemblies": ["text"], "templates": {"*": ["text"]}, )"
    R"("virtual_machines": {"*": ["text"]}, "virtual_disks": ["text"], "isos": ["text"]}])";
inline constexpr std::string_view kRepositorySchema =
    R"({"record": {"uuid": "text", "fs_location": "text?", "mount_point": "text?", )"
    R"("filesystem_type": "text?", "version": "text?", "alias": "text?", "manager_uuid": )"
    R"("text?", "status": "text?"}, "contents": {"name": "text?", "uuid": "text", "alias": )"
    R"("text?", "version": "text?", "manager_uuid": "text?", "assemblies": ["text"], )"
    R"("templates": {"*": ["text"]}, "virtual_machines": {"*": ["text"]}, "virtual_disks": )"
    R"(["text"], "isos": ["text"]}})";
inline constexpr std::string_view kPollSchema =
    R"([{"url": "text", "answered": "boolean", "vms": "integer?", "running": "integer?", )"
    R"("milliseconds": "number", "error": {"?": "or null", "code": "text", "what": "text", )"
    R"("host": "text?", "service": "text?", "fault": {"?": "or null", "code": "integer", )"
    R"("class": "text?", "errno": "integer?", "text": "text"}, "cause": "any"}}])";
inline constexpr std::string_view kDeploySchema =
    R"([{"host": "text", "ok": "boolean", "changed": "boolean", "release": "text?", )"
    R"("python": "text?", "module_version": "text?", "agent_url": "text?", "agent_pin": )"
    R"("text?", "milliseconds": "integer", "steps": [{"step": "text", "outcome": "text", )"
    R"("detail": "text"}], "error": {"?": "or null", "code": "text", "what": "text", "host": )"
    R"("text?", "service": "text?", "fault": {"?": "or null", "code": "integer", "class": )"
    R"("text?", "errno": "integer?", "text": "text"}, "cause": "any"}}])";
inline constexpr std::string_view kPoolSchema =
    R"({"pool": {"?": "or null", "id": "text", "alias": "text?", "virtual_ip": "text?", )"
    R"("members": ["text"]}, "hostname": "text?", "node_number": "integer?", )"
    R"("is_current_master": "boolean?"})";
inline constexpr std::string_view kPoolShowSchema =
    R"({"pool": {"?": "or null", "id": "text", "alias": "text?", "virtual_ip": "text?", )"
    R"("members": ["text"]}, "hostname": "text?", "node_number": "integer?", )"
    R"("is_current_master": "boolean?", "pool_filesystem": {"?": "or null", "type": "text?", )"
    R"("target": "text?", "uuid": "text?", "nfsbase_uuid": "text?", "manager_uuid": "text?", )"
    R"("version": "text?", "pool_uuid": "text?"}})";
inline constexpr std::string_view kVmSchema =
    R"({"vm": "text", "name": "text", "repository": "text?", "power_state": "text", "host": )"
    R"("text", "config": {"*": "any"}, "live": {"?": "or null", "name": "text", "uuid": )"
    R"("text", "domid": "integer?", "domid_number": "integer?", "control_domain": "boolean", )"
    R"("state": "text?", "state_flags": ["text", "?"], "power_state": "text", "status": )"
    R"("integer?", "status_number": "integer?", "memory": "integer?", "maxmem": "integer?", )"
    R"("memory_mib": "integer?", "maxmem_mib": "integer?", "shadow_memory_mib": "integer?", )"
    R"("vcpus": "integer?", "vcpus_number": "integer?", "online_vcpus": "integer?", )"
    R"("online_vcpus_number": "integer?", "cpu_weight": "integer?", "cpu_cap": "integer?", )"
    R"("cpu_cap_number": "integer?", "cpu_affinity": [["integer?"]], "cpu_affinity_lengths": )"
    R"(["integer"], "cpu_time": "number?", "start_time": "number?", "builder": "text", )"
    R"("bootloader": "text", "bootloader_args": "text", "features": "text", "description": )"
    R"("text", "pool_name": "text?", "on_poweroff": "text?", "on_reboot": "text?", )"
    R"("on_crash": "text?", "on_xend_start": "text?", "on_xend_stop": "text?", "store_mfn": )"
    R"("integer?", "console_mfn": "integer?", "image": {"kernel": "text?", "device_model": )"
    R"("text?", "videoram_mib": "integer?", "tsc_mode": "integer?", "superpages": )"
    R"("integer?", "nomigrate": "boolean?", "expose_host_uuid": "boolean?", "pci": ["text"], )"
    R"("notes": {"*": "text"}}, "disks": [{"uuid": "text?", "dev": "text", "uname": "text", )"
    R"("path": "text", "cdrom": "boolean", "mode": "text?", "bootable": "boolean?", "vdi": )"
    R"("text?", "backend": "integer?", "protocol": "text?"}], "vifs": [{"uuid": "text?", )"
    R"("mac": "text", "bridge": "text", "script": "text?", "type": "text?", "model": )"
    R"("text?", "backend": "integer?"}], "vfbs": [{"uuid": "text?", "type": "text?", )"
    R"("location": {"?": "or null", "address": "text", "port": "integer"}, "vnclisten": )"
    R"("text?", "vncpasswd_set": "boolean", "vncunused": "boolean?", "vnc": "boolean?", )"
    R"("keymap": "text?", "xauthority": "text?"}], "consoles": [{"uuid": "text?", )"
    R"("protocol": "text?", "location": "text?"}], "keyboards": [{"backend": "integer?"}], )"
    R"("vnc": ["text"], "vnc_port": ["integer"], "repository_ids": ["text"]}})";
inline constexpr std::string_view kVmStatsSchema =
    R"({"name": "text", "power_state": "text", "cpu_seconds": "number?", "counters": {"?": )"
    R"("or null", "vcpus": "integer?", "cputime_seconds": "number?", "uptime_seconds": )"
    R"("number?", "rd_bytes": "integer?", "wr_bytes": "integer?", "rd_ops": "integer?", )"
    R"("wr_ops": "integer?", "rx_bytes": "integer?", "tx_bytes": "integer?"}})";
inline constexpr std::string_view kHostStatsSchema =
    R"({"threads": "integer?", "memory_bytes": "integer?", "free_memory_bytes": "integer?", )"
    R"("counters": {"?": "or null", "cpu": "number?", "free": "integer?", "total": )"
    R"("integer?", "rx": "integer?", "tx": "integer?"}})";
inline constexpr std::string_view kOwnedSchema =
    R"({"hostname": "text?", "manager_unique_id": "text?", "membership_state": "text?", )"
    R"("roles": ["text"]})";
inline constexpr std::string_view kPowerSchema =
    R"({"hostname": "text", "asked_for": "text", "answered": "boolean"})";
inline constexpr std::string_view kNtpSchema =
    R"({"servers": ["text"], "local_time_source": "boolean?", "running": "boolean?"})";
inline constexpr std::string_view kChangedDeviceSchema =
    R"({"device": "text", "present": "boolean", "said": "text", "now": "any"})";
inline constexpr std::string_view kDiskSchema =
    R"({"name": "text", "repository": "text", "path": "text", "size_bytes": "integer?", )"
    R"("on_disk_bytes": "integer?"})";
inline constexpr std::string_view kDiskListSchema =
    R"([{"name": "text", "repository": "text", "path": "text", "size_bytes": "integer?", )"
    R"("on_disk_bytes": "integer?"}])";
inline constexpr std::string_view kFileSystemSchema =
    R"({"fs_id": "text?", "access_path": "text", "mount_point": "text", "size_bytes": )"
    R"("integer?", "free_bytes": "integer?"})";

}  // namespace trestle::cli

#endif  // TRESTLE_TOOLS_CLI_SCHEMAS_H_
