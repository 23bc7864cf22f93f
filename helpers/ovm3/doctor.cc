// SPDX-License-Identifier: Apache-2.0
#include "helpers/ovm3/doctor.h"

#include <algorithm>
#include <utility>

#include "helpers/ovm3/system_vm.h"

namespace trestle::ovm3 {
namespace {

constexpr std::string_view kLinkLocal = "169.254.0.0";

Finding met(std::string check, std::string found) {
  return {.check = std::move(check), .ok = true, .found = std::move(found), .advice = {}};
}
Finding missing(std::string check, std::string found, std::string advice) {
  return {.check = std::move(check),
          .ok = false,
          .found = std::move(found),
          .advice = std::move(advice)};
}

std::string joined(const std::vector<std::string>& words) {
  std::string text;
  for (const std::string& word : words) text += (text.empty() ? "" : ", ") + word;
  return text.empty() ? "none" : text;
}

Finding agent_answers(const AgentFacts& agent) {
  if (agent.server) return met("agent", "answers");
  return missing("agent", agent.error ? agent.error->message() : "not asked",
                 "start it on the host with 'service ovs-agent start'; give its password in "
                 "TRESTLE_PASSWORD");
}

Finding agent_version(const HostFacts& host, const AgentFacts& agent) {
  const bool told = agent.server && agent.server->release;
  const std::string words = agent.server ? agent.server->agent_version.value_or("unknown")
                                         : host.release.value_or("unknown");
  if (told) return met("agent_version", words);
  return missing("agent_version", words,
                 "Trestle knows the agents of releases 3.2, 3.3 and 3.4; is this one of them?");
}

Finding roles(const AgentFacts& agent) {
  const std::vector<std::string> has =
      agent.server ? agent.server->roles : std::vector<std::string>{};
  const bool both =
      std::ranges::find(has, "xen") != has.end() && std::ranges::find(has, "utility") != has.end();
  if (both) return met("roles", joined(has));
  return missing("roles", joined(has), "give it both: trestle host roles xen utility");
}

Finding module(const HostFacts& host, const AgentFacts& agent) {
  const std::string version = agent.module_version.value_or("");
  if (!version.empty()) return met("module", "version " + version);
  return missing("module",
                 host.installed ? "installed, the agent does not serve it" : "not installed",
                 "put it in: trestle host prepare HOST");
}

bool leads_out(const BridgeFacts& bridge) {
  return bridge.up && std::ranges::any_of(bridge.ports, [](const std::string& port) {
           return !port.starts_with("vif") && !port.starts_with("tap");
         });
}

Finding bridges(const HostFacts& host, const DoctorWishes& wishes) {
  std::vector<std::string> all;
  std::vector<std::string> good;
  for (const BridgeFacts& bridge : host.bridges) {
    all.push_back(bridge.name);
    if (leads_out(bridge)) good.push_back(bridge.name);
  }
  if (wishes.bridges.empty()) {
    if (!good.empty()) return met("bridge", joined(good));
    return missing("bridge", all.empty() ? "none" : joined(all) + ": down or without a NIC",
                   "make one over the bond or NIC that guests shall use: trestle network bridge");
  }
  std::vector<std::string> lacking;
  for (const std::string& name : wishes.bridges) {
    if (std::ranges::find(good, name) == good.end()) {
      const bool there = std::ranges::find(all, name) != all.end();
      lacking.push_back(name + (there ? " (down or without a NIC)" : " (not there)"));
    }
  }
  if (lacking.empty()) return met("bridge", joined(wishes.bridges));
  return missing("bridge", "missing: " + joined(lacking) + "; there are: " + joined(all),
                 "make or repair each of them: trestle network bridge");
}

Finding bonds(const HostFacts& host) {
  std::vector<std::string> good;
  for (const BondFacts& bond : host.bonds) {
    if (bond.up && !bond.slaves.empty()) good.push_back(bond.name);
  }
  if (!good.empty()) return met("bond", joined(good));
  return missing("bond", host.bonds.empty() ? "none" : "without a link or a slave",
                 "the vendor's set-up makes bond0 over the management NIC; restore it");
}

/// 169.254.0.0/16 belongs to control0; the kernel sends what is for system VMs wherever the first
/// such route points.
Finding link_local(const HostFacts& host) {
  std::vector<std::string> devices;
  bool foreign = false;
  for (const RouteFacts& route : host.routes) {
    if (route.destination != kLinkLocal) continue;
    devices.push_back(route.device);
    if (route.device != kControlBridge) foreign = true;
  }
  const bool has_control = std::ranges::any_of(
      host.bridges, [](const BridgeFacts& bridge) { return bridge.name == kControlBridge; });
  const bool routed = std::ranges::find(devices, kControlBridge) != devices.end();
  if (foreign) {
    return missing("link_local_route", "on " + joined(devices),
                   "system VMs cannot be reached while other devices have it: run trestle host "
                   "control, which leaves it to control0 alone");
  }
  if (has_control && !routed) {
    return missing("link_local_route", "control0 is there without its route",
                   "it is lost at reboot: run trestle host control");
  }
  return met("link_local_route",
             devices.empty() ? "none, as long as there is no control0" : "on control0");
}

Finding nozeroconf(const HostFacts& host) {
  const std::string value = host.nozeroconf.value_or("");
  if (!value.empty()) return met("nozeroconf", value);
  return missing(
      "nozeroconf", "not set in /etc/sysconfig/network",
      "without it the host may die when a system VM starts; trestle host prepare sets it");
}

Finding own_name(const HostFacts& host) {
  if (!host.own_address) {
    return missing("own_name", host.own_name + " has no address",
                   "put the host's name and address in its /etc/hosts or in DNS");
  }
  if (host.own_address->starts_with("127.") || *host.own_address == "::1") {
    return missing("own_name", host.own_name + " is " + *host.own_address,
                   "the pool needs its real address: put it before localhost in /etc/hosts");
  }
  return met("own_name", host.own_name + " is " + *host.own_address);
}

Finding clock(const HostFacts& host) {
  const auto off =
      host.clock_ahead < std::chrono::milliseconds::zero() ? -host.clock_ahead : host.clock_ahead;
  const std::string words = std::to_string(off.count()) + " ms " +
                            (host.clock_ahead.count() < 0 ? "behind" : "ahead of") +
                            " this machine";
  if (off <= kMostClockSkew) return met("clock", words);
  return missing("clock", words, "let it follow a time server: trestle host ntp");
}

Finding space(const HostFacts& host) {
  std::vector<std::string> short_of;
  for (const SpaceFacts& place : host.space) {
    if (place.free < kLeastFreeSpace) {
      short_of.push_back(place.path + " has " + std::to_string(place.free.count >> 20U) + " MiB");
    }
  }
  if (host.space.empty()) return missing("free_space", "unknown", "look at the host with df");
  if (short_of.empty()) return met("free_space", "enough");
  return missing("free_space", joined(short_of),
                 "free at least " + std::to_string(kLeastFreeSpace.count >> 20U) +
                     " MiB there; old logs and core dumps are the usual reason");
}

Finding nfs_mounts(const HostFacts& host, const DoctorWishes& wishes) {
  std::vector<std::string> there;
  std::vector<std::string> wrong;
  for (const NfsMountFacts& mount : host.mounts) {
    there.push_back(mount.device);
    if (mount.read_only) wrong.push_back(mount.device + " is read-only");
  }
  for (const std::string& device : wishes.mounts) {
    if (std::ranges::find(there, device) == there.end())
      wrong.push_back(device + " is not mounted");
  }
  if (wrong.empty()) return met("nfs_mounts", joined(there));
  return missing("nfs_mounts", joined(wrong),
                 "look at the export and its rights, then mount it: trestle storage mount");
}

}  // namespace

std::vector<Finding> examine(const HostFacts& host, const AgentFacts& agent,
                             const DoctorWishes& wishes) {
  return {agent_answers(agent),  agent_version(host, agent),
          roles(agent),          module(host, agent),
          bridges(host, wishes), bonds(host),
          link_local(host),      nozeroconf(host),
          own_name(host),        clock(host),
          space(host),           nfs_mounts(host, wishes)};
}

}  // namespace trestle::ovm3
