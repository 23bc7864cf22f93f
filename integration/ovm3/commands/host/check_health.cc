// SPDX-License-Identifier: Apache-2.0
#include "integration/ovm3/commands/host/family.h"
#include "objects/ovm3/host.h"

namespace trestle::ovm3 {

Result<schema::CheckHealthAnswer> check_health(const Task& task,
                                               const schema::CheckHealthCommand& /*command*/) {
  TRESTLE_RETURN_IF_ERROR(Host(task.agent()).echo(task.ctx, Value("health")));
  return done<schema::CheckHealthAnswer>("the agent answers");
}

}  // namespace trestle::ovm3
