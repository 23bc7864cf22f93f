// SPDX-License-Identifier: Apache-2.0
#ifndef TRESTLE_HELPERS_OVM3_HOST_OWNER_H_
#define TRESTLE_HELPERS_OVM3_HOST_OWNER_H_

#include <cstdint>

#include "objects/core/call_context.h"
#include "objects/core/ids.h"
#include "objects/core/result.h"
#include "objects/ovm3/agent.h"
#include "objects/ovm3/server_info.h"

namespace trestle::ovm3 {

enum class Ownership : std::uint8_t { kOursAlready, kTaken };

/// Makes `manager` the owner of the host, with the roles xen and utility. What is right already is
/// left alone (known defect 44: roles were set at each connect). Hosts of 3.3 and later push events
/// to URLs that come with the ownership: they get none (known defect 45: they got placeholders).
/// Such hosts restart their agent; this waits until it answers again.
/// Errors: kPermissionDenied if another manager owns the host, naming it (known defect 46).
[[nodiscard]] Result<Ownership> own_host(const CallContext& ctx, const Agent& agent,
                                         const ManagerId& manager);

/// Errors: kPermissionDenied, naming it, if another manager owns the host. Pure.
[[nodiscard]] Result<void> check_owner(const ServerInfo& server, const ManagerId& manager);

/// Gives the host up. One that nobody owns is done. Errors: kPermissionDenied if it is another
/// manager's; the agent's, also if the host is in a server pool.
[[nodiscard]] Result<void> disown_host(const CallContext& ctx, const Agent& agent,
                                       const ManagerId& manager);

}  // namespace trestle::ovm3

#endif  // TRESTLE_HELPERS_OVM3_HOST_OWNER_H_
