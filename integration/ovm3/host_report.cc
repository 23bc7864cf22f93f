// SPDX-License-Identifier: Apache-2.0
#include "integration/ovm3/host_report.h"

#include <algorithm>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>

#include "helpers/ovm3/host_capacity.h"
#include "helpers/ovm3/host_guid.h"
#include "integration/ovm3/resource.h"
#include "integration/schema/generated/session.h"
#include "integration/schema/generated/startup.h"
#include "objects/ovm3/vm_list.h"

namespace trestle::ovm3 {
namespace {

using Text = std::optional<std::string>;

Text set(const std::string& text) { return text.empty() ? Text() : Text(text); }

/// What every startup command says of the host.
template <class Startup>
void identify(Startup& startup, const HostSettings& settings, const HostCapacity& capacity) {
  startup.dataCenter = set(settings.zone);
  startup.pod = set(settings.pod);
  startup.cluster = set(settings.cluster);
  startup.guid = settings.guid;
  startup.name = set(settings.name.empty() ? capacity.host_name : settings.name);
  startup.version = capacity.agent_version;
  startup.privateIpAddress = set(capacity.management.address);
  startup.privateNetmask = set(capacity.management.netmask);
  startup.privateMacAddress = set(capacity.management.mac);
  startup.storageIpAddress = set(capacity.storage.address);
  startup.storageNetmask = set(capacity.storage.netmask);
  startup.storageMacAddress = set(capacity.storage.mac);
}

}  // namespace

schema::PowerState wire_state(PowerReport report) {
  switch (report) {
    case PowerReport::kOn:
      return schema::PowerState::PowerOn;
    case PowerReport::kOff:
      return schema::PowerState::PowerOff;
    case PowerReport::kUnknown:
      break;
  }
  return schema::PowerState::PowerUnknown;
}

Result<std::vector<schema::Object>> startup_commands(const CallContext& ctx, ManagedHost& host) {
  HostSettings settings = host.settings();
  TRESTLE_ASSIGN_OR_RETURN(const HostCapacity capacity,
                           read_host_capacity(ctx, host.agent(),
                                              {.address = settings.address,
                                               .management = settings.labels.management,
                                               .storage = settings.labels.storage}));
  if (settings.guid.empty()) {
    // As the discoverer gives it: one host must not have two.
    ServerInfo server;
    server.unique_id = capacity.unique_id;
    TRESTLE_ASSIGN_OR_RETURN(settings.guid, guid_of(server));
  }
  schema::StartupRoutingCommand routing;
  identify(routing, settings, capacity);
  routing.type = schema::HostType::Routing;
  routing.hypervisorType = schema::HypervisorType::Ovm3;
  routing.hypervisorVersion = capacity.release;
  routing.cpus = static_cast<std::int32_t>(capacity.cpus);
  routing.cpuSockets = static_cast<std::int32_t>(capacity.sockets);
  routing.speed = static_cast<std::int64_t>(capacity.megahertz);
  routing.memory = static_cast<std::int64_t>(capacity.memory.count);
  routing.dom0MinMemory = static_cast<std::int64_t>(capacity.control_domain_memory.count);
  routing.caps = capacity.emulated_guests ? "hvm" : "";
  const TrafficLabels& labels = settings.labels;
  schema::StringMap details;
  const auto label = [&](std::string_view name, const std::string& device) {
    details.set(name, device.empty() ? capacity.management.device : device);
  };
  label("private.network.device", labels.management);
  label("public.network.device", labels.public_net);
  label("guest.network.device", labels.guest);
  label("storage.network.device", labels.storage);
  details.set("ismaster", capacity.is_master ? "true" : "false");
  details.set("hasmaster", capacity.pooled ? "true" : "false");
  routing.hostDetails = std::move(details);

  // A server ignores it without a pool in it; OVM3 hosts have none of their own to offer.
  schema::StartupStorageCommand storage;
  identify(storage, settings, capacity);
  storage.type = schema::HostType::Storage;
  return std::vector{schema::Object(std::move(routing)), schema::Object(std::move(storage))};
}

Result<schema::Object> ping_command(const CallContext& ctx, ManagedHost& host) {
  const VmsInFlight::Look look(host.flights());
  TRESTLE_ASSIGN_OR_RETURN(const std::vector<VmInfo> vms, list_vms(ctx, host.agent()));
  PowerStates seen;
  for (const VmInfo& vm : vms) {
    if (vm.is_control_domain()) continue;
    const auto [at, fresh] = seen.emplace(vm.name, power_of(vm));
    // Two domains of one name: nobody can tell which of them is meant.
    if (!fresh) at->second = PowerReport::kUnknown;
  }
  PowerStates report = power_states(seen, host.last_report(), look.flights());
  schema::PingRoutingCommand ping;
  ping.hostType = schema::HostType::Routing;
  ping._gatewayAccessible = true;
  ping._vnetAccessible = true;
  schema::OrderedMap<schema::HostVmStateReportEntry> entries;
  for (const auto& [name, state] : report) {
    entries.set(name, {.state = wire_state(state), .host = set(host.settings().address)});
  }
  ping._hostVmStateReport = std::move(entries);
  host.set_last_report(std::move(report));
  return schema::Object(std::move(ping));
}

}  // namespace trestle::ovm3
