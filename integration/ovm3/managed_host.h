// SPDX-License-Identifier: Apache-2.0
#ifndef TRESTLE_INTEGRATION_OVM3_MANAGED_HOST_H_
#define TRESTLE_INTEGRATION_OVM3_MANAGED_HOST_H_

#include <atomic>
#include <string_view>
#include <utility>

#include "helpers/ovm3/lanes.h"
#include "helpers/ovm3/nfs_mounts.h"
#include "helpers/ovm3/power_state.h"
#include "helpers/ovm3/vm_samples.h"
#include "integration/contracts/orchestrator.h"
#include "integration/ovm3/host_settings.h"
#include "integration/ovm3/router_queues.h"
#include "objects/core/log.h"
#include "objects/core/thread_annotations.h"
#include "objects/ovm3/agent.h"
#include "objects/wire/transport.h"

namespace trestle::ovm3 {

/// One host, and the little that is remembered of it between commands: what is under way, what was
/// reported last, whether it takes new VMs. All else is asked of the host. Thread-safe; transport,
/// log and orchestrator must outlive it.
class ManagedHost {
 public:
  /// `orchestrator` is null where nobody can be asked back.
  ManagedHost(HostSettings settings, Transport& transport, Log& log,
              contracts::Orchestrator* orchestrator = nullptr)
      : settings_(std::move(settings)),
        transport_(&transport),
        log_(&log),
        orchestrator_(orchestrator) {}
  ManagedHost(const ManagedHost&) = delete;
  ManagedHost& operator=(const ManagedHost&) = delete;

  [[nodiscard]] const HostSettings& settings() const { return settings_; }
  [[nodiscard]] Agent agent() const { return Agent(*transport_, *log_); }
  [[nodiscard]] Log& log() const { return *log_; }
  [[nodiscard]] contracts::Orchestrator* orchestrator() const { return orchestrator_; }

  /// Who works on which VM, and on the host alone.
  [[nodiscard]] Lanes& lanes() { return lanes_; }
  /// Secondary stores that commands have mounted.
  [[nodiscard]] NfsMounts& mounts() { return mounts_; }
  /// VMs whose power a command is changing.
  [[nodiscard]] VmsInFlight& flights() { return flights_; }

  /// What is gathered for its routers.
  [[nodiscard]] RouterQueues& router_queues() { return router_queues_; }

  /// The counters of its VMs when they were asked for last.
  [[nodiscard]] VmSamples& samples() { return samples_; }

  /// A host in maintenance takes no new VM.
  [[nodiscard]] bool in_maintenance() const { return maintenance_; }
  void set_maintenance(bool on) { maintenance_ = on; }

  /// What the last ping said; power_states needs it.
  [[nodiscard]] PowerStates last_report() const {
    const MutexLock lock(mutex_);
    return last_report_;
  }
  void set_last_report(PowerStates report) {
    const MutexLock lock(mutex_);
    last_report_ = std::move(report);
  }

 private:
  HostSettings settings_;
  Transport* transport_;
  Log* log_;
  contracts::Orchestrator* orchestrator_;
  Lanes lanes_;
  NfsMounts mounts_;
  VmsInFlight flights_;
  VmSamples samples_;
  RouterQueues router_queues_;
  std::atomic<bool> maintenance_{false};
  mutable Mutex mutex_;
  PowerStates last_report_ TRESTLE_GUARDED_BY(mutex_);
};

}  // namespace trestle::ovm3

#endif  // TRESTLE_INTEGRATION_OVM3_MANAGED_HOST_H_
