// SPDX-License-Identifier: Apache-2.0
// Objects made on and removed from a store.
#include <utility>

#include "integration/ovm3/storage_processor.h"
#include "integration/ovm3/volume_guard.h"
#include "objects/core/template_properties.h"
#include "objects/ovm3/storage.h"

namespace trestle::ovm3 {
namespace {

std::string bytes_text(Bytes size) { return std::to_string(size.count) + " bytes"; }

/// template.properties and the folder of a template on secondary storage.
Result<void> remove_description(const Task& task, const NfsPlace& place,
                                const std::string& folder) {
  const ImageFile properties{place, folder + "/" + std::string(kTemplateProperties)};
  TRESTLE_RETURN_IF_ERROR(remove_file(task.ctx, task.agent(), properties));
  const auto gone =
      StoragePlugin(task.agent())
          .destroy(
              task.ctx, place.server, place.file_system,
              {.type = FileType::kDirectory, .file_system = place.file_system.id, .path = folder});
  // One that holds something else stays: somebody put it there.
  if (!gone) {
    task.log().write(Level::kInfo, "FOLDER_KEPT",
                     {{"path", folder}, {"why", gone.error().message()}});
  }
  return {};
}

}  // namespace

Result<CopiedObject> create_volume(const Task& task, const StoredObject& volume) {
  if (!volume.store.primary()) {
    return fail(Code::kUnimplemented,
                "empty volumes are made on primary storage only, not on " + volume.store.shown());
  }
  if (!volume.size) {
    return fail(Code::kInvalidArgument, volume.shown() + " has no size; give one in bytes");
  }
  if (volume.path.empty() && volume.uuid.empty()) {
    return fail(Code::kInvalidArgument, "the volume has neither a uuid nor a path");
  }
  TRESTLE_ASSIGN_OR_RETURN(const OpenStore store, OpenStore::open(task, volume.store));
  TRESTLE_ASSIGN_OR_RETURN(
      const ImageFile file,
      store.file(volume, volume.path.empty() ? volume.uuid + ".raw" : volume.path));
  TRESTLE_ASSIGN_OR_RETURN(const Lanes::Place turn,
                           task.host.lanes().enter(task.ctx, image_lane(file)));
  TRESTLE_ASSIGN_OR_RETURN(const CopiedImage made, create_image(work_of(task), file, *volume.size));
  return CopiedObject{.path = store.path_of(file),
                      .size = made.size,
                      .details = file.path +
                                 (made.was_there ? " is there already, " : " was made, ") +
                                 bytes_text(made.size)};
}

Result<CopiedObject> take_snapshot(const Task& task, const StoredObject& snapshot) {
  if (!snapshot.store.primary() || snapshot.volume_path.empty()) {
    return fail(Code::kInvalidArgument,
                snapshot.shown() + " names no volume on primary storage to be taken of");
  }
  if (snapshot.id == 0) {
    return fail(Code::kInvalidArgument,
                snapshot.shown() + " has no id, which tells it from others of its volume");
  }
  const StoredObject volume{.kind = ObjectKind::kVolume,
                            .store = snapshot.store,
                            .path = snapshot.volume_path,
                            .vm = snapshot.vm};
  TRESTLE_ASSIGN_OR_RETURN(const OpenStore store, OpenStore::open(task, snapshot.store));
  TRESTLE_ASSIGN_OR_RETURN(const ImageFile asked, store.file(volume, volume.path));
  TRESTLE_ASSIGN_OR_RETURN(const FoundImage found, find_image(task.ctx, task.agent(), asked));
  const ImageFile& source = found.file;
  // known defect 69: a VM that runs on another host was not seen. One that was started meanwhile
  // has torn the copy.
  const auto check = [&] {
    return refuse_running_volume(task, volume, source.path, "snapshotted");
  };
  TRESTLE_RETURN_IF_ERROR(check());
  const std::string name = stem_of(source.path) + "-snap-" + std::to_string(snapshot.id) + ".raw";
  TRESTLE_ASSIGN_OR_RETURN(const ImageFile target, store.file(snapshot, name));
  TRESTLE_ASSIGN_OR_RETURN(const Lanes::Place turn,
                           task.host.lanes().enter(task.ctx, image_lane(target)));
  // What bears this snapshot's number is this snapshot: taking it again must not change it.
  TRESTLE_ASSIGN_OR_RETURN(const CopiedImage made,
                           copy_image(work_of(task), source, target, Source::kFixed, check));
  return CopiedObject{.path = name,
                      .size = made.size,
                      .details = target.path +
                                 (made.was_there ? " is there already, "
                                                 : " was made as a full copy of the volume, ") +
                                 bytes_text(made.size)};
}

Result<std::string> delete_object(const Task& task, const StoredObject& object) {
  if (object.path.empty()) return object.shown() + " has no path: nothing was ever made of it";
  TRESTLE_ASSIGN_OR_RETURN(const OpenStore store, OpenStore::open(task, object.store));
  // known defect 72: the ending was put behind a path that had it.
  TRESTLE_ASSIGN_OR_RETURN(const ImageFile asked, store.file(object, object.path));
  TRESTLE_ASSIGN_OR_RETURN(const Lanes::Place turn,
                           task.host.lanes().enter(task.ctx, image_lane(asked)));
  const auto found = find_image(task.ctx, task.agent(), asked, Halves::kTake);
  const bool on_secondary = !object.store.primary();
  if (!found && found.error().code != Code::kNotFound) return fail(found.error());
  const ImageFile& image = found ? found->file : asked;
  if (found) TRESTLE_RETURN_IF_ERROR(refuse_used(task, object.store, image.path, "deleted"));
  TRESTLE_ASSIGN_OR_RETURN(const bool was_there, remove_image(task.ctx, task.agent(), image));
  // Without the image only the number tells whose description it is.
  const std::string folder = image.path.substr(0, image.path.rfind('/'));
  const bool its_own = found || file_name(folder) == std::to_string(object.id);
  if (object.kind == ObjectKind::kTemplate && on_secondary && its_own &&
      folder != image.place.mount_point) {
    TRESTLE_RETURN_IF_ERROR(remove_description(task, image.place, folder));
  }
  TRESTLE_ASSIGN_OR_RETURN(const auto left, size_of(task.ctx, task.agent(), image));
  if (left) {
    return fail(Code::kAborted, image.path + " is still there after its removal; repeat it");
  }
  return image.path + (was_there ? " was removed" : " was not there: nothing to remove");
}

Result<std::string> forget_object(const Task& task, const StoredObject& object) {
  TRESTLE_ASSIGN_OR_RETURN(const OpenStore store, OpenStore::open(task, object.store));
  TRESTLE_ASSIGN_OR_RETURN(const ImageFile asked, store.file(object, object.path));
  const auto found = find_image(task.ctx, task.agent(), asked, Halves::kTake);
  if (!found && found.error().code != Code::kNotFound) return fail(found.error());
  const ImageFile& file = found ? found->file : asked;
  TRESTLE_RETURN_IF_ERROR(refuse_used(task, object.store, file.path, "forgotten"));
  return found ? "the host keeps no book of " + object.shown() + "; its file stays where it is"
               : object.shown() + " is not there: nothing to forget";
}

Result<Bytes> look_at_object(const Task& task, const StoredObject& object) {
  TRESTLE_ASSIGN_OR_RETURN(const OpenStore store, OpenStore::open(task, object.store));
  TRESTLE_ASSIGN_OR_RETURN(const ImageFile asked, store.file(object, object.path));
  TRESTLE_ASSIGN_OR_RETURN(const FoundImage found, find_image(task.ctx, task.agent(), asked));
  return found.size;
}

}  // namespace trestle::ovm3
