// SPDX-License-Identifier: Apache-2.0
#include <string>

#include "helpers/ovm3/heartbeat.h"
#include "integration/ovm3/commands/host/family.h"
#include "objects/ovm3/host.h"
#include "objects/ovm3/module.h"

namespace trestle::ovm3 {
namespace {

/// A pooled host must be in a pool that has the virtual address of the settings. Whether this host
/// is the master does not matter (known defect 41).
Result<std::string> check_pool(const Task& task) {
  TRESTLE_ASSIGN_OR_RETURN(const ServerInfo server, Host(task.agent()).discover(task.ctx));
  const std::string& wanted = task.settings().virtual_ip;
  if (!server.pool_id) {
    return fail(Code::kFailedPrecondition,
                "the host is in no server pool; add the cluster's primary storage again, which "
                "makes or joins the pool with address " +
                    wanted);
  }
  if (server.master_virtual_ip != wanted) {
    return fail(Code::kFailedPrecondition, "the host is in a server pool with address '" +
                                               server.master_virtual_ip.value_or("none") +
                                               "', but the settings say " + wanted);
  }
  return "; it is in the pool with address " + wanted;
}

}  // namespace

Result<schema::ReadyAnswer> ready(const Task& task, const schema::ReadyCommand& command) {
  if (command._details) {
    return fail(Code::kFailedPrecondition,
                "the server did not take the host: " + *command._details);
  }
  const HostModule module(task.agent());
  const auto version = module.version(task.ctx);
  if (!version) {
    return fail(
        wrap("the host cannot be used before our module is on it; run 'trestle host "
             "prepare' for it",
             version.error()));
  }
  std::string seen = "the agent answers and has module " + *version;
  if (task.settings().pooled) {
    TRESTLE_ASSIGN_OR_RETURN(const std::string pool, check_pool(task));
    seen += pool;
  }
  const HostSettings& settings = task.settings();
  if (!settings.guid.empty()) {
    TRESTLE_ASSIGN_OR_RETURN(
        const HeartbeatStart heartbeat,
        module.ensure_heartbeat(task.ctx,
                                {.guid = settings.guid, .timeout = settings.heartbeat_timeout},
                                settings.heartbeat_interval));
    seen += heartbeat.was_running ? "; the heartbeat runs" : "; the heartbeat was started";
  }
  task.host.set_maintenance(false);
  return done<schema::ReadyAnswer>(seen);
}

}  // namespace trestle::ovm3
