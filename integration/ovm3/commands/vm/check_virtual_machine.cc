// SPDX-License-Identifier: Apache-2.0
#include "helpers/ovm3/hosted_vm.h"
#include "helpers/ovm3/power_report.h"
#include "integration/ovm3/commands/vm/family.h"
#include "integration/ovm3/commands/vm/instance_of.h"
#include "integration/ovm3/host_report.h"

namespace trestle::ovm3 {

Result<schema::CheckVirtualMachineAnswer> check_virtual_machine(
    const Task& task, const schema::CheckVirtualMachineCommand& command) {
  TRESTLE_ASSIGN_OR_RETURN(const std::string name, needed(command.vmName, "vmName"));
  TRESTLE_ASSIGN_OR_RETURN(const auto vms, list_vms(task.ctx, task.agent()));
  schema::CheckVirtualMachineAnswer answer;
  const auto live = find_domain(vms, name);
  if (!live) {
    answer = done<schema::CheckVirtualMachineAnswer>(live.error().message());
    answer.state = schema::PowerState::PowerUnknown;
    return answer;
  }
  answer = done<schema::CheckVirtualMachineAnswer>(
      *live ? "VM " + name + " is " + std::string(to_string((*live)->power())) + ": " +
                  sight_of(**live, task.settings())
            : "no domain of this host bears the name " + name);
  answer.state = wire_state(power_of(*live));
  if (*live) answer.vncPort = vnc_port_of(**live);
  return answer;
}

}  // namespace trestle::ovm3
