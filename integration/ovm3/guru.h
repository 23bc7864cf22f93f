// SPDX-License-Identifier: Apache-2.0
#ifndef TRESTLE_INTEGRATION_OVM3_GURU_H_
#define TRESTLE_INTEGRATION_OVM3_GURU_H_

#include <cstdint>
#include <string_view>

#include "integration/contracts/guru.h"
#include "integration/contracts/orchestrator.h"

namespace trestle::ovm3 {

/// What a server must know of Oracle VM 3 before it sends a command. Callable from any thread; the
/// books must outlive it.
class Guru final : public contracts::HypervisorGuru {
 public:
  explicit Guru(contracts::Orchestrator& books) : books_(books) {}

  [[nodiscard]] contracts::GuestType guest_type(std::string_view os_name) const override;

  /// Copies between stores run on any host of the cluster that is up, since all of them see its
  /// stores: the one that was meant if it is up, else another. Everything else runs where it was
  /// meant to.
  [[nodiscard]] Result<contracts::Delegation> delegate(const CallContext& ctx, std::int64_t host,
                                                       const schema::Object& command) override;

 private:
  contracts::Orchestrator& books_;
};

}  // namespace trestle::ovm3

#endif  // TRESTLE_INTEGRATION_OVM3_GURU_H_
