// SPDX-License-Identifier: Apache-2.0
#ifndef TRESTLE_INTEGRATION_SCHEMA_VALUES_H_
#define TRESTLE_INTEGRATION_SCHEMA_VALUES_H_

#include <concepts>
#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

/// Values that the generated types are made of, beside those of the standard library.
namespace trestle::schema {

struct TypeInfo;

/// A struct generated from the IDL: a plain aggregate with a static `type_info()` that describes
/// it.
template <class T>
concept Described = requires {
  { T::type_info() } -> std::same_as<const TypeInfo&>;
};

/// True if all members are equal.
[[nodiscard]] bool equal_members(const TypeInfo& type, const void* a, const void* b);

template <Described T>
[[nodiscard]] bool operator==(const T& a, const T& b) {
  return equal_members(T::type_info(), &a, &b);
}

/// A map whose keys keep the order in which they came, as the bytes on the wire need it. Lookup is
/// linear: the maps of this protocol have a handful of keys. A value; not thread-safe.
template <class V>
class OrderedMap {
 public:
  using Entry = std::pair<std::string, V>;

  OrderedMap() = default;
  OrderedMap(std::initializer_list<Entry> entries) : entries_(entries) {}

  /// The value of a key, nullptr if there is none.
  [[nodiscard]] const V* find(std::string_view key) const {
    for (const Entry& entry : entries_) {
      if (entry.first == key) return &entry.second;
    }
    return nullptr;
  }
  /// Replaces the value of a key in its place, or adds the key at the end.
  void set(std::string_view key, V value) {
    for (Entry& entry : entries_) {
      if (entry.first == key) {
        entry.second = std::move(value);
        return;
      }
    }
    entries_.emplace_back(std::string(key), std::move(value));
  }
  /// Adds a key that is known not to be there.
  V& append(std::string key) { return entries_.emplace_back(std::move(key), V{}).second; }
  void drop_last() { entries_.pop_back(); }

  [[nodiscard]] std::size_t size() const { return entries_.size(); }
  [[nodiscard]] bool empty() const { return entries_.empty(); }
  [[nodiscard]] auto begin() const { return entries_.begin(); }
  [[nodiscard]] auto end() const { return entries_.end(); }

  friend bool operator==(const OrderedMap& a, const OrderedMap& b) {
    return a.entries_ == b.entries_;
  }

 private:
  std::vector<Entry> entries_;
};

using StringMap = OrderedMap<std::string>;

/// Any JSON value, kept as the text it came as. Whoever makes one answers for its being JSON: the
/// writer puts it out as it is.
struct RawJson {
  std::string text = "null";
  friend bool operator==(const RawJson& a, const RawJson& b) { return a.text == b.text; }
};

/// A value of any generated type, with its type. Copies share the value, which never changes.
/// Thread-safe as every constant is.
class Object {
 public:
  template <Described T>
  explicit Object(T value)
      : type_(&T::type_info()), value_(std::make_shared<const T>(std::move(value))) {}
  /// Takes a value that `type` made (TypeInfo::make).
  Object(const TypeInfo& type, std::shared_ptr<const void> value)
      : type_(&type), value_(std::move(value)) {}

  [[nodiscard]] const TypeInfo& type() const { return *type_; }
  [[nodiscard]] const void* address() const { return value_.get(); }
  /// The value if it is exactly a T, else nullptr. Lives as long as any copy of this object.
  template <Described T>
  [[nodiscard]] const T* as() const {
    return type_ == &T::type_info() ? static_cast<const T*>(value_.get()) : nullptr;
  }

  friend bool operator==(const Object& a, const Object& b) {
    return a.type_ == b.type_ && equal_members(*a.type_, a.address(), b.address());
  }

 private:
  const TypeInfo* type_;
  std::shared_ptr<const void> value_;
};

/// A T or none, like std::optional, for a T that holds itself. The value is shared and never
/// changes.
template <class T>
class Held {
 public:
  Held() = default;
  Held(T value)  // NOLINT(google-explicit-constructor): as std::optional
      : value_(std::make_shared<const T>(std::move(value))) {}

  [[nodiscard]] bool has_value() const { return value_ != nullptr; }
  [[nodiscard]] const T& operator*() const { return *value_; }
  [[nodiscard]] const T* operator->() const { return value_.get(); }

  friend bool operator==(const Held& a, const Held& b) {
    return a.has_value() == b.has_value() && (!a.has_value() || *a == *b);
  }

 private:
  std::shared_ptr<const T> value_;
};

/// A value of one of several types, or none: what the IDL calls a union and Java an interface. On
/// the wire it carries the name of its class. The value is shared and never changes.
template <class... Ts>
class OneOf {
 public:
  OneOf() = default;
  template <class T>
  requires(std::same_as<T, Ts> || ...) OneOf(T value)  // NOLINT(google-explicit-constructor)
      : object_(Object(std::move(value))) {
  }  // implicit, as that of std::variant: a value of any of the types is one of these

  [[nodiscard]] bool has_value() const { return object_.has_value(); }
  /// The value if it is a T, else nullptr.
  template <class T>
  requires(std::same_as<T, Ts> || ...) [[nodiscard]] const T* as() const {
    return object_ ? object_->template as<T>() : nullptr;
  }
  [[nodiscard]] const std::optional<Object>& object() const { return object_; }

  /// For the reader, which has looked at the type.
  void take(std::optional<Object> object) { object_ = std::move(object); }

  friend bool operator==(const OneOf& a, const OneOf& b) { return a.object_ == b.object_; }

 private:
  std::optional<Object> object_;
};

}  // namespace trestle::schema

#endif  // TRESTLE_INTEGRATION_SCHEMA_VALUES_H_
