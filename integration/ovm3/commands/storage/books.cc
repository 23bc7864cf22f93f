// SPDX-License-Identifier: Apache-2.0
// Objects that lie on a store already: the files of a repository are its books, so no byte moves.
#include <utility>

#include "integration/ovm3/commands/storage/family.h"
#include "integration/ovm3/storage_processor.h"
#include "integration/ovm3/volume_guard.h"

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
  TRESTLE_ASSIGN_OR_RETURN(const OpenStore store, OpenStore::open(task, object.store));
  TRESTLE_ASSIGN_OR_RETURN(const ImageFile asked, store.file(object, object.path));
  const auto found = find_image(task.ctx, task.agent(), asked, Halves::kTake);
  if (!found && found.error().code != Code::kNotFound) return fail(found.error());
  const ImageFile& file = found ? *found : asked;
  TRESTLE_RETURN_IF_ERROR(refuse_used(task, object.store, file.path, "forgotten"));
  return done<schema::Answer>(found ? "the host keeps no book of " + object.shown() +
                                         "; its file stays where it is"
                                   : object.shown() + " is not there: nothing to forget");
}

}  // namespace trestle::ovm3
