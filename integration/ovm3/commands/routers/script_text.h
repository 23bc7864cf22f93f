// SPDX-License-Identifier: Apache-2.0
#ifndef TRESTLE_INTEGRATION_OVM3_COMMANDS_ROUTERS_SCRIPT_TEXT_H_
#define TRESTLE_INTEGRATION_OVM3_COMMANDS_ROUTERS_SCRIPT_TEXT_H_

#include <string>
#include <string_view>

#include "integration/contracts/virtual_router_deployer.h"
#include "integration/ovm3/commands/command.h"
#include "integration/ovm3/router_deployer.h"
#include "objects/ovm3/text_number.h"

namespace trestle::ovm3 {

/// What a script wrote: its output; of one that failed its status and its errors too (known defect
/// 113: errors of scripts had no text).
[[nodiscard]] std::string script_text(const contracts::ScriptResult& result);

/// The output of a script that must succeed, trimmed. Errors: kFailedPrecondition with script,
/// status and what it wrote; those of the way there.
[[nodiscard]] Result<std::string> router_output(const Task& task, const schema::Object& command,
                                                std::string_view script,
                                                const std::vector<std::string>& arguments);

}  // namespace trestle::ovm3

#endif  // TRESTLE_INTEGRATION_OVM3_COMMANDS_ROUTERS_SCRIPT_TEXT_H_
