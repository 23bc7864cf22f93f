// SPDX-License-Identifier: Apache-2.0
#ifndef TRESTLE_INTEGRATION_OVM3_INVESTIGATOR_H_
#define TRESTLE_INTEGRATION_OVM3_INVESTIGATOR_H_

#include <chrono>
#include <string_view>

#include "integration/contracts/fence_builder.h"
#include "integration/contracts/investigator.h"
#include "integration/contracts/orchestrator.h"
#include "objects/core/call_context.h"

namespace trestle::ovm3 {

/// Asks the neighbours of a host: up to kMostWitnesses hosts of its cluster that are up, each with
/// a part of the time. Callable from any thread; the books must outlive it.
class Investigator final : public contracts::Investigator {
 public:
  static constexpr std::size_t kMostWitnesses = 5;
  /// Evidence that is older proves nothing now: two pings.
  static constexpr std::chrono::minutes kFresh{2};

  explicit Investigator(contracts::Orchestrator& books) : books_(books) {}

  [[nodiscard]] contracts::Liveness host_alive(const CallContext& ctx,
                                               const contracts::HostRecord& host) override;
  [[nodiscard]] contracts::Liveness vm_alive(const CallContext& ctx, std::string_view vm,
                                             const contracts::HostRecord& host) override;

 private:
  contracts::Orchestrator& books_;
};

/// Asks the same neighbours for proof that a VM is off.
class FenceBuilder final : public contracts::FenceBuilder {
 public:
  explicit FenceBuilder(contracts::Orchestrator& books) : books_(books) {}

  [[nodiscard]] contracts::Fencing fence_off(const CallContext& ctx, std::string_view vm,
                                             const contracts::HostRecord& host) override;

 private:
  contracts::Orchestrator& books_;
};

}  // namespace trestle::ovm3

#endif  // TRESTLE_INTEGRATION_OVM3_INVESTIGATOR_H_
