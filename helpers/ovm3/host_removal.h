// SPDX-License-Identifier: Apache-2.0
#ifndef TRESTLE_HELPERS_OVM3_HOST_REMOVAL_H_
#define TRESTLE_HELPERS_OVM3_HOST_REMOVAL_H_

#include <optional>
#include <string>
#include <vector>

#include "helpers/ovm3/work.h"
#include "objects/core/ids.h"
#include "objects/core/result.h"

namespace trestle::ovm3 {

/// What was taken off a host, and what had to stay, each with its reason.
struct RemovedParts {
  std::vector<std::string> done = {};
  std::vector<std::string> left = {};
};

/// Takes off a host what an orchestrator put there through the agent: the server pool with the
/// host's number in it, the repositories, the owner. `address` is the one by which the pool's
/// members know the host; empty for the one that its agent registered with. Nothing else is
/// touched: repositories of other owners stay. Doing it again goes on where it ended. With `forced`
/// a part that refuses is listed and the rest is tried; without, the first one ends it. Errors:
/// kFailedPrecondition naming the VMs that still run, unless forced; kPermissionDenied if another
/// manager owns the host, forced or not; the agent's.
[[nodiscard]] Result<RemovedParts> remove_from_host(const Work& work,
                                                    const std::optional<ManagerId>& manager,
                                                    const std::string& address, bool forced);

}  // namespace trestle::ovm3

#endif  // TRESTLE_HELPERS_OVM3_HOST_REMOVAL_H_
