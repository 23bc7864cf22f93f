// SPDX-License-Identifier: Apache-2.0
#ifndef TRESTLE_INTEGRATION_SCHEMA_WRITER_H_
#define TRESTLE_INTEGRATION_SCHEMA_WRITER_H_

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "integration/schema/type_info.h"
#include "objects/core/result.h"

namespace trestle::schema {

/// Writes generated types as JSON, the way CloudStack's Gson does. Used by the shapes; callers use
/// encode_body. A write_ function returns false after it noted the first error, which only a double
/// that JSON cannot hold and a double key can be. Single-threaded; the text must outlive it.
class Writer {
 public:
  explicit Writer(std::string& into) : into_(into) {}

  bool write_members(const TypeInfo& type, const void* source);
  /// {"class name": {members}}
  bool write_tagged(const Object& object);
  bool write_double(double number);
  void write_integer(std::int64_t number);
  void write_bool(bool value) { into_ += value ? "true" : "false"; }
  void write_string(std::string_view text);
  void put(char c) { into_ += c; }
  void put(std::string_view text) { into_ += text; }

  /// Puts a step in front of the place of an error, on the way up.
  bool step(std::string_view name);
  [[nodiscard]] Error error() const;

 private:
  bool write_array_members(const TypeInfo& type, const void* source);

  std::string& into_;
  std::optional<Error> error_;
  std::vector<std::string> steps_;  // to the place of the error, innermost first
};

}  // namespace trestle::schema

#endif  // TRESTLE_INTEGRATION_SCHEMA_WRITER_H_
