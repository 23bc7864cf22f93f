// SPDX-License-Identifier: Apache-2.0
/** How an agent introduces itself. */
include "base.thrift"
include "enums.thrift"
include "machine_types.thrift"
include "storage_types.thrift"
namespace cpp trestle.schema

/** Sent by the agent; answered by StartupAnswer. */
struct StartupCommand {
  1: optional enums.HostType type
  2: optional string dataCenter
  3: optional string pod
  4: optional string cluster
  5: optional string guid
  6: optional string name
  7: optional i64 id
  8: optional string version
  9: optional string iqn
  10: optional string publicIpAddress
  11: optional string publicNetmask
  12: optional string publicMacAddress
  13: optional string privateIpAddress
  14: optional string privateMacAddress
  15: optional string privateNetmask
  16: optional string storageIpAddress
  17: optional string storageNetmask
  18: optional string storageMacAddress
  19: optional string storageIpAddressDeux
  20: optional string storageMacAddressDeux
  21: optional string storageNetmaskDeux
  22: optional string agentTag
  23: optional string resourceName
  24: optional string gatewayIpAddress
  25: optional base.StringMap contextMap
  26: i32 wait
} (
    java = "com.cloud.agent.api.StartupCommand", role = "command", parent = "Command", defaults = "none",
    sender = "agent", answers = "StartupAnswer")

/** Sent by the agent; answered by StartupAnswer. */
struct StartupExternalDhcpCommand {
  1: optional enums.HostType type
  2: optional string dataCenter
  3: optional string pod
  4: optional string cluster
  5: optional string guid
  6: optional string name
  7: optional i64 id
  8: optional string version
  9: optional string iqn
  10: optional string publicIpAddress
  11: optional string publicNetmask
  12: optional string publicMacAddress
  13: optional string privateIpAddress
  14: optional string privateMacAddress
  15: optional string privateNetmask
  16: optional string storageIpAddress
  17: optional string storageNetmask
  18: optional string storageMacAddress
  19: optional string storageIpAddressDeux
  20: optional string storageMacAddressDeux
  21: optional string storageNetmaskDeux
  22: optional string agentTag
  23: optional string resourceName
  24: optional string gatewayIpAddress
  25: optional base.StringMap contextMap
  26: i32 wait
} (
    java = "com.cloud.agent.api.StartupExternalDhcpCommand", role = "command", parent = "StartupCommand",
    sender = "agent", answers = "StartupAnswer")

/** Sent by the agent; answered by StartupAnswer. */
struct StartupExternalFirewallCommand {
  1: optional enums.HostType type
  2: optional string dataCenter
  3: optional string pod
  4: optional string cluster
  5: optional string guid
  6: optional string name
  7: optional i64 id
  8: optional string version
  9: optional string iqn
  10: optional string publicIpAddress
  11: optional string publicNetmask
  12: optional string publicMacAddress
  13: optional string privateIpAddress
  14: optional string privateMacAddress
  15: optional string privateNetmask
  16: optional string storageIpAddress
  17: optional string storageNetmask
  18: optional string storageMacAddress
  19: optional string storageIpAddressDeux
  20: optional string storageMacAddressDeux
  21: optional string storageNetmaskDeux
  22: optional string agentTag
  23: optional string resourceName
  24: optional string gatewayIpAddress
  25: optional base.StringMap contextMap
  26: i32 wait
} (
    java = "com.cloud.agent.api.StartupExternalFirewallCommand", role = "command", parent = "StartupCommand",
    sender = "agent", answers = "StartupAnswer")

/** Sent by the agent; answered by StartupAnswer. */
struct StartupExternalLoadBalancerCommand {
  1: optional enums.HostType type
  2: optional string dataCenter
  3: optional string pod
  4: optional string cluster
  5: optional string guid
  6: optional string name
  7: optional i64 id
  8: optional string version
  9: optional string iqn
  10: optional string publicIpAddress
  11: optional string publicNetmask
  12: optional string publicMacAddress
  13: optional string privateIpAddress
  14: optional string privateMacAddress
  15: optional string privateNetmask
  16: optional string storageIpAddress
  17: optional string storageNetmask
  18: optional string storageMacAddress
  19: optional string storageIpAddressDeux
  20: optional string storageMacAddressDeux
  21: optional string storageNetmaskDeux
  22: optional string agentTag
  23: optional string resourceName
  24: optional string gatewayIpAddress
  25: optional base.StringMap contextMap
  26: i32 wait
} (
    java = "com.cloud.agent.api.StartupExternalLoadBalancerCommand", role = "command", parent = "StartupCommand",
    sender = "agent", answers = "StartupAnswer")

