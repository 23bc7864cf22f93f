// SPDX-License-Identifier: Apache-2.0
#include "integration/ovm3/extension.h"

#include <algorithm>
#include <array>
#include <utility>

#include "helpers/ovm3/dry_run.h"
#include "integration/ovm3/extension_custom.h"
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

std::vector<ExtensionAction> all_custom() {
  std::vector<ExtensionAction> all;
  for (const auto& some : {disk_actions(), snapshot_actions(), fleet_actions()}) {
    all.insert(all.end(), some.begin(), some.end());
  }
  return all;
}

/// Whether this caller may do what reaches beyond the VM. A server before 4.22 does not tell who
/// calls, and lets only those in that the admin has named on the action.
Result<void> check_caller(const ExtensionRequest& request, const ExtensionAction& action) {
  if (!action.for_admins || request.caller_role.empty() || request.caller_role == "Admin") {
    return {};
  }
  std::string allowed = detail(request, "user_actions").value_or("");
  std::ranges::replace(allowed, ',', '\n');
  for (std::size_t at = 0; at < allowed.size();) {
    const std::size_t end = std::min(allowed.find('\n', at), allowed.size());
    if (plain_name(std::string_view(allowed).substr(at, end - at)) == action.name) return {};
    at = end + 1;
  }
  return fail(Code::kPermissionDenied,
              "action " + request.action + " is for admins, and the caller's role type is " +
                  request.caller_role + "; an admin may name it in detail user_actions");
}

Result<ExtensionAction> action_of(const ExtensionRequest& request) {
  const std::string plain = plain_name(request.action);
  const ExtensionAction* const own = built_in(request.custom ? plain : request.action);
  if (!request.custom && own != nullptr) return *own;
  if (request.custom && (own != nullptr || plain == kPrepare)) {
    return fail(Code::kInvalidArgument,
                "'" + request.action +
                    "' is a name of CloudStack's own actions, so a custom action cannot have it; "
                    "rename the custom action");
  }
  if (request.custom) {
    for (const ExtensionAction& action : all_custom()) {
      if (action.name != plain) continue;
      TRESTLE_RETURN_IF_ERROR(check_caller(request, action));
      return action;
    }
  }
  return fail(Code::kUnimplemented,
              "unknown action '" + request.action +
                  "': it is not supported on hosts of this kind; nothing was changed");
}

Result<ExtensionAnswer> run_on(const ExtensionAction& action, const ExtensionTime& time, Log& log,
                               const ExtensionRequest& request, Transport& transport,
                               const std::string& host) {
  const Session session{
      .time = time, .log = log, .request = request, .agent = Agent(transport, log), .host = host};
  return action.run(session);
}

}  // namespace

bool is_ping(std::string_view action) {
  return action == "status" || action == "statuses" || action == "getconsole";
}

Result<ExtensionAnswer> run_extension(const ExtensionTime& time, Log& log,
                                      const ExtensionRequest& request) {
  if (!request.custom && request.action == kPrepare) return prepare_action(request);
  TRESTLE_ASSIGN_OR_RETURN(const ExtensionAction action, action_of(request));
  TRESTLE_ASSIGN_OR_RETURN(const AgentLine line, AgentLine::open(time.work, log, request));
  return run_on(action, time, log, request, line.transport(), line.host());
}

Result<std::vector<std::string>> explain_extension(const ExtensionTime& time, Log& log,
                                                   const ExtensionRequest& request) {
  if (!request.custom && request.action == kPrepare) {
    TRESTLE_RETURN_IF_ERROR(prepare_action(request));
    return std::vector<std::string>{"no call to the agent"};
  }
  TRESTLE_ASSIGN_OR_RETURN(const ExtensionAction action, action_of(request));
  TRESTLE_ASSIGN_OR_RETURN(const AgentLine line, AgentLine::open(time.work, log, request));
  DryRunTransport dry(line.transport());
  const auto answer = run_on(action, time, log, request, dry, line.host());
  std::vector<std::string> lines = dry.lines();
  if (answer) {
    lines.push_back("then: success" + (answer->message.empty() ? "" : ", " + answer->message));
  } else if (dry.ended()) {
    lines.emplace_back("then: waits for the outcome");
  } else {
    lines.push_back("then: fails, " + answer.error().message());
  }
  return lines;
}

}  // namespace trestle::ovm3
