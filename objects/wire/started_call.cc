// SPDX-License-Identifier: Apache-2.0
#include <utility>

#include "objects/wire/codec.h"
#include "objects/wire/http_transport_state.h"

namespace trestle {
namespace {

constexpr std::string_view kStopped = "the caller asked to stop";
constexpr std::string_view kDestroyed = "the transport or its loop was destroyed";

/// A stop was asked for on some thread.
class CancelTask final : public LoopTask {
 public:
  CancelTask(std::weak_ptr<HttpTransport::State> state, std::uint64_t id)
      : state_(std::move(state)), id_(id) {}
  void run(std::unique_ptr<LoopTask> /*self*/) override {
    const auto state = state_.lock();
    StartedCall* call = state ? state->find(id_) : nullptr;
    if (call != nullptr) call->cancel(kStopped);
  }

 private:
  std::weak_ptr<HttpTransport::State> state_;
  std::uint64_t id_;
};

/// Addresses were found on the lookup's thread.
class AddressTask final : public LoopTask {
 public:
  AddressTask(std::weak_ptr<HttpTransport::State> state, std::uint64_t id,
              Result<NameLookup::Addresses> addresses)
      : state_(std::move(state)), id_(id), addresses_(std::move(addresses)) {}
  void run(std::unique_ptr<LoopTask> /*self*/) override {
    const auto state = state_.lock();
    StartedCall* call = state ? state->find(id_) : nullptr;
    if (call != nullptr) call->looked_up(std::move(addresses_));
  }

 private:
  std::weak_ptr<HttpTransport::State> state_;
  std::uint64_t id_;
  Result<NameLookup::Addresses> addresses_;
};

/// The transport is being destroyed on another thread.
class CloseTask final : public LoopTask {
 public:
  explicit CloseTask(std::shared_ptr<HttpTransport::State> state) : state_(std::move(state)) {}
  void run(std::unique_ptr<LoopTask> /*self*/) override { state_->loop_ends(); }

