// SPDX-License-Identifier: Apache-2.0
#ifndef TRESTLE_HELPERS_OVM3_VM_SPEC_H_
#define TRESTLE_HELPERS_OVM3_VM_SPEC_H_

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "helpers/ovm3/hosted_vm.h"
#include "helpers/ovm3/vm_defaults.h"
#include "objects/core/ids.h"
#include "objects/core/result.h"
#include "objects/core/units.h"
#include "objects/ovm3/vm_config.h"

namespace trestle::ovm3 {

/// Most NICs of an emulated guest (HVM_MAX_VNICS of discover_server).
inline constexpr std::size_t kMostEmulatedNics = 8;

/// A NIC that an orchestrator wants. `mac` goes into vm.cfg as it came.
struct NicSpec {
  std::string mac = {};
  std::string parent = {};  ///< traffic label (network_map.h); empty: the management bridge
  std::optional<std::uint16_t> vlan = std::nullopt;  ///< untagged without one
  /// Most that the guest may send, in megabits a second; none: what its VIF has already.
  std::optional<std::uint32_t> rate_mbps = std::nullopt;
  std::string type = {};  ///< as VifConfig has it; empty: the stored one
  std::string model = {};
  friend bool operator==(const NicSpec&, const NicSpec&) = default;
};

/// What the first disk is made of.
struct DiskSpec {
  std::string source = {};  ///< a template's id, a file name or a path; empty for an empty disk
  Bytes size = {};          ///< of an empty disk; of a copy the least size it must have, or 0
  /// Whether images outside of Templates may be copied: one may be another VM's disk, so only an
  /// admin may allow it.
  bool any_image = false;
  friend bool operator==(const DiskSpec&, const DiskSpec&) = default;
};

/// A VM that an orchestrator wants, whatever form its request had.
struct VmSpec {
  VmName vm;
  RepositoryId repository;
  std::int64_t vcpus = 1;
  MiB memory = {};
  std::optional<std::int64_t> max_vcpus = std::nullopt;  ///< that it may grow to while it runs
  std::optional<MiB> max_memory = std::nullopt;          ///< the same; else what it starts with
  std::vector<NicSpec> nics = {};
  DiskSpec disk = {};
  std::optional<std::string> iso = std::nullopt;  ///< file name in a repository, or a path
  std::string domain_type = {};                   ///< empty: the template's, else emulated
  std::string os_type = {};                       ///< OVM_os_type; empty: the template's
  VncSettings vnc = {};
};

/// The keys of a template's vm.cfg that a new VM takes over: how it boots, what it emulates. Not
/// its identity, sizes, disks, NICs, console or mark.
[[nodiscard]] VmConfig inherited(const VmConfig& of_template);

/// vm.cfg of the VM: what the spec says over what the template says, and the usual values for the
/// rest. `disks` and `bridges` (one for each NIC) are resolved already. Pure.
/// Errors: kInvalidArgument, kResourceExhausted for too many NICs.
[[nodiscard]] Result<VmConfig> config_of(const VmSpec& spec, const VmConfig& of_template,
                                         const VmId& id, const std::vector<DiskConfig>& disks,
                                         const std::vector<std::string>& bridges);

/// The type of a VIF in machines of that kind: empty for paravirtual ones.
[[nodiscard]] std::string adapter_type(std::string_view domain_type);

/// The VIFs of `nics` on these bridges; a VIF that `before` has with the same MAC keeps its model
/// and its other settings.
[[nodiscard]] std::vector<VifConfig> vifs_of(const std::vector<NicSpec>& nics,
                                             const std::vector<std::string>& bridges,
                                             const std::vector<VifConfig>& before);

}  // namespace trestle::ovm3

#endif  // TRESTLE_HELPERS_OVM3_VM_SPEC_H_
