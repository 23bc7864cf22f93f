// SPDX-License-Identifier: Apache-2.0
#include "objects/ovm3/hardware.h"

#include <array>
#include <limits>
#include <string_view>
#include <utility>

#include "objects/ovm3/describe.h"
#include "objects/ovm3/text_number.h"
#include "objects/ovm3/xml_document.h"

namespace trestle::ovm3 {
namespace {

constexpr std::uint64_t kMostCount = std::numeric_limits<std::uint64_t>::max();

std::optional<std::uint64_t> times(std::optional<std::uint64_t> a, std::optional<std::uint64_t> b) {
  if (!a || !b || (*a != 0 && *b > kMostCount / *a)) return std::nullopt;
  return *a * *b;
}

std::optional<Pages> pages_of(XmlElement parent, std::string_view name) {
  const auto count = parent.unsigned_of(name);
  // A number whose bytes do not fit is not a number of pages.
  if (!count || *count > kMostCount / Pages::kPageBytes) return std::nullopt;
  return Pages{*count};
}

/// "4096 KB", as the kernel prints cache sizes.
std::optional<Bytes> kilobytes(std::string_view text) {
  constexpr std::string_view kUnit = "KB";
  constexpr std::uint64_t kBytesPerUnit = 1024;
  text = trimmed(text);
  if (!text.ends_with(kUnit)) return std::nullopt;
  const auto bytes = times(to_unsigned(text.substr(0, text.size() - kUnit.size())), kBytesPerUnit);
  return bytes ? std::optional<Bytes>(Bytes{*bytes}) : std::nullopt;
}

CpuInfo read_cpu(XmlElement cpu) {
  return {.id = to_unsigned(cpu.attribute("ID").value_or("")),
          .vendor = cpu.text_of("vendor_id"),
          .family = cpu.text_of("cpu_family"),
          .model = cpu.text_of("model"),
          .model_name = cpu.text_of("model_name"),
          .stepping = cpu.text_of("stepping"),
          .cache = kilobytes(cpu.child("cache_size").text()),
          .flags = split(cpu.child("flags").text(), ' ')};
}

ScsiHost read_scsi_host(XmlElement host) {
  const XmlElement device = host.child("SysFSDev");
  return {.num = to_unsigned(host.attribute("Num").value_or("")),
          .driver = host.text_of("Proc_Name"),
          .state = host.text_of("State"),
          .unique_id = host.text_of("Unique_Id"),
          .active_mode = host.text_of("Active_Mode"),
          .supported_mode = host.text_of("Supported_Mode"),
          .pci_vendor = device.text_of("Vendor"),
          .pci_device = device.text_of("Device"),
          .pci_class = device.text_of("Class"),
          .irq = device.unsigned_of("Irq")};
}

std::optional<std::string> attribute_of(XmlElement element, std::string_view name) {
  const auto text = element.attribute(name);
  return text && present(*text) ? text : std::nullopt;
}

Firmware read_firmware(XmlElement dmtf) {
  const XmlElement dmi = dmtf.child("DMI");
  const XmlElement bios = dmtf.child("BIOS");
  const XmlElement system = dmtf.child("System");
  const XmlElement chassis = dmtf.child("Chassis");
  return {.smbios_version = attribute_of(dmtf.child("SMBIOS"), "Version"),
          .bios_vendor = bios.text_of("Vendor"),
          .bios_version = bios.text_of("Version"),
          .bios_release_date = bios.text_of("ReleaseDate"),
          .system_uuid = system.text_of("UUID"),
          .system_manufacturer = system.text_of("Manufacturer"),
          .system_product = system.text_of("ProductName"),
          .chassis_manufacturer = chassis.text_of("Manufacturer"),
          .chassis_height = chassis.text_of("Height"),
          .dmi_version = attribute_of(dmi, "Version"),
          .dmi_table_length = dmi.unsigned_of("TableLength"),
          .dmi_items = dmi.unsigned_of("Items"),
          .dmi_buffer = dmi.text_of("Buffer")};
}

/// By number, because the agent builds the document from a dictionary that has no order.
std::vector<std::string> read_hw_caps(XmlElement caps) {
  std::vector<std::string> words;
  for (std::size_t i = 0;; ++i) {
    const XmlElement item = caps.child("Item_" + std::to_string(i));
    if (!item) return words;
    words.push_back(item.text());
  }
}

}  // namespace

std::optional<std::uint64_t> HardwareInfo::threads() const {
  return times(times(nodes, sockets_per_node), times(cores_per_socket, threads_per_core));
}

std::optional<Bytes> HardwareInfo::memory() const {
  return total_pages ? std::optional<Bytes>(total_pages->bytes()) : std::nullopt;
}

std::optional<Bytes> HardwareInfo::free_memory() const {
  return free_pages ? std::optional<Bytes>(free_pages->bytes()) : std::nullopt;
}

Result<HardwareInfo> read_hardware(ValueView reply) {
  constexpr std::string_view kRoot = "Discover_Hardware_Result";
  TRESTLE_ASSIGN_OR_RETURN(const XmlDocument document, XmlDocument::parse(reply, kRoot));
  const XmlElement node = document.root().child("NodeInformation");
  if (!node) return fail(Code::kBadReply, std::string(kRoot) + " has no NodeInformation element");
  const XmlElement physical = node.child("VMM").child("PhysicalInfo");
  const XmlElement scsi = node.child("IO").child("SCSI");
  HardwareInfo hardware;
  hardware.threads_per_core = physical.unsigned_of("ThreadsPerCore");
  hardware.cores_per_socket = physical.unsigned_of("CoresPerSocket");
  hardware.sockets_per_node = physical.unsigned_of("SocketsPerNode");
  hardware.nodes = physical.unsigned_of("Nodes");
  if (const auto rate = physical.unsigned_of("CPUKHz")) hardware.cpu_clock = KiloHertz{*rate};
  hardware.total_pages = pages_of(physical, "TotalPages");
  hardware.free_pages = pages_of(physical, "FreePages");
  hardware.hw_caps = read_hw_caps(physical.child("HW_Caps"));
  for (const XmlElement cpu : node.child("CPUInfo").child("Proc_Info").children("CPU")) {
    hardware.cpus.push_back(read_cpu(cpu));
  }
  for (const XmlElement host : scsi.children("SCSI_Host")) {
    hardware.scsi_hosts.push_back(read_scsi_host(host));
  }
  hardware.iscsi_initiator = scsi.child("ISCSI_Node").text_of("Initiatorname");
  hardware.firmware = read_firmware(node.child("DMTF"));
  return hardware;
}

Value describe(const CpuInfo& cpu) {
  return Struct{{"id", describe(cpu.id)},
                {"vendor", describe(cpu.vendor)},
                {"family", describe(cpu.family)},
                {"model", describe(cpu.model)},
                {"model_name", describe(cpu.model_name)},
                {"stepping", describe(cpu.stepping)},
                {"cache_bytes", describe(cpu.cache)},
                {"flags", describe(cpu.flags)},
                {"flag_count", describe(cpu.flags.size())}};
}

Value describe(const ScsiHost& host) {
  return Struct{{"num", describe(host.num)},
                {"driver", describe(host.driver)},
                {"state", describe(host.state)},
                {"unique_id", describe(host.unique_id)},
                {"active_mode", describe(host.active_mode)},
                {"supported_mode", describe(host.supported_mode)},
                {"pci_vendor", describe(host.pci_vendor)},
                {"pci_device", describe(host.pci_device)},
                {"pci_class", describe(host.pci_class)},
                {"irq", describe(host.irq)}};
}

Value describe(const HardwareInfo& hardware) {
  const Firmware& firmware = hardware.firmware;
  std::optional<std::uint64_t> dmi_buffer_length;
  if (firmware.dmi_buffer) dmi_buffer_length = firmware.dmi_buffer->size();
  return Struct{
      {"threads", describe(hardware.threads())},
      {"threads_per_core", describe(hardware.threads_per_core)},
      {"cores_per_socket", describe(hardware.cores_per_socket)},
      {"sockets_per_node", describe(hardware.sockets_per_node)},
      {"nodes", describe(hardware.nodes)},
      {"cpu_khz", describe(hardware.cpu_clock)},
      {"total_pages", describe(hardware.total_pages)},
      {"free_pages", describe(hardware.free_pages)},
      {"memory_bytes", describe(hardware.memory())},
      {"free_memory_bytes", describe(hardware.free_memory())},
      {"hw_caps", describe(hardware.hw_caps)},
      {"cpus", describe(hardware.cpus)},
      {"scsi_hosts", describe(hardware.scsi_hosts)},
      {"iscsi_initiator", describe(hardware.iscsi_initiator)},
      {"smbios_version", describe(firmware.smbios_version)},
      {"bios_vendor", describe(firmware.bios_vendor)},
      {"bios_version", describe(firmware.bios_version)},
      {"bios_release_date", describe(firmware.bios_release_date)},
      {"system_uuid", describe(firmware.system_uuid)},
      {"system_manufacturer", describe(firmware.system_manufacturer)},
      {"system_product", describe(firmware.system_product)},
      {"chassis_manufacturer", describe(firmware.chassis_manufacturer)},
      {"chassis_height", describe(firmware.chassis_height)},
      {"dmi_version", describe(firmware.dmi_version)},
      {"dmi_table_length", describe(firmware.dmi_table_length)},
      {"dmi_items", describe(firmware.dmi_items)},
      {"dmi_buffer_length", describe(dmi_buffer_length)},
  };
}

}  // namespace trestle::ovm3
