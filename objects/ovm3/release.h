// SPDX-License-Identifier: Apache-2.0
#ifndef TRESTLE_OBJECTS_OVM3_RELEASE_H_
#define TRESTLE_OBJECTS_OVM3_RELEASE_H_

#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace trestle::ovm3 {

/// The release of a server that decides which form of a call it wants: the text of OVM_Version
/// before the second dot, so "3.2.1-517" is 3.2.
struct Release {
  std::uint32_t line = 0;    ///< 3 for Oracle VM Server 3.x
  std::uint32_t update = 0;  ///< 2, 3 or 4
  friend auto operator<=>(const Release&, const Release&) = default;

  /// Absent if the text does not begin with two numbers and a dot between them.
  static std::optional<Release> parse(std::string_view ovm_version);
};

inline constexpr Release kRelease32{3, 2};
inline constexpr Release kRelease33{3, 3};
inline constexpr Release kRelease34{3, 4};

/// "3.2".
[[nodiscard]] std::string to_string(const Release& release);

}  // namespace trestle::ovm3

#endif  // TRESTLE_OBJECTS_OVM3_RELEASE_H_
