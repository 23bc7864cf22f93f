// SPDX-License-Identifier: Apache-2.0
#include "integration/ovm3/commands/pools/family.h"
#include "integration/ovm3/storage_pool.h"

namespace trestle::ovm3 {

Result<schema::Answer> create_storage_pool(const Task& task,
                                           const schema::CreateStoragePoolCommand& command) {
  TRESTLE_ASSIGN_OR_RETURN(const schema::StorageFilerTO pool, needed(command.pool, "pool"));
  TRESTLE_ASSIGN_OR_RETURN(const StoragePool opened, open_storage_pool(task, pool));
  return done<schema::Answer>(opened.details);
}

}  // namespace trestle::ovm3
