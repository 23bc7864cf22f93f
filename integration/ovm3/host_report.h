// SPDX-License-Identifier: Apache-2.0
#ifndef TRESTLE_INTEGRATION_OVM3_HOST_REPORT_H_
#define TRESTLE_INTEGRATION_OVM3_HOST_REPORT_H_

#include <vector>

#include "helpers/ovm3/power_report.h"
#include "integration/ovm3/managed_host.h"
#include "integration/schema/generated/enums.h"
#include "integration/schema/values.h"
#include "objects/core/call_context.h"
#include "objects/core/result.h"

/// What a host says of itself without being told to do something.
namespace trestle::ovm3 {

/// StartupRoutingCommand, then StartupStorageCommand for its local storage if it has some. Changes
/// nothing on the host. Errors: the agent's; kFailedPrecondition naming the release, if it is none
/// that is known, or the address that no bridge carries.
[[nodiscard]] Result<std::vector<schema::Object>> startup_commands(const CallContext& ctx,
                                                                   ManagedHost& host);

/// The orchestrator's word for what is told of a VM.
[[nodiscard]] schema::PowerState wire_state(PowerReport report);

/// PingRoutingCommand with every VM that can be told. Errors: the agent's; then there is no report.
[[nodiscard]] Result<schema::Object> ping_command(const CallContext& ctx, ManagedHost& host);

}  // namespace trestle::ovm3

#endif  // TRESTLE_INTEGRATION_OVM3_HOST_REPORT_H_
