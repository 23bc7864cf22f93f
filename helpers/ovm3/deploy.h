// SPDX-License-Identifier: Apache-2.0
#ifndef TRESTLE_HELPERS_OVM3_DEPLOY_H_
#define TRESTLE_HELPERS_OVM3_DEPLOY_H_

#include <chrono>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "helpers/ovm3/agent_place.h"
#include "helpers/ovm3/host_scripts.h"
#include "helpers/ovm3/ssh.h"
#include "objects/core/call_context.h"
#include "objects/core/error.h"
#include "objects/core/log.h"
#include "objects/core/result.h"
#include "objects/ovm3/agent.h"

namespace trestle::ovm3 {

/// How long undoing may take, counted from its own begin: what was half done must not stay because
/// the time of the request is over.
inline constexpr std::chrono::seconds kUndoBudget{60};
/// Pause between two questions to an agent that restarts.
inline constexpr std::chrono::milliseconds kAgentPause{50};

/// Asks the agent once: the version of the module in it, "" if it has none. Errors: as
/// Agent::call. Is called from the thread of the host it asks for.
using AskAgent =
    std::function<Result<std::string>(const CallContext& ctx, const AgentPlace& place)>;

/// What an AskAgent asks over its own way to the agent.
[[nodiscard]] Result<std::string> ask_module(const CallContext& ctx, const Agent& agent);

/// One step, as it is shown and logged.
struct DeployStep {
  std::string step;
  std::string outcome;  ///< done, already, undone, failed
  std::string detail = {};
};

struct DeployOptions {
  SshOptions ssh = {};
  std::vector<std::string> pythons = {"python", "python2", "python3"};  ///< tried in order
  /// Stands in front of every path on the host; "/" but for tests.
  std::string root = "/";
  std::vector<HostScript> scripts = {};  ///< install.py first
  /// Restarts the agent in place of the host's own service; empty: that service.
  std::vector<std::string> restart_command = {};
  bool restart_xend = false;
  std::vector<std::string> skip = {};  ///< patches of install.py to leave out
  AskAgent ask = {};
  /// Told of each step as it ends, from the thread that deploys.
  std::function<void(const DeployStep&)> on_step = [](const DeployStep&) {};
};

/// What a deployment did to one host. With an error the host is as it was before, unless the error
/// says that it could not be told.
struct DeployReport {
  std::string host;
  bool changed = false;
  std::string release = {};
  std::string python = {};
  std::string module_version = {};
  std::optional<AgentPlace> agent = std::nullopt;
  std::vector<DeployStep> steps = {};
  std::optional<Error> error = std::nullopt;
};

/// Makes a host ready: looks at it, compares digests, uploads what differs to a folder under a
/// name of its own, reads them back, lets install.py put module and patches in, and waits
/// until the agent answers with the module. A host that is ready is only looked at. When a step
/// fails everything that was done is undone, over a new connection if the old one is gone; what
/// cannot be undone then is put right by the next run, which goes on from wherever this one ended.
/// Safe to be called for many hosts at once, from a thread each.
[[nodiscard]] DeployReport prepare_host(const CallContext& ctx, const SshAddress& address,
                                        const DeployOptions& options, Log& log);

/// Gives a host back byte for byte as it was before the first prepare_host, and waits until its
/// agent answers without the module. A host that has nothing of ours stays as it is. What a failure
/// cut off is not put in again; the error says so, and the next run goes on from there.
[[nodiscard]] DeployReport unprepare_host(const CallContext& ctx, const SshAddress& address,
                                          const DeployOptions& options, Log& log);

}  // namespace trestle::ovm3

#endif  // TRESTLE_HELPERS_OVM3_DEPLOY_H_
