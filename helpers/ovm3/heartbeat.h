// SPDX-License-Identifier: Apache-2.0
#ifndef TRESTLE_HELPERS_OVM3_HEARTBEAT_H_
#define TRESTLE_HELPERS_OVM3_HEARTBEAT_H_

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>

#include "objects/core/call_context.h"
#include "objects/core/log.h"
#include "objects/core/result.h"
#include "objects/core/thread_annotations.h"
#include "objects/ovm3/agent.h"
#include "objects/ovm3/module.h"

namespace trestle::ovm3 {

/// What the storage heartbeat of a host says, read by a neighbour.
enum class HeartbeatSight : std::uint8_t {
  kFresh,     ///< written within the timeout on every pool that the neighbour sees: the host lives
  kNotFresh,  ///< old, missing, unreadable, or no pool is shared: proves nothing by itself
};

/// Asks the module of `neighbour` for the heartbeat of the host `guid`. The plugin's own module
/// takes "no pool at all" for health (known defect 133), so its word counts for nothing: kNotFresh.
/// Errors: those of HostModule; an error is no sight at all.
[[nodiscard]] Result<HeartbeatSight> look_at_heartbeat(const CallContext& ctx,
                                                       const Agent& neighbour,
                                                       const std::string& guid,
                                                       std::chrono::seconds timeout);

/// Keeps the heartbeat of a host going from when the server has taken the host: a reboot ends it,
/// and the server may not notice the reboot. Thread-safe; no lock is held while the host is asked.
class HeartbeatKeeper {
 public:
  /// Looks in a row that may find it dead. Then it is left alone: a crash loop is told, not gone on
  /// with.
  static constexpr int kMostRestarts = 3;
  /// Of one look, whatever time the ping has.
  static constexpr std::chrono::seconds kBudget{5};

  /// It was started and is to be kept.
  void want(HeartbeatQuery whose, std::chrono::seconds interval);
  /// Nobody starts it again; what runs goes on.
  void forget();
  /// Starts it again if it is wanted and does not run. Has no result: what fails is logged, since a
  /// ping is no worse for it, and tried again at the next look.
  void keep(const CallContext& ctx, const Agent& agent, Log& log);

 private:
  struct Order {
    HeartbeatQuery whose;
    std::chrono::seconds interval;
  };
  mutable Mutex mutex_;
  std::optional<Order> wanted_ TRESTLE_GUARDED_BY(mutex_);
  int restarts_ TRESTLE_GUARDED_BY(mutex_) = 0;  // in a row
};

/// True if the module is Trestle's: it counts bytes, not packets, and tells "no pool" from health.
[[nodiscard]] bool is_own_module(const std::string& version);

}  // namespace trestle::ovm3

#endif  // TRESTLE_HELPERS_OVM3_HEARTBEAT_H_
