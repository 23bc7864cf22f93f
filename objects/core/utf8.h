// SPDX-License-Identifier: Apache-2.0
#ifndef TRESTLE_OBJECTS_CORE_UTF8_H_
#define TRESTLE_OBJECTS_CORE_UTF8_H_

#include <cstdint>
#include <string>

/// Code points of Unicode, one at a time: pure functions.
namespace trestle {

/// What stands in the place of a character that cannot be told.
inline constexpr std::uint32_t kReplacementCharacter = 0xFFFD;

/// The first and the second half of a pair of UTF-16 units; neither is a character by itself.
[[nodiscard]] constexpr bool is_high_surrogate(std::uint32_t unit) {
  return unit >= 0xD800 && unit <= 0xDBFF;
}
[[nodiscard]] constexpr bool is_low_surrogate(std::uint32_t unit) {
  return unit >= 0xDC00 && unit <= 0xDFFF;
}
/// The character, from U+10000 up, that two halves stand for.
[[nodiscard]] constexpr std::uint32_t joined_surrogates(std::uint32_t high, std::uint32_t low) {
  return 0x10000 + ((high - 0xD800) << 10U) + (low - 0xDC00);
}

/// True for what UTF-8 can hold: up to U+10FFFF, and no half of a pair.
[[nodiscard]] constexpr bool is_character(std::uint32_t point) {
  return point <= 0x10FFFF && !is_high_surrogate(point) && !is_low_surrogate(point);
}

/// Appends one character as UTF-8. What is no character becomes U+FFFD, so the text stays UTF-8
/// whatever comes.
void append_utf8(std::uint32_t point, std::string& into);

}  // namespace trestle

#endif  // TRESTLE_OBJECTS_CORE_UTF8_H_
