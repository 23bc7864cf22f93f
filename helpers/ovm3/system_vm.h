// SPDX-License-Identifier: Apache-2.0
#ifndef TRESTLE_HELPERS_OVM3_SYSTEM_VM_H_
#define TRESTLE_HELPERS_OVM3_SYSTEM_VM_H_

#include <cstdint>
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

/// What was done about control0, or whatever the bridge is named.
struct ControlLink {
  std::string bridge = std::string(kControlBridge);
  bool made_bridge = false;   ///< it was not there before
  bool lost_address = false;  ///< the bridge was there without its address: the host has rebooted

  [[nodiscard]] bool repaired() const { return made_bridge || lost_address; }
  /// For answers and logs: "bridge control0 was missing and has been made", "" if all was right.
  [[nodiscard]] std::string text() const;
};

/// Makes sure that control0 is there and is what a system VM needs: the bridge survives a reboot of
/// the host, its address and route do not, and other devices may have its route. To be called
/// before every start of a system VM; changes nothing that is right. Errors: those of Network and
/// HostModule, kFailedPrecondition without the module, or for a bridge that leads out of the host.
[[nodiscard]] Result<ControlLink> ensure_control_link(const CallContext& ctx, const Agent& agent,
                                                      const std::string& bridge = "control0");

/// Where system VMs let SSH in.
inline constexpr std::uint16_t kSystemVmPort = 3922;

/// Waits until a system VM that is booting lets SSH in at its link-local address, at most until the
/// context ends. Errors: kDeadlineExceeded that says how long nobody answered and what was seen
/// last; kNotFound as soon as `vm` (its name) runs no more on this host: its guest crashed or ended
/// while booting; kFailedPrecondition without the module. Other calls go on meanwhile; nothing is
/// held (known defect 87).
[[nodiscard]] Result<void> wait_for_system_vm(const CallContext& ctx, const Agent& agent,
                                              const std::string& vm,
                                              const std::string& link_local_ip);

/// Puts the key of system VMs on the host; only root can read it there. Errors: kInvalidArgument if
/// it is no private key; those of HostModule.
[[nodiscard]] Result<void> upload_system_vm_key(const CallContext& ctx, const Agent& agent,
                                                const Secret& key);

/// The same with the public key beside it. Errors: as above; kInvalidArgument if `public_key` is
/// empty or not one line.
[[nodiscard]] Result<void> upload_system_vm_keys(const CallContext& ctx, const Agent& agent,
                                                 const Secret& key, const std::string& public_key);

}  // namespace trestle::ovm3

#endif  // TRESTLE_HELPERS_OVM3_SYSTEM_VM_H_
