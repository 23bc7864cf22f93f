// SPDX-License-Identifier: Apache-2.0
#include "integration/ovm3/commands/routers/script_text.h"

namespace trestle::ovm3 {

std::string script_text(const contracts::ScriptResult& result) {
  std::string text(trimmed(result.out));
  if (result.status == 0) return text;
  const std::string errors(trimmed(result.err));
  text += (text.empty() ? "status " : "; status ") + std::to_string(result.status);
  return errors.empty() ? text : text + ": " + errors;
}

Result<std::string> router_output(const Task& task, const schema::Object& command,
                                  std::string_view script,
                                  const std::vector<std::string>& arguments) {
  TRESTLE_ASSIGN_OR_RETURN(const RouterAccess access, router_access(command));
  TRESTLE_ASSIGN_OR_RETURN(
      const contracts::ScriptResult result,
      RouterDeployer(task.agent()).run_script(task.ctx, access.ip, script, arguments));
  if (result.status == 0) return std::string(trimmed(result.out));
  return fail(Code::kFailedPrecondition, std::string(script) + " failed in router " + access.name +
                                             ": " + script_text(result));
}

}  // namespace trestle::ovm3
