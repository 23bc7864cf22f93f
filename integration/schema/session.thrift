// SPDX-License-Identifier: Apache-2.0
/** Commands that keep the link between server and agent alive. */
include "base.thrift"
include "enums.thrift"
include "machine_types.thrift"
namespace cpp trestle.schema

/** Sent by the agent; answered by AgentControlAnswer. */
struct AgentControlCommand {
  1: optional base.StringMap contextMap
  2: i32 wait
} (
    java = "com.cloud.agent.api.AgentControlCommand", role = "command", parent = "Command", sender = "agent",
    answers = "AgentControlAnswer")

/** Sent by a peer server; no answer. Control message between management servers, no answer. */
struct CancelCommand {
  1: i64 sequence
  2: optional string reason
  3: optional base.StringMap contextMap
  4: i32 wait
} (java = "com.cloud.agent.api.CancelCommand", role = "command", parent = "Command", sender = "peer")

/** Sent by a peer server; answered by ChangeAgentAnswer. */
struct ChangeAgentCommand {
  1: i64 agentId
  2: optional enums.StatusEvent event
  3: optional base.StringMap contextMap
  4: i32 wait
} (
    java = "com.cloud.agent.api.ChangeAgentCommand", role = "command", parent = "Command", sender = "peer",
    answers = "ChangeAgentAnswer")

/** Sent by the server; answered by ClusterVMMetaDataSyncAnswer. */
struct ClusterVMMetaDataSyncCommand {
  1: i32 _interval
  2: i64 _clusterId
  3: optional base.StringMap contextMap
  4: i32 wait
} (
    java = "com.cloud.agent.api.ClusterVMMetaDataSyncCommand", role = "command", parent = "Command",
    sender = "server", answers = "ClusterVMMetaDataSyncAnswer")

/** Sent by the agent; answered by ConsoleAccessAuthenticationAnswer. */
struct ConsoleAccessAuthenticationCommand {
  1: optional string _host
  2: optional string _port
  3: optional string _vmId
  4: optional string _sid
  5: optional string _ticket
  6: bool _isReauthenticating
  7: optional base.StringMap contextMap
  8: i32 wait
} (
    java = "com.cloud.agent.api.ConsoleAccessAuthenticationCommand", role = "command", parent = "AgentControlCommand",
    sender = "agent", answers = "ConsoleAccessAuthenticationAnswer")

/** Sent by the agent; answered by AgentControlAnswer. */
struct ConsoleProxyLoadReportCommand {
  1: i64 _proxyVmId
  2: optional string _loadInfo
  3: optional base.StringMap contextMap
  4: i32 wait
} (
    java = "com.cloud.agent.api.ConsoleProxyLoadReportCommand", role = "command", parent = "AgentControlCommand",
    sender = "agent", answers = "AgentControlAnswer")

/** Sent by the agent; answered by PingAnswer. */
struct PingCommand {
  1: optional enums.HostType hostType
  2: i64 hostId
  3: optional base.StringMap contextMap
  4: i32 wait
} (
    java = "com.cloud.agent.api.PingCommand", role = "command", parent = "Command", sender = "agent",
    answers = "PingAnswer")

/** Sent by the agent; answered by PingAnswer. */
struct PingRoutingCommand {
  1: optional map<string, machine_types.HostVmStateReportEntry> _hostVmStateReport
  2: bool _gatewayAccessible
  3: bool _vnetAccessible
  4: optional enums.HostType hostType
  5: i64 hostId
  6: optional base.StringMap contextMap
  7: i32 wait
} (
    java = "com.cloud.agent.api.PingRoutingCommand", role = "command", parent = "PingCommand", sender = "agent",
    answers = "PingAnswer")

/** Sent by the agent; answered by PingAnswer. */
struct PingRoutingWithNwGroupsCommand {
  1: optional map<string, machine_types.PairOfLongAndLongArray> newGroupStates
  2: optional map<string, machine_types.HostVmStateReportEntry> _hostVmStateReport
  3: bool _gatewayAccessible
  4: bool _vnetAccessible
  5: optional enums.HostType hostType
  6: i64 hostId
  7: optional base.StringMap contextMap
  8: i32 wait
} (
    java = "com.cloud.agent.api.PingRoutingWithNwGroupsCommand", role = "command", parent = "PingRoutingCommand",
    sender = "agent", answers = "PingAnswer")

/** Sent by the agent; answered by PingAnswer. */
struct PingRoutingWithOvsCommand {
  1: optional list<machine_types.PairOfStringAndLong> states
  2: optional map<string, machine_types.HostVmStateReportEntry> _hostVmStateReport
  3: bool _gatewayAccessible
  4: bool _vnetAccessible
  5: optional enums.HostType hostType
  6: i64 hostId
  7: optional base.StringMap contextMap
  8: i32 wait
} (
    java = "com.cloud.agent.api.PingRoutingWithOvsCommand", role = "command", parent = "PingRoutingCommand",
    sender = "agent", answers = "PingAnswer")

/** Sent by the agent; answered by PingAnswer. */
struct PingStorageCommand {
  1: optional map<string, bool> changes
  2: optional enums.HostType hostType
  3: i64 hostId
  4: optional base.StringMap contextMap
  5: i32 wait
} (
    java = "com.cloud.agent.api.PingStorageCommand", role = "command", parent = "PingCommand", sender = "agent",
    answers = "PingAnswer")

