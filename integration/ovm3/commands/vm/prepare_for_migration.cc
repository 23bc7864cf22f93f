// SPDX-License-Identifier: Apache-2.0
#include "helpers/ovm3/migration.h"
#include "integration/ovm3/commands/vm/family.h"
#include "integration/ovm3/commands/vm/instance_of.h"
#include "integration/ovm3/maintenance.h"

namespace trestle::ovm3 {

Result<schema::PrepareForMigrationAnswer> prepare_for_migration(
    const Task& task, const schema::PrepareForMigrationCommand& command) {
  TRESTLE_ASSIGN_OR_RETURN(const schema::VirtualMachineTO vm, needed(command.vm, "vm"));
  TRESTLE_ASSIGN_OR_RETURN(const InstanceSpec spec, instance_of(task.settings(), vm));
  const std::string& name = spec.vm.vm.name;
  const auto flight = task.host.flights().begin(name, PowerChange::kMigrateIn);
  TRESTLE_RETURN_IF_ERROR(takes_vm(task, handle_of(task, spec)));
  TRESTLE_ASSIGN_OR_RETURN(const std::string found,
                           prepare_migration(task.ctx, task.undo, task.agent(), task.log(), spec));
  return done<schema::PrepareForMigrationAnswer>("VM " + name + " " + found);
}

}  // namespace trestle::ovm3
