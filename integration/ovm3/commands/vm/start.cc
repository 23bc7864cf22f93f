// SPDX-License-Identifier: Apache-2.0
#include <utility>

#include "helpers/ovm3/guest_types.h"
#include "integration/ovm3/commands/vm/family.h"
#include "integration/ovm3/commands/vm/instance_of.h"
#include "integration/ovm3/commands/vm/start_parts.h"
#include "integration/ovm3/maintenance.h"

namespace trestle::ovm3 {
namespace {

std::string observed(const Task& task, const schema::VirtualMachineTO& vm,
                     const StartOutcome& outcome) {
  std::string text =
      (outcome.ran_already ? "runs already: " : "runs: ") + sight_of(outcome.live, task.settings());
  if (!outcome.last_host.empty()) {
    text += "; took over the configuration that " + outcome.last_host + " had left";
  }
  const std::string os = vm.os.value_or("");
  const std::string note = guest_type_note(guest_type(os), os);
  if (!note.empty() && !is_system_vm(vm)) text += "; " + note;
  return text;
}

Result<std::string> started(const Task& task, const schema::VirtualMachineTO& vm) {
  TRESTLE_ASSIGN_OR_RETURN(InstanceSpec spec, instance_of(task.settings(), vm));
  // Before the question: a maintenance that begins now sees that this start is under way.
  const auto flight = task.host.flights().begin(spec.vm.vm.name, PowerChange::kStart);
  TRESTLE_RETURN_IF_ERROR(takes_vm(task, handle_of(task, spec)));
  TRESTLE_ASSIGN_OR_RETURN(const OpenCds cds, open_cds(task, vm, spec));
  SystemVmParts parts;
  if (is_system_vm(vm)) {
    TRESTLE_ASSIGN_OR_RETURN(parts, ready_system_vm(task, vm, spec));
  }
  TRESTLE_RETURN_IF_ERROR(set_cpu_cap(task, vm, spec));
  TRESTLE_ASSIGN_OR_RETURN(
      const StartOutcome outcome,
      start_instance(task.ctx, task.undo, task.agent(), task.log(), spec, parts.ready));
  return observed(task, vm, outcome) + parts.note;
}

}  // namespace

Result<schema::StartAnswer> start(const Task& task, const schema::StartCommand& command) {
  TRESTLE_ASSIGN_OR_RETURN(const schema::VirtualMachineTO vm, needed(command.vm, "vm"));
  // Also a failed answer carries the VM: the server reads it from there.
  schema::StartAnswer answer{.vm = vm};
  auto outcome = started(task, vm);
  answer.result = outcome.has_value();
  answer.details = outcome ? *std::move(outcome) : outcome.error().message();
  return answer;
}

}  // namespace trestle::ovm3
