// SPDX-License-Identifier: Apache-2.0
#ifndef TRESTLE_INTEGRATION_OVM3_COMMANDS_NETWORK_FAMILY_H_
#define TRESTLE_INTEGRATION_OVM3_COMMANDS_NETWORK_FAMILY_H_

#include "integration/ovm3/commands/command.h"
#include "integration/schema/generated/host.h"

/// Commands about the networks of a host; one function a file, named after the command.
namespace trestle::ovm3 {

/// Whether the traffic labels of all physical networks are there. Reads only. What is missing is
/// named in one answer, all of it.
[[nodiscard]] Result<schema::CheckNetworkAnswer> check_network(
    const Task& task, const schema::CheckNetworkCommand& command);

}  // namespace trestle::ovm3

#endif  // TRESTLE_INTEGRATION_OVM3_COMMANDS_NETWORK_FAMILY_H_
