// SPDX-License-Identifier: Apache-2.0
#include "systemvm/digest.h"

#include <openssl/evp.h>
#include <openssl/rand.h>

#include <algorithm>
#include <array>
#include <cstdlib>
#include <utility>

namespace trestle::systemvm {
namespace {

struct Kind {
  DigestKind kind;
  std::string_view name;   // in braces
  std::string_view plain;  // before a colon
  std::size_t digits;
  const EVP_MD* (*algorithm)();
};
constexpr std::array kKinds{
    Kind{DigestKind::kMd5, "MD5", "md5", 32, EVP_md5},
    Kind{DigestKind::kSha1, "SHA-1", "sha1", 40, EVP_sha1},
    Kind{DigestKind::kSha224, "SHA-224", "sha224", 56, EVP_sha224},
    Kind{DigestKind::kSha256, "SHA-256", "sha256", 64, EVP_sha256},
    Kind{DigestKind::kSha384, "SHA-384", "sha384", 96, EVP_sha384},
    Kind{DigestKind::kSha512, "SHA-512", "sha512", 128, EVP_sha512},
};

const Kind& of(DigestKind kind) { return kKinds.at(static_cast<std::size_t>(kind)); }

/// A failure here is a broken crypto library, not an event of this program.
void must(bool worked) {
  if (!worked) std::abort();
}

std::string lower(std::string_view text) {
  std::string out(text);
  std::ranges::transform(out, out.begin(), [](char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  });
  return out;
}

constexpr std::string_view kForms =
    "; give {SHA-256}HEX, sha256:HEX, md5:HEX, or bare HEX of 32 (md5), 40, 56, 64 (sha256), 96 or "
    "128 digits";

}  // namespace

struct Digest::State {
  EVP_MD_CTX* context = EVP_MD_CTX_new();
  State() = default;
  State(const State&) = delete;
  State& operator=(const State&) = delete;
  ~State() { EVP_MD_CTX_free(context); }
};

std::string_view to_string(DigestKind kind) { return of(kind).name; }

Digest::Digest(DigestKind kind) : state_(std::make_unique<State>()) {
  must(state_->context != nullptr);
  must(EVP_DigestInit_ex(state_->context, of(kind).algorithm(), nullptr) == 1);
}
Digest::~Digest() = default;
Digest::Digest(Digest&& other) noexcept = default;
Digest& Digest::operator=(Digest&& other) noexcept = default;

void Digest::update(std::span<const std::byte> bytes) {
  must(EVP_DigestUpdate(state_->context, bytes.data(), bytes.size()) == 1);
}

void Digest::update_zeroes(std::uint64_t count) {
  static constexpr std::array<std::byte, 65536> kZeroes{};
  while (count > 0) {
    const auto now = static_cast<std::size_t>(std::min<std::uint64_t>(count, kZeroes.size()));
    update({kZeroes.data(), now});
    count -= now;
  }
}

std::string Digest::finish() {
  std::array<unsigned char, EVP_MAX_MD_SIZE> bytes{};
  unsigned length = 0;
  must(EVP_DigestFinal_ex(state_->context, bytes.data(), &length) == 1);
  constexpr std::string_view kDigits = "0123456789abcdef";
  std::string hex;
  for (unsigned i = 0; i < length; ++i) {
    hex += kDigits[bytes.at(i) >> 4U];
    hex += kDigits[bytes.at(i) & 15U];
  }
  return hex;
}

Result<Checksum> Checksum::parse(std::string_view text) {
  const Kind* kind = nullptr;
  std::string_view hex = text;
  const auto named = [&](std::string_view name) {
    const std::string wanted = lower(name);
    const auto found = std::ranges::find_if(kKinds, [&](const Kind& known) {
      return wanted == known.plain || wanted == lower(known.name);
    });
    return found == kKinds.end() ? nullptr : &*found;
  };
  if (text.starts_with('{') && text.find('}') != std::string_view::npos) {
    kind = named(text.substr(1, text.find('}') - 1));
    hex = text.substr(text.find('}') + 1);
  } else if (text.find(':') != std::string_view::npos) {
    kind = named(text.substr(0, text.find(':')));
    hex = text.substr(text.find(':') + 1);
  } else {
    const auto found = std::ranges::find(kKinds, text.size(), &Kind::digits);
    kind = found == kKinds.end() ? nullptr : &*found;
  }
  const bool digits = std::ranges::all_of(
      lower(hex), [](char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'); });
  if (kind == nullptr || !digits || hex.size() != kind->digits) {
    return fail(Code::kInvalidArgument,
                "\"" + std::string(text) + "\" is no checksum" + std::string(kForms));
  }
  return Checksum{.kind = kind->kind, .hex = lower(hex)};
}

void fill_random(std::span<std::byte> out) {
  must(RAND_bytes(reinterpret_cast<unsigned char*>(out.data()), static_cast<int>(out.size())) == 1);
}

}  // namespace trestle::systemvm
