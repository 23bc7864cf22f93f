// SPDX-License-Identifier: Apache-2.0
#ifndef TRESTLE_SYSTEMVM_HTTP_SOURCE_H_
#define TRESTLE_SYSTEMVM_HTTP_SOURCE_H_

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "systemvm/byte_stream.h"

namespace trestle::systemvm {

/// An http(s) URL taken apart. A value.
struct Url {
  bool tls = false;
  std::string host;
  std::string port;
  std::string target;  ///< path and query, at least "/"

  /// Errors: kInvalidArgument saying what is wrong; also for a user in it, because
  /// a command line is no place for a password.
  [[nodiscard]] static Result<Url> parse(std::string_view text);
  /// The address that a Location header names, seen from here. Errors: as parse.
  [[nodiscard]] Result<Url> resolve(std::string_view location) const;
  friend bool operator==(const Url&, const Url&) = default;
};

/// Opens a URL as a stream of bytes. Certificates are verified against the authorities in
/// `ca_file` (PEM), or those of the system if it is empty. A connection that breaks, or says
/// nothing for half a minute, is made again and goes on where it was, if the server still has the
/// same file. Errors: kInvalidArgument, kNotFound, kPermissionDenied, kUnauthenticated (the
/// certificate), kUnavailable, kFailedPrecondition (a server that does not say where the file
/// ends), kBadReply; each says what to do.
[[nodiscard]] Result<std::unique_ptr<ByteStream>> open_url(const CallContext& ctx,
                                                           const std::string& url,
                                                           const std::string& ca_file);

}  // namespace trestle::systemvm

#endif  // TRESTLE_SYSTEMVM_HTTP_SOURCE_H_
