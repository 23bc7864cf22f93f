// SPDX-License-Identifier: Apache-2.0
#ifndef TRESTLE_OBJECTS_WIRE_HTTP_TRANSPORT_H_
#define TRESTLE_OBJECTS_WIRE_HTTP_TRANSPORT_H_

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "objects/core/log.h"
#include "objects/core/result.h"
#include "objects/core/secret.h"
#include "objects/wire/endpoint.h"
#include "objects/wire/io_loop.h"
#include "objects/wire/name_lookup.h"
#include "objects/wire/tls_policy.h"
#include "objects/wire/transport.h"

namespace trestle {

/// How long name lookup, connecting and the TLS handshake may take together. A live host on the
/// same network answers in milliseconds; two lost SYN packets cost 3 s; the rest is slack. It keeps
/// a dead host from using up a deadline of hours that a copy was given.
inline constexpr std::chrono::seconds kConnectLimit{5};

/// What a transport did since it was made. Numbers only grow.
struct HttpCounters {
  std::uint64_t calls = 0;
  std::uint64_t errors = 0;       ///< calls that ended without a value, faults included
  std::uint64_t connections = 0;  ///< TCP connections that were made
  std::uint64_t reused = 0;       ///< calls that went over a kept-alive connection
  std::uint64_t resumed = 0;      ///< TLS handshakes shortened by a remembered session
  std::uint64_t bytes_sent = 0;
  std::uint64_t bytes_received = 0;
};

/// XML-RPC over HTTP or HTTPS to one agent. Speaks HTTP/1.1 and takes HTTP/1.0; sends basic
/// authentication with the first request; keeps a connection only if the server offers it. A call
/// that changes the host always gets a connection of its own, because a kept one may be closing and
/// would leave its fate unknown; a safe call whose kept connection turns out dead before any byte
/// of a reply is sent once more on a new one.
///
/// Thread-safe. Destroying it ends calls in flight with kCancelled, waits until their callers have
/// been told, and then returns; it may be destroyed inside a callback of `start`.
class HttpTransport final : public Transport {
 public:
  struct Options {
    Secret password = {};
    std::optional<TlsPolicy> tls = std::nullopt;  ///< needed for https, refused for http
    std::chrono::nanoseconds connect_limit = kConnectLimit;
    /// Where the endpoint's host is, if the caller knows: then the system's name service is not
    /// asked, which a static program cannot use. The certificate is still checked for the name.
    std::optional<SocketAddress> address = std::nullopt;
  };

  /// Prepares calls to `endpoint`; nothing is sent yet. `log` must outlive the transport, `loop`
  /// need not. Warns once if the endpoint is plain http on another machine. Errors:
  /// kInvalidArgument if https comes without a policy or http with one.
  static Result<std::unique_ptr<HttpTransport>> create(IoLoop& loop, const Endpoint& endpoint,
                                                       Options options, Log& log = no_log());
  ~HttpTransport() override;
  HttpTransport(const HttpTransport&) = delete;
  HttpTransport& operator=(const HttpTransport&) = delete;

  /// See Transport. Input and output happen on the calling thread; it ends within a few
  /// milliseconds of the deadline or of a stop. Not to be called inside a callback of `start`,
  /// which would hold up every other started call.
  Result<Reply> round_trip(const CallContext& ctx, const Request& request) override;

  /// The same without waiting: encodes the call at once (the request may go afterwards) and calls
  /// `done` exactly once, on the loop's thread and never from inside this function, with what
  /// round_trip would have returned. `done` must be quick and must not throw; it may start further
  /// calls, which then costs no change of thread.
  using Done = std::function<void(Result<Reply>)>;
  void start(const CallContext& ctx, const Request& request, Done done);

  [[nodiscard]] std::string peer() const override;
  [[nodiscard]] HttpCounters counters() const;

  /// Internal.
  class State;

 private:
  explicit HttpTransport(std::shared_ptr<State> state);
  std::shared_ptr<State> state_;  // shared with started calls, which the loop's thread holds
};

}  // namespace trestle

#endif  // TRESTLE_OBJECTS_WIRE_HTTP_TRANSPORT_H_
