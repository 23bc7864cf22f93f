// SPDX-License-Identifier: Apache-2.0
/** Addresses, rules and services of virtual routers. */
include "base.thrift"
include "enums.thrift"
include "machine_types.thrift"
namespace cpp trestle.schema

struct IpPortAndProto {
  1: optional string proto
  2: i32 startPort
  3: i32 endPort
  4: optional list<string> allowedCidrs
} (
    java = "com.cloud.agent.api.SecurityGroupRulesCmd$IpPortAndProto", role = "transfer", defaults = "none")

struct IpAliasTO {
  1: optional string routerip
  2: optional string netmask
  3: optional string aliasCount
} (java = "com.cloud.agent.api.routing.IpAliasTO", role = "transfer", defaults = "none")

struct SiteLoadBalancerConfig {
  1: bool local
  2: bool revoked
  3: optional string serviceType
  4: optional string servicePublicIp
  5: optional string servicePort
  6: optional string gslbProviderPrivateIp
  7: optional string gslbProviderPublicIp
  8: i64 dataCenterId
  9: i64 weight
} (java = "com.cloud.agent.api.routing.SiteLoadBalancerConfig", role = "transfer", defaults = "none")

struct UsernamePassword {
  1: optional string username
  2: optional base.Secret password
  3: bool add
} (java = "com.cloud.agent.api.routing.VpnUsersCfgCommand$UsernamePassword", role = "transfer")

struct PasswordAuth {
  1: optional string userName
  2: optional base.Secret password
} (java = "com.cloud.agent.api.storage.PasswordAuth", role = "transfer")

struct DhcpTO {
  1: optional string routerIp
  2: optional string gateway
  3: optional string netmask
  4: optional string startIpOfSubnet
} (java = "com.cloud.agent.api.to.DhcpTO", role = "transfer", defaults = "none")

struct FirewallRuleTO {
  1: i64 id
  2: optional string srcVlanTag
  3: optional string srcIp
  4: optional string protocol
  5: optional list<i32> srcPortRange
  6: bool revoked
  7: bool alreadyAdded
  8: optional list<string> sourceCidrList
  9: optional enums.FirewallRulePurpose purpose
  10: optional i32 icmpType
  11: optional i32 icmpCode
  12: optional enums.FirewallRuleTrafficType trafficType
  13: optional string guestCidr
  14: bool defaultEgressPolicy
  15: optional enums.FirewallRuleType type
} (java = "com.cloud.agent.api.to.FirewallRuleTO", role = "transfer")

struct IpAddressTO {
  1: i64 accountId
  2: optional string publicIp
  3: bool sourceNat
  4: bool add
  5: bool oneToOneNat
  6: bool firstIP
  7: optional string broadcastUri
  8: optional string vlanGateway
  9: optional string vlanNetmask
  10: optional string vifMacAddress
  11: optional i32 networkRate
  12: optional enums.NetworksTrafficType trafficType
  13: optional string networkName
  14: optional i32 nicDevId
  15: bool newNic
} (java = "com.cloud.agent.api.to.IpAddressTO", role = "transfer")

struct CounterTO {
  1: optional string name
  2: optional string source
  3: optional string value
} (java = "com.cloud.agent.api.to.LoadBalancerTO$CounterTO", role = "transfer", defaults = "none")

struct ConditionTO {
  1: i64 threshold
  2: optional string relationalOperator
  3: optional CounterTO counter
} (java = "com.cloud.agent.api.to.LoadBalancerTO$ConditionTO", role = "transfer", defaults = "none")

struct AutoScalePolicyTO {
  1: i64 id
  2: i32 duration
  3: i32 quietTime
  4: optional string action
  5: bool revoked
  6: optional list<ConditionTO> conditions
} (
    java = "com.cloud.agent.api.to.LoadBalancerTO$AutoScalePolicyTO", role = "transfer", defaults = "none")

struct AutoScaleVmProfileTO {
  1: optional string zoneId
  2: optional string domainId
  3: optional string serviceOfferingId
  4: optional string templateId
  5: optional string otherDeployParams
  6: optional list<machine_types.PairOfStringAndString> counterParamList
  7: optional i32 destroyVmGraceperiod
  8: optional string cloudStackApiUrl
  9: optional base.Secret autoScaleUserApiKey
  10: optional base.Secret autoScaleUserSecretKey
  11: optional string vmName
  12: optional string networkId
} (
    java = "com.cloud.agent.api.to.LoadBalancerTO$AutoScaleVmProfileTO", role = "transfer", defaults = "none")

struct AutoScaleVmGroupTO {
  1: optional string uuid
  2: i32 minMembers
  3: i32 maxMembers
  4: i32 memberPort
  5: i32 interval
  6: optional list<AutoScalePolicyTO> policies
  7: optional AutoScaleVmProfileTO profile
  8: optional string state
  9: optional string currentState
} (
    java = "com.cloud.agent.api.to.LoadBalancerTO$AutoScaleVmGroupTO", role = "transfer", defaults = "none")

