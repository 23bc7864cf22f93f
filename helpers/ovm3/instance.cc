// SPDX-License-Identifier: Apache-2.0
#include "helpers/ovm3/instance.h"

#include <utility>

#include "helpers/ovm3/name_uuid.h"
#include "helpers/ovm3/vm_power.h"
#include "objects/core/poll.h"

namespace trestle::ovm3 {
namespace {

constexpr std::chrono::milliseconds kLookPause{200};

/// What an emulated machine has beside the usual (recordings/ovm-3.2.1/list_vms.xml).
VmConfig with_machine(VmConfig config) {
  config = or_else(config, "device_model", "/usr/lib/xen/bin/qemu-dm");
  for (const auto flag : {"acpi", "apic", "pae", "usb"}) config = or_else(config, flag, 1);
  // A mouse that moves absolutely: the console's pointer is where the guest's is.
  config = or_else(config, "usbdevice", "tablet");
  return or_else(config, "serial", "pty");
}

}  // namespace

Result<VmConfig> instance_config(const InstanceSpec& spec,
                                 const std::vector<std::string>& bridges) {
  const VmId id = vm_id_of_name(spec.vm.vm.name);
  TRESTLE_ASSIGN_OR_RETURN(VmConfig config,
                           config_of(spec.vm, VmConfig(), id, spec.disks, bridges));
  if (is_hvm(config)) config = with_machine(std::move(config));
  if (!spec.kind.empty()) config = config.with("guest_os_type", spec.kind);
  if (!spec.kernel_arguments.empty()) config = config.with("extra", spec.kernel_arguments);
  if (spec.cpu_cap) config = config.with("cpu_cap", *spec.cpu_cap);
  const std::string uuid = spec.vm.vm.uuid.empty() ? id.text() : spec.vm.vm.uuid;
  return config.with("OVM_description",
                     description_with(config, {.uuid = uuid, .host = spec.host}));
}

Result<VmInfo> wait_for_instance(const CallContext& ctx, const Vm& vm, const std::string& name) {
  std::optional<Clock::TimePoint> gone_since;
  std::optional<VmInfo> running;
  TRESTLE_RETURN_IF_ERROR(poll(
      ctx, kLookPause, "VM " + name + " to run", [&](const CallContext& inner) -> Result<bool> {
        auto live = vm.live(inner);
        if (!live && live.error().code != Code::kNotFound) return fail(live.error());
        if (live && live->power() == VmState::kRunning) {
          running = *std::move(live);
          return true;
        }
        if (live && live->power() == VmState::kCrashed) {
          return fail(Code::kFailedPrecondition,
                      "VM " + name + " crashed while it started; look at its console");
        }
        if (live) gone_since.reset();
        if (!live && !gone_since) gone_since = inner.now();
        if (gone_since && inner.now() - *gone_since >= kGoneForGood) {
          return fail(Code::kFailedPrecondition,
                      "VM " + name +
                          " ended while it started; look at its boot loader and "
                          "at xend.log of the host");
        }
        return false;
      }));
  return *std::move(running);
}

}  // namespace trestle::ovm3
