// SPDX-License-Identifier: Apache-2.0
#include <string>
#include <string_view>

#include "objects/ovm3/api/linux.h"
#include "tools/simulator/host_services.h"
#include "tools/simulator/services.h"

namespace trestle::simulator {
namespace {

namespace linux_host = ovm3::api::linux_host;

void write_capabilities(DocumentWriter& out) {
  constexpr std::string_view kTrue[] = {"ISCSI", "BOND_MODE_LINK_AGGREGATION", "POWER_ON_WOL",
                                        "ALL_VM_CPU_OVERSUBSCRIBE"};
  out.open("Capabilities");
  for (const std::string_view name : kTrue) out.flag(name, true);
  out.leaf("HVM_MAX_VNICS", 8);
  out.flag("FIBRE_CHANNEL", true).leaf("MAX_CONCURRENT_MIGRATION_OUT", 1);
  out.flag("LOCAL_STORAGE_ELEMENT", true).flag("CLUSTERS", true);
  out.flag("CONCURRENT_MIGRATION", false).leaf("VM_MEMORY_ALIGNMENT", 1'048'576);
  out.flag("MIGRATION_SETUP", false).flag("PER_VM_CPU_OVERSUBSCRIBE", true);
  out.flag("BOND_MODE_ACTIVE_BACKUP", true).flag("NFS", true).flag("VM_VNC_CONSOLE", true);
  out.flag("MTU_CONFIGURATION", true).flag("HIGH_AVAILABILITY", true);
  out.leaf("MAX_CONCURRENT_MIGRATION_IN", 1).flag("VM_SERIAL_CONSOLE", true);
  out.flag("BOND_MODE_ADAPTIVE_LOAD_BALANCING", true).flag("VM_SUSPEND", true);
  out.flag("YUM_PACKAGE_MANAGEMENT", true).close("Capabilities");
}

void write_software(DocumentWriter& out, const Host& host) {
  const ReleaseProfile& release = profile(host.release);
  out.leaf("Agent_Version", release.agent_version).leaf("RPM_Version", release.agent_version);
  out.leaf("OVM_Version", release.ovm_version).leaf("CPU_Type", "x86_64");
  out.leaf("OS_Type", "Linux").leaf("OS_Name", "Oracle VM Server");
  out.leaf("OS_Major_Version", release.os_major).leaf("OS_Minor_Version", release.os_minor);
  out.leaf("Hypervisor_Type", "xen").leaf("Hypervisor_Name", "Xen");
  out.leaf("Host_Kernel_Release", release.kernel_release);
  out.leaf("Host_Kernel_Version", release.kernel_version);
  out.open("VMM").open("Version").leaf("Major", "4").leaf("Minor", release.xen_minor);
  out.leaf("Extra", release.xen_extra).close("Version").open("Compile_Information");
  out.leaf("Compiler", "gcc version 4.1.2 20080704 (Red Hat 4.1.2-48)").leaf("By", "mockbuild");
  out.leaf("Domain", "us.oracle.com").leaf("Date", "Wed Dec  5 09:11:29 PST 2012");
  out.close("Compile_Information").leaf("Capabilities", "xen-3.0-x86_64 xen-3.0-x86_32p");
  out.close("VMM");
}

void write_membership(DocumentWriter& out, const Host& host) {
  out.leaf("Pool_Unique_Id", host.pool ? std::string_view(host.pool->uuid) : "none");
  out.leaf("Manager_Unique_Id",
           host.owned() ? std::string_view(host.ownership.manager_uuid) : "none");
  out.leaf("Hostname", host.name);
  if (host.pool) {
    out.leaf("Registered_IP", host.address).leaf("Node_Number", host.pool->node_number);
    out.leaf("Server_Roles", host.roles);
    out.leaf("Is_Current_Master", std::string_view(host.is_master() ? "true" : "false"));
    out.leaf("Master_Virtual_Ip", host.pool->virtual_ip);
  } else {
    out.leaf("Registered_IP", host.address).leaf("Server_Roles", host.roles);
  }
  out.leaf("Manager_Core_API_Version", profile(host.release).manager_core_api);
  out.leaf("Membership_State", std::string_view(host.pool      ? "Pooled"
                                                : host.owned() ? "Owned"
                                                               : "Unowned"));
  out.leaf("Cluster_State",
           std::string_view(host.cluster && host.cluster->online ? "Online" : "Offline"));
}

Answer discover_server(const Call& call) {
  const Host& host = call.host;
  DocumentWriter out;
  out.open("Discover_Server_Result").open("Server").leaf("Unique_Id", host.unique_id);
  out.leaf("Boot_Time", seconds_of(host.booted)).open("Date_Time").leaf("Time_Zone", host.timezone);
  out.flag("UTC", host.clock_is_utc).close("Date_Time").open("NTP");
  out.flag("Local_Time_Source", host.ntp.local_time_source);
  out.flag("Is_NTP_Running", host.ntp.running).close("NTP");
  write_software(out, host);
  write_membership(out, host);
  out.open("Statistic").leaf("Interval", host.statistic_interval).close("Statistic");
  out.empty("Exports");
  write_capabilities(out);
  out.close("Server").close("Discover_Server_Result");
  return Answer::untyped(std::move(out).finish());
}

}  // namespace

void register_host(Services& services) {
  services.on(linux_host::discover_server, discover_server);
  register_hardware(services);
  register_host_settings(services);
  register_copy_file(services);
}

}  // namespace trestle::simulator
