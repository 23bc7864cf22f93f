// SPDX-License-Identifier: Apache-2.0
/** Storage pools, secondary storage, downloads and uploads. */
include "base.thrift"
include "enums.thrift"
include "network_types.thrift"
include "storage_types.thrift"
namespace cpp trestle.schema

/** Sent by the server; answered by Answer. */
struct CreateStoragePoolCommand {
  1: bool _createDatastore
  2: optional base.StringMap _details
  3: bool add
  4: optional storage_types.StorageFilerTO pool
  5: optional string localPath
  6: optional list<base.NullableString> options
  7: optional base.StringMap contextMap
  8: i32 wait
} (
    java = "com.cloud.agent.api.CreateStoragePoolCommand", role = "command", parent = "ModifyStoragePoolCommand",
    sender = "server", answers = "Answer")

/** Sent by the server; answered by Answer. */
struct DeleteStoragePoolCommand {
  1: optional storage_types.StorageFilerTO _pool
  2: optional string _localPath
  3: bool _removeDatastore
  4: optional base.StringMap _details
  5: optional base.StringMap contextMap
  6: i32 wait
} (
    java = "com.cloud.agent.api.DeleteStoragePoolCommand", role = "command", parent = "Command", sender = "server",
    answers = "Answer")

/** Sent by the server; answered by GetStorageStatsAnswer. */
struct GetStorageStatsCommand {
  1: optional string id
  2: optional string localPath
  3: optional enums.StoragePoolType pooltype
  4: optional string secUrl
  5: optional storage_types.DataStoreTO store
  6: optional string nfsVersion
  7: optional base.StringMap contextMap
  8: i32 wait
} (
    java = "com.cloud.agent.api.GetStorageStatsCommand", role = "command", parent = "Command", sender = "server",
    answers = "GetStorageStatsAnswer")

/** Sent by the server; answered by ModifyStoragePoolAnswer, Answer. */
struct ModifyStoragePoolCommand {
  1: bool add
  2: optional storage_types.StorageFilerTO pool
  3: optional string localPath
  4: optional list<base.NullableString> options
  5: optional base.StringMap contextMap
  6: i32 wait
} (
    java = "com.cloud.agent.api.ModifyStoragePoolCommand", role = "command", parent = "Command", sender = "server",
    answers = "ModifyStoragePoolAnswer Answer")

/** Sent by the server; answered by Answer. */
struct SecStorageFirewallCfgCommand {
  1: optional list<storage_types.PortConfig> portConfigs (omit = "empty")
  2: bool isAppendAIp
  3: optional base.StringMap contextMap
  4: i32 wait
} (
    java = "com.cloud.agent.api.SecStorageFirewallCfgCommand", role = "command", parent = "Command",
    sender = "server", answers = "Answer")

/** Sent by the server; answered by SecStorageSetupAnswer. */
struct SecStorageSetupCommand {
  1: optional storage_types.DataStoreTO store
  2: optional string secUrl
  3: optional network_types.KeystoreManagerCertificates certs
  4: optional string postUploadKey
  5: optional string nfsVersion
  6: optional base.StringMap contextMap
  7: i32 wait
} (
    java = "com.cloud.agent.api.SecStorageSetupCommand", role = "command", parent = "Command", sender = "server",
    answers = "SecStorageSetupAnswer", sequence = "always")

/** Sent by the server; answered by Answer. */
struct SecStorageVMSetupCommand {
  1: optional list<base.NullableString> allowedInternalSites
  2: optional string copyUserName
  3: optional base.Secret copyPassword
  4: optional base.StringMap contextMap
  5: i32 wait
} (
    java = "com.cloud.agent.api.SecStorageVMSetupCommand", role = "command", parent = "Command", sender = "server",
    answers = "Answer", sequence = "always")

/** Base class; never on the wire by itself. */
struct AbstractDownloadCommand {
  1: optional string url
  2: optional enums.ImageFormat format
  3: i64 accountId
  4: optional string name
  5: optional string secUrl
  6: optional base.StringMap contextMap
  7: i32 wait
} (
    java = "com.cloud.agent.api.storage.AbstractDownloadCommand", role = "command", parent = "SsCommand",
    abstract = "true")

/** Sent by the server; answered by Answer. */
struct AbstractUploadCommand {
  1: optional string url
  2: optional enums.ImageFormat format
  3: i64 accountId
  4: optional string name
  5: optional base.StringMap contextMap
  6: i32 wait
} (
    java = "com.cloud.agent.api.storage.AbstractUploadCommand", role = "command", parent = "StorageCommand",
    sender = "server", answers = "Answer", sequence = "always")

