// SPDX-License-Identifier: Apache-2.0
#ifndef TRESTLE_TOOLS_SIMULATOR_ARGUMENTS_H_
#define TRESTLE_TOOLS_SIMULATOR_ARGUMENTS_H_

// Bodies of the templates of services.h, which is the header to include.

#include <algorithm>
#include <string>
#include <tuple>
#include <vector>

#include "tools/simulator/services.h"

namespace trestle::simulator {

template <>
struct Argument<Value> {
  static constexpr std::string_view kWanted = "a value";
  static std::optional<Value> read(const Value& v) { return v; }
};
template <>
struct Argument<std::string> {
  static constexpr std::string_view kWanted = "a string";
  static std::optional<std::string> read(const Value& v) {
    const auto* text = v.get_if<std::string>();
    return text ? std::optional(*text) : std::nullopt;
  }
};
template <>
struct Argument<ovm3::api::XmlText> {
  static constexpr std::string_view kWanted = "a string";
  static std::optional<ovm3::api::XmlText> read(const Value& v) {
    const auto* text = v.get_if<std::string>();
    return text ? std::optional(ovm3::api::XmlText{*text}) : std::nullopt;
  }
};
template <>
struct Argument<bool> {
  static constexpr std::string_view kWanted = "a boolean";
  static std::optional<bool> read(const Value& v) {
    if (const auto* number = v.get_if<std::int64_t>()) return *number != 0;  // as Python's bool()
    const auto* flag = v.get_if<bool>();
    return flag ? std::optional(*flag) : std::nullopt;
  }
};
template <>
struct Argument<std::int64_t> {
  static constexpr std::string_view kWanted = "an integer";
  static std::optional<std::int64_t> read(const Value& v) {
    const auto* number = v.get_if<std::int64_t>();
    return number ? std::optional(*number) : std::nullopt;
  }
};
template <>
struct Argument<Struct> {
  static constexpr std::string_view kWanted = "a dictionary";
  static std::optional<Struct> read(const Value& v) {
    const auto* members = v.get_if<Struct>();
    return members ? std::optional(*members) : std::nullopt;
  }
};
template <>
struct Argument<Array> {
  static constexpr std::string_view kWanted = "a list";
  static std::optional<Array> read(const Value& v) {
    const auto* items = v.get_if<Array>();
    return items ? std::optional(*items) : std::nullopt;
  }
};
template <>
struct Argument<std::vector<std::string>> {
  static constexpr std::string_view kWanted = "a list of strings";
  static std::optional<std::vector<std::string>> read(const Value& v) {
    const auto* items = v.get_if<Array>();
    if (items == nullptr) return std::nullopt;
    std::vector<std::string> texts;
    for (const Value& item : *items) {
      const auto* text = item.get_if<std::string>();
      if (text == nullptr) return std::nullopt;
      texts.push_back(*text);
    }
    return texts;
  }
};
template <class Tag>
struct Argument<Id<Tag>> {
  static constexpr std::string_view kWanted = "a plain name or identifier";
  static std::optional<Id<Tag>> read(const Value& v) {
    const auto* text = v.get_if<std::string>();
    if (text == nullptr) return std::nullopt;
    auto id = Id<Tag>::from_name(*text);
    return id ? std::optional(*std::move(id)) : std::nullopt;
  }
};

namespace detail {

template <class T>
struct Position {
  static constexpr std::size_t kLeast = 1;
  static constexpr bool kRest = false;
  static Try<T> read(const Call& call, std::size_t index) {
    if (index >= call.args.size()) {
      return tl::unexpected(wrong_argument_count(call.service, index + 1, index + 1, index));
    }
    if (auto v = Argument<T>::read(call.args[index])) return *std::move(v);
    return tl::unexpected(wrong_argument_type(call.service, index, Argument<T>::kWanted));
  }
};
template <class T>
struct Position<std::optional<T>> {
  static constexpr std::size_t kLeast = 0;
  static constexpr bool kRest = false;
  static Try<std::optional<T>> read(const Call& call, std::size_t index) {
    if (index >= call.args.size()) return std::optional<T>();
    if (auto v = Argument<T>::read(call.args[index])) return v;
    return tl::unexpected(wrong_argument_type(call.service, index, Argument<T>::kWanted));
  }
};
template <class T>
struct Position<ovm3::api::Rest<T>> {
  static constexpr std::size_t kLeast = 0;
  static constexpr bool kRest = true;
  static Try<ovm3::api::Rest<T>> read(const Call& call, std::size_t index) {
    ovm3::api::Rest<T> rest;
    for (std::size_t i = index; i < call.args.size(); ++i) {
      auto v = Argument<T>::read(call.args[i]);
      if (!v) return tl::unexpected(wrong_argument_type(call.service, i, Argument<T>::kWanted));
      rest.items.push_back(*std::move(v));
    }
    return rest;
  }
};

template <class T>
const Fault* first_fault(const Try<T>& read) {
  return read ? nullptr : &read.error();
}

}  // namespace detail

template <class... A, class F, std::size_t... I>
Handler Services::typed(F handler, std::index_sequence<I...> /*positions*/) {
  return [handler = std::move(handler)](const Call& call) -> Answer {
    constexpr std::size_t kLeast = (std::size_t{0} + ... + detail::Position<A>::kLeast);
    constexpr bool kRest = (false || ... || detail::Position<A>::kRest);
    const std::size_t given = call.args.size();
    if (given < kLeast || (!kRest && given > sizeof...(A))) {
      return wrong_argument_count(call.service, kLeast, sizeof...(A), given);
    }
    [[maybe_unused]] auto read = std::make_tuple(detail::Position<A>::read(call, I)...);
    const Fault* fault = nullptr;
    ((fault = fault ? fault : detail::first_fault(std::get<I>(read))), ...);
    if (fault != nullptr) return *fault;
    return handler(call, *std::move(std::get<I>(read))...);
  };
}

}  // namespace trestle::simulator

#endif  // TRESTLE_TOOLS_SIMULATOR_ARGUMENTS_H_
