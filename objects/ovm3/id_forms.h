// SPDX-License-Identifier: Apache-2.0
#ifndef TRESTLE_OBJECTS_OVM3_ID_FORMS_H_
#define TRESTLE_OBJECTS_OVM3_ID_FORMS_H_

#include <string>
#include <string_view>

namespace trestle::ovm3 {

/// The two written forms of a UUID. The agent insists on one of them at some places (structs of
/// the storage plugins, region and name of a cluster); everywhere else an identity goes back as it
/// came. Letters keep their case; a text that is no UUID is given back unchanged.

/// "0004fb0000030000aabbccddeeff0011" as "0004fb00-0003-0000-aabb-ccddeeff0011".
[[nodiscard]] std::string with_dashes(std::string_view uuid);

/// "0004fb00-0003-0000-aabb-ccddeeff0011" as "0004fb0000030000aabbccddeeff0011".
[[nodiscard]] std::string without_dashes(std::string_view uuid);

}  // namespace trestle::ovm3

#endif  // TRESTLE_OBJECTS_OVM3_ID_FORMS_H_
