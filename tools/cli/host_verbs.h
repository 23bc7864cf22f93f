// SPDX-License-Identifier: Apache-2.0
#ifndef TRESTLE_TOOLS_CLI_HOST_VERBS_H_
#define TRESTLE_TOOLS_CLI_HOST_VERBS_H_

#include <vector>

#include "objects/core/call_context.h"
#include "objects/core/result.h"
#include "objects/ovm3/agent.h"
#include "objects/ovm3/host.h"
#include "tools/cli/command.h"

namespace trestle::cli {

/// What nearly every verb needs: until when, and the host.
struct HostCall {
  CallContext ctx;
  ovm3::Agent agent;
  ovm3::Host host;
};

/// Context with the short budget, and the host that the command names.
[[nodiscard]] Result<HostCall> reach_host(Call& call);

/// The release that decides the form of a call. Errors: kFailedPrecondition if the host tells none.
[[nodiscard]] Result<ovm3::Release> release_of(const ovm3::ServerInfo& server);

/// Verbs of noun host that read and set clock, time source, password (host_settings.cc).
[[nodiscard]] std::vector<Verb> host_settings_verbs();

/// Verbs of noun host that ask many hosts at once (host_poll.cc).
[[nodiscard]] std::vector<Verb> host_poll_verbs();
/// Verbs that log in over SSH, in files of their own.
[[nodiscard]] std::vector<Verb> host_deploy_verbs();
[[nodiscard]] std::vector<Verb> host_doctor_verbs();

}  // namespace trestle::cli

#endif  // TRESTLE_TOOLS_CLI_HOST_VERBS_H_