 private:
  std::shared_ptr<HttpTransport::State> state_;
};

}  // namespace

void HttpTransport::start(const CallContext& ctx, const Request& request, Done done) {
  auto call =
      std::make_unique<StartedCall>(state_, state_->announce_call(), ctx, request, std::move(done));
  if (state_->loop().is_loop_thread()) {
    StartedCall* raw = call.get();
    raw->run_inside_start(std::move(call));
    return;
  }
  std::unique_ptr<LoopTask> task = std::move(call);
  if (!state_->loop().post(task)) static_cast<StartedCall&>(*task).abandon();
}

void HttpTransport::State::close() {
  const bool on_loop = loop_->is_loop_thread();
  {
    const MutexLock lock(mutex_);
    closed_ = true;
    for (WaitingRoom* room : waiting_) room->ring();
  }
  if (on_loop) {
    loop_ends();
  } else {
    std::unique_ptr<LoopTask> task = std::make_unique<CloseTask>(shared_from_this());
    loop_->post(task);  // if the loop is ending, it calls loop_ends by itself
  }
  const MutexLock lock(mutex_);
  changed_.wait(mutex_, [&]() TRESTLE_REQUIRES(mutex_) {
    return waiting_.empty() && (on_loop || (loop_side_ended_ && in_flight_ == 0));
  });
  loop_->leave(this);
}

std::uint64_t HttpTransport::State::announce_call() {
  const MutexLock lock(mutex_);
  ++in_flight_;
  return ++last_id_;
}

void HttpTransport::State::call_ended() {
  const MutexLock lock(mutex_);
  --in_flight_;
  if (is_closed()) changed_.notify_all();
}

void HttpTransport::State::cancel_later(std::uint64_t id) {
  std::unique_ptr<LoopTask> task = std::make_unique<CancelTask>(weak_from_this(), id);
  loop_->post(task);  // an ending loop cancels everything anyway
}

void HttpTransport::State::adopt(std::unique_ptr<StartedCall> call) {
  const std::uint64_t id = call->id();
  started_.emplace(id, std::move(call));
}

StartedCall* HttpTransport::State::find(std::uint64_t id) {
  const auto found = started_.find(id);
  return found == started_.end() ? nullptr : found->second.get();
}

std::unique_ptr<StartedCall> HttpTransport::State::release(std::uint64_t id) {
  auto node = started_.extract(id);
  return node.empty() ? nullptr : std::move(node.mapped());
}

Lane HttpTransport::State::take_lane() {
  while (!lanes_.empty()) {
    Lane lane = std::move(lanes_.back());
    lanes_.pop_back();
    if (target_.tls) loop_->uncount_kept_tls();
    if (lane.connection->is_idle()) return lane;
  }
  return {};
}

void HttpTransport::State::keep_lane(Lane lane, Effect effect) {
  if (is_closed() || lanes_.size() >= most_kept(effect)) return;
  if (target_.tls && !loop_->count_kept_tls()) return;
  lanes_.push_back(std::move(lane));
}

void HttpTransport::State::loop_ends() {
  const auto self = shared_from_this();  // a callback may drop the last other reference
  {
    const MutexLock lock(mutex_);
    closed_ = true;
    for (WaitingRoom* room : waiting_) room->ring();
  }
  while (!started_.empty()) started_.begin()->second->cancel(kDestroyed);
  while (!lanes_.empty()) {
    if (target_.tls) loop_->uncount_kept_tls();
    lanes_.pop_back();
  }
  const MutexLock lock(mutex_);
  loop_side_ended_ = true;
  changed_.notify_all();
}

StartedCall::StartedCall(std::shared_ptr<HttpTransport::State> state, std::uint64_t id,
                         const CallContext& ctx, const Request& request, HttpTransport::Done done)
    : state_(std::move(state)),
      id_(id),
      effect_(request.effect),
      started_(Clock::steady().now()),
      service_(request.method),
      body_(wire::encode_call(request.method, request.params)),
      done_(std::move(done)),
      stop_(ctx.stop) {
  call_.emplace(state_->target(), body_ ? std::string_view(*body_) : std::string_view(), effect_,
                real_deadline(ctx, started_), started_);
  if (body_) body_->clear();
}

void StartedCall::run(std::unique_ptr<LoopTask> self) {
  state_->adopt(std::unique_ptr<StartedCall>(static_cast<StartedCall*>(self.release())));
  begin();
}

void StartedCall::run_inside_start(std::unique_ptr<StartedCall> self) {
  inside_start_ = true;
  state_->adopt(std::move(self));
  begin();
  inside_start_ = false;
}

void StartedCall::abandon() {
  call_->cancel(kDestroyed);
  done_(state_->conclude(call_->take_result(), service_));
  state_->call_ended();
}

void StartedCall::begin() {
  if (!body_) return drive(call_->refuse(std::move(body_).error()));
  if (state_->is_closed()) return drive(call_->cancel(kDestroyed));
  if (stop_.stop_requested()) return drive(call_->cancel(kStopped));
  Lane lane;
  if (effect_ != Effect::kMutates) lane = state_->take_lane();
  watch_ = lane.watch ? std::move(lane.watch) : std::make_unique<Watch>(state_->loop());
  watch_->set_listener(this);
  if (stop_.stop_possible()) on_stop_.emplace(stop_, CancelLater{state_, id_});
  drive(call_->begin(std::move(lane.connection), Clock::steady().now()));
}

void StartedCall::cancel(std::string_view why) { drive(call_->cancel(why)); }

void StartedCall::looked_up(Result<NameLookup::Addresses> addresses) {
  drive(call_->looked_up(std::move(addresses)));
}

void StartedCall::ready() { drive(call_->advance(state_->loop().scratch())); }

void StartedCall::time_up() {
  const auto now = Clock::steady().now();
  if (now < call_->limit()) return watch_->alarm(call_->limit());  // set by an earlier call
  drive(call_->time_up(now));
}

void StartedCall::turn() { ready(); }

void StartedCall::drive(HttpCall::Next next) {
  if (at_gate_ && next != HttpCall::Next::kTurn && !call_->is_in_handshake()) {
    at_gate_ = false;
    state_->loop().gate().leave(*this);
  }
  switch (next) {
    case HttpCall::Next::kEnded:
      if (!inside_start_) return finish();
      // Nobody may be told from inside `start`.
      if (!watch_) watch_ = std::make_unique<Watch>(state_->loop());
      watch_->set_listener(this);
      return watch_->yield();
    case HttpCall::Next::kLookUp:
      look_up();
      break;
    case HttpCall::Next::kTurn:
      at_gate_ = true;
      state_->loop().gate().enter(*this);
      break;
    case HttpCall::Next::kWaitRead:
    case HttpCall::Next::kWaitWrite:
      watch_->wait(call_->socket(), call_->serial(), next == HttpCall::Next::kWaitWrite);
      break;
    case HttpCall::Next::kYield:
      watch_->yield();
      break;
  }
  watch_->alarm(call_->limit());
}

void StartedCall::look_up() {
  const Endpoint& endpoint = state_->target().endpoint;
  state_->loop().lookup().find(
      endpoint.host, endpoint.port,
      [weak = std::weak_ptr(state_), id = id_](Result<NameLookup::Addresses> addresses) {
        const auto state = weak.lock();
        if (!state) return;
        std::unique_ptr<LoopTask> task =
            std::make_unique<AddressTask>(weak, id, std::move(addresses));
        state->loop().post(task);
      });
}

void StartedCall::finish() {
  const std::unique_ptr<StartedCall> self = state_->release(id_);
  const auto state = state_;
  on_stop_.reset();
  if (auto connection = call_->take_connection()) {
    watch_->set_listener(nullptr);
    state->keep_lane({std::move(connection), std::move(watch_)}, effect_);
  }
  watch_.reset();
  Result<Reply> reply = state->conclude(call_->take_result(), service_);
  call_.reset();
  done_(std::move(reply));
  state->call_ended();
}

}  // namespace trestle
