// SPDX-License-Identifier: Apache-2.0
#ifndef TRESTLE_OBJECTS_WIRE_TLS_ERRORS_H_
#define TRESTLE_OBJECTS_WIRE_TLS_ERRORS_H_

#include <array>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include "objects/core/error.h"
#include "objects/wire/tls_policy.h"

namespace trestle {

/// What was seen of a handshake, kept for the words that tell of its failure.
struct TlsEvidence {
  std::optional<KeyDigest> key;  ///< of the certificate that the host showed
  std::string names;             ///< for which names it was made, comma-separated
  std::string not_after;         ///< when it ends or ended
  int verify_code = 0;           ///< OpenSSL's X509_V_..., 0 if nothing was wrong
  unsigned long failure = 0;     ///< OpenSSL's error, 0 if the socket failed
  int socket_errno = 0;
  std::array<char, 8> first_bytes{};
  std::size_t first_count = 0;

  void note_first_bytes(std::string_view bytes);
  /// `der` is the certificate as it came over the wire.
  void note_certificate(std::string_view der);
  void note_failure(unsigned long openssl_error, int socket_error);
  [[nodiscard]] bool first_bytes_are_tls() const;
};

/// One sentence that says what is wrong and what to do about it. kUnauthenticated for a certificate
/// that is not trusted, kFailedPrecondition for a host that speaks no TLS or only an old one,
/// kUnavailable for a connection that broke. Ends with "nothing was sent" in that last case.
[[nodiscard]] Error explain_tls_failure(const TlsEvidence& evidence, const TlsPolicy& policy,
                                        const std::string& host);

}  // namespace trestle

#endif  // TRESTLE_OBJECTS_WIRE_TLS_ERRORS_H_