/** Sent by the agent; answered by StartupAnswer. */
struct StartupProxyCommand {
  1: i32 proxyPort
  2: i64 proxyVmId
  3: optional enums.HostType type
  4: optional string dataCenter
  5: optional string pod
  6: optional string cluster
  7: optional string guid
  8: optional string name
  9: optional i64 id
  10: optional string version
  11: optional string iqn
  12: optional string publicIpAddress
  13: optional string publicNetmask
  14: optional string publicMacAddress
  15: optional string privateIpAddress
  16: optional string privateMacAddress
  17: optional string privateNetmask
  18: optional string storageIpAddress
  19: optional string storageNetmask
  20: optional string storageMacAddress
  21: optional string storageIpAddressDeux
  22: optional string storageMacAddressDeux
  23: optional string storageNetmaskDeux
  24: optional string agentTag
  25: optional string resourceName
  26: optional string gatewayIpAddress
  27: optional base.StringMap contextMap
  28: i32 wait
} (
    java = "com.cloud.agent.api.StartupProxyCommand", role = "command", parent = "StartupCommand", sender = "agent",
    answers = "StartupAnswer", sequence = "always")

/** Sent by the agent; answered by StartupAnswer. */
struct StartupPxeServerCommand {
  1: optional enums.HostType type
  2: optional string dataCenter
  3: optional string pod
  4: optional string cluster
  5: optional string guid
  6: optional string name
  7: optional i64 id
  8: optional string version
  9: optional string iqn
  10: optional string publicIpAddress
  11: optional string publicNetmask
  12: optional string publicMacAddress
  13: optional string privateIpAddress
  14: optional string privateMacAddress
  15: optional string privateNetmask
  16: optional string storageIpAddress
  17: optional string storageNetmask
  18: optional string storageMacAddress
  19: optional string storageIpAddressDeux
  20: optional string storageMacAddressDeux
  21: optional string storageNetmaskDeux
  22: optional string agentTag
  23: optional string resourceName
  24: optional string gatewayIpAddress
  25: optional base.StringMap contextMap
  26: i32 wait
} (
    java = "com.cloud.agent.api.StartupPxeServerCommand", role = "command", parent = "StartupCommand",
    sender = "agent", answers = "StartupAnswer")

/** Sent by the agent; answered by StartupAnswer. */
struct StartupRoutingCommand {
  1: optional i32 cpuSockets
  2: i32 cpus
  3: i64 speed
  4: i64 memory
  5: i64 dom0MinMemory
  6: bool poolSync
  7: optional string caps
  8: optional string pool
  9: optional enums.HypervisorType hypervisorType
  10: optional base.StringMap hostDetails
  11: optional list<string> hostTags
  12: optional string hypervisorVersion
  13: optional map<string, map<string, machine_types.VgpuTypesInfo>> groupDetails
  14: optional enums.HostType type
  15: optional string dataCenter
  16: optional string pod
  17: optional string cluster
  18: optional string guid
  19: optional string name
  20: optional i64 id
  21: optional string version
  22: optional string iqn
  23: optional string publicIpAddress
  24: optional string publicNetmask
  25: optional string publicMacAddress
  26: optional string privateIpAddress
  27: optional string privateMacAddress
  28: optional string privateNetmask
  29: optional string storageIpAddress
  30: optional string storageNetmask
  31: optional string storageMacAddress
  32: optional string storageIpAddressDeux
  33: optional string storageMacAddressDeux
  34: optional string storageNetmaskDeux
  35: optional string agentTag
  36: optional string resourceName
  37: optional string gatewayIpAddress
  38: optional base.StringMap contextMap
  39: i32 wait
} (
    java = "com.cloud.agent.api.StartupRoutingCommand", role = "command", parent = "StartupCommand", sender = "agent",
    answers = "StartupAnswer")

