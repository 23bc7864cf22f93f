// SPDX-License-Identifier: Apache-2.0
#ifndef TRESTLE_OBJECTS_OVM3_API_WIRE_TYPES_H_
#define TRESTLE_OBJECTS_OVM3_API_WIRE_TYPES_H_

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "objects/core/ids.h"
#include "objects/core/result.h"
#include "objects/wire/reply.h"
#include "objects/wire/value.h"

namespace trestle::ovm3::api {

/// An XML document inside a string reply, e.g. Discover_Server_Result. Parsed by xml_document.h.
struct XmlText {
  std::string text;
  friend bool operator==(const XmlText&, const XmlText&) = default;
};

/// Python varargs at the end of a parameter list: appended one by one, none if empty.
template <class T>
struct Rest {
  std::vector<T> items;
};

/// How a C++ type travels: its name in the catalogue, how it is written, how it is read.
/// Reading is strict in kind and lenient in nothing: handles add leniency where recordings ask.
template <class T>
struct Wire;

namespace detail {
[[nodiscard]] inline tl::unexpected<Error> unexpected_kind(std::string_view wanted, ValueView got) {
  return fail(Code::kBadReply, "the reply is a value of kind " +
                                   std::string(to_string(got.kind())) + " where " +
                                   std::string(wanted) + " is expected");
}
}  // namespace detail

template <>
struct Wire<void> {
  static constexpr std::string_view kName = "nil";
};

template <>
struct Wire<Value> {
  static constexpr std::string_view kName = "any";
  static Value encode(const Value& v) { return v; }
  static Result<Value> decode(ValueView v) { return v.to_value(); }
};

template <>
struct Wire<std::string> {
  static constexpr std::string_view kName = "string";
  static Value encode(const std::string& v) { return v; }
  static Result<std::string> decode(ValueView v) {
    if (const auto text = v.string()) return std::string(*text);
    return detail::unexpected_kind(kName, v);
  }
};

template <>
struct Wire<bool> {
  static constexpr std::string_view kName = "boolean";
  static Value encode(bool v) { return v; }
  static Result<bool> decode(ValueView v) {
    if (const auto flag = v.boolean()) return *flag;
    return detail::unexpected_kind(kName, v);
  }
};

template <>
struct Wire<std::int64_t> {
  static constexpr std::string_view kName = "int";
  static Value encode(std::int64_t v) { return v; }
  static Result<std::int64_t> decode(ValueView v) {
    if (const auto number = v.integer()) return *number;
    return detail::unexpected_kind(kName, v);
  }
};

template <>
struct Wire<XmlText> {
  static constexpr std::string_view kName = "xml_document";
  static Value encode(const XmlText& v) { return v.text; }
  static Result<XmlText> decode(ValueView v) {
    if (const auto text = v.string()) return XmlText{std::string(*text)};
    return detail::unexpected_kind("an XML document in a string", v);
  }
};

template <>
struct Wire<Struct> {
  static constexpr std::string_view kName = "struct";
  static Value encode(const Struct& v) { return v; }
  static Result<Struct> decode(ValueView v) {
    if (v.kind() != Kind::kStruct) return detail::unexpected_kind(kName, v);
    return *v.to_value().get_if<Struct>();
  }
};

template <>
struct Wire<Array> {
  static constexpr std::string_view kName = "array";
  static Value encode(const Array& v) { return v; }
  static Result<Array> decode(ValueView v) {
    if (v.kind() != Kind::kArray) return detail::unexpected_kind(kName, v);
    return *v.to_value().get_if<Array>();
  }
};

template <>
struct Wire<std::vector<std::string>> {
  static constexpr std::string_view kName = "array of string";
  static Value encode(const std::vector<std::string>& v) { return Array(v.begin(), v.end()); }
  static Result<std::vector<std::string>> decode(ValueView v) {
    if (v.kind() != Kind::kArray) return detail::unexpected_kind(kName, v);
    std::vector<std::string> items;
    items.reserve(v.size());
    for (const ValueView item : v) {
      TRESTLE_ASSIGN_OR_RETURN(std::string text, Wire<std::string>::decode(item));
      items.push_back(std::move(text));
    }
    return items;
  }
};

/// A reply that is nil when there is no such thing (list_vm, get_vm_config); else a T.
template <class T>
struct Wire<std::optional<T>> {
  static constexpr std::string_view kName = Wire<T>::kName;
  static Result<std::optional<T>> decode(ValueView v) {
    if (v.kind() == Kind::kNil) return std::optional<T>();
    TRESTLE_ASSIGN_OR_RETURN(T value, Wire<T>::decode(v));
    return std::optional<T>(std::move(value));
  }
};

/// Identities travel as the text they came as.
template <class Tag>
struct Wire<Id<Tag>> {
  static constexpr std::string_view kName = "string";
  static Value encode(const Id<Tag>& v) { return v.text(); }
};

}  // namespace trestle::ovm3::api

#endif  // TRESTLE_OBJECTS_OVM3_API_WIRE_TYPES_H_
