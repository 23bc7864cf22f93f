// SPDX-License-Identifier: Apache-2.0
#ifndef TRESTLE_OBJECTS_OVM3_AGENT_URL_H_
#define TRESTLE_OBJECTS_OVM3_AGENT_URL_H_

#include <string_view>

#include "objects/wire/endpoint.h"

namespace trestle::ovm3 {

/// Port of agent.ini as installed, the path that XML-RPC clients use, and the only user an agent
/// knows.
inline constexpr EndpointDefaults kAgentUrlDefaults{
    .port = 8899, .path = "/RPC2", .user = "oracle"};

/// `[https://|http://][user@]host[:8899][/RPC2]`, see Endpoint::parse.
inline Result<Endpoint> parse_agent_url(std::string_view url) {
  return Endpoint::parse(url, kAgentUrlDefaults);
}

}  // namespace trestle::ovm3

#endif  // TRESTLE_OBJECTS_OVM3_AGENT_URL_H_
