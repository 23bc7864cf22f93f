// SPDX-License-Identifier: Apache-2.0
#include "helpers/ovm3/heartbeat.h"
#include "integration/ovm3/commands/host/family.h"

namespace trestle::ovm3 {

Result<schema::CheckOnHostAnswer> check_on_host(const Task& task,
                                                const schema::CheckOnHostCommand& command) {
  TRESTLE_ASSIGN_OR_RETURN(const schema::HostTO host, needed(command.host, "host"));
  TRESTLE_ASSIGN_OR_RETURN(const std::string guid, needed(host.guid, "host.guid"));
  const auto limit = task.settings().heartbeat_timeout;
  TRESTLE_ASSIGN_OR_RETURN(const HeartbeatSight sight,
                           look_at_heartbeat(task.ctx, task.agent(), guid, limit));
  schema::CheckOnHostAnswer answer;
  if (sight == HeartbeatSight::kFresh) {
    answer = done<schema::CheckOnHostAnswer>("the heartbeat of host " + guid + " is fresh");
    answer.determined = true;
    answer.alive = true;
    return answer;
  }
  answer.result = false;
  answer.details = "host " + guid + " shows no heartbeat of the last " +
                   std::to_string(limit.count()) +
                   " s on the storage that is seen here; it may have lost its storage and still "
                   "run its guests, so nothing is determined";
  return answer;
}

}  // namespace trestle::ovm3
