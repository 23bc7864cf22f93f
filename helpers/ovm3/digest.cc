// SPDX-License-Identifier: Apache-2.0
#include "helpers/ovm3/digest.h"

#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509.h>

#include <array>
#include <memory>

#include "objects/wire/tls_policy.h"

namespace trestle::ovm3 {
namespace {

KeyDigest sha256(const void* bytes, std::size_t size) {
  KeyDigest digest{};
  // It fails only without memory, which ends the program elsewhere as well.
  EVP_Digest(bytes, size, digest.data(), nullptr, EVP_sha256(), nullptr);
  return digest;
}

}  // namespace

std::string sha256_hex(std::string_view bytes) {
  constexpr std::string_view kDigits = "0123456789abcdef";
  std::string hex;
  for (const unsigned char byte : sha256(bytes.data(), bytes.size())) {
    hex += kDigits[byte >> 4U];
    hex += kDigits[byte & 15U];
  }
  return hex;
}

Result<std::string> certificate_pin(const std::string& pem) {
  const std::unique_ptr<BIO, decltype(&BIO_free)> text(
      BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size())), BIO_free);
  const std::unique_ptr<X509, decltype(&X509_free)> certificate(
      text ? PEM_read_bio_X509(text.get(), nullptr, nullptr, nullptr) : nullptr, X509_free);
  if (!certificate) return fail(Code::kInvalidArgument, "there is no PEM certificate in this text");
  unsigned char* der = nullptr;
  const int size = i2d_X509_PUBKEY(X509_get_X509_PUBKEY(certificate.get()), &der);
  if (size <= 0) return fail(Code::kInvalidArgument, "the key of this certificate is unreadable");
  const KeyDigest digest = sha256(der, static_cast<std::size_t>(size));
  OPENSSL_free(der);
  return to_pin(digest);
}

}  // namespace trestle::ovm3
