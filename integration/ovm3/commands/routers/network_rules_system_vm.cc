// SPDX-License-Identifier: Apache-2.0
#include <string>

#include "integration/ovm3/commands/routers/family.h"

namespace trestle::ovm3 {

// known defect 112: the predecessor said yes and left open what that meant.
Result<schema::Answer> network_rules_system_vm(const Task& /*task*/,
                                               const schema::NetworkRulesSystemVmCommand& command) {
  TRESTLE_ASSIGN_OR_RETURN(const std::string vm, needed(command.vmName, "vmName"));
  return done<schema::Answer>(
      "not applicable: hosts of type Ovm3 have no packet filter for guests, "
      "so no rules were set for " +
      vm);
}

}  // namespace trestle::ovm3
