// SPDX-License-Identifier: Apache-2.0
#include <utility>

#include "integration/ovm3/commands/storage/family.h"
#include "integration/ovm3/storage_processor.h"

namespace trestle::ovm3 {

Result<schema::Answer> delete_command(const Task& task, const schema::DeleteCommand& command) {
  TRESTLE_ASSIGN_OR_RETURN(const StoredObject object, object_of(command.data, "data"));
  TRESTLE_ASSIGN_OR_RETURN(std::string found, delete_object(task, object));
  return done<schema::Answer>(std::move(found));
}

}  // namespace trestle::ovm3
