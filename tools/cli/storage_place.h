// SPDX-License-Identifier: Apache-2.0
#ifndef TRESTLE_TOOLS_CLI_STORAGE_PLACE_H_
#define TRESTLE_TOOLS_CLI_STORAGE_PLACE_H_

#include "helpers/ovm3/storage_place.h"
#include "tools/cli/command.h"

namespace trestle::cli {

using ovm3::FilePlace;
using ovm3::find_file_place;
using ovm3::find_repository;
using ovm3::kFileSystemIdPrefix;
using ovm3::kPoolFilesystemIdPrefix;
using ovm3::kPoolIdPrefix;
using ovm3::kRepositoryIdPrefix;
using ovm3::kStorageServerIdPrefix;
using ovm3::kVmIdPrefix;
using ovm3::nfs_place;
using ovm3::NfsPlace;
using ovm3::stable_id;

/// "--repo REPO", needed.
[[nodiscard]] Option repository_option();

}  // namespace trestle::cli

#endif  // TRESTLE_TOOLS_CLI_STORAGE_PLACE_H_
