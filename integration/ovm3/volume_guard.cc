// SPDX-License-Identifier: Apache-2.0
#include "integration/ovm3/volume_guard.h"

#include <utility>
#include <vector>

#include "helpers/ovm3/disk_users.h"
#include "helpers/ovm3/vm_mark.h"
#include "integration/ovm3/commands/vm/instance_of.h"
#include "objects/ovm3/host.h"

namespace trestle::ovm3 {

Result<Repositories> repositories_for(const Task& task, const StoreName& store) {
  if (store.primary()) return mounted_repositories(task.ctx, task.agent(), *store.repository);
  Repositories all;
  TRESTLE_ASSIGN_OR_RETURN(all.records, discover_repository_db(task.ctx, task.agent()));
  std::erase_if(all.records, [](const RepositoryRecord& record) { return !record.mounted(); });
  std::vector<RepositoryId> ids;
  for (const RepositoryRecord& record : all.records) ids.push_back(record.id);
  if (!ids.empty()) {
    TRESTLE_ASSIGN_OR_RETURN(all.contents, discover_repositories(task.ctx, task.agent(), ids));
  }
  return all;
}

Result<void> refuse_running_volume(const Task& task, const StoredObject& volume,
                                   const std::string& path, std::string_view what) {
  TRESTLE_ASSIGN_OR_RETURN(const Repositories all, repositories_for(task, volume.store));
  TRESTLE_ASSIGN_OR_RETURN(const ServerInfo server, Host(task.agent()).discover(task.ctx));
  std::vector<std::string> own{host_mark(task.settings())};
  if (auto key = host_key(server.unique_id)) own.push_back(*std::move(key));
  return refuse_running_disk(task.ctx, task.agent(), all, path, what, own, {});
}

Result<void> refuse_used(const Task& task, const StoreName& store, const std::string& path,
                         std::string_view what) {
  TRESTLE_ASSIGN_OR_RETURN(const Repositories all, repositories_for(task, store));
  return refuse_disk_in_use(task.ctx, task.agent(), all, path, what);
}

}  // namespace trestle::ovm3
