// SPDX-License-Identifier: Apache-2.0
#include <string>

#include "integration/ovm3/commands/routers/family.h"
#include "integration/ovm3/commands/routers/script_text.h"

namespace trestle::ovm3 {

Result<schema::GetDomRVersionAnswer> get_domr_version(const Task& task,
                                                      const schema::GetDomRVersionCmd& command) {
  TRESTLE_ASSIGN_OR_RETURN(const std::string text, router_output(task, schema::Object(command),
                                                                 "get_template_version.sh", {}));
  const auto mark = text.find('&');
  if (mark == std::string::npos || mark == 0 || mark + 1 == text.size() ||
      text.find('&', mark + 1) != std::string::npos) {
    return fail(Code::kBadReply,
                "get_template_version.sh should say TEMPLATE&SCRIPTS, but said '" + text + "'");
  }
  auto answer = done<schema::GetDomRVersionAnswer>(text);
  answer.templateVersion = text.substr(0, mark);
  answer.scriptsVersion = text.substr(mark + 1);
  return answer;
}

}  // namespace trestle::ovm3