/** Sent by the agent; answered by StartupAnswer. */
struct StartupSecondaryStorageCommand {
  1: optional enums.HostType type
  2: optional string dataCenter
  3: optional string pod
  4: optional string cluster
  5: optional string guid
  6: optional string name
  7: optional i64 id
  8: optional string version
  9: optional string iqn
  10: optional string publicIpAddress
  11: optional string publicNetmask
  12: optional string publicMacAddress
  13: optional string privateIpAddress
  14: optional string privateMacAddress
  15: optional string privateNetmask
  16: optional string storageIpAddress
  17: optional string storageNetmask
  18: optional string storageMacAddress
  19: optional string storageIpAddressDeux
  20: optional string storageMacAddressDeux
  21: optional string storageNetmaskDeux
  22: optional string agentTag
  23: optional string resourceName
  24: optional string gatewayIpAddress
  25: optional base.StringMap contextMap
  26: i32 wait
} (
    java = "com.cloud.agent.api.StartupSecondaryStorageCommand", role = "command", parent = "StartupCommand",
    sender = "agent", answers = "StartupAnswer", sequence = "always")

/** Sent by the agent; answered by StartupAnswer. */
struct StartupStorageCommand {
  1: optional string parent
  2: optional map<string, storage_types.TemplateProp> templateInfo
  3: i64 totalSize
  4: optional storage_types.StoragePoolInfo poolInfo
  5: optional enums.StorageResourceType resourceType
  6: optional enums.StoragePoolType fsType
  7: optional base.StringMap hostDetails
  8: optional string nfsShare
  9: optional enums.HostType type
  10: optional string dataCenter
  11: optional string pod
  12: optional string cluster
  13: optional string guid
  14: optional string name
  15: optional i64 id
  16: optional string version
  17: optional string iqn
  18: optional string publicIpAddress
  19: optional string publicNetmask
  20: optional string publicMacAddress
  21: optional string privateIpAddress
  22: optional string privateMacAddress
  23: optional string privateNetmask
  24: optional string storageIpAddress
  25: optional string storageNetmask
  26: optional string storageMacAddress
  27: optional string storageIpAddressDeux
  28: optional string storageMacAddressDeux
  29: optional string storageNetmaskDeux
  30: optional string agentTag
  31: optional string resourceName
  32: optional string gatewayIpAddress
  33: optional base.StringMap contextMap
  34: i32 wait
} (
    java = "com.cloud.agent.api.StartupStorageCommand", role = "command", parent = "StartupCommand", sender = "agent",
    answers = "StartupAnswer")

/** Sent by the agent; answered by StartupAnswer. */
struct StartupTrafficMonitorCommand {
  1: optional enums.HostType type
  2: optional string dataCenter
  3: optional string pod
  4: optional string cluster
  5: optional string guid
  6: optional string name
  7: optional i64 id
  8: optional string version
  9: optional string iqn
  10: optional string publicIpAddress
  11: optional string publicNetmask
  12: optional string publicMacAddress
  13: optional string privateIpAddress
  14: optional string privateMacAddress
  15: optional string privateNetmask
  16: optional string storageIpAddress
  17: optional string storageNetmask
  18: optional string storageMacAddress
  19: optional string storageIpAddressDeux
  20: optional string storageMacAddressDeux
  21: optional string storageNetmaskDeux
  22: optional string agentTag
  23: optional string resourceName
  24: optional string gatewayIpAddress
  25: optional base.StringMap contextMap
  26: i32 wait
} (
    java = "com.cloud.agent.api.StartupTrafficMonitorCommand", role = "command", parent = "StartupCommand",
    sender = "agent", answers = "StartupAnswer")

/** Sent by the server; answered by Answer. */
struct StartupVMMAgentCommand {
  1: optional enums.HostType type
  2: i64 dataCenter
  3: optional i64 pod
  4: optional string clusterName
  5: optional string guid
  6: optional string managementServerIP
  7: optional string port
  8: optional string version
  9: optional base.StringMap contextMap
  10: i32 wait
} (
    java = "com.cloud.agent.api.StartupVMMAgentCommand", role = "command", parent = "Command", sender = "server",
    answers = "Answer")

struct StartupAnswer {
  1: i64 hostId
  2: i32 pingInterval
  3: bool result
  4: optional string details
  5: optional base.StringMap contextMap
  6: i32 wait
} (java = "com.cloud.agent.api.StartupAnswer", role = "answer", parent = "Answer")
