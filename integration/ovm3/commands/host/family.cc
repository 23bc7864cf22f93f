// SPDX-License-Identifier: Apache-2.0
#include "integration/ovm3/commands/host/family.h"

#include <array>

namespace trestle::ovm3 {

std::span<const CommandRow> host_commands() {
  static constexpr std::array kRows{
      row<schema::CheckHealthCommand, check_health>(),
      row<schema::CheckOnHostCommand, check_on_host>(),
      row<schema::FenceCommand, fence>(),
      row<schema::GetHostStatsCommand, get_host_stats>(),
      row<schema::MaintainCommand, maintain>(),
      row<schema::ModifySshKeysCommand, modify_ssh_keys>(),
      row<schema::PingTestCommand, ping_test>(),
      row<schema::ReadyCommand, ready>(),
      row<schema::ShutdownCommand, shutdown>(),
  };
  return kRows;
}

}  // namespace trestle::ovm3
