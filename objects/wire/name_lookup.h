// SPDX-License-Identifier: Apache-2.0
#ifndef TRESTLE_OBJECTS_WIRE_NAME_LOOKUP_H_
#define TRESTLE_OBJECTS_WIRE_NAME_LOOKUP_H_

#include <array>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "objects/core/result.h"

namespace trestle {

/// A socket address (IPv4 or IPv6 with port) as the kernel takes it.
struct SocketAddress {
  alignas(8) std::array<std::byte, 28> bytes{};
  std::uint32_t size = 0;
  friend bool operator==(const SocketAddress&, const SocketAddress&) = default;
};

/// The address if `host` is one in digits ("10.0.0.1", "fe80::1"), so that no lookup is needed.
[[nodiscard]] std::optional<SocketAddress> numeric_address(const std::string& host,
                                                           std::uint16_t port);

/// Finds addresses of host names away from the caller's thread, because the system's lookup cannot
/// be interrupted and may take half a minute. Up to kLookupThreads names are looked up at once.
/// Thread-safe. Destroying it does not wait for lookups that hang; their answers are dropped.
class NameLookup {
 public:
  /// Slow name servers must not make a thousand threads; eight keep 1,000 hosts under a second at
  /// 5 ms each.
  static constexpr int kLookupThreads = 8;

  using Addresses = std::vector<SocketAddress>;
  /// kUnavailable if the name is unknown or nobody could be asked.
  using Done = std::function<void(Result<Addresses>)>;

  NameLookup();
  ~NameLookup();
  NameLookup(const NameLookup&) = delete;
  NameLookup& operator=(const NameLookup&) = delete;

  /// Calls `done` later on a thread of its own, at most once: never after destruction began.
  void find(std::string host, std::uint16_t port, Done done);

 private:
  struct Queue;
  std::shared_ptr<Queue> queue_;  // shared with threads that may outlive this object
};

}  // namespace trestle

#endif  // TRESTLE_OBJECTS_WIRE_NAME_LOOKUP_H_
