// SPDX-License-Identifier: Apache-2.0
#include "objects/wire/io_loop.h"

// GCC 12 needs std::exchange before Boost 1.74 uses it.
#include <utility>
//
#include <poll.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <optional>
#include <thread>

#include "objects/wire/io_loop_state.h"
#include "objects/wire/tls_gate.h"

namespace trestle {
namespace asio = boost::asio;

using boost::system::error_code;

namespace {
/// Rooms that are kept for the next callers: more threads than that wait for agents, not for this.
constexpr std::size_t kKeptRooms = 16;
/// An idle TLS connection holds up to 40 KiB (measured), which a thousand hosts would multiply;
/// agents keep none anyway, and a resumed handshake costs 0.4 ms.
constexpr std::size_t kMostKeptTls = 256;
}  // namespace

struct IoLoop::State::Asio {
  asio::io_context context{1};  // a hint: one thread runs it
  std::optional<asio::executor_work_guard<asio::io_context::executor_type>> work{
      asio::make_work_guard(context)};
  std::thread thread;
};

IoLoop::State::State()
    : asio_(std::make_unique<Asio>()),
      scratch_(std::make_unique_for_overwrite<char[]>(kScratchBytes)),
      gate_(std::make_unique<TlsGate>(*this)) {}

IoLoop::State::~State() = default;

void IoLoop::State::run() {
  asio_->thread = std::thread([this] { asio_->context.run(); });
  thread_id_ = asio_->thread.get_id();
}

bool IoLoop::State::post(std::unique_ptr<LoopTask>& task) {
  const MutexLock lock(mutex_);
  if (closed_) return false;
  tasks_.push_back(std::move(task));
  // One wake-up for all that come before the loop gets to them.
  if (tasks_.size() == 1) asio::post(asio_->context, [this] { run_tasks(); });
  return true;
}

void IoLoop::State::run_tasks() {
  std::vector<std::unique_ptr<LoopTask>> tasks;
  {
    const MutexLock lock(mutex_);
    tasks.swap(tasks_);
  }
  for (auto& task : tasks) {
    LoopTask* raw = task.get();
    raw->run(std::move(task));
  }
}

bool IoLoop::State::join(const std::shared_ptr<LoopMember>& member) {
  const MutexLock lock(mutex_);
  if (closed_) return false;
  members_.emplace(member.get(), member);
  return true;
}

void IoLoop::State::leave(LoopMember* member) {
  const MutexLock lock(mutex_);
  members_.erase(member);
}

void IoLoop::State::close() {
  std::map<LoopMember*, std::weak_ptr<LoopMember>> members;
  {
    const MutexLock lock(mutex_);
    closed_ = true;
    members.swap(members_);
  }
  asio::post(asio_->context, [this, &members] {
    run_tasks();
    for (const auto& [raw, weak] : members) {
      if (const auto member = weak.lock()) member->loop_ends();
    }
    asio_->work.reset();
    asio_->context.stop();
  });
  asio_->thread.join();
}

bool IoLoop::State::count_kept_tls() {
  if (kept_tls_ == kMostKeptTls) return false;
  ++kept_tls_;
  return true;
}

std::shared_ptr<WaitingRoom> IoLoop::State::take_room() {
  const MutexLock lock(rooms_mutex_);
  if (rooms_.empty()) return std::make_shared<WaitingRoom>();
  std::shared_ptr<WaitingRoom> room = std::move(rooms_.back());
  rooms_.pop_back();
  return room;
}

void IoLoop::State::return_room(std::shared_ptr<WaitingRoom> room) {
  const MutexLock lock(rooms_mutex_);
  if (rooms_.size() < kKeptRooms) rooms_.push_back(std::move(room));
}

IoLoop::IoLoop() : state_(std::make_shared<State>()) { state_->run(); }

IoLoop::~IoLoop() { state_->close(); }

WaitingRoom::WaitingRoom()
    : bell_(::eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC)),
      scratch_(std::make_unique_for_overwrite<char[]>(kScratchBytes)) {}

