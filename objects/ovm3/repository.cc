// SPDX-License-Identifier: Apache-2.0
#include "objects/ovm3/repository.h"

#include <algorithm>

#include "objects/ovm3/api/hypervisor.h"
#include "objects/ovm3/api/repository.h"
#include "objects/ovm3/call_read.h"
#include "objects/ovm3/id_forms.h"

namespace trestle::ovm3 {
namespace {

namespace rows = api::repository;

// Two forms of an id name the same repository, so they are compared as ids, never as texts.
template <class T>
Result<T> pick(std::vector<T> found, const RepositoryId& id, const Agent& agent,
               std::string_view service) {
  const auto at = std::ranges::find(found, id, &T::id);
  if (at != found.end()) return std::move(*at);
  return fail(agent.located({.code = Code::kNotFound,
                             .what = "the host does not know the repository " + id.text() +
                                     "; add it (add_repository) or check the id"},
                            service));
}

}  // namespace

RepositoryPaths::RepositoryPaths(const RepositoryId& id)
    : root_(std::string(kRepositoryRoot) + "/" + without_dashes(id.text())) {}

std::string RepositoryPaths::folder(std::string_view folder) const {
  return root_ + "/" + std::string(folder);
}

Result<std::string> RepositoryPaths::file(std::string_view folder, std::string_view name) const {
  if (!detail::is_plain_name(name)) {
    return fail(Code::kInvalidArgument, "'" + std::string(name) +
                                            "' cannot be the name of a file in a repository; give "
                                            "one name without a slash");
  }
  return this->folder(folder) + "/" + std::string(name);
}

Result<RepositoryRecord> Repository::record(const CallContext& ctx) const {
  TRESTLE_ASSIGN_OR_RETURN(auto records, discover_repository_db(ctx, agent_));
  return pick(std::move(records), id_, agent_, rows::discover_repository_db.name);
}

Result<RepositoryContents> Repository::contents(const CallContext& ctx) const {
  TRESTLE_ASSIGN_OR_RETURN(auto found, discover_repositories(ctx, agent_, {&id_, 1}));
  return pick(std::move(found), id_, agent_, rows::discover_repositories.name);
}

Result<void> Repository::create(const CallContext& ctx, const std::string& fs_location,
                                const std::string& mount_point, const std::string& alias) const {
  return agent_.call(ctx, rows::create_repository, fs_location, mount_point, id_, alias);
}

Result<void> Repository::create(const CallContext& ctx, const std::string& fs_location,
                                const std::string& alias) const {
  return create(ctx, fs_location, paths().root(), alias);
}

Result<void> Repository::remove(const CallContext& ctx, Erase erase) const {
  return agent_.call(ctx, rows::delete_repository, id_, erase == Erase::kRemoveFiles);
}

Result<void> Repository::edit_record(const CallContext& ctx, const Struct& changes) const {
  return agent_.call(ctx, rows::edit_repository_db, id_, changes);
}

// The option of the three imports is left off: 3.2.1 refused a fourth argument of import_ISO.
Result<void> Repository::import_virtual_disk(const CallContext& ctx, const std::string& url,
                                             const std::string& name) const {
  return agent_.call(ctx, rows::import_virtual_disk, url, name, id_, {});
}

Result<void> Repository::import_iso(const CallContext& ctx, const std::string& url,
                                    const std::string& name) const {
  return agent_.call(ctx, rows::import_ISO, url, name, id_, {});
}

Result<Value> Repository::import_template(const CallContext& ctx, const std::string& template_id,
                                          const std::vector<std::string>& urls) const {
  return agent_.call(ctx, api::hypervisor::import_template, id_, template_id,
                     Array(urls.begin(), urls.end()), {});
}

Result<std::vector<RepositoryRecord>> discover_repository_db(const CallContext& ctx,
                                                             const Agent& agent) {
  TRESTLE_ASSIGN_OR_RETURN(RepositoryDb db,
                           call_read(agent, ctx, rows::discover_repository_db, read_repository_db));
  return std::move(db.repositories);
}

Result<std::vector<RepositoryContents>> discover_repositories(const CallContext& ctx,
                                                              const Agent& agent,
                                                              std::span<const RepositoryId> ids) {
  TRESTLE_ASSIGN_OR_RETURN(RepositoryList list,
                           call_read(agent, ctx, rows::discover_repositories, read_repositories,
                                     {{ids.begin(), ids.end()}}));
  return std::move(list.repositories);
}

Result<void> add_repository(const CallContext& ctx, const Agent& agent,
                            const std::string& fs_location, const std::string& mount_point) {
  return agent.call(ctx, rows::add_repository, fs_location, mount_point);
}

Result<void> mount_repository_fs(const CallContext& ctx, const Agent& agent,
                                 const std::string& fs_location, const std::string& mount_point) {
  return agent.call(ctx, rows::mount_repository_fs, fs_location, mount_point);
}

Result<void> unmount_repository_fs(const CallContext& ctx, const Agent& agent,
                                   const std::string& mount_point) {
  return agent.call(ctx, rows::unmount_repository_fs, mount_point);
}

}  // namespace trestle::ovm3
