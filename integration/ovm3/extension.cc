// SPDX-License-Identifier: Apache-2.0
#include "integration/ovm3/extension.h"

#include <algorithm>
#include <array>
#include <utility>

#include "integration/ovm3/extension_session.h"

namespace trestle::ovm3 {
namespace {

constexpr std::array<ExtensionAction, 9> kBuiltIn = {{
    {.name = "create", .run = create_action},
    {.name = "deploy", .run = create_action},
    {.name = "start", .run = start_action},
    {.name = "stop", .run = stop_action},
    {.name = "reboot", .run = reboot_action},
    {.name = "delete", .run = delete_action},
    {.name = "status", .run = status_action},
    {.name = "statuses", .run = statuses_action},
    {.name = "getconsole", .run = console_action},
}};
constexpr std::string_view kPrepare = "prepare";

const ExtensionAction* built_in(std::string_view name) {
  const auto* const found = std::ranges::find(kBuiltIn, name, &ExtensionAction::name);
  return found == kBuiltIn.end() ? nullptr : found;
}

Result<const ExtensionAction*> action_of(const ExtensionRequest& request) {
  const ExtensionAction* const action = request.custom ? nullptr : built_in(request.action);
  if (action != nullptr) return action;
  return fail(Code::kUnimplemented,
              "unknown action '" + request.action +
                  "': hosts of this kind do not do that; nothing was changed");
}

}  // namespace

bool is_ping(std::string_view action) {
  return action == "status" || action == "statuses" || action == "getconsole";
}

Result<ExtensionAnswer> run_extension(const ExtensionTime& time, Log& log,
                                      const ExtensionRequest& request) {
  if (!request.custom && request.action == kPrepare) return prepare_action(request);
  TRESTLE_ASSIGN_OR_RETURN(const ExtensionAction* action, action_of(request));
  TRESTLE_ASSIGN_OR_RETURN(const AgentLine line, AgentLine::open(time.work, log, request));
  const Session session{.time = time,
                        .log = log,
                        .request = request,
                        .agent = Agent(line.transport(), log),
                        .host = line.host()};
  return action->run(session);
}

}  // namespace trestle::ovm3
