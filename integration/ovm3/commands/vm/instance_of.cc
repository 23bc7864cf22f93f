// SPDX-License-Identifier: Apache-2.0
#include "integration/ovm3/commands/vm/instance_of.h"

#include <algorithm>
#include <utility>

#include "helpers/ovm3/guest_types.h"
#include "helpers/ovm3/name_uuid.h"
#include "helpers/ovm3/vm_mark.h"
#include "integration/ovm3/nic_request.h"
#include "integration/ovm3/store.h"

namespace trestle::ovm3 {
namespace {

using Text = std::optional<std::string>;

tl::unexpected<Error> lacks(std::string_view what, std::string_view member) {
  return fail(Code::kInvalidArgument,
              std::string(what) + " lacks its member '" + std::string(member) + "'");
}

Result<DiskConfig> disk_of(const schema::DiskTO& disk, const schema::VolumeObjectTO& volume,
                           std::string_view domain_type) {
  schema::VolumeObjectTO whole = volume;
  if (!whole.path) whole.path = disk.path;
  TRESTLE_ASSIGN_OR_RETURN(PlacedVolume place, place_of(whole));
  const std::int64_t seat = disk.diskSeq.value_or(volume.deviceId.value_or(0));
  TRESTLE_ASSIGN_OR_RETURN(std::string device, device_at(domain_type, seat));
  return DiskConfig{.backend = "file", .path = std::move(place.path), .dev = std::move(device)};
}

/// Disks in their order, the root disk's repository being the VM's own.
Result<void> add_disks(InstanceSpec& spec, const schema::VirtualMachineTO& vm) {
  if (!vm.disks) return {};
  for (const schema::DiskTO& disk : *vm.disks) {
    const auto* const volume = disk.data.as<schema::VolumeObjectTO>();
    if (volume == nullptr) continue;
    TRESTLE_ASSIGN_OR_RETURN(DiskConfig config, disk_of(disk, *volume, spec.vm.domain_type));
    spec.disks.push_back(std::move(config));
  }
  std::ranges::sort(spec.disks, {}, &DiskConfig::dev);
  return {};
}

Result<RepositoryId> home_of(const schema::VirtualMachineTO& vm) {
  const schema::VolumeObjectTO* first = nullptr;
  if (vm.disks) {
    for (const schema::DiskTO& disk : *vm.disks) {
      const auto* const volume = disk.data.as<schema::VolumeObjectTO>();
      if (volume == nullptr) continue;
      if (first == nullptr || disk.type == schema::VolumeType::ROOT) first = volume;
      if (disk.type == schema::VolumeType::ROOT) break;
    }
  }
  if (first == nullptr) {
    return fail(Code::kInvalidArgument, "VM " + vm.name.value_or("") +
                                            " has no volume, so there is no storage for its "
                                            "configuration; give it a root disk");
  }
  TRESTLE_ASSIGN_OR_RETURN(PlacedVolume place, place_of(*first));
  return std::move(place.repository);
}

/// How much memory it starts with and may grow to. An emulated machine without drivers cannot give
/// memory back, and Xen ends one that touches more than it started with: it gets all at once.
void set_memory(VmSpec& spec, const schema::VirtualMachineTO& vm) {
  const std::int64_t most = std::max(vm.minRam, vm.maxRam);
  const std::int64_t least = vm.minRam > 0 ? vm.minRam : most;
  const auto whole = [](std::int64_t bytes) {
    return MiB::ceil(Bytes{static_cast<std::uint64_t>(std::max<std::int64_t>(bytes, 0))});
  };
  spec.max_memory = whole(most);
  spec.memory = spec.domain_type == kEmulated ? *spec.max_memory : whole(least);
}

/// An emulated machine shows the model that the offering or template asks for, to a system without
/// Xen's drivers one that every system knows.
void set_adapter(const schema::VirtualMachineTO& vm, const std::string& domain_type, NicSpec& nic) {
  nic.type = adapter_type(domain_type);
  const std::string* const wanted = vm.params ? vm.params->find("nicAdapter") : nullptr;
  if (domain_type != kEmulated) return;
  nic.model = adapter_model(wanted == nullptr ? "" : *wanted);
}

Result<void> add_nics(InstanceSpec& spec, const HostSettings& settings,
                      const schema::VirtualMachineTO& vm) {
  if (!vm.nics) return {};
  TRESTLE_ASSIGN_OR_RETURN(spec.vm.nics, nic_specs(*vm.nics, settings));
  for (NicSpec& nic : spec.vm.nics) set_adapter(vm, spec.vm.domain_type, nic);
  return {};
}

}  // namespace

Result<PlacedVolume> place_of(const schema::VolumeObjectTO& volume) {
  const std::string shown = "volume " + volume.name.value_or(volume.uuid.value_or(""));
  TRESTLE_ASSIGN_OR_RETURN(const StoreName store, store_of(volume.dataStore, "dataStore"));
  if (!store.primary()) {
    return fail(Code::kUnimplemented,
                shown + " does not lie on primary storage; move it there before it is used");
  }
  std::string file = volume.path.value_or(volume.uuid.value_or(""));
  if (file.empty()) return lacks(shown, "path");
  // The OVM3 plugin told its server the name without the ending.
  if (!file.ends_with(".raw") && !file.ends_with(".img")) file += ".raw";
  TRESTLE_ASSIGN_OR_RETURN(std::string path,
                           RepositoryPaths(*store.repository).file(kVirtualDisks, file));
  return PlacedVolume{.repository = *store.repository, .path = std::move(path)};
}

bool is_system_vm(const schema::VirtualMachineTO& vm) {
  using enum schema::VirtualMachineType;
  const auto type = vm.type.value_or(User);
  return type != User && type != UserBareMetal && type != Instance;
}

Result<InstanceSpec> instance_of(const HostSettings& settings, const schema::VirtualMachineTO& vm) {
  if (!vm.name || !VmId::from_name(*vm.name)) return lacks("the VM", "name");
  if (vm.cpus < 1) return lacks("VM " + *vm.name, "cpus");
  if (vm.minRam < 1 && vm.maxRam < 1) return lacks("VM " + *vm.name, "minRam");
  TRESTLE_ASSIGN_OR_RETURN(RepositoryId home, home_of(vm));
  InstanceSpec spec{.vm = {.vm = {.name = *vm.name}, .repository = std::move(home)},
                    .host = host_mark(settings),
                    .address = settings.address};
  if (vm.uuid) {
    TRESTLE_ASSIGN_OR_RETURN(spec.vm.vm.uuid, canonical_uuid(*vm.uuid));
  }
  const GuestType guest = guest_type(vm.os.value_or(""));
  spec.vm.domain_type = guest.domain_type;
  spec.kind = guest.kind;
  if (is_system_vm(vm)) {
    // Its arguments travel on the command line of its kernel, which only these have.
    spec.vm.domain_type = kParavirtual;
    spec.kind = "linux";
  } else if (vm.bootloader == schema::BootloaderType::CD) {
    spec.vm.iso = "";  // whichever is in the drive
    // A boot menu on a CD is read by no pygrub.
    if (guest.domain_type == kParavirtual) spec.vm.domain_type = kEmulatedWithDrivers;
  }
  spec.vm.os_type = vm.os.value_or("");
  spec.vm.vcpus = vm.cpus;
  if (vm.enableDynamicallyScaleVm && vm.vcpuMaxLimit) {
    spec.vm.max_vcpus = std::max<std::int64_t>(*vm.vcpuMaxLimit, vm.cpus);
  }
  set_memory(spec.vm, vm);
  spec.vm.vnc.listen = settings.vnc_listen;
  if (vm.vncPassword) spec.vm.vnc.password = *vm.vncPassword;
  TRESTLE_RETURN_IF_ERROR(add_disks(spec, vm));
  TRESTLE_RETURN_IF_ERROR(add_nics(spec, settings, vm));
  return spec;
}

std::string adapter_model(std::string_view wanted) {
  return wanted == "E1000" ? "e1000" : "rtl8139";
}

Vm handle_of(const Task& task, const InstanceSpec& spec) {
  return Vm(task.agent(), spec.vm.repository, vm_id_of_name(spec.vm.vm.name));
}

ChangeSite change_site(const Task& task, const std::string& name) {
  return {.ctx = task.ctx,
          .undo = task.undo,
          .agent = task.agent(),
          .log = task.log(),
          .name = name,
          .places = place_host(task)};
}

std::optional<std::int32_t> vnc_port_of(const VmInfo& live) {
  const auto location = live.vnc();
  return location ? std::optional<std::int32_t>(location->port) : std::nullopt;
}

std::string sight_of(const VmInfo& live, const HostSettings& settings) {
  std::string text = "domain " + std::to_string(live.domid.value_or(-1)) + " on " +
                     (settings.name.empty() ? settings.address : settings.name);
  if (const auto vnc = live.vnc()) {
    text += ", console at " + vnc->address + ":" + std::to_string(vnc->port);
  }
  return text;
}

}  // namespace trestle::ovm3
