// SPDX-License-Identifier: Apache-2.0
#ifndef TRESTLE_INTEGRATION_OVM3_COMMANDS_HOST_FAMILY_H_
#define TRESTLE_INTEGRATION_OVM3_COMMANDS_HOST_FAMILY_H_

#include "integration/ovm3/commands/command.h"
#include "integration/schema/generated/host.h"

/// Commands about a host itself; one function a file, named after the command.
namespace trestle::ovm3 {

/// Whether the agent answers: one cheap call that reads nothing but proves a life.
[[nodiscard]] Result<schema::CheckHealthAnswer> check_health(
    const Task& task, const schema::CheckHealthCommand& command);

}  // namespace trestle::ovm3

#endif  // TRESTLE_INTEGRATION_OVM3_COMMANDS_HOST_FAMILY_H_