/** Sent by the server; answered by CreateEntityDownloadURLAnswer. */
struct CreateEntityDownloadURLCommand {
  1: optional string installPath
  2: optional string parent
  3: optional string extractLinkUUID
  4: optional storage_types.DataTO data
  5: optional string url
  6: optional enums.ImageFormat format
  7: i64 accountId
  8: optional string name
  9: optional string secUrl
  10: optional base.StringMap contextMap
  11: i32 wait
} (
    java = "com.cloud.agent.api.storage.CreateEntityDownloadURLCommand", role = "command",
    parent = "AbstractDownloadCommand", sender = "server", answers = "CreateEntityDownloadURLAnswer")

/** Sent by the server; answered by CreateVolumeOVAAnswer. */
struct CreateVolumeOVACommand {
  1: optional string secUrl
  2: optional string volPath
  3: optional string volName
  4: optional storage_types.StorageFilerTO pool
  5: optional base.StringMap contextMap
  6: i32 wait
} (
    java = "com.cloud.agent.api.storage.CreateVolumeOVACommand", role = "command", parent = "Command",
    sender = "server", answers = "CreateVolumeOVAAnswer", sequence = "always")

/** Sent by the server; answered by Answer. */
struct DeleteEntityDownloadURLCommand {
  1: optional string path
  2: optional string extractUrl
  3: optional enums.UploadType type
  4: optional string parentPath
  5: optional string url
  6: optional enums.ImageFormat format
  7: i64 accountId
  8: optional string name
  9: optional string secUrl
  10: optional base.StringMap contextMap
  11: i32 wait
} (
    java = "com.cloud.agent.api.storage.DeleteEntityDownloadURLCommand", role = "command",
    parent = "AbstractDownloadCommand", sender = "server", answers = "Answer", sequence = "always")

/** Sent by the server; answered by ListTemplateAnswer. */
struct ListTemplateCommand {
  1: optional storage_types.DataStoreTO store
  2: optional string nfsVersion
  3: optional base.StringMap contextMap
  4: i32 wait
} (
    java = "com.cloud.agent.api.storage.ListTemplateCommand", role = "command", parent = "StorageCommand",
    sender = "server", answers = "ListTemplateAnswer", sequence = "always")

/** Sent by the server; answered by ListVolumeAnswer. */
struct ListVolumeCommand {
  1: optional storage_types.DataStoreTO store
  2: optional string secUrl
  3: optional base.StringMap contextMap
  4: i32 wait
} (
    java = "com.cloud.agent.api.storage.ListVolumeCommand", role = "command", parent = "StorageCommand",
    sender = "server", answers = "ListVolumeAnswer", sequence = "always")

/** Sent by the server; answered by PrepareOVAPackingAnswer. */
struct PrepareOVAPackingCommand {
  1: optional string templatePath
  2: optional string secUrl
  3: optional base.StringMap contextMap
  4: i32 wait
} (
    java = "com.cloud.agent.api.storage.PrepareOVAPackingCommand", role = "command", parent = "Command",
    sender = "server", answers = "PrepareOVAPackingAnswer", sequence = "always")

/** Sent by the server; answered by PrimaryStorageDownloadAnswer. */
struct PrimaryStorageDownloadCommand {
  1: optional string localPath
  2: optional string poolUuid
  3: i64 poolId
  4: optional storage_types.StorageFilerTO primaryPool
  5: optional string secondaryStorageUrl
  6: optional string primaryStorageUrl
  7: optional string nfsVersion
  8: optional string url
  9: optional enums.ImageFormat format
  10: i64 accountId
  11: optional string name
  12: optional string secUrl
  13: optional base.StringMap contextMap
  14: i32 wait
} (
    java = "com.cloud.agent.api.storage.PrimaryStorageDownloadCommand", role = "command",
    parent = "AbstractDownloadCommand", sender = "server", answers = "PrimaryStorageDownloadAnswer",
    sequence = "always")

/** Base class; never on the wire by itself. */
struct SsCommand {
  1: optional string secUrl
  2: optional base.StringMap contextMap
  3: i32 wait
} (
    java = "com.cloud.agent.api.storage.SsCommand", role = "command", parent = "Command", abstract = "true")

/** Base class; never on the wire by itself. */
struct StorageCommand {
  1: optional base.StringMap contextMap
  2: i32 wait
} (
    java = "com.cloud.agent.api.storage.StorageCommand", role = "command", parent = "Command", abstract = "true")

