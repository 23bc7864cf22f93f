// SPDX-License-Identifier: Apache-2.0
#include "integration/ovm3/commands/vm/family.h"

#include <array>

namespace trestle::ovm3 {

std::span<const CommandRow> vm_commands() {
  static constexpr std::array kRows{
      row<schema::StartCommand, start>(Order::kVm),
      row<schema::StopCommand, stop>(Order::kVm),
      row<schema::RebootCommand, reboot>(Order::kVm),
      row<schema::CheckVirtualMachineCommand, check_virtual_machine>(),
      row<schema::GetVncPortCommand, get_vnc_port>(),
      row<schema::GetVmStatsCommand, get_vm_stats>(),
      row<schema::GetVmDiskStatsCommand, get_vm_disk_stats>(),
      row<schema::PlugNicCommand, plug_nic>(Order::kVm),
      row<schema::UnPlugNicCommand, un_plug_nic>(Order::kVm),
      row<schema::ScaleVmCommand, scale_vm>(Order::kVm),
      row<schema::PrepareForMigrationCommand, prepare_for_migration>(Order::kVm),
      row<schema::MigrateCommand, migrate>(Order::kVm),
      row<schema::CreateVMSnapshotCommand, create_vm_snapshot>(),
      row<schema::DeleteVMSnapshotCommand, delete_vm_snapshot>(),
      row<schema::RevertToVMSnapshotCommand, revert_to_vm_snapshot>(),
  };
  return kRows;
}

}  // namespace trestle::ovm3
