// SPDX-License-Identifier: Apache-2.0
#ifndef TRESTLE_HELPERS_OVM3_DRY_RUN_H_
#define TRESTLE_HELPERS_OVM3_DRY_RUN_H_

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "objects/core/thread_annotations.h"
#include "objects/wire/transport.h"

namespace trestle::ovm3 {

/// A transport that tells what would be done: calls that read go to the host, calls that change it
/// are noted and answered as if they had been done. A configuration or bridge that was noted is
/// given back to who asks for it; the first other question about a VM after a change ends the run,
/// since its answer would not be true (kCancelled). Thread-safe.
class DryRunTransport final : public Transport {
 public:
  explicit DryRunTransport(Transport& inner) : inner_(inner) {}

  Result<Reply> round_trip(const CallContext& ctx, const Request& request) override;
  [[nodiscard]] std::string peer() const override { return inner_.peer(); }

  /// "list_vms() reads", "start_vm('repo', 'vm') changes": passwords are not shown.
  [[nodiscard]] std::vector<std::string> lines() const;
  /// Whether the run was ended where it would have waited for its outcome.
  [[nodiscard]] bool ended() const;

 private:
  Result<Reply> pretend(const Request& request) TRESTLE_REQUIRES(mutex_);

  Transport& inner_;
  mutable Mutex mutex_;
  std::vector<std::string> lines_ TRESTLE_GUARDED_BY(mutex_);
  std::optional<Value> config_ TRESTLE_GUARDED_BY(mutex_);
  /// Those that would have been made by now, and the port of each.
  std::vector<std::pair<std::string, std::string>> bridges_ TRESTLE_GUARDED_BY(mutex_);
  bool changed_ TRESTLE_GUARDED_BY(mutex_) = false;
  bool ended_ TRESTLE_GUARDED_BY(mutex_) = false;
};

}  // namespace trestle::ovm3

#endif  // TRESTLE_HELPERS_OVM3_DRY_RUN_H_
