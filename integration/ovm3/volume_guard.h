// SPDX-License-Identifier: Apache-2.0
#ifndef TRESTLE_INTEGRATION_OVM3_VOLUME_GUARD_H_
#define TRESTLE_INTEGRATION_OVM3_VOLUME_GUARD_H_

#include <string>
#include <string_view>

#include "helpers/ovm3/hosted_vm.h"
#include "integration/ovm3/store.h"

/// What must not be done with an image because a VM has it.
namespace trestle::ovm3 {

/// The repositories of this host, for finding out who has an image of a store.
[[nodiscard]] Result<Repositories> repositories_for(const Task& task, const StoreName& store);

/// Refuses a volume that a guest may be writing, on this host or on another: other hosts of the
/// cluster are asked where the orchestrator can be reached (known defect 69). `what` ends the
/// sentence "cannot be ...". Errors: kUnimplemented or kFailedPrecondition naming the VM.
[[nodiscard]] Result<void> refuse_running_volume(const Task& task, const StoredObject& volume,
                                                 const std::string& path, std::string_view what);

/// Refuses an image that is a disk of any VM, running or not.
[[nodiscard]] Result<void> refuse_used(const Task& task, const StoreName& store,
                                       const std::string& path, std::string_view what);

}  // namespace trestle::ovm3

#endif  // TRESTLE_INTEGRATION_OVM3_VOLUME_GUARD_H_
