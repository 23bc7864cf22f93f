// SPDX-License-Identifier: Apache-2.0
#ifndef TRESTLE_OBJECTS_WIRE_IO_LOOP_STATE_H_
#define TRESTLE_OBJECTS_WIRE_IO_LOOP_STATE_H_

#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <span>
#include <thread>
#include <vector>

#include "objects/core/call_context.h"
#include "objects/core/thread_annotations.h"
#include "objects/wire/io_loop.h"
#include "objects/wire/name_lookup.h"
#include "objects/wire/tls_session.h"

namespace trestle {

/// Where bytes are received before they are parsed: one for the loop, one for each blocking caller,
/// none for a host. A TLS record has at most 16 KiB; a plain read may take what is there.
inline constexpr std::size_t kScratchBytes = std::size_t{64} << 10U;

/// Something to be done on the loop's thread, once.
class LoopTask {
 public:
  virtual ~LoopTask() = default;
  /// `self` is the task: it may keep itself.
  virtual void run(std::unique_ptr<LoopTask> self) = 0;
};

/// What must hear of the end of the loop.
class LoopMember {
 public:
  virtual ~LoopMember() = default;
  /// On the loop's thread, once, before it ends: let go of everything that is watched.
  virtual void loop_ends() = 0;
};

/// What a blocking caller needs while it waits: a bell that others ring, and room to receive.
class WaitingRoom {
 public:
  WaitingRoom();
  ~WaitingRoom();
  WaitingRoom(const WaitingRoom&) = delete;
  WaitingRoom& operator=(const WaitingRoom&) = delete;

  /// Wakes the waiting thread, or the next one to wait. Thread-safe; may ring for nothing.
  void ring();
  /// Waits until the socket (-1 for none) is readable or writable, the bell rings or `until`.
  void wait(int socket, bool for_write, Clock::TimePoint until);
  [[nodiscard]] std::span<char> scratch() { return {scratch_.get(), kScratchBytes}; }

 private:
  int bell_;
  std::unique_ptr<char[]> scratch_;
};

class TlsGate;

/// The inside of a loop. Thread-safe unless said otherwise.
class IoLoop::State {
 public:
  State();
  ~State();
  State(const State&) = delete;
  State& operator=(const State&) = delete;

  void run();
  void close();

  /// Has `task` run on the loop's thread. After close it is left where it is and false comes back.
  bool post(std::unique_ptr<LoopTask>& task) TRESTLE_EXCLUDES(mutex_);
  [[nodiscard]] bool is_loop_thread() const { return std::this_thread::get_id() == thread_id_; }

  /// False if the loop is closed already, and then loop_ends will not be called.
  bool join(const std::shared_ptr<LoopMember>& member) TRESTLE_EXCLUDES(mutex_);
  void leave(LoopMember* member) TRESTLE_EXCLUDES(mutex_);

  [[nodiscard]] NameLookup& lookup() { return lookup_; }
  [[nodiscard]] TlsContexts& tls_contexts() { return tls_contexts_; }
  /// For the loop's thread only.
  [[nodiscard]] std::span<char> scratch() { return {scratch_.get(), kScratchBytes}; }

  [[nodiscard]] std::shared_ptr<WaitingRoom> take_room() TRESTLE_EXCLUDES(rooms_mutex_);
  void return_room(std::shared_ptr<WaitingRoom> room) TRESTLE_EXCLUDES(rooms_mutex_);

  /// For the loop's thread only: TLS connections that started calls left for the next ones. True
  /// if there is room for one more, which is then counted.
  [[nodiscard]] bool count_kept_tls();
  void uncount_kept_tls() { --kept_tls_; }
  /// For the loop's thread only.
  [[nodiscard]] TlsGate& gate() { return *gate_; }

  struct Asio;
  [[nodiscard]] Asio& asio() { return *asio_; }

 private:
  void run_tasks() TRESTLE_EXCLUDES(mutex_);

  std::unique_ptr<Asio> asio_;
  std::thread::id thread_id_;  // set before anybody else knows this object
  NameLookup lookup_;
  TlsContexts tls_contexts_;
  std::unique_ptr<char[]> scratch_;
  std::unique_ptr<TlsGate> gate_;
  std::size_t kept_tls_ = 0;

  Mutex mutex_;
  bool closed_ TRESTLE_GUARDED_BY(mutex_) = false;
  std::vector<std::unique_ptr<LoopTask>> tasks_ TRESTLE_GUARDED_BY(mutex_);
  std::map<LoopMember*, std::weak_ptr<LoopMember>> members_ TRESTLE_GUARDED_BY(mutex_);

  Mutex rooms_mutex_;
  std::vector<std::shared_ptr<WaitingRoom>> rooms_ TRESTLE_GUARDED_BY(rooms_mutex_);
};

/// Who is told by a Watch, on the loop's thread.
class WatchListener {
 public:
  virtual ~WatchListener() = default;
  virtual void ready() = 0;
  virtual void time_up() = 0;
};

/// Events of one socket and one alarm, on the loop's thread. Everything here is for that thread
/// only. The loop's state must outlive it.
class Watch {
 public:
  explicit Watch(IoLoop::State& loop);
  ~Watch();
  Watch(const Watch&) = delete;
  Watch& operator=(const Watch&) = delete;

  /// Null for none. What was asked for earlier is told to the new listener or to nobody.
  void set_listener(WatchListener* listener);
  /// Tells `ready` once, when the socket is so. `serial` says which socket a number stands for.
  void wait(int socket, std::uint64_t serial, bool for_write);
  /// Tells `ready` after everybody else had a turn.
  void yield();
  /// Tells `time_up` at `when` or earlier (then the listener asks again): an alarm that is set for
  /// an earlier time stays, which spares a kept connection the setting for each call.
  void alarm(Clock::TimePoint when);
  /// The socket is about to be closed.
  void forget_socket();

 private:
  struct Inner;
  std::shared_ptr<Inner> inner_;  // shared with handlers that are still queued
};

}  // namespace trestle

#endif  // TRESTLE_OBJECTS_WIRE_IO_LOOP_STATE_H_
