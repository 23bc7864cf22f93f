// SPDX-License-Identifier: Apache-2.0
/** Commands about a host. */
include "base.thrift"
include "enums.thrift"
include "machine_types.thrift"
include "network_types.thrift"
include "storage_types.thrift"
namespace cpp trestle.schema

/** Sent by the server; answered by CheckHealthAnswer. */
struct CheckHealthCommand {
  1: optional base.StringMap contextMap
  2: i32 wait
} (
    java = "com.cloud.agent.api.CheckHealthCommand", role = "command", parent = "Command", sender = "server",
    answers = "CheckHealthAnswer")

/** Sent by the server; answered by CheckNetworkAnswer. */
struct CheckNetworkCommand {
  1: optional list<network_types.PhysicalNetworkSetupInfo> networkInfoList
  2: optional base.StringMap contextMap
  3: i32 wait
} (
    java = "com.cloud.agent.api.CheckNetworkCommand", role = "command", parent = "Command", sender = "server",
    answers = "CheckNetworkAnswer", sequence = "always")

/** Sent by the server; answered by CheckOnHostAnswer. */
struct CheckOnHostCommand {
  1: optional machine_types.HostTO host
  2: optional base.StringMap contextMap
  3: i32 wait
} (
    java = "com.cloud.agent.api.CheckOnHostCommand", role = "command", parent = "Command", sender = "server",
    answers = "CheckOnHostAnswer")

/** Sent by the server; answered by CheckStateAnswer. */
struct CheckStateCommand {
  1: optional string vmName
  2: optional base.StringMap contextMap
  3: i32 wait
} (
    java = "com.cloud.agent.api.CheckStateCommand", role = "command", parent = "Command", sender = "server",
    answers = "CheckStateAnswer", sequence = "always")

/** Sent by the server; answered by Answer. */
struct CleanupNetworkRulesCmd {
  1: i32 interval
  2: optional base.StringMap contextMap
  3: i32 wait
} (
    java = "com.cloud.agent.api.CleanupNetworkRulesCmd", role = "command", parent = "Command", sender = "server",
    answers = "Answer")

/** Sent by the server; answered by Answer. */
struct ComputeChecksumCommand {
  1: optional storage_types.DataStoreTO store
  2: optional string templatePath
  3: optional string secUrl
  4: optional base.StringMap contextMap
  5: i32 wait
} (
    java = "com.cloud.agent.api.ComputeChecksumCommand", role = "command", parent = "SsCommand", sender = "server",
    answers = "Answer", sequence = "always")

/** Sent by the server; answered by DirectNetworkUsageAnswer. */
struct DirectNetworkUsageCommand {
  1: optional list<string> publicIps
  2: optional base.JavaDate start
  3: optional base.JavaDate end_ (json = "end")
  4: optional string includeZones
  5: optional string excludeZones
  6: optional base.StringMap contextMap
  7: i32 wait
} (
    java = "com.cloud.agent.api.DirectNetworkUsageCommand", role = "command", parent = "Command", defaults = "none",
    sender = "server", answers = "DirectNetworkUsageAnswer")

/** Sent by the server; answered by ExternalNetworkResourceUsageAnswer. */
struct ExternalNetworkResourceUsageCommand {
  1: optional base.StringMap contextMap
  2: i32 wait
} (
    java = "com.cloud.agent.api.ExternalNetworkResourceUsageCommand", role = "command", parent = "Command",
    sender = "server", answers = "ExternalNetworkResourceUsageAnswer")

/** Sent by the server; answered by FenceAnswer. */
struct FenceCommand {
  1: optional string vmName
  2: optional string hostGuid
  3: optional string hostIp
  4: bool inSeq
  5: optional base.StringMap contextMap
  6: i32 wait
} (
    java = "com.cloud.agent.api.FenceCommand", role = "command", parent = "Command", sender = "server",
    answers = "FenceAnswer", sequence = "field:inSeq")

/** Sent by the server; answered by GetFileStatsAnswer. */
struct GetFileStatsCommand {
  1: optional string paths
  2: optional base.StringMap contextMap
  3: i32 wait
} (
    java = "com.cloud.agent.api.GetFileStatsCommand", role = "command", parent = "Command", sender = "server",
    answers = "GetFileStatsAnswer")

