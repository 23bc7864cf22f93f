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
#include "objects/core/units.h"
#include "objects/ovm3/api/wire_types.h"
#include "objects/wire/transport.h"
#include "objects/wire/value.h"

namespace trestle::ovm3::api {

/// Releases on which a call is proven present. A clear bit means "not known", never "absent";
/// the client calls anyway.
using Versions = std::uint8_t;
inline constexpr Versions k32 = 1;  ///< 3.2.1
inline constexpr Versions k33 = 2;  ///< 3.3.x
inline constexpr Versions k34 = 4;  ///< 3.4.x

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
  static bool given(const T& /*v*/) { return true; }
  static void append(Array& out, const T& v) { out.push_back(Wire<T>::encode(v)); }
};
template <class T>
struct ParameterType<std::optional<T>> {
  static constexpr Parameter make(std::string_view name) {
    return {.name = name, .type = Wire<T>::kName, .optional = true};
  }
  static bool given(const std::optional<T>& v) { return v.has_value(); }
  static void append(Array& out, const std::optional<T>& v) {
    if (v) out.push_back(Wire<T>::encode(*v));
  }
};
template <class T>
struct ParameterType<Rest<T>> {
  static constexpr Parameter make(std::string_view name) {
    return {.name = name, .type = Wire<T>::kName, .optional = true, .repeated = true};
  }
  static bool given(const Rest<T>& v) { return !v.items.empty(); }
  static void append(Array& out, const Rest<T>& v) {
    for (const T& item : v.items) out.push_back(Wire<T>::encode(item));
  }
};
}  // namespace detail

namespace detail {
template <class T>
inline constexpr bool kIsOptional = false;
template <class T>
inline constexpr bool kIsOptional<std::optional<T>> = true;
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
  /// True if nil stands for "there is none" in the reply (R is an optional).
  [[nodiscard]] static constexpr bool reply_may_be_nil() { return detail::kIsOptional<R>; }

  /// True if an optional argument is left off and a later one is given: such a call cannot be
  /// written, since arguments are known by their place alone.
  [[nodiscard]] static bool leaves_gap(const A&... args) {
    bool left_off = false;
    bool gap = false;
    ((detail::ParameterType<A>::given(args) ? gap = gap || left_off : left_off = true), ...);
    return gap;
  }

  /// The argument list as it goes on the wire: optional arguments that are not given are left off,
  /// those of a Rest follow one by one. Only meaningful unless `leaves_gap`.
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
  bool reply_may_be_nil = false;  ///< nil stands for "there is none"
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
          .what = service.what,
          .reply_may_be_nil = service.reply_may_be_nil()};
}

}  // namespace trestle::ovm3::api

#endif  // TRESTLE_OBJECTS_OVM3_API_SERVICE_H_
