// SPDX-License-Identifier: Apache-2.0
#ifndef TRESTLE_HELPERS_OVM3_AGENT_PLACE_H_
#define TRESTLE_HELPERS_OVM3_AGENT_PLACE_H_

#include <cstdint>
#include <string>

#include "helpers/ovm3/host_facts.h"
#include "objects/core/result.h"

namespace trestle::ovm3 {

/// Where the agent of a host listens, and with which key, as its own files say.
struct AgentPlace {
  std::string host;
  std::uint16_t port = 8899;
  bool tls = true;
  std::string pin = {};  ///< "sha256//...", empty without TLS or certificate

  /// "https://host:8899"
  [[nodiscard]] std::string url() const;
};

/// Where the agent listens, by what the host's files say. Errors: kFailedPrecondition if there is
/// no agent; kBadReply if its port is no number.
[[nodiscard]] Result<AgentPlace> agent_place(const std::string& host, const HostFacts& facts);

}  // namespace trestle::ovm3

#endif  // TRESTLE_HELPERS_OVM3_AGENT_PLACE_H_