/** Sent by the server; answered by GetHostStatsAnswer, Answer. */
struct GetHostStatsCommand {
  1: optional string hostGuid
  2: optional string hostName
  3: i64 hostId
  4: optional base.StringMap contextMap
  5: i32 wait
} (
    java = "com.cloud.agent.api.GetHostStatsCommand", role = "command", parent = "Command", sender = "server",
    answers = "GetHostStatsAnswer Answer")

/** Sent by the server; answered by MaintainAnswer. */
struct MaintainCommand {
  1: optional base.StringMap contextMap
  2: i32 wait
} (
    java = "com.cloud.agent.api.MaintainCommand", role = "command", parent = "Command", sender = "server",
    answers = "MaintainAnswer", sequence = "always")

/** Sent by the server; answered by Answer. */
struct ModifySshKeysCommand {
  1: optional string _pubKey
  2: optional base.Secret _prvKey
  3: optional base.StringMap contextMap
  4: i32 wait
} (
    java = "com.cloud.agent.api.ModifySshKeysCommand", role = "command", parent = "Command", sender = "server",
    answers = "Answer")

/** Sent by the server; answered by NetworkUsageAnswer. */
struct NetworkUsageCommand {
  1: optional string privateIP
  2: optional string domRName
  3: optional string option
  4: bool forVpc
  5: optional string gatewayIP
  6: optional string vpcCIDR
  7: optional base.StringMap contextMap
  8: i32 wait
} (
    java = "com.cloud.agent.api.NetworkUsageCommand", role = "command", parent = "Command", sender = "server",
    answers = "NetworkUsageAnswer")

/** Sent by the server; answered by PerformanceMonitorAnswer. */
struct PerformanceMonitorCommand {
  1: optional base.StringMap params
  2: optional base.StringMap contextMap
  3: i32 wait
} (
    java = "com.cloud.agent.api.PerformanceMonitorCommand", role = "command", parent = "Command", sender = "server",
    answers = "PerformanceMonitorAnswer")

/** Sent by the server; answered by Answer. */
struct PingTestCommand {
  1: optional string _computingHostIp
  2: optional string _routerIp
  3: optional string _privateIp
  4: optional base.StringMap contextMap
  5: i32 wait
} (
    java = "com.cloud.agent.api.PingTestCommand", role = "command", parent = "Command", sender = "server",
    answers = "Answer")

/** Sent by the server; answered by Answer. */
struct PrepareOCFS2NodesCommand {
  1: optional list<machine_types.TernaryOfIntegerAndStringAndString> nodes
  2: optional string clusterName
  3: optional base.StringMap contextMap
  4: i32 wait
} (
    java = "com.cloud.agent.api.PrepareOCFS2NodesCommand", role = "command", parent = "Command", defaults = "none",
    sender = "server", answers = "Answer", sequence = "always")

/** Sent by the server; answered by Answer. */
struct PvlanSetupCommand {
  1: optional string op
  2: optional string primary
  3: optional string isolated
  4: optional string vmMac
  5: optional string dhcpName
  6: optional string dhcpMac
  7: optional string dhcpIp
  8: optional enums.PvlanSetupCommandType type
  9: optional string networkTag
  10: optional base.StringMap contextMap
  11: i32 wait
} (
    java = "com.cloud.agent.api.PvlanSetupCommand", role = "command", parent = "Command", sender = "server",
    answers = "Answer", sequence = "always")

/** Sent by the server; answered by ReadyAnswer. */
struct ReadyCommand {
  1: optional string _details
  2: optional i64 dcId
  3: optional i64 hostId
  4: optional base.StringMap contextMap
  5: i32 wait
} (
    java = "com.cloud.agent.api.ReadyCommand", role = "command", parent = "Command", sender = "server",
    answers = "ReadyAnswer", sequence = "always")

/** Sent by the server; answered by Answer. */
struct SecurityGroupRulesCmd {
  1: optional string guestIp
  2: optional string vmName
  3: optional string guestMac
  4: optional string signature
  5: optional i64 seqNum
  6: optional i64 vmId
  7: optional i64 msId
  8: optional list<network_types.IpPortAndProto> ingressRuleSet
  9: optional list<network_types.IpPortAndProto> egressRuleSet
  10: optional list<string> secIps
  11: optional base.StringMap contextMap
  12: i32 wait
} (
    java = "com.cloud.agent.api.SecurityGroupRulesCmd", role = "command", parent = "Command", defaults = "none",
    sender = "server", answers = "Answer", sequence = "always")

