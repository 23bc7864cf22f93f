// SPDX-License-Identifier: Apache-2.0
#include "integration/ovm3/maintenance.h"

#include "integration/contracts/orchestrator.h"

namespace trestle::ovm3 {

Result<void> takes_new_vms(const Task& task) {
  if (!task.host.in_maintenance()) return {};
  if (contracts::Orchestrator* const books = task.host.orchestrator(); books != nullptr) {
    const auto record = books->host_by_guid(task.ctx, task.settings().guid);
    // Books that cannot be read leave the host where it is: in maintenance.
    if (record && *record && (*record)->state == contracts::HostState::kUp) {
      task.host.set_maintenance(false);
      return {};
    }
  }
  return fail(Code::kFailedPrecondition,
              "the host is in maintenance and takes no new VM; end the maintenance first");
}

Result<void> takes_vm(const Task& task, const Vm& vm) {
  auto room = takes_new_vms(task);
  if (room) return room;
  const auto live = vm.live(task.ctx);
  return live && live->power() == VmState::kRunning ? Result<void>() : room;
}

}  // namespace trestle::ovm3
