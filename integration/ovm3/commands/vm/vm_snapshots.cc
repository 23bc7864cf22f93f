// SPDX-License-Identifier: Apache-2.0
#include "integration/ovm3/commands/vm/family.h"

namespace trestle::ovm3 {
namespace {

/// What a host of this kind cannot do, and what to do instead.
tl::unexpected<Error> refused(std::string_view command, const std::optional<std::string>& vm,
                              const std::optional<schema::VMSnapshotTO>& snapshot) {
  const bool memory = snapshot && snapshot->type == schema::VMSnapshotType::DiskAndMemory;
  return fail(Code::kUnimplemented,
              std::string(command) + " for VM " + vm.value_or("(no name)") +
                  ": snapshots of a VM " + (memory ? "with its memory " : "") +
                  "are not done by hosts of type Ovm3, since the agent has no call that takes all "
                  "disks of a VM at one moment; stop the VM and take a snapshot of each volume");
}

}  // namespace

Result<schema::CreateVMSnapshotAnswer> create_vm_snapshot(
    const Task& /*task*/, const schema::CreateVMSnapshotCommand& command) {
  return refused("CreateVMSnapshotCommand", command.vmName, command.target);
}

Result<schema::DeleteVMSnapshotAnswer> delete_vm_snapshot(
    const Task& /*task*/, const schema::DeleteVMSnapshotCommand& command) {
  return refused("DeleteVMSnapshotCommand", command.vmName, command.target);
}

Result<schema::RevertToVMSnapshotAnswer> revert_to_vm_snapshot(
    const Task& /*task*/, const schema::RevertToVMSnapshotCommand& command) {
  return refused("RevertToVMSnapshotCommand", command.vmName, command.target);
}

}  // namespace trestle::ovm3
