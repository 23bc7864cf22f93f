// SPDX-License-Identifier: Apache-2.0
#ifndef TRESTLE_HELPERS_OVM3_LANES_H_
#define TRESTLE_HELPERS_OVM3_LANES_H_

#include <condition_variable>
#include <cstdint>
#include <deque>
#include <map>
#include <mutex>
#include <string>
#include <string_view>
#include <utility>

#include "objects/core/call_context.h"
#include "objects/core/result.h"

namespace trestle::ovm3 {

/// Work on one thing, one after the other in the order in which it came; work on different things
/// side by side. A lane is a name ("vm i-2-3-VM"); it exists while somebody is in it. Thread-safe.
class Lanes {
 public:
  Lanes() = default;
  Lanes(const Lanes&) = delete;
  Lanes& operator=(const Lanes&) = delete;

  /// The right to work; given back when it goes. Must not outlive its Lanes.
  class Place {
   public:
    Place(Place&& other) noexcept
        : lanes_(std::exchange(other.lanes_, nullptr)),
          lane_(std::move(other.lane_)),
          ticket_(other.ticket_) {}
    Place(const Place&) = delete;
    Place& operator=(const Place&) = delete;
    Place& operator=(Place&&) = delete;
    ~Place() {
      if (lanes_ != nullptr) lanes_->leave(lane_, ticket_);
    }

   private:
    friend class Lanes;
    Place(Lanes& lanes, std::string lane, std::uint64_t ticket)
        : lanes_(&lanes), lane_(std::move(lane)), ticket_(ticket) {}
    Lanes* lanes_;
    std::string lane_;
    std::uint64_t ticket_;
  };

  /// Waits until all who came earlier have left. Errors: kDeadlineExceeded or kCancelled, which say
  /// that nothing was begun. Whoever takes several lanes takes them in the same order everywhere.
  [[nodiscard]] Result<Place> enter(const CallContext& ctx, std::string_view lane);

  /// How many work or wait there.
  [[nodiscard]] std::size_t crowd(std::string_view lane) const;

 private:
  using Queue = std::deque<std::uint64_t>;  // the first works, the others wait
  void leave(const std::string& lane, std::uint64_t ticket);

  mutable std::mutex mutex_;
  std::condition_variable_any moved_;
  std::uint64_t next_ticket_ = 0;                  // guarded by mutex_
  std::map<std::string, Queue, std::less<>> all_;  // guarded by mutex_
};

}  // namespace trestle::ovm3

#endif  // TRESTLE_HELPERS_OVM3_LANES_H_
