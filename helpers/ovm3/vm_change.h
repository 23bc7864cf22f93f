// SPDX-License-Identifier: Apache-2.0
#ifndef TRESTLE_HELPERS_OVM3_VM_CHANGE_H_
#define TRESTLE_HELPERS_OVM3_VM_CHANGE_H_

#include <cstdint>
#include <optional>
#include <string>

#include "helpers/ovm3/hosted_vm.h"
#include "helpers/ovm3/nic_places.h"
#include "helpers/ovm3/vm_spec.h"
#include "objects/core/call_context.h"
#include "objects/core/log.h"
#include "objects/core/result.h"
#include "objects/ovm3/agent.h"

/// Changes of a VM while it runs. Only the keys that change are sent (known defect 106), the live
/// domain is looked at afterwards, and what is not seen there is taken back. Errors of all:
/// kNotFound if it does not run on this host; kFailedPrecondition if its vm.cfg is nowhere.
namespace trestle::ovm3 {

/// Where and what to change.
struct ChangeSite {
  const CallContext& ctx;
  const CallContext& undo;
  Agent agent;
  Log& log;
  std::string name;  ///< of the VM
  PlaceHost places;
};

struct NicChange {
  bool was_so = false;  ///< nothing had to be done
  std::string bridge = {};
};

/// Gives it one NIC more, on its bridge, which is made if need be. The same MAC on that bridge is
/// done already. Its type follows from the VM, and a model only emulated ones have. Errors:
/// kAlreadyExists for the same MAC on another bridge; kResourceExhausted for more than an emulated
/// machine has room for (known defect 100).
[[nodiscard]] Result<NicChange> plug_nic(const ChangeSite& site, const NicSpec& nic);

/// Takes away the NIC with this MAC, whatever else its text says (known defect 101), and its bridge
/// if that was made for VMs and nobody else uses it.
[[nodiscard]] Result<NicChange> unplug_nic(const ChangeSite& site, const std::string& mac);

/// Sizes to have.
struct VmSize {
  std::int64_t vcpus = 1;
  MiB memory = {};
  MiB max_memory = {};
  friend bool operator==(const VmSize&, const VmSize&) = default;
};
/// False if it had them already. Errors: kFailedPrecondition above the vCPUs that it was started
/// with room for.
[[nodiscard]] Result<bool> scale_vm(const ChangeSite& site, const VmSize& size);

}  // namespace trestle::ovm3

#endif  // TRESTLE_HELPERS_OVM3_VM_CHANGE_H_
