// SPDX-License-Identifier: Apache-2.0
#include <utility>

#include "integration/ovm3/commands/storage/family.h"
#include "integration/ovm3/storage_processor.h"

namespace trestle::ovm3 {

Result<schema::CreateAnswer> create(const Task& task, const schema::CreateCommand& command) {
  TRESTLE_ASSIGN_OR_RETURN(const schema::StorageFilerTO pool, needed(command.pool, "pool"));
  TRESTLE_ASSIGN_OR_RETURN(const schema::DiskProfile disk,
                           needed(command.diskCharacteristics, "diskCharacteristics"));
  TRESTLE_ASSIGN_OR_RETURN(const StoreName store, store_of(pool));
  TRESTLE_ASSIGN_OR_RETURN(const std::string name, needed(disk.name, "diskCharacteristics.name"));
  StoredObject volume{.kind = ObjectKind::kVolume,
                      .store = store,
                      .path = disk.path.value_or(""),
                      .uuid = name,
                      .name = name,
                      .id = command.volId};
  if (disk.size > 0) volume.size = Bytes{static_cast<std::uint64_t>(disk.size)};
  CopiedObject made;
  if (command.templateUrl) {
    const StoredObject base{
        .kind = ObjectKind::kTemplate, .store = store, .path = file_name(*command.templateUrl)};
    TRESTLE_ASSIGN_OR_RETURN(made, copy_object(task, base, volume));
  } else {
    TRESTLE_ASSIGN_OR_RETURN(made, create_volume(task, volume));
  }
  auto answer = done<schema::CreateAnswer>(made.details);
  answer.volume = schema::VolumeTO{.id = command.volId,
                                   .name = name,
                                   .mountPoint = pool.path,
                                   .path = made.path,
                                   .size = static_cast<std::int64_t>(made.size.count),
                                   .type = disk.type,
                                   .storagePoolType = pool.type,
                                   .storagePoolUuid = pool.uuid};
  return answer;
}

Result<schema::Answer> destroy(const Task& task, const schema::DestroyCommand& command) {
  TRESTLE_ASSIGN_OR_RETURN(const schema::VolumeTO volume, needed(command.volume, "volume"));
  TRESTLE_ASSIGN_OR_RETURN(const StoreName store,
                           store_of(schema::StorageFilerTO{.uuid = volume.storagePoolUuid,
                                                           .type = volume.storagePoolType}));
  TRESTLE_ASSIGN_OR_RETURN(std::string found,
                           delete_object(task, {.kind = ObjectKind::kVolume,
                                                .store = store,
                                                .path = volume.path.value_or(""),
                                                .name = volume.name.value_or("")}));
  return done<schema::Answer>(std::move(found));
}

}  // namespace trestle::ovm3
