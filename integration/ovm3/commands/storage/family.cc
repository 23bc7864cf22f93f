// SPDX-License-Identifier: Apache-2.0
#include "integration/ovm3/commands/storage/family.h"

#include <array>

namespace trestle::ovm3 {

std::span<const CommandRow> storage_commands() {
  static constexpr std::array kRows{
      row<schema::CopyCommand, copy_command>(),
      row<schema::CreateObjectCommand, create_object>(),
      row<schema::DeleteCommand, delete_command>(),
  };
  return kRows;
}

}  // namespace trestle::ovm3
