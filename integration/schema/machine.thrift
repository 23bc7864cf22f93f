// SPDX-License-Identifier: Apache-2.0
/** Commands about a virtual machine. */
include "base.thrift"
include "enums.thrift"
include "machine_types.thrift"
include "storage_types.thrift"
namespace cpp trestle.schema

/** Sent by the server; answered by Answer. */
struct AttachIsoCommand {
  1: optional string vmName
  2: optional string storeUrl
  3: optional string isoPath
  4: bool attach
  5: optional base.StringMap contextMap
  6: i32 wait
} (
    java = "com.cloud.agent.api.AttachIsoCommand", role = "command", parent = "Command", sender = "server",
    answers = "Answer", sequence = "always")

/** Sent by the server; answered by Answer. */
struct AttachOrDettachConfigDriveCommand {
  1: optional string vmName
  2: optional list<list<base.NullableString>> vmData
  3: optional string configDriveLabel
  4: bool isAttach
  5: optional base.StringMap contextMap
  6: i32 wait
} (
    java = "com.cloud.agent.api.AttachOrDettachConfigDriveCommand", role = "command", parent = "Command",
    defaults = "none", sender = "server", answers = "Answer")

/** Sent by the server; answered by CheckVirtualMachineAnswer. */
struct CheckVirtualMachineCommand {
  1: optional string vmName
  2: optional base.StringMap contextMap
  3: i32 wait
} (
    java = "com.cloud.agent.api.CheckVirtualMachineCommand", role = "command", parent = "Command", sender = "server",
    answers = "CheckVirtualMachineAnswer")

/** Sent by the server; answered by GetGPUStatsAnswer. */
struct GetGPUStatsCommand {
  1: optional string hostGuid
  2: optional string hostName
  3: optional base.StringMap contextMap
  4: i32 wait
} (
    java = "com.cloud.agent.api.GetGPUStatsCommand", role = "command", parent = "Command", sender = "server",
    answers = "GetGPUStatsAnswer")

/** Sent by the server; answered by GetVmConfigAnswer. */
struct GetVmConfigCommand {
  1: optional string vmName
  2: optional list<machine_types.NicTO> nics
  3: optional base.StringMap contextMap
  4: i32 wait
} (
    java = "com.cloud.agent.api.GetVmConfigCommand", role = "command", parent = "Command", sender = "server",
    answers = "GetVmConfigAnswer")

/** Sent by the server; answered by GetVmDiskStatsAnswer. */
struct GetVmDiskStatsCommand {
  1: optional list<string> vmNames
  2: optional string hostGuid
  3: optional string hostName
  4: optional base.StringMap contextMap
  5: i32 wait
} (
    java = "com.cloud.agent.api.GetVmDiskStatsCommand", role = "command", parent = "Command", sender = "server",
    answers = "GetVmDiskStatsAnswer")

/** Sent by the server; answered by Answer. */
struct GetVmIpAddressCommand {
  1: optional string vmName
  2: optional string vmNetworkCidr
  3: bool windows
  4: optional base.StringMap contextMap
  5: i32 wait
} (
    java = "com.cloud.agent.api.GetVmIpAddressCommand", role = "command", parent = "Command", defaults = "none",
    sender = "server", answers = "Answer")

/** Sent by the server; answered by GetVmStatsAnswer. */
struct GetVmStatsCommand {
  1: optional list<string> vmNames
  2: optional string hostGuid
  3: optional string hostName
  4: optional base.StringMap contextMap
  5: i32 wait
} (
    java = "com.cloud.agent.api.GetVmStatsCommand", role = "command", parent = "Command", sender = "server",
    answers = "GetVmStatsAnswer")

/** Sent by the server; answered by GetVncPortAnswer. */
struct GetVncPortCommand {
  1: i64 id
  2: optional string name
  3: optional base.StringMap contextMap
  4: i32 wait
} (
    java = "com.cloud.agent.api.GetVncPortCommand", role = "command", parent = "Command", sender = "server",
    answers = "GetVncPortAnswer")

