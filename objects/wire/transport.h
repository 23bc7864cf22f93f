// SPDX-License-Identifier: Apache-2.0
#ifndef TRESTLE_OBJECTS_WIRE_TRANSPORT_H_
#define TRESTLE_OBJECTS_WIRE_TRANSPORT_H_

#include <span>
#include <string>
#include <string_view>

#include "objects/core/call_context.h"
#include "objects/core/result.h"
#include "objects/wire/reply.h"
#include "objects/wire/value.h"

namespace trestle {

/// What a call does to the host, and so what may happen to it on the way.
enum class Effect : unsigned char {
  kReads,       ///< changes nothing
  kIdempotent,  ///< twice ends as once
  kMutates,     ///< never sent twice by us
};
std::string_view to_string(Effect effect);

/// One call, not owned: it must outlive the round trip only.
struct Request {
  std::string_view method;
  std::span<const Value> params;
  Effect effect = Effect::kMutates;
};

/// The one seam between Trestle and an agent: everything above it can be tested without a host.
class Transport {
 public:
  virtual ~Transport() = default;

  /// Sends one call and waits for its reply, at most until the context's deadline or stop.
  /// Errors: a fault as mapped by fault_map.h; kUnavailable if nothing was done (refused, no such
  /// host, reset before the request went out); kDeadlineExceeded, kCancelled, and kUnavailable with
  /// the word "unknown" if the connection broke after the request went out; kUnauthenticated,
  /// kPermissionDenied, kUnimplemented, kInternal for HTTP 401, 403, 404, 500; kUnauthenticated too
  /// for a certificate that is not trusted; kFailedPrecondition if the port speaks TLS where plain
  /// HTTP was meant, the reverse, or an old TLS; kResourceExhausted if a limit is met; kBadReply.
  /// Never repeats a call by itself, except a safe one whose kept-alive connection turns out dead.
  /// Callable from any thread.
  virtual Result<Reply> round_trip(const CallContext& ctx, const Request& request) = 0;

  /// "host:port" for errors and logs; never holds a password.
  [[nodiscard]] virtual std::string peer() const = 0;
};

}  // namespace trestle

#endif  // TRESTLE_OBJECTS_WIRE_TRANSPORT_H_
