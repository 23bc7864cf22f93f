// SPDX-License-Identifier: Apache-2.0
#ifndef TRESTLE_OBJECTS_OVM3_REPOSITORY_H_
#define TRESTLE_OBJECTS_OVM3_REPOSITORY_H_

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "objects/core/call_context.h"
#include "objects/core/ids.h"
#include "objects/core/result.h"
#include "objects/ovm3/agent.h"
#include "objects/ovm3/repository_records.h"

namespace trestle::ovm3 {

/// All repositories of a host are mounted below this folder, each under its id.
inline constexpr std::string_view kRepositoryRoot = "/OVS/Repositories";

/// Folders of a repository.
inline constexpr std::string_view kVirtualDisks = "VirtualDisks";
inline constexpr std::string_view kVirtualMachines = "VirtualMachines";
inline constexpr std::string_view kTemplates = "Templates";
inline constexpr std::string_view kIsos = "ISOs";
inline constexpr std::string_view kAssemblies = "Assemblies";

/// Where things of one repository lie on a host. The folder has the id without dashes.
class RepositoryPaths {
 public:
  explicit RepositoryPaths(const RepositoryId& id);

  /// "/OVS/Repositories/<id>", also the mount point of the repository.
  [[nodiscard]] const std::string& root() const { return root_; }
  /// "<root>/<folder>", folder one of those above.
  [[nodiscard]] std::string folder(std::string_view folder) const;
  /// "<root>/<folder>/<name>"; `name` is one plain name, as Id::from_name takes it.
  /// Errors: kInvalidArgument for a name that would leave the folder.
  [[nodiscard]] Result<std::string> file(std::string_view folder, std::string_view name) const;

 private:
  std::string root_;
};

/// What delete_repository does with the files.
enum class Erase : bool { kKeepFiles = false, kRemoveFiles = true };

/// Handle of one repository as one host sees it: agent and id, no cached state. The id is sent as
/// it came; ids of new repositories are written without dashes (id_forms.h). Thread-safe as Agent
/// is. Errors of every call: the agent's fault, as Agent::call maps it; a host without an owner
/// refuses nearly everything that changes something.
class Repository {
 public:
  Repository(Agent agent, RepositoryId id) : agent_(agent), id_(std::move(id)) {}

  [[nodiscard]] const RepositoryId& id() const { return id_; }
  [[nodiscard]] RepositoryPaths paths() const { return RepositoryPaths(id_); }

  /// What the host has on record about it. Errors: kNotFound if there is no record of it.
  [[nodiscard]] Result<RepositoryRecord> record(const CallContext& ctx) const;
  /// What lies in it. Errors: kNotFound if the host does not know it.
  [[nodiscard]] Result<RepositoryContents> contents(const CallContext& ctx) const;

  /// Writes a new repository on the file system at `fs_location` ("host:/path"), mounted at
  /// `mount_point` before, and records it. Already mounted is no error to the agent. Errors:
  /// kAlreadyExists if there is one; kFailedPrecondition if NFS locks do not work there.
  [[nodiscard]] Result<void> create(const CallContext& ctx, const std::string& fs_location,
                                    const std::string& mount_point, const std::string& alias) const;
  /// The same at the usual mount point, `paths().root()`.
  [[nodiscard]] Result<void> create(const CallContext& ctx, const std::string& fs_location,
                                    const std::string& alias) const;
  /// Drops record and mount; with kRemoveFiles everything in the repository too.
  [[nodiscard]] Result<void> remove(const CallContext& ctx, Erase erase) const;
  /// Changes fields of the record; keys are those of the agent's own data base (mount_point,
  /// manager_uuid, alias, version, filesystem, fs_location).
  [[nodiscard]] Result<void> edit_record(const CallContext& ctx, const Struct& changes) const;

  /// The host fetches `url` into the repository and answers when it is done: give hours. The name
  /// is the file's, with its ending. After kDeadlineExceeded the host may still be fetching.
  [[nodiscard]] Result<void> import_virtual_disk(const CallContext& ctx, const std::string& url,
                                                 const std::string& name) const;
  [[nodiscard]] Result<void> import_iso(const CallContext& ctx, const std::string& url,
                                        const std::string& name) const;
  /// Fetches the files of a template. The reply's layout is not known; it is handed on.
  [[nodiscard]] Result<Value> import_template(const CallContext& ctx,
                                              const std::string& template_id,
                                              const std::vector<std::string>& urls) const;

 private:
  Agent agent_;
  RepositoryId id_;
};

/// All repositories that the host has on record, mounted or not.
[[nodiscard]] Result<std::vector<RepositoryRecord>> discover_repository_db(const CallContext& ctx,
                                                                           const Agent& agent);
/// Contents of the named repositories; one that the host does not know is left out.
[[nodiscard]] Result<std::vector<RepositoryContents>> discover_repositories(
    const CallContext& ctx, const Agent& agent, std::span<const RepositoryId> ids);

/// Records and mounts a repository that exists at `fs_location`. Errors: the agent's fault if there
/// is none, or if it belongs to another manager.
[[nodiscard]] Result<void> add_repository(const CallContext& ctx, const Agent& agent,
                                          const std::string& fs_location,
                                          const std::string& mount_point);
[[nodiscard]] Result<void> mount_repository_fs(const CallContext& ctx, const Agent& agent,
                                               const std::string& fs_location,
                                               const std::string& mount_point);
[[nodiscard]] Result<void> unmount_repository_fs(const CallContext& ctx, const Agent& agent,
                                                 const std::string& mount_point);

}  // namespace trestle::ovm3

#endif  // TRESTLE_OBJECTS_OVM3_REPOSITORY_H_