/** Sent by the server; answered by MigrateAnswer. */
struct MigrateCommand {
  1: optional string vmName
  2: optional string destIp
  3: optional string hostGuid
  4: bool isWindows
  5: optional machine_types.VirtualMachineTO vmTO
  6: bool executeInSequence
  7: optional base.StringMap contextMap
  8: i32 wait
} (
    java = "com.cloud.agent.api.MigrateCommand", role = "command", parent = "Command", sender = "server",
    answers = "MigrateAnswer", sequence = "field:executeInSequence")

/** Sent by the server; answered by ModifyVmNicConfigAnswer. */
struct ModifyVmNicConfigCommand {
  1: optional string vmName
  2: optional string vlan
  3: optional string macAddress
  4: i32 index
  5: bool enable
  6: optional string switchLableName
  7: optional base.StringMap contextMap
  8: i32 wait
} (
    java = "com.cloud.agent.api.ModifyVmNicConfigCommand", role = "command", parent = "Command", sender = "server",
    answers = "ModifyVmNicConfigAnswer")

/** Sent by the server; answered by Answer. */
struct NetworkRulesSystemVmCommand {
  1: optional string vmName
  2: optional enums.VirtualMachineType type
  3: optional base.StringMap contextMap
  4: i32 wait
} (
    java = "com.cloud.agent.api.NetworkRulesSystemVmCommand", role = "command", parent = "Command", sender = "server",
    answers = "Answer")

/** Sent by the server; answered by Answer. */
struct NetworkRulesVmSecondaryIpCommand {
  1: optional string vmName
  2: optional enums.VirtualMachineType type
  3: optional string vmSecIp
  4: optional string vmMac
  5: optional string action
  6: optional base.StringMap contextMap
  7: i32 wait
} (
    java = "com.cloud.agent.api.NetworkRulesVmSecondaryIpCommand", role = "command", parent = "Command",
    defaults = "none", sender = "server", answers = "Answer")

/** Sent by the server; answered by PlugNicAnswer. */
struct PlugNicCommand {
  1: optional machine_types.NicTO nic
  2: optional string instanceName
  3: optional enums.VirtualMachineType vmType
  4: optional base.StringMap details
  5: optional base.StringMap contextMap
  6: i32 wait
} (
    java = "com.cloud.agent.api.PlugNicCommand", role = "command", parent = "Command", sender = "server",
    answers = "PlugNicAnswer", sequence = "always")

/** Sent by the server; answered by PrepareForMigrationAnswer. */
struct PrepareForMigrationCommand {
  1: optional machine_types.VirtualMachineTO vm
  2: optional base.StringMap contextMap
  3: i32 wait
} (
    java = "com.cloud.agent.api.PrepareForMigrationCommand", role = "command", parent = "Command", sender = "server",
    answers = "PrepareForMigrationAnswer", sequence = "always")

/** Sent by the server; answered by RebootAnswer. */
struct RebootCommand {
  1: optional string vmName
  2: bool executeInSequence
  3: optional base.StringMap contextMap
  4: i32 wait
} (
    java = "com.cloud.agent.api.RebootCommand", role = "command", parent = "Command", sender = "server",
    answers = "RebootAnswer", sequence = "field:executeInSequence")

/** Sent by the server; answered by Answer. */
struct RebootRouterCommand {
  1: optional string privateIp
  2: optional string vmName
  3: bool executeInSequence
  4: optional base.StringMap contextMap
  5: i32 wait
} (
    java = "com.cloud.agent.api.RebootRouterCommand", role = "command", parent = "RebootCommand", sender = "server",
    answers = "Answer", sequence = "field:executeInSequence")