/** Sent by a peer server; answered by Answer. */
struct PropagateResourceEventCommand {
  1: i64 hostId
  2: optional enums.ResourceStateEvent event
  3: optional base.StringMap contextMap
  4: i32 wait
} (
    java = "com.cloud.agent.api.PropagateResourceEventCommand", role = "command", parent = "Command", sender = "peer",
    answers = "Answer")

/** Sent by the server; answered by RecurringNetworkUsageAnswer. */
struct RecurringNetworkUsageCommand {
  1: i32 interval
  2: optional base.StringMap contextMap
  3: i32 wait
} (
    java = "com.cloud.agent.api.RecurringNetworkUsageCommand", role = "command", parent = "Command",
    defaults = "none", sender = "server", answers = "RecurringNetworkUsageAnswer")

/** Sent by a peer server; answered by Answer. */
struct ScheduleHostScanTaskCommand {
  1: optional base.StringMap contextMap
  2: i32 wait
} (
    java = "com.cloud.agent.api.ScheduleHostScanTaskCommand", role = "command", parent = "Command", sender = "peer",
    answers = "Answer")

/** Sent by the server; answered by SetupAnswer. */
struct SetupCommand {
  1: optional machine_types.HostEnvironment env
  2: bool multipath
  3: bool needSetup
  4: optional base.StringMap contextMap
  5: i32 wait
} (
    java = "com.cloud.agent.api.SetupCommand", role = "command", parent = "Command", sender = "server",
    answers = "SetupAnswer", sequence = "always")

/** Sent by either side; answered by Answer. Agent to server: no answer at all; server to agent: plain Answer. */
struct ShutdownCommand {
  1: optional string reason
  2: optional string detail
  3: optional base.StringMap contextMap
  4: i32 wait
} (
    java = "com.cloud.agent.api.ShutdownCommand", role = "command", parent = "Command", sender = "both",
    answers = "Answer", sequence = "always")

/** Sent by a peer server; answered by Answer. */
struct TransferAgentCommand {
  1: i64 agentId
  2: i64 futureOwner
  3: i64 currentOwner
  4: optional enums.StatusEvent event
  5: optional base.StringMap contextMap
  6: i32 wait
} (
    java = "com.cloud.agent.api.TransferAgentCommand", role = "command", parent = "Command", sender = "peer",
    answers = "Answer")

/**
 * Sent by the server; answered by ConsoleProxyLoadAnswer. Cron: answered at once with Answer, then with
 * ConsoleProxyLoadAnswer every interval under the same sequence.
 */
struct WatchConsoleProxyLoadCommand {
  1: i64 proxyVmId
  2: optional string proxyVmName
  3: optional string proxyManagementIp
  4: i32 proxyCmdPort
  5: i32 interval
  6: optional base.StringMap contextMap
  7: i32 wait
} (
    java = "com.cloud.agent.api.proxy.WatchConsoleProxyLoadCommand", role = "command", parent = "ProxyCommand",
    sender = "server", answers = "ConsoleProxyLoadAnswer")

struct AgentControlAnswer {
  1: bool result
  2: optional string details
  3: optional base.StringMap contextMap
  4: i32 wait
} (java = "com.cloud.agent.api.AgentControlAnswer", role = "answer", parent = "Answer")

struct ChangeAgentAnswer {
  1: bool result
  2: optional string details
  3: optional base.StringMap contextMap
  4: i32 wait
} (java = "com.cloud.agent.api.ChangeAgentAnswer", role = "answer", parent = "Answer")

struct ClusterVMMetaDataSyncAnswer {
  1: i64 _clusterId
  2: optional base.StringMap _vmMetaDatum
  3: bool _isExecuted
  4: bool result
  5: optional string details
  6: optional base.StringMap contextMap
  7: i32 wait
} (
    java = "com.cloud.agent.api.ClusterVMMetaDataSyncAnswer", role = "answer", parent = "Answer", defaults = "none")

struct ConsoleAccessAuthenticationAnswer {
  1: bool _success
  2: bool _isReauthenticating
  3: optional string _host
  4: i32 _port
  5: optional string _tunnelUrl
  6: optional string _tunnelSession
  7: bool result
  8: optional string details
  9: optional base.StringMap contextMap
  10: i32 wait
} (
    java = "com.cloud.agent.api.ConsoleAccessAuthenticationAnswer", role = "answer", parent = "AgentControlAnswer")

struct PingAnswer {
  1: optional PingCommand _command
  2: bool result
  3: optional string details
  4: optional base.StringMap contextMap
  5: i32 wait
} (java = "com.cloud.agent.api.PingAnswer", role = "answer", parent = "Answer")

struct RecurringNetworkUsageAnswer {
  1: bool result
  2: optional string details
  3: optional base.StringMap contextMap
  4: i32 wait
} (java = "com.cloud.agent.api.RecurringNetworkUsageAnswer", role = "answer", parent = "Answer")

struct SetupAnswer {
  1: bool _reconnect
  2: bool result
  3: optional string details
  4: optional base.StringMap contextMap
  5: i32 wait
} (java = "com.cloud.agent.api.SetupAnswer", role = "answer", parent = "Answer")

struct ConsoleProxyLoadAnswer {
  1: i64 proxyVmId
  2: optional string proxyVmName
  3: bool result
  4: optional string details
  5: optional base.StringMap contextMap
  6: i32 wait
} (java = "com.cloud.agent.api.proxy.ConsoleProxyLoadAnswer", role = "answer", parent = "Answer")
