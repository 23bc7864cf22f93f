// SPDX-License-Identifier: Apache-2.0
#include "helpers/ovm3/system_vm.h"

#include "objects/ovm3/module.h"
#include "objects/ovm3/network.h"

namespace trestle::ovm3 {

Result<ControlLink> ensure_control_link(const CallContext& ctx, const Agent& agent) {
  const HostModule module(agent);
  // Asked first: a bridge without the module would stay half made.
  TRESTLE_RETURN_IF_ERROR(module.version(ctx));
  const Network network(agent);
  const std::string bridge(kControlBridge);
  TRESTLE_ASSIGN_OR_RETURN(const NetworkInfo there, network.discover(ctx));
  ControlLink link;
  if (there.bridge(bridge) == nullptr) {
    TRESTLE_RETURN_IF_ERROR(network.start_local_bridge(ctx, bridge));
    TRESTLE_RETURN_IF_ERROR(network.wait_for_bridge(ctx, bridge));
    link.made_bridge = true;
  }
  TRESTLE_RETURN_IF_ERROR(
      module.prepare_control_interface(ctx, bridge, std::string(kControlNetwork)));
  return link;
}

Result<void> upload_system_vm_key(const CallContext& ctx, const Agent& agent, const Secret& key) {
  if (key.reveal().find("PRIVATE KEY-----") == std::string::npos) {
    return fail(Code::kInvalidArgument,
                "this is no private key in PEM; system VMs are logged in to with one");
  }
  return HostModule(agent).upload_ssh_key(ctx, std::string(kSystemVmKey), key);
}

Result<void> upload_system_vm_keys(const CallContext& ctx, const Agent& agent, const Secret& key,
                                   const std::string& public_key) {
  const std::size_t end = public_key.find_first_of("\r\n");
  if (public_key.empty() || public_key.find_first_not_of("\r\n", end) != std::string::npos) {
    return fail(Code::kInvalidArgument, "the public key of system VMs is not one line");
  }
  TRESTLE_RETURN_IF_ERROR(upload_system_vm_key(ctx, agent, key));
  return HostModule(agent).upload_ssh_key(ctx, std::string(kSystemVmPublicKey), Secret(public_key));
}

}  // namespace trestle::ovm3
