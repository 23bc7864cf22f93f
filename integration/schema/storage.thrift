// SPDX-License-Identifier: Apache-2.0
/** The storage subsystem: commands that speak of DataTO and DataStoreTO. */
include "base.thrift"
include "enums.thrift"
include "network_types.thrift"
include "storage_types.thrift"
namespace cpp trestle.schema

/** Sent by the server; answered by AttachAnswer. */
struct AttachCommand {
  1: optional storage_types.DiskTO disk
  2: optional string vmName
  3: bool inSeq
  4: optional base.StringMap controllerInfo
  5: optional base.StringMap contextMap
  6: i32 wait
} (
    java = "org.apache.cloudstack.storage.command.AttachCommand", role = "command",
    parent = "StorageSubSystemCommand", defaults = "none", sender = "server", answers = "AttachAnswer")

/** Sent by the server; answered by Answer. */
struct AttachPrimaryDataStoreCmd {
  1: optional string dataStore
  2: optional base.StringMap contextMap
  3: i32 wait
} (
    java = "org.apache.cloudstack.storage.command.AttachPrimaryDataStoreCmd", role = "command",
    parent = "StorageSubSystemCommand", defaults = "none", sender = "server", answers = "Answer")

/** Sent by the server; answered by CopyCmdAnswer, Answer. */
struct CopyCommand {
  1: optional storage_types.DataTO srcTO
  2: optional storage_types.DataTO destTO
  3: optional storage_types.DataTO cacheTO
  4: bool executeInSequence
  5: optional base.StringMap options
  6: optional base.StringMap options2
  7: optional base.StringMap contextMap
  8: i32 wait
} (
    java = "org.apache.cloudstack.storage.command.CopyCommand", role = "command", parent = "StorageSubSystemCommand",
    defaults = "none", sender = "server", answers = "CopyCmdAnswer Answer", sequence = "field:executeInSequence")

/** Sent by the server; answered by CreateObjectAnswer. */
struct CreateObjectCommand {
  1: optional storage_types.DataTO data
  2: optional base.StringMap contextMap
  3: i32 wait
} (
    java = "org.apache.cloudstack.storage.command.CreateObjectCommand", role = "command",
    parent = "StorageSubSystemCommand", sender = "server", answers = "CreateObjectAnswer")

/** Sent by the server; answered by Answer. */
struct CreatePrimaryDataStoreCmd {
  1: optional string dataStore
  2: optional base.StringMap contextMap
  3: i32 wait
} (
    java = "org.apache.cloudstack.storage.command.CreatePrimaryDataStoreCmd", role = "command",
    parent = "StorageSubSystemCommand", defaults = "none", sender = "server", answers = "Answer")

/** Sent by the server; answered by Answer, CreateObjectAnswer. */
struct DeleteCommand {
  1: optional storage_types.DataTO data
  2: optional base.StringMap contextMap
  3: i32 wait
} (
    java = "org.apache.cloudstack.storage.command.DeleteCommand", role = "command",
    parent = "StorageSubSystemCommand", sender = "server", answers = "Answer CreateObjectAnswer")

/** Sent by the server; answered by AttachAnswer. */
struct DettachCommand {
  1: optional storage_types.DiskTO disk
  2: optional string vmName
  3: bool _managed
  4: optional string _iScsiName
  5: optional string _storageHost
  6: i32 _storagePort
  7: optional base.StringMap contextMap
  8: i32 wait
} (
    java = "org.apache.cloudstack.storage.command.DettachCommand", role = "command",
    parent = "StorageSubSystemCommand", defaults = "none", sender = "server", answers = "AttachAnswer")

/** Sent by the server; answered by DownloadAnswer. */
struct DownloadCommand {
  1: bool hvm
  2: optional string description
  3: optional string checksum
  4: optional network_types.PasswordAuth auth
  5: optional network_types.Proxy _proxy
  6: optional i64 maxDownloadSizeInBytes
  7: i64 id
  8: optional enums.DownloadCommandResourceType resourceType
  9: optional string installPath
  10: optional storage_types.DataStoreTO _store
  11: optional storage_types.DataStoreTO cacheStore
  12: optional string url
  13: optional enums.ImageFormat format
  14: i64 accountId
  15: optional string name
  16: optional string secUrl
  17: optional base.StringMap contextMap
  18: i32 wait
} (
    java = "org.apache.cloudstack.storage.command.DownloadCommand", role = "command",
    parent = "AbstractDownloadCommand", sender = "server", answers = "DownloadAnswer")

/** Sent by the server; answered by Answer. */
struct DownloadProgressCommand {
  1: optional string jobId
  2: optional enums.DownloadProgressCommandRequestType request
  3: bool hvm
  4: optional string description
  5: optional string checksum
  6: optional network_types.PasswordAuth auth
  7: optional network_types.Proxy _proxy
  8: optional i64 maxDownloadSizeInBytes
  9: i64 id
  10: optional enums.DownloadCommandResourceType resourceType
  11: optional string installPath
  12: optional storage_types.DataStoreTO _store
  13: optional storage_types.DataStoreTO cacheStore
  14: optional string url
  15: optional enums.ImageFormat format
  16: i64 accountId
  17: optional string name
  18: optional string secUrl
  19: optional base.StringMap contextMap
  20: i32 wait
} (
    java = "org.apache.cloudstack.storage.command.DownloadProgressCommand", role = "command",
    parent = "DownloadCommand", sender = "server", answers = "Answer")

