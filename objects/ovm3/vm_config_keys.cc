// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <array>

#include "objects/ovm3/vm_config.h"

namespace trestle::ovm3 {
namespace {

// The key lists of the agent's own type check on 3.2.1. "pasued" is how the agent spells it.
constexpr auto kKeys = std::to_array<ConfigKey>({
    {"OVM_cpu_compat_group", ConfigType::kText},
    {"OVM_description", ConfigType::kText},
    {"OVM_domain_type", ConfigType::kText},
    {"OVM_high_availability", ConfigType::kBool},
    {"OVM_os_type", ConfigType::kText},
    {"OVM_simple_name", ConfigType::kText},
    {"access_control", ConfigType::kList},
    {"acpi", ConfigType::kInt},
    {"apic", ConfigType::kInt},
    {"blkif", ConfigType::kInt},
    {"boot", ConfigType::kText},
    {"bootargs", ConfigType::kText},
    {"bootloader", ConfigType::kText},
    {"builder", ConfigType::kText},
    {"console_autoconnect", ConfigType::kInt},
    {"cpu", ConfigType::kInt},
    {"cpu_cap", ConfigType::kInt, true},
    {"cpu_weight", ConfigType::kInt, true},
    {"cpuid", ConfigType::kList},
    {"cpuid_check", ConfigType::kList},
    {"cpus", ConfigType::kTextOrList, true},
    {"device_model", ConfigType::kText},
    {"dhcp", ConfigType::kText},
    {"disk", ConfigType::kList, true},
    {"disk_other_config", ConfigType::kList, true},
    {"display", ConfigType::kInt},
    {"expose_host_uuid", ConfigType::kInt},
    {"extra", ConfigType::kText},
    {"fda", ConfigType::kText},
    {"fdb", ConfigType::kText},
    {"features", ConfigType::kText},
    {"gateway", ConfigType::kText},
    {"guest_os_type", ConfigType::kText},
    {"hap", ConfigType::kInt},
    {"hostname", ConfigType::kText},
    {"hpet", ConfigType::kInt},
    {"interface", ConfigType::kText},
    {"ioports", ConfigType::kList},
    {"ip", ConfigType::kText},
    {"irq", ConfigType::kList},
    {"isa", ConfigType::kInt},
    {"kernel", ConfigType::kText},
    {"keymap", ConfigType::kText},
    {"loader", ConfigType::kText},
    {"localtime", ConfigType::kInt},
    {"machine_address_size", ConfigType::kInt},
    {"maxmem", ConfigType::kInt, true},
    {"maxvcpus", ConfigType::kInt},
    {"memory", ConfigType::kInt, true},
    {"monitor", ConfigType::kInt},
    {"monitor_path", ConfigType::kText},
    {"name", ConfigType::kText, true},
    {"netif", ConfigType::kInt},
    {"netmask", ConfigType::kText},
    {"nfs_root", ConfigType::kText},
    {"nfs_server", ConfigType::kText},
    {"nographic", ConfigType::kInt},
    {"nomigrate", ConfigType::kInt},
    {"on_crash", ConfigType::kText},
    {"on_poweroff", ConfigType::kText},
    {"on_reboot", ConfigType::kText},
    {"on_xend_start", ConfigType::kText},
    {"on_xend_stop", ConfigType::kText},
    {"opengl", ConfigType::kInt},
    {"pae", ConfigType::kInt},
    {"pasued", ConfigType::kInt},
    {"pci", ConfigType::kList},
    {"pci_msitranslate", ConfigType::kInt},
    {"pci_power_mgmt", ConfigType::kInt},
    {"ramdisk", ConfigType::kText},
    {"root", ConfigType::kText},
    {"rtc_timeoffset", ConfigType::kInt},
    {"s3_integrity", ConfigType::kInt},
    {"sdl", ConfigType::kInt},
    {"serial", ConfigType::kText},
    {"shadow_memory", ConfigType::kInt},
    {"soundhw", ConfigType::kText},
    {"stdvga", ConfigType::kInt},
    {"superpages", ConfigType::kInt},
    {"suppress_spurious_page_faults", ConfigType::kInt},
    {"target", ConfigType::kInt},
    {"timer_mode", ConfigType::kInt},
    {"tpmif", ConfigType::kInt},
    {"tsc_mode", ConfigType::kInt},
    {"usb", ConfigType::kInt},
    {"usbdevice", ConfigType::kText},
    {"uuid", ConfigType::kText},
    {"vcpus", ConfigType::kInt, true},
    {"vfb", ConfigType::kList},
    {"vhpt", ConfigType::kInt},
    {"videoram", ConfigType::kInt},
    {"vif", ConfigType::kList, true},
    {"vif2", ConfigType::kList},
    {"vif_other_config", ConfigType::kList, true},
    {"viridian", ConfigType::kInt},
    {"vnc", ConfigType::kInt},
    {"vncconsole", ConfigType::kInt},
    {"vncdisplay", ConfigType::kInt},
    {"vnclisten", ConfigType::kText},
    {"vncpasswd", ConfigType::kText},
    {"vncunused", ConfigType::kInt},
    {"vpt_align", ConfigType::kInt},
    {"vscsi", ConfigType::kList},
    {"vtpm", ConfigType::kList},
    {"xauthority", ConfigType::kText},
    {"xen_platform_pci", ConfigType::kInt},
});
static_assert(std::ranges::is_sorted(kKeys, {}, &ConfigKey::name));

}  // namespace

std::string_view to_string(ConfigType type) {
  switch (type) {
    case ConfigType::kInt:
      return "an integer";
    case ConfigType::kText:
      return "a text";
    case ConfigType::kList:
      return "a list";
    case ConfigType::kTextOrList:
      return "a text or a list";
    case ConfigType::kBool:
      break;
  }
  return "true or false";
}

std::span<const ConfigKey> config_keys() { return kKeys; }

const ConfigKey* find_config_key(std::string_view name) {
  const auto* const at = std::ranges::lower_bound(kKeys, name, {}, &ConfigKey::name);
  return at != kKeys.end() && at->name == name ? at : nullptr;
}

}  // namespace trestle::ovm3
