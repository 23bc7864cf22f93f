// SPDX-License-Identifier: Apache-2.0
#ifndef TRESTLE_HELPERS_OVM3_DOCTOR_H_
#define TRESTLE_HELPERS_OVM3_DOCTOR_H_

#include <chrono>
#include <optional>
#include <string>
#include <vector>

#include "helpers/ovm3/host_facts.h"
#include "objects/core/error.h"
#include "objects/core/units.h"
#include "objects/ovm3/server_info.h"

namespace trestle::ovm3 {

/// A clock that is further off than this confuses logs, certificates and the vendor's cluster.
inline constexpr std::chrono::seconds kMostClockSkew{2};
/// Room for scripts, copies of the vendor's files and some days of logs.
inline constexpr Bytes kLeastFreeSpace{200U << 20U};

/// What the operator says that this host has to have, beyond what every host has to.
struct DoctorWishes {
  std::vector<std::string> bridges = {};  ///< none named: at least one with a way out
  std::vector<std::string> mounts = {};   ///< NFS devices, "nfs1:/export"
};

/// What the agent says of itself; an error in place of what it did not answer.
struct AgentFacts {
  std::optional<ServerInfo> server = std::nullopt;
  std::optional<std::string> module_version = std::nullopt;  ///< empty: it has none
  std::optional<Error> error = std::nullopt;
};

/// One prerequisite. `advice` says what to do; empty if it is met.
struct Finding {
  std::string check;  ///< "bridge", "bond", "link_local_route", ...
  bool ok = false;
  std::string found;
  std::string advice;
};

/// Every prerequisite of a host at once, met or not, in a fixed order (known defects 30 and 34: no
/// host stays out without being told all of why). Pure.
[[nodiscard]] std::vector<Finding> examine(const HostFacts& host, const AgentFacts& agent,
                                           const DoctorWishes& wishes);

}  // namespace trestle::ovm3

#endif  // TRESTLE_HELPERS_OVM3_DOCTOR_H_
