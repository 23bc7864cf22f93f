// SPDX-License-Identifier: Apache-2.0
#include "integration/ovm3/commands/network/family.h"

#include <array>

namespace trestle::ovm3 {

std::span<const CommandRow> network_commands() {
  static constexpr std::array kRows{
      row<schema::CheckNetworkCommand, check_network>(),
  };
  return kRows;
}

}  // namespace trestle::ovm3
