// SPDX-License-Identifier: Apache-2.0
#ifndef TRESTLE_HELPERS_OVM3_ROUTER_VM_H_
#define TRESTLE_HELPERS_OVM3_ROUTER_VM_H_

#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "objects/core/call_context.h"
#include "objects/core/result.h"
#include "objects/core/secret.h"
#include "objects/ovm3/agent.h"
#include "objects/ovm3/module.h"

/// What can be done in a router VM, through our module on its host.
namespace trestle::ovm3 {

/// Where the scripts of system VMs lie.
inline constexpr std::string_view kRouterScripts = "/opt/cloud/bin";
/// Where they look for what they are told.
inline constexpr std::string_view kRouterCache = "/var/cache/cloud";

/// Runs a script of the router (a plain file name) with these arguments, which are data. The script
/// is given the time that the context has and is ended in the router after it (known defect 113).
/// A status that is not zero is a result, with what the script wrote on both of its outputs.
/// Errors: kInvalidArgument for a name with a path in it; kDeadlineExceeded if it had to be ended;
/// kUnavailable if the router does not let us in, naming it; those of HostModule.
[[nodiscard]] Result<CommandResult> run_router_script(const CallContext& ctx, const Agent& agent,
                                                      const std::string& router_ip,
                                                      std::string_view script,
                                                      const std::vector<std::string>& arguments);

/// Writes a file in the router and looks whether all of it is there. The content never enters an
/// error or a log (known defect 115). Errors: as run_router_script; kFailedPrecondition if the file
/// is not what was sent.
[[nodiscard]] Result<void> write_router_file(const CallContext& ctx, const Agent& agent,
                                             const std::string& router_ip,
                                             const std::string& folder, const std::string& name,
                                             const Secret& content);

/// The NICs of a VM by their numbers.
class NicNumbers {
 public:
  NicNumbers() = default;
  NicNumbers(std::string vm, std::vector<std::string> macs)
      : vm_(std::move(vm)), macs_(std::move(macs)) {}

  [[nodiscard]] bool has(std::string_view mac) const;
  /// Errors: kNotFound naming the VM and the MAC address (known defect 114: device 2 was assumed).
  [[nodiscard]] Result<std::int32_t> number(std::string_view mac) const;

 private:
  std::string vm_;
  std::vector<std::string> macs_;  // in the order of the guest's interfaces
};

/// The NICs that a VM of this host has now. Errors: kNotFound if it does not run here; the agent's.
[[nodiscard]] Result<NicNumbers> nic_numbers(const CallContext& ctx, const Agent& agent,
                                             const std::string& vm);

}  // namespace trestle::ovm3

#endif  // TRESTLE_HELPERS_OVM3_ROUTER_VM_H_
