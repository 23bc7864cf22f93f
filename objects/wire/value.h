// SPDX-License-Identifier: Apache-2.0
#ifndef TRESTLE_OBJECTS_WIRE_VALUE_H_
#define TRESTLE_OBJECTS_WIRE_VALUE_H_

#include <concepts>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

namespace trestle {

struct Nil {
  friend bool operator==(const Nil&, const Nil&) = default;
};

/// Raw bytes that travel as base64.
struct Base64 {
  std::string bytes;
  friend bool operator==(const Base64&, const Base64&) = default;
};

/// A dateTime.iso8601 text as it came, e.g. "20141020T19:46:48". XML-RPC names no time zone, so it
/// is kept as a text and never converted here.
struct DateTime {
  std::string text;
  friend bool operator==(const DateTime&, const DateTime&) = default;
};

class Value;
struct Member;
using Array = std::vector<Value>;
/// Members in the order of the wire (a Python dictionary has none, so order carries no meaning).
using Struct = std::vector<Member>;

/// One XML-RPC value that owns its parts: what calls are made of. Replies are read through
/// ValueView, which copies nothing. Integers are 64 bits wide; the writer picks `int` or `i8`.
class Value {
 public:
  using Variant =
      std::variant<Nil, bool, std::int64_t, double, std::string, Base64, DateTime, Array, Struct>;

  // NOLINTBEGIN(google-explicit-constructor): a literal in a call reads as its value
  Value();
  Value(Nil nil);
  Value(bool v);
  template <std::integral T>
  requires(!std::same_as<T, bool> && !std::same_as<T, char> &&
           (sizeof(T) < sizeof(std::int64_t) || std::signed_integral<T>)) Value(T v)
      : Value(InPlace{}, static_cast<std::int64_t>(v)) {}
  Value(double v);
  Value(const char* v);
  Value(std::string_view v);
  Value(std::string v);
  Value(Base64 v);
  Value(DateTime v);
  Value(Array v);
  Value(Struct v);
  // NOLINTEND(google-explicit-constructor)
  Value(const Value& other);
  Value(Value&& other) noexcept;
  Value& operator=(const Value& other);
  Value& operator=(Value&& other) noexcept;
  ~Value();

  /// The content if it is a T (one of Variant's types), else null.
  template <class T>
  [[nodiscard]] const T* get_if() const;
  [[nodiscard]] bool is_nil() const;
  [[nodiscard]] const Variant& variant() const { return data_; }
  /// The member of that name if this is a struct that has it, else null.
  [[nodiscard]] const Value* find(std::string_view name) const;

  friend bool operator==(const Value& a, const Value& b);

 private:
  struct InPlace {};
  Value(InPlace tag, std::int64_t v);
  Variant data_;
};

struct Member {
  std::string name;
  Value value;
  friend bool operator==(const Member&, const Member&) = default;
};

// Out of the class, because Array and Struct need a complete Value and Member.
inline Value::Value() = default;
inline Value::Value(Nil /*nil*/) {}
inline Value::Value(bool v) : data_(v) {}
inline Value::Value(InPlace /*tag*/, std::int64_t v) : data_(v) {}
inline Value::Value(double v) : data_(v) {}
inline Value::Value(const char* v) : data_(std::string(v)) {}
inline Value::Value(std::string_view v) : data_(std::string(v)) {}
inline Value::Value(std::string v) : data_(std::move(v)) {}
inline Value::Value(Base64 v) : data_(std::move(v)) {}
inline Value::Value(DateTime v) : data_(std::move(v)) {}
inline Value::Value(Array v) : data_(std::move(v)) {}
inline Value::Value(Struct v) : data_(std::move(v)) {}
inline Value::Value(const Value& other) = default;
inline Value::Value(Value&& other) noexcept = default;
inline Value& Value::operator=(const Value& other) = default;
inline Value& Value::operator=(Value&& other) noexcept = default;
inline Value::~Value() = default;

template <class T>
const T* Value::get_if() const {
  return std::get_if<T>(&data_);
}
inline bool Value::is_nil() const { return std::holds_alternative<Nil>(data_); }
inline bool operator==(const Value& a, const Value& b) { return a.data_ == b.data_; }
inline const Value* Value::find(std::string_view name) const {
  if (const auto* members = get_if<Struct>()) {
    for (const Member& member : *members) {
      if (member.name == name) return &member.value;
    }
  }
  return nullptr;
}

}  // namespace trestle

#endif  // TRESTLE_OBJECTS_WIRE_VALUE_H_
