// SPDX-License-Identifier: Apache-2.0
#ifndef TRESTLE_TOOLS_CLI_TEXT_H_
#define TRESTLE_TOOLS_CLI_TEXT_H_

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace trestle::cli {

/// Bytes of the UTF-8 character at the start of `text`, 0 if there is none (bad, overlong or
/// cut-off sequence, surrogate, beyond U+10FFFF, empty text).
[[nodiscard]] std::size_t utf8_width(std::string_view text);

/// The text as a terminal may show it: control characters (C0, DEL, C1), characters that turn the
/// direction of writing, line separators and bytes that are no UTF-8 become \n, \t, \xNN or
/// \u{NNNN}: what a host says can neither move the cursor nor forge a line.
[[nodiscard]] std::string printable(std::string_view text);

/// The same, but line feeds stay: for texts of many lines, such as a log.
[[nodiscard]] std::string printable_lines(std::string_view text);

/// Columns that a printable text takes: one a character.
[[nodiscard]] std::size_t columns_of(std::string_view text);

/// "1.5 GiB", "512 MiB", "42 B": at most one decimal, rounded down, so a disk never looks bigger.
[[nodiscard]] std::string human_bytes(std::uint64_t bytes);

}  // namespace trestle::cli

#endif  // TRESTLE_TOOLS_CLI_TEXT_H_
