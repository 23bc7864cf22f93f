// SPDX-License-Identifier: Apache-2.0
#ifndef TRESTLE_INTEGRATION_OVM3_MAINTENANCE_H_
#define TRESTLE_INTEGRATION_OVM3_MAINTENANCE_H_

#include "integration/ovm3/commands/command.h"
#include "objects/ovm3/vm.h"

namespace trestle::ovm3 {

/// To be asked before a VM comes to the host (start, migration to it). Errors: kFailedPrecondition
/// in maintenance. It ends with the next ReadyCommand, or when the orchestrator's books say that
/// the host is up again: some orchestrators end it without telling the host.
[[nodiscard]] Result<void> takes_new_vms(const Task& task);

/// The same for one VM: nothing new comes with one that runs here already, so that a command which
/// is repeated gets its answer in maintenance too. Asks the host in maintenance only.
[[nodiscard]] Result<void> takes_vm(const Task& task, const Vm& vm);

}  // namespace trestle::ovm3

#endif  // TRESTLE_INTEGRATION_OVM3_MAINTENANCE_H_
