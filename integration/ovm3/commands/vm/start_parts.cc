// SPDX-License-Identifier: Apache-2.0
#include "integration/ovm3/commands/vm/start_parts.h"

#include <algorithm>
#include <utility>

#include "helpers/ovm3/boot_arguments.h"
#include "helpers/ovm3/system_vm.h"
#include "objects/ovm3/host.h"
#include "objects/ovm3/repository.h"

namespace trestle::ovm3 {
namespace {

/// Where CloudStack puts CDs, and where its system VMs look for theirs.
constexpr std::int64_t kCdPlace = 3;

DiskConfig cd_at(std::string path, std::string device) {
  return {.backend = "file",
          .path = std::move(path),
          .dev = std::move(device),
          .cdrom = true,
          .mode = DiskMode::kReadOnly};
}

/// The address at which the host reaches the system VM.
Result<std::string> control_address(const schema::VirtualMachineTO& vm) {
  using enum schema::NetworksTrafficType;
  for (const auto type : {Control, Management}) {
    for (const schema::NicTO& nic : vm.nics.value_or(std::vector<schema::NicTO>())) {
      if (nic.type == type && nic.ip && !nic.ip->empty()) return *nic.ip;
    }
  }
  return fail(Code::kInvalidArgument, "system VM " + vm.name.value_or("") +
                                          " has no NIC of control traffic with an address, so the "
                                          "host cannot reach it");
}

/// The name of the CD for system VMs; empty if the repository has none.
Result<std::string> patch_cd(const Task& task, const RepositoryId& repository) {
  TRESTLE_ASSIGN_OR_RETURN(const RepositoryContents contents,
                           Repository(task.agent(), repository).contents(task.ctx));
  const std::string& named = task.settings().system_vm_iso;
  if (!named.empty()) {
    if (std::ranges::find(contents.isos, named) != contents.isos.end()) return named;
    return fail(Code::kFailedPrecondition,
                "repository " + repository.text() + " has no CD " + named +
                    " for system VMs, which the host's setting systemvm.iso names; put it there "
                    "or change the setting");
  }
  std::vector<std::string> found;
  for (const std::string& name : contents.isos) {
    if (name.starts_with("systemvm") && name.ends_with(".iso")) found.push_back(name);
  }
  if (found.size() <= 1) return found.empty() ? std::string() : found.front();
  return fail(Code::kFailedPrecondition,
              "repository " + repository.text() + " has several CDs for system VMs (" +
                  found.front() + ", " + found[1] +
                  " ...); name the one that is to be used in the host's setting systemvm.iso, or "
                  "leave only that one");
}

}  // namespace

Result<OpenCds> open_cds(const Task& task, const schema::VirtualMachineTO& vm, InstanceSpec& spec) {
  OpenCds open;
  if (!vm.disks) return open;
  for (const schema::DiskTO& disk : *vm.disks) {
    const auto* const cd = disk.data.as<schema::TemplateObjectTO>();
    if (cd == nullptr || cd->path.value_or("").empty()) continue;
    TRESTLE_ASSIGN_OR_RETURN(const StoredObject object, object_of(disk.data, "disks"));
    TRESTLE_ASSIGN_OR_RETURN(OpenStore store, OpenStore::open(task, object.store));
    TRESTLE_ASSIGN_OR_RETURN(const ImageFile file, store.file(object, object.path));
    TRESTLE_ASSIGN_OR_RETURN(std::string device,
                             device_at(spec.vm.domain_type, disk.diskSeq.value_or(kCdPlace)));
    spec.disks.push_back(cd_at(file.path, std::move(device)));
    open.stores.push_back(std::move(store));
  }
  return open;
}

Result<SystemVmParts> ready_system_vm(const Task& task, const schema::VirtualMachineTO& vm,
                                      InstanceSpec& spec) {
  SystemVmParts parts;
  TRESTLE_ASSIGN_OR_RETURN(const std::string address, control_address(vm));
  TRESTLE_ASSIGN_OR_RETURN(spec.kernel_arguments, encode_boot_arguments(vm.bootArgs.value_or("")));
  TRESTLE_ASSIGN_OR_RETURN(const std::string cd, patch_cd(task, spec.vm.repository));
  if (cd.empty()) {
    parts.note = "; its repository has no CD systemvm*.iso, so it runs what its template has";
  } else {
    TRESTLE_ASSIGN_OR_RETURN(std::string path, RepositoryPaths(spec.vm.repository).file(kIsos, cd));
    TRESTLE_ASSIGN_OR_RETURN(std::string device, device_at(spec.vm.domain_type, kCdPlace));
    spec.disks.push_back(cd_at(std::move(path), std::move(device)));
  }
  TRESTLE_ASSIGN_OR_RETURN(
      const ControlLink link,
      ensure_control_link(task.ctx, task.agent(), task.settings().control_device));
  if (link.repaired()) parts.note += "; " + link.text();
  parts.note += "; its SSH answers at " + address;
  parts.ready = [&task, name = spec.vm.vm.name, address](const CallContext& ctx,
                                                         const Vm& /*vm*/) -> Result<void> {
    return wait_for_system_vm(with_budget(ctx, task.settings().system_vm_patience), task.agent(),
                              name, address);
  };
  return parts;
}

Result<void> set_cpu_cap(const Task& task, const schema::VirtualMachineTO& vm, InstanceSpec& spec) {
  const std::int64_t megahertz = vm.maxSpeed.value_or(vm.speed.value_or(0));
  if (!vm.limitCpuUse || megahertz < 1) return {};
  TRESTLE_ASSIGN_OR_RETURN(const HardwareInfo hardware,
                           Host(task.agent()).discover_hardware(task.ctx));
  const auto of_host =
      static_cast<std::int64_t>(hardware.cpu_clock.value_or(KiloHertz{}).megahertz());
  if (of_host < 1) return {};
  // Percent of one CPU, of all its vCPUs together; what would be no limit is none.
  const std::int64_t cap = std::max<std::int64_t>(100 * megahertz * vm.cpus / of_host, 1);
  if (cap < std::int64_t{100} * vm.cpus) spec.cpu_cap = cap;
  return {};
}

}  // namespace trestle::ovm3
