// SPDX-License-Identifier: Apache-2.0
#ifndef TRESTLE_OBJECTS_WIRE_TLS_POLICY_H_
#define TRESTLE_OBJECTS_WIRE_TLS_POLICY_H_

#include <array>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "objects/core/result.h"

namespace trestle {

/// SHA-256 of a public key (SubjectPublicKeyInfo in DER).
using KeyDigest = std::array<unsigned char, 32>;

/// "sha256//BASE64", the form that curl prints and reads.
[[nodiscard]] std::string to_pin(const KeyDigest& digest);

/// How a host proves that it is the one that is meant. There is no default and no way to say
/// "nothing": whoever makes a policy has named a CA file, a key, or written `insecure`. A value;
/// copies share what was read from the file.
class TlsPolicy {
 public:
  enum class Trust : unsigned char { kCaFile, kPin, kInsecure };

  /// Certificates signed by one in the PEM file, for the host name (or address) of the URL.
  /// Errors: kInvalidArgument if the file cannot be read or holds no certificate.
  static Result<TlsPolicy> ca_file(const std::string& file);
  /// One of these public keys, whatever name or dates the certificate has: stock agents make their
  /// own certificates. `pins` is "sha256//BASE64", several with ';' between them.
  /// Errors: kInvalidArgument.
  static Result<TlsPolicy> pin(std::string_view pins);
  /// Anybody. A transport logs a warning for each connection that is made under this policy.
  static TlsPolicy insecure();

  /// The same trust, but TLS 1.0 and 1.1 and the weak keys of their time are accepted: hosts of
  /// release 3.2 have nothing newer. Without it TLS 1.2 is the least.
  [[nodiscard]] TlsPolicy with_tls10() const;

  [[nodiscard]] Trust trust() const { return trust_; }
  [[nodiscard]] bool allows_tls10() const { return allows_tls10_; }
  /// The PEM text that ca_file read; null for the other kinds of trust.
  [[nodiscard]] const std::shared_ptr<const std::string>& certificates() const {
    return certificates_;
  }
  /// True if `digest` is one of the pinned keys.
  [[nodiscard]] bool has_pin(const KeyDigest& digest) const;
  /// "CA file /etc/ca.pem", "pin sha256//...", "insecure": for logs and errors.
  [[nodiscard]] const std::string& description() const { return description_; }

 private:
  TlsPolicy(Trust trust, std::string description)
      : trust_(trust), description_(std::move(description)) {}

  Trust trust_;
  bool allows_tls10_ = false;
  std::string description_;
  std::shared_ptr<const std::string> certificates_;  // shared: a thousand hosts, one CA file
  std::vector<KeyDigest> pins_;
};

}  // namespace trestle

#endif  // TRESTLE_OBJECTS_WIRE_TLS_POLICY_H_
