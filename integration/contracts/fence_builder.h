// SPDX-License-Identifier: Apache-2.0
#ifndef TRESTLE_INTEGRATION_CONTRACTS_FENCE_BUILDER_H_
#define TRESTLE_INTEGRATION_CONTRACTS_FENCE_BUILDER_H_

#include <cstdint>
#include <string>
#include <string_view>

#include "integration/contracts/host_record.h"
#include "objects/core/call_context.h"

namespace trestle::contracts {

/// How an attempt to fence ended. Only kFenced lets a VM be started elsewhere.
enum class FenceOutcome : std::uint8_t {
  kFenced,     ///< proven: the host is off, or its storage is closed to it
  kNotFenced,  ///< proven: the VM or its host still runs
  kNotProven,  ///< nobody could tell; to be treated as kNotFenced
};

/// The outcome with its proof, or with what is missing. It does not convert to bool. A value.
struct Fencing {
  FenceOutcome outcome = FenceOutcome::kNotProven;
  std::string witness = {};  ///< who proves it; empty if nobody does
  std::string reason = {};

  explicit operator bool() const = delete;
  friend bool operator==(const Fencing&, const Fencing&) = default;
};

/// Makes sure that a VM no longer runs on a host that is out of reach. Callable from any thread.
class FenceBuilder {
 public:
  FenceBuilder() = default;
  FenceBuilder(const FenceBuilder&) = delete;
  FenceBuilder& operator=(const FenceBuilder&) = delete;
  virtual ~FenceBuilder() = default;

  /// Asks neighbours and the storage for proof. Without proof the outcome is kNotProven with the
  /// reason of each who was asked; an error while asking is no proof either.
  [[nodiscard]] virtual Fencing fence_off(const CallContext& ctx, std::string_view vm,
                                          const HostRecord& host) = 0;
};

}  // namespace trestle::contracts

#endif  // TRESTLE_INTEGRATION_CONTRACTS_FENCE_BUILDER_H_
