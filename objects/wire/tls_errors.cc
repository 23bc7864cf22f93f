// SPDX-License-Identifier: Apache-2.0
#include "objects/wire/tls_errors.h"

#include <openssl/asn1.h>
#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/ssl.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>

#include <algorithm>
#include <memory>
#include <span>
#include <utility>

namespace trestle {
namespace {

constexpr std::size_t kMostNameBytes = 200;  // of a certificate's names in an error

struct NamesDeleter {
  void operator()(GENERAL_NAMES* names) const { GENERAL_NAMES_free(names); }
};
struct BytesDeleter {
  void operator()(unsigned char* bytes) const { OPENSSL_free(bytes); }
};
struct CertificateDeleter {
  void operator()(X509* certificate) const { X509_free(certificate); }
};
struct BioDeleter {
  void operator()(BIO* bio) const { BIO_free(bio); }
};

/// A host's own text must not be able to write lines or control a terminal.
std::string printable(std::string_view text) {
  std::string out(text.substr(0, kMostNameBytes));
  std::ranges::replace_if(
      out, [](unsigned char c) { return c < 0x20 || c >= 0x7f; }, '?');
  return out;
}

std::string text_of(const ASN1_STRING* string) {
  return {reinterpret_cast<const char*>(ASN1_STRING_get0_data(string)),
          static_cast<std::size_t>(ASN1_STRING_length(string))};
}

std::string address_text(const ASN1_STRING* string) {
  const std::string bytes = text_of(string);
  if (bytes.size() != 4) return "an IPv6 address";
  std::string out;
  for (const char c : bytes) {
    if (!out.empty()) out.push_back('.');
    out += std::to_string(static_cast<unsigned char>(c));
  }
  return out;
}

std::string names_of(X509* certificate) {
  std::string out;
  const auto add = [&](const std::string& name) {
    if (!out.empty()) out += ", ";
    out += name;
  };
  const std::unique_ptr<GENERAL_NAMES, NamesDeleter> names(static_cast<GENERAL_NAMES*>(
      X509_get_ext_d2i(certificate, NID_subject_alt_name, nullptr, nullptr)));
  for (int i = 0; names && i < sk_GENERAL_NAME_num(names.get()); ++i) {
    const GENERAL_NAME* name = sk_GENERAL_NAME_value(names.get(), i);
    if (name->type == GEN_DNS) add(text_of(name->d.dNSName));
    if (name->type == GEN_IPADD) add(address_text(name->d.iPAddress));
  }
  if (!out.empty()) return out;
  X509_NAME* subject = X509_get_subject_name(certificate);
  const int at = X509_NAME_get_index_by_NID(subject, NID_commonName, -1);
  if (at >= 0) add(text_of(X509_NAME_ENTRY_get_data(X509_NAME_get_entry(subject, at))));
  return out;
}

std::string end_of(const X509* certificate) {
  const std::unique_ptr<BIO, BioDeleter> bio(BIO_new(BIO_s_mem()));
  if (!bio || ASN1_TIME_print(bio.get(), X509_get0_notAfter(certificate)) != 1) return "a past day";
  char* text = nullptr;
  const long size = BIO_get_mem_data(bio.get(), &text);
  return {text, static_cast<std::size_t>(size)};
}

std::optional<KeyDigest> key_of(const X509* certificate) {
  unsigned char* raw = nullptr;
  const int size = i2d_X509_PUBKEY(X509_get_X509_PUBKEY(certificate), &raw);
  const std::unique_ptr<unsigned char, BytesDeleter> der(raw);
  if (size <= 0) return std::nullopt;
  KeyDigest digest{};
  if (EVP_Digest(der.get(), static_cast<std::size_t>(size), digest.data(), nullptr, EVP_sha256(),
                 nullptr) != 1) {
    return std::nullopt;
  }
  return digest;
}

std::string pin_advice(const TlsEvidence& evidence) {
  if (!evidence.key) return "pin its key with --pin";
  return "pin its key with --pin " + to_pin(*evidence.key) +
         " after comparing it with the certificate on the host";
}

Error explain_certificate(const TlsEvidence& evidence, const TlsPolicy& policy,
                          const std::string& host) {
  const auto refused = [](std::string what) {
    return Error{.code = Code::kUnauthenticated, .what = std::move(what)};
  };
  if (policy.trust() == TlsPolicy::Trust::kPin) {
    return refused("the host's key is " + (evidence.key ? to_pin(*evidence.key) : "unreadable") +
                   ", not the pinned one: it was installed anew or somebody else answers; find "
                   "out which before changing the pin");
  }
  switch (evidence.verify_code) {
    case X509_V_ERR_CERT_HAS_EXPIRED:
      return refused("the host's certificate expired on " + evidence.not_after +
                     ": make a new one on the host, or " + pin_advice(evidence));
    case X509_V_ERR_CERT_NOT_YET_VALID:
      return refused(
          "the host's certificate is not valid yet: set the clocks of host and of this machine "
          "right");
    case X509_V_ERR_HOSTNAME_MISMATCH:
    case X509_V_ERR_IP_ADDRESS_MISMATCH:
      return refused("the host's certificate is for '" + printable(evidence.names) +
                     "', not for '" + printable(host) + "': use that name in the URL, or " +
                     pin_advice(evidence));
    case X509_V_ERR_DEPTH_ZERO_SELF_SIGNED_CERT:
    case X509_V_ERR_SELF_SIGNED_CERT_IN_CHAIN:
    case X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY:
    case X509_V_ERR_UNABLE_TO_VERIFY_LEAF_SIGNATURE:
      return refused("the host's certificate is not signed by the " + policy.description() +
                     ": give the right --ca-file, or " + pin_advice(evidence));
    case X509_V_ERR_EE_KEY_TOO_SMALL:
    case X509_V_ERR_CA_KEY_TOO_SMALL:
    case X509_V_ERR_CA_MD_TOO_WEAK:
      return refused(
          "the host's certificate has a weak key or signature: make a new one on the "
          "host, or " +
          pin_advice(evidence));
    default:
      return refused(std::string("the host's certificate is not accepted (") +
                     X509_verify_cert_error_string(evidence.verify_code) +
                     "): make a new one on "
                     "the host, or " +
                     pin_advice(evidence));
  }
}

/// Failures that a host of the time of TLS 1.0 causes.
bool is_too_old(int reason) {
  switch (reason) {
    case SSL_R_UNSUPPORTED_PROTOCOL:
    case SSL_R_VERSION_TOO_LOW:
    case SSL_R_WRONG_SSL_VERSION:
    case SSL_R_TLSV1_ALERT_PROTOCOL_VERSION:
    case SSL_R_SSLV3_ALERT_HANDSHAKE_FAILURE:
    case SSL_R_TLSV1_ALERT_INSUFFICIENT_SECURITY:
    case SSL_R_UNSAFE_LEGACY_RENEGOTIATION_DISABLED:
    case SSL_R_DH_KEY_TOO_SMALL:
    case SSL_R_WRONG_SIGNATURE_TYPE:
    case SSL_R_NO_PROTOCOLS_AVAILABLE:
      return true;
    default:
      return false;
  }
}

}  // namespace

void TlsEvidence::note_first_bytes(std::string_view bytes) {
  const std::size_t count = std::min(bytes.size(), first_bytes.size() - first_count);
  std::ranges::copy(bytes.substr(0, count),
                    first_bytes.begin() + static_cast<std::ptrdiff_t>(first_count));
  first_count += count;
}

void TlsEvidence::note_certificate(std::string_view der) {
  const auto* at = reinterpret_cast<const unsigned char*>(der.data());
  const std::unique_ptr<X509, CertificateDeleter> certificate(
      d2i_X509(nullptr, &at, static_cast<long>(der.size())));
  if (!certificate) return;
  key = key_of(certificate.get());
  names = names_of(certificate.get());
  not_after = end_of(certificate.get());
}

void TlsEvidence::note_failure(unsigned long openssl_error, int socket_error) {
  failure = openssl_error;
  socket_errno = socket_error;
}

bool TlsEvidence::first_bytes_are_tls() const {
  // A record: its type (20 to 23), then the major version, which has been 3 since 1996.
  return first_count >= 2 && first_bytes[0] >= 20 && first_bytes[0] <= 23 && first_bytes[1] == 3;
}

Error explain_tls_failure(const TlsEvidence& evidence, const TlsPolicy& policy,
                          const std::string& host) {
  const int reason = ERR_GET_REASON(evidence.failure);
  if (evidence.verify_code != 0 && reason == SSL_R_CERTIFICATE_VERIFY_FAILED) {
    return explain_certificate(evidence, policy, host);
  }
  if (evidence.first_count > 0 && !evidence.first_bytes_are_tls()) {
    const std::string_view first(evidence.first_bytes.data(), evidence.first_count);
    const bool http = first.substr(0, 5) == "HTTP/" || first.front() == '<';
    return {.code = Code::kFailedPrecondition,
            .what = http ? "the port answers in plain HTTP, not in TLS: set ssl=enable in the "
                           "agent.ini of the host, or write http:// in the URL and send the "
                           "password in clear"
                         : "the port answers, but not in TLS (its first bytes are '" +
                               printable(first) + "'): check host and port in the URL"};
  }
  if (evidence.failure != 0 && is_too_old(reason) && !policy.allows_tls10()) {
    return {.code = Code::kFailedPrecondition,
            .what =
                "the host has no TLS 1.2 or nothing in common with it: hosts of release 3.2 "
                "need --allow-tls10, others an update"};
  }
  if (evidence.failure != 0 && reason != SSL_R_UNEXPECTED_EOF_WHILE_READING) {
    const char* words = ERR_reason_error_string(evidence.failure);
    return {.code = Code::kFailedPrecondition,
            .what = std::string("the TLS handshake failed (") +
                    (words != nullptr ? words : "without a reason") +
                    "): check the TLS set-up of the host"};
  }
  return {.code = Code::kUnavailable,
          .what =
              "the host closed the connection during the TLS handshake; nothing was sent: the "
              "agent is restarting, or the port does not speak TLS"};
}

}  // namespace trestle
