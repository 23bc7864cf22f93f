// SPDX-License-Identifier: Apache-2.0
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "integration/ovm3/commands/routers/family.h"
#include "integration/ovm3/commands/routers/script_text.h"
#include "integration/ovm3/router_deployer.h"

namespace trestle::ovm3 {
namespace {

struct Step {
  bool good = false;
  std::string text;
};

Step carry_out(const Task& task, RouterDeployer& deployer, const std::string& ip,
               const RouterItem& item) {
  const auto result = deployer.apply(task.ctx, ip, item);
  if (!result) return {.good = false, .text = result.error().message()};
  return {.good = result->status == 0, .text = script_text(*result)};
}

}  // namespace

Result<schema::Object> apply_to_router(const Task& task, const schema::Object& command) {
  TRESTLE_ASSIGN_OR_RETURN(const RouterAccess access, router_access(command));
  RouterDeployer deployer(task.agent());
  TRESTLE_ASSIGN_OR_RETURN(std::vector<RouterItem> items, deployer.items(task.ctx, command));
  if (task.host.router_queues().is_open(access.name)) {
    task.host.router_queues().add(access.name, std::move(items));
    return schema::Object(schema::Answer{.result = true});
  }
  if (items.empty()) return schema::Object(done<schema::Answer>("Nothing to do"));

  bool good = true;
  std::vector<std::optional<std::string>> lines;
  std::string only;
  for (const RouterItem& item : items) {
    if (!good) {
      lines.emplace_back(item.shown() + " - not begun");
      continue;
    }
    const Step step = carry_out(task, deployer, access.ip, item);
    good = step.good;
    only = step.text;
    lines.emplace_back(item.shown() + (good ? " - success: " : " - failed: ") + step.text);
  }
  if (items.size() == 1) {
    return schema::Object(schema::Answer{.result = good, .details = std::move(only)});
  }
  schema::GroupAnswer answer;
  answer.result = good;
  answer.results = std::move(lines);
  return schema::Object(std::move(answer));
}

}  // namespace trestle::ovm3
