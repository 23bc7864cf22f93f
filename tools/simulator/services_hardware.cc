// SPDX-License-Identifier: Apache-2.0
// discover_hardware, discover_storage_plugins and discover_physical_luns: documents that describe
// the machine. Element names as in the 3.2.1 recordings.
#include <string>
#include <string_view>
#include <utility>

#include "objects/ovm3/api/linux.h"
#include "objects/ovm3/api/storage_plugin.h"
#include "tools/simulator/host_services.h"
#include "tools/simulator/vm_list.h"

namespace trestle::simulator {
namespace {

constexpr std::string_view kCpuFlags =
    "fpu de tsc msr pae mce cx8 apic mca cmov clflush mmx fxsr sse sse2 ss ht syscall nx lm "
    "constant_tsc rep_good nopl pni pclmulqdq ssse3 cx16 sse4_1 sse4_2 popcnt aes f16c rdrand "
    "hypervisor lahf_lm fsgsbase erms";
constexpr std::string_view kHwCaps[] = {"0x0f8bf3ff", "0x28100800", "0x00000000", "0x00000040",
                                        "0xb19a2223", "0x00000000", "0x00000001", "0x00000281"};
/// Pages of the hypervisor are 4 KiB.
constexpr std::uint64_t kPagesPerMib = 256;
constexpr int kScsiHosts = 2;

void write_physical(DocumentWriter& out, const Host& host) {
  const Hardware& hardware = host.hardware;
  out.open("VMM").open("PhysicalInfo").leaf("ThreadsPerCore", hardware.threads_per_core);
  out.leaf("CoresPerSocket", hardware.cores_per_socket);
  out.leaf("SocketsPerNode", hardware.sockets_per_node).leaf("Nodes", hardware.nodes);
  out.leaf("CPUKHz", hardware.cpu_khz);
  out.leaf("TotalPages", static_cast<std::int64_t>(hardware.memory_mib * kPagesPerMib));
  out.leaf("FreePages", static_cast<std::int64_t>(host.free_memory_mib() * kPagesPerMib));
  out.open("HW_Caps");
  for (std::size_t i = 0; i < std::size(kHwCaps); ++i) {
    out.leaf("Item_" + std::to_string(i), kHwCaps[i]);
  }
  out.close("HW_Caps").close("PhysicalInfo").close("VMM");
}

void write_cpus(DocumentWriter& out, const Hardware& hardware) {
  const std::uint64_t cpus = std::uint64_t{hardware.nodes} * hardware.sockets_per_node *
                             hardware.cores_per_socket * hardware.threads_per_core;
  out.open("CPUInfo").open("Proc_Info");
  for (std::uint64_t i = 0; i < cpus; ++i) {
    out.open("CPU", "ID", std::to_string(i)).leaf("vendor_id", "GenuineIntel");
    out.leaf("cpu_family", "6").leaf("model", "45").leaf("model_name", hardware.cpu_model);
    out.leaf("stepping", "7").leaf("cache_size", "20480 KB").leaf("flags", kCpuFlags);
    out.close("CPU");
  }
  out.close("Proc_Info").close("CPUInfo");
}

void write_scsi_host(DocumentWriter& out, int number) {
  out.open("SCSI_Host", "Num", std::to_string(number)).leaf("Active_Mode", "Initiator");
  out.leaf("Ahci_Host_Cap2", "0").leaf("Ahci_Host_Caps", "40141f05");
  out.leaf("Ahci_Host_Version", "10000").leaf("Ahci_Port_Cmd", "1000c017");
  out.leaf("Can_Queue", "31").leaf("Cmd_Per_Lun", "1").leaf("Em_Message_Supported", "");
  out.leaf("Em_Message_Type", "0").leaf("Host_Busy", "0");
  out.leaf("Link_Power_Management_Policy", "max_performance");
  out.leaf("Proc_Name", "ahci").leaf("Prot_Capabilities", "0").leaf("Prot_Guard_Type", "0");
  out.leaf("Sg_Prot_Tablesize", "0").leaf("Sg_Tablesize", "168").leaf("State", "running");
  out.leaf("Supported_Mode", "Initiator").leaf("Uevent", "").leaf("Unique_Id", number + 1);
  out.open("SysFSDev").leaf("Broken_Parity_Status", "0").leaf("Class", "0x010601");
  out.leaf("Consistent_Dma_Mask_Bits", "32").leaf("Device", "0x2922");
  out.leaf("Dma_Mask_Bits", "32").leaf("Enable", "1").leaf("Irq", "58");
  out.leaf("Local_Cpulist", "0-1").leaf("Msi_Bus", "").leaf("Msi_Irqs", "58");
  out.leaf("Numa_Node", "-1");
  out.leaf("Subsystem_Device", "0x1100").leaf("Subsystem_Vendor", "0x1af4");
  out.leaf("Uevent", "DRIVER=ahci PCI_CLASS=10601 PCI_ID=8086:2922").leaf("Vendor", "0x8086");
  out.close("SysFSDev").close("SCSI_Host");
}

std::string initiator(const Host& host) {
  return "iqn.1988-12.com.oracle:" + derived_uuid(host.name, "iscsi").substr(24);
}

Answer discover_hardware(const Call& call) {
  const Host& host = call.host;
  DocumentWriter out(R"(<?xml version="1.0" encoding="UTF-8"?>)");
  out.open("Discover_Hardware_Result").open("NodeInformation");
  write_physical(out, host);
  write_cpus(out, host.hardware);
  out.open("IO").open("SCSI");
  for (int i = 0; i < kScsiHosts; ++i) write_scsi_host(out, i);
  out.open("ISCSI_Node").leaf("Initiatorname", initiator(host)).close("ISCSI_Node").close("SCSI");
  out.leaf("IDE", "").close("IO");
  out.raw(R"(<DMTF><SMBIOS Version="2.4.0"><MaxSize>48</MaxSize></SMBIOS>)");
  out.raw(R"(<DMI Version="2.4"><TableLength>32</TableLength><Items>3</Items><Buffer>)");
  out.raw(R"(AAAAAAAAAAAAAAAAAAAAAA==</Buffer></DMI><BIOS Type="0" Item="0" Handle="0x0">)");
  out.leaf("Vendor", "Trestle").leaf("Version", "Simulator").leaf("ReleaseDate", "01/01/2014");
  out.raw(R"(</BIOS><System Type="1" Item="1" Handle="0x100">)").leaf("UUID", host.unique_id);
  out.leaf("Manufacturer", "Trestle").leaf("ProductName", "Simulated server");
  out.raw(R"(</System><Chassis Type="3" Item="2" Handle="0x300">)").leaf("Height", "1U");
  out.leaf("Manufacturer", "Trestle").raw("</Chassis></DMTF>");
  out.close("NodeInformation").close("Discover_Hardware_Result");
  return Answer::untyped(std::move(out).finish());
}

/// The block of abilities: what a plugin can do, each as its own word.
struct Abilities {
  std::string_view online;   ///< of snapshot, clone, snapclone, resize
  std::string_view sync;     ///< of the *_is_sync words
  std::string_view names;    ///< custom names
  std::string_view backing;  ///< backing_device_type, empty = not listed
};

void write_abilities(DocumentWriter& out, const Abilities& can) {
  const bool array = can.backing.empty();
  out.open("abilities").leaf("resize_is_sync", can.sync).leaf("clone_is_sync", can.sync);
  out.leaf("access_control", "NO").leaf("custom_clone_name", can.names);
  out.leaf("require_storage_name", std::string_view(array ? "UNSUPPORTED" : "NO"));
  if (!array) {
    out.leaf("backing_device_type", can.backing);
    out.leaf("splitclone_while_open",
             std::string_view(can.online == "ONLINE" ? "NO" : "UNSUPPORTED"));
  }
  out.leaf("custom_snap_name", can.names).leaf("snapshot", can.online);
  out.leaf("splitclone", "UNSUPPORTED").leaf("snap_is_sync", can.sync);
  out.leaf("snapclone", can.online);
  out.leaf("splitclone_is_sync", std::string_view(can.online == "ONLINE" ? "NO" : "UNSUPPORTED"));
  out.leaf("clone", can.online).leaf("resize", can.online).leaf("snapclone_is_sync", can.sync);
  out.close("abilities");
}

struct FilePlugin {
  std::string_view implementation;
  std::string_view name;
  std::string_view description;
  std::string_view version;
  std::string_view filesys_type;
  std::string_view filesys_name;
  bool generic;
  bool cluster_required;
  Abilities can;
};

void write_file_plugin(DocumentWriter& out, const FilePlugin& plugin) {
  out.open("storage_plugin_info", "plugin_impl_name", plugin.implementation);
  out.leaf("fs_api_version", "1,2,7").flag("generic_plugin", plugin.generic);
  out.leaf("plugin_version", plugin.version).leaf("filesys_type", plugin.filesys_type);
  out.leaf("extended_api_version", "None").leaf("plugin_desc", plugin.description);
  out.flag("cluster_required", plugin.cluster_required).leaf("plugin_name", plugin.name);
  out.leaf("fs_extra_info_help", "None").leaf("required_api_vers", "1,2,7");
  out.leaf("file_extra_info_help", "None").leaf("ss_extra_info_help", "None");
  out.leaf("filesys_name", plugin.filesys_name).leaf("vendor_name", "Oracle");
  out.leaf("plugin_type", "ifs");
  write_abilities(out, plugin.can);
  out.close("storage_plugin_info");
}

Answer discover_storage_plugins(const Call& /*call*/) {
  DocumentWriter out;
  out.open("Discover_Storage_Plugins_Result").open("storage_plugin_info_list");
  write_file_plugin(out, {.implementation = "oracle.ocfs2.OCFS2.OCFS2Plugin",
                          .name = "Oracle OCFS2 File system",
                          .description = "Oracle OCFS2 File system Storage Connect Plugin",
                          .version = "0.1.0-38",
                          .filesys_type = "LocalFS",
                          .filesys_name = "ocfs2",
                          .generic = false,
                          .cluster_required = true,
                          .can = {"ONLINE", "YES", "YES", "DEVICE_SINGLE"}});
  out.open("storage_plugin_info", "plugin_impl_name", "oracle.generic.SCSIPlugin.GenericPlugin");
  out.leaf("storage_types", "SAN,iSCSI").flag("generic_plugin", true);
  out.leaf("plugin_version", "1.1.0").leaf("extended_api_version", "1,2,9");
  out.leaf("plugin_desc", "Oracle Storage Connect Plugin for Generic FC and iSCSI");
  out.leaf("plugin_name", "Oracle Generic SCSI Plugin").leaf("sa_api_version", "1,2,7");
  out.leaf("required_api_vers", "1,2,7").leaf("ss_extra_info_help", "None");
  out.leaf("se_extra_info_help", "None").leaf("vendor_name", "Oracle").leaf("plugin_type", "isa");
  write_abilities(out, {"UNSUPPORTED", "UNSUPPORTED", "UNSUPPORTED", ""});
  out.close("storage_plugin_info");
  write_file_plugin(out,
                    {.implementation = "oracle.generic.NFSPlugin.GenericNFSPlugin",
                     .name = "Oracle Generic Network File System",
                     .description = "Oracle Generic Network File System Storage Connect Plugin",
                     .version = "1.1.0",
                     .filesys_type = "NetworkFS",
                     .filesys_name = "NFS",
                     .generic = true,
                     .cluster_required = false,
                     .can = {"UNSUPPORTED", "UNSUPPORTED", "UNSUPPORTED", "UNSUPPORTED"}});
  out.close("storage_plugin_info_list").close("Discover_Storage_Plugins_Result");
  return Answer::text(std::move(out).finish());
}

/// Nothing is attached; the names of the elements below the root are not known from any recording.
Answer discover_physical_luns(const Call& /*call*/, const ovm3::api::Rest<std::string>&) {
  DocumentWriter out;
  out.open("Discover_Physical_Luns_Result").close("Discover_Physical_Luns_Result");
  return Answer::untyped(std::move(out).finish());
}

}  // namespace

void register_hardware(Services& services) {
  services.on(ovm3::api::linux_host::discover_hardware, discover_hardware);
  services.on(ovm3::api::linux_host::discover_physical_luns, discover_physical_luns);
  services.on(ovm3::api::storage_plugin::discover_storage_plugins, discover_storage_plugins);
}

}  // namespace trestle::simulator
