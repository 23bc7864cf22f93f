// SPDX-License-Identifier: Apache-2.0
#ifndef TRESTLE_OBJECTS_WIRE_HTTP_CONNECTION_H_
#define TRESTLE_OBJECTS_WIRE_HTTP_CONNECTION_H_

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "objects/core/log.h"
#include "objects/core/metrics.h"
#include "objects/core/secret.h"
#include "objects/wire/endpoint.h"
#include "objects/wire/name_lookup.h"
#include "objects/wire/tls_policy.h"
#include "objects/wire/tls_session.h"

namespace trestle {

/// All that the calls of one transport have in common. Made once, then only read, except for what
/// is thread-safe by itself (memory, counters).
struct HttpTarget {
  Endpoint endpoint;
  std::string peer;
  Secret head;                           ///< of every request, see request_head
  std::optional<SocketAddress> address;  ///< of a host given in digits
  std::optional<TlsPolicy> tls;          ///< present exactly for https
  std::shared_ptr<TlsContext> tls_context;
  TlsMemory tls_memory;
  /// To find out what a plain port is that hangs up: nothing is sent under this policy.
  TlsPolicy probe_policy = TlsPolicy::insecure().with_tls10();
  std::shared_ptr<TlsContext> probe_context;
  std::chrono::nanoseconds connect_limit{};
  Log* log = nullptr;

  Counter calls;
  Counter errors;
  Counter connections;
  Counter reused;
  Counter resumed;
  Counter bytes_sent;
  Counter bytes_received;
};

/// One socket that never blocks, with TLS on it or without. Knows nothing of HTTP and waits for
/// nothing: its callers wait. Not thread-safe. Closes the socket at the end.
class HttpConnection {
 public:
  /// `serial` tells it from every other connection of its transport.
  explicit HttpConnection(std::uint64_t serial) : serial_(serial) {}
  ~HttpConnection();
  HttpConnection(const HttpConnection&) = delete;
  HttpConnection& operator=(const HttpConnection&) = delete;

  /// Starts to connect: kWantWrite until connected, kBroken with `error()`.
  IoStatus connect(const SocketAddress& address);
  /// To be called when the socket became writable.
  IoStatus finish_connect();
  /// Starts TLS; all that follows goes through it. The arguments must outlive the connection.
  void start_tls(const TlsContext& context, const TlsPolicy& policy, TlsMemory& memory,
                 const std::string& host);
  /// The TLS that was started, else null.
  [[nodiscard]] TlsSession* tls() { return tls_ ? &*tls_ : nullptr; }

  IoStatus write(std::string_view bytes, std::size_t& count);
  IoStatus read(std::span<char> into, std::size_t& count);
  /// The other side will read the end after what was written.
  void end_sending();
  /// True if the other side has neither sent anything nor closed since the last reply.
  [[nodiscard]] bool is_idle();

  [[nodiscard]] int socket() const { return socket_; }
  [[nodiscard]] std::uint64_t serial() const { return serial_; }
  /// errno of the last failure.
  [[nodiscard]] int error() const { return error_; }

 private:
  IoStatus broken(int error);

  std::uint64_t serial_;
  int socket_ = -1;
  int error_ = 0;
  std::optional<TlsSession> tls_;
};

}  // namespace trestle

#endif  // TRESTLE_OBJECTS_WIRE_HTTP_CONNECTION_H_
