// SPDX-License-Identifier: Apache-2.0
#ifndef TRESTLE_TESTS_SUPPORT_VALUE_JSON_H_
#define TRESTLE_TESTS_SUPPORT_VALUE_JSON_H_

#include <nlohmann/json.hpp>
#include <string>
#include <string_view>
#include <type_traits>
#include <variant>

#include "objects/wire/value.h"

namespace trestle::testing {

/// A Value as JSON, for golden files: nil is null, raw bytes as hexadecimal digits.
inline nlohmann::ordered_json to_json(const Value& value) {
  using Json = nlohmann::ordered_json;
  return std::visit(
      [](const auto& content) -> Json {
        using T = std::decay_t<decltype(content)>;
        if constexpr (std::is_same_v<T, Nil>) {
          return nullptr;
        } else if constexpr (std::is_same_v<T, Base64>) {
          constexpr std::string_view kDigits = "0123456789abcdef";
          std::string digits;
          for (const char c : content.bytes) {
            const auto byte = static_cast<unsigned char>(c);
            digits += kDigits[byte >> 4U];
            digits += kDigits[byte & 0xFU];
          }
          return Json{{"$bytes", digits}};
        } else if constexpr (std::is_same_v<T, DateTime>) {
          return Json{{"$dateTime", content.text}};
        } else if constexpr (std::is_same_v<T, Array>) {
          Json all = Json::array();
          for (const Value& item : content) all.push_back(to_json(item));
          return all;
        } else if constexpr (std::is_same_v<T, Struct>) {
          Json all = Json::object();
          for (const Member& member : content) all[member.name] = to_json(member.value);
          return all;
        } else {
          return content;
        }
      },
      value.variant());
}

}  // namespace trestle::testing

#endif  // TRESTLE_TESTS_SUPPORT_VALUE_JSON_H_
