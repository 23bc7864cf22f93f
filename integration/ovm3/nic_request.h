// SPDX-License-Identifier: Apache-2.0
#ifndef TRESTLE_INTEGRATION_OVM3_NIC_REQUEST_H_
#define TRESTLE_INTEGRATION_OVM3_NIC_REQUEST_H_

#include <string>
#include <vector>

#include "helpers/ovm3/nic_places.h"
#include "integration/ovm3/commands/command.h"
#include "integration/ovm3/host_settings.h"
#include "integration/schema/generated/machine_types.h"

/// From the NICs of commands to those of the helpers. Pure.
namespace trestle::ovm3 {

/// The traffic label of a NIC: the one that it names, else the host's for its kind of traffic;
/// empty: the bridge that bears the host's address.
[[nodiscard]] std::string traffic_label(const schema::NicTO& nic, const HostSettings& settings);

/// MAC, label, VLAN and rate. A NIC of control traffic goes to the host's control device. Errors:
/// kUnimplemented for a network that is neither a VLAN nor untagged; kInvalidArgument naming the
/// NIC that has no MAC or no such VLAN.
[[nodiscard]] Result<NicSpec> nic_spec(const schema::NicTO& nic, const HostSettings& settings);

/// The same of all, in the order of their device numbers. Errors: also kInvalidArgument for two
/// NICs of one number or one MAC.
[[nodiscard]] Result<std::vector<NicSpec>> nic_specs(std::vector<schema::NicTO> nics,
                                                     const HostSettings& settings);

/// What nic_places.h needs of a host.
[[nodiscard]] PlaceHost place_host(const Task& task);

}  // namespace trestle::ovm3

#endif  // TRESTLE_INTEGRATION_OVM3_NIC_REQUEST_H_
