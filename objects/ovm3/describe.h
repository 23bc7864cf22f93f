// SPDX-License-Identifier: Apache-2.0
#ifndef TRESTLE_OBJECTS_OVM3_DESCRIBE_H_
#define TRESTLE_OBJECTS_OVM3_DESCRIBE_H_

#include <chrono>
#include <concepts>
#include <cstdint>
#include <limits>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "objects/core/ids.h"
#include "objects/core/units.h"
#include "objects/wire/value.h"

/// `describe(x)` gives the Value tree that `--json` prints: what is absent is nil, units are plain
/// numbers whose key names the unit, identities are the text they came as. Each type has its own
/// `describe` beside it; these are the ones for the parts they are made of.
namespace trestle::ovm3 {

inline Value describe(const std::string& text) { return text; }
inline Value describe(const Value& value) { return value; }

template <std::integral T>
Value describe(T number) {
  if constexpr (std::same_as<T, bool> || std::signed_integral<T>) {
    return Value(number);
  } else {
    // A number that no i8 can carry stays exact as a text.
    constexpr auto kMost = static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max());
    if (std::uint64_t{number} > kMost) return std::to_string(number);
    return static_cast<std::int64_t>(number);
  }
}
template <std::floating_point T>
Value describe(T number) {
  return Value(static_cast<double>(number));
}

inline Value describe(Bytes bytes) { return describe(bytes.count); }
inline Value describe(MiB size) { return describe(size.count); }
inline Value describe(KiloHertz rate) { return describe(rate.count); }
inline Value describe(Pages pages) { return describe(pages.count); }
inline Value describe(std::chrono::seconds span) { return describe(std::int64_t{span.count()}); }
/// Seconds since 1970.
inline Value describe(std::chrono::sys_seconds when) { return describe(when.time_since_epoch()); }

template <class Tag>
Value describe(const Id<Tag>& id) {
  return id.text();
}

template <class T>
Value describe(const std::optional<T>& maybe);
template <class T>
Value describe(const std::vector<T>& items);
template <class T, class Less>
Value describe(const std::map<std::string, T, Less>& entries);

template <class T>
Value describe(const std::optional<T>& maybe) {
  if (!maybe) return Nil{};
  return describe(*maybe);
}

template <class T>
Value describe(const std::vector<T>& items) {
  Array all;
  all.reserve(items.size());
  for (const T& item : items) all.push_back(describe(item));
  return all;
}

template <class T, class Less>
Value describe(const std::map<std::string, T, Less>& entries) {
  Struct all;
  for (const auto& [name, value] : entries) all.push_back({name, describe(value)});
  return all;
}

}  // namespace trestle::ovm3

#endif  // TRESTLE_OBJECTS_OVM3_DESCRIBE_H_
