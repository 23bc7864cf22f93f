// SPDX-License-Identifier: Apache-2.0
#include "integration/ovm3/commands/routers/family.h"

#include <vector>

#include "integration/ovm3/router_files.h"

namespace trestle::ovm3 {
namespace {

std::vector<CommandRow> all_rows() {
  std::vector<CommandRow> rows{
      row<schema::AggregationControlCommand, aggregation_control>(Order::kRouter),
      row<schema::CheckRouterCommand, check_router>(Order::kRouter),
      row<schema::GetDomRVersionCmd, get_domr_version>(Order::kRouter),
      row<schema::CheckS2SVpnConnectionsCommand, check_s2s_vpn_connections>(Order::kRouter),
      row<schema::GetRouterAlertsCommand, get_router_alerts>(Order::kRouter),
      row<schema::CheckSshCommand, check_ssh>(),
      row<schema::NetworkUsageCommand, network_usage>(),
      row<schema::NetworkRulesSystemVmCommand, network_rules_system_vm>(),
      {.type = &schema::BumpUpPriorityCommand::type_info,
       .run = apply_to_router,
       .order = Order::kRouter},
      {.type = &schema::SetSourceNatCommand::type_info,
       .run = apply_to_router,
       .order = Order::kRouter},
  };
  for (const RouterFile& file : router_files()) {
    rows.push_back({.type = file.command, .run = apply_to_router, .order = Order::kRouter});
  }
  return rows;
}

}  // namespace

std::span<const CommandRow> router_commands() {
  static const std::vector<CommandRow> kRows = all_rows();
  return kRows;
}

}  // namespace trestle::ovm3