/** Sent by the server; answered by ScaleVmAnswer. */
struct ScaleVmCommand {
  1: optional machine_types.VirtualMachineTO vm
  2: optional string vmName
  3: i32 cpus
  4: optional i32 minSpeed
  5: optional i32 maxSpeed
  6: i64 minRam
  7: i64 maxRam
  8: optional base.StringMap contextMap
  9: i32 wait
} (
    java = "com.cloud.agent.api.ScaleVmCommand", role = "command", parent = "Command", sender = "server",
    answers = "ScaleVmAnswer", sequence = "always")

/** Sent by the server; answered by StartAnswer. */
struct StartCommand {
  1: optional machine_types.VirtualMachineTO vm
  2: optional string hostIp
  3: bool executeInSequence
  4: optional string secondaryStorage
  5: optional base.StringMap contextMap
  6: i32 wait
} (
    java = "com.cloud.agent.api.StartCommand", role = "command", parent = "Command", sender = "server",
    answers = "StartAnswer", sequence = "router:executeInSequence")

/** Sent by the server; answered by StopAnswer. StopAnswer inherits vncPort from RebootAnswer. */
struct StopCommand {
  1: bool isProxy
  2: optional string urlPort
  3: optional string publicConsoleProxyIpAddress
  4: optional machine_types.GPUDeviceTO gpuDevice
  5: bool checkBeforeCleanup
  6: optional string vmName
  7: bool executeInSequence
  8: optional base.StringMap contextMap
  9: i32 wait
} (
    java = "com.cloud.agent.api.StopCommand", role = "command", parent = "RebootCommand", sender = "server",
    answers = "StopAnswer", sequence = "router:executeInSequence")

/** Sent by the server; answered by UnPlugNicAnswer. */
struct UnPlugNicCommand {
  1: optional machine_types.NicTO nic
  2: optional string instanceName
  3: optional base.StringMap contextMap
  4: i32 wait
} (
    java = "com.cloud.agent.api.UnPlugNicCommand", role = "command", parent = "Command", sender = "server",
    answers = "UnPlugNicAnswer", sequence = "always")

/** Sent by the server; answered by Answer. */
struct UnregisterNicCommand {
  1: optional string vmName
  2: optional string trafficLabel
  3: optional string nicUuid
  4: optional base.StringMap contextMap
  5: i32 wait
} (
    java = "com.cloud.agent.api.UnregisterNicCommand", role = "command", parent = "Command", defaults = "none",
    sender = "server", answers = "Answer")

/** Sent by the server; answered by Answer. */
struct UnregisterVMCommand {
  1: optional string vmName
  2: bool cleanupVmFiles
  3: optional base.StringMap contextMap
  4: i32 wait
} (
    java = "com.cloud.agent.api.UnregisterVMCommand", role = "command", parent = "Command", defaults = "none",
    sender = "server", answers = "Answer")

/** Sent by the server; answered by Answer. */
struct StartConsoleProxyAgentHttpHandlerCommand {
  1: optional list<i8> keystoreBits
  2: optional base.Secret keystorePassword
  3: optional base.Secret encryptorPassword
  4: optional base.StringMap contextMap
  5: i32 wait
} (
    java = "com.cloud.agent.api.proxy.StartConsoleProxyAgentHttpHandlerCommand", role = "command", parent = "Command",
    sender = "server", answers = "Answer", sequence = "always")

struct CheckVirtualMachineAnswer {
  1: optional i32 vncPort
  2: optional enums.PowerState state
  3: bool result
  4: optional string details
  5: optional base.StringMap contextMap
  6: i32 wait
} (java = "com.cloud.agent.api.CheckVirtualMachineAnswer", role = "answer", parent = "Answer")

struct GetGPUStatsAnswer {
  1: optional map<string, map<string, machine_types.VgpuTypesInfo>> groupDetails
  2: bool result
  3: optional string details
  4: optional base.StringMap contextMap
  5: i32 wait
} (
    java = "com.cloud.agent.api.GetGPUStatsAnswer", role = "answer", parent = "Answer", defaults = "none")

