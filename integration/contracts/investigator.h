// SPDX-License-Identifier: Apache-2.0
#ifndef TRESTLE_INTEGRATION_CONTRACTS_INVESTIGATOR_H_
#define TRESTLE_INTEGRATION_CONTRACTS_INVESTIGATOR_H_

#include <string_view>

#include "integration/contracts/host_record.h"
#include "integration/contracts/liveness.h"
#include "objects/core/call_context.h"

namespace trestle::contracts {

/// Finds out whether something lives that does not answer by itself. Callable from any thread.
class Investigator {
 public:
  Investigator() = default;
  Investigator(const Investigator&) = delete;
  Investigator& operator=(const Investigator&) = delete;
  virtual ~Investigator() = default;

  /// Asks several neighbours and the heartbeat on shared storage and weighs what they say. An error
  /// while asking is "cannot tell" with that error as reason, never "dead" (known defects 119 to
  /// 121).
  [[nodiscard]] virtual Liveness host_alive(const CallContext& ctx, const HostRecord& host) = 0;

  /// Whether this VM lives on that host. "Cannot tell" unless its host could be read, or is proven
  /// dead.
  [[nodiscard]] virtual Liveness vm_alive(const CallContext& ctx, std::string_view vm,
                                          const HostRecord& host) = 0;
};

}  // namespace trestle::contracts

#endif  // TRESTLE_INTEGRATION_CONTRACTS_INVESTIGATOR_H_
