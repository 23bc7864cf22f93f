// SPDX-License-Identifier: Apache-2.0
#ifndef TRESTLE_INTEGRATION_OVM3_COMMANDS_HOST_FAMILY_H_
#define TRESTLE_INTEGRATION_OVM3_COMMANDS_HOST_FAMILY_H_

#include "integration/ovm3/commands/command.h"
#include "integration/schema/generated/base.h"
#include "integration/schema/generated/host.h"
#include "integration/schema/generated/session.h"

/// Commands about a host itself; one function a file, named after the command.
namespace trestle::ovm3 {

/// Whether the agent answers: one cheap call that proves a life.
[[nodiscard]] Result<schema::CheckHealthAnswer> check_health(
    const Task& task, const schema::CheckHealthCommand& command);

/// What a neighbour's heartbeat on shared storage proves. A fresh one proves a life; anything else
/// proves nothing, since a host may have lost its storage and still run its guests.
[[nodiscard]] Result<schema::CheckOnHostAnswer> check_on_host(
    const Task& task, const schema::CheckOnHostCommand& command);

/// Whether a VM of a neighbour is proven off. The heartbeat alone cannot prove it, so the answer is
/// never yes; it says what was found out.
[[nodiscard]] Result<schema::FenceAnswer> fence(const Task& task,
                                                const schema::FenceCommand& command);

/// CPU in percent, memory in KiB, traffic of the public device in KiB since the host started.
[[nodiscard]] Result<schema::GetHostStatsAnswer> get_host_stats(
    const Task& task, const schema::GetHostStatsCommand& command);

/// From now on the host takes no new VM; those that run go on, and the answer names them.
[[nodiscard]] Result<schema::MaintainAnswer> maintain(const Task& task,
                                                      const schema::MaintainCommand& command);

/// Puts the key pair of system VMs on the host.
[[nodiscard]] Result<schema::Answer> modify_ssh_keys(const Task& task,
                                                     const schema::ModifySshKeysCommand& command);

/// Whether a host answers ping from here, or from inside a router.
[[nodiscard]] Result<schema::Answer> ping_test(const Task& task,
                                               const schema::PingTestCommand& command);

/// The server has taken the host in: the agent answers, the module is there, the pool of a pooled
/// host has its master, the heartbeat runs. Ends a maintenance.
[[nodiscard]] Result<schema::ReadyAnswer> ready(const Task& task,
                                                const schema::ReadyCommand& command);

/// The server takes its leave. Neither the host nor any VM goes down by it.
[[nodiscard]] Result<schema::Answer> shutdown(const Task& task,
                                              const schema::ShutdownCommand& command);

}  // namespace trestle::ovm3

#endif  // TRESTLE_INTEGRATION_OVM3_COMMANDS_HOST_FAMILY_H_
