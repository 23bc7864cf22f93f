// SPDX-License-Identifier: Apache-2.0
#ifndef TRESTLE_TOOLS_SIMULATOR_SIMULATOR_H_
#define TRESTLE_TOOLS_SIMULATOR_SIMULATOR_H_

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "objects/core/call_context.h"
#include "objects/core/result.h"
#include "objects/wire/transport.h"
#include "objects/wire/value.h"
#include "tools/simulator/model.h"
#include "tools/simulator/rules.h"
#include "tools/simulator/services.h"

namespace trestle::simulator {

/// What goes back to the caller of one call.
struct Outcome {
  enum class Kind : std::uint8_t {
    kReply,    ///< HTTP 200 with `body`
    kStatus,   ///< another HTTP status, nothing was done
    kDropped,  ///< the connection ends without a reply
    kHang,     ///< the connection stays open without a reply
    kRefused,  ///< the host is off or its agent restarts
  };
  Kind kind = Kind::kReply;
  int status = 200;
  std::string body;
  std::optional<std::size_t> cut_at;  ///< only so many bytes of the body are sent
  std::size_t drip_bytes = 0;         ///< 0 = all at once
  Span drip_every{};
  bool after_effect = false;  ///< kDropped: the call was carried out
};

/// How a Simulator is made.
struct SimulatorOptions {
  /// Where exports and local files of hosts lie; empty = a temporary folder, removed at the end.
  std::filesystem::path root;
  /// Clock of the simulated world. It must outlive the simulator.
  const Clock* clock = &Clock::steady();
  /// The simulated time at the clock's present reading; 23 October 2014, as in the recordings.
  Instant epoch{std::chrono::seconds{1'414'082'517}};
  std::uint64_t seed = 1;
};

/// An estate of agents that answer calls: without sockets through `transport`, over sockets through
/// Server. Thread-safe; one lock guards the estate.
class Simulator {
 public:
  explicit Simulator(SimulatorOptions options);
  ~Simulator();
  Simulator(const Simulator&) = delete;
  Simulator& operator=(const Simulator&) = delete;

  /// A transport to the named host (its name or address) that goes through the real bytes of call
  /// and reply, but no socket. Waits on the context's clock, which should be the simulator's:
  /// a stepped clock is moved to when the reply is due. kNotFound if there is no such host.
  [[nodiscard]] Result<std::unique_ptr<Transport>> transport(std::string_view host);

  /// Runs `use(estate)` under the lock. Do not call back into the simulator from it.
  template <class F>
  auto with_estate(F&& use) {
    const std::scoped_lock lock(mutex_);
    catch_up();
    return std::forward<F>(use)(estate_);
  }
  /// The same for the rules.
  template <class F>
  auto with_rules(F&& use) {
    const std::scoped_lock lock(mutex_);
    return std::forward<F>(use)(rules_);
  }

  /// Begins a call. `done` is called once, under the lock: at once, or from advance() when the
  /// call's time has come. It must not call back.
  void submit(Host& host, std::string_view service, Array args, std::function<void(Outcome)> done);
  /// Runs what is due by the clock's present time.
  void advance();
  /// When advance() should be called next, on the clock.
  [[nodiscard]] std::optional<Clock::TimePoint> next_due();

  /// Cuts the power: guests and running calls are gone. False if there is no such host.
  bool power_off(std::string_view host);
  /// Starts the host; its agent answers after Durations::boot_host.
  bool power_on(std::string_view host);

  [[nodiscard]] const Services& services() const { return services_; }
  [[nodiscard]] const Clock& clock() const { return *clock_; }

 private:
  struct Running;
  friend class LocalTransport;

  void catch_up();
  void end_calls_of_dead_hosts();
  void begin(const std::shared_ptr<Running>& running, Host& host, std::string_view service,
             const Array& args);
  void settle(const std::shared_ptr<Running>& running, Host& host, const std::string& service,
              const Array& args, Answer answer);
  void finish(Running& running, std::string body);
  [[nodiscard]] Answer answer_of(Host& host, std::string_view service, const Array& args);
  [[nodiscard]] Instant instant_of(Clock::TimePoint when) const;
  [[nodiscard]] Clock::TimePoint time_point_of(Instant when) const;

  const Clock* clock_;
  Clock::TimePoint clock_start_;
  Instant epoch_;
  std::optional<std::filesystem::path> temporary_;  // removed at the end
  std::mutex mutex_;
  Estate estate_;
  RuleBook rules_;
  Services services_;
  std::vector<std::weak_ptr<Running>> calls_;  // of all hosts, for power cuts
};

/// Turns power off or on inside the estate, for services (sys_reboot) and for control.
void cut_power(Estate& estate, Host& host);
void start_host(Estate& estate, Host& host);

}  // namespace trestle::simulator

#endif  // TRESTLE_TOOLS_SIMULATOR_SIMULATOR_H_
