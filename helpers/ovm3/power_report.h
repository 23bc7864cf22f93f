// SPDX-License-Identifier: Apache-2.0
#ifndef TRESTLE_HELPERS_OVM3_POWER_REPORT_H_
#define TRESTLE_HELPERS_OVM3_POWER_REPORT_H_

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "helpers/ovm3/hosted_vm.h"
#include "objects/core/call_context.h"
#include "objects/core/result.h"
#include "objects/ovm3/agent.h"
#include "objects/ovm3/vm_list.h"

namespace trestle::ovm3 {

/// What is told to an orchestrator about a VM. Only what the host has said counts: a VM that is
/// between two states is on, one that nobody can tell is unknown.
enum class PowerReport : std::uint8_t { kOn, kOff, kUnknown };

/// Of a domain: on unless it has crashed or its flags say nothing. Without a domain: off.
[[nodiscard]] PowerReport power_of(const std::optional<VmInfo>& live);

/// By the orchestrator's names. Pure: `live` is what runs, `folders` what is stored, `host` whose
/// report it is. A stored VM is reported by the host whose marker it bears; one that is being made
/// is unknown. Two VMs of one name are unknown.
[[nodiscard]] std::map<std::string, PowerReport> power_report(
    const std::vector<VmInfo>& live, const std::vector<RepositoryContents>& repositories,
    const std::string& host);

/// The same of a host, in four calls however many VMs there are: all of them or an error.
[[nodiscard]] Result<std::map<std::string, PowerReport>> power_report_of(
    const CallContext& ctx, const Agent& agent, const RepositoryId& repository);

}  // namespace trestle::ovm3

#endif  // TRESTLE_HELPERS_OVM3_POWER_REPORT_H_