struct GetVmConfigAnswer {
  1: optional string vmName
  2: optional list<machine_types.NicDetails> nics
  3: bool result
  4: optional string details
  5: optional base.StringMap contextMap
  6: i32 wait
} (java = "com.cloud.agent.api.GetVmConfigAnswer", role = "answer", parent = "Answer")

struct GetVmDiskStatsAnswer {
  1: optional string hostName
  2: optional map<string, list<storage_types.VmDiskStatsEntry>> vmDiskStatsMap
  3: bool result
  4: optional string details
  5: optional base.StringMap contextMap
  6: i32 wait
} (java = "com.cloud.agent.api.GetVmDiskStatsAnswer", role = "answer", parent = "Answer")

struct GetVmStatsAnswer {
  1: optional map<string, machine_types.VmStatsEntry> vmStatsMap
  2: bool result
  3: optional string details
  4: optional base.StringMap contextMap
  5: i32 wait
} (java = "com.cloud.agent.api.GetVmStatsAnswer", role = "answer", parent = "Answer")

struct GetVncPortAnswer {
  1: optional string address
  2: i32 port
  3: bool result
  4: optional string details
  5: optional base.StringMap contextMap
  6: i32 wait
} (java = "com.cloud.agent.api.GetVncPortAnswer", role = "answer", parent = "Answer")

struct MigrateAnswer {
  1: optional i32 vncPort
  2: bool result
  3: optional string details
  4: optional base.StringMap contextMap
  5: i32 wait
} (java = "com.cloud.agent.api.MigrateAnswer", role = "answer", parent = "Answer")

struct ModifyVmNicConfigAnswer {
  1: optional string vmName
  2: bool result
  3: optional string details
  4: optional base.StringMap contextMap
  5: i32 wait
} (java = "com.cloud.agent.api.ModifyVmNicConfigAnswer", role = "answer", parent = "Answer")

struct PlugNicAnswer {
  1: bool result
  2: optional string details
  3: optional base.StringMap contextMap
  4: i32 wait
} (java = "com.cloud.agent.api.PlugNicAnswer", role = "answer", parent = "Answer")

struct PrepareForMigrationAnswer {
  1: bool result
  2: optional string details
  3: optional base.StringMap contextMap
  4: i32 wait
} (java = "com.cloud.agent.api.PrepareForMigrationAnswer", role = "answer", parent = "Answer")

struct RebootAnswer {
  1: optional i32 vncPort
  2: bool result
  3: optional string details
  4: optional base.StringMap contextMap
  5: i32 wait
} (java = "com.cloud.agent.api.RebootAnswer", role = "answer", parent = "Answer")

struct ScaleVmAnswer {
  1: bool result
  2: optional string details
  3: optional base.StringMap contextMap
  4: i32 wait
} (java = "com.cloud.agent.api.ScaleVmAnswer", role = "answer", parent = "Answer")

struct StartAnswer {
  1: optional machine_types.VirtualMachineTO vm
  2: optional string hostGuid
  3: optional base.StringMap _iqnToPath
  4: bool result
  5: optional string details
  6: optional base.StringMap contextMap
  7: i32 wait
} (java = "com.cloud.agent.api.StartAnswer", role = "answer", parent = "Answer")

struct StopAnswer {
  1: optional string platform
  2: optional i32 vncPort
  3: bool result
  4: optional string details
  5: optional base.StringMap contextMap
  6: i32 wait
} (java = "com.cloud.agent.api.StopAnswer", role = "answer", parent = "RebootAnswer")

struct UnPlugNicAnswer {
  1: bool result
  2: optional string details
  3: optional base.StringMap contextMap
  4: i32 wait
} (java = "com.cloud.agent.api.UnPlugNicAnswer", role = "answer", parent = "Answer")
