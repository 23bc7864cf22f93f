// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <string>

#include "integration/ovm3/commands/host/family.h"
#include "objects/ovm3/vm_list.h"

namespace trestle::ovm3 {
namespace {

void add(std::string& list, const std::string& name) { list += (list.empty() ? "" : ", ") + name; }

}  // namespace

Result<schema::MaintainAnswer> maintain(const Task& task,
                                        const schema::MaintainCommand& /*command*/) {
  const bool before = task.host.in_maintenance();
  // Before the look: a VM that is started meanwhile is refused, seen, or known to be on its way.
  task.host.set_maintenance(true);
  const VmsInFlight::Look look(task.host.flights());
  const auto vms = list_vms(task.ctx, task.agent());
  if (!vms) {
    task.host.set_maintenance(before);
    return fail(vms.error());
  }
  std::string running;
  for (const VmInfo& vm : *vms) {
    if (!vm.is_control_domain()) add(running, vm.name);
  }
  std::string coming;
  for (const auto& [name, flight] : look.flights()) {
    const bool comes =
        flight.change == PowerChange::kStart || flight.change == PowerChange::kMigrateIn;
    if (comes && std::ranges::find(*vms, name, &VmInfo::name) == vms->end()) add(coming, name);
  }
  auto answer = done<schema::MaintainAnswer>(
      "the host takes no new VM; " +
      (running.empty() ? std::string("none runs on it") : "still there: " + running) +
      (coming.empty() ? "" : "; on its way before this began: " + coming));
  answer.willMigrate = true;
  return answer;
}

}  // namespace trestle::ovm3
