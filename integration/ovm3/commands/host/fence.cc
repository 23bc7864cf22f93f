// SPDX-License-Identifier: Apache-2.0
#include "helpers/ovm3/heartbeat.h"
#include "integration/ovm3/commands/host/family.h"

namespace trestle::ovm3 {

Result<schema::FenceAnswer> fence(const Task& task, const schema::FenceCommand& command) {
  TRESTLE_ASSIGN_OR_RETURN(const std::string guid, needed(command.hostGuid, "hostGuid"));
  TRESTLE_ASSIGN_OR_RETURN(
      const HeartbeatSight sight,
      look_at_heartbeat(task.ctx, task.agent(), guid, task.settings().heartbeat_timeout));
  const bool lives = sight == HeartbeatSight::kFresh;
  return schema::FenceAnswer{
      .result = false,
      .details = "VM " + command.vmName.value_or("(no name)") + " is not fenced: host " + guid +
                 (lives ? " writes its heartbeat, so it lives"
                        : " shows no fresh heartbeat, which does not prove that it is off; cut its "
                          "power, and then say so to the orchestrator")};
}

}  // namespace trestle::ovm3
