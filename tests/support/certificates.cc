// SPDX-License-Identifier: Apache-2.0
#include "tests/support/certificates.h"

#include <openssl/bio.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rsa.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>
#include <unistd.h>

#include <array>
#include <cstdint>
#include <cstdlib>
#include <filesystem>
#include <memory>
#include <random>
#include <stdexcept>

namespace trestle::testing {
namespace {

template <auto free>
struct Free {
  template <class T>
  void operator()(T* pointer) const {
    free(pointer);
  }
};
using Key = std::unique_ptr<EVP_PKEY, Free<EVP_PKEY_free>>;
using X509Ptr = std::unique_ptr<X509, Free<X509_free>>;
using BioPtr = std::unique_ptr<BIO, Free<BIO_free>>;
using ExtensionPtr = std::unique_ptr<X509_EXTENSION, Free<X509_EXTENSION_free>>;

constexpr long kDay = 24L * 60 * 60;

void must(bool good) {
  if (!good) throw std::runtime_error("OpenSSL failed to make a certificate for the test");
}

std::string text_of(const BioPtr& bio) {
  char* text = nullptr;
  const long size = BIO_get_mem_data(bio.get(), &text);
  return {text, static_cast<std::size_t>(size)};
}

void extend(X509* certificate, X509V3_CTX& context, int nid, const std::string& value) {
  const ExtensionPtr extension(X509V3_EXT_conf_nid(nullptr, &context, nid, value.c_str()));
  must(extension && X509_add_ext(certificate, extension.get(), -1) == 1);
}

std::string pin_of(EVP_PKEY* key) {
  unsigned char* der = nullptr;
  const int size = i2d_PUBKEY(key, &der);
  std::array<unsigned char, 32> digest{};
  EVP_Digest(der, static_cast<std::size_t>(size), digest.data(), nullptr, EVP_sha256(), nullptr);
  OPENSSL_free(der);
  std::array<unsigned char, 45> text{};
  EVP_EncodeBlock(text.data(), digest.data(), int{digest.size()});
  return std::string("sha256//") + reinterpret_cast<const char*>(text.data());
}

}  // namespace

Certificate make_certificate(const CertificateSpec& spec) {
  const Key key(spec.rsa ? EVP_RSA_gen(2048) : EVP_EC_gen("P-256"));
  const X509Ptr certificate(X509_new());
  must(key && certificate);
  X509* raw = certificate.get();
  X509_set_version(raw, 2);
  ASN1_INTEGER_set(X509_get_serialNumber(raw), static_cast<long>(std::random_device()() >> 2U));
  X509_gmtime_adj(X509_getm_notBefore(raw), spec.first_day * kDay);
  X509_gmtime_adj(X509_getm_notAfter(raw), spec.last_day * kDay);
  X509_set_pubkey(raw, key.get());
  X509_NAME_add_entry_by_txt(X509_get_subject_name(raw), "CN", MBSTRING_UTF8,
                             reinterpret_cast<const unsigned char*>(spec.common_name.c_str()), -1,
                             -1, 0);
  Key issuer_key;
  X509Ptr issuer;
  if (spec.issuer != nullptr) {
    const BioPtr key_bio(BIO_new_mem_buf(spec.issuer->key_pem.data(), -1));
    issuer_key.reset(PEM_read_bio_PrivateKey(key_bio.get(), nullptr, nullptr, nullptr));
    const BioPtr bio(BIO_new_mem_buf(spec.issuer->certificate_pem.data(), -1));
    issuer.reset(PEM_read_bio_X509(bio.get(), nullptr, nullptr, nullptr));
    must(issuer_key && issuer);
  }
  X509* signer = issuer ? issuer.get() : raw;
  X509_set_issuer_name(raw, X509_get_subject_name(signer));
  X509V3_CTX context;
  X509V3_set_ctx(&context, signer, raw, nullptr, nullptr, 0);
  if (spec.ca) extend(raw, context, NID_basic_constraints, "critical,CA:TRUE");
  std::string names;
  for (const std::string& name : spec.names) names += (names.empty() ? "" : ",") + name;
  if (!names.empty()) extend(raw, context, NID_subject_alt_name, names);
  must(X509_sign(raw, issuer_key ? issuer_key.get() : key.get(), EVP_sha256()) > 0);

  const BioPtr certificate_text(BIO_new(BIO_s_mem()));
  const BioPtr key_text(BIO_new(BIO_s_mem()));
  must(PEM_write_bio_X509(certificate_text.get(), raw) == 1);
  must(PEM_write_bio_PrivateKey(key_text.get(), key.get(), nullptr, nullptr, 0, nullptr, nullptr) ==
       1);
  return {.certificate_pem = text_of(certificate_text),
          .key_pem = text_of(key_text),
          .pin = pin_of(key.get())};
}

TemporaryFile::TemporaryFile(const std::string& text)
    : path_((std::filesystem::temp_directory_path() / "trestle_test_XXXXXX").string()) {
  const int file = ::mkstemp(path_.data());
  must(file >= 0);
  const auto written = ::write(file, text.data(), text.size());
  ::close(file);
  must(written == static_cast<std::int64_t>(text.size()));
}

TemporaryFile::~TemporaryFile() { ::unlink(path_.c_str()); }

}  // namespace trestle::testing
