// SPDX-License-Identifier: Apache-2.0
#include "integration/ovm3/commands/host/family.h"

namespace trestle::ovm3 {

Result<schema::Answer> shutdown(const Task& task, const schema::ShutdownCommand& /*command*/) {
  task.host.set_last_report({});
  return done<schema::Answer>("nothing is told to this host any more; it and its VMs run on");
}

}  // namespace trestle::ovm3
