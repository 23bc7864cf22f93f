// SPDX-License-Identifier: Apache-2.0
#ifndef TRESTLE_HELPERS_OVM3_HOST_GUID_H_
#define TRESTLE_HELPERS_OVM3_HOST_GUID_H_

#include <string>

#include "objects/core/result.h"
#include "objects/ovm3/server_info.h"

namespace trestle::ovm3 {

/// By which an orchestrator knows a host: the server's own id in the form of a UUID, in small
/// letters. Never the address: that may change, and may be another host's later (known defect 35).
/// Errors: kBadReply if the host tells no usable id.
[[nodiscard]] Result<std::string> guid_of(const ServerInfo& server);

}  // namespace trestle::ovm3

#endif  // TRESTLE_HELPERS_OVM3_HOST_GUID_H_
