// SPDX-License-Identifier: Apache-2.0
#include "helpers/ovm3/vm_change.h"
#include "integration/ovm3/commands/vm/family.h"
#include "integration/ovm3/commands/vm/instance_of.h"
#include "integration/ovm3/nic_request.h"

namespace trestle::ovm3 {

Result<schema::PlugNicAnswer> plug_nic(const Task& task, const schema::PlugNicCommand& command) {
  TRESTLE_ASSIGN_OR_RETURN(const std::string name, needed(command.instanceName, "instanceName"));
  TRESTLE_ASSIGN_OR_RETURN(const schema::NicTO wanted, needed(command.nic, "nic"));
  TRESTLE_ASSIGN_OR_RETURN(NicSpec nic, nic_spec(wanted, task.settings()));
  const std::string* const adapter =
      command.details ? command.details->find("nicAdapter") : nullptr;
  nic.model = adapter_model(adapter == nullptr ? "" : *adapter);
  TRESTLE_ASSIGN_OR_RETURN(const NicChange change, plug_nic(change_site(task, name), nic));
  return done<schema::PlugNicAnswer>(
      change.was_so
          ? "VM " + name + " has NIC " + nic.mac + " on bridge " + change.bridge + " already"
          : "VM " + name + " shows NIC " + nic.mac + " on bridge " + change.bridge);
}

}  // namespace trestle::ovm3
