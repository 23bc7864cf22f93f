// SPDX-License-Identifier: Apache-2.0
#include "helpers/ovm3/agent_place.h"

#include <charconv>
#include <utility>

#include "helpers/ovm3/digest.h"

namespace trestle::ovm3 {

std::string AgentPlace::url() const {
  const bool v6 = host.find(':') != std::string::npos;
  return (tls ? "https://" : "http://") + (v6 ? "[" + host + "]" : host) + ":" +
         std::to_string(port);
}

Result<AgentPlace> agent_place(const std::string& host, const HostFacts& facts) {
  if (!facts.agent_there) {
    return fail(Code::kFailedPrecondition,
                "there is no /etc/ovs-agent/agent.ini: is this an Oracle VM Server of release 3?");
  }
  AgentPlace place{.host = host};
  if (facts.agent_port) {
    const std::string& text = *facts.agent_port;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), place.port);
    if (error != std::errc() || end != text.data() + text.size() || place.port == 0) {
      return fail(Code::kBadReply, "the port in /etc/ovs-agent/agent.ini is no number: " + text);
    }
  }
  place.tls = facts.agent_ssl.value_or("enable") != "disable";
  if (place.tls && facts.agent_certificate) {
    if (const auto pin = certificate_pin(*facts.agent_certificate)) place.pin = *pin;
  }
  return place;
}

}  // namespace trestle::ovm3
