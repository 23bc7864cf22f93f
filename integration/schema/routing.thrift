// SPDX-License-Identifier: Apache-2.0
/** Commands to virtual routers and other network elements. */
include "base.thrift"
include "enums.thrift"
include "machine_types.thrift"
include "network_types.thrift"
namespace cpp trestle.schema

/** Sent by the server; answered by Answer. */
struct BumpUpPriorityCommand {
  1: optional base.StringMap accessDetails
  2: optional string routerAccessIp
  3: optional base.StringMap contextMap
  4: i32 wait
} (
    java = "com.cloud.agent.api.BumpUpPriorityCommand", role = "command", parent = "NetworkElementCommand",
    sender = "server", answers = "Answer")

/** Sent by the server; answered by CheckRouterAnswer. */
struct CheckRouterCommand {
  1: optional base.StringMap accessDetails
  2: optional string routerAccessIp
  3: optional base.StringMap contextMap
  4: i32 wait
} (
    java = "com.cloud.agent.api.CheckRouterCommand", role = "command", parent = "NetworkElementCommand",
    sender = "server", answers = "CheckRouterAnswer")

/** Sent by the server; answered by GetDomRVersionAnswer. */
struct GetDomRVersionCmd {
  1: optional base.StringMap accessDetails
  2: optional string routerAccessIp
  3: optional base.StringMap contextMap
  4: i32 wait
} (
    java = "com.cloud.agent.api.GetDomRVersionCmd", role = "command", parent = "NetworkElementCommand",
    sender = "server", answers = "GetDomRVersionAnswer")

/** Sent by the server; answered by GroupAnswer, Answer. */
struct SetupGuestNetworkCommand {
  1: optional string dhcpRange
  2: optional string networkDomain
  3: optional string defaultDns1
  4: optional string defaultDns2
  5: bool isRedundant
  6: bool add
  7: optional machine_types.NicTO nic
  8: optional base.StringMap accessDetails
  9: optional string routerAccessIp
  10: optional base.StringMap contextMap
  11: i32 wait
} (
    java = "com.cloud.agent.api.SetupGuestNetworkCommand", role = "command", parent = "NetworkElementCommand",
    sender = "server", answers = "GroupAnswer Answer", sequence = "always")

/**
 * Sent by the server; answered by Answer. Between Start and Finish every network-element command of that router is
 * only queued and answered with a plain successful Answer.
 */
struct AggregationControlCommand {
  1: optional enums.AggregationControlCommandAction action
  2: optional base.StringMap accessDetails
  3: optional string routerAccessIp
  4: optional base.StringMap contextMap
  5: i32 wait
} (
    java = "com.cloud.agent.api.routing.AggregationControlCommand", role = "command",
    parent = "NetworkElementCommand", sender = "server", answers = "Answer")

/** Sent by the server; answered by GroupAnswer, Answer. */
struct CreateIpAliasCommand {
  1: optional string routerip
  2: optional list<network_types.IpAliasTO> ipAliasTOs
  3: optional base.StringMap accessDetails
  4: optional string routerAccessIp
  5: optional base.StringMap contextMap
  6: i32 wait
} (
    java = "com.cloud.agent.api.routing.CreateIpAliasCommand", role = "command", parent = "NetworkElementCommand",
    defaults = "none", sender = "server", answers = "GroupAnswer Answer")

/** Sent by the server; answered by GroupAnswer, Answer. */
struct DeleteIpAliasCommand {
  1: optional string routerip
  2: optional list<network_types.IpAliasTO> deleteIpAliasTOs
  3: optional list<network_types.IpAliasTO> createIpAliasTos
  4: optional base.StringMap accessDetails
  5: optional string routerAccessIp
  6: optional base.StringMap contextMap
  7: i32 wait
} (
    java = "com.cloud.agent.api.routing.DeleteIpAliasCommand", role = "command", parent = "NetworkElementCommand",
    defaults = "none", sender = "server", answers = "GroupAnswer Answer")

