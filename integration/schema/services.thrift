// SPDX-License-Identifier: Apache-2.0
/** Load balancers, VPNs, access lists and routes. */
include "base.thrift"
include "machine_types.thrift"
include "network_types.thrift"
namespace cpp trestle.schema

/** Sent by the server; answered by CheckS2SVpnConnectionsAnswer. */
struct CheckS2SVpnConnectionsCommand {
  1: optional list<string> vpnIps
  2: optional base.StringMap accessDetails
  3: optional string routerAccessIp
  4: optional base.StringMap contextMap
  5: i32 wait
} (
    java = "com.cloud.agent.api.CheckS2SVpnConnectionsCommand", role = "command", parent = "NetworkElementCommand",
    defaults = "none", sender = "server", answers = "CheckS2SVpnConnectionsAnswer", sequence = "always")

/** Sent by the server; answered by Answer. */
struct CreateLoadBalancerApplianceCommand {
  1: optional string ip
  2: optional string netmask
  3: optional string gateway
  4: optional string username
  5: optional base.Secret password
  6: optional string publicInterface
  7: optional string privateInterface
  8: optional base.StringMap accessDetails
  9: optional string routerAccessIp
  10: optional base.StringMap contextMap
  11: i32 wait
} (
    java = "com.cloud.agent.api.routing.CreateLoadBalancerApplianceCommand", role = "command",
    parent = "NetworkElementCommand", defaults = "none", sender = "server", answers = "Answer")

/** Sent by the server; answered by Answer. */
struct DestroyLoadBalancerApplianceCommand {
  1: optional string ip
  2: optional base.StringMap accessDetails
  3: optional string routerAccessIp
  4: optional base.StringMap contextMap
  5: i32 wait
} (
    java = "com.cloud.agent.api.routing.DestroyLoadBalancerApplianceCommand", role = "command",
    parent = "NetworkElementCommand", defaults = "none", sender = "server", answers = "Answer")

/** Sent by the server; answered by GlobalLoadBalancerConfigAnswer. */
struct GlobalLoadBalancerConfigCommand {
  1: optional string domainName
  2: optional string serviceType
  3: optional string lbMethod
  4: optional string persistenceType
  5: i64 gslbId
  6: bool revoked
  7: optional list<network_types.SiteLoadBalancerConfig> siteLoadBalancers
  8: optional base.StringMap contextMap
  9: i32 wait
} (
    java = "com.cloud.agent.api.routing.GlobalLoadBalancerConfigCommand", role = "command", parent = "Command",
    defaults = "none", sender = "server", answers = "GlobalLoadBalancerConfigAnswer")

/** Sent by the server; answered by GroupAnswer, Answer. */
struct LoadBalancerConfigCommand {
  1: optional list<network_types.LoadBalancerTO> loadBalancers
  2: optional string lbStatsVisibility
  3: optional string lbStatsPublicIP
  4: optional string lbStatsPrivateIP
  5: optional string lbStatsGuestIP
  6: optional string lbStatsPort
  7: optional string lbStatsSrcCidrs
  8: optional string lbStatsAuth
  9: optional string lbStatsUri
  10: optional string maxconn
  11: optional string lbProtocol
  12: bool keepAliveEnabled
  13: optional machine_types.NicTO nic
  14: optional i64 vpcId
  15: optional base.StringMap accessDetails
  16: optional string routerAccessIp
  17: optional base.StringMap contextMap
  18: i32 wait
} (
    java = "com.cloud.agent.api.routing.LoadBalancerConfigCommand", role = "command",
    parent = "NetworkElementCommand", sender = "server", answers = "GroupAnswer Answer")

/** Sent by the server; answered by GroupAnswer, Answer. */
struct RemoteAccessVpnCfgCommand {
  1: bool create
  2: bool vpcEnabled
  3: optional string vpnServerIp
  4: optional string ipRange
  5: optional base.Secret presharedKey
  6: optional string localIp
  7: optional string localCidr
  8: optional string publicInterface
  9: optional base.StringMap accessDetails
  10: optional string routerAccessIp
  11: optional base.StringMap contextMap
  12: i32 wait
} (
    java = "com.cloud.agent.api.routing.RemoteAccessVpnCfgCommand", role = "command",
    parent = "NetworkElementCommand", sender = "server", answers = "GroupAnswer Answer", sequence = "always")

