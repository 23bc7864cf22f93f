// SPDX-License-Identifier: Apache-2.0
#include "helpers/ovm3/host_traffic.h"

#include "helpers/ovm3/host_capacity.h"
#include "objects/ovm3/host.h"
#include "objects/ovm3/network.h"

namespace trestle::ovm3 {

HostTraffic host_traffic(const HostStats& stats, bool own_module) {
  if (!own_module) {
    return {.reason =
                "the module on the host counts packets; 'trestle host prepare' puts one there "
                "that counts bytes"};
  }
  // In the names of our module each counter is what the device itself counts.
  if (!stats.packets_named_rx || !stats.packets_named_tx) {
    return {.reason = "the host has no such device"};
  }
  return {.received = Bytes{*stats.packets_named_rx}, .sent = Bytes{*stats.packets_named_tx}};
}

Result<std::string> device_of_traffic(const CallContext& ctx, const Agent& agent,
                                      const std::string& address, const std::string& label) {
  if (!label.empty()) return label;
  std::string registered;
  if (address.empty()) {
    TRESTLE_ASSIGN_OR_RETURN(const ServerInfo server, Host(agent).discover(ctx));
    registered = server.registered_ip.value_or("");
  }
  TRESTLE_ASSIGN_OR_RETURN(const NetworkInfo network, Network(agent).discover(ctx));
  TRESTLE_ASSIGN_OR_RETURN(HostDevice device,
                           management_device(network, {.address = address}, registered));
  return std::move(device.device);
}

}  // namespace trestle::ovm3
