// SPDX-License-Identifier: Apache-2.0
#include "helpers/ovm3/vm_change.h"
#include "integration/ovm3/commands/vm/family.h"
#include "integration/ovm3/commands/vm/instance_of.h"

namespace trestle::ovm3 {

Result<schema::UnPlugNicAnswer> un_plug_nic(const Task& task,
                                            const schema::UnPlugNicCommand& command) {
  TRESTLE_ASSIGN_OR_RETURN(const std::string name, needed(command.instanceName, "instanceName"));
  TRESTLE_ASSIGN_OR_RETURN(const schema::NicTO nic, needed(command.nic, "nic"));
  TRESTLE_ASSIGN_OR_RETURN(const std::string mac, needed(nic.mac, "nic.mac"));
  TRESTLE_ASSIGN_OR_RETURN(const NicChange change, unplug_nic(change_site(task, name), mac));
  return done<schema::UnPlugNicAnswer>(change.was_so
                                           ? "VM " + name + " has no NIC " + mac + "; nothing to do"
                                           : "VM " + name + " shows NIC " + mac + " no more");
}

}  // namespace trestle::ovm3
