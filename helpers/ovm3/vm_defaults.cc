// SPDX-License-Identifier: Apache-2.0
#include "helpers/ovm3/vm_defaults.h"

#include <algorithm>
#include <utility>

#include "helpers/ovm3/storage_place.h"
#include "objects/ovm3/id_forms.h"

namespace trestle::ovm3 {
namespace {

/// The manager's middle share of CPU time (ovm3-agent, vm.cfg).
constexpr std::int64_t kMiddleWeight = 27'500;

VmConfig with_boot(VmConfig config, bool boot_from_cd) {
  if (is_hvm(config)) {
    config = or_else(config, "builder", "hvm");
    return or_else(config, "boot", boot_from_cd ? "dc" : "c");
  }
  if (config.find("kernel") != nullptr) return config;
  return or_else(config, "bootloader", "/usr/bin/pygrub");
}

/// VNC keys are top-level for emulated machines and a frame buffer for the others.
Result<VmConfig> with_console(VmConfig config, const VncSettings& vnc) {
  if (is_hvm(config)) {
    config = or_else(config, "vnc", 1);
    config = or_else(config, "vncunused", 1);
    if (!vnc.password.empty()) config = or_else(config, "vncpasswd", vnc.password.reveal());
    return or_else(config, "vnclisten", vnc.listen);
  }
  if (config.find("vfb") != nullptr) return config;
  VfbConfig vfb{.vncunused = true, .vnclisten = vnc.listen, .keymap = "en-us"};
  if (!vnc.password.empty()) vfb.vncpasswd = vnc.password;
  return config.with_vfbs({vfb});
}

}  // namespace

bool is_hvm(const VmConfig& config) { return config.domain_type().starts_with(kEmulated); }

VmConfig or_else(const VmConfig& config, std::string_view key, Value value) {
  if (config.find(key) != nullptr) return config;
  return config.with(key, std::move(value));
}

Result<VmConfig> with_usual_values(VmConfig config, const VmId& id, const VncSettings& vnc,
                                   bool boot_from_cd) {
  if (config.name().empty()) return fail(Code::kInvalidArgument, "a VM needs a name");
  if (!config.memory()) return fail(Code::kInvalidArgument, "a VM needs memory");
  const bool has_uuid = VmId::parse(id.text()).has_value();
  config = or_else(config, "uuid",
                   with_dashes(has_uuid ? id.text() : stable_id(kVmIdPrefix, id.text())));
  config = or_else(config, "OVM_domain_type", kParavirtual);
  config = or_else(config, "vcpus", 1);
  config = or_else(config, "maxvcpus", config.vcpus().value_or(1));
  config = or_else(config, "maxmem", static_cast<std::int64_t>(config.memory()->count));
  config = or_else(config, "cpu_weight", kMiddleWeight);
  config = or_else(config, "cpu_cap", 0);
  config = or_else(config, "on_poweroff", "destroy");
  config = or_else(config, "on_reboot", "restart");
  config = or_else(config, "on_crash", "restart");
  config = or_else(config, "OVM_high_availability", false);
  TRESTLE_ASSIGN_OR_RETURN(config, with_console(with_boot(std::move(config), boot_from_cd), vnc));
  TRESTLE_RETURN_IF_ERROR(config.check());
  return config;
}

Result<std::string> free_device(const std::vector<DiskConfig>& disks, std::string_view prefix,
                                char first) {
  for (char letter = first; letter <= 'z'; ++letter) {
    const std::string dev = std::string(prefix) + letter;
    const bool taken =
        std::ranges::any_of(disks, [&](const DiskConfig& disk) { return disk.dev == dev; });
    if (!taken) return dev;
  }
  return fail(Code::kInvalidArgument, "a VM has room for 26 disks");
}

Result<std::string> next_disk_device(const VmConfig& config, const std::vector<DiskConfig>& disks) {
  return free_device(disks, config.domain_type() == kEmulated ? "hd" : "xvd", 'a');
}

Result<std::string> device_at(std::string_view domain_type, std::int64_t place) {
  // An emulated machine has two IDE cables with two drives each.
  constexpr std::int64_t kEmulatedDrives = 4;
  constexpr std::int64_t kLetters = 26;
  const bool emulated = domain_type == kEmulated;
  if (place < 0 || place >= (emulated ? kEmulatedDrives : kLetters)) {
    return fail(Code::kInvalidArgument,
                "a VM of type " + std::string(domain_type) + " has no place " +
                    std::to_string(place) + " for a disk; it has those from 0 to " +
                    std::to_string((emulated ? kEmulatedDrives : kLetters) - 1));
  }
  return std::string(emulated ? "hd" : "xvd") + static_cast<char>('a' + place);
}

Result<std::string> next_cd_device(const VmConfig& config, const std::vector<DiskConfig>& disks) {
  return is_hvm(config) ? free_device(disks, "hd", 'c') : free_device(disks, "xvd", 'y');
}

}  // namespace trestle::ovm3
