// SPDX-License-Identifier: Apache-2.0
#ifndef TRESTLE_INTEGRATION_SCHEMA_CHARACTERS_H_
#define TRESTLE_INTEGRATION_SCHEMA_CHARACTERS_H_

#include <cstddef>
#include <string>
#include <string_view>

/// Bytes of JSON texts.
namespace trestle::schema {

/// Where the run of characters that stand for themselves ends: at a quote, a backslash, a control
/// character or the end. `ascii` is set to false if a byte above 0x7F was met.
[[nodiscard]] std::size_t plain_end(std::string_view text, std::size_t from, bool& ascii);

/// Offset of the first byte that is not well-formed UTF-8 (surrogates and overlong forms are not),
/// or the length if all is well.
[[nodiscard]] std::size_t first_bad_utf8(std::string_view text);

/// Appends `text` between quotes with the escapes of Gson 1.7.2: what JSON demands, and < > & = '
/// as \u00xx. Bytes that are not UTF-8 become U+FFFD: a fault text of a broken host must not keep
/// an answer from its caller.
void append_quoted(std::string_view text, std::string& into);

/// Appends a finite double as Java's Double.toString prints it.
void append_double(double number, std::string& into);

}  // namespace trestle::schema

#endif  // TRESTLE_INTEGRATION_SCHEMA_CHARACTERS_H_
