// SPDX-License-Identifier: Apache-2.0
#include <string>

#include "integration/ovm3/commands/host/family.h"
#include "objects/ovm3/vm_list.h"

namespace trestle::ovm3 {

Result<schema::MaintainAnswer> maintain(const Task& task,
                                        const schema::MaintainCommand& /*command*/) {
  // Before the look: a VM that is started meanwhile is refused or seen.
  task.host.set_maintenance(true);
  const auto vms = list_vms(task.ctx, task.agent());
  if (!vms) {
    task.host.set_maintenance(false);
    return fail(vms.error());
  }
  std::string running;
  for (const VmInfo& vm : *vms) {
    if (!vm.is_control_domain()) running += (running.empty() ? "" : ", ") + vm.name;
  }
  auto answer = done<schema::MaintainAnswer>(
      "the host takes no new VM; " +
      (running.empty() ? std::string("none runs on it") : "still there: " + running));
  answer.willMigrate = true;
  return answer;
}

}  // namespace trestle::ovm3
