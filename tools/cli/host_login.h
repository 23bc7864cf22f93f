// SPDX-License-Identifier: Apache-2.0
#ifndef TRESTLE_TOOLS_CLI_HOST_LOGIN_H_
#define TRESTLE_TOOLS_CLI_HOST_LOGIN_H_

#include <string>
#include <vector>

#include "helpers/ovm3/deploy.h"
#include "helpers/ovm3/ssh.h"
#include "objects/core/result.h"
#include "tools/cli/call.h"
#include "tools/cli/command.h"

namespace trestle::cli {

/// What every verb that logs in to hosts over SSH takes.
[[nodiscard]] std::vector<Option> login_options();

/// The operand HOST.
[[nodiscard]] Operand login_operand(bool many);

/// The addresses that were given, each once. Errors: a usage error.
[[nodiscard]] Result<std::vector<ovm3::SshAddress>> login_addresses(Call& call);

/// How to log in and whom to trust, as options and environment say; asks for the password on the
/// terminal if nothing else lets in. Errors: a usage error, kCancelled.
[[nodiscard]] Result<ovm3::SshOptions> login_of(Call& call, const ovm3::SshAddress& first);

/// Programs to try as the host's Python.
[[nodiscard]] std::vector<std::string> host_pythons(const Call& call);

/// The connection to an agent whose place was read over SSH. Who trusts the host's key trusts the
/// certificate that it read there; --pin, --ca-file or --insecure go before it, and so does --url.
[[nodiscard]] Result<Connection> agent_connection(Call& call, const ovm3::AgentPlace& place,
                                                  std::optional<Secret>* password);

/// Asks the agent at a place which version of the module it has. For many threads at once.
[[nodiscard]] ovm3::AskAgent module_asker(Call& call, const Secret& password);

/// The agent's password, found or asked for once. Errors: as connection_of.
[[nodiscard]] Result<Secret> agent_password(Call& call);

}  // namespace trestle::cli

#endif  // TRESTLE_TOOLS_CLI_HOST_LOGIN_H_