/** Sent by the server; answered by Answer. */
struct UpdateHostPasswordCommand {
  1: optional string username
  2: optional base.Secret newPassword
  3: optional string hostIp
  4: optional base.StringMap contextMap
  5: i32 wait
} (
    java = "com.cloud.agent.api.UpdateHostPasswordCommand", role = "command", parent = "Command", sender = "server",
    answers = "Answer")

/** Sent by the server; answered by Answer. */
struct IpmISetBootDevCommand {
  1: optional enums.BootDev bootDev
  2: optional base.StringMap contextMap
  3: i32 wait
} (
    java = "com.cloud.agent.api.baremetal.IpmISetBootDevCommand", role = "command", parent = "Command",
    defaults = "none", sender = "server", answers = "Answer", sequence = "always")

/** Sent by the server; answered by Answer. */
struct IpmiBootorResetCommand {
  1: optional base.StringMap contextMap
  2: i32 wait
} (
    java = "com.cloud.agent.api.baremetal.IpmiBootorResetCommand", role = "command", parent = "Command",
    sender = "server", answers = "Answer", sequence = "always")

/** Sent by the server; answered by PreparePxeServerAnswer. */
struct PreparePxeServerCommand {
  1: optional string ip
  2: optional string mac
  3: optional string netMask
  4: optional string gateway
  5: optional string dns
  6: optional string template_ (json = "template")
  7: optional string vmName
  8: optional string hostName
  9: optional base.StringMap contextMap
  10: i32 wait
} (
    java = "com.cloud.agent.api.baremetal.PreparePxeServerCommand", role = "command", parent = "Command",
    defaults = "none", sender = "server", answers = "PreparePxeServerAnswer", sequence = "always")

/** Sent by the server; answered by CheckSshAnswer. */
struct CheckSshCommand {
  1: optional string ip
  2: i32 port
  3: i32 interval
  4: i32 retries
  5: optional string name
  6: optional base.StringMap contextMap
  7: i32 wait
} (
    java = "com.cloud.agent.api.check.CheckSshCommand", role = "command", parent = "Command", sender = "server",
    answers = "CheckSshAnswer")

/** Sent by the server; answered by Answer. */
struct CheckConsoleProxyLoadCommand {
  1: i64 proxyVmId
  2: optional string proxyVmName
  3: optional string proxyManagementIp
  4: i32 proxyCmdPort
  5: optional base.StringMap contextMap
  6: i32 wait
} (
    java = "com.cloud.agent.api.proxy.CheckConsoleProxyLoadCommand", role = "command", parent = "ProxyCommand",
    sender = "server", answers = "Answer")

/** Base class; never on the wire by itself. */
struct ProxyCommand {
  1: optional base.StringMap contextMap
  2: i32 wait
} (
    java = "com.cloud.agent.api.proxy.ProxyCommand", role = "command", parent = "Command", abstract = "true")

/** Sent by the server; answered by UpgradeDiskAnswer. */
struct UpgradeDiskCommand {
  1: optional string _imagePath
  2: optional string _newSize
  3: optional base.StringMap contextMap
  4: i32 wait
} (
    java = "com.cloud.agent.api.storage.UpgradeDiskCommand", role = "command", parent = "StorageCommand",
    sender = "server", answers = "UpgradeDiskAnswer", sequence = "always")

struct CheckHealthAnswer {
  1: bool result
  2: optional string details
  3: optional base.StringMap contextMap
  4: i32 wait
} (java = "com.cloud.agent.api.CheckHealthAnswer", role = "answer", parent = "Answer")

struct CheckNetworkAnswer {
  1: bool _reconnect
  2: bool result
  3: optional string details
  4: optional base.StringMap contextMap
  5: i32 wait
} (java = "com.cloud.agent.api.CheckNetworkAnswer", role = "answer", parent = "Answer")

