// SPDX-License-Identifier: Apache-2.0
#ifndef TRESTLE_OBJECTS_WIRE_HTTP_TRANSPORT_STATE_H_
#define TRESTLE_OBJECTS_WIRE_HTTP_TRANSPORT_STATE_H_

#include <atomic>
#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <set>
#include <stop_token>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include "objects/core/thread_annotations.h"
#include "objects/wire/http_call.h"
#include "objects/wire/http_transport.h"
#include "objects/wire/io_loop_state.h"
#include "objects/wire/tls_gate.h"

namespace trestle {

/// Idle connections kept for the next calls, for blocking callers and for started calls each. An
/// agent keeps none; a proxy in front of one does, and nobody has more calls to one host in flight.
inline constexpr std::size_t kMostKeptConnections = 64;
/// The same after a call that changes the host: each of them makes a connection and none takes a
/// kept one, so they would pile up.
inline constexpr std::size_t kMostKeptAfterChange = 1;
[[nodiscard]] inline std::size_t most_kept(Effect effect) {
  return effect == Effect::kMutates ? kMostKeptAfterChange : kMostKeptConnections;
}

class StartedCall;

/// The moment on the machine's clock at which a context ends, whatever clock it has.
[[nodiscard]] Clock::TimePoint real_deadline(const CallContext& ctx, Clock::TimePoint now);

/// A kept connection of the loop, with its place in the loop.
struct Lane {
  std::unique_ptr<HttpConnection> connection;
  std::unique_ptr<Watch> watch;  // last: lets go of the socket before it is closed
};

/// The inside of a transport. Lives until the last of its calls has ended.
class HttpTransport::State final : public LoopMember, public std::enable_shared_from_this<State> {
 public:
  explicit State(std::shared_ptr<IoLoop::State> loop) : loop_(std::move(loop)) {}

  /// To be called once, when the target is filled in.
  void open();
  /// Ends all calls and waits until their callers know.
  void close() TRESTLE_EXCLUDES(mutex_);
  [[nodiscard]] bool is_closed() const { return closed_.load(std::memory_order_acquire); }

  /// The typed end of a call: decodes the body, or adds host and service to the error.
  Result<Reply> conclude(Result<std::string> body, std::string_view service);

  HttpTarget& target() { return target_; }
  [[nodiscard]] IoLoop::State& loop() { return *loop_; }

  /// Blocking callers. False if the transport is closed.
  bool enter(WaitingRoom& room) TRESTLE_EXCLUDES(mutex_);
  void leave(WaitingRoom& room) TRESTLE_EXCLUDES(mutex_);
  std::unique_ptr<HttpConnection> take_kept() TRESTLE_EXCLUDES(mutex_);
  void keep(std::unique_ptr<HttpConnection> connection, Effect effect) TRESTLE_EXCLUDES(mutex_);

  /// Started calls: announced from any thread, and from then on counted until `call_ended`.
  std::uint64_t announce_call() TRESTLE_EXCLUDES(mutex_);
  void call_ended() TRESTLE_EXCLUDES(mutex_);
  void cancel_later(std::uint64_t id);

  /// For the loop's thread only.
  void adopt(std::unique_ptr<StartedCall> call);
  [[nodiscard]] StartedCall* find(std::uint64_t id);
  [[nodiscard]] std::unique_ptr<StartedCall> release(std::uint64_t id);
  [[nodiscard]] Lane take_lane();
  void keep_lane(Lane lane, Effect effect);
  void loop_ends() override;

 private:
  std::shared_ptr<IoLoop::State> loop_;  // first: everything below lets go of it
  HttpTarget target_;
  std::atomic<bool> closed_{false};

  Mutex mutex_;
  std::condition_variable_any changed_;
  std::set<WaitingRoom*> waiting_ TRESTLE_GUARDED_BY(mutex_);
  std::vector<std::unique_ptr<HttpConnection>> kept_ TRESTLE_GUARDED_BY(mutex_);
  std::uint64_t last_id_ TRESTLE_GUARDED_BY(mutex_) = 0;
  std::size_t in_flight_ TRESTLE_GUARDED_BY(mutex_) = 0;
  bool loop_side_ended_ TRESTLE_GUARDED_BY(mutex_) = false;

  std::unordered_map<std::uint64_t, std::unique_ptr<StartedCall>> started_;  // loop's thread
  std::vector<Lane> lanes_;                                                  // loop's thread
};

/// One call that nobody waits for: a task until the loop has it, then a listener.
class StartedCall final : public LoopTask, public WatchListener, public TlsGate::Guest {
 public:
  StartedCall(std::shared_ptr<HttpTransport::State> state, std::uint64_t id, const CallContext& ctx,
              const Request& request, HttpTransport::Done done);

  [[nodiscard]] std::uint64_t id() const { return id_; }
  void run(std::unique_ptr<LoopTask> self) override;
  /// On the loop's thread, inside `start`: like run, but tells nobody before `start` is over.
  void run_inside_start(std::unique_ptr<StartedCall> self);
  /// The loop is gone: tells so at once.
  void abandon();

  void begin();
  void cancel(std::string_view why);
  void looked_up(Result<NameLookup::Addresses> addresses);
  void ready() override;
  void time_up() override;
  void turn() override;

 private:
  struct CancelLater {
    std::weak_ptr<HttpTransport::State> state;
    std::uint64_t id;
    void operator()() const {
      if (const auto there = state.lock()) there->cancel_later(id);
    }
  };

  void drive(HttpCall::Next next);
  void look_up();
  void finish();

  std::shared_ptr<HttpTransport::State> state_;
  const std::uint64_t id_;
  const Effect effect_;
  const Clock::TimePoint started_;
  std::string service_;
  Result<std::string> body_;
  HttpTransport::Done done_;
  std::stop_token stop_;
  bool inside_start_ = false;
  bool at_gate_ = false;
  std::optional<HttpCall> call_;
  std::unique_ptr<Watch> watch_;  // after the call: lets go of its socket first
  std::optional<std::stop_callback<CancelLater>> on_stop_;
};

}  // namespace trestle

#endif  // TRESTLE_OBJECTS_WIRE_HTTP_TRANSPORT_STATE_H_
