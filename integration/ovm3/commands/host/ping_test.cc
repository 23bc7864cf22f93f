// SPDX-License-Identifier: Apache-2.0
#include "helpers/ovm3/shell_words.h"
#include "integration/ovm3/commands/host/family.h"
#include "objects/ovm3/module.h"
#include "objects/wire/name_lookup.h"

namespace trestle::ovm3 {
namespace {

schema::Answer verdict(bool answers, const std::string& who, const std::string& from) {
  return {.result = answers,
          .details = who + (answers ? " answers" : " does not answer") + " ping from " + from};
}

}  // namespace

Result<schema::Answer> ping_test(const Task& task, const schema::PingTestCommand& command) {
  const HostModule module(task.agent());
  if (command._computingHostIp) {
    TRESTLE_ASSIGN_OR_RETURN(const bool answers, module.ping(task.ctx, *command._computingHostIp));
    return verdict(answers, *command._computingHostIp, "the host");
  }
  TRESTLE_ASSIGN_OR_RETURN(const std::string router, needed(command._routerIp, "_routerIp"));
  TRESTLE_ASSIGN_OR_RETURN(const std::string target, needed(command._privateIp, "_privateIp"));
  // An address, so that it is no option of ping.
  if (!numeric_address(target, 0)) {
    return fail(Code::kInvalidArgument,
                "_privateIp is '" + target + "', which is no IP address; a router pings addresses");
  }
  TRESTLE_ASSIGN_OR_RETURN(const std::string line,
                           quote_words({"ping", "-c", "3", "-W", "2", target}));
  TRESTLE_ASSIGN_OR_RETURN(const CommandResult result,
                           module.run_in_domr(task.ctx, {.host = router, .command = line}));
  // 1 is ping's own word for "no answer"; anything else is no ping at all.
  if (result.rc == 0 || result.rc == 1) {
    return verdict(result.rc == 0, target, "the router at " + router);
  }
  return fail(Code::kFailedPrecondition, "no ping could be sent from the router at " + router +
                                             " (status " + std::to_string(result.rc) +
                                             "): " + result.err);
}

}  // namespace trestle::ovm3
