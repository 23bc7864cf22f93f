// SPDX-License-Identifier: Apache-2.0
#include <utility>

#include "integration/ovm3/commands/storage/family.h"
#include "integration/ovm3/storage_processor.h"

namespace trestle::ovm3 {

Result<schema::CopyVolumeAnswer> copy_volume(const Task& task,
                                             const schema::CopyVolumeCommand& command) {
  TRESTLE_ASSIGN_OR_RETURN(const schema::StorageFilerTO pool, needed(command.pool, "pool"));
  TRESTLE_ASSIGN_OR_RETURN(const std::string path, needed(command.volumePath, "volumePath"));
  TRESTLE_ASSIGN_OR_RETURN(const std::string url,
                           needed(command.secondaryStorageURL, "secondaryStorageURL"));
  const std::string folder = "volumes/" + std::to_string(command.volumeId);
  StoredObject on_primary{.kind = ObjectKind::kVolume,
                          .path = file_name(path),
                          .id = command.volumeId,
                          .vm = command.vmName.value_or("")};
  TRESTLE_ASSIGN_OR_RETURN(on_primary.store, store_of(pool));
  StoredObject on_secondary{.kind = ObjectKind::kVolume,
                            .path = folder + "/" + stem_of(path) + ".raw",
                            .id = command.volumeId};
  // known defect 76: the URL went to the agent as if it were a path of the host.
  TRESTLE_ASSIGN_OR_RETURN(on_secondary.store, store_of_url(url));
  TRESTLE_ASSIGN_OR_RETURN(CopiedObject made, command.toSecondaryStorage
                                                  ? copy_object(task, on_primary, on_secondary)
                                                  : copy_object(task, on_secondary, on_primary));
  auto answer = done<schema::CopyVolumeAnswer>(std::move(made.details));
  if (command.toSecondaryStorage) answer.volumeFolder = folder;
  answer.volumePath = file_name(made.path);
  return answer;
}

}  // namespace trestle::ovm3
