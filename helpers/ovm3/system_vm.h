// SPDX-License-Identifier: Apache-2.0
#ifndef TRESTLE_HELPERS_OVM3_SYSTEM_VM_H_
#define TRESTLE_HELPERS_OVM3_SYSTEM_VM_H_

#include <string>
#include <string_view>

#include "objects/core/call_context.h"
#include "objects/core/result.h"
#include "objects/core/secret.h"
#include "objects/ovm3/agent.h"

namespace trestle::ovm3 {

/// The local bridge of link-local addresses, as CloudStack's system VMs expect it (ovm3-agent,
/// networks): dom0 has the first address.
inline constexpr std::string_view kControlBridge = "control0";
inline constexpr std::string_view kControlNetwork = "169.254.0.1/16";
/// Name of the private key in root's SSH folder that logs in to system VMs.
inline constexpr std::string_view kSystemVmKey = "id_rsa.cloud";
inline constexpr std::string_view kSystemVmPublicKey = "id_rsa.pub.cloud";

/// What was done about control0.
struct ControlLink {
  bool made_bridge = false;  ///< it was not there before
};

/// Makes sure that control0 is there and is what a system VM needs: the bridge survives a reboot of
/// the host, its address and route do not, and other devices may have its route. To be called
/// before every start of a system VM; changes nothing that is right. Errors: those of Network and
/// HostModule, kFailedPrecondition without the module.
[[nodiscard]] Result<ControlLink> ensure_control_link(const CallContext& ctx, const Agent& agent);

/// Puts the key of system VMs on the host; only root can read it there. Errors: kInvalidArgument if
/// it is no private key; those of HostModule.
[[nodiscard]] Result<void> upload_system_vm_key(const CallContext& ctx, const Agent& agent,
                                                const Secret& key);

/// The same with the public key beside it. Errors: as above; kInvalidArgument if `public_key` is
/// not one line.
[[nodiscard]] Result<void> upload_system_vm_keys(const CallContext& ctx, const Agent& agent,
                                                 const Secret& key, const std::string& public_key);

}  // namespace trestle::ovm3

#endif  // TRESTLE_HELPERS_OVM3_SYSTEM_VM_H_
