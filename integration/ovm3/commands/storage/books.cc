// SPDX-License-Identifier: Apache-2.0
// Objects that lie on a store already: the files of a repository are its books, so no byte moves.
#include <utility>

#include "integration/ovm3/commands/storage/family.h"
#include "integration/ovm3/storage_processor.h"

namespace trestle::ovm3 {
namespace {

/// The object with the size that was found.
schema::DataTO with_size(const schema::DataTO& data, Bytes size) {
  const auto count = static_cast<std::int64_t>(size.count);
  if (const auto* const volume = data.as<schema::VolumeObjectTO>()) {
    auto found = *volume;
    found.size = count;
    return found;
  }
  if (const auto* const from = data.as<schema::TemplateObjectTO>()) {
    auto found = *from;
    found.size = count;
    found.physicalSize = count;
    return found;
  }
  if (const auto* const snapshot = data.as<schema::SnapshotObjectTO>()) {
    auto found = *snapshot;
    found.physicalSize = count;
    return found;
  }
  return data;
}

}  // namespace

Result<schema::IntroduceObjectAnswer> introduce(const Task& task,
                                                const schema::IntroduceObjectCmd& command) {
  TRESTLE_ASSIGN_OR_RETURN(const StoredObject object, object_of(command.dataTO, "dataTO"));
  TRESTLE_ASSIGN_OR_RETURN(const Bytes size, look_at_object(task, object));
  if (object.size && *object.size != size) {
    return fail(Code::kFailedPrecondition,
                object.shown() + " has " + std::to_string(size.count) + " bytes and not " +
                    std::to_string(object.size->count) + "; correct its record");
  }
  auto answer = done<schema::IntroduceObjectAnswer>(object.shown() + " lies there with " +
                                                    std::to_string(size.count) + " bytes");
  answer.dataTO = with_size(command.dataTO, size);
  return answer;
}

Result<schema::Answer> forget(const Task& task, const schema::ForgetObjectCmd& command) {
  TRESTLE_ASSIGN_OR_RETURN(const StoredObject object, object_of(command.dataTO, "dataTO"));
  TRESTLE_ASSIGN_OR_RETURN(std::string found, forget_object(task, object));
  return done<schema::Answer>(std::move(found));
}

}  // namespace trestle::ovm3
