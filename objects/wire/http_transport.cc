// SPDX-License-Identifier: Apache-2.0
#include "objects/wire/http_transport.h"

#include <algorithm>
#include <utility>
#include <variant>

#include "objects/wire/codec.h"
#include "objects/wire/fault_map.h"
#include "objects/wire/http_transport_state.h"

namespace trestle {
namespace {

constexpr std::string_view kStopped = "the caller asked to stop";
constexpr std::string_view kDestroyed = "the transport or its loop was destroyed";

/// No call takes longer; it keeps sums of times from overflowing.
constexpr std::chrono::hours kLongestCall{24 * 365};

/// The answer to one name lookup, on its way to a blocking caller that may have left.
struct Answer {
  explicit Answer(std::shared_ptr<WaitingRoom> where) : room(std::move(where)) {}

  void give(Result<NameLookup::Addresses> addresses) TRESTLE_EXCLUDES(mutex) {
    {
      const MutexLock lock(mutex);
      given = std::move(addresses);
    }
    room->ring();
  }
  std::optional<Result<NameLookup::Addresses>> take() TRESTLE_EXCLUDES(mutex) {
    const MutexLock lock(mutex);
    return std::exchange(given, std::nullopt);
  }

  const std::shared_ptr<WaitingRoom> room;
  Mutex mutex;
  std::optional<Result<NameLookup::Addresses>> given TRESTLE_GUARDED_BY(mutex);
};

struct Ring {
  WaitingRoom* room;
  void operator()() const { room->ring(); }
};

/// A blocking caller's stay in a transport: as long as it lasts, the destructor waits.
class Stay {
 public:
  explicit Stay(HttpTransport::State& state)
      : state_(state), room_(state.loop().take_room()), welcome_(state.enter(*room_)) {}
  ~Stay() {
    if (welcome_) state_.leave(*room_);
    state_.loop().return_room(std::move(room_));
  }
  Stay(const Stay&) = delete;
  Stay& operator=(const Stay&) = delete;

  [[nodiscard]] bool is_welcome() const { return welcome_; }
  [[nodiscard]] const std::shared_ptr<WaitingRoom>& room() const { return room_; }

