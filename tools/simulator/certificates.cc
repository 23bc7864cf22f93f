// SPDX-License-Identifier: Apache-2.0
#include "tools/simulator/certificates.h"

#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rand.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>

#include <array>
#include <ctime>
#include <utility>

namespace trestle::simulator {
namespace {

template <auto Free>
struct Freer {
  template <class T>
  void operator()(T* object) const {
    Free(object);
  }
};
using Key = std::unique_ptr<EVP_PKEY, Freer<EVP_PKEY_free>>;
using X509Ptr = std::unique_ptr<X509, Freer<X509_free>>;
using Bio = std::unique_ptr<BIO, Freer<BIO_free>>;
using Extension = std::unique_ptr<X509_EXTENSION, Freer<X509_EXTENSION_free>>;

constexpr long kOneDay = 24L * 3600;
/// Long enough for any simulation, short enough to be no lasting secret.
constexpr long kValidity = 365 * kOneDay;

tl::unexpected<Error> failed(std::string_view step) {
  std::array<char, 256> words{};
  ERR_error_string_n(ERR_get_error(), words.data(), words.size());
  return fail(Code::kInternal, "the certificates of the simulator cannot be made (" +
                                   std::string(step) + "): " + words.data());
}

Key new_key() { return Key(EVP_EC_gen("P-256")); }

std::string bio_text(BIO* bio) {
  char* data = nullptr;
  const long size = BIO_get_mem_data(bio, &data);
  return {data, static_cast<std::size_t>(size)};
}

std::string pem_of(X509* certificate) {
  const Bio bio(BIO_new(BIO_s_mem()));
  PEM_write_bio_X509(bio.get(), certificate);
  return bio_text(bio.get());
}

std::string pem_of(EVP_PKEY* key) {
  const Bio bio(BIO_new(BIO_s_mem()));
  PEM_write_bio_PrivateKey(bio.get(), key, nullptr, nullptr, 0, nullptr, nullptr);
  return bio_text(bio.get());
}

std::string pin_of(EVP_PKEY* key) {
  unsigned char* der = nullptr;
  const int size = i2d_PUBKEY(key, &der);
  std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
  unsigned int digest_size = 0;
  EVP_Digest(der, static_cast<std::size_t>(size), digest.data(), &digest_size, EVP_sha256(),
             nullptr);
  OPENSSL_free(der);
  std::array<unsigned char, 64> text{};
  const int length = EVP_EncodeBlock(text.data(), digest.data(), static_cast<int>(digest_size));
  return "sha256//" + std::string(text.begin(), text.begin() + length);
}

bool add_extension(X509* certificate, X509* issuer, int nid, const std::string& value) {
  X509V3_CTX context;
  X509V3_set_ctx_nodb(&context);
  X509V3_set_ctx(&context, issuer, certificate, nullptr, nullptr, 0);
  const Extension extension(X509V3_EXT_conf_nid(nullptr, &context, nid, value.c_str()));
  return extension && X509_add_ext(certificate, extension.get(), -1) == 1;
}

struct Request {
  std::string name;
  std::string alternative;  ///< subjectAltName; empty = an authority
  long from = -kOneDay;
  long until = kValidity;
};

/// A certificate for `key`; signed by itself if there is no issuer.
X509Ptr sign(const Request& request, EVP_PKEY* key, X509* issuer, EVP_PKEY* issuer_key) {
  X509Ptr made(X509_new());
  std::array<unsigned char, 16> serial{};
  if (!made || RAND_bytes(serial.data(), serial.size()) != 1) return nullptr;
  serial[0] &= 0x7fU;
  const std::unique_ptr<BIGNUM, Freer<BN_free>> number(
      BN_bin2bn(serial.data(), static_cast<int>(serial.size()), nullptr));
  BN_to_ASN1_INTEGER(number.get(), X509_get_serialNumber(made.get()));
  X509_set_version(made.get(), X509_VERSION_3);
  X509_gmtime_adj(X509_getm_notBefore(made.get()), request.from);
  X509_gmtime_adj(X509_getm_notAfter(made.get()), request.until);
  X509_set_pubkey(made.get(), key);
  X509_NAME* subject = X509_get_subject_name(made.get());
  X509_NAME_add_entry_by_txt(subject, "CN", MBSTRING_UTF8,
                             reinterpret_cast<const unsigned char*>(request.name.c_str()), -1, -1,
                             0);
  X509* signer = issuer == nullptr ? made.get() : issuer;
  X509_set_issuer_name(made.get(), X509_get_subject_name(signer));
  const bool authority = request.alternative.empty();
  bool good = add_extension(made.get(), signer, NID_basic_constraints,
                            authority ? "critical,CA:TRUE" : "critical,CA:FALSE");
  good = good && add_extension(made.get(), signer, NID_subject_key_identifier, "hash");
  if (authority) {
    good = good && add_extension(made.get(), signer, NID_key_usage, "critical,keyCertSign,cRLSign");
  } else {
    good = good && add_extension(made.get(), signer, NID_authority_key_identifier, "keyid") &&
           add_extension(made.get(), signer, NID_ext_key_usage, "serverAuth") &&
           add_extension(made.get(), signer, NID_subject_alt_name, request.alternative);
  }
  if (!good || X509_sign(made.get(), issuer_key, EVP_sha256()) == 0) return nullptr;
  return made;
}

std::string alternative_names(std::string_view name, std::string_view address) {
  return "DNS:" + std::string(name) + ",IP:" + std::string(address);
}

}  // namespace

struct Certificates::Parts {
  Key ca_key;
  X509Ptr ca;
  Key host_key;
  std::string ca_pem;
  std::string pin;
  std::string key_pem;
};

Certificates::Certificates(std::unique_ptr<Parts> parts) : parts_(std::move(parts)) {}
Certificates::Certificates(Certificates&&) noexcept = default;
Certificates& Certificates::operator=(Certificates&&) noexcept = default;
Certificates::~Certificates() = default;

Result<Certificates> Certificates::make(std::string_view state) {
  auto parts = std::make_unique<Parts>();
  if (state.empty()) {
    parts->ca_key = new_key();
    parts->host_key = new_key();
    if (!parts->ca_key || !parts->host_key) return failed("key");
    parts->ca = sign({.name = "Trestle simulator authority", .alternative = {}},
                     parts->ca_key.get(), nullptr, parts->ca_key.get());
  } else {
    const Bio bio(BIO_new_mem_buf(state.data(), static_cast<int>(state.size())));
    parts->ca_key.reset(PEM_read_bio_PrivateKey(bio.get(), nullptr, nullptr, nullptr));
    parts->host_key.reset(PEM_read_bio_PrivateKey(bio.get(), nullptr, nullptr, nullptr));
    parts->ca.reset(PEM_read_bio_X509(bio.get(), nullptr, nullptr, nullptr));
    if (!parts->ca_key || !parts->host_key) return failed("stored keys");
  }
  if (!parts->ca) return failed("authority");
  parts->ca_pem = pem_of(parts->ca.get());
  parts->pin = pin_of(parts->host_key.get());
  parts->key_pem = pem_of(parts->host_key.get());
  return Certificates(std::move(parts));
}

const std::string& Certificates::ca_pem() const { return parts_->ca_pem; }
const std::string& Certificates::pin() const { return parts_->pin; }
const std::string& Certificates::key_pem() const { return parts_->key_pem; }

Result<std::string> Certificates::host_pem(std::string_view name, std::string_view address,
                                           Certificate kind) {
  Request request{.name = std::string(name), .alternative = alternative_names(name, address)};
  if (kind == Certificate::kWrongName) {
    request.name = "another-host";
    request.alternative = "DNS:another-host,IP:192.0.2.1";
  }
  if (kind == Certificate::kExpired) {
    request.from = -2 * kOneDay;
    request.until = -kOneDay;
  }
  const bool own = kind == Certificate::kUnsigned;
  const X509Ptr made = sign(request, parts_->host_key.get(), own ? nullptr : parts_->ca.get(),
                            own ? parts_->host_key.get() : parts_->ca_key.get());
  if (!made) return failed("certificate of " + std::string(name));
  return pem_of(made.get());
}

Result<Certificates::Stranger> Certificates::stranger(std::string_view name,
                                                      std::string_view address) {
  const Key key = new_key();
  if (!key) return failed("key of a stranger");
  const X509Ptr made =
      sign({.name = std::string(name), .alternative = alternative_names(name, address)}, key.get(),
           nullptr, key.get());
  if (!made) return failed("certificate of a stranger");
  return Stranger{.key_pem = pem_of(key.get()), .certificate_pem = pem_of(made.get())};
}

std::string Certificates::stored() const {
  return pem_of(parts_->ca_key.get()) + parts_->key_pem + parts_->ca_pem;
}

}  // namespace trestle::simulator
