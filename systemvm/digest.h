// SPDX-License-Identifier: Apache-2.0
#ifndef TRESTLE_SYSTEMVM_DIGEST_H_
#define TRESTLE_SYSTEMVM_DIGEST_H_

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>

#include "objects/core/result.h"

namespace trestle::systemvm {

enum class DigestKind : std::uint8_t { kMd5, kSha1, kSha224, kSha256, kSha384, kSha512 };
/// "MD5", "SHA-256": the names that CloudStack writes in braces.
[[nodiscard]] std::string_view to_string(DigestKind kind);

/// A digest that is fed in order. Moves; single-threaded.
class Digest {
 public:
  explicit Digest(DigestKind kind);
  ~Digest();
  Digest(Digest&& other) noexcept;
  Digest& operator=(Digest&& other) noexcept;

  void update(std::span<const std::byte> bytes);
  /// The same as that many zero bytes.
  void update_zeroes(std::uint64_t count);
  /// Lower-case hex; ends the digest.
  [[nodiscard]] std::string finish();

 private:
  struct State;
  std::unique_ptr<State> state_;
};

/// A checksum that a user or a catalogue gives for a file.
struct Checksum {
  DigestKind kind = DigestKind::kSha256;
  std::string hex;  ///< lower case

  /// "{SHA-256}6F..", "sha256:6f..", "md5:..", or bare hex whose length tells the kind. Errors:
  /// kInvalidArgument saying which forms there are.
  [[nodiscard]] static Result<Checksum> parse(std::string_view text);
  friend bool operator==(const Checksum&, const Checksum&) = default;
};

/// Bytes from the system's random generator.
void fill_random(std::span<std::byte> out);

}  // namespace trestle::systemvm

#endif  // TRESTLE_SYSTEMVM_DIGEST_H_
