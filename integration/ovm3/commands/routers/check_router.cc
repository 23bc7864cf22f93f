// SPDX-License-Identifier: Apache-2.0
#include <string>

#include "integration/ovm3/commands/routers/family.h"
#include "integration/ovm3/commands/routers/script_text.h"

namespace trestle::ovm3 {

Result<schema::CheckRouterAnswer> check_router(const Task& task,
                                               const schema::CheckRouterCommand& command) {
  constexpr std::string_view kPrefix = "Status: ";
  TRESTLE_ASSIGN_OR_RETURN(const std::string text,
                           router_output(task, schema::Object(command), "checkrouter.sh", {}));
  schema::CheckRouterAnswer answer;
  answer.details = text;
  const std::string_view state = std::string_view(text).starts_with(kPrefix)
                                     ? std::string_view(text).substr(kPrefix.size())
                                     : std::string_view();
  using schema::RedundantState;
  if (state == "MASTER") {
    answer.state = RedundantState::MASTER;
  } else if (state == "BACKUP") {
    answer.state = RedundantState::BACKUP;
  } else if (state == "FAULT") {
    answer.state = RedundantState::FAULT;
  } else if (state == "UNKNOWN") {
    answer.state = RedundantState::UNKNOWN;
  } else {
    return fail(Code::kBadReply,
                "checkrouter.sh should say 'Status: ' and a state, but said '" + text + "'");
  }
  answer.result = true;
  return answer;
}

}  // namespace trestle::ovm3
