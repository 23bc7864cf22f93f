// SPDX-License-Identifier: Apache-2.0
#ifndef TRESTLE_OBJECTS_WIRE_ENDPOINT_H_
#define TRESTLE_OBJECTS_WIRE_ENDPOINT_H_

#include <cstdint>
#include <string>
#include <string_view>

#include "objects/core/result.h"

namespace trestle {

enum class Scheme : unsigned char { kHttps, kHttp };

/// What a URL of one kind of agent leaves out. The values of a platform live in its own folder
/// (objects/ovm3/agent_url.h).
struct EndpointDefaults {
  std::uint16_t port = 0;
  std::string_view path = "/";
  std::string_view user = {};
};

/// Where an agent listens and as whom it is called. A plain value; it never holds a password.
struct Endpoint {
  Scheme scheme = Scheme::kHttps;
  std::string user;  ///< for basic authentication, empty for none
  std::string host;  ///< name or address, an IPv6 address without its brackets
  std::uint16_t port = 0;
  std::string path;  ///< starts with '/'

  /// Reads `[https://|http://][user@]host[:port][/path]`; what is left out comes from `defaults`,
  /// a missing scheme means https. Errors: kInvalidArgument, also for a password in the URL; the
  /// text never repeats any part of the URL, since a part of it may be a password.
  static Result<Endpoint> parse(std::string_view url, const EndpointDefaults& defaults);

  /// "host:port", "[address]:port" for IPv6: the name of the agent in errors and logs.
  [[nodiscard]] std::string peer() const;
  /// The URL in full, as parse would read it again.
  [[nodiscard]] std::string url() const;

  friend bool operator==(const Endpoint&, const Endpoint&) = default;
};

}  // namespace trestle

#endif  // TRESTLE_OBJECTS_WIRE_ENDPOINT_H_
