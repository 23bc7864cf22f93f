// SPDX-License-Identifier: Apache-2.0
#ifndef TRESTLE_HELPERS_OVM3_BRIDGE_BACKEND_H_
#define TRESTLE_HELPERS_OVM3_BRIDGE_BACKEND_H_

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "helpers/ovm3/network_map.h"
#include "helpers/ovm3/vm_spec.h"
#include "objects/core/call_context.h"
#include "objects/core/result.h"
#include "objects/ovm3/agent.h"

namespace trestle::ovm3 {

/// What makes and removes bridges on a host: the agent's scripts for Linux bridges, or the calls of
/// our module where the host runs Open vSwitch, whose bridges the agent's own calls do not manage.
/// Thread-safe as its Agent is.
class BridgeBackend {
 public:
  BridgeBackend() = default;
  BridgeBackend(const BridgeBackend&) = delete;
  BridgeBackend& operator=(const BridgeBackend&) = delete;
  virtual ~BridgeBackend() = default;

  /// "Linux bridge", "Open vSwitch".
  [[nodiscard]] virtual std::string_view name() const = 0;

  /// A bridge for each NIC, in their order; those that would be made have `exists` false. An empty
  /// label is the bridge that bears `address`. Changes nothing. Errors: as plan_bridge.
  [[nodiscard]] virtual Result<std::vector<BridgePlan>> plan(const CallContext& ctx,
                                                             const std::vector<NicSpec>& nics,
                                                             const std::string& address) const = 0;

  /// What is wrong with each label, in their order; empty texts for those that lead somewhere.
  /// Changes nothing. Errors: those of asking.
  [[nodiscard]] virtual Result<std::vector<std::string>> check(
      const CallContext& ctx, const std::vector<std::string>& labels) const = 0;

  /// As ensure_bridge.
  [[nodiscard]] virtual Result<bool> make(const CallContext& ctx, const BridgePlan& plan) const = 0;

  /// Takes away a bridge and the VLAN below it; one that is not there is done. Errors: kAborted
  /// while a guest uses it.
  [[nodiscard]] virtual Result<void> remove(const CallContext& ctx,
                                            const std::string& bridge) const = 0;
};

/// Bridges that the agent's own calls manage.
[[nodiscard]] std::unique_ptr<BridgeBackend> linux_bridges(const Agent& agent);
/// Bridges of Open vSwitch, through our module.
[[nodiscard]] std::unique_ptr<BridgeBackend> vswitch_bridges(const Agent& agent);

/// The one that this host needs, by its bridge type; a host without our module has Linux bridges.
[[nodiscard]] Result<std::unique_ptr<BridgeBackend>> bridge_backend(const CallContext& ctx,
                                                                    const Agent& agent);

}  // namespace trestle::ovm3

#endif  // TRESTLE_HELPERS_OVM3_BRIDGE_BACKEND_H_
