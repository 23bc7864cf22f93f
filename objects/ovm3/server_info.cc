// SPDX-License-Identifier: Apache-2.0
#include "objects/ovm3/server_info.h"

#include <charconv>
#include <utility>

#include "objects/ovm3/describe.h"
#include "objects/ovm3/text_number.h"
#include "objects/ovm3/xml_document.h"

namespace trestle::ovm3 {
namespace {

/// Takes a number off the front of `text`.
std::optional<std::uint32_t> leading_number(std::string_view& text) {
  std::uint32_t number = 0;
  const auto [stop, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc()) return std::nullopt;
  text.remove_prefix(static_cast<std::size_t>(stop - text.data()));
  return number;
}

template <class Tag>
Result<std::optional<Id<Tag>>> id_of(XmlElement parent, std::string_view name) {
  const auto text = parent.text_of(name);
  if (!text) return std::optional<Id<Tag>>();
  Result<Id<Tag>> id = Id<Tag>::from_name(*text);
  // Without the text itself: it may hold anything, line breaks too.
  if (!id) return fail(Code::kBadReply, std::string(name) + " is not a usable identifier");
  return std::optional<Id<Tag>>(*std::move(id));
}

HypervisorBuild read_hypervisor(XmlElement vmm) {
  HypervisorBuild build;
  const XmlElement version = vmm.child("Version");
  const auto major = version.text_of("Major");
  const auto minor = version.text_of("Minor");
  if (major && minor) {
    build.version = *major + "." + *minor + version.text_of("Extra").value_or("");
  }
  const XmlElement compiled = vmm.child("Compile_Information");
  build.compiler = compiled.text_of("Compiler");
  build.compiled_by = compiled.text_of("By");
  build.compiled_at = compiled.text_of("Domain");
  build.compiled_when = compiled.text_of("Date");
  build.capabilities = split(vmm.child("Capabilities").text(), ' ');
  return build;
}

Capability read_capability(const std::string& text) {
  // Numbers first: HVM_MAX_VNICS may be 1, and no flag was ever seen as a digit here.
  if (const auto number = to_integer(text)) return *number;
  if (const auto flag = to_flag(text)) return *flag;
  return text;
}

void read_system(XmlElement server, ServerInfo& info) {
  info.unique_id = server.text_of("Unique_Id");
  if (const auto seconds = server.integer_of("Boot_Time")) {
    info.boot_time = std::chrono::sys_seconds(std::chrono::seconds(*seconds));
  }
  info.time_zone = server.child("Date_Time").text_of("Time_Zone");
  info.utc = server.child("Date_Time").flag_of("UTC");
  info.ntp_local_time_source = server.child("NTP").flag_of("Local_Time_Source");
  info.ntp_running = server.child("NTP").flag_of("Is_NTP_Running");
  info.agent_version = server.text_of("Agent_Version");
  info.rpm_version = server.text_of("RPM_Version");
  info.ovm_version = server.text_of("OVM_Version");
  if (info.ovm_version) info.release = Release::parse(*info.ovm_version);
  info.cpu_type = server.text_of("CPU_Type");
  info.os_type = server.text_of("OS_Type");
  info.os_name = server.text_of("OS_Name");
  info.os_major_version = server.unsigned_of("OS_Major_Version");
  info.os_minor_version = server.unsigned_of("OS_Minor_Version");
  info.hypervisor_type = server.text_of("Hypervisor_Type");
  info.hypervisor_name = server.text_of("Hypervisor_Name");
  info.hypervisor = read_hypervisor(server.child("VMM"));
  info.kernel_release = server.text_of("Host_Kernel_Release");
  info.kernel_version = server.text_of("Host_Kernel_Version");
}

void read_membership(XmlElement server, ServerInfo& info) {
  info.hostname = server.text_of("Hostname");
  info.registered_ip = server.text_of("Registered_IP");
  info.node_number = server.unsigned_of("Node_Number");
  info.roles = split(server.text_of("Server_Roles").value_or(""), ',');
  info.is_current_master = server.flag_of("Is_Current_Master");
  info.master_virtual_ip = server.text_of("Master_Virtual_Ip");
  info.manager_core_api_version = server.text_of("Manager_Core_API_Version");
  info.membership_state = server.text_of("Membership_State");
  info.cluster_state = server.text_of("Cluster_State");
  if (const auto seconds = server.child("Statistic").integer_of("Interval")) {
    info.statistic_interval = std::chrono::seconds(*seconds);
  }
  info.exports = server.text_of("Exports");
}

Value describe(const Capability& capability) {
  return std::visit([](const auto& content) { return Value(content); }, capability);
}

}  // namespace

std::optional<Release> Release::parse(std::string_view ovm_version) {
  std::string_view text = trimmed(ovm_version);
  const auto line = leading_number(text);
  if (!line || text.empty() || text.front() != '.') return std::nullopt;
  text.remove_prefix(1);
  const auto update = leading_number(text);
  if (!update) return std::nullopt;
  return Release{*line, *update};
}

std::string to_string(const Release& release) {
  return std::to_string(release.line) + "." + std::to_string(release.update);
}

Membership ServerInfo::membership() const {
  if (membership_state == "Unowned") return Membership::kUnowned;
  if (membership_state == "Owned") return Membership::kOwned;
  if (membership_state == "Pooled") return Membership::kPooled;
  return Membership::kUnknown;
}

std::optional<bool> ServerInfo::can(std::string_view capability) const {
  const auto found = capabilities.find(capability);
  if (found == capabilities.end()) return std::nullopt;
  const auto* const flag = std::get_if<bool>(&found->second);
  return flag != nullptr ? std::optional<bool>(*flag) : std::nullopt;
}

std::optional<std::int64_t> ServerInfo::limit(std::string_view capability) const {
  const auto found = capabilities.find(capability);
  if (found == capabilities.end()) return std::nullopt;
  const auto* const number = std::get_if<std::int64_t>(&found->second);
  return number != nullptr ? std::optional<std::int64_t>(*number) : std::nullopt;
}

std::optional<Bytes> ServerInfo::vm_memory_alignment() const {
  const auto count = limit("VM_MEMORY_ALIGNMENT");
  if (!count || *count < 0) return std::nullopt;
  return Bytes{static_cast<std::uint64_t>(*count)};
}

Result<ServerInfo> read_server_info(ValueView reply) {
  constexpr std::string_view kRoot = "Discover_Server_Result";
  TRESTLE_ASSIGN_OR_RETURN(const XmlDocument document, XmlDocument::parse(reply, kRoot));
  const XmlElement server = document.root().child("Server");
  if (!server) {
    return fail(Code::kBadReply, std::string(kRoot) + " has no Server element");
  }
  ServerInfo info;
  read_system(server, info);
  TRESTLE_ASSIGN_OR_RETURN(info.pool_id, id_of<PoolTag>(server, "Pool_Unique_Id"));
  TRESTLE_ASSIGN_OR_RETURN(info.manager_id, id_of<ManagerTag>(server, "Manager_Unique_Id"));
  read_membership(server, info);
  for (const XmlElement entry : server.child("Capabilities").children()) {
    const std::string text = entry.text();
    if (present(text)) info.capabilities.emplace(entry.name(), read_capability(text));
  }
  return info;
}

Value describe(const Release& release) { return to_string(release); }

Value describe(const ServerInfo& server) {
  Struct capabilities;
  for (const auto& [name, value] : server.capabilities) {
    capabilities.push_back({name, describe(value)});
  }
  return Struct{
      {"unique_id", describe(server.unique_id)},
      {"boot_time", describe(server.boot_time)},
      {"time_zone", describe(server.time_zone)},
      {"utc", describe(server.utc)},
      {"ntp_local_time_source", describe(server.ntp_local_time_source)},
      {"ntp_running", describe(server.ntp_running)},
      {"agent_version", describe(server.agent_version)},
      {"rpm_version", describe(server.rpm_version)},
      {"ovm_version", describe(server.ovm_version)},
      {"release", describe(server.release)},
      {"cpu_type", describe(server.cpu_type)},
      {"os_type", describe(server.os_type)},
      {"os_name", describe(server.os_name)},
      {"os_major_version", describe(server.os_major_version)},
      {"os_minor_version", describe(server.os_minor_version)},
      {"hypervisor_type", describe(server.hypervisor_type)},
      {"hypervisor_name", describe(server.hypervisor_name)},
      {"hypervisor_version", describe(server.hypervisor.version)},
      {"vmm_capabilities", describe(server.hypervisor.capabilities)},
      {"vmm_compiler", describe(server.hypervisor.compiler)},
      {"vmm_compiled_by", describe(server.hypervisor.compiled_by)},
      {"vmm_compiled_at", describe(server.hypervisor.compiled_at)},
      {"vmm_compiled_when", describe(server.hypervisor.compiled_when)},
      {"host_kernel_release", describe(server.kernel_release)},
      {"host_kernel_version", describe(server.kernel_version)},
      {"pool_unique_id", describe(server.pool_id)},
      {"manager_unique_id", describe(server.manager_id)},
      {"hostname", describe(server.hostname)},
      {"registered_ip", describe(server.registered_ip)},
      {"node_number", describe(server.node_number)},
      {"roles", describe(server.roles)},
      {"is_current_master", describe(server.is_current_master)},
      {"master_virtual_ip", describe(server.master_virtual_ip)},
      {"manager_core_api_version", describe(server.manager_core_api_version)},
      {"membership_state", describe(server.membership_state)},
      {"cluster_state", describe(server.cluster_state)},
      {"statistic_interval", describe(server.statistic_interval)},
      {"exports", describe(server.exports)},
      {"capabilities", std::move(capabilities)},
  };
}

}  // namespace trestle::ovm3
