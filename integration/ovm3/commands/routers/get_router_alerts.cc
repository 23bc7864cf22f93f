// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <cctype>
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

/// "2015-12-01 09:00:00", as the monitor's log and the server write it.
bool is_time(std::string_view text) {
  constexpr std::string_view kForm = "0000-00-00 00:00:00";
  return std::ranges::equal(text, kForm, [](unsigned char c, char form) {
    return form == '0' ? std::isdigit(c) != 0 : c == static_cast<unsigned char>(form);
  });
}

/// The script wants day and time as two words; of one it makes the beginning of the log.
Result<std::vector<std::string>> since(const std::optional<std::string>& time) {
  if (!time || time->empty()) return std::vector<std::string>();
  // A database may have added parts of a second.
  const std::string_view whole = std::string_view(*time).substr(0, time->find('.'));
  if (!is_time(whole) ||
      time->find_first_not_of(".0123456789", whole.size()) != std::string::npos) {
    return fail(Code::kInvalidArgument,
                "member 'previousAlertTimeStamp' is no time like 2015-12-01 09:00:00");
  }
  const auto blank = time->find(' ');
  return std::vector<std::string>{time->substr(0, blank), time->substr(blank + 1)};
}

}  // namespace

Result<schema::GetRouterAlertsAnswer> get_router_alerts(
    const Task& task, const schema::GetRouterAlertsCommand& command) {
  TRESTLE_ASSIGN_OR_RETURN(const std::vector<std::string> arguments,
                           since(command.previousAlertTimeStamp));
  TRESTLE_ASSIGN_OR_RETURN(const std::string text, router_output(task, schema::Object(command),
                                                                 "getRouterAlerts.sh", arguments));
  schema::GetRouterAlertsAnswer answer;
  answer.result = true;
  if (text.empty() || text == "No Alerts") return answer;
  auto lines = lines_of(text);
  if (lines.empty()) return answer;
  const std::string last = *lines.back();
  answer.timeStamp = last.substr(0, last.find(','));
  // The server sends it back as the time to begin at.
  if (!is_time(*answer.timeStamp)) {
    return fail(Code::kBadReply,
                "alerts of a router should begin with their time and a comma, but the last is '" +
                    last + "'; look at /var/log/routerServiceMonitor.log there");
  }
  answer.alerts = std::move(lines);
  return answer;
}

}  // namespace trestle::ovm3
