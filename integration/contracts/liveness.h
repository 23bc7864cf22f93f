// SPDX-License-Identifier: Apache-2.0
#ifndef TRESTLE_INTEGRATION_CONTRACTS_LIVENESS_H_
#define TRESTLE_INTEGRATION_CONTRACTS_LIVENESS_H_

#include <chrono>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <utility>

namespace trestle::contracts {

/// What is known of whether a host or a VM lives. Three values on purpose: "nobody could tell"
/// taken for "dead" starts a second copy of a VM that still writes to its disk.
enum class Verdict : std::uint8_t { kAlive, kDead, kCannotTell };

/// Stable lower-case name ("cannot_tell").
[[nodiscard]] std::string_view to_string(Verdict verdict);

/// One statement about a life: the verdict, how old what it rests on is, who says so and why. It
/// does not convert to bool, so that no caller can forget the third value. A value.
class Liveness {
 public:
  /// `age` is the time since the evidence was true, not since it was asked for.
  static Liveness alive(std::chrono::milliseconds age, std::string witness, std::string reason) {
    return {Verdict::kAlive, age, std::move(witness), std::move(reason)};
  }
  static Liveness dead(std::chrono::milliseconds age, std::string witness, std::string reason) {
    return {Verdict::kDead, age, std::move(witness), std::move(reason)};
  }
  static Liveness cannot_tell(std::string witness, std::string reason) {
    return {Verdict::kCannotTell, {}, std::move(witness), std::move(reason)};
  }

  explicit operator bool() const = delete;

  [[nodiscard]] Verdict verdict() const { return verdict_; }
  /// Zero if nobody could tell.
  [[nodiscard]] std::chrono::milliseconds age() const { return age_; }
  [[nodiscard]] const std::string& witness() const { return witness_; }
  [[nodiscard]] const std::string& reason() const { return reason_; }

  friend bool operator==(const Liveness&, const Liveness&) = default;

 private:
  Liveness(Verdict verdict, std::chrono::milliseconds age, std::string witness, std::string reason)
      : verdict_(verdict), age_(age), witness_(std::move(witness)), reason_(std::move(reason)) {}

  Verdict verdict_;
  std::chrono::milliseconds age_;
  std::string witness_;
  std::string reason_;
};

/// What several statements say together. Those older than `fresh` count for nothing. Of the rest
/// the youngest that can tell decides: a host that answered after it was seen dead has come back,
/// one that was seen dead after it answered has died. Of two of the same age the one that says
/// alive decides: a living host is never reported down. Without any, nobody can tell, and the
/// reason lists who was asked. Pure.
[[nodiscard]] Liveness weigh(std::span<const Liveness> statements, std::chrono::milliseconds fresh);

}  // namespace trestle::contracts

#endif  // TRESTLE_INTEGRATION_CONTRACTS_LIVENESS_H_
