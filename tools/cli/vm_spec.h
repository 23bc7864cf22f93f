// SPDX-License-Identifier: Apache-2.0
#ifndef TRESTLE_TOOLS_CLI_VM_SPEC_H_
#define TRESTLE_TOOLS_CLI_VM_SPEC_H_

#include <string>

#include "objects/core/ids.h"
#include "objects/core/result.h"
#include "objects/ovm3/repository.h"
#include "objects/ovm3/vm_config.h"
#include "tools/cli/arguments.h"

namespace trestle::cli {

/// A JSON object whose members are keys of vm.cfg, each of the type the agent wants. Errors: a
/// usage error that names the key.
[[nodiscard]] Result<ovm3::VmConfig> read_spec(const std::string& json);

/// `base` with what the options of 'vm create' say on top, and with the usual values for all that
/// neither gives: uuid from the id, a VNC server on the loopback address, restart after a crash.
/// Relative disk and ISO names lie in `paths`. Errors: a usage error.
[[nodiscard]] Result<ovm3::VmConfig> complete_spec(ovm3::VmConfig base, const Arguments& args,
                                                   const VmId& id,
                                                   const ovm3::RepositoryPaths& paths);

/// `base` with what the options of 'vm configure' say changed. Errors: a usage error.
[[nodiscard]] Result<ovm3::VmConfig> changed_spec(ovm3::VmConfig base, const Arguments& args,
                                                  const VmId& id,
                                                  const ovm3::RepositoryPaths& paths);

}  // namespace trestle::cli

#endif  // TRESTLE_TOOLS_CLI_VM_SPEC_H_
