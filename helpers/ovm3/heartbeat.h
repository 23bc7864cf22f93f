// SPDX-License-Identifier: Apache-2.0
#ifndef TRESTLE_HELPERS_OVM3_HEARTBEAT_H_
#define TRESTLE_HELPERS_OVM3_HEARTBEAT_H_

#include <chrono>
#include <cstdint>
#include <string>

#include "objects/core/call_context.h"
#include "objects/core/result.h"
#include "objects/ovm3/agent.h"

namespace trestle::ovm3 {

/// What the storage heartbeat of a host says, read by a neighbour.
enum class HeartbeatSight : std::uint8_t {
  kFresh,     ///< written within the timeout on every pool that the neighbour sees: the host lives
  kNotFresh,  ///< old, missing, unreadable, or no pool is shared: proves nothing by itself
};

/// Asks the module of `neighbour` for the heartbeat of the host `guid`. The plugin's own module
/// takes "no pool at all" for health (known defect 133), so its word counts for nothing: kNotFresh.
/// Errors: those of HostModule; an error is no sight at all.
[[nodiscard]] Result<HeartbeatSight> look_at_heartbeat(const CallContext& ctx,
                                                       const Agent& neighbour,
                                                       const std::string& guid,
                                                       std::chrono::seconds timeout);

/// True if the module is Trestle's: it counts bytes, not packets, and tells "no pool" from health.
[[nodiscard]] bool is_own_module(const std::string& version);

}  // namespace trestle::ovm3

#endif  // TRESTLE_HELPERS_OVM3_HEARTBEAT_H_
