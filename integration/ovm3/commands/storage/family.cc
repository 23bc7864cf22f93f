// SPDX-License-Identifier: Apache-2.0
#include "integration/ovm3/commands/storage/family.h"

#include <array>

namespace trestle::ovm3 {

std::span<const CommandRow> storage_commands() {
  static constexpr std::array kRows{
      row<schema::CopyCommand, copy_command>(),
      row<schema::CreateObjectCommand, create_object>(),
      row<schema::DeleteCommand, delete_command>(),
      row<schema::AttachCommand, attach>(Order::kVm),
      row<schema::DettachCommand, detach>(Order::kVm),
      row<schema::AttachIsoCommand, attach_iso>(Order::kVm),
      row<schema::CreateCommand, create>(),
      row<schema::DestroyCommand, destroy>(),
      row<schema::CopyVolumeCommand, copy_volume>(),
      row<schema::CreatePrivateTemplateFromVolumeCommand, create_private_template_from_volume>(),
      row<schema::SnapshotAndCopyCommand, snapshot_and_copy>(),
      row<schema::IntroduceObjectCmd, introduce>(),
      row<schema::ForgetObjectCmd, forget>(),
      row<schema::ResizeVolumeCommand, resize_volume>(),
  };
  return kRows;
}

}  // namespace trestle::ovm3
