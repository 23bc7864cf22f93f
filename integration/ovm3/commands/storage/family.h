// SPDX-License-Identifier: Apache-2.0
#ifndef TRESTLE_INTEGRATION_OVM3_COMMANDS_STORAGE_FAMILY_H_
#define TRESTLE_INTEGRATION_OVM3_COMMANDS_STORAGE_FAMILY_H_

#include "integration/ovm3/commands/command.h"
#include "integration/schema/generated/storage.h"

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

}  // namespace trestle::ovm3

#endif  // TRESTLE_INTEGRATION_OVM3_COMMANDS_STORAGE_FAMILY_H_
