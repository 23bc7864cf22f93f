// SPDX-License-Identifier: Apache-2.0
#ifndef TRESTLE_OBJECTS_OVM3_API_SERVICE_H_
#define TRESTLE_OBJECTS_OVM3_API_SERVICE_H_

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "objects/core/ids.h"
#include "objects/core/result.h"
#include "objects/core/units.h"
#include "objects/wire/reply.h"
#include "objects/wire/transport.h"
#include "objects/wire/value.h"

namespace trestle::ovm3::api {

/// Releases on which a call is proven present. A clear bit means "not known", never "absent";
/// the client calls anyway.
using Versions = std::uint8_t;
inline constexpr Versions k32 = 1;  ///< 3.2.1
inline constexpr Versions k33 = 2;  ///< 3.3.x
inline constexpr Versions k34 = 4;  ///< 3.4.x

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

/// Identities travel as the text they came as.
template <class Tag>
struct Wire<Id<Tag>> {
  static constexpr std::string_view kName = "string";
  static Value encode(const Id<Tag>& v) { return v.text(); }
};

/// One parameter as the rows list it.
struct Parameter {
  std::string_view name;
  std::string_view type;  ///< Wire<T>::kName
  bool optional = false;  ///< may be left off the wire (trailing)
  bool repeated = false;  ///< Python varargs
};

namespace detail {
template <class T>
struct ParameterType {
  using Type = T;
  static constexpr Parameter make(std::string_view name) { return {name, Wire<T>::kName}; }
  static void append(Array& out, const T& v) { out.push_back(Wire<T>::encode(v)); }
};
template <class T>
struct ParameterType<std::optional<T>> {
  static constexpr Parameter make(std::string_view name) {
    return {.name = name, .type = Wire<T>::kName, .optional = true};
  }
  static void append(Array& out, const std::optional<T>& v) {
    if (v) out.push_back(Wire<T>::encode(*v));
  }
};
template <class T>
struct ParameterType<Rest<T>> {
  static constexpr Parameter make(std::string_view name) {
    return {.name = name, .type = Wire<T>::kName, .optional = true, .repeated = true};
  }
  static void append(Array& out, const Rest<T>& v) {
    for (const T& item : v.items) out.push_back(Wire<T>::encode(item));
  }
};
}  // namespace detail

/// One row of the mirror: everything we know of one service of the agent, stated once. The client
/// calls by it, the simulator answers by it, `trestle api list` prints it, a test holds it
/// against the catalogue. R is the reply (void: it carries nothing, a fault is the only failure),
/// A... the arguments in call order; a type that is not proven stays Value.
template <class Signature>
struct Service;

template <class R, class... A>
struct Service<R(A...)> {
  using ReplyType = R;
  std::string_view name;                              ///< verbatim wire name
  std::array<std::string_view, sizeof...(A)> params;  ///< verbatim parameter names
  Versions proven;
  Effect effect;
  std::string_view what;  ///< one sentence, ends with a full stop

  [[nodiscard]] constexpr std::array<Parameter, sizeof...(A)> parameters() const {
    std::size_t i = 0;
    return {detail::ParameterType<A>::make(params[i++])...};
  }
  [[nodiscard]] static constexpr std::string_view reply_type() { return Wire<R>::kName; }

  /// The argument list as it goes on the wire. An optional argument that is left off must not be
  /// followed by one that is given: kInvalidArgument by `Agent::call`'s check.
  [[nodiscard]] static Array arguments(const A&... args) {
    Array out;
    out.reserve(sizeof...(A));
    (detail::ParameterType<A>::append(out, args), ...);
    return out;
  }
};

/// A row without its C++ types, for lists, the simulator and tests.
struct Row {
  std::string_view group;  ///< catalogue group: cluster, common, host, ... or module
  std::string_view name;
  std::vector<Parameter> parameters;
  std::string_view reply;
  Versions proven = 0;
  Effect effect = Effect::kMutates;
  std::string_view what;
};

template <class R, class... A>
[[nodiscard]] Row to_row(std::string_view group, const Service<R(A...)>& service) {
  const auto parameters = service.parameters();
  return {.group = group,
          .name = service.name,
          .parameters = {parameters.begin(), parameters.end()},
          .reply = service.reply_type(),
          .proven = service.proven,
          .effect = service.effect,
          .what = service.what};
}

}  // namespace trestle::ovm3::api

#endif  // TRESTLE_OBJECTS_OVM3_API_SERVICE_H_