struct CheckOnHostAnswer {
  1: bool determined
  2: bool alive
  3: bool result
  4: optional string details
  5: optional base.StringMap contextMap
  6: i32 wait
} (java = "com.cloud.agent.api.CheckOnHostAnswer", role = "answer", parent = "Answer")

struct CheckStateAnswer {
  1: optional enums.VirtualMachineState state
  2: bool result
  3: optional string details
  4: optional base.StringMap contextMap
  5: i32 wait
} (java = "com.cloud.agent.api.CheckStateAnswer", role = "answer", parent = "Answer")

struct DirectNetworkUsageAnswer {
  1: optional map<string, list<i64>> ipBytesSentAndReceived
  2: bool result
  3: optional string details
  4: optional base.StringMap contextMap
  5: i32 wait
} (java = "com.cloud.agent.api.DirectNetworkUsageAnswer", role = "answer", parent = "Answer")

struct ExternalNetworkResourceUsageAnswer {
  1: optional map<string, list<i64>> ipBytes
  2: optional map<string, list<i64>> guestVlanBytes
  3: bool result
  4: optional string details
  5: optional base.StringMap contextMap
  6: i32 wait
} (
    java = "com.cloud.agent.api.ExternalNetworkResourceUsageAnswer", role = "answer", parent = "Answer")

struct FenceAnswer {
  1: bool result
  2: optional string details
  3: optional base.StringMap contextMap
  4: i32 wait
} (java = "com.cloud.agent.api.FenceAnswer", role = "answer", parent = "Answer")

struct GetFileStatsAnswer {
  1: i64 size
  2: bool result
  3: optional string details
  4: optional base.StringMap contextMap
  5: i32 wait
} (java = "com.cloud.agent.api.GetFileStatsAnswer", role = "answer", parent = "Answer")

struct GetHostStatsAnswer {
  1: optional machine_types.HostStatsEntry hostStats
  2: bool result
  3: optional string details
  4: optional base.StringMap contextMap
  5: i32 wait
} (java = "com.cloud.agent.api.GetHostStatsAnswer", role = "answer", parent = "Answer")

struct MaintainAnswer {
  1: bool willMigrate
  2: bool result
  3: optional string details
  4: optional base.StringMap contextMap
  5: i32 wait
} (java = "com.cloud.agent.api.MaintainAnswer", role = "answer", parent = "Answer")

struct NetworkUsageAnswer {
  1: optional string routerName
  2: optional i64 bytesSent
  3: optional i64 bytesReceived
  4: bool result
  5: optional string details
  6: optional base.StringMap contextMap
  7: i32 wait
} (java = "com.cloud.agent.api.NetworkUsageAnswer", role = "answer", parent = "Answer")

struct PerformanceMonitorAnswer {
  1: bool result
  2: optional string details
  3: optional base.StringMap contextMap
  4: i32 wait
} (java = "com.cloud.agent.api.PerformanceMonitorAnswer", role = "answer", parent = "Answer")

struct ReadyAnswer {
  1: bool result
  2: optional string details
  3: optional base.StringMap contextMap
  4: i32 wait
} (java = "com.cloud.agent.api.ReadyAnswer", role = "answer", parent = "Answer")

struct SecurityGroupRuleAnswer {
  1: optional i64 logSequenceNumber
  2: optional i64 vmId
  3: optional enums.FailureReason reason
  4: bool result
  5: optional string details
  6: optional base.StringMap contextMap
  7: i32 wait
} (java = "com.cloud.agent.api.SecurityGroupRuleAnswer", role = "answer", parent = "Answer")

struct PreparePxeServerAnswer {
  1: bool result
  2: optional string details
  3: optional base.StringMap contextMap
  4: i32 wait
} (
    java = "com.cloud.agent.api.baremetal.PreparePxeServerAnswer", role = "answer", parent = "Answer",
    defaults = "none")

struct CheckSshAnswer {
  1: bool result
  2: optional string details
  3: optional base.StringMap contextMap
  4: i32 wait
} (java = "com.cloud.agent.api.check.CheckSshAnswer", role = "answer", parent = "Answer")

struct UpgradeDiskAnswer {
  1: bool result
  2: optional string details
  3: optional base.StringMap contextMap
  4: i32 wait
} (java = "com.cloud.agent.api.storage.UpgradeDiskAnswer", role = "answer", parent = "Answer")
