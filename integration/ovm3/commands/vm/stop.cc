// SPDX-License-Identifier: Apache-2.0
#include "helpers/ovm3/instance.h"
#include "integration/ovm3/commands/vm/family.h"
#include "integration/ovm3/nic_request.h"

namespace trestle::ovm3 {

Result<schema::StopAnswer> stop(const Task& task, const schema::StopCommand& command) {
  TRESTLE_ASSIGN_OR_RETURN(const std::string name, needed(command.vmName, "vmName"));
  const auto flight = task.host.flights().begin(name, PowerChange::kStop);
  TRESTLE_ASSIGN_OR_RETURN(const auto outcome, stop_instance(task.ctx, place_host(task), name,
                                                             task.settings().stop_patience));
  return done<schema::StopAnswer>("VM " + name + " " + outcome.observed());
}

}  // namespace trestle::ovm3
