// SPDX-License-Identifier: Apache-2.0
#include "helpers/ovm3/heartbeat.h"

#include "objects/ovm3/module.h"

namespace trestle::ovm3 {

Result<HeartbeatSight> look_at_heartbeat(const CallContext& ctx, const Agent& neighbour,
                                         const std::string& guid, std::chrono::seconds timeout) {
  const HostModule module(neighbour);
  TRESTLE_ASSIGN_OR_RETURN(const std::string version, module.version(ctx));
  if (!is_own_module(version)) return HeartbeatSight::kNotFresh;
  TRESTLE_ASSIGN_OR_RETURN(const bool fresh,
                           module.heartbeat_is_fresh(ctx, {.guid = guid, .timeout = timeout}));
  return fresh ? HeartbeatSight::kFresh : HeartbeatSight::kNotFresh;
}

// The plugin's main branch says 0.1, its Open vSwitch branch 0.3; ours began at 0.4.
bool is_own_module(const std::string& version) { return version != "0.1" && version != "0.3"; }

}  // namespace trestle::ovm3
