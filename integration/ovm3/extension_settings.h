// SPDX-License-Identifier: Apache-2.0
#ifndef TRESTLE_INTEGRATION_OVM3_EXTENSION_SETTINGS_H_
#define TRESTLE_INTEGRATION_OVM3_EXTENSION_SETTINGS_H_

#include <chrono>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "helpers/ovm3/hosted_vm.h"
#include "helpers/ovm3/vm_spec.h"
#include "integration/ovm3/extension.h"
#include "objects/core/ids.h"
#include "objects/core/result.h"
#include "objects/wire/endpoint.h"
#include "objects/wire/tls_policy.h"

/// Details made into settings. Pure.
namespace trestle::ovm3 {

/// Who may set a detail. Users can set those of a VM at deployment, so nothing that reaches beyond
/// the VM is taken from there.
enum class DetailLevel : std::uint8_t {
  kAdmin,  ///< host, then cluster (resourcemap), then extension
  kUser,   ///< the VM (template, offering, deployment), then as kAdmin
};

/// A detail that the program knows: what the guide's reference and `--details` print.
struct DetailRow {
  std::string_view name;
  DetailLevel level;
  std::string_view otherwise;  ///< what holds without it; "needed" if nothing does
  std::string_view what;
};
[[nodiscard]] const std::vector<DetailRow>& detail_rows();

/// The value of a known detail at the first level that has it and not blank.
[[nodiscard]] std::optional<std::string> detail(const ExtensionRequest& request,
                                                std::string_view name);

/// Where the agent is and how it is trusted.
struct AgentSettings {
  Endpoint endpoint;
  Secret password;
  std::optional<TlsPolicy> tls;
};
/// Errors: kInvalidArgument that names the details that are missing and how to set them.
[[nodiscard]] Result<AgentSettings> agent_settings(const ExtensionRequest& request);

[[nodiscard]] Result<RepositoryId> repository_setting(const ExtensionRequest& request);
[[nodiscard]] Result<bool> flag_setting(const ExtensionRequest& request, std::string_view name,
                                        bool otherwise);
/// Time for a guest to shut down, stop_patience_seconds.
[[nodiscard]] Result<std::chrono::seconds> patience_setting(const ExtensionRequest& request);

/// The VM of the request. Errors: kInvalidArgument if there is none.
[[nodiscard]] Result<VmName> vm_name_of(const ExtensionRequest& request);
/// The NICs in the order of their device ids.
[[nodiscard]] Result<std::vector<NicSpec>> nics_of(const ExtensionRequest& request);
/// Memory and vCPUs, where the request has them.
[[nodiscard]] Result<MiB> memory_of(const ExtensionRequest& request);
/// All of it.
[[nodiscard]] Result<VmSpec> spec_of(const ExtensionRequest& request);

/// A size in GiB out of a text. Errors: kInvalidArgument.
[[nodiscard]] Result<Bytes> gibibytes(std::string_view name, const std::string& text);

}  // namespace trestle::ovm3

#endif  // TRESTLE_INTEGRATION_OVM3_EXTENSION_SETTINGS_H_
