// SPDX-License-Identifier: Apache-2.0
#include <utility>

#include "integration/ovm3/commands/storage/family.h"
#include "integration/ovm3/storage_processor.h"

namespace trestle::ovm3 {
namespace {

/// What of the disk's details asks for several writers.
bool is_shared(const schema::DiskTO& disk) {
  if (!disk._details) return false;
  const std::string* const shared = disk._details->find("shared");
  return shared != nullptr && *shared == "true";
}

Result<StoredObject> disk_object(const schema::DiskTO& disk) {
  TRESTLE_ASSIGN_OR_RETURN(StoredObject object, object_of(disk.data, "disk.data"));
  if (object.path.empty()) object.path = disk.path.value_or("");
  // The type of the disk says it too, and some callers fill that only.
  if (object.kind == ObjectKind::kTemplate && disk.type == schema::VolumeType::ISO) {
    object.iso = true;
  }
  return object;
}

}  // namespace

Result<schema::AttachAnswer> attach(const Task& task, const schema::AttachCommand& command) {
  TRESTLE_ASSIGN_OR_RETURN(schema::DiskTO disk, needed(command.disk, "disk"));
  TRESTLE_ASSIGN_OR_RETURN(const std::string vm, needed(command.vmName, "vmName"));
  TRESTLE_ASSIGN_OR_RETURN(const StoredObject object, disk_object(disk));
  TRESTLE_ASSIGN_OR_RETURN(AttachedDisk made,
                           attach_object(task, vm, object, disk.diskSeq, is_shared(disk)));
  auto answer = done<schema::AttachAnswer>(std::move(made.details));
  // known defect 80: the device id was neither used nor returned. A CD keeps the one that
  // CloudStack gave it.
  if (!object.iso) disk.diskSeq = made.device_id;
  answer.disk = std::move(disk);
  return answer;
}

Result<schema::AttachAnswer> detach(const Task& task, const schema::DettachCommand& command) {
  TRESTLE_ASSIGN_OR_RETURN(schema::DiskTO disk, needed(command.disk, "disk"));
  TRESTLE_ASSIGN_OR_RETURN(const std::string vm, needed(command.vmName, "vmName"));
  TRESTLE_ASSIGN_OR_RETURN(const StoredObject object, disk_object(disk));
  TRESTLE_ASSIGN_OR_RETURN(AttachedDisk gone, detach_object(task, vm, object));
  auto answer = done<schema::AttachAnswer>(std::move(gone.details));
  answer.disk = std::move(disk);
  return answer;
}

}  // namespace trestle::ovm3
