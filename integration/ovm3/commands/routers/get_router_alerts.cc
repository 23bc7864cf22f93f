// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "integration/ovm3/commands/routers/family.h"
#include "integration/ovm3/commands/routers/script_text.h"

namespace trestle::ovm3 {
namespace {

/// The script parts its lines with a backslash and an n, not with a line break; both are taken.
std::vector<std::optional<std::string>> lines_of(std::string_view text) {
  constexpr std::string_view kBreak = "\\n";
  std::vector<std::optional<std::string>> lines;
  while (!text.empty()) {
    const auto end = std::min(text.find(kBreak), text.find('\n'));
    const std::string_view line = trimmed(text.substr(0, end));
    if (!line.empty()) lines.emplace_back(line);
    if (end == std::string_view::npos) break;
    text.remove_prefix(end + (text[end] == '\n' ? 1 : kBreak.size()));
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
  auto lines = lines_of(text);
  if (lines.empty()) return answer;
  const std::string last = *lines.back();
  answer.alerts = std::move(lines);
  answer.timeStamp = last.substr(0, last.find(','));
  return answer;
}

}  // namespace trestle::ovm3
