// SPDX-License-Identifier: Apache-2.0
#include "objects/ovm3/power.h"

#include "objects/ovm3/api/remote.h"

namespace trestle::ovm3 {

Result<void> Power::reboot(const CallContext& ctx) const {
  return agent_.call(ctx, api::remote::sys_reboot);
}

Result<void> Power::shut_down(const CallContext& ctx) const {
  return agent_.call(ctx, api::remote::sys_shutdown);
}

}  // namespace trestle::ovm3