/** Sent by the server; answered by Answer. */
struct ForgetObjectCmd {
  1: optional storage_types.DataTO dataTO
  2: optional base.StringMap contextMap
  3: i32 wait
} (
    java = "org.apache.cloudstack.storage.command.ForgetObjectCmd", role = "command",
    parent = "StorageSubSystemCommand", defaults = "none", sender = "server", answers = "Answer")

/** Sent by the server; answered by Answer. */
struct IntroduceObjectCmd {
  1: optional storage_types.DataTO dataTO
  2: optional base.StringMap contextMap
  3: i32 wait
} (
    java = "org.apache.cloudstack.storage.command.IntroduceObjectCmd", role = "command",
    parent = "StorageSubSystemCommand", defaults = "none", sender = "server", answers = "Answer")

/** Sent by the server; answered by Answer. */
struct RevertSnapshotCommand {
  1: optional storage_types.SnapshotObjectTO data
  2: bool _executeInSequence
  3: optional base.StringMap contextMap
  4: i32 wait
} (
    java = "org.apache.cloudstack.storage.command.RevertSnapshotCommand", role = "command",
    parent = "StorageSubSystemCommand", sender = "server", answers = "Answer", sequence = "field:_executeInSequence")

/** Sent by the server; answered by SnapshotAndCopyAnswer. */
struct SnapshotAndCopyCommand {
  1: optional string _uuidOfSourceVdi
  2: optional base.StringMap _sourceDetails
  3: optional base.StringMap _destDetails
  4: bool _executeInSequence
  5: optional base.StringMap contextMap
  6: i32 wait
} (
    java = "org.apache.cloudstack.storage.command.SnapshotAndCopyCommand", role = "command",
    parent = "StorageSubSystemCommand", defaults = "none", sender = "server", answers = "SnapshotAndCopyAnswer",
    sequence = "field:_executeInSequence")

/** Base class; never on the wire by itself. */
struct StorageSubSystemCommand {
  1: optional base.StringMap contextMap
  2: i32 wait
} (
    java = "org.apache.cloudstack.storage.command.StorageSubSystemCommand", role = "command", parent = "Command",
    abstract = "true")

/** Sent by the server; answered by UploadStatusAnswer. */
struct UploadStatusCommand {
  1: optional string entityUuid
  2: optional enums.UploadStatusCommandEntityType entityType
  3: optional base.StringMap contextMap
  4: i32 wait
} (
    java = "org.apache.cloudstack.storage.command.UploadStatusCommand", role = "command", parent = "Command",
    sender = "server", answers = "UploadStatusAnswer")

struct DownloadAnswer {
  1: optional string jobId
  2: i32 downloadPct
  3: optional string errorString
  4: optional enums.VMTemplateStorageResourceAssocStatus downloadStatus
  5: optional string downloadPath
  6: optional string installPath
  7: i64 templateSize
  8: i64 templatePhySicalSize
  9: optional string checkSum
  10: bool result
  11: optional string details
  12: optional base.StringMap contextMap
  13: i32 wait
} (java = "com.cloud.agent.api.storage.DownloadAnswer", role = "answer", parent = "Answer")

struct AttachAnswer {
  1: optional storage_types.DiskTO disk
  2: bool result
  3: optional string details
  4: optional base.StringMap contextMap
  5: i32 wait
} (java = "org.apache.cloudstack.storage.command.AttachAnswer", role = "answer", parent = "Answer")

struct AttachPrimaryDataStoreAnswer {
  1: optional string uuid
  2: i64 capacity
  3: i64 avail
  4: bool result
  5: optional string details
  6: optional base.StringMap contextMap
  7: i32 wait
} (
    java = "org.apache.cloudstack.storage.command.AttachPrimaryDataStoreAnswer", role = "answer", parent = "Answer",
    defaults = "none")

struct CopyCmdAnswer {
  1: optional storage_types.DataTO newData
  2: bool result
  3: optional string details
  4: optional base.StringMap contextMap
  5: i32 wait
} (
    java = "org.apache.cloudstack.storage.command.CopyCmdAnswer", role = "answer", parent = "Answer",
    defaults = "none")

struct CreateObjectAnswer {
  1: optional storage_types.DataTO data
  2: bool result
  3: optional string details
  4: optional base.StringMap contextMap
  5: i32 wait
} (
    java = "org.apache.cloudstack.storage.command.CreateObjectAnswer", role = "answer", parent = "Answer")

struct DettachAnswer {
  1: optional storage_types.DiskTO disk
  2: bool result
  3: optional string details
  4: optional base.StringMap contextMap
  5: i32 wait
} (java = "org.apache.cloudstack.storage.command.DettachAnswer", role = "answer", parent = "Answer")

struct IntroduceObjectAnswer {
  1: optional storage_types.DataTO dataTO
  2: bool result
  3: optional string details
  4: optional base.StringMap contextMap
  5: i32 wait
} (
    java = "org.apache.cloudstack.storage.command.IntroduceObjectAnswer", role = "answer", parent = "Answer",
    defaults = "none")

struct SnapshotAndCopyAnswer {
  1: optional string _path
  2: bool result
  3: optional string details
  4: optional base.StringMap contextMap
  5: i32 wait
} (
    java = "org.apache.cloudstack.storage.command.SnapshotAndCopyAnswer", role = "answer", parent = "Answer")

struct UploadStatusAnswer {
  1: optional enums.UploadStatusAnswerUploadStatus status
  2: i64 virtualSize
  3: i64 physicalSize
  4: optional string installPath
  5: i32 downloadPercent
  6: bool result
  7: optional string details
  8: optional base.StringMap contextMap
  9: i32 wait
} (
    java = "org.apache.cloudstack.storage.command.UploadStatusAnswer", role = "answer", parent = "Answer")
