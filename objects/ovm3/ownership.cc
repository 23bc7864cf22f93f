// SPDX-License-Identifier: Apache-2.0
#include "objects/ovm3/ownership.h"

#include "objects/ovm3/api/server_pool.h"

namespace trestle::ovm3 {

namespace rows = api::server_pool;

Result<void> take_ownership(const CallContext& ctx, const Agent& agent, const Release& release,
                            const Owner& owner) {
  if (release < kRelease33) {
    return agent.call(ctx, rows::take_ownership, owner.manager, owner.core_api_url.reveal());
  }
  return agent.call(ctx, rows::take_ownership_33,
                    {{"manager_uuid", owner.manager.text()},
                     {"manager_event_url", owner.event_url.reveal()},
                     {"manager_statistic_url", owner.statistic_url.reveal()},
                     {"manager_certificate", owner.manager_certificate},
                     {"signed_server_certificate", owner.signed_server_certificate}});
}

Result<void> release_ownership(const CallContext& ctx, const Agent& agent,
                               const ManagerId& manager) {
  return agent.call(ctx, rows::release_ownership, manager);
}

}  // namespace trestle::ovm3
