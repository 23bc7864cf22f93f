// SPDX-License-Identifier: Apache-2.0
#ifndef TRESTLE_HELPERS_OVM3_HOST_TRAFFIC_H_
#define TRESTLE_HELPERS_OVM3_HOST_TRAFFIC_H_

#include <optional>
#include <string>

#include "objects/core/call_context.h"
#include "objects/core/result.h"
#include "objects/core/units.h"
#include "objects/ovm3/agent.h"
#include "objects/ovm3/module_reply.h"

namespace trestle::ovm3 {

/// Traffic of one device since the host started; absent with a reason if it cannot be told.
struct HostTraffic {
  std::optional<Bytes> received = std::nullopt;
  std::optional<Bytes> sent = std::nullopt;
  std::string reason = {};
  friend bool operator==(const HostTraffic&, const HostTraffic&) = default;
};

/// Reads the counters of ovs_dom0_stats. The plugin's module counts packets and swaps them (known
/// defect 127): bytes cannot be made out of that. Pure.
[[nodiscard]] HostTraffic host_traffic(const HostStats& stats, bool own_module);

/// `label`, or without one the device that bears the host's address (`address`, or the one the host
/// is registered with). Errors: kFailedPrecondition if no device bears it; the agent's.
[[nodiscard]] Result<std::string> device_of_traffic(const CallContext& ctx, const Agent& agent,
                                                    const std::string& address,
                                                    const std::string& label);

}  // namespace trestle::ovm3

#endif  // TRESTLE_HELPERS_OVM3_HOST_TRAFFIC_H_
