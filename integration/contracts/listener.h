// SPDX-License-Identifier: Apache-2.0
#ifndef TRESTLE_INTEGRATION_CONTRACTS_LISTENER_H_
#define TRESTLE_INTEGRATION_CONTRACTS_LISTENER_H_

#include <chrono>
#include <cstdint>
#include <optional>
#include <span>

#include "integration/contracts/host_record.h"

namespace trestle::schema {
class Object;
}  // namespace trestle::schema

namespace trestle::contracts {

/// Hears what happens on the links to hosts. Each event comes once. The functions are called on the
/// link's own thread, one after the other for one host: they must not wait. Spans are valid during
/// the call only.
class Listener {
 public:
  Listener() = default;
  Listener(const Listener&) = delete;
  Listener& operator=(const Listener&) = delete;
  virtual ~Listener() = default;

  /// A host introduced itself and was accepted.
  virtual void connected(const HostRecord& host, std::span<const schema::Object> startup) = 0;
  virtual void disconnected(const HostRecord& host, HostState state) = 0;
  /// A host is about to be struck from the books.
  virtual void about_to_be_removed(std::int64_t host) = 0;
  virtual void removed(std::int64_t host) = 0;
  /// Answers to the request `sequence` of that host.
  virtual void answered(std::int64_t host, std::uint64_t sequence,
                        std::span<const schema::Object> answers) = 0;
  /// Commands that the host sent by itself (pings and the like).
  virtual void commanded(std::int64_t host, std::uint64_t sequence,
                         std::span<const schema::Object> commands) = 0;
  /// A control command of the host; the answer to it, or none if this listener knows nothing of it.
  [[nodiscard]] virtual std::optional<schema::Object> controlled(std::int64_t host,
                                                                 const schema::Object& command) = 0;
  /// No answer came in time. What the host did about the request is not known.
  virtual void timed_out(std::int64_t host, std::uint64_t sequence) = 0;
  /// How long this listener waits for an answer; none: as long as the link's own limit.
  [[nodiscard]] virtual std::optional<std::chrono::milliseconds> patience() const = 0;
};

}  // namespace trestle::contracts

#endif  // TRESTLE_INTEGRATION_CONTRACTS_LISTENER_H_
