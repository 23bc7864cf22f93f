// SPDX-License-Identifier: Apache-2.0
#ifndef TRESTLE_INTEGRATION_SCHEMA_CODERS_H_
#define TRESTLE_INTEGRATION_SCHEMA_CODERS_H_

#include <concepts>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>

#include "integration/schema/reader.h"
#include "integration/schema/type_info.h"
#include "integration/schema/values.h"
#include "integration/schema/writer.h"
#include "objects/core/secret.h"

/// How single values are read and written. Included through shapes.h.
namespace trestle::schema {

/// Coder<T>::read and write; `present` where T may be absent, `is_empty` where T may be left out.
template <class T>
struct Coder;

template <>
struct Coder<bool> {
  // A null for a primitive changes nothing, as in Java.
  static bool read(Reader& in, bool& into) { return in.take_null() || in.read_bool(into); }
  static bool write(Writer& out, bool value) {
    out.write_bool(value);
    return true;
  }
};

template <std::signed_integral T>
struct Coder<T> {
  static bool read(Reader& in, T& into) {
    std::int64_t number = 0;
    if (in.take_null()) return true;
    if (!in.read_integer(number, static_cast<int>(sizeof(T) * 8))) return false;
    into = static_cast<T>(number);
    return true;
  }
  static bool write(Writer& out, T value) {
    out.write_integer(value);
    return true;
  }
};

template <>
struct Coder<double> {
  static bool read(Reader& in, double& into) { return in.take_null() || in.read_double(into); }
  static bool write(Writer& out, double value) { return out.write_double(value); }
};

template <>
struct Coder<std::string> {
  static bool read(Reader& in, std::string& into) { return in.read_string(into); }
  static bool write(Writer& out, const std::string& value) {
    out.write_string(value);
    return true;
  }
};

template <>
struct Coder<Secret> {
  static bool read(Reader& in, Secret& into) {
    std::string text;
    if (!in.read_string(text)) return false;
    into = Secret(std::move(text));
    return true;
  }
  static bool write(Writer& out, const Secret& value) {
    out.write_string(value.reveal());
    return true;
  }
};

template <>
struct Coder<RawJson> {
  static bool read(Reader& in, RawJson& into) { return in.read_raw(into.text); }
  static bool write(Writer& out, const RawJson& value) {
    out.put(value.text);
    return true;
  }
};

template <NamedEnum E>
struct Coder<E> {
  static bool read(Reader& in, E& into) {
    std::size_t index = 0;
    if (!in.read_enum(names_of(into), index)) return false;
    into = static_cast<E>(index);
    return true;
  }
  static bool write(Writer& out, E value) {
    out.put('"');
    out.put(to_string(value));
    out.put('"');
    return true;
  }
};

template <Described T>
struct Coder<T> {
  static bool read(Reader& in, T& into) { return in.read_members(T::type_info(), &into); }
  static bool write(Writer& out, const T& value) {
    return out.write_members(T::type_info(), &value);
  }
};

}  // namespace trestle::schema

#endif  // TRESTLE_INTEGRATION_SCHEMA_CODERS_H_
