// SPDX-License-Identifier: Apache-2.0
#include "helpers/ovm3/heartbeat.h"

#include <utility>

namespace trestle::ovm3 {

Result<HeartbeatSight> look_at_heartbeat(const CallContext& ctx, const Agent& neighbour,
                                         const std::string& guid, std::chrono::seconds timeout) {
  const HostModule module(neighbour);
  TRESTLE_ASSIGN_OR_RETURN(const std::string version, module.version(ctx));
  if (!is_own_module(version)) return HeartbeatSight::kNotFresh;
  TRESTLE_ASSIGN_OR_RETURN(const bool fresh,
                           module.heartbeat_is_fresh(ctx, {.guid = guid, .timeout = timeout}));
  return fresh ? HeartbeatSight::kFresh : HeartbeatSight::kNotFresh;
}

void HeartbeatKeeper::want(HeartbeatQuery whose, std::chrono::seconds interval) {
  const MutexLock lock(mutex_);
  wanted_ = Order{.whose = std::move(whose), .interval = interval};
  restarts_ = 0;
}

void HeartbeatKeeper::forget() {
  const MutexLock lock(mutex_);
  wanted_.reset();
}

void HeartbeatKeeper::keep(const CallContext& ctx, const Agent& agent, Log& log) {
  std::optional<Order> order;
  {
    const MutexLock lock(mutex_);
    order = wanted_;
  }
  if (!order) return;
  const std::string& guid = order->whose.guid;
  const auto kept =
      HostModule(agent).ensure_heartbeat(with_budget(ctx, kBudget), order->whose, order->interval);
  if (!kept) {
    log.write(
        Level::kWarn, "HEARTBEAT_NOT_KEPT",
        {{"guid", guid}, {"why", kept.error().message()}, {"next", "tried at the next ping"}});
    return;
  }
  bool dies = false;
  {
    const MutexLock lock(mutex_);
    restarts_ = kept->was_running ? 0 : restarts_ + 1;
    dies = restarts_ >= kMostRestarts;
    if (dies) wanted_.reset();
  }
  if (kept->was_running) return;
  log.write(dies ? Level::kError : Level::kWarn, dies ? "HEARTBEAT_DIES" : "HEARTBEAT_RESTARTED",
            {{"guid", guid},
             {"next", dies ? "left alone until the server connects anew; read "
                             "/var/log/trestle-heartbeat.log on the host"
                           : "looked at again at the next ping"}});
}

// The plugin's main branch says 0.1, its Open vSwitch branch 0.3; ours began at 0.4.
bool is_own_module(const std::string& version) { return version != "0.1" && version != "0.3"; }

}  // namespace trestle::ovm3
