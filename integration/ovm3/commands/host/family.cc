// SPDX-License-Identifier: Apache-2.0
#include "integration/ovm3/commands/host/family.h"

#include <array>

namespace trestle::ovm3 {

std::span<const CommandRow> host_commands() {
  static constexpr std::array kRows{
      row<schema::CheckHealthCommand, check_health>(),
  };
  return kRows;
}

}  // namespace trestle::ovm3
