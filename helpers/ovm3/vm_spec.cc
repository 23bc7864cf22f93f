// SPDX-License-Identifier: Apache-2.0
#include "helpers/ovm3/vm_spec.h"

#include <algorithm>
#include <array>
#include <utility>

namespace trestle::ovm3 {
namespace {

/// Keys that say how a guest boots and what it sees; all else is this VM's own.
constexpr std::array<std::string_view, 27> kInherited = {"OVM_domain_type",
                                                         "OVM_os_type",
                                                         "OVM_cpu_compat_group",
                                                         "guest_os_type",
                                                         "builder",
                                                         "boot",
                                                         "bootloader",
                                                         "bootargs",
                                                         "kernel",
                                                         "ramdisk",
                                                         "extra",
                                                         "root",
                                                         "device_model",
                                                         "serial",
                                                         "keymap",
                                                         "usb",
                                                         "usbdevice",
                                                         "acpi",
                                                         "apic",
                                                         "pae",
                                                         "hap",
                                                         "hpet",
                                                         "localtime",
                                                         "timer_mode",
                                                         "tsc_mode",
                                                         "viridian",
                                                         "xen_platform_pci"};

/// xend's own key of a VIF; the driver domain keeps to it (known defect 112: rates were ignored).
void set_rate(VifConfig& vif, std::optional<std::uint32_t> mbps) {
  if (!mbps) return;  // what an admin has set stays
  constexpr const char* kKey = "rate";
  std::erase_if(vif.others, [&](const TextPair& pair) { return pair.name == kKey; });
  vif.others.push_back({.name = kKey, .value = std::to_string(*mbps) + "Mb/s"});
}

}  // namespace

VmConfig inherited(const VmConfig& of_template) {
  VmConfig config;
  for (const Member& member : of_template.members()) {
    if (std::ranges::find(kInherited, member.name) != kInherited.end()) {
      config = config.with(member.name, member.value);
    }
  }
  return config;
}

std::string adapter_type(std::string_view domain_type) {
  if (domain_type == kEmulated) return "ioemu";
  return domain_type == kEmulatedWithDrivers ? "netfront" : "";
}

std::vector<VifConfig> vifs_of(const std::vector<NicSpec>& nics,
                               const std::vector<std::string>& bridges,
                               const std::vector<VifConfig>& before) {
  std::vector<VifConfig> vifs;
  for (std::size_t i = 0; i < nics.size() && i < bridges.size(); ++i) {
    VifConfig vif;
    const auto known = std::ranges::find_if(
        before, [&](const VifConfig& old) { return same_mac(old.mac, nics[i].mac); });
    if (known != before.end()) vif = *known;
    vif.mac = nics[i].mac;
    vif.bridge = bridges[i];
    set_rate(vif, nics[i].rate_mbps);
    if (!nics[i].type.empty()) vif.type = nics[i].type;
    if (!nics[i].model.empty()) vif.model = nics[i].model;
    vifs.push_back(std::move(vif));
  }
  return vifs;
}

Result<VmConfig> config_of(const VmSpec& spec, const VmConfig& of_template, const VmId& id,
                           const std::vector<DiskConfig>& disks,
                           const std::vector<std::string>& bridges) {
  const auto memory = static_cast<std::int64_t>(spec.memory.count);
  VmConfig config = inherited(of_template);
  config = config.with("name", spec.vm.name).with("OVM_simple_name", spec.vm.name);
  const auto most = static_cast<std::int64_t>(spec.max_memory.value_or(spec.memory).count);
  config = config.with("memory", memory).with("maxmem", most);
  config = config.with("vcpus", spec.vcpus).with("maxvcpus", spec.max_vcpus.value_or(spec.vcpus));
  if (!spec.domain_type.empty() && config.domain_type() != spec.domain_type) {
    // Another way to boot: what the template says of the old one does not fit.
    for (const auto key : {"builder", "boot", "bootloader", "bootargs", "kernel", "device_model"}) {
      config = config.without(key);
    }
    config = config.with("OVM_domain_type", spec.domain_type);
  }
  // Any system boots on an emulated machine; paravirtual ones need a kernel that knows how.
  config = or_else(config, "OVM_domain_type", kEmulated);
  if (spec.iso) config = config.without("boot");
  if (!spec.os_type.empty()) config = config.with("OVM_os_type", spec.os_type);
  if (is_hvm(config) && spec.nics.size() > kMostEmulatedNics) {
    return fail(Code::kResourceExhausted,
                spec.vm.name + " wants " + std::to_string(spec.nics.size()) +
                    " NICs; an emulated VM has room for " + std::to_string(kMostEmulatedNics));
  }
  TRESTLE_ASSIGN_OR_RETURN(
      config, with_usual_values(std::move(config), id, spec.vnc, spec.iso.has_value()));
  TRESTLE_ASSIGN_OR_RETURN(config, config.with_disks(disks));
  return config.with_vifs(vifs_of(spec.nics, bridges, {}));
}

}  // namespace trestle::ovm3
