// SPDX-License-Identifier: Apache-2.0
#include "helpers/ovm3/system_vm.h"

#include <algorithm>
#include <chrono>

#include "objects/core/poll.h"
#include "objects/ovm3/module.h"
#include "objects/ovm3/network.h"
#include "objects/ovm3/vm_list.h"

namespace trestle::ovm3 {
namespace {

constexpr std::string_view kControlAddress = "169.254.0.1";
constexpr std::chrono::seconds kKnockPause{1};
/// Of one knock: an address that nobody answers on is silent for as long as it may be.
constexpr std::chrono::seconds kKnockTime{3};

/// One that somebody else starts at the same time is as good.
Result<void> make_control_bridge(const CallContext& ctx, const Network& network,
                                 const std::string& bridge) {
  const auto started = network.start_local_bridge(ctx, bridge);
  if (!started && started.error().code != Code::kAborted &&
      started.error().code != Code::kAlreadyExists) {
    return fail(started.error());
  }
  return network.wait_for_bridge(ctx, bridge);
}

/// One look: empty if it is ready, else why not.
Result<std::string> knock(const CallContext& ctx, const HostModule& module, const std::string& ip) {
  const PortCheck check{.ip = ip, .port = kSystemVmPort, .timeout = kKnockTime};
  const auto open = module.domr_port_answers(ctx, check);
  if (!open && open.error().code == Code::kFailedPrecondition) return fail(open.error());
  if (!open) return open.error().message();
  if (!*open) return std::string("its SSH port is closed");
  const auto login = module.domr_ssh_works(ctx, check);
  if (login && *login) return std::string();
  return "its SSH port is open, but no login works" +
         (login ? std::string() : ": " + login.error().message());
}

/// Whoever has gone will not answer: a domain that crashed is seen at once.
Result<void> check_alive(const CallContext& ctx, const Agent& agent, const std::string& vm) {
  TRESTLE_ASSIGN_OR_RETURN(const auto domains, list_vms(ctx, agent));
  const auto here = std::ranges::find(domains, vm, &VmInfo::name);
  if (here != domains.end() && here->power() != VmState::kCrashed) return {};
  return fail(Code::kNotFound, "system VM " + vm + " ended while it was booting (" +
                                   (here == domains.end() ? "no such domain" : "crashed") +
                                   "); look at its console and its template");
}

}  // namespace

std::string ControlLink::text() const {
  if (made_bridge) return "bridge " + bridge + " was missing and has been made";
  if (lost_address) return "bridge " + bridge + " had lost its address and has it again";
  return "";
}

Result<ControlLink> ensure_control_link(const CallContext& ctx, const Agent& agent,
                                        const std::string& bridge) {
  const HostModule module(agent);
  // Asked first: a bridge without the module would stay half made.
  TRESTLE_RETURN_IF_ERROR(module.version(ctx));
  const Network network(agent);
  TRESTLE_ASSIGN_OR_RETURN(const NetworkInfo there, network.discover(ctx));
  ControlLink link{.bridge = bridge};
  const BridgeInfo* const found = there.bridge(bridge);
  if (found == nullptr) {
    TRESTLE_RETURN_IF_ERROR(make_control_bridge(ctx, network, bridge));
    link.made_bridge = true;
  } else if (!found->local()) {
    return fail(Code::kFailedPrecondition,
                "bridge " + bridge + " leads out of the host through " +
                    found->uplink().value_or("") +
                    "; link-local traffic to system VMs must stay inside, so name another "
                    "control.network.device or take that port away");
  } else {
    link.lost_address = !found->ipv4.address;
  }
  TRESTLE_RETURN_IF_ERROR(
      module.prepare_control_interface(ctx, bridge, std::string(kControlNetwork)));
  if (!link.repaired()) return link;
  // A repair is believed when it is seen.
  TRESTLE_ASSIGN_OR_RETURN(const bool has, module.has_ip(ctx, std::string(kControlAddress)));
  if (!has) {
    return fail(Code::kFailedPrecondition, "bridge " + bridge + " does not bear " +
                                               std::string(kControlAddress) +
                                               " after it was set up; look at the agent's log");
  }
  return link;
}

Result<void> wait_for_system_vm(const CallContext& ctx, const Agent& agent, const std::string& vm,
                                const std::string& link_local_ip) {
  const HostModule module(agent);
  std::string last = "nothing was seen of it";
  const auto begun = ctx.now();
  const auto waited =
      poll(ctx, kKnockPause, "system VM " + vm, [&](const CallContext& inner) -> Result<bool> {
        TRESTLE_ASSIGN_OR_RETURN(last, knock(inner, module, link_local_ip));
        if (last.empty()) return true;
        TRESTLE_RETURN_IF_ERROR(check_alive(inner, agent, vm));
        return false;
      });
  if (waited) return {};
  if (waited.error().code != Code::kDeadlineExceeded) return fail(waited.error());
  const auto seconds = std::chrono::duration_cast<std::chrono::seconds>(ctx.now() - begun);
  return fail(Code::kDeadlineExceeded,
              "system VM " + vm + " runs, but its SSH at " + link_local_ip + ":" +
                  std::to_string(kSystemVmPort) + " did not answer within " +
                  std::to_string(seconds.count()) + " s (" + last +
                  "); look at its console, its boot arguments and control0");
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
  if (public_key.empty() || end == 0 ||
      public_key.find_first_not_of("\r\n", end) != std::string::npos) {
    return fail(Code::kInvalidArgument, "the public key of system VMs is not one line");
  }
  TRESTLE_RETURN_IF_ERROR(upload_system_vm_key(ctx, agent, key));
  return HostModule(agent).upload_ssh_key(ctx, std::string(kSystemVmPublicKey), Secret(public_key));
}

}  // namespace trestle::ovm3
