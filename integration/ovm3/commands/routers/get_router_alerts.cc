// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "integration/ovm3/commands/routers/family.h"
#include "integration/ovm3/commands/routers/script_text.h"

namespace trestle::ovm3 {
namespace {

/// The script parts its lines with a backslash and an n, not with a line break.
std::vector<std::optional<std::string>> lines_of(std::string text) {
  constexpr std::string_view kBreak = "\\n";
  for (auto at = text.find(kBreak); at != std::string::npos; at = text.find(kBreak, at)) {
    text.replace(at, kBreak.size(), "\n");
  }
  std::vector<std::optional<std::string>> lines;
  for (std::size_t at = 0; at < text.size();) {
    const auto end = std::min(text.find('\n', at), text.size());
    std::string line(trimmed(std::string_view(text).substr(at, end - at)));
    if (!line.empty()) lines.emplace_back(std::move(line));
    at = end + 1;
  }
  return lines;
}

}  // namespace

Result<schema::GetRouterAlertsAnswer> get_router_alerts(
    const Task& task, const schema::GetRouterAlertsCommand& command) {
  std::vector<std::string> arguments;
  if (command.previousAlertTimeStamp) arguments.push_back(*command.previousAlertTimeStamp);
  TRESTLE_ASSIGN_OR_RETURN(const std::string text, router_output(task, schema::Object(command),
                                                                 "getRouterAlerts.sh", arguments));
  schema::GetRouterAlertsAnswer answer;
  answer.result = true;
  if (text.empty() || text == "No Alerts") return answer;
  answer.alerts = lines_of(text);
  const std::string& last = *answer.alerts->back();
  answer.timeStamp = last.substr(0, last.find(','));
  return answer;
}

}  // namespace trestle::ovm3
