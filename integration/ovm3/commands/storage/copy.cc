// SPDX-License-Identifier: Apache-2.0
#include <utility>

#include "integration/ovm3/commands/storage/family.h"
#include "integration/ovm3/storage_processor.h"

namespace trestle::ovm3 {
namespace {

std::int64_t number(Bytes size) { return static_cast<std::int64_t>(size.count); }

/// The new object as CloudStack's own classes tell it: what changed, and no more.
schema::DataTO told(const StoredObject& to, const CopiedObject& made) {
  switch (to.kind) {
    case ObjectKind::kTemplate:
      return schema::TemplateObjectTO{
          .path = made.path,
          .uuid = to.uuid,
          .format = to.iso ? schema::ImageFormat::ISO : schema::ImageFormat::RAW,
          .size = number(made.size),
          .physicalSize = number(made.size)};
    case ObjectKind::kVolume:
      return schema::VolumeObjectTO{.uuid = to.uuid,
                                    .name = to.name,
                                    .size = number(made.size),
                                    .path = made.path,
                                    .format = schema::ImageFormat::RAW};
    case ObjectKind::kSnapshot:
      break;
  }
  return schema::SnapshotObjectTO{
      .path = made.path, .id = to.id, .physicalSize = number(made.size)};
}

}  // namespace

Result<schema::CopyCmdAnswer> copy_command(const Task& task, const schema::CopyCommand& command) {
  TRESTLE_ASSIGN_OR_RETURN(const StoredObject from, object_of(command.srcTO, "srcTO"));
  TRESTLE_ASSIGN_OR_RETURN(const StoredObject to, object_of(command.destTO, "destTO"));
  TRESTLE_ASSIGN_OR_RETURN(CopiedObject made, copy_object(task, from, to));
  auto answer = done<schema::CopyCmdAnswer>(made.details);
  answer.newData = told(to, made);
  return answer;
}

}  // namespace trestle::ovm3
