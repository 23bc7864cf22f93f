// SPDX-License-Identifier: Apache-2.0
#ifndef TRESTLE_INTEGRATION_OVM3_COMMANDS_VM_FAMILY_H_
#define TRESTLE_INTEGRATION_OVM3_COMMANDS_VM_FAMILY_H_

#include "integration/ovm3/commands/command.h"
#include "integration/schema/generated/machine.h"
#include "integration/schema/generated/machine_state.h"

/// Commands about VMs; one function a file, named after the command. A VM is named by its instance
/// name ("i-2-7-VM"), which is matched as a whole. Errors beside those that are named: kNotFound
/// for a VM that is not there, those of the agent's calls.
namespace trestle::ovm3 {

/// Writes vm.cfg, makes the bridges of the NICs, starts, and looks that it runs; a system VM must
/// also answer on its SSH within systemvm.patience (known defect 87). What was made is taken back
/// when any of it fails. Repeated: runs already. The answer carries the VM as it was sent.
[[nodiscard]] Result<schema::StartAnswer> start(const Task& task,
                                                const schema::StartCommand& command);

/// Asks the guest, cuts it off after stop.patience, looks that it is gone, removes vm.cfg and
/// bridges that nobody else uses. Disks stay. A VM that is not there is stopped, and the details
/// say what was found.
[[nodiscard]] Result<schema::StopAnswer> stop(const Task& task, const schema::StopCommand& command);

/// Restarts a VM that runs here and waits until it runs again; the answer has its new VNC port.
[[nodiscard]] Result<schema::RebootAnswer> reboot(const Task& task,
                                                  const schema::RebootCommand& command);

/// What runs of the VM on this host now: off if nothing does, unknown if it cannot be told. Changes
/// nothing (known defect 93).
[[nodiscard]] Result<schema::CheckVirtualMachineAnswer> check_virtual_machine(
    const Task& task, const schema::CheckVirtualMachineCommand& command);

/// Where the console of a VM listens that runs here. Errors: kFailedPrecondition if it has none.
[[nodiscard]] Result<schema::GetVncPortAnswer> get_vnc_port(
    const Task& task, const schema::GetVncPortCommand& command);

/// What the VMs that run here did since they were asked for last: amounts in KiB, not rates, since
/// the server adds them up. The first time there is no difference yet, and the details say so.
[[nodiscard]] Result<schema::GetVmStatsAnswer> get_vm_stats(
    const Task& task, const schema::GetVmStatsCommand& command);

/// Bytes and operations of disks since their VM started. The host counts all disks of a VM
/// together, so VMs with several are left out, and the details name them.
[[nodiscard]] Result<schema::GetVmDiskStatsAnswer> get_vm_disk_stats(
    const Task& task, const schema::GetVmDiskStatsCommand& command);

/// Gives a VM that runs one NIC more, and takes one away by its MAC. Repeated: nothing to do.
[[nodiscard]] Result<schema::PlugNicAnswer> plug_nic(const Task& task,
                                                     const schema::PlugNicCommand& command);
[[nodiscard]] Result<schema::UnPlugNicAnswer> un_plug_nic(const Task& task,
                                                          const schema::UnPlugNicCommand& command);

/// Changes vCPUs and memory of a VM that runs.
[[nodiscard]] Result<schema::ScaleVmAnswer> scale_vm(const Task& task,
                                                     const schema::ScaleVmCommand& command);

/// On the destination: whether the VM can come, and its bridges.
[[nodiscard]] Result<schema::PrepareForMigrationAnswer> prepare_for_migration(
    const Task& task, const schema::PrepareForMigrationCommand& command);

/// On the source: moves it live, in a pool or not, or leaves it running. It is never stopped.
[[nodiscard]] Result<schema::MigrateAnswer> migrate(const Task& task,
                                                    const schema::MigrateCommand& command);

/// Refused by name, before anything is touched. Errors: kUnimplemented.
[[nodiscard]] Result<schema::CreateVMSnapshotAnswer> create_vm_snapshot(
    const Task& task, const schema::CreateVMSnapshotCommand& command);
[[nodiscard]] Result<schema::DeleteVMSnapshotAnswer> delete_vm_snapshot(
    const Task& task, const schema::DeleteVMSnapshotCommand& command);
[[nodiscard]] Result<schema::RevertToVMSnapshotAnswer> revert_to_vm_snapshot(
    const Task& task, const schema::RevertToVMSnapshotCommand& command);

}  // namespace trestle::ovm3

#endif  // TRESTLE_INTEGRATION_OVM3_COMMANDS_VM_FAMILY_H_
