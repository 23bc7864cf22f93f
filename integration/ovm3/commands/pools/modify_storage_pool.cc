// SPDX-License-Identifier: Apache-2.0
#include <utility>

#include "integration/ovm3/commands/pools/family.h"
#include "integration/ovm3/storage_pool.h"

namespace trestle::ovm3 {

Result<schema::ModifyStoragePoolAnswer> modify_storage_pool(
    const Task& task, const schema::ModifyStoragePoolCommand& command) {
  TRESTLE_ASSIGN_OR_RETURN(const schema::StorageFilerTO pool, needed(command.pool, "pool"));
  schema::StoragePoolInfo info{.host = pool.host,
                               .localPath = command.localPath,
                               .hostPath = pool.path,
                               .poolType = pool.type};
  if (!command.add) {
    TRESTLE_ASSIGN_OR_RETURN(std::string details, close_storage_pool(task, pool));
    auto answer = done<schema::ModifyStoragePoolAnswer>(std::move(details));
    answer.poolInfo = std::move(info);
    return answer;
  }
  TRESTLE_ASSIGN_OR_RETURN(const StoragePool opened, open_storage_pool(task, pool));
  info.capacityBytes = static_cast<std::int64_t>(opened.space.total.count);
  info.availableBytes = static_cast<std::int64_t>(opened.space.free.count);
  auto answer = done<schema::ModifyStoragePoolAnswer>(opened.details);
  answer.poolInfo = std::move(info);
  answer.templateInfo.emplace();  // the server walks it
  return answer;
}

}  // namespace trestle::ovm3