/** Sent by the server; answered by GroupAnswer, Answer. */
struct DhcpEntryCommand {
  1: optional string vmMac
  2: optional string vmIpAddress
  3: optional string vmName
  4: optional string dns
  5: optional string gateway
  6: optional string nextServer
  7: optional string defaultRouter
  8: optional string staticRoutes
  9: optional string defaultDns
  10: optional string vmIp6Address
  11: optional string ip6Gateway
  12: optional string duid
  13: bool isDefault
  14: bool executeInSequence
  15: optional base.StringMap accessDetails
  16: optional string routerAccessIp
  17: optional base.StringMap contextMap
  18: i32 wait
} (
    java = "com.cloud.agent.api.routing.DhcpEntryCommand", role = "command", parent = "NetworkElementCommand",
    sender = "server", answers = "GroupAnswer Answer", sequence = "field:executeInSequence")

/** Sent by the server; answered by GroupAnswer, Answer. */
struct DnsMasqConfigCommand {
  1: optional list<network_types.DhcpTO> dhcpTOs
  2: optional base.StringMap accessDetails
  3: optional string routerAccessIp
  4: optional base.StringMap contextMap
  5: i32 wait
} (
    java = "com.cloud.agent.api.routing.DnsMasqConfigCommand", role = "command", parent = "NetworkElementCommand",
    defaults = "none", sender = "server", answers = "GroupAnswer Answer")

/** Sent by the server; answered by GetRouterAlertsAnswer. */
struct GetRouterAlertsCommand {
  1: optional string previousAlertTimeStamp
  2: optional base.StringMap accessDetails
  3: optional string routerAccessIp
  4: optional base.StringMap contextMap
  5: i32 wait
} (
    java = "com.cloud.agent.api.routing.GetRouterAlertsCommand", role = "command", parent = "NetworkElementCommand",
    sender = "server", answers = "GetRouterAlertsAnswer")

/** Sent by the server; answered by Answer. */
struct HealthCheckLBConfigCommand {
  1: optional list<network_types.LoadBalancerTO> loadBalancers
  2: optional base.StringMap accessDetails
  3: optional string routerAccessIp
  4: optional base.StringMap contextMap
  5: i32 wait
} (
    java = "com.cloud.agent.api.routing.HealthCheckLBConfigCommand", role = "command",
    parent = "NetworkElementCommand", sender = "server", answers = "Answer")

/** Sent by the server; answered by GroupAnswer, Answer. */
struct IpAssocCommand {
  1: optional list<network_types.IpAddressTO> ipAddresses
  2: optional base.StringMap accessDetails
  3: optional string routerAccessIp
  4: optional base.StringMap contextMap
  5: i32 wait
} (
    java = "com.cloud.agent.api.routing.IpAssocCommand", role = "command", parent = "NetworkElementCommand",
    sender = "server", answers = "GroupAnswer Answer")

/** Sent by the server; answered by GroupAnswer, Answer. */
struct IpAssocVpcCommand {
  1: optional list<network_types.IpAddressTO> ipAddresses
  2: optional base.StringMap accessDetails
  3: optional string routerAccessIp
  4: optional base.StringMap contextMap
  5: i32 wait
} (
    java = "com.cloud.agent.api.routing.IpAssocVpcCommand", role = "command", parent = "IpAssocCommand",
    sender = "server", answers = "GroupAnswer Answer")

/** Base class; never on the wire by itself. */
struct NetworkElementCommand {
  1: optional base.StringMap accessDetails
  2: optional string routerAccessIp
  3: optional base.StringMap contextMap
  4: i32 wait
} (
    java = "com.cloud.agent.api.routing.NetworkElementCommand", role = "command", parent = "Command",
    abstract = "true")

