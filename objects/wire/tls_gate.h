// SPDX-License-Identifier: Apache-2.0
#ifndef TRESTLE_OBJECTS_WIRE_TLS_GATE_H_
#define TRESTLE_OBJECTS_WIRE_TLS_GATE_H_

#include <chrono>
#include <cstddef>
#include <deque>
#include <list>

#include "objects/core/call_context.h"
#include "objects/wire/io_loop_state.h"

namespace trestle {

/// Lets started calls begin their TLS handshakes a few at a time: OpenSSL holds 35 KiB for a
/// handshake (measured) and 12 KiB afterwards, and a poller starts with a thousand hosts at once.
/// Besides, a machine that is slow for so many would let all of them run into the limit for
/// connecting together. A host that hangs keeps its place for kPatience only, though its handshake
/// goes on; one that is dead never gets here. For the loop's thread only.
class TlsGate final : private WatchListener {
 public:
  /// 4.5 MiB of handshakes, and enough to keep a thread busy: one takes 0.4 ms of it, so 128 cover
  /// hosts that take 50 ms to answer.
  static constexpr std::size_t kMostInside = 128;
  static constexpr std::chrono::milliseconds kPatience{2000};

  class Guest {
   public:
    virtual ~Guest() = default;
    /// The guest is inside now.
    virtual void turn() = 0;
  };

  explicit TlsGate(IoLoop::State& loop);
  ~TlsGate() override;
  TlsGate(const TlsGate&) = delete;
  TlsGate& operator=(const TlsGate&) = delete;

  /// Puts the guest at the end of the queue; `turn` comes later, never from inside here.
  void enter(Guest& guest);
  /// The guest is through or has gone. It may be inside, in the queue, or neither.
  void leave(Guest& guest);

 private:
  struct Place {
    Guest* guest;
    Clock::TimePoint until;
  };

  void ready() override;
  void time_up() override;
  void let_in_soon();

  Watch watch_;
  std::list<Place> inside_;  // in order of arrival
  std::deque<Guest*> queue_;
};

}  // namespace trestle

#endif  // TRESTLE_OBJECTS_WIRE_TLS_GATE_H_
