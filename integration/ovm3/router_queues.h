// SPDX-License-Identifier: Apache-2.0
#ifndef TRESTLE_INTEGRATION_OVM3_ROUTER_QUEUES_H_
#define TRESTLE_INTEGRATION_OVM3_ROUTER_QUEUES_H_

#include <cstddef>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "integration/ovm3/router_items.h"
#include "objects/core/thread_annotations.h"

namespace trestle::ovm3 {

/// What is gathered for routers between the start and the finish of an aggregation. It was answered
/// with a plain success, so that it is lost with the process must be told at the finish: a finish
/// that finds no start is an error. Thread-safe.
class RouterQueues {
 public:
  /// Begins one; gives how many items of an unfinished one are dropped.
  std::size_t start(const std::string& router) {
    const MutexLock lock(mutex_);
    const auto before = queues_.find(router);
    const std::size_t dropped = before == queues_.end() ? 0 : before->second.size();
    queues_[router].clear();
    return dropped;
  }
  [[nodiscard]] bool is_open(const std::string& router) const {
    const MutexLock lock(mutex_);
    return queues_.contains(router);
  }
  void add(const std::string& router, std::vector<RouterItem> items) {
    const MutexLock lock(mutex_);
    std::vector<RouterItem>& queue = queues_[router];
    for (RouterItem& item : items) queue.push_back(std::move(item));
  }
  /// Ends one and gives what was gathered; absent if none was begun.
  [[nodiscard]] std::optional<std::vector<RouterItem>> finish(const std::string& router) {
    const MutexLock lock(mutex_);
    const auto found = queues_.find(router);
    if (found == queues_.end()) return std::nullopt;
    std::optional<std::vector<RouterItem>> items(std::move(found->second));
    queues_.erase(found);
    return items;
  }

 private:
  mutable Mutex mutex_;
  std::map<std::string, std::vector<RouterItem>> queues_ TRESTLE_GUARDED_BY(mutex_);
};

}  // namespace trestle::ovm3

#endif  // TRESTLE_INTEGRATION_OVM3_ROUTER_QUEUES_H_
