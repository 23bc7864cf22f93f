// SPDX-License-Identifier: Apache-2.0
#include <array>
#include <cstdio>
#include <random>
#include <string>
#include <utility>
#include <vector>

#include "integration/ovm3/commands/routers/family.h"
#include "integration/ovm3/commands/routers/script_text.h"
#include "integration/ovm3/router_deployer.h"

namespace trestle::ovm3 {
namespace {

/// Names the file of one aggregation: two of one router must not meet.
std::string new_id() {
  std::random_device random;
  std::array<char, 17> text{};
  std::snprintf(text.data(), text.size(), "%08x%08x", random(), random());
  return text.data();
}

/// vr_cfg.sh ends with status 0 also where one of its scripts failed, since it runs them in a
/// subshell; then it says so on its error output, and has left out what came after.
bool failed(const contracts::ScriptResult& result) {
  return result.status != 0 || result.err.find("VR config: execution failed") != std::string::npos;
}

Result<schema::Answer> finish(const Task& task, const RouterAccess& access) {
  const auto items = task.host.router_queues().finish(access.name);
  if (!items) {
    return fail(Code::kFailedPrecondition,
                "no aggregation was started for router " + access.name +
                    " here; what was sent for it before is lost, so restart the router");
  }
  if (items->empty()) {
    return done<schema::Answer>("Command aggregation finished; nothing was to be done");
  }
  TRESTLE_ASSIGN_OR_RETURN(const std::vector<RouterItem> steps, aggregated(*items, new_id()));
  RouterDeployer deployer(task.agent());
  for (const RouterItem& step : steps) {
    const auto result = deployer.apply(task.ctx, access.ip, step);
    if (!result) return fail(wrap("while finishing the aggregation", result.error()));
    if (!failed(*result)) continue;
    const std::string why =
        result->status != 0 ? script_text(*result) : std::string(trimmed(result->err));
    return fail(Code::kFailedPrecondition,
                step.name + " failed in router " + access.name + ": " + why +
                    "; what was gathered after that is not done, so restart the router");
  }
  return done<schema::Answer>("Command aggregation finished");
}

}  // namespace

Result<schema::Answer> aggregation_control(const Task& task,
                                           const schema::AggregationControlCommand& command) {
  TRESTLE_ASSIGN_OR_RETURN(const RouterAccess access, router_access(schema::Object(command)));
  TRESTLE_ASSIGN_OR_RETURN(const auto action, needed(command.action, "action"));
  if (action == schema::AggregationControlCommandAction::Finish) return finish(task, access);
  if (const std::size_t dropped = task.host.router_queues().start(access.name); dropped > 0) {
    task.log().write(Level::kWarn, "AGGREGATION_BEGUN_ANEW",
                     {{"router", access.name}, {"dropped", dropped}});
  }
  return done<schema::Answer>("Command aggregation started");
}

}  // namespace trestle::ovm3
