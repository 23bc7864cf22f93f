// SPDX-License-Identifier: Apache-2.0
#include "integration/ovm3/commands/storage/family.h"
#include "integration/ovm3/storage_processor.h"

namespace trestle::ovm3 {

Result<schema::CreateObjectAnswer> create_object(const Task& task,
                                                 const schema::CreateObjectCommand& command) {
  TRESTLE_ASSIGN_OR_RETURN(const StoredObject object, object_of(command.data, "data"));
  if (object.kind == ObjectKind::kTemplate) {
    return fail(Code::kUnimplemented,
                "an empty template cannot be made (" + object.shown() +
                    "); templates are copied from volumes and snapshots by CopyCommand");
  }
  const bool snapshot = object.kind == ObjectKind::kSnapshot;
  TRESTLE_ASSIGN_OR_RETURN(const CopiedObject made,
                           snapshot ? take_snapshot(task, object) : create_volume(task, object));
  auto answer = done<schema::CreateObjectAnswer>(made.details);
  const auto size = static_cast<std::int64_t>(made.size.count);
  if (snapshot) {
    answer.data = schema::SnapshotObjectTO{
        .path = made.path, .name = object.name, .id = object.id, .physicalSize = size};
  } else {
    answer.data = schema::VolumeObjectTO{.name = object.name, .size = size, .path = made.path};
  }
  return answer;
}

}  // namespace trestle::ovm3
