// SPDX-License-Identifier: Apache-2.0
#include "integration/ovm3/commands/command.h"

namespace trestle::ovm3 {

std::span<const CommandRow> router_commands() { return {}; }

}  // namespace trestle::ovm3
