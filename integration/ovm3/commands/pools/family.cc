// SPDX-License-Identifier: Apache-2.0
#include "integration/ovm3/commands/pools/family.h"

#include <array>

namespace trestle::ovm3 {

std::span<const CommandRow> pool_commands() {
  static constexpr std::array kRows{
      row<schema::CreateStoragePoolCommand, create_storage_pool>(),
      row<schema::ModifyStoragePoolCommand, modify_storage_pool>(),
      row<schema::DeleteStoragePoolCommand, delete_storage_pool>(),
      row<schema::GetStorageStatsCommand, get_storage_stats>(),
      row<schema::PrimaryStorageDownloadCommand, primary_storage_download>(),
  };
  return kRows;
}

}  // namespace trestle::ovm3
