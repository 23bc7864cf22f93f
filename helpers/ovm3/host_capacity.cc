// SPDX-License-Identifier: Apache-2.0
#include "helpers/ovm3/host_capacity.h"

#include <algorithm>
#include <array>
#include <optional>
#include <utility>

#include "objects/ovm3/host.h"
#include "objects/ovm3/network.h"

namespace trestle::ovm3 {
namespace {

constexpr std::array kKnownReleases{kRelease32, kRelease33, kRelease34};

/// The capability word of CPUs that run emulated guests (Intel's and AMD's flag).
constexpr std::array<std::string_view, 2> kHvmFlags{"vmx", "svm"};

Error left_out(std::string_view what) {
  return {.code = Code::kBadReply,
          .what = "the host does not tell its " + std::string(what) +
                  "; look at the agent's log on the host"};
}

HostDevice device_of(const std::string& name, const Ipv4Address& ipv4,
                     const std::optional<std::string>& mac) {
  return {.device = name,
          .address = ipv4.address.value_or(""),
          .netmask = ipv4.netmask.value_or(""),
          .mac = mac.value_or("")};
}

/// Bridges first: where a bridge lies over a NIC, it bears the address and guests go through it.
std::vector<HostDevice> devices_of(const NetworkInfo& network) {
  std::vector<HostDevice> all;
  for (const BridgeInfo& bridge : network.bridges) {
    all.push_back(device_of(bridge.name, bridge.ipv4, bridge.mac));
  }
  for (const BondInfo& bond : network.bonds) {
    all.push_back(device_of(bond.name, bond.ipv4, bond.mac));
  }
  for (const NicInfo& nic : network.physical) {
    all.push_back(device_of(nic.name, nic.ipv4, nic.mac));
  }
  return all;
}

std::string listed(const std::vector<HostDevice>& devices) {
  std::string text;
  for (const HostDevice& device : devices) {
    text += (text.empty() ? "" : ", ") + device.device;
    if (!device.address.empty()) text += " (" + device.address + ")";
  }
  return text.empty() ? "none" : text;
}

Result<HostDevice> named_device(const std::vector<HostDevice>& devices, const std::string& name,
                                std::string_view traffic) {
  const auto found = std::ranges::find(devices, name, &HostDevice::device);
  if (found != devices.end()) return *found;
  return fail(Code::kFailedPrecondition, "the device of " + std::string(traffic) + " traffic, '" +
                                             name + "', is not on the host; it has " +
                                             listed(devices) + "; correct the traffic label");
}

std::optional<Bytes> control_domain_memory(const std::vector<VmInfo>& vms) {
  const auto found = std::ranges::find_if(vms, &VmInfo::is_control_domain);
  if (found == vms.end() || !found->memory) return std::nullopt;
  return found->memory->bytes();
}

bool runs_emulated(const HardwareInfo& hardware) {
  return std::ranges::any_of(hardware.cpus, [](const CpuInfo& cpu) {
    return std::ranges::any_of(kHvmFlags, [&](std::string_view flag) {
      return std::ranges::find(cpu.flags, flag) != cpu.flags.end();
    });
  });
}

Result<void> read_who(const ServerInfo& server, HostCapacity& into) {
  if (!server.unique_id) return fail(left_out("unique id"));
  if (!server.release ||
      std::ranges::find(kKnownReleases, *server.release) == kKnownReleases.end()) {
    return fail(Code::kFailedPrecondition,
                "the host runs release '" + server.ovm_version.value_or("unknown") +
                    "' of Oracle VM Server; releases 3.2, 3.3 and 3.4 are known here");
  }
  const std::string version = *server.ovm_version;
  into.unique_id = *server.unique_id;
  into.host_name = server.hostname.value_or("");
  into.release = version.substr(0, version.find('-'));
  into.agent_version = server.agent_version.value_or(version);
  into.pooled = server.pool_id.has_value();
  into.is_master = server.is_current_master.value_or(false);
  return {};
}

Result<void> read_size(const HardwareInfo& hardware, const std::vector<VmInfo>& vms,
                       HostCapacity& into) {
  const auto threads = hardware.threads();
  if (!threads || *threads == 0) return fail(left_out("number of CPUs"));
  if (!hardware.cpu_clock) return fail(left_out("CPU clock"));
  const auto memory = hardware.memory();
  if (!memory) return fail(left_out("memory"));
  const auto control = control_domain_memory(vms);
  if (!control) return fail(left_out("memory of Domain-0"));
  into.cpus = *threads;
  into.sockets = hardware.sockets_per_node.value_or(1) * hardware.nodes.value_or(1);
  into.megahertz = hardware.cpu_clock->megahertz();
  into.memory = *memory;
  into.control_domain_memory = *control;
  into.emulated_guests = runs_emulated(hardware);
  return {};
}

}  // namespace

Result<HostDevice> management_device(const NetworkInfo& network, const CapacityQuery& query,
                                     const std::string& registered) {
  const std::vector<HostDevice> devices = devices_of(network);
  if (!query.management.empty()) return named_device(devices, query.management, "management");
  const std::string& address = query.address.empty() ? registered : query.address;
  const auto found = std::ranges::find(devices, address, &HostDevice::address);
  if (!address.empty() && found != devices.end()) return *found;
  return fail(Code::kFailedPrecondition, "no bridge, bond or NIC of the host bears the address '" +
                                             address + "'; it has " + listed(devices) +
                                             "; set private.network.device to the one to be used");
}

Result<HostCapacity> host_capacity(const ServerInfo& server, const HardwareInfo& hardware,
                                   const NetworkInfo& network, const std::vector<VmInfo>& vms,
                                   const CapacityQuery& query) {
  HostCapacity capacity;
  TRESTLE_RETURN_IF_ERROR(read_who(server, capacity));
  TRESTLE_RETURN_IF_ERROR(read_size(hardware, vms, capacity));
  TRESTLE_ASSIGN_OR_RETURN(capacity.management,
                           management_device(network, query, server.registered_ip.value_or("")));
  capacity.storage = capacity.management;
  if (!query.storage.empty()) {
    TRESTLE_ASSIGN_OR_RETURN(capacity.storage,
                             named_device(devices_of(network), query.storage, "storage"));
  }
  return capacity;
}

Result<HostCapacity> read_host_capacity(const CallContext& ctx, const Agent& agent,
                                        const CapacityQuery& query) {
  const Host host(agent);
  TRESTLE_ASSIGN_OR_RETURN(const ServerInfo server, host.discover(ctx));
  TRESTLE_ASSIGN_OR_RETURN(const HardwareInfo hardware, host.discover_hardware(ctx));
  TRESTLE_ASSIGN_OR_RETURN(const NetworkInfo network, Network(agent).discover(ctx));
  TRESTLE_ASSIGN_OR_RETURN(const std::vector<VmInfo> vms, list_vms(ctx, agent));
  return host_capacity(server, hardware, network, vms, query);
}

}  // namespace trestle::ovm3
