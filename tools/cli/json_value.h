// SPDX-License-Identifier: Apache-2.0
#ifndef TRESTLE_TOOLS_CLI_JSON_VALUE_H_
#define TRESTLE_TOOLS_CLI_JSON_VALUE_H_

#include <string>
#include <string_view>

#include "objects/core/result.h"
#include "objects/wire/reply.h"
#include "objects/wire/value.h"

namespace trestle::cli {

/// How JSON text is laid out.
enum class JsonLayout : unsigned char {
  kCompact,   ///< one line, no spaces
  kIndented,  ///< two spaces a level, for files that people read
};

/// A value as JSON text, without a final line feed. nil is null, integers keep all 64 bits, doubles
/// are the shortest text that reads back as the same number and always show that they are doubles
/// ("1.0"), base64 is {"$base64": "..."}, dateTime {"$dateTime": "..."}, a double that JSON cannot
/// hold {"$double": "nan"}. A struct whose only member begins with '$' is a list of pairs,
/// {"$struct":
/// [["$name", ...]]}, so that nothing is ambiguous. Bytes that are no UTF-8 become U+FFFD: the text
/// is always valid JSON. Never fails.
[[nodiscard]] std::string to_json(const Value& value, JsonLayout layout = JsonLayout::kCompact);

/// The same of a reply, without a copy of it.
[[nodiscard]] std::string to_json(ValueView value, JsonLayout layout = JsonLayout::kCompact);

/// The value of a JSON text by the same mapping, in both directions exact. Errors: kInvalidArgument
/// with the byte for a syntax error, for an integer outside 64 bits, for a wrong $-object, for a
/// member name twice in one object, and for nesting deeper than wire::kMaxDepth.
[[nodiscard]] Result<Value> from_json(std::string_view text);

/// Base64 text (RFC 4648, padded) of bytes.
[[nodiscard]] std::string to_base64(std::string_view bytes);

}  // namespace trestle::cli

#endif  // TRESTLE_TOOLS_CLI_JSON_VALUE_H_
