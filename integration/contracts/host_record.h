// SPDX-License-Identifier: Apache-2.0
#ifndef TRESTLE_INTEGRATION_CONTRACTS_HOST_RECORD_H_
#define TRESTLE_INTEGRATION_CONTRACTS_HOST_RECORD_H_

#include <cstdint>
#include <map>
#include <string>

namespace trestle::contracts {

/// What the orchestrator holds of a host's state. Only kUp hosts can be asked for something.
enum class HostState : std::uint8_t {
  kUp,
  kConnecting,
  kDisconnected,
  kAlert,
  kDown,
  kMaintenance,
  kRemoved
};

/// A host in the orchestrator's books. A value.
struct HostRecord {
  std::int64_t id = 0;  ///< the orchestrator's own number
  std::string guid;     ///< from the server's own id, never from its address
  std::string name = {};
  std::string address = {};   ///< of the agent, as the orchestrator reaches it
  std::string platform = {};  ///< "Ovm3": a host belongs to exactly one
  std::int64_t zone = 0;
  std::int64_t pod = 0;
  std::int64_t cluster = 0;
  HostState state = HostState::kDisconnected;
  std::map<std::string, std::string, std::less<>> details = {};  ///< no secrets

  friend bool operator==(const HostRecord&, const HostRecord&) = default;
};

}  // namespace trestle::contracts

#endif  // TRESTLE_INTEGRATION_CONTRACTS_HOST_RECORD_H_
