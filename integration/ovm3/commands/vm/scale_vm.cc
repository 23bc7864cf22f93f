// SPDX-License-Identifier: Apache-2.0
#include "helpers/ovm3/vm_change.h"
#include "integration/ovm3/commands/vm/family.h"
#include "integration/ovm3/commands/vm/instance_of.h"

namespace trestle::ovm3 {

Result<schema::ScaleVmAnswer> scale_vm(const Task& task, const schema::ScaleVmCommand& command) {
  // The members of the command are for old servers; what is to be is said by its VM.
  const auto& vm = command.vm;
  const std::string name = command.vmName ? *command.vmName : (vm ? vm->name.value_or("") : "");
  if (name.empty()) return fail(Code::kInvalidArgument, "the command lacks its member 'vmName'");
  const std::int64_t vcpus = vm && vm->cpus > 0 ? vm->cpus : command.cpus;
  const std::int64_t least = vm && vm->minRam > 0 ? vm->minRam : command.minRam;
  const std::int64_t most = vm && vm->maxRam > 0 ? vm->maxRam : command.maxRam;
  if (vcpus < 1 || least < 1) {
    return fail(Code::kInvalidArgument,
                "the command does not say how many CPUs and how much memory VM " + name +
                    " is to have (cpus, minRam)");
  }
  const MiB memory = MiB::ceil(Bytes{static_cast<std::uint64_t>(least)});
  const VmSize size{
      .vcpus = vcpus,
      .memory = memory,
      .max_memory = most > least ? MiB::ceil(Bytes{static_cast<std::uint64_t>(most)}) : memory};
  TRESTLE_ASSIGN_OR_RETURN(const bool changed, scale_vm(change_site(task, name), size));
  return done<schema::ScaleVmAnswer>(
      "VM " + name + (changed ? " shows " : " has ") + std::to_string(size.vcpus) + " vCPUs and " +
      std::to_string(size.memory.count) + " MiB" + (changed ? "" : " already"));
}

}  // namespace trestle::ovm3
