// SPDX-License-Identifier: Apache-2.0
#ifndef TRESTLE_HELPERS_OVM3_HOST_SCRIPTS_H_
#define TRESTLE_HELPERS_OVM3_HOST_SCRIPTS_H_

#include <string>
#include <string_view>
#include <vector>

#include "objects/core/result.h"

namespace trestle::ovm3 {

/// One of the files that install.py puts on a host.
struct HostScript {
  std::string name;
  std::string content;
};

/// The scripts of hypervisor-scripts/ that this program was built with: install.py first. They
/// travel in the program, so that it needs no folder beside it.
[[nodiscard]] std::vector<HostScript> built_in_scripts();

/// The same files from a folder, for another version of them. Errors: kNotFound, naming what is
/// missing.
[[nodiscard]] Result<std::vector<HostScript>> scripts_in(const std::string& folder);

/// facts.py, which is run on a host and never installed.
[[nodiscard]] std::string_view facts_script();

}  // namespace trestle::ovm3

#endif  // TRESTLE_HELPERS_OVM3_HOST_SCRIPTS_H_
