// SPDX-License-Identifier: Apache-2.0
#ifndef TRESTLE_OBJECTS_CORE_METRICS_H_
#define TRESTLE_OBJECTS_CORE_METRICS_H_

#include <atomic>
#include <cstdint>

namespace trestle {

/// A number that only grows. Thread-safe; readers of several counters see no common instant.
class Counter {
 public:
  /// The number after adding: unique among its callers if they add one at a time.
  std::uint64_t add(std::uint64_t n = 1) {
    return value_.fetch_add(n, std::memory_order_relaxed) + n;
  }
  [[nodiscard]] std::uint64_t value() const { return value_.load(std::memory_order_relaxed); }

 private:
  std::atomic<std::uint64_t> value_{0};
};

}  // namespace trestle

#endif  // TRESTLE_OBJECTS_CORE_METRICS_H_
