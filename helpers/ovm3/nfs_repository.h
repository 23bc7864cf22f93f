// SPDX-License-Identifier: Apache-2.0
#ifndef TRESTLE_HELPERS_OVM3_NFS_REPOSITORY_H_
#define TRESTLE_HELPERS_OVM3_NFS_REPOSITORY_H_

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "helpers/ovm3/storage_place.h"
#include "helpers/ovm3/work.h"
#include "objects/core/ids.h"
#include "objects/core/result.h"

namespace trestle::ovm3 {

/// A repository that a host shall have.
struct RepositoryWish {
  RepositoryId id;  ///< without dashes, as the vendor writes them
  std::string alias;
  std::string location;  ///< "host:/path" (nfs_location)
  /// Who must own it; none: its owner is not looked at.
  std::optional<ManagerId> owner = std::nullopt;
};

/// What it took.
enum class RepositoryStart : std::uint8_t {
  kReady,    ///< recorded and mounted already
  kMounted,  ///< recorded: mounted again (after a reboot, say)
  kAdded,    ///< known to its export: recorded and mounted
  kCreated,  ///< new: written on an export that had none
};
/// "was there already", "was mounted again", "was on the export and has been added",
/// "has been created".
[[nodiscard]] std::string_view to_string(RepositoryStart start);

struct OpenRepository {
  FilePlace place;
  RepositoryStart start = RepositoryStart::kReady;
};

/// Brings the repository up from whatever state it is in, and looks at it afterwards. One is
/// created only after the export was mounted and found to have none (known defect 56). What was
/// mounted for a failure is unmounted again. Repeating it is safe; one at a time for one repository
/// and host. Errors: kPermissionDenied for one of another owner; kAlreadyExists if the export holds
/// another repository; kFailedPrecondition if the host has it on record at another export.
[[nodiscard]] Result<OpenRepository> open_repository(const Work& work, const RepositoryWish& wish);

/// Errors: kFailedPrecondition naming the guests of this host that have disks on it.
[[nodiscard]] Result<void> refuse_repository_in_use(const Work& work, const RepositoryId& id);

/// Drops record and mounts; the files stay. False if the host did not have it.
/// Errors: those of refuse_repository_in_use; the agent's.
[[nodiscard]] Result<bool> close_repository(const Work& work, const RepositoryId& id);

}  // namespace trestle::ovm3

#endif  // TRESTLE_HELPERS_OVM3_NFS_REPOSITORY_H_
