// SPDX-License-Identifier: Apache-2.0
#ifndef TRESTLE_HELPERS_OVM3_DISK_USERS_H_
#define TRESTLE_HELPERS_OVM3_DISK_USERS_H_

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "helpers/ovm3/hosted_vm.h"
#include "objects/core/call_context.h"
#include "objects/core/result.h"
#include "objects/ovm3/agent.h"
#include "objects/ovm3/vm_config.h"

namespace trestle::ovm3 {

/// A VM that has an image among its disks.
struct DiskUser {
  std::string vm;          ///< its name
  bool runs_here = false;  ///< a domain of this host has it now
  /// Host that it was last on, by its marker or its mark (vm_mark.h); absent if nothing says so.
  std::optional<std::string> last_host = std::nullopt;
};

/// All VMs that have the image at `path`, by exact path (known defect 82): domains of this host,
/// and the stored configurations in all of its repositories, which also tell of VMs that run
/// elsewhere. Errors: those of the calls. A configuration that cannot be read is an error: it may
/// name the image.
[[nodiscard]] Result<std::vector<DiskUser>> users_of_disk(const CallContext& ctx,
                                                          const Agent& agent,
                                                          const Repositories& all,
                                                          const std::string& path);

/// Refuses what must not be done with an image that a VM has: `what` ends "cannot be ...".
/// Errors: kFailedPrecondition naming the VMs.
[[nodiscard]] Result<void> refuse_disk_in_use(const CallContext& ctx, const Agent& agent,
                                              const Repositories& all, const std::string& path,
                                              std::string_view what);

/// Whether a VM, by its name, is known to run on no other host.
using StoppedElsewhere = std::function<bool(const std::string& vm)>;

/// Refuses an image that a guest may be writing. A VM with a stored configuration that does not run
/// here may run on another host (known defect 69), unless it was last on this one (`own_names` are
/// those by which marks and markers name this host), or `stopped_elsewhere` says that no other host
/// runs the VM of that name.
/// Errors: kUnimplemented for a VM that runs here, kFailedPrecondition for one that may run.
[[nodiscard]] Result<void> refuse_running_disk(const CallContext& ctx, const Agent& agent,
                                               const Repositories& all, const std::string& path,
                                               std::string_view what,
                                               const std::vector<std::string>& own_names,
                                               const StoppedElsewhere& stopped_elsewhere);

}  // namespace trestle::ovm3

#endif  // TRESTLE_HELPERS_OVM3_DISK_USERS_H_
