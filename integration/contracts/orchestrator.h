// SPDX-License-Identifier: Apache-2.0
#ifndef TRESTLE_INTEGRATION_CONTRACTS_ORCHESTRATOR_H_
#define TRESTLE_INTEGRATION_CONTRACTS_ORCHESTRATOR_H_

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "integration/contracts/host_record.h"
#include "objects/core/call_context.h"
#include "objects/core/result.h"

namespace trestle::schema {
class Object;
}  // namespace trestle::schema

namespace trestle::contracts {

/// What a plugin may ask back of the orchestrator that loaded it. Callable from any thread.
class Orchestrator {
 public:
  Orchestrator() = default;
  Orchestrator(const Orchestrator&) = delete;
  Orchestrator& operator=(const Orchestrator&) = delete;
  virtual ~Orchestrator() = default;

  /// Every host of a cluster with its state, also those that are down. Errors: kNotFound for an
  /// unknown cluster, those of the way to the orchestrator.
  [[nodiscard]] virtual Result<std::vector<HostRecord>> hosts_of_cluster(const CallContext& ctx,
                                                                         std::int64_t cluster) = 0;

  /// The host with this guid, in whatever state; none if the books know none. Errors: those of the
  /// way to the orchestrator. "None" is an answer, not an error: discovery asks it.
  [[nodiscard]] virtual Result<std::optional<HostRecord>> host_by_guid(const CallContext& ctx,
                                                                       std::string_view guid) = 0;

  /// The host of this number; none if the books know none. Errors: as host_by_guid.
  [[nodiscard]] virtual Result<std::optional<HostRecord>> host_by_id(const CallContext& ctx,
                                                                     std::int64_t host) = 0;

  /// Sends a command to another host and waits for its answer, which may be a failed one. Errors:
  /// kUnavailable if that host is not up, kDeadlineExceeded if no answer came: then what it did is
  /// not known.
  [[nodiscard]] virtual Result<schema::Object> send(const CallContext& ctx, std::int64_t host,
                                                    const schema::Object& command) = 0;
};

}  // namespace trestle::contracts

#endif  // TRESTLE_INTEGRATION_CONTRACTS_ORCHESTRATOR_H_
