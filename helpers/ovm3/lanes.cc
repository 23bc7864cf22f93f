// SPDX-License-Identifier: Apache-2.0
#include "helpers/ovm3/lanes.h"

#include <algorithm>
#include <chrono>

namespace trestle::ovm3 {

Result<Lanes::Place> Lanes::enter(const CallContext& ctx, std::string_view lane) {
  std::unique_lock lock(mutex_);
  const std::uint64_t ticket = next_ticket_++;
  const std::string name(lane);
  all_[name].push_back(ticket);
  // Queues are found anew each time: the map changes while we wait.
  const auto first = [&] { return all_.find(name)->second.front() == ticket; };
  const auto until = std::chrono::steady_clock::now() + ctx.remaining();
  if (moved_.wait_until(lock, ctx.stop, until, first)) return Place(*this, name, ticket);
  lock.unlock();
  leave(name, ticket);
  const bool stopped = ctx.stop.stop_requested();
  return fail(stopped ? Code::kCancelled : Code::kDeadlineExceeded,
              std::string(stopped ? "told to stop" : "no time left") +
                  " while waiting for earlier work on " + name + "; nothing was begun");
}

void Lanes::leave(const std::string& lane, std::uint64_t ticket) {
  {
    const std::scoped_lock lock(mutex_);
    const auto found = all_.find(lane);
    std::erase(found->second, ticket);
    if (found->second.empty()) all_.erase(found);
  }
  moved_.notify_all();
}

std::size_t Lanes::crowd(std::string_view lane) const {
  const std::scoped_lock lock(mutex_);
  const auto found = all_.find(lane);
  return found == all_.end() ? 0 : found->second.size();
}

}  // namespace trestle::ovm3