/** Sent by the server; answered by GroupAnswer, Answer. */
struct SetNetworkACLCommand {
  1: optional list<network_types.NetworkACLTO> rules
  2: optional machine_types.NicTO nic
  3: optional base.StringMap accessDetails
  4: optional string routerAccessIp
  5: optional base.StringMap contextMap
  6: i32 wait
} (
    java = "com.cloud.agent.api.routing.SetNetworkACLCommand", role = "command", parent = "NetworkElementCommand",
    sender = "server", answers = "GroupAnswer Answer")

/** Sent by the server; answered by GroupAnswer, Answer. */
struct SetStaticRouteCommand {
  1: optional list<network_types.StaticRouteProfile> staticRoutes
  2: optional base.StringMap accessDetails
  3: optional string routerAccessIp
  4: optional base.StringMap contextMap
  5: i32 wait
} (
    java = "com.cloud.agent.api.routing.SetStaticRouteCommand", role = "command", parent = "NetworkElementCommand",
    sender = "server", answers = "GroupAnswer Answer")

/** Sent by the server; answered by GroupAnswer, Answer. */
struct Site2SiteVpnCfgCommand {
  1: bool create
  2: optional string localPublicIp
  3: optional string localGuestCidr
  4: optional string localPublicGateway
  5: optional string peerGatewayIp
  6: optional string peerGuestCidrList
  7: optional base.Secret ipsecPsk
  8: optional string ikePolicy
  9: optional string espPolicy
  10: i64 ikeLifetime
  11: i64 espLifetime
  12: bool dpd
  13: bool passive
  14: bool encap
  15: optional base.StringMap accessDetails
  16: optional string routerAccessIp
  17: optional base.StringMap contextMap
  18: i32 wait
} (
    java = "com.cloud.agent.api.routing.Site2SiteVpnCfgCommand", role = "command", parent = "NetworkElementCommand",
    sender = "server", answers = "GroupAnswer Answer", sequence = "always")

/** Sent by the server; answered by GroupAnswer, Answer. */
struct VpnUsersCfgCommand {
  1: optional list<network_types.UsernamePassword> userpwds
  2: optional base.StringMap accessDetails
  3: optional string routerAccessIp
  4: optional base.StringMap contextMap
  5: i32 wait
} (
    java = "com.cloud.agent.api.routing.VpnUsersCfgCommand", role = "command", parent = "NetworkElementCommand",
    sender = "server", answers = "GroupAnswer Answer", sequence = "always")

struct CheckS2SVpnConnectionsAnswer {
  1: optional map<string, bool> ipToConnected
  2: optional base.StringMap ipToDetail
  3: optional string details
  4: bool result
  5: optional base.StringMap contextMap
  6: i32 wait
} (java = "com.cloud.agent.api.CheckS2SVpnConnectionsAnswer", role = "answer", parent = "Answer")

struct GlobalLoadBalancerConfigAnswer {
  1: bool result
  2: optional string details
  3: optional base.StringMap contextMap
  4: i32 wait
} (
    java = "com.cloud.agent.api.routing.GlobalLoadBalancerConfigAnswer", role = "answer", parent = "Answer",
    defaults = "none")

struct SetNetworkACLAnswer {
  1: optional list<base.NullableString> results
  2: bool result
  3: optional string details
  4: optional base.StringMap contextMap
  5: i32 wait
} (java = "com.cloud.agent.api.routing.SetNetworkACLAnswer", role = "answer", parent = "Answer")

struct SetStaticRouteAnswer {
  1: optional list<base.NullableString> results
  2: bool result
  3: optional string details
  4: optional base.StringMap contextMap
  5: i32 wait
} (java = "com.cloud.agent.api.routing.SetStaticRouteAnswer", role = "answer", parent = "Answer")

struct CreateLoadBalancerApplianceAnswer {
  1: optional string deviceName
  2: optional string providerName
  3: optional base.AnyJson serverResource
  4: optional string username
  5: optional base.Secret password
  6: optional string publicInterface
  7: optional string privateInterface
  8: bool result
  9: optional string details
  10: optional base.StringMap contextMap
  11: i32 wait
} (
    java = "com.cloud.network.resource.CreateLoadBalancerApplianceAnswer", role = "answer", parent = "Answer",
    defaults = "none")

struct DestroyLoadBalancerApplianceAnswer {
  1: bool result
  2: optional string details
  3: optional base.StringMap contextMap
  4: i32 wait
} (
    java = "com.cloud.network.resource.DestroyLoadBalancerApplianceAnswer", role = "answer", parent = "Answer",
    defaults = "none")
