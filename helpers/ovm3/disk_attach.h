// SPDX-License-Identifier: Apache-2.0
#ifndef TRESTLE_HELPERS_OVM3_DISK_ATTACH_H_
#define TRESTLE_HELPERS_OVM3_DISK_ATTACH_H_

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "helpers/ovm3/hosted_vm.h"
#include "helpers/ovm3/work.h"
#include "objects/core/result.h"
#include "objects/ovm3/vm.h"
#include "objects/ovm3/vm_config.h"

/// Disks and ISO images put into VMs and taken out of them, running or stopped.
namespace trestle::ovm3 {

/// The VM whose disks are to change.
struct DiskOwner {
  Vm vm;
  std::string name;
  VmConfig config;
  bool runs_here = false;
};

/// The VM of exactly that name: its stored configuration, and whether a domain of this host runs
/// it. `host` is the mark of this host. Errors: kNotFound if no repository of this host has it;
/// kFailedPrecondition if it was last on another host, where it may run and would not see the
/// change.
[[nodiscard]] Result<DiskOwner> find_disk_owner(const CallContext& ctx, const Agent& agent,
                                                const std::string& name, const std::string& host);

/// The place of a device name (vm_defaults.h: device_at); absent for one that is not of that form.
[[nodiscard]] std::optional<std::int64_t> place_of_device(std::string_view device);

struct DiskWish {
  std::string path;                                  ///< on the host
  std::optional<std::int64_t> place = std::nullopt;  ///< none: the first free one
  bool cdrom = false;
  bool shared =
      false;  ///< several VMs may write: without it the hypervisor refuses (known defect 79)
};

/// Where a disk is or was.
struct DiskPlace {
  std::string device;
  std::int64_t place = 0;
  bool was_so = false;  ///< nothing had to be done
};

/// Puts a disk in: into the configuration, and into the domain if the VM runs, which is looked at.
/// An ISO takes the place of the one that is in the drive. What cannot be seen afterwards is taken
/// back. Errors: kAlreadyExists if another disk has the place; kFailedPrecondition if another VM
/// has the disk; kAborted if the domain did not take it.
[[nodiscard]] Result<DiskPlace> attach_disk(const Work& work, const Repositories& all,
                                            const DiskOwner& owner, const DiskWish& wish);

/// Takes a disk out, by its exact path (known defect 82). One that is not in is done.
/// Errors: kAborted if the guest holds on to it; then the configuration is as it was.
[[nodiscard]] Result<DiskPlace> detach_disk(const Work& work, const DiskOwner& owner,
                                            const std::string& path);

}  // namespace trestle::ovm3

#endif  // TRESTLE_HELPERS_OVM3_DISK_ATTACH_H_
