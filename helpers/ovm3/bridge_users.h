// SPDX-License-Identifier: Apache-2.0
#ifndef TRESTLE_HELPERS_OVM3_BRIDGE_USERS_H_
#define TRESTLE_HELPERS_OVM3_BRIDGE_USERS_H_

#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "objects/core/call_context.h"
#include "objects/core/ids.h"
#include "objects/core/result.h"
#include "objects/ovm3/agent.h"

namespace trestle::ovm3 {

/// Who uses some bridges of a host, read from the host now and never remembered.
using BridgeUsers = std::map<std::string, std::set<std::string>, std::less<>>;  ///< bridge -> VMs

/// VMs that use any of `bridges`: domains of this host by their VIFs, and configurations in its
/// mounted repositories, without `leaving`. A configuration that another host has marked as its own
/// (a file that is not of its Unique_Id, or a guid other than `mark`) is no user here; one without
/// is. Configurations are read only for bridges that no domain
/// uses. Errors: those of the calls: whoever cannot be asked may be a user.
[[nodiscard]] Result<BridgeUsers> bridge_users(const CallContext& ctx, const Agent& agent,
                                               const std::set<std::string>& bridges,
                                               const std::optional<VmId>& leaving,
                                               const std::string& mark = {});

}  // namespace trestle::ovm3

#endif  // TRESTLE_HELPERS_OVM3_BRIDGE_USERS_H_
