// SPDX-License-Identifier: Apache-2.0
// Volumes and ISO images put into VMs and taken out of them.
#include <utility>

#include "helpers/ovm3/disk_attach.h"
#include "integration/ovm3/storage_processor.h"
#include "integration/ovm3/volume_guard.h"

namespace trestle::ovm3 {
namespace {

std::string where(const std::string& vm, const DiskOwner& owner) {
  return "VM " + vm + (owner.runs_here ? " (runs)" : " (stopped)");
}

}  // namespace

Result<AttachedDisk> attach_object(const Task& task, const std::string& vm,
                                   const StoredObject& object,
                                   std::optional<std::int64_t> device_id, bool shared) {
  if (object.kind == ObjectKind::kSnapshot ||
      (object.kind == ObjectKind::kTemplate && !object.iso)) {
    return fail(Code::kUnimplemented,
                object.shown() + " cannot be attached to a VM; make a volume of it first");
  }
  if (object.kind == ObjectKind::kVolume && !object.store.primary()) {
    return fail(Code::kUnimplemented,
                object.shown() + " cannot be attached; copy it to primary storage first");
  }
  TRESTLE_ASSIGN_OR_RETURN(const OpenStore store, OpenStore::open(task, object.store));
  TRESTLE_ASSIGN_OR_RETURN(const ImageFile asked, store.file(object, object.path));
  TRESTLE_ASSIGN_OR_RETURN(const FoundImage image, find_image(task.ctx, task.agent(), asked));
  TRESTLE_ASSIGN_OR_RETURN(const Repositories all, repositories_for(task, object.store));
  TRESTLE_ASSIGN_OR_RETURN(const DiskOwner owner,
                           find_disk_owner(task.ctx, task.agent(), vm, host_mark(task.settings())));
  TRESTLE_ASSIGN_OR_RETURN(
      const DiskPlace place,
      attach_disk(
          work_of(task), all, owner,
          {.path = image.file.path, .place = device_id, .cdrom = object.iso, .shared = shared}));
  return AttachedDisk{.device = place.device,
                      .device_id = place.place,
                      .details = image.file.path +
                                 (place.was_so ? " is attached already to " : " was attached to ") +
                                 where(vm, owner) + " as " + place.device};
}

Result<AttachedDisk> detach_object(const Task& task, const std::string& vm,
                                   const StoredObject& object) {
  TRESTLE_ASSIGN_OR_RETURN(const OpenStore store, OpenStore::open(task, object.store));
  TRESTLE_ASSIGN_OR_RETURN(const ImageFile asked, store.file(object, object.path));
  const auto found = find_image(task.ctx, task.agent(), asked, Halves::kTake);
  if (!found && found.error().code != Code::kNotFound) return fail(found.error());
  const std::string& path = found ? found->file.path : asked.path;
  TRESTLE_ASSIGN_OR_RETURN(const DiskOwner owner,
                           find_disk_owner(task.ctx, task.agent(), vm, host_mark(task.settings())));
  TRESTLE_ASSIGN_OR_RETURN(const DiskPlace place, detach_disk(work_of(task), owner, path));
  return AttachedDisk{.device = place.device,
                      .device_id = place.place,
                      .details = place.was_so ? path + " is no disk of " + where(vm, owner)
                                              : path + " was detached from " + where(vm, owner)};
}

}  // namespace trestle::ovm3
