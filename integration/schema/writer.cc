// SPDX-License-Identifier: Apache-2.0
#include "integration/schema/writer.h"

#include <array>
#include <charconv>
#include <cmath>
#include <utility>

#include "integration/schema/characters.h"
#include "integration/schema/shapes.h"

namespace trestle::schema {

bool Writer::write_members(const TypeInfo& type, const void* source) {
  if (type.as_array) return write_array_members(type, source);
  char before = '{';
  for (const Member& member : type.members) {
    const void* value = address_of(member, source);
    const Shape& shape = *member.shape;
    if (shape.present != nullptr && !shape.present(value)) continue;
    if (member.omit_empty && shape.is_empty != nullptr && shape.is_empty(value)) continue;
    into_ += before;
    into_ += member.key;
    if (!shape.write(*this, value)) return step(member.name);
    before = ',';
  }
  if (before == '{') into_ += '{';
  into_ += '}';
  return true;
}

bool Writer::write_array_members(const TypeInfo& type, const void* source) {
  char before = '[';
  for (const Member& member : type.members) {
    const void* value = address_of(member, source);
    const Shape& shape = *member.shape;
    into_ += before;
    before = ',';
    if (shape.present != nullptr && !shape.present(value)) {
      into_ += "null";
    } else if (!shape.write(*this, value)) {
      return step(member.name);
    }
  }
  into_ += ']';
  return true;
}

bool Writer::write_tagged(const Object& object) {
  into_ += "{\"";
  into_ += object.type().java_class;  // letters, digits, '.' and '$': nothing to escape
  into_ += "\":";
  if (!write_members(object.type(), object.address())) return step(object.type().name);
  into_ += '}';
  return true;
}

void Writer::write_integer(std::int64_t number) {
  std::array<char, 24> text{};
  const auto end = std::to_chars(text.data(), text.data() + text.size(), number).ptr;
  into_.append(text.data(), end);
}

bool Writer::write_double(double number) {
  if (!std::isfinite(number)) {
    error_ =
        Error{.code = Code::kInvalidArgument,
              .what =
                  "a double is not a finite number; JSON cannot hold it, and CloudStack refuses "
                  "the whole message"};
    return false;
  }
  append_double(number, into_);
  return true;
}

void Writer::write_string(std::string_view text) { append_quoted(text, into_); }

bool Writer::step(std::string_view name) {
  steps_.emplace_back(name);
  return false;
}

Error Writer::error() const {
  Error error = error_.value_or(Error{.code = Code::kInternal, .what = "no error"});
  std::string place;
  for (auto step = steps_.rbegin(); step != steps_.rend(); ++step) {
    place += (place.empty() ? "" : ".") + *step;
  }
  error.what = place + ": " + error.what;
  return error;
}

}  // namespace trestle::schema
