// SPDX-License-Identifier: Apache-2.0
#ifndef TRESTLE_OBJECTS_OVM3_REPOSITORY_RECORDS_H_
#define TRESTLE_OBJECTS_OVM3_REPOSITORY_RECORDS_H_

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "objects/core/ids.h"
#include "objects/core/result.h"
#include "objects/wire/reply.h"
#include "objects/wire/value.h"

namespace trestle::ovm3 {

/// One repository in the host's own data base. Absent is what the document leaves out or blank.
struct RepositoryRecord {
  RepositoryId id;
  std::optional<std::string> fs_location = std::nullopt;  ///< "host:/path", or a device
  std::optional<std::string> mount_point = std::nullopt;
  std::optional<std::string> filesystem_type = std::nullopt;  ///< "nfs", "ocfs2"
  std::optional<std::string> version = std::nullopt;          ///< of the repository's layout
  std::optional<std::string> alias = std::nullopt;
  std::optional<ManagerId> manager = std::nullopt;   ///< owner, absent if nobody owns it
  std::optional<std::string> status = std::nullopt;  ///< "Mounted" or "Unmounted"

  [[nodiscard]] bool mounted() const { return status == "Mounted"; }
  friend bool operator==(const RepositoryRecord&, const RepositoryRecord&) = default;
};

/// A folder of a repository and the names of the files in it.
struct RepositoryFolder {
  std::string name;
  std::vector<std::string> files = {};

  [[nodiscard]] bool has(std::string_view file) const;
  friend bool operator==(const RepositoryFolder&, const RepositoryFolder&) = default;
};

/// What lies in one repository, as names in the order of the agent. It lists whatever it finds:
/// `virtual_machines` may hold a folder `pool` with the image of the pool file system.
struct RepositoryContents {
  RepositoryId id;
  std::optional<std::string> name = std::nullopt;  ///< of its folder, the id on every known host
  std::optional<std::string> alias = std::nullopt;
  std::optional<std::string> version = std::nullopt;
  std::optional<ManagerId> manager = std::nullopt;
  std::vector<std::string> assemblies = {};
  std::vector<RepositoryFolder> templates = {};
  std::vector<RepositoryFolder> virtual_machines = {};
  std::vector<std::string> virtual_disks = {};
  std::vector<std::string> isos = {};

  /// The folders that are VMs: those with a vm.cfg whose name can be an identity.
  [[nodiscard]] std::vector<VmId> vms() const;
  friend bool operator==(const RepositoryContents&, const RepositoryContents&) = default;
};

/// A whole Discover_Repository_Db_Result.
struct RepositoryDb {
  std::vector<RepositoryRecord> repositories = {};
  friend bool operator==(const RepositoryDb&, const RepositoryDb&) = default;
};

/// A whole Discover_Repositories_Result.
struct RepositoryList {
  std::vector<RepositoryContents> repositories = {};
  friend bool operator==(const RepositoryList&, const RepositoryList&) = default;
};

/// Errors: kBadReply, also for a repository without a usable id. Sources: recordings of
/// discover_repository_db and discover_repositories.
[[nodiscard]] Result<RepositoryDb> read_repository_db(ValueView reply);
[[nodiscard]] Result<RepositoryList> read_repositories(ValueView reply);

/// Typed form for `--json` and `trestle agent decode --typed`; templates and VMs are objects from
/// name to file names.
[[nodiscard]] Value describe(const RepositoryRecord& record);
[[nodiscard]] Value describe(const RepositoryContents& contents);
[[nodiscard]] Value describe(const RepositoryDb& db);
[[nodiscard]] Value describe(const RepositoryList& list);

}  // namespace trestle::ovm3

#endif  // TRESTLE_OBJECTS_OVM3_REPOSITORY_RECORDS_H_