 private:
  HttpTransport::State& state_;
  std::shared_ptr<WaitingRoom> room_;
  const bool welcome_;
};

std::shared_ptr<Answer> look_up(HttpTransport::State& state,
                                const std::shared_ptr<WaitingRoom>& room) {
  auto answer = std::make_shared<Answer>(room);
  const Endpoint& endpoint = state.target().endpoint;
  state.loop().lookup().find(
      endpoint.host, endpoint.port,
      [answer](Result<NameLookup::Addresses> addresses) { answer->give(std::move(addresses)); });
  return answer;
}

/// Waits for what the call waits for, and lets it go on.
HttpCall::Next step(HttpTransport::State& state, HttpCall& call, HttpCall::Next next,
                    const std::shared_ptr<WaitingRoom>& room, std::shared_ptr<Answer>& answer) {
  if (next == HttpCall::Next::kLookUp) {
    if (!answer) answer = look_up(state, room);
    if (auto addresses = answer->take()) {
      answer.reset();
      return call.looked_up(*std::move(addresses));
    }
    room->wait(-1, false, call.limit());
    return next;
  }
  if (next != HttpCall::Next::kYield && next != HttpCall::Next::kTurn) {
    room->wait(call.socket(), next == HttpCall::Next::kWaitWrite, call.limit());
  }
  return call.advance(room->scratch());
}

/// Does the input and output of one call on the calling thread. A hand-over to the loop's thread
/// and back would cost more than the call itself on a local network.
Result<std::string> run_blocking(HttpTransport::State& state, const CallContext& ctx, Effect effect,
                                 std::string_view body) {
  const Stay stay(state);
  auto now = Clock::steady().now();
  HttpCall call(state.target(), body, effect, real_deadline(ctx, now), now);
  std::optional<std::stop_callback<Ring>> on_stop;
  if (ctx.stop.stop_possible()) on_stop.emplace(ctx.stop, Ring{stay.room().get()});
  auto next = HttpCall::Next::kEnded;
  if (!stay.is_welcome()) {
    next = call.cancel(kDestroyed);
  } else if (ctx.stop.stop_requested()) {
    next = call.cancel(kStopped);
  } else {
    next = call.begin(effect == Effect::kMutates ? nullptr : state.take_kept(), now);
  }
  std::shared_ptr<Answer> answer;
  while (next != HttpCall::Next::kEnded) {
    now = Clock::steady().now();
    if (state.is_closed()) {
      next = call.cancel(kDestroyed);
    } else if (ctx.stop.stop_requested()) {
      next = call.cancel(kStopped);
    } else if (now >= call.limit()) {
      next = call.time_up(now);
    } else {
      next = step(state, call, next, stay.room(), answer);
    }
  }
  if (auto connection = call.take_connection()) state.keep(std::move(connection), effect);
  return call.take_result();
}

bool is_this_machine(const std::string& host) {
  return host == "localhost" || host == "::1" || host.substr(0, 4) == "127.";
}

}  // namespace

Clock::TimePoint real_deadline(const CallContext& ctx, Clock::TimePoint now) {
  if (ctx.deadline <= ctx.now()) return now;
  return now + std::min<std::chrono::nanoseconds>(ctx.remaining(), kLongestCall);
}

Result<std::unique_ptr<HttpTransport>> HttpTransport::create(IoLoop& loop, const Endpoint& endpoint,
                                                             Options options, Log& log) {
  if (endpoint.scheme == Scheme::kHttps && !options.tls) {
    return fail(Code::kInvalidArgument,
                "https needs to know whom to trust: give --ca-file FILE, --pin sha256//..., or "
                "--insecure");
  }
  if (endpoint.scheme == Scheme::kHttp && options.tls) {
    return fail(Code::kInvalidArgument,
                "http:// in the URL has no certificate to check: write https://, or leave out "
                "--ca-file, --pin and --insecure");
  }
  auto state = std::make_shared<State>(loop.state());
  HttpTarget& target = state->target();
  target.endpoint = endpoint;
  target.peer = endpoint.peer();
  target.head = request_head(endpoint, options.password);
  target.address =
      options.address ? options.address : numeric_address(endpoint.host, endpoint.port);
  target.tls = std::move(options.tls);
  target.connect_limit = options.connect_limit;
  target.log = &log;
  const TlsPolicy& policy = target.tls ? *target.tls : target.probe_policy;
  TRESTLE_ASSIGN_OR_RETURN(auto context, loop.state()->tls_contexts().get(policy));
  (target.tls ? target.tls_context : target.probe_context) = std::move(context);
  if (!target.tls && !is_this_machine(endpoint.host)) {
    log.write(Level::kWarn, "PLAIN_HTTP",
              {{"host", target.peer},
               {"advice", "password and data can be read on the way: use https://"}});
  }
  state->open();
  return std::unique_ptr<HttpTransport>(new HttpTransport(std::move(state)));  // private
}

HttpTransport::HttpTransport(std::shared_ptr<State> state) : state_(std::move(state)) {}

HttpTransport::~HttpTransport() { state_->close(); }

Result<Reply> HttpTransport::round_trip(const CallContext& ctx, const Request& request) {
  const auto state = state_;  // this object may be destroyed as soon as the call has been cancelled
  auto body = wire::encode_call(request.method, request.params);
  if (body) body = run_blocking(*state, ctx, request.effect, *body);
  return state->conclude(std::move(body), request.method);
}

std::string HttpTransport::peer() const { return state_->target().peer; }

HttpCounters HttpTransport::counters() const {
  const HttpTarget& target = state_->target();
  return {.calls = target.calls.value(),
          .errors = target.errors.value(),
          .connections = target.connections.value(),
          .reused = target.reused.value(),
          .resumed = target.resumed.value(),
          .bytes_sent = target.bytes_sent.value(),
          .bytes_received = target.bytes_received.value()};
}

void HttpTransport::State::open() {
  const bool joined = loop_->join(shared_from_this());
  const MutexLock lock(mutex_);
  loop_side_ended_ = !joined;
  closed_ = !joined;
}

Result<Reply> HttpTransport::State::conclude(Result<std::string> body, std::string_view service) {
  const auto located = [&](Error error) {
    target_.errors.add();
    error.host = target_.peer;
    error.service = service;
    return fail(std::move(error));
  };
  if (!body) return located(std::move(body).error());
  auto decoded = wire::decode_reply(*std::move(body));
  if (!decoded) return located(std::move(decoded).error());
  if (const auto* fault = std::get_if<wire::Fault>(&*decoded)) return located(to_error(*fault));
  return std::get<Reply>(*std::move(decoded));
}

bool HttpTransport::State::enter(WaitingRoom& room) {
  const MutexLock lock(mutex_);
  if (is_closed()) return false;
  waiting_.insert(&room);
  return true;
}

void HttpTransport::State::leave(WaitingRoom& room) {
  const MutexLock lock(mutex_);
  waiting_.erase(&room);
  // Told under the lock: behind it, the destructor may have gone on already.
  if (is_closed()) changed_.notify_all();
}

std::unique_ptr<HttpConnection> HttpTransport::State::take_kept() {
  const MutexLock lock(mutex_);
  while (!kept_.empty()) {
    std::unique_ptr<HttpConnection> connection = std::move(kept_.back());
    kept_.pop_back();
    if (connection->is_idle()) return connection;
  }
  return nullptr;
}

void HttpTransport::State::keep(std::unique_ptr<HttpConnection> connection, Effect effect) {
  const MutexLock lock(mutex_);
  if (kept_.size() < most_kept(effect)) kept_.push_back(std::move(connection));
}

}  // namespace trestle
