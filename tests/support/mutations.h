// SPDX-License-Identifier: Apache-2.0
#ifndef TRESTLE_TESTS_SUPPORT_MUTATIONS_H_
#define TRESTLE_TESTS_SUPPORT_MUTATIONS_H_

#include <array>
#include <cstddef>
#include <functional>
#include <string>
#include <string_view>

namespace trestle::testing {

/// The types of values that replies are written with.
inline constexpr std::array<std::string_view, 10> kWireTypes = {
    "int",    "i8",    "boolean", "double", "string", "base64", "dateTime.iso8601",
    "struct", "array", "nil"};

/// Calls `visit` with every variant of `body` in which the type of one value is exchanged for each
/// other type ("<int>4</int>" becomes "<boolean>4</boolean>", and so on), of every value. A long
/// recording has thousands: with `step` n only each n-th variant is made.
inline void for_each_type_swap(std::string_view body, std::size_t step,
                               const std::function<void(const std::string&)>& visit) {
  std::size_t number = 0;
  const auto swap = [&](std::string_view type, std::size_t open, std::size_t close) {
    for (const std::string_view other : kWireTypes) {
      if (other == type || number++ % step != 0) continue;
      std::string variant(body);
      if (close != std::string_view::npos) variant.replace(close, type.size(), other);
      variant.replace(open, type.size(), other);
      visit(variant);
    }
  };
  for (const std::string_view type : kWireTypes) {
    const std::string opening = "<" + std::string(type) + ">";
    const std::string closing = "</" + std::string(type) + ">";
    const std::string empty = "<" + std::string(type) + "/>";
    for (std::size_t at = 0; (at = body.find(opening, at)) != std::string_view::npos; ++at) {
      const std::size_t end = body.find(closing, at);
      if (end != std::string_view::npos) swap(type, at + 1, end + 2);
    }
    for (std::size_t at = 0; (at = body.find(empty, at)) != std::string_view::npos; ++at) {
      swap(type, at + 1, std::string_view::npos);
    }
  }
}

}  // namespace trestle::testing

#endif  // TRESTLE_TESTS_SUPPORT_MUTATIONS_H_
