// SPDX-License-Identifier: Apache-2.0
#ifndef TRESTLE_OBJECTS_WIRE_HTTP_CALL_H_
#define TRESTLE_OBJECTS_WIRE_HTTP_CALL_H_

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "objects/core/call_context.h"
#include "objects/core/result.h"
#include "objects/wire/http_connection.h"
#include "objects/wire/http_message.h"
#include "objects/wire/transport.h"

namespace trestle {

/// One POST from its first byte to the last of its reply, as a state machine that never waits: it
/// says what it waits for, and whoever drives it (a blocking caller with poll, the loop with its
/// events) calls `advance` when that has come and `time_up` when `limit` has passed. All decisions
/// about retries, outcomes and words of errors are here, so both ways behave the same.
/// Not thread-safe.
class HttpCall {
 public:
  using TimePoint = Clock::TimePoint;  // always of the machine's steady clock

  enum class Next : unsigned char {
    kLookUp,     ///< find the addresses of the endpoint's host, then call looked_up
    kTurn,       ///< call advance when it suits to begin a TLS handshake
    kWaitRead,   ///< call advance when socket() is readable
    kWaitWrite,  ///< call advance when socket() is writable
    kYield,      ///< there is more to do, but others should get their turn first: call advance
    kEnded,      ///< take_result
  };

  /// `body` is copied. The target must outlive the call.
  HttpCall(HttpTarget& target, std::string_view body, Effect effect, TimePoint deadline,
           TimePoint now);
  ~HttpCall();
  HttpCall(const HttpCall&) = delete;
  HttpCall& operator=(const HttpCall&) = delete;

  /// Starts, over `kept` if there is one: an idle connection to the target.
  Next begin(std::unique_ptr<HttpConnection> kept, TimePoint now);
  /// Ends the call before it began, for a reason of the driver's.
  Next refuse(Error error);
  Next looked_up(Result<NameLookup::Addresses> addresses);
  /// `scratch` is where bytes are received; nothing in it is needed between calls.
  Next advance(std::span<char> scratch);

  /// When time_up must be called next.
  [[nodiscard]] TimePoint limit() const;
  /// Ends the call if its limit is not after `now`; else says again what it waits for.
  Next time_up(TimePoint now);
  /// Ends the call with kCancelled: `why` is a clause like "the caller asked to stop".
  Next cancel(std::string_view why);

  [[nodiscard]] bool is_in_handshake() const { return stage_ == Stage::kHandshake; }
  /// Valid until the next call of a member that is not const.
  [[nodiscard]] int socket() const { return connection_ ? connection_->socket() : -1; }
  /// Tells sockets apart that have the same number one after the other.
  [[nodiscard]] std::uint64_t serial() const { return connection_ ? connection_->serial() : 0; }

  /// After kEnded, once: the body of the reply, or why there is none.
  [[nodiscard]] Result<std::string> take_result();
  /// After kEnded: the connection if it can carry another call, else null.
  [[nodiscard]] std::unique_ptr<HttpConnection> take_connection();

 private:
  enum class Stage : unsigned char {
    kLookUp,
    kConnect,
    kTurn,
    kHandshake,
    kSend,
    kReceive,
    kEnded
  };

  Next end(Result<std::string> result);
  Next give_up(Error error);
  Next open_fresh();
  Next start_tls();
  Next connect_next();
  Next connected();
  Next handshake();
  Next send_request();
  Next receive(std::span<char> scratch);
  Next connection_ended(std::string_view how);
  Next start_probe(Error finding);
  Next judge_probe(bool speaks_tls);
  [[nodiscard]] bool was_sent() const { return sent_ > 0; }
  /// "; nothing was sent" or what is to be thought of the outcome.
  [[nodiscard]] std::string fate() const;
  [[nodiscard]] std::string_view doing() const;
  [[nodiscard]] Error connect_error() const;

  HttpTarget& target_;
  const Effect effect_;
  const TimePoint started_;
  const TimePoint deadline_;
  TimePoint connect_until_;
  std::string request_;
  std::size_t sent_ = 0;
  Stage stage_ = Stage::kLookUp;
  Next waiting_ = Next::kYield;
  bool kept_ = false;  ///< the connection carried a call before
  NameLookup::Addresses addresses_;
  std::size_t next_address_ = 0;
  int connect_errno_ = 0;
  std::unique_ptr<HttpConnection> connection_;
  std::optional<HttpReplyReader> reader_;
  std::optional<Error> probed_for_;  ///< the error that stands if the probe finds nothing
  Result<std::string> result_;
};

}  // namespace trestle

#endif  // TRESTLE_OBJECTS_WIRE_HTTP_CALL_H_
