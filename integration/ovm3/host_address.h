// SPDX-License-Identifier: Apache-2.0
#ifndef TRESTLE_INTEGRATION_OVM3_HOST_ADDRESS_H_
#define TRESTLE_INTEGRATION_OVM3_HOST_ADDRESS_H_

#include <cstdint>
#include <string>

#include "objects/core/call_context.h"
#include "objects/core/result.h"
#include "objects/wire/name_lookup.h"

namespace trestle::ovm3 {

/// How long name servers are asked, at most.
inline constexpr std::chrono::seconds kLookupLimit{5};

/// Address of a host name out of /etc/hosts and DNS (/etc/resolv.conf), without the C library's
/// name service: a static program has none that works on other machines. An IPv4 address is
/// preferred, since agents listen there. A numeric `host` asks nobody.
/// Errors: kUnavailable that says whether the name is unknown or nobody answered; kCancelled.
[[nodiscard]] Result<SocketAddress> host_address(const CallContext& ctx, const std::string& host,
                                                 std::uint16_t port);

}  // namespace trestle::ovm3

#endif  // TRESTLE_INTEGRATION_OVM3_HOST_ADDRESS_H_
