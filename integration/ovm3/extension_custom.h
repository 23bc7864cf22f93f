// SPDX-License-Identifier: Apache-2.0
#ifndef TRESTLE_INTEGRATION_OVM3_EXTENSION_CUSTOM_H_
#define TRESTLE_INTEGRATION_OVM3_EXTENSION_CUSTOM_H_

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "integration/ovm3/extension_session.h"

/// Custom actions: an admin adds them by these names in CloudStack, in any spelling of case,
/// blanks,
/// '-' and '_'.
namespace trestle::ovm3 {

/// "Create Snapshot" and "create_snapshot" are "createsnapshot".
[[nodiscard]] std::string plain_name(std::string_view action);

[[nodiscard]] std::vector<ExtensionAction> disk_actions();
[[nodiscard]] std::vector<ExtensionAction> snapshot_actions();
[[nodiscard]] std::vector<ExtensionAction> fleet_actions();

/// A parameter, or absent if it was not given. Errors of the second form: kInvalidArgument.
[[nodiscard]] std::optional<std::string> parameter(const ExtensionRequest& request,
                                                   std::string_view name);
[[nodiscard]] Result<std::string> needed_parameter(const ExtensionRequest& request,
                                                   std::string_view name);
/// A parameter that is true or false. Errors: kInvalidArgument.
[[nodiscard]] Result<bool> flag_parameter(const ExtensionRequest& request, std::string_view name,
                                          bool otherwise);

/// A VM that is complete, with the repositories it was found in. Errors: kNotFound.
struct VmAndPlace {
  Repositories all;
  HostedVm vm;
};
[[nodiscard]] Result<VmAndPlace> vm_and_place(const Session& session, std::string_view action);

}  // namespace trestle::ovm3

#endif  // TRESTLE_INTEGRATION_OVM3_EXTENSION_CUSTOM_H_
