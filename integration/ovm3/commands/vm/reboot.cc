// SPDX-License-Identifier: Apache-2.0
#include "helpers/ovm3/instance.h"
#include "integration/ovm3/commands/vm/family.h"
#include "integration/ovm3/commands/vm/instance_of.h"

namespace trestle::ovm3 {

Result<schema::RebootAnswer> reboot(const Task& task, const schema::RebootCommand& command) {
  TRESTLE_ASSIGN_OR_RETURN(const std::string name, needed(command.vmName, "vmName"));
  const auto flight = task.host.flights().begin(name, PowerChange::kReboot);
  TRESTLE_ASSIGN_OR_RETURN(const VmInfo live,
                           reboot_instance(task.ctx, task.agent(), task.log(), name));
  auto answer =
      done<schema::RebootAnswer>("VM " + name + " runs again: " + sight_of(live, task.settings()));
  answer.vncPort = vnc_port_of(live);
  return answer;
}

}  // namespace trestle::ovm3
