// SPDX-License-Identifier: Apache-2.0
#include "objects/wire/tls_policy.h"

#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509.h>

#include <algorithm>
#include <fstream>
#include <iterator>
#include <optional>
#include <utility>

namespace trestle {
namespace {

constexpr std::string_view kPinMark = "sha256//";
constexpr std::size_t kPinDigits = 44;  // 32 bytes in base64, one '=' at the end

struct BioDeleter {
  void operator()(BIO* bio) const { BIO_free(bio); }
};
struct CertificateDeleter {
  void operator()(X509* certificate) const { X509_free(certificate); }
};

bool holds_a_certificate(const std::string& pem) {
  const std::unique_ptr<BIO, BioDeleter> bio(
      BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size())));
  const std::unique_ptr<X509, CertificateDeleter> first(
      PEM_read_bio_X509(bio.get(), nullptr, nullptr, nullptr));
  ERR_clear_error();
  return first != nullptr;
}

std::optional<KeyDigest> parse_pin(std::string_view text) {
  if (text.substr(0, kPinMark.size()) != kPinMark) return std::nullopt;
  text.remove_prefix(kPinMark.size());
  if (text.size() != kPinDigits || text.back() != '=' || text[kPinDigits - 2] == '=') {
    return std::nullopt;
  }
  std::array<unsigned char, kPinDigits> bytes{};
  const int length = EVP_DecodeBlock(
      bytes.data(), reinterpret_cast<const unsigned char*>(text.data()), int{kPinDigits});
  KeyDigest digest{};
  // The decoder counts the '=' as a byte.
  if (length != static_cast<int>(digest.size()) + 1) return std::nullopt;
  std::copy_n(bytes.begin(), digest.size(), digest.begin());
  return digest;
}

}  // namespace

std::string to_pin(const KeyDigest& digest) {
  std::array<unsigned char, kPinDigits + 1> text{};
  EVP_EncodeBlock(text.data(), digest.data(), static_cast<int>(digest.size()));
  return std::string(kPinMark) + reinterpret_cast<const char*>(text.data());
}

Result<TlsPolicy> TlsPolicy::ca_file(const std::string& file) {
  std::ifstream in(file, std::ios::binary);
  std::string pem{std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
  if (in.bad() || pem.empty()) {
    return fail(Code::kInvalidArgument, "cannot read the CA file '" + file +
                                            "': it must be a PEM file that this user may read");
  }
  if (!holds_a_certificate(pem)) {
    return fail(Code::kInvalidArgument, "no certificate in the CA file '" + file +
                                            "': it must hold one in PEM form (BEGIN CERTIFICATE)");
  }
  TlsPolicy policy(Trust::kCaFile, "CA file " + file);
  policy.certificates_ = std::make_shared<const std::string>(std::move(pem));
  return policy;
}

Result<TlsPolicy> TlsPolicy::pin(std::string_view pins) {
  TlsPolicy policy(Trust::kPin, "pin " + std::string(pins));
  while (true) {
    const std::size_t end = pins.find(';');
    const std::optional<KeyDigest> digest = parse_pin(pins.substr(0, end));
    if (!digest) {
      return fail(Code::kInvalidArgument,
                  "a pin is sha256// and the 44 base64 digits of the SHA-256 of the host's public "
                  "key, as curl's --pinnedpubkey takes it");
    }
    policy.pins_.push_back(*digest);
    if (end == std::string_view::npos) return policy;
    pins.remove_prefix(end + 1);
  }
}

TlsPolicy TlsPolicy::insecure() { return {Trust::kInsecure, "insecure"}; }

TlsPolicy TlsPolicy::with_tls10() const {
  TlsPolicy copy = *this;
  copy.allows_tls10_ = true;
  return copy;
}

bool TlsPolicy::has_pin(const KeyDigest& digest) const {
  return std::ranges::find(pins_, digest) != pins_.end();
}

}  // namespace trestle
