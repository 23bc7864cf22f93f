// SPDX-License-Identifier: Apache-2.0
#ifndef TRESTLE_OBJECTS_OVM3_TEXT_NUMBER_H_
#define TRESTLE_OBJECTS_OVM3_TEXT_NUMBER_H_

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "objects/wire/reply.h"

/// How the agent writes plain facts as texts, said once. It sends "" or a line break for an unknown
/// number, "None" or "none" for an absent text, and True, false, YES or 1 for a flag, so all of
/// these readers give an absent result instead of a failure: one odd field must not hide a host.
namespace trestle::ovm3 {

/// `text` without white space at both ends.
[[nodiscard]] std::string_view trimmed(std::string_view text);

/// The trimmed text; absent if it is blank, "None" or "none".
[[nodiscard]] std::optional<std::string_view> present(std::string_view text);

/// A decimal number with an optional sign and white space around it; absent if blank, if anything
/// else stands there, or if it does not fit.
[[nodiscard]] std::optional<std::int64_t> to_integer(std::string_view text);
[[nodiscard]] std::optional<std::uint64_t> to_unsigned(std::string_view text);
/// A finite decimal number such as "1408105444.17"; absent as above.
[[nodiscard]] std::optional<double> to_real(std::string_view text);

/// True, true, YES, yes, 1 or False, false, NO, no, 0; absent for any other text.
[[nodiscard]] std::optional<bool> to_flag(std::string_view text);

/// Parts between `separator`, trimmed, empty parts left out: "xen,utility" gives two.
[[nodiscard]] std::vector<std::string> split(std::string_view text, char separator);

/// The same for a value of a reply that may come as a number or as a text: the agent sends `int` on
/// one release, `i8` or a text on another. Any other kind is absent.
[[nodiscard]] std::optional<std::int64_t> to_integer(ValueView value);
[[nodiscard]] std::optional<std::uint64_t> to_unsigned(ValueView value);
[[nodiscard]] std::optional<double> to_real(ValueView value);
[[nodiscard]] std::optional<bool> to_flag(ValueView value);
/// The text of a string value as `present` gives it; any other kind is absent.
[[nodiscard]] std::optional<std::string> to_text(ValueView value);

/// Reads a member of a struct with one of the readers above: absent if the member is missing.
template <class T>
[[nodiscard]] std::optional<T> member(ValueView record, std::string_view name,
                                      std::optional<T> (*read)(ValueView)) {
  const auto value = record.find(name);
  return value ? read(*value) : std::nullopt;
}

}  // namespace trestle::ovm3

#endif  // TRESTLE_OBJECTS_OVM3_TEXT_NUMBER_H_
