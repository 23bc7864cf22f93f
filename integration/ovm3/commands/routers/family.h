// SPDX-License-Identifier: Apache-2.0
#ifndef TRESTLE_INTEGRATION_OVM3_COMMANDS_ROUTERS_FAMILY_H_
#define TRESTLE_INTEGRATION_OVM3_COMMANDS_ROUTERS_FAMILY_H_

#include "integration/ovm3/commands/command.h"
#include "integration/schema/generated/host.h"
#include "integration/schema/generated/machine.h"
#include "integration/schema/generated/routing.h"
#include "integration/schema/generated/services.h"

/// Commands for router VMs and other system VMs. Those that only tell a router what to be are one
/// function and a table (router_files.h); the others are a function each, named after the command.
namespace trestle::ovm3 {

/// Whatever router_items.h knows: gathered while an aggregation is open, else carried out at once.
/// One step gives a plain Answer with its output, more a GroupAnswer with a line for each; after
/// one that failed no other is begun.
[[nodiscard]] Result<schema::Object> apply_to_router(const Task& task,
                                                     const schema::Object& command);

/// Start: what follows for this router is gathered. Finish: all of it is done, in one go.
[[nodiscard]] Result<schema::Answer> aggregation_control(
    const Task& task, const schema::AggregationControlCommand& command);

/// Whether a redundant router is master or backup.
[[nodiscard]] Result<schema::CheckRouterAnswer> check_router(
    const Task& task, const schema::CheckRouterCommand& command);

/// Versions of the router's template and scripts.
[[nodiscard]] Result<schema::GetDomRVersionAnswer> get_domr_version(
    const Task& task, const schema::GetDomRVersionCmd& command);

/// Which of the named VPN connections are up. An address that the router does not report on is an
/// error.
[[nodiscard]] Result<schema::CheckS2SVpnConnectionsAnswer> check_s2s_vpn_connections(
    const Task& task, const schema::CheckS2SVpnConnectionsCommand& command);

/// What the router's service monitor has noted since the time that is given.
[[nodiscard]] Result<schema::GetRouterAlertsAnswer> get_router_alerts(
    const Task& task, const schema::GetRouterAlertsCommand& command);

/// Whether the SSH port of a system VM answers: the port is read, as often and as far apart as the
/// command says, within bounds (known defect 117).
[[nodiscard]] Result<schema::CheckSshAnswer> check_ssh(const Task& task,
                                                       const schema::CheckSshCommand& command);

/// Bytes that a router has sent and received on its public side, or its counters made or set back.
[[nodiscard]] Result<schema::NetworkUsageAnswer> network_usage(
    const Task& task, const schema::NetworkUsageCommand& command);

/// Says that there is nothing to apply: these hosts have no packet filter for guests.
[[nodiscard]] Result<schema::Answer> network_rules_system_vm(
    const Task& task, const schema::NetworkRulesSystemVmCommand& command);

}  // namespace trestle::ovm3

#endif  // TRESTLE_INTEGRATION_OVM3_COMMANDS_ROUTERS_FAMILY_H_