/** Sent by the server; answered by GroupAnswer, Answer. */
struct SavePasswordCommand {
  1: optional base.Secret password
  2: optional string vmIpAddress
  3: optional string vmName
  4: bool executeInSequence
  5: optional base.StringMap accessDetails
  6: optional string routerAccessIp
  7: optional base.StringMap contextMap
  8: i32 wait
} (
    java = "com.cloud.agent.api.routing.SavePasswordCommand", role = "command", parent = "NetworkElementCommand",
    sender = "server", answers = "GroupAnswer Answer", sequence = "field:executeInSequence")

/** Sent by the server; answered by GroupAnswer, Answer. */
struct SetFirewallRulesCommand {
  1: optional list<network_types.FirewallRuleTO> rules
  2: optional base.StringMap accessDetails
  3: optional string routerAccessIp
  4: optional base.StringMap contextMap
  5: i32 wait
} (
    java = "com.cloud.agent.api.routing.SetFirewallRulesCommand", role = "command", parent = "NetworkElementCommand",
    sender = "server", answers = "GroupAnswer Answer")

/** Sent by the server; answered by GroupAnswer, Answer. */
struct SetMonitorServiceCommand {
  1: optional list<machine_types.MonitorServiceTO> services
  2: optional base.StringMap accessDetails
  3: optional string routerAccessIp
  4: optional base.StringMap contextMap
  5: i32 wait
} (
    java = "com.cloud.agent.api.routing.SetMonitorServiceCommand", role = "command", parent = "NetworkElementCommand",
    sender = "server", answers = "GroupAnswer Answer")

/** Sent by the server; answered by GroupAnswer, Answer. */
struct SetPortForwardingRulesCommand {
  1: optional list<network_types.PortForwardingRuleTO> rules
  2: optional base.StringMap accessDetails
  3: optional string routerAccessIp
  4: optional base.StringMap contextMap
  5: i32 wait
} (
    java = "com.cloud.agent.api.routing.SetPortForwardingRulesCommand", role = "command",
    parent = "NetworkElementCommand", sender = "server", answers = "GroupAnswer Answer")

/** Sent by the server; answered by GroupAnswer, Answer. */
struct SetPortForwardingRulesVpcCommand {
  1: optional list<network_types.PortForwardingRuleTO> rules
  2: optional base.StringMap accessDetails
  3: optional string routerAccessIp
  4: optional base.StringMap contextMap
  5: i32 wait
} (
    java = "com.cloud.agent.api.routing.SetPortForwardingRulesVpcCommand", role = "command",
    parent = "SetPortForwardingRulesCommand", sender = "server", answers = "GroupAnswer Answer")

/** Sent by the server; answered by Answer. */
struct SetSourceNatCommand {
  1: optional network_types.IpAddressTO ipAddress
  2: bool add
  3: optional base.StringMap accessDetails
  4: optional string routerAccessIp
  5: optional base.StringMap contextMap
  6: i32 wait
} (
    java = "com.cloud.agent.api.routing.SetSourceNatCommand", role = "command", parent = "NetworkElementCommand",
    sender = "server", answers = "Answer")

/** Sent by the server; answered by GroupAnswer, Answer. */
struct SetStaticNatRulesCommand {
  1: optional list<network_types.StaticNatRuleTO> rules
  2: optional i64 vpcId
  3: optional base.StringMap accessDetails
  4: optional string routerAccessIp
  5: optional base.StringMap contextMap
  6: i32 wait
} (
    java = "com.cloud.agent.api.routing.SetStaticNatRulesCommand", role = "command", parent = "NetworkElementCommand",
    sender = "server", answers = "GroupAnswer Answer")

/** Sent by the server; answered by Answer. */
struct UserDataCommand {
  1: optional string userData
  2: optional string vmIpAddress
  3: optional string routerPrivateIpAddress
  4: optional string vmName
  5: bool executeInSequence
  6: optional base.StringMap accessDetails
  7: optional string routerAccessIp
  8: optional base.StringMap contextMap
  9: i32 wait
} (
    java = "com.cloud.agent.api.routing.UserDataCommand", role = "command", parent = "NetworkElementCommand",
    sender = "server", answers = "Answer", sequence = "field:executeInSequence")

