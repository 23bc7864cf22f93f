// SPDX-License-Identifier: Apache-2.0
#ifndef TRESTLE_INTEGRATION_OVM3_ROUTER_DEPLOYER_H_
#define TRESTLE_INTEGRATION_OVM3_ROUTER_DEPLOYER_H_

#include <span>
#include <string>
#include <string_view>
#include <utility>

#include "helpers/ovm3/router_vm.h"
#include "integration/contracts/virtual_router_deployer.h"
#include "integration/ovm3/router_items.h"
#include "integration/schema/values.h"
#include "objects/ovm3/agent.h"

namespace trestle::ovm3 {

/// The router that a network command is for.
struct RouterAccess {
  std::string name = {};  ///< "r-4-VM"
  std::string ip = {};    ///< link-local
};
/// Out of the command's access details. Errors: kInvalidArgument naming what is missing.
[[nodiscard]] Result<RouterAccess> router_access(const schema::Object& command);

/// The way into router VMs of one host, through our module there. Holds nothing; the order of calls
/// for one router is that of the commands, which wait for each other (Order::kRouter).
class RouterDeployer final : public contracts::VirtualRouterDeployer {
 public:
  explicit RouterDeployer(Agent agent) : agent_(agent) {}

  [[nodiscard]] Result<contracts::ScriptResult> run_script(
      const CallContext& ctx, std::string_view router_ip, std::string_view script,
      std::span<const std::string> arguments) override;
  [[nodiscard]] Result<void> create_file(const CallContext& ctx, std::string_view router_ip,
                                         std::string_view folder, std::string_view name,
                                         std::string_view content) override;

  /// Whether the router has the NICs that the command means. Makes nothing, so that there is
  /// nothing to clean up.
  [[nodiscard]] Result<void> prepare(const CallContext& ctx,
                                     const schema::Object& command) override;
  [[nodiscard]] Result<void> clean_up(const CallContext& ctx,
                                      const schema::Object& command) override;

  /// What the command is for its router, with the numbers of its NICs looked up there. Errors:
  /// those of router_items, of router_access and of nic_numbers.
  [[nodiscard]] Result<std::vector<RouterItem>> items(const CallContext& ctx,
                                                      const schema::Object& command);
  /// Carries one item out. A script that fails is no error here.
  [[nodiscard]] Result<contracts::ScriptResult> apply(const CallContext& ctx,
                                                      const std::string& router_ip,
                                                      const RouterItem& item);

 private:
  Agent agent_;
};

}  // namespace trestle::ovm3

#endif  // TRESTLE_INTEGRATION_OVM3_ROUTER_DEPLOYER_H_
