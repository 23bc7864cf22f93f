// SPDX-License-Identifier: Apache-2.0
#ifndef TRESTLE_INTEGRATION_SCHEMA_CONTAINERS_H_
#define TRESTLE_INTEGRATION_SCHEMA_CONTAINERS_H_

#include <algorithm>
#include <array>
#include <cstddef>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "integration/schema/coders.h"

/// How values that may be absent, lists and maps are read and written. Included through shapes.h.
namespace trestle::schema {

template <class T>
struct Coder<std::optional<T>> {
  static bool read(Reader& in, std::optional<T>& into) {
    if (in.take_null()) {
      into.reset();
      return true;
    }
    return Coder<T>::read(in, into.emplace());
  }
  static bool write(Writer& out, const std::optional<T>& value) {
    if (value) return Coder<T>::write(out, *value);
    out.put("null");  // in a list; a member that is absent is not written at all
    return true;
  }
  static bool present(const std::optional<T>& value) { return value.has_value(); }
  static bool is_empty(const std::optional<T>& value) requires requires { value->empty(); }
  { return value->empty(); }
};

template <class T>
struct Coder<Held<T>> {
  static bool read(Reader& in, Held<T>& into) {
    T value{};
    into = {};
    if (in.take_null()) return true;
    if (!Coder<T>::read(in, value)) return false;
    into = Held<T>(std::move(value));
    return true;
  }
  static bool write(Writer& out, const Held<T>& value) { return Coder<T>::write(out, *value); }
  static bool present(const Held<T>& value) { return value.has_value(); }
};

template <class... Ts>
struct Coder<OneOf<Ts...>> {
  static bool read(Reader& in, OneOf<Ts...>& into) {
    std::optional<Object> object;
    const std::array<const TypeInfo*, sizeof...(Ts)> allowed{&Ts::type_info()...};
    if (!in.take_null() && !in.read_one_of(allowed, object)) return false;
    into.take(std::move(object));
    return true;
  }
  static bool write(Writer& out, const OneOf<Ts...>& value) {
    return out.write_tagged(*value.object());
  }
  static bool present(const OneOf<Ts...>& value) { return value.has_value(); }
};

template <class T>
struct Coder<std::vector<T>> {
  static bool read(Reader& in, std::vector<T>& into) {
    if (!in.open('[')) return false;
    into.clear();
    bool first = true;
    while (in.next_item(']', first)) {
      if (!Coder<T>::read(in, into.emplace_back())) return in.step(into.size() - 1);
    }
    return !in.failed();
  }
  static bool write(Writer& out, const std::vector<T>& value) {
    out.put('[');
    for (const T& item : value) {
      if (&item != value.data()) out.put(',');
      if (!Coder<T>::write(out, item)) return false;
    }
    out.put(']');
    return true;
  }
};

/// The key that stands twice, nullptr if none does. Sorting keeps a hostile map cheap.
template <class V>
[[nodiscard]] const std::string* key_twice(const OrderedMap<V>& map) {
  std::vector<const std::string*> keys;
  keys.reserve(map.size());
  for (const auto& [key, value] : map) keys.push_back(&key);
  const auto less = [](const std::string* a, const std::string* b) { return *a < *b; };
  std::sort(keys.begin(), keys.end(), less);
  const auto same = [](const std::string* a, const std::string* b) { return *a == *b; };
  const auto twice = std::adjacent_find(keys.begin(), keys.end(), same);
  return twice == keys.end() ? nullptr : *twice;
}

template <class V>
struct Coder<OrderedMap<V>> {
  static bool read(Reader& in, OrderedMap<V>& into) {
    if (!in.open('{')) return false;
    into = {};
    bool first = true;
    while (in.next_item('}', first)) {
      if (!read_entry(in, into)) return false;
    }
    if (in.failed()) return false;
    if (into.size() < 2) return true;
    const std::string* twice = key_twice(into);
    return twice == nullptr || in.fail_twice(*twice);
  }
  static bool write(Writer& out, const OrderedMap<V>& value) {
    char before = '{';
    for (const auto& [key, item] : value) {
      out.put(before);
      before = ',';
      out.write_string(key);
      out.put(':');
      if (!Coder<V>::write(out, item)) return out.step(key);
    }
    out.put(value.empty() ? "{}" : "}");
    return true;
  }

 private:
  static bool read_entry(Reader& in, OrderedMap<V>& into) {
    const std::size_t begin = in.position();
    std::string key;
    if (!in.read_name(key)) return false;
    in.skip_space();
    // Gson leaves a null in a map out, so it is nothing that could come back.
    if (in.take_null()) return in.ignore_null(key, begin, !into.empty());
    V& value = into.append(std::move(key));
    if (Coder<V>::read(in, value)) return true;
    return in.step((into.end() - 1)->first);
  }
};

}  // namespace trestle::schema

#endif  // TRESTLE_INTEGRATION_SCHEMA_CONTAINERS_H_
