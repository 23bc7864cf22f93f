// SPDX-License-Identifier: Apache-2.0
#ifndef TRESTLE_HELPERS_OVM3_NAME_UUID_H_
#define TRESTLE_HELPERS_OVM3_NAME_UUID_H_

#include <string>
#include <string_view>

#include "objects/core/ids.h"

namespace trestle::ovm3 {

/// A UUID out of a name: version 3 (MD5) without a name space, as java.util.UUID.nameUUIDFromBytes
/// makes it. Lower case, with dashes. No secret and no proof of anything.
[[nodiscard]] std::string name_uuid(std::string_view name);

/// The id of the VM of that instance name ("i-2-3-VM") on the agent, as CloudStack's OVM3 plugin
/// chose it, so that VMs which it made are found again (ovm3-agent, identifiers).
[[nodiscard]] VmId vm_id_of_name(std::string_view name);

}  // namespace trestle::ovm3

#endif  // TRESTLE_HELPERS_OVM3_NAME_UUID_H_