struct DestinationTO {
  1: optional string destIp
  2: i32 destPort
  3: bool revoked
  4: bool alreadyAdded
  5: optional string monitorState
} (java = "com.cloud.agent.api.to.LoadBalancerTO$DestinationTO", role = "transfer")

struct HealthCheckPolicyTO {
  1: optional string pingPath
  2: optional string description
  3: i32 responseTime
  4: i32 healthcheckInterval
  5: i32 healthcheckThresshold
  6: i32 unhealthThresshold
  7: bool revoke
} (java = "com.cloud.agent.api.to.LoadBalancerTO$HealthCheckPolicyTO", role = "transfer")

struct StickinessPolicyTO {
  1: optional string _methodName
  2: optional list<machine_types.PairOfStringAndString> _paramsList
} (
    java = "com.cloud.agent.api.to.LoadBalancerTO$StickinessPolicyTO", role = "transfer", defaults = "none")

struct LbSslCert {
  1: optional string cert
  2: optional base.Secret key
  3: optional base.Secret password
  4: optional string chain
  5: optional string fingerprint
  6: bool revoked
} (java = "com.cloud.network.lb.LoadBalancingRule$LbSslCert", role = "transfer", defaults = "none")

struct LoadBalancerTO {
  1: optional string uuid
  2: optional string srcIp
  3: i32 srcPort
  4: optional string protocol
  5: optional string lbProtocol
  6: optional string algorithm
  7: bool revoked
  8: bool alreadyAdded
  9: bool inline_ (json = "inline")
  10: optional list<DestinationTO> destinations
  11: optional list<StickinessPolicyTO> stickinessPolicies
  12: optional list<HealthCheckPolicyTO> healthCheckPolicies
  13: optional LbSslCert sslCert
  14: optional AutoScaleVmGroupTO autoScaleVmGroupTO
} (java = "com.cloud.agent.api.to.LoadBalancerTO", role = "transfer")

struct NetworkACLTO {
  1: i64 id
  2: optional string vlanTag
  3: optional string protocol
  4: optional list<i32> portRange
  5: bool revoked
  6: bool alreadyAdded
  7: optional list<string> cidrList
  8: optional i32 icmpType
  9: optional i32 icmpCode
  10: optional enums.NetworkACLItemTrafficType trafficType
  11: optional string action
  12: i32 number
} (java = "com.cloud.agent.api.to.NetworkACLTO", role = "transfer")

struct PortForwardingRuleTO {
  1: optional string dstIp
  2: optional list<i32> dstPortRange
  3: i64 id
  4: optional string srcVlanTag
  5: optional string srcIp
  6: optional string protocol
  7: optional list<i32> srcPortRange
  8: bool revoked
  9: bool alreadyAdded
  10: optional list<string> sourceCidrList
  11: optional enums.FirewallRulePurpose purpose
  12: optional i32 icmpType
  13: optional i32 icmpCode
  14: optional enums.FirewallRuleTrafficType trafficType
  15: optional string guestCidr
  16: bool defaultEgressPolicy
  17: optional enums.FirewallRuleType type
} (java = "com.cloud.agent.api.to.PortForwardingRuleTO", role = "transfer", parent = "FirewallRuleTO")

struct StaticNatRuleTO {
  1: optional string dstIp
  2: i64 id
  3: optional string srcVlanTag
  4: optional string srcIp
  5: optional string protocol
  6: optional list<i32> srcPortRange
  7: bool revoked
  8: bool alreadyAdded
  9: optional list<string> sourceCidrList
  10: optional enums.FirewallRulePurpose purpose
  11: optional i32 icmpType
  12: optional i32 icmpCode
  13: optional enums.FirewallRuleTrafficType trafficType
  14: optional string guestCidr
  15: bool defaultEgressPolicy
  16: optional enums.FirewallRuleType type
} (java = "com.cloud.agent.api.to.StaticNatRuleTO", role = "transfer", parent = "FirewallRuleTO")

struct PhysicalNetworkSetupInfo {
  1: optional i64 physicalNetworkId
  2: optional string privateNetworkName
  3: optional string publicNetworkName
  4: optional string guestNetworkName
  5: optional string storageNetworkName
  6: optional string mgmtVlan
} (java = "com.cloud.network.PhysicalNetworkSetupInfo", role = "transfer")

struct StaticRouteProfile {
  1: i64 id
  2: optional string uuid
  3: optional string targetCidr
  4: i64 accountId
  5: i64 domainId
  6: i64 gatewayId
  7: optional enums.StaticRouteState state
  8: i64 vpcId
  9: optional string vlanTag
  10: optional string gateway
  11: optional string netmask
  12: optional string ipAddress
} (java = "com.cloud.network.vpc.StaticRouteProfile", role = "transfer", defaults = "none")

struct Proxy {
  1: optional string _host
  2: i32 _port
  3: optional string _userName
  4: optional base.Secret _password
} (java = "com.cloud.utils.net.Proxy", role = "transfer", defaults = "none")

struct KeystoreManagerCertificates {
  1: optional base.Secret privKey
  2: optional string privCert
  3: optional string certChain
  4: optional string rootCACert
} (
    java = "org.apache.cloudstack.framework.security.keystore.KeystoreManager$Certificates", role = "transfer")
