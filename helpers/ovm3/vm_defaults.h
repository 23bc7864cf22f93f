// SPDX-License-Identifier: Apache-2.0
#ifndef TRESTLE_HELPERS_OVM3_VM_DEFAULTS_H_
#define TRESTLE_HELPERS_OVM3_VM_DEFAULTS_H_

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "objects/core/ids.h"
#include "objects/core/result.h"
#include "objects/core/secret.h"
#include "objects/ovm3/vm_config.h"

/// What a new VM gets where nobody says otherwise. Pure functions on configurations.
namespace trestle::ovm3 {

/// OVM_domain_type: paravirtual, emulated, emulated with paravirtual drivers.
inline constexpr std::string_view kParavirtual = "xen_pvm";
inline constexpr std::string_view kEmulated = "xen_hvm";
inline constexpr std::string_view kEmulatedWithDrivers = "xen_hvm_pv_drivers";

[[nodiscard]] bool is_hvm(const VmConfig& config);

/// `config` with `key` set to `value` if the key is not there yet.
[[nodiscard]] VmConfig or_else(const VmConfig& config, std::string_view key, Value value);

/// What the guest's VNC server does.
struct VncSettings {
  std::string listen = "127.0.0.1";  ///< an address of the host; the loopback is the careful one
  Secret password = {};              ///< none if empty; classic VNC looks at 8 characters
};

/// Fills in all that a VM needs and `config` does not say: uuid from the id, type, vCPUs, weight,
/// what happens at power-off, reboot and crash, boot loader or boot order, a VNC server.
/// `config` must have a name and memory. Errors: kInvalidArgument that names what is missing, or
/// the key that has a wrong type.
[[nodiscard]] Result<VmConfig> with_usual_values(VmConfig config, const VmId& id,
                                                 const VncSettings& vnc, bool boot_from_cd);

/// The first device name that no disk has: xvda, xvdb ..., or hda, hdb for emulated disks.
/// Errors: kInvalidArgument if there is none left.
[[nodiscard]] Result<std::string> free_device(const std::vector<DiskConfig>& disks,
                                              std::string_view prefix, char first);
/// The device name for the next disk of this VM, and for its CD drive (hdc where it is emulated,
/// whatever disks there are).
[[nodiscard]] Result<std::string> next_disk_device(const VmConfig& config,
                                                   const std::vector<DiskConfig>& disks);
[[nodiscard]] Result<std::string> next_cd_device(const VmConfig& config,
                                                 const std::vector<DiskConfig>& disks);
/// The device name at a place that an orchestrator counts (root disk 0, CD 3): xvda, xvdb ..., or
/// hda, hdb ... Errors: kInvalidArgument if there is no such place.
[[nodiscard]] Result<std::string> device_at(std::string_view domain_type, std::int64_t place);

}  // namespace trestle::ovm3

#endif  // TRESTLE_HELPERS_OVM3_VM_DEFAULTS_H_
