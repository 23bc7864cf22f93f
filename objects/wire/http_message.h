// SPDX-License-Identifier: Apache-2.0
#ifndef TRESTLE_OBJECTS_WIRE_HTTP_MESSAGE_H_
#define TRESTLE_OBJECTS_WIRE_HTTP_MESSAGE_H_

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "objects/core/result.h"
#include "objects/core/secret.h"
#include "objects/wire/endpoint.h"

namespace trestle {

/// Most bytes of status line and headers. Agents send under 200; Python's own server stops at
/// 64 KiB too.
inline constexpr std::uint32_t kMaxHeaderBytes = std::uint32_t{64} << 10U;

/// The unchanging part of every request to an endpoint, up to and with "Content-Length: ". It holds
/// the password, so it is a Secret.
[[nodiscard]] Secret request_head(const Endpoint& endpoint, const Secret& password);

/// head, length and body as they go on the wire. The result holds the password: wipe it after use.
[[nodiscard]] std::string request_text(const Secret& head, std::string_view body);

/// Reads one HTTP reply from bytes as they arrive: HTTP/1.0 that ends with the connection,
/// HTTP/1.1 with Content-Length or in chunks. Knows nothing of sockets. Not thread-safe.
class HttpReplyReader {
 public:
  HttpReplyReader();
  ~HttpReplyReader();
  HttpReplyReader(const HttpReplyReader&) = delete;
  HttpReplyReader& operator=(const HttpReplyReader&) = delete;

  /// Takes the next bytes. True once the reply is complete, or once it is clear that the status is
  /// not 200 (its body is of no interest). Errors: kBadReply for what is no HTTP,
  /// kResourceExhausted for a body over wire::kMaxReplyBytes. After an error or true, no more.
  Result<bool> feed(std::string_view bytes);
  /// The other side has closed (in order, or by a reset: `how` says which, for the error).
  /// Success if the reply is complete by that. Errors: kBadReply, "cut off after N of M bytes".
  Result<void> end(std::string_view how);

  /// Any byte of a reply has come.
  [[nodiscard]] bool started() const { return received_ > 0; }
  /// "N of M bytes", "N bytes", for errors.
  [[nodiscard]] std::string progress() const;
  /// True after a complete reply if the server keeps the connection open and sent nothing more.
  [[nodiscard]] bool can_reuse_connection() const;
  /// The body of a complete reply with status 200. Other statuses are errors that say what to do:
  /// kUnauthenticated (401), kPermissionDenied (403), kUnimplemented (404), kInternal (500),
  /// kBadReply for any other.
  [[nodiscard]] Result<std::string> take_body();

 private:
  struct Parser;
  Result<bool> consume(std::string_view bytes);
  [[nodiscard]] Error refusal(int beast_error) const;

  std::unique_ptr<Parser> parser_;
  std::string pending_;  // a header that has not come whole
  std::uint64_t received_ = 0;
  std::string first_;  // the first bytes, for an error about what is no HTTP
  bool excess_ = false;
};

}  // namespace trestle

#endif  // TRESTLE_OBJECTS_WIRE_HTTP_MESSAGE_H_
