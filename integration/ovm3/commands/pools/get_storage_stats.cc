// SPDX-License-Identifier: Apache-2.0
#include "integration/ovm3/commands/pools/family.h"
#include "integration/ovm3/storage_pool.h"

namespace trestle::ovm3 {
namespace {

Result<StoreName> asked_store(const schema::GetStorageStatsCommand& command) {
  if (command.store.has_value()) return store_of(command.store, "store");
  if (command.secUrl && !command.id) return store_of_url(*command.secUrl);
  TRESTLE_ASSIGN_OR_RETURN(const std::string id, needed(command.id, "id"));
  if (command.pooltype) TRESTLE_RETURN_IF_ERROR(check_pool_type(*command.pooltype));
  TRESTLE_ASSIGN_OR_RETURN(RepositoryId repository, repository_of_pool(id));
  return StoreName{.repository = std::move(repository)};
}

}  // namespace

Result<schema::GetStorageStatsAnswer> get_storage_stats(
    const Task& task, const schema::GetStorageStatsCommand& command) {
  TRESTLE_ASSIGN_OR_RETURN(const StoreName name, asked_store(command));
  TRESTLE_ASSIGN_OR_RETURN(const Space space, space_of_store(task, name));
  auto answer =
      done<schema::GetStorageStatsAnswer>("as the host's storage plugin tells of " + name.shown());
  answer.capacity = static_cast<std::int64_t>(space.total.count);
  answer.used = static_cast<std::int64_t>(space.total.count - space.free.count);
  return answer;
}

}  // namespace trestle::ovm3
