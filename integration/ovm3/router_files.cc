// SPDX-License-Identifier: Apache-2.0
#include "integration/ovm3/router_files.h"

#include <array>

#include "integration/schema/generated/routing.h"
#include "integration/schema/generated/services.h"

namespace trestle::ovm3 {
namespace {

constexpr std::array kFirewallRule{
    FileField{"id", "id"},
    FileField{"src_vlan_tag", "srcVlanTag"},
    FileField{"src_ip", "srcIp"},
    FileField{"protocol", "protocol"},
    FileField{"src_port_range", "srcPortRange"},
    FileField{"revoked", "revoked"},
    FileField{"already_added", "alreadyAdded"},
    FileField{"source_cidr_list", "sourceCidrList"},
    FileField{"purpose", "purpose"},
    FileField{"icmp_type", "icmpType"},
    FileField{"icmp_code", "icmpCode"},
    FileField{"traffic_type", "trafficType"},
    FileField{"guest_cidr", "guestCidr"},
    FileField{"default_egress_policy", "defaultEgressPolicy"},
};

constexpr std::array kForwardingRule{
    FileField{"revoke", "revoked"},
    FileField{"protocol", "protocol", As::kLower},
    FileField{"source_ip_address", "srcIp"},
    FileField{"source_port_range", "srcPortRange", As::kPorts},
    FileField{"destination_ip_address", "dstIp"},
    FileField{"destination_port_range", "dstPortRange", As::kPorts},
};

constexpr std::array kStaticNatRule{
    FileField{"revoke", "revoked"},
    FileField{"protocol", "protocol", As::kLower},
    FileField{"source_ip_address", "srcIp"},
    FileField{"source_port_range", "srcPortRange", As::kPorts},
    FileField{"destination_ip_address", "dstIp"},
};

constexpr std::array kDhcpEntry{
    FileField{"host_name", "vmName"},
    FileField{"mac_address", "vmMac"},
    FileField{"ipv4_address", "vmIpAddress"},
    FileField{"ipv6_address", "vmIp6Address"},
    FileField{"ipv6_duid", "duid"},
    FileField{"dns_addresses", "defaultDns"},
    FileField{"default_gateway", "defaultRouter"},
    FileField{"static_routes", "staticRoutes"},
    FileField{"default_entry", "isDefault"},
};

constexpr std::array kVmData{
    FileField{"vm_ip_address", "vmIpAddress"},
    FileField{"vm_metadata", "vmData"},
};

constexpr std::array kPassword{
    FileField{"ip_address", "vmIpAddress"},
    FileField{"password", "password"},
};

constexpr std::array kVpnUser{
    FileField{"user", "username"},
    FileField{"password", "password"},
    FileField{"add", "add"},
};

constexpr std::array kRemoteAccess{
    FileField{"create", "create"},
    FileField{"ip_range", "ipRange"},
    FileField{"preshared_key", "presharedKey"},
    FileField{"vpn_server_ip", "vpnServerIp"},
    FileField{"local_ip", "localIp"},
    FileField{"local_cidr", "localCidr"},
    FileField{"public_interface", "publicInterface"},
};

constexpr std::array kSiteToSite{
    FileField{"local_public_ip", "localPublicIp"},
    FileField{"local_guest_cidr", "localGuestCidr"},
    FileField{"local_public_gateway", "localPublicGateway"},
    FileField{"peer_gateway_ip", "peerGatewayIp"},
    FileField{"peer_guest_cidr_list", "peerGuestCidrList"},
    FileField{"esp_policy", "espPolicy"},
    FileField{"ike_policy", "ikePolicy"},
    FileField{"ipsec_psk", "ipsecPsk"},
    FileField{"ike_lifetime", "ikeLifetime"},
    FileField{"esp_lifetime", "espLifetime"},
    FileField{"create", "create"},
    FileField{"dpd", "dpd"},
    FileField{"passive", "passive"},
    FileField{"encap", "encap"},
};

constexpr std::array kDhcpRange{
    FileField{"router_ip_address", "routerIp"},
    FileField{"gateway", "gateway"},
    FileField{"netmask", "netmask"},
    FileField{"first_ip_of_subnet", "startIpOfSubnet"},
};

template <class Command>
constexpr RouterFile fields(std::string_view file, std::string_view type,
                            std::span<const FileField> all) {
  return {.command = &Command::type_info, .file = file, .type = type, .fields = all};
}

template <class Command>
constexpr RouterFile list(std::string_view file, std::string_view type, FileList one) {
  return {.command = &Command::type_info, .file = file, .type = type, .list = one};
}

template <class Command>
constexpr RouterFile special(std::string_view file, std::string_view type,
                             Result<std::string> (*make)(const std::string&, const NicNumbers&)) {
  return {.command = &Command::type_info, .file = file, .type = type, .special = make};
}

}  // namespace

std::span<const RouterFile> router_files() {
  constexpr std::string_view kForwarding = "forwarding_rules.json";
  static constexpr std::array kFiles{
      list<schema::SetFirewallRulesCommand>("firewall_rules.json", "firewallrules",
                                            {"rules", "rules", kFirewallRule}),
      list<schema::SetPortForwardingRulesCommand>(kForwarding, "forwardrules",
                                                  {"rules", "rules", kForwardingRule}),
      list<schema::SetPortForwardingRulesVpcCommand>(kForwarding, "forwardrules",
                                                     {"rules", "rules", kForwardingRule}),
      list<schema::SetStaticNatRulesCommand>("staticnat_rules.json", "staticnatrules",
                                             {"rules", "rules", kStaticNatRule}),
      special<schema::SetStaticRouteCommand>("static_routes.json", "staticroutes", static_routes),
      special<schema::LoadBalancerConfigCommand>("load_balancer.json", "loadbalancer",
                                                 load_balancer),
      fields<schema::DhcpEntryCommand>("vm_dhcp_entry.json", "dhcpentry", kDhcpEntry),
      fields<schema::VmDataCommand>("vm_metadata.json", "vmdata", kVmData),
      fields<schema::SavePasswordCommand>("vm_password.json", "vmpassword", kPassword),
      list<schema::VpnUsersCfgCommand>("vpn_user_list.json", "vpnuserlist",
                                       {"vpn_users", "userpwds", kVpnUser}),
      fields<schema::RemoteAccessVpnCfgCommand>("remote_access_vpn.json", "remoteaccessvpn",
                                                kRemoteAccess),
      fields<schema::Site2SiteVpnCfgCommand>("site_2_site_vpn.json", "site2sitevpn", kSiteToSite),
      special<schema::SetMonitorServiceCommand>("monitor_service.json", "monitorservice",
                                                monitor_service),
      special<schema::SetupGuestNetworkCommand>("guest_network.json", "guestnetwork",
                                                guest_network),
      special<schema::SetNetworkACLCommand>("network_acl.json", "networkacl", network_acl),
      special<schema::IpAssocCommand>("ip_associations.json", "ips", ip_association),
      special<schema::IpAssocVpcCommand>("ip_associations.json", "ips", ip_association),
      special<schema::CreateIpAliasCommand>("ip_aliases.json", "ipaliases", ip_aliases),
      special<schema::DeleteIpAliasCommand>("ip_aliases.json", "ipaliases", ip_aliases),
      list<schema::DnsMasqConfigCommand>("dhcp.json", "dhcpconfig",
                                         {"entries", "dhcpTOs", kDhcpRange}),
  };
  return kFiles;
}

}  // namespace trestle::ovm3
