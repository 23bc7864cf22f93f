// SPDX-License-Identifier: Apache-2.0
#include <utility>

#include "integration/ovm3/commands/pools/family.h"
#include "integration/ovm3/storage_pool.h"

namespace trestle::ovm3 {

Result<schema::Answer> delete_storage_pool(const Task& task,
                                           const schema::DeleteStoragePoolCommand& command) {
  TRESTLE_ASSIGN_OR_RETURN(const schema::StorageFilerTO pool, needed(command._pool, "_pool"));
  TRESTLE_ASSIGN_OR_RETURN(std::string details, close_storage_pool(task, pool));
  return done<schema::Answer>(std::move(details));
}

}  // namespace trestle::ovm3
