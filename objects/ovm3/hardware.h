// SPDX-License-Identifier: Apache-2.0
#ifndef TRESTLE_OBJECTS_OVM3_HARDWARE_H_
#define TRESTLE_OBJECTS_OVM3_HARDWARE_H_

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "objects/core/result.h"
#include "objects/core/units.h"
#include "objects/wire/reply.h"
#include "objects/wire/value.h"

namespace trestle::ovm3 {

/// One logical CPU as the kernel of dom0 sees it.
struct CpuInfo {
  std::optional<std::uint64_t> id;
  std::optional<std::string> vendor;
  std::optional<std::string> family;
  std::optional<std::string> model;
  std::optional<std::string> model_name;
  std::optional<std::string> stepping;
  std::optional<Bytes> cache;
  std::vector<std::string> flags;
  friend bool operator==(const CpuInfo&, const CpuInfo&) = default;
};

struct ScsiHost {
  std::optional<std::uint64_t> num;
  std::optional<std::string> driver;
  std::optional<std::string> state;
  std::optional<std::string> unique_id;
  std::optional<std::string> active_mode;
  std::optional<std::string> supported_mode;
  std::optional<std::string> pci_vendor;  ///< "0x8086"
  std::optional<std::string> pci_device;
  std::optional<std::string> pci_class;
  std::optional<std::uint64_t> irq;
  friend bool operator==(const ScsiHost&, const ScsiHost&) = default;
};

/// What the firmware says (element DMTF).
struct Firmware {
  std::optional<std::string> smbios_version;
  std::optional<std::string> bios_vendor;
  std::optional<std::string> bios_version;
  std::optional<std::string> bios_release_date;
  std::optional<std::string> system_uuid;  ///< 16 bytes with colons: the server's Unique_Id
  std::optional<std::string> system_manufacturer;
  std::optional<std::string> system_product;
  std::optional<std::string> chassis_manufacturer;
  std::optional<std::string> chassis_height;
  std::optional<std::string> dmi_version;
  std::optional<std::uint64_t> dmi_table_length;  ///< bytes, decoded
  std::optional<std::uint64_t> dmi_items;
  std::optional<std::string> dmi_buffer;  ///< the table, base64 as it came
  friend bool operator==(const Firmware&, const Firmware&) = default;
};

/// What discover_hardware tells. Source: recordings/ovm-3.2.1/discover_hardware.xml.
struct HardwareInfo {
  std::optional<std::uint64_t> threads_per_core;
  std::optional<std::uint64_t> cores_per_socket;
  std::optional<std::uint64_t> sockets_per_node;
  std::optional<std::uint64_t> nodes;
  std::optional<KiloHertz> cpu_clock;  ///< of one CPU
  std::optional<Pages> total_pages;
  std::optional<Pages> free_pages;
  std::vector<std::string> hw_caps;  ///< CPU capability words, Item_0 first
  std::vector<CpuInfo> cpus;
  std::vector<ScsiHost> scsi_hosts;
  std::optional<std::string> iscsi_initiator;
  Firmware firmware;

  /// Nodes x SocketsPerNode x CoresPerSocket x ThreadsPerCore (known defect 28: nodes count too);
  /// absent if one of them is.
  [[nodiscard]] std::optional<std::uint64_t> threads() const;
  [[nodiscard]] std::optional<Bytes> memory() const;
  [[nodiscard]] std::optional<Bytes> free_memory() const;

  friend bool operator==(const HardwareInfo&, const HardwareInfo&) = default;
};

/// Reads a Discover_Hardware_Result. Errors: kBadReply if it is no such document or has no
/// NodeInformation; those of XmlDocument::parse.
[[nodiscard]] Result<HardwareInfo> read_hardware(ValueView reply);

[[nodiscard]] Value describe(const CpuInfo& cpu);
[[nodiscard]] Value describe(const ScsiHost& host);
[[nodiscard]] Value describe(const HardwareInfo& hardware);

}  // namespace trestle::ovm3

#endif  // TRESTLE_OBJECTS_OVM3_HARDWARE_H_
