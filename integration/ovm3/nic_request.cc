// SPDX-License-Identifier: Apache-2.0
#include "integration/ovm3/nic_request.h"

#include <algorithm>
#include <utility>

#include "objects/ovm3/vm_device_text.h"

namespace trestle::ovm3 {
namespace {

using schema::BroadcastDomainType;
using schema::NetworksTrafficType;

bool is_control(const schema::NicTO& nic) {
  return nic.type == NetworksTrafficType::Control ||
         nic.broadcastType == BroadcastDomainType::LinkLocal;
}

std::string shown(const schema::NicTO& nic) {
  return "NIC " + std::to_string(nic.deviceId) + " (" + nic.mac.value_or("no MAC") + ")";
}

}  // namespace

std::string traffic_label(const schema::NicTO& nic, const HostSettings& settings) {
  if (is_control(nic)) return settings.control_device;
  if (nic.name && !nic.name->empty()) return *nic.name;
  switch (nic.type.value_or(NetworksTrafficType::Guest)) {
    case NetworksTrafficType::Public:
      return settings.labels.public_net;
    case NetworksTrafficType::Storage:
      return settings.labels.storage;
    case NetworksTrafficType::Management:
      return settings.labels.management;
    default:
      return settings.labels.guest;
  }
}

Result<NicSpec> nic_spec(const schema::NicTO& nic, const HostSettings& settings) {
  if (!nic.mac || nic.mac->empty()) {
    return fail(Code::kInvalidArgument, shown(nic) + " has no MAC address");
  }
  NicSpec spec{.mac = *nic.mac, .parent = traffic_label(nic, settings)};
  if (nic.networkRateMbps && *nic.networkRateMbps > 0) {
    spec.rate_mbps = static_cast<std::uint32_t>(*nic.networkRateMbps);
  }
  if (is_control(nic)) return spec;
  if (nic.broadcastUri) {
    const auto vlan = parse_vlan_uri(*nic.broadcastUri);
    if (!vlan) return fail(wrap("network of " + shown(nic), vlan.error()));
    spec.vlan = *vlan;
  } else if (nic.broadcastType == BroadcastDomainType::Vlan) {
    return fail(Code::kInvalidArgument,
                shown(nic) + " is to go into a VLAN, but the command does not say which one");
  }
  return spec;
}

Result<std::vector<NicSpec>> nic_specs(std::vector<schema::NicTO> nics,
                                       const HostSettings& settings) {
  std::ranges::stable_sort(nics, {}, &schema::NicTO::deviceId);
  std::vector<NicSpec> specs;
  for (std::size_t i = 0; i < nics.size(); ++i) {
    TRESTLE_ASSIGN_OR_RETURN(NicSpec spec, nic_spec(nics[i], settings));
    for (std::size_t j = 0; j < i; ++j) {
      if (nics[j].deviceId == nics[i].deviceId || same_mac(specs[j].mac, spec.mac)) {
        return fail(Code::kInvalidArgument, shown(nics[j]) + " and " + shown(nics[i]) +
                                                " have the same number or MAC address");
      }
    }
    specs.push_back(std::move(spec));
  }
  return specs;
}

PlaceHost place_host(const Task& task) {
  return {.agent = task.agent(),
          .log = task.log(),
          .address = task.settings().address,
          .control = task.settings().control_device,
          .mark = host_mark(task.settings())};
}

}  // namespace trestle::ovm3
