// SPDX-License-Identifier: Apache-2.0
#ifndef TRESTLE_INTEGRATION_SCHEMA_CODEC_H_
#define TRESTLE_INTEGRATION_SCHEMA_CODEC_H_

#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "integration/schema/reader.h"
#include "integration/schema/type_info.h"
#include "integration/schema/values.h"
#include "objects/core/result.h"

/// Bodies of messages between a CloudStack management server and an agent: JSON as Gson 1.7.2
/// writes it (protocol reference, section 4).
namespace trestle::schema {

/// A body, decoded.
struct Body {
  std::vector<Object> messages;
  std::vector<Ignored> ignored;  ///< what the classes lack, in the order of the bytes
};

/// The commands or answers of a body. Errors: kInvalidArgument with byte and member for bad JSON, a
/// wrong type, an unknown enum constant, a member twice, or a limit; kUnimplemented for a class
/// that is not in the schema. Like Java it takes "17" for 17, 17.0 for an integer, and white space.
[[nodiscard]] Result<Body> decode_body(std::string_view text, const ReadLimits& limits = {});

/// The body of these commands or answers, byte for byte what CloudStack writes. Errors:
/// kInvalidArgument naming the member if a double is no finite number.
[[nodiscard]] Result<std::string> encode_body(std::span<const Object> messages);
/// The same of one message.
[[nodiscard]] Result<std::string> encode_body(const Object& message);

/// What comes back when a body is decoded and encoded again.
struct Check {
  std::vector<std::string> classes;
  std::vector<Ignored> ignored;
  std::string rewritten;
  /// First byte of the body that does not come back, ignored members apart; none if all do.
  std::optional<std::size_t> difference;
  std::size_t rewritten_at = 0;  ///< the same place in `rewritten`
};

/// Decodes, encodes and compares. Errors: those of decode_body and encode_body.
[[nodiscard]] Result<Check> check_body(std::string_view text, const ReadLimits& limits = {});

}  // namespace trestle::schema

#endif  // TRESTLE_INTEGRATION_SCHEMA_CODEC_H_
