// SPDX-License-Identifier: Apache-2.0
#ifndef TRESTLE_INTEGRATION_OVM3_COMMANDS_VM_INSTANCE_OF_H_
#define TRESTLE_INTEGRATION_OVM3_COMMANDS_VM_INSTANCE_OF_H_

#include <optional>
#include <string>
#include <vector>

#include "helpers/ovm3/instance.h"
#include "helpers/ovm3/vm_change.h"
#include "integration/ovm3/commands/command.h"
#include "integration/ovm3/host_settings.h"
#include "integration/schema/generated/machine_types.h"
#include "objects/core/result.h"
#include "objects/ovm3/vm_list.h"

/// The orchestrator's words for a VM and its parts, in the helpers' words. Pure.
namespace trestle::ovm3 {

/// The image of a volume on a host. Errors: kInvalidArgument naming what is missing; kUnimplemented
/// if it does not lie on primary storage.
struct PlacedVolume {
  RepositoryId repository;
  std::string path;
};
[[nodiscard]] Result<PlacedVolume> place_of(const schema::VolumeObjectTO& volume);

/// What is to run. Errors: kInvalidArgument naming the member that is missing or wrong.
[[nodiscard]] Result<InstanceSpec> instance_of(const HostSettings& settings,
                                               const schema::VirtualMachineTO& vm);

/// True for the VMs that CloudStack runs for itself.
[[nodiscard]] bool is_system_vm(const schema::VirtualMachineTO& vm);

/// The model of emulated NICs that an offering or template asks for; one that every system knows if
/// it asks for none.
[[nodiscard]] std::string adapter_model(std::string_view wanted);

/// The VM of a spec on the task's host, whether or not it is there yet.
[[nodiscard]] Vm handle_of(const Task& task, const InstanceSpec& spec);

/// Where a command changes the VM of that name.
[[nodiscard]] ChangeSite change_site(const Task& task, const std::string& name);

/// The port of its console, for answers; absent if it has none.
[[nodiscard]] std::optional<std::int32_t> vnc_port_of(const VmInfo& live);

/// "domain 5 on ovm-1, console at 127.0.0.1:5901".
[[nodiscard]] std::string sight_of(const VmInfo& live, const HostSettings& settings);

}  // namespace trestle::ovm3

#endif  // TRESTLE_INTEGRATION_OVM3_COMMANDS_VM_INSTANCE_OF_H_
