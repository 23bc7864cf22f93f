// SPDX-License-Identifier: Apache-2.0
#ifndef TRESTLE_INTEGRATION_OVM3_COMMANDS_VM_VM_FIGURES_H_
#define TRESTLE_INTEGRATION_OVM3_COMMANDS_VM_VM_FIGURES_H_

#include <string>
#include <utility>
#include <vector>

#include "helpers/ovm3/vm_samples.h"
#include "integration/ovm3/commands/command.h"

namespace trestle::ovm3 {

/// The counters of some VMs of a host, read now.
struct VmFigures {
  std::vector<std::pair<VmInfo, VmSample>> samples = {};  ///< in the order of the names
  std::vector<VmInfo> domains = {};                       ///< all of the host
  std::string missing = {};  ///< which have none and why, for people; empty if all have
};

/// One list and one question for each VM that runs here. A VM whose counters cannot be read is left
/// out. Errors: those of the list; kFailedPrecondition without the host's module, or the last error
/// if no VM that runs here could be read.
[[nodiscard]] Result<VmFigures> read_figures(const Task& task,
                                             const std::vector<std::string>& names);

}  // namespace trestle::ovm3

#endif  // TRESTLE_INTEGRATION_OVM3_COMMANDS_VM_VM_FIGURES_H_
