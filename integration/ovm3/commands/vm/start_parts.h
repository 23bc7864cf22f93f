// SPDX-License-Identifier: Apache-2.0
#ifndef TRESTLE_INTEGRATION_OVM3_COMMANDS_VM_START_PARTS_H_
#define TRESTLE_INTEGRATION_OVM3_COMMANDS_VM_START_PARTS_H_

#include <string>
#include <vector>

#include "helpers/ovm3/instance.h"
#include "integration/ovm3/commands/command.h"
#include "integration/ovm3/store.h"
#include "integration/schema/generated/machine_types.h"
#include "objects/core/result.h"

/// What a start needs from the host before vm.cfg can be written.
namespace trestle::ovm3 {

/// The stores of the CDs of a VM, mounted until this goes; a guest that uses one keeps it mounted.
struct OpenCds {
  std::vector<OpenStore> stores = {};
};
/// Adds the CDs of the VM to its disks; empty drives are left out. Errors: those of OpenStore::open
/// and file; kInvalidArgument for a place that the machine does not have.
[[nodiscard]] Result<OpenCds> open_cds(const Task& task, const schema::VirtualMachineTO& vm,
                                       InstanceSpec& spec);

/// What a system VM needs beside what every VM does.
struct SystemVmParts {
  Readiness ready = {};   ///< waits for its SSH
  std::string note = {};  ///< what was found and done, for people; begins with "; "
};
/// Readies control0, encodes the boot arguments and adds the CD with scripts and keys: the one that
/// setting systemvm.iso names, else the only systemvm*.iso of its repository. Errors:
/// kInvalidArgument without a link-local address; kFailedPrecondition if there are several CDs to
/// choose from, or not the one that is named; those of ensure_control_link.
[[nodiscard]] Result<SystemVmParts> ready_system_vm(const Task& task,
                                                    const schema::VirtualMachineTO& vm,
                                                    InstanceSpec& spec);

/// The most CPU time that an offering with a limit may use, which depends on the host's clock rate.
[[nodiscard]] Result<void> set_cpu_cap(const Task& task, const schema::VirtualMachineTO& vm,
                                       InstanceSpec& spec);

}  // namespace trestle::ovm3

#endif  // TRESTLE_INTEGRATION_OVM3_COMMANDS_VM_START_PARTS_H_
