// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <string>

#include "integration/ovm3/commands/routers/family.h"
#include "integration/ovm3/commands/routers/script_text.h"

namespace trestle::ovm3 {
namespace {

/// "ADDRESS:STATUS:DETAIL", status 0 is up.
Result<void> read_connection(const std::string& text,
                             schema::CheckS2SVpnConnectionsAnswer& answer) {
  const auto first = text.find(':');
  const auto second = first == std::string::npos ? first : text.find(':', first + 1);
  if (second == std::string::npos || first == 0) {
    return fail(Code::kBadReply,
                "checkbatchs2svpn.sh should say ADDRESS:STATUS:DETAIL, but said '" + text + "'");
  }
  const std::string address = text.substr(0, first);
  answer.ipToConnected->set(address, text.substr(first + 1, second - first - 1) == "0");
  answer.ipToDetail->set(address, text.substr(second + 1));
  return {};
}

}  // namespace

Result<schema::CheckS2SVpnConnectionsAnswer> check_s2s_vpn_connections(
    const Task& task, const schema::CheckS2SVpnConnectionsCommand& command) {
  TRESTLE_ASSIGN_OR_RETURN(const auto addresses, needed(command.vpnIps, "vpnIps"));
  TRESTLE_ASSIGN_OR_RETURN(const std::string text, router_output(task, schema::Object(command),
                                                                 "checkbatchs2svpn.sh", addresses));
  auto answer = done<schema::CheckS2SVpnConnectionsAnswer>(text);
  answer.ipToConnected.emplace();
  answer.ipToDetail.emplace();
  for (std::size_t at = 0; at < text.size();) {
    const auto end = std::min(text.find('&', at), text.size());
    if (end > at) TRESTLE_RETURN_IF_ERROR(read_connection(text.substr(at, end - at), answer));
    at = end + 1;
  }
  for (const std::string& address : addresses) {
    if (answer.ipToConnected->find(address) == nullptr) {
      return fail(Code::kBadReply, "the router says nothing of the VPN connection to " + address);
    }
  }
  return answer;
}

}  // namespace trestle::ovm3