WaitingRoom::~WaitingRoom() {
  if (bell_ >= 0) ::close(bell_);
}

void WaitingRoom::ring() {
  const std::uint64_t one = 1;
  // It fails only if the bell rings already, 2^64 times over.
  [[maybe_unused]] const auto written = ::write(bell_, &one, sizeof one);
}

void WaitingRoom::wait(int socket, bool for_write, Clock::TimePoint until) {
  using std::chrono::duration_cast;
  const auto left = std::max(until - Clock::steady().now(), std::chrono::nanoseconds(0));
  const auto seconds = duration_cast<std::chrono::seconds>(left);
  const timespec timeout{.tv_sec = seconds.count(), .tv_nsec = (left - seconds).count()};
  const auto wanted = static_cast<short>(for_write ? POLLOUT : POLLIN);
  std::array<pollfd, 2> fds{{{.fd = bell_, .events = POLLIN, .revents = 0},
                             {.fd = socket, .events = wanted, .revents = 0}}};
  // The kernel skips an entry whose number is negative.
  if (::ppoll(fds.data(), fds.size(), &timeout, nullptr) > 0 && fds[0].revents != 0) {
    std::uint64_t count = 0;
    [[maybe_unused]] const auto got = ::read(bell_, &count, sizeof count);
  }
}

struct Watch::Inner : std::enable_shared_from_this<Watch::Inner> {
  explicit Inner(IoLoop::State& loop)
      : descriptor(loop.asio().context), timer(loop.asio().context) {}
  // The socket belongs to its connection, which closes it.
  ~Inner() { release(); }
  Inner(const Inner&) = delete;
  Inner& operator=(const Inner&) = delete;

  void release() {
    if (descriptor.is_open()) descriptor.release();
    serial = 0;
  }

  asio::posix::stream_descriptor descriptor;
  asio::steady_timer timer;
  WatchListener* listener = nullptr;
  std::uint64_t serial = 0;
  std::uint64_t asked = 0;  ///< number of the last question; older answers are stale
  std::optional<Clock::TimePoint> alarm;
};

Watch::Watch(IoLoop::State& loop) : inner_(std::make_shared<Inner>(loop)) {}

Watch::~Watch() {
  inner_->listener = nullptr;
  ++inner_->asked;
  inner_->release();
  inner_->timer.cancel();
}

void Watch::set_listener(WatchListener* listener) {
  inner_->listener = listener;
  ++inner_->asked;
}

void Watch::wait(int socket, std::uint64_t serial, bool for_write) {
  Inner& inner = *inner_;
  if (inner.serial != serial) {
    inner.release();
    error_code error;  // if it fails, the alarm ends the wait
    inner.descriptor.assign(socket, error);
    inner.serial = serial;
  }
  const auto what = for_write ? asio::posix::descriptor_base::wait_write
                              : asio::posix::descriptor_base::wait_read;
  inner.descriptor.async_wait(
      what, [self = inner_, question = ++inner.asked](const error_code& /*error*/) {
        if (self->asked == question && self->listener != nullptr) self->listener->ready();
      });
}

void Watch::yield() {
  asio::post(inner_->timer.get_executor(), [self = inner_, question = ++inner_->asked] {
    if (self->asked == question && self->listener != nullptr) self->listener->ready();
  });
}

void Watch::alarm(Clock::TimePoint when) {
  Inner& inner = *inner_;
  if (inner.alarm && *inner.alarm <= when) return;
  inner.alarm = when;
  inner.timer.expires_at(when);
  inner.timer.async_wait([self = inner_, when](const error_code& error) {
    if (error || self->alarm != when) return;
    self->alarm.reset();
    if (self->listener != nullptr) self->listener->time_up();
  });
}

void Watch::forget_socket() {
  ++inner_->asked;
  inner_->release();
}

}  // namespace trestle
