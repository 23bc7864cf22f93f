// SPDX-License-Identifier: Apache-2.0
#ifndef TRESTLE_INTEGRATION_OVM3_COMMANDS_STORAGE_FAMILY_H_
#define TRESTLE_INTEGRATION_OVM3_COMMANDS_STORAGE_FAMILY_H_

#include "integration/ovm3/commands/command.h"
#include "integration/schema/generated/machine.h"
#include "integration/schema/generated/storage.h"
#include "integration/schema/generated/volumes.h"

/// Commands about volumes, templates and snapshots; one function a file, named after the command.
/// What they do is done by the storage processor (storage_processor.h).
namespace trestle::ovm3 {

/// Moves an object's bytes between any two stores, or refuses the pair by name.
[[nodiscard]] Result<schema::CopyCmdAnswer> copy_command(const Task& task,
                                                         const schema::CopyCommand& command);
/// An empty volume, or a snapshot of a volume that nobody writes.
[[nodiscard]] Result<schema::CreateObjectAnswer> create_object(
    const Task& task, const schema::CreateObjectCommand& command);
/// Removes a volume, snapshot or template; one that is not there is done.
[[nodiscard]] Result<schema::Answer> delete_command(const Task& task,
                                                    const schema::DeleteCommand& command);

/// A volume or an ISO (DiskTO of type ISO) into a VM, running or stopped, at the device id of the
/// request; the answer tells where it is. `shared` = "true" in the disk's details asks for several
/// writers.
[[nodiscard]] Result<schema::AttachAnswer> attach(const Task& task,
                                                  const schema::AttachCommand& command);
/// The reverse; a disk that is not in is done.
[[nodiscard]] Result<schema::AttachAnswer> detach(const Task& task,
                                                  const schema::DettachCommand& command);
/// The older form for ISO images, both ways. An image on secondary storage stays mounted while a
/// guest of this host has it.
[[nodiscard]] Result<schema::Answer> attach_iso(const Task& task,
                                                const schema::AttachIsoCommand& command);

/// The older forms of making and removing a volume; with a template's name it is a copy of that.
[[nodiscard]] Result<schema::CreateAnswer> create(const Task& task,
                                                  const schema::CreateCommand& command);
[[nodiscard]] Result<schema::Answer> destroy(const Task& task,
                                             const schema::DestroyCommand& command);
/// A volume to volumes/ID on secondary storage, or back from there.
[[nodiscard]] Result<schema::CopyVolumeAnswer> copy_volume(
    const Task& task, const schema::CopyVolumeCommand& command);
/// A template on secondary storage out of a volume that nobody writes.
[[nodiscard]] Result<schema::CreatePrivateTemplateAnswer> create_private_template_from_volume(
    const Task& task, const schema::CreatePrivateTemplateFromVolumeCommand& command);
/// A full copy of a volume in another (or the same) pool, named by `storagePoolUuid` in the details
/// of both sides, at `path` in those of the target (without it a name is made up, which must not be
/// there yet); iSCSI volumes are refused by name.
[[nodiscard]] Result<schema::SnapshotAndCopyAnswer> snapshot_and_copy(
    const Task& task, const schema::SnapshotAndCopyCommand& command);

/// An object that lies on the store: looked at, and told with its size.
[[nodiscard]] Result<schema::IntroduceObjectAnswer> introduce(
    const Task& task, const schema::IntroduceObjectCmd& command);
/// The reverse: the file stays. Refused while a VM has it.
[[nodiscard]] Result<schema::Answer> forget(const Task& task,
                                            const schema::ForgetObjectCmd& command);

/// Refused by name while the agent's call is not known.
[[nodiscard]] Result<schema::ResizeVolumeAnswer> resize_volume(
    const Task& task, const schema::ResizeVolumeCommand& command);

}  // namespace trestle::ovm3

#endif  // TRESTLE_INTEGRATION_OVM3_COMMANDS_STORAGE_FAMILY_H_