/** Sent by the server; answered by UploadAnswer. */
struct UploadCommand {
  1: optional storage_types.TemplateTO template_ (json = "template")
  2: optional string url
  3: optional string installPath
  4: bool hvm
  5: optional string description
  6: optional string checksum
  7: optional network_types.PasswordAuth auth
  8: i64 templateSizeInBytes
  9: i64 id
  10: optional enums.UploadType type
  11: optional enums.ImageFormat format
  12: i64 accountId
  13: optional string name
  14: optional base.StringMap contextMap
  15: i32 wait
} (
    java = "com.cloud.agent.api.storage.UploadCommand", role = "command", parent = "AbstractUploadCommand",
    sender = "server", answers = "UploadAnswer", sequence = "always")

/** Sent by the server; answered by Answer. */
struct UploadProgressCommand {
  1: optional string jobId
  2: optional enums.UploadProgressCommandRequestType request
  3: optional storage_types.TemplateTO template_ (json = "template")
  4: optional string url
  5: optional string installPath
  6: bool hvm
  7: optional string description
  8: optional string checksum
  9: optional network_types.PasswordAuth auth
  10: i64 templateSizeInBytes
  11: i64 id
  12: optional enums.UploadType type
  13: optional enums.ImageFormat format
  14: i64 accountId
  15: optional string name
  16: optional base.StringMap contextMap
  17: i32 wait
} (
    java = "com.cloud.agent.api.storage.UploadProgressCommand", role = "command", parent = "UploadCommand",
    sender = "server", answers = "Answer", sequence = "always")

struct GetStorageStatsAnswer {
  1: i64 used
  2: i64 capacity
  3: bool result
  4: optional string details
  5: optional base.StringMap contextMap
  6: i32 wait
} (java = "com.cloud.agent.api.GetStorageStatsAnswer", role = "answer", parent = "Answer")

struct ModifyStoragePoolAnswer {
  1: optional storage_types.StoragePoolInfo poolInfo
  2: optional map<string, storage_types.TemplateProp> templateInfo
  3: optional string localDatastoreName
  4: bool result
  5: optional string details
  6: optional base.StringMap contextMap
  7: i32 wait
} (java = "com.cloud.agent.api.ModifyStoragePoolAnswer", role = "answer", parent = "Answer")

struct SecStorageSetupAnswer {
  1: optional string _dir
  2: bool result
  3: optional string details
  4: optional base.StringMap contextMap
  5: i32 wait
} (java = "com.cloud.agent.api.SecStorageSetupAnswer", role = "answer", parent = "Answer")

struct CreateEntityDownloadURLAnswer {
  1: optional string resultString
  2: i16 resultCode
  3: bool result
  4: optional string details
  5: optional base.StringMap contextMap
  6: i32 wait
} (
    java = "com.cloud.agent.api.storage.CreateEntityDownloadURLAnswer", role = "answer", parent = "Answer")

struct CreateVolumeOVAAnswer {
  1: bool result
  2: optional string details
  3: optional base.StringMap contextMap
  4: i32 wait
} (
    java = "com.cloud.agent.api.storage.CreateVolumeOVAAnswer", role = "answer", parent = "Answer", defaults = "none")

struct ListTemplateAnswer {
  1: optional string secUrl
  2: optional map<string, storage_types.TemplateProp> templateInfos
  3: bool result
  4: optional string details
  5: optional base.StringMap contextMap
  6: i32 wait
} (java = "com.cloud.agent.api.storage.ListTemplateAnswer", role = "answer", parent = "Answer")

struct ListVolumeAnswer {
  1: optional string secUrl
  2: optional map<string, storage_types.TemplateProp> templateInfos
  3: bool result
  4: optional string details
  5: optional base.StringMap contextMap
  6: i32 wait
} (java = "com.cloud.agent.api.storage.ListVolumeAnswer", role = "answer", parent = "Answer")

struct PrepareOVAPackingAnswer {
  1: bool result
  2: optional string details
  3: optional base.StringMap contextMap
  4: i32 wait
} (
    java = "com.cloud.agent.api.storage.PrepareOVAPackingAnswer", role = "answer", parent = "Answer",
    defaults = "none")

struct PrimaryStorageDownloadAnswer {
  1: optional string installPath
  2: i64 templateSize
  3: bool result
  4: optional string details
  5: optional base.StringMap contextMap
  6: i32 wait
} (
    java = "com.cloud.agent.api.storage.PrimaryStorageDownloadAnswer", role = "answer", parent = "Answer")

struct UploadAnswer {
  1: optional string jobId
  2: i32 uploadPct
  3: optional string errorString
  4: optional enums.UploadStatus uploadStatus
  5: optional string uploadPath
  6: optional string installPath
  7: optional i64 templateSize
  8: bool result
  9: optional string details
  10: optional base.StringMap contextMap
  11: i32 wait
} (java = "com.cloud.agent.api.storage.UploadAnswer", role = "answer", parent = "Answer")
