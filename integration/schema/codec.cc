// SPDX-License-Identifier: Apache-2.0
#include "integration/schema/codec.h"

#include <algorithm>
#include <utility>

#include "integration/schema/writer.h"

namespace trestle::schema {
namespace {

/// The first byte of `text`, ignored ranges apart, that is not what `rewritten` has.
std::optional<std::size_t> first_difference(std::string_view text, std::string_view rewritten,
                                            std::span<const Ignored> ignored, std::size_t& at) {
  std::size_t i = 0;
  auto next = ignored.begin();
  at = 0;
  while (true) {
    // An inner range may lie in an outer one only if the outer one was read, which it was not.
    while (next != ignored.end() && i == next->begin) {
      i = next->end;
      ++next;
    }
    if (i >= text.size() && at >= rewritten.size()) return std::nullopt;
    if (i >= text.size() || at >= rewritten.size() || text[i] != rewritten[at]) return i;
    ++i;
    ++at;
  }
}

}  // namespace

Result<Body> decode_body(std::string_view text, const ReadLimits& limits) {
  Reader reader(text, limits);
  Body body;
  if (!reader.read_body(body.messages)) return fail(reader.error());
  body.ignored = std::move(reader.ignored());
  return body;
}

Result<std::string> encode_body(std::span<const Object> messages) {
  std::string text;
  Writer writer(text);
  text += '[';
  for (const Object& message : messages) {
    if (&message != messages.data()) text += ',';
    if (!writer.write_tagged(message)) return fail(writer.error());
  }
  text += ']';
  return text;
}

Result<std::string> encode_body(const Object& message) {
  return encode_body(std::span<const Object>(&message, 1));
}

Result<Check> check_body(std::string_view text, const ReadLimits& limits) {
  TRESTLE_ASSIGN_OR_RETURN(Body body, decode_body(text, limits));
  TRESTLE_ASSIGN_OR_RETURN(std::string rewritten, encode_body(body.messages));
  Check check{.classes = {},
              .ignored = std::move(body.ignored),
              .rewritten = std::move(rewritten),
              .difference = {}};
  for (const Object& message : body.messages) check.classes.emplace_back(message.type().java_class);
  check.difference = first_difference(text, check.rewritten, check.ignored, check.rewritten_at);
  return check;
}

}  // namespace trestle::schema