/** Sent by the server; answered by GroupAnswer, Answer. */
struct VmDataCommand {
  1: optional string vmIpAddress
  2: optional string vmName
  3: optional list<list<base.NullableString>> vmData
  4: bool executeInSequence
  5: optional base.StringMap accessDetails
  6: optional string routerAccessIp
  7: optional base.StringMap contextMap
  8: i32 wait
} (
    java = "com.cloud.agent.api.routing.VmDataCommand", role = "command", parent = "NetworkElementCommand",
    sender = "server", answers = "GroupAnswer Answer", sequence = "field:executeInSequence")

struct CheckRouterAnswer {
  1: optional enums.RedundantState state
  2: bool result
  3: optional string details
  4: optional base.StringMap contextMap
  5: i32 wait
} (java = "com.cloud.agent.api.CheckRouterAnswer", role = "answer", parent = "Answer")

struct GetDomRVersionAnswer {
  1: optional string templateVersion
  2: optional string scriptsVersion
  3: bool result
  4: optional string details
  5: optional base.StringMap contextMap
  6: i32 wait
} (java = "com.cloud.agent.api.GetDomRVersionAnswer", role = "answer", parent = "Answer")

struct GetRouterAlertsAnswer {
  1: optional list<base.NullableString> alerts
  2: optional string timeStamp
  3: bool result
  4: optional string details
  5: optional base.StringMap contextMap
  6: i32 wait
} (java = "com.cloud.agent.api.GetRouterAlertsAnswer", role = "answer", parent = "Answer")

struct GroupAnswer {
  1: optional list<base.NullableString> results
  2: bool result
  3: optional string details
  4: optional base.StringMap contextMap
  5: i32 wait
} (java = "com.cloud.agent.api.routing.GroupAnswer", role = "answer", parent = "Answer")

struct HealthCheckLBConfigAnswer {
  1: optional list<network_types.LoadBalancerTO> loadBalancers
  2: bool result
  3: optional string details
  4: optional base.StringMap contextMap
  5: i32 wait
} (java = "com.cloud.agent.api.routing.HealthCheckLBConfigAnswer", role = "answer", parent = "Answer")

struct IpAssocAnswer {
  1: optional list<base.NullableString> results
  2: bool result
  3: optional string details
  4: optional base.StringMap contextMap
  5: i32 wait
} (java = "com.cloud.agent.api.routing.IpAssocAnswer", role = "answer", parent = "Answer")

struct SetFirewallRulesAnswer {
  1: optional list<base.NullableString> results
  2: bool result
  3: optional string details
  4: optional base.StringMap contextMap
  5: i32 wait
} (java = "com.cloud.agent.api.routing.SetFirewallRulesAnswer", role = "answer", parent = "Answer")

struct SetPortForwardingRulesAnswer {
  1: optional list<base.NullableString> results
  2: bool result
  3: optional string details
  4: optional base.StringMap contextMap
  5: i32 wait
} (
    java = "com.cloud.agent.api.routing.SetPortForwardingRulesAnswer", role = "answer", parent = "Answer")

struct SetSourceNatAnswer {
  1: bool result
  2: optional string details
  3: optional base.StringMap contextMap
  4: i32 wait
} (java = "com.cloud.agent.api.routing.SetSourceNatAnswer", role = "answer", parent = "Answer")

struct SetStaticNatRulesAnswer {
  1: optional list<base.NullableString> results
  2: bool result
  3: optional string details
  4: optional base.StringMap contextMap
  5: i32 wait
} (java = "com.cloud.agent.api.routing.SetStaticNatRulesAnswer", role = "answer", parent = "Answer")
