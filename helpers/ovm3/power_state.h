// SPDX-License-Identifier: Apache-2.0
#ifndef TRESTLE_HELPERS_OVM3_POWER_STATE_H_
#define TRESTLE_HELPERS_OVM3_POWER_STATE_H_

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "helpers/ovm3/power_report.h"
#include "objects/core/thread_annotations.h"

namespace trestle::ovm3 {

/// What a command that changes a VM's power is about to do.
enum class PowerChange : std::uint8_t { kStart, kStop, kReboot, kMigrateIn, kMigrateOut };

/// A command and a VM, during one look at the host.
struct Flight {
  PowerChange change = PowerChange::kStart;
  bool over = false;  ///< it ended while the host was looked at, so what was seen may be older
  friend bool operator==(const Flight&, const Flight&) = default;
};

using PowerStates = std::map<std::string, PowerReport>;
using Flights = std::map<std::string, Flight>;

/// What a ping says of the VMs of one host. Pure; asking changes nothing.
///
/// A VM that no command touches is reported as it was seen, whatever was reported before (known
/// defect 95: a crash seen is a crash reported), and left out if it was not seen. A VM that a
/// command touches may have been seen before or after its effect. To report it off when it has just
/// been started makes CloudStack stop or restart it; to report it on when it has just been stopped
/// makes CloudStack take it for started by somebody else. So it is reported only as the command
/// will leave it, and only if the host said so: now, or in the last report while the command still
/// runs. Else it is left out of this report, which does no harm for two intervals.
[[nodiscard]] PowerStates power_states(const PowerStates& seen, const PowerStates& last,
                                       const Flights& in_flight);

/// The commands under way on the VMs of one host. Thread-safe.
class VmsInFlight {
 public:
  VmsInFlight();
  ~VmsInFlight();
  VmsInFlight(const VmsInFlight&) = delete;
  VmsInFlight& operator=(const VmsInFlight&) = delete;

  /// Ends its command when it goes. Must not outlive the VmsInFlight it came from.
  class Guard {
   public:
    Guard(VmsInFlight& flights, std::uint64_t id) : flights_(&flights), id_(id) {}
    Guard(Guard&& other) noexcept : flights_(other.flights_), id_(other.id_) {
      other.flights_ = nullptr;
    }
    Guard(const Guard&) = delete;
    Guard& operator=(const Guard&) = delete;
    Guard& operator=(Guard&&) = delete;
    ~Guard() {
      if (flights_ != nullptr) flights_->end(id_);
    }

   private:
    VmsInFlight* flights_;
    std::uint64_t id_;
  };

  /// Before a command touches the VM; commands for one VM come one after the other.
  [[nodiscard]] Guard begin(std::string_view vm, PowerChange change);

  /// One look at the host: made before the host is asked, read after it has answered.
  class Look {
   public:
    explicit Look(VmsInFlight& flights);
    Look(const Look&) = delete;
    Look& operator=(const Look&) = delete;
    ~Look();
    /// Every VM that a command touched at any time since this look began, by the last of them.
    [[nodiscard]] Flights flights() const;

   private:
    VmsInFlight& flights_;
    std::uint64_t since_ = 0;
  };

 private:
  struct Command {
    std::uint64_t id = 0;
    std::string vm;
    PowerChange change = PowerChange::kStart;
    std::optional<std::uint64_t> ended = std::nullopt;  // on the count of events
  };

  void end(std::uint64_t id);
  void forget_old() TRESTLE_REQUIRES(mutex_);

  mutable Mutex mutex_;
  std::uint64_t events_ TRESTLE_GUARDED_BY(mutex_) = 0;
  std::vector<Command> commands_ TRESTLE_GUARDED_BY(mutex_);     // oldest first
  std::vector<std::uint64_t> looks_ TRESTLE_GUARDED_BY(mutex_);  // since when, of looks under way
};

}  // namespace trestle::ovm3

#endif  // TRESTLE_HELPERS_OVM3_POWER_STATE_H_
