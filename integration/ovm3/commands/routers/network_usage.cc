// SPDX-License-Identifier: Apache-2.0
#include <string>

#include "helpers/ovm3/router_usage.h"
#include "helpers/ovm3/router_vm.h"
#include "integration/ovm3/commands/routers/family.h"
#include "integration/ovm3/commands/routers/script_text.h"

namespace trestle::ovm3 {

Result<schema::NetworkUsageAnswer> network_usage(const Task& task,
                                                 const schema::NetworkUsageCommand& command) {
  TRESTLE_ASSIGN_OR_RETURN(const std::string ip, needed(command.privateIP, "privateIP"));
  TRESTLE_ASSIGN_OR_RETURN(const UsageCall call,
                           usage_call({.option = command.option.value_or("get"),
                                       .vpc = command.forVpc,
                                       .gateway = command.gatewayIP.value_or(""),
                                       .network = command.vpcCIDR.value_or("")}));
  TRESTLE_ASSIGN_OR_RETURN(
      const CommandResult result,
      run_router_script(task.ctx, task.agent(), ip, call.script, call.arguments));
  if (result.rc != 0) {
    return fail(
        Code::kFailedPrecondition,
        call.script + " failed in router " + command.domRName.value_or(ip) + ": " +
            script_text(
                {.status = static_cast<int>(result.rc), .out = result.out, .err = result.err}));
  }
  auto answer =
      done<schema::NetworkUsageAnswer>(call.reads ? "" : std::string(trimmed(result.out)));
  answer.routerName = command.domRName;
  answer.bytesSent = 0;
  answer.bytesReceived = 0;
  if (!call.reads) return answer;
  TRESTLE_ASSIGN_OR_RETURN(const RouterTraffic traffic, parse_usage(result.out));
  answer.bytesSent = static_cast<std::int64_t>(traffic.sent.count);
  answer.bytesReceived = static_cast<std::int64_t>(traffic.received.count);
  return answer;
}

}  // namespace trestle::ovm3
