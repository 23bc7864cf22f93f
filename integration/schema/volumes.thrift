// SPDX-License-Identifier: Apache-2.0
/** Volumes, snapshots and templates as commands knew them before the storage subsystem. */
include "base.thrift"
include "enums.thrift"
include "storage_types.thrift"
namespace cpp trestle.schema

/** Sent by the server; answered by BackupSnapshotAnswer. */
struct BackupSnapshotCommand {
  1: optional string prevSnapshotUuid
  2: optional string prevBackupUuid
  3: bool isVolumeInactive
  4: optional string vmName
  5: optional i64 snapshotId
  6: optional storage_types.SwiftTO swift
  7: optional storage_types.S3TO s3
  8: optional storage_types.StorageFilerTO pool
  9: optional i64 secHostId
  10: optional string nfsVersion
  11: optional string primaryStoragePoolNameLabel
  12: optional storage_types.StorageFilerTO primaryPool
  13: optional string snapshotUuid
  14: optional string snapshotName
  15: optional string secondaryStorageUrl
  16: optional i64 dcId
  17: optional i64 accountId
  18: optional i64 volumeId
  19: optional string volumePath
  20: optional base.StringMap contextMap
  21: i32 wait
} (
    java = "com.cloud.agent.api.BackupSnapshotCommand", role = "command", parent = "SnapshotCommand",
    sender = "server", answers = "BackupSnapshotAnswer")

/** Sent by the server; answered by Answer. */
struct CreatePrivateTemplateFromSnapshotCommand {
  1: optional string origTemplateInstallPath
  2: optional i64 newTemplateId
  3: optional string templateName
  4: optional string nfsVersion
  5: optional string primaryStoragePoolNameLabel
  6: optional storage_types.StorageFilerTO primaryPool
  7: optional string snapshotUuid
  8: optional string snapshotName
  9: optional string secondaryStorageUrl
  10: optional i64 dcId
  11: optional i64 accountId
  12: optional i64 volumeId
  13: optional string volumePath
  14: optional base.StringMap contextMap
  15: i32 wait
} (
    java = "com.cloud.agent.api.CreatePrivateTemplateFromSnapshotCommand", role = "command",
    parent = "SnapshotCommand", sender = "server", answers = "Answer")

/** Sent by the server; answered by CreatePrivateTemplateAnswer. */
struct CreatePrivateTemplateFromVolumeCommand {
  1: optional string _vmName
  2: optional string _volumePath
  3: optional string _userSpecifiedName
  4: optional string _uniqueName
  5: i64 _templateId
  6: i64 _accountId
  7: optional storage_types.StorageFilerTO _primaryPool
  8: optional string _secondaryStorageUrl
  9: optional string nfsVersion
  10: optional string primaryStoragePoolNameLabel
  11: optional storage_types.StorageFilerTO primaryPool
  12: optional string snapshotUuid
  13: optional string snapshotName
  14: optional string secondaryStorageUrl
  15: optional i64 dcId
  16: optional i64 accountId
  17: optional i64 volumeId
  18: optional string volumePath
  19: optional base.StringMap contextMap
  20: i32 wait
} (
    java = "com.cloud.agent.api.CreatePrivateTemplateFromVolumeCommand", role = "command", parent = "SnapshotCommand",
    sender = "server", answers = "CreatePrivateTemplateAnswer")

/** Sent by the server; answered by CreateVolumeFromSnapshotAnswer. */
struct CreateVolumeFromSnapshotCommand {
  1: optional string nfsVersion
  2: optional string primaryStoragePoolNameLabel
  3: optional storage_types.StorageFilerTO primaryPool
  4: optional string snapshotUuid
  5: optional string snapshotName
  6: optional string secondaryStorageUrl
  7: optional i64 dcId
  8: optional i64 accountId
  9: optional i64 volumeId
  10: optional string volumePath
  11: optional base.StringMap contextMap
  12: i32 wait
} (
    java = "com.cloud.agent.api.CreateVolumeFromSnapshotCommand", role = "command", parent = "SnapshotCommand",
    sender = "server", answers = "CreateVolumeFromSnapshotAnswer")

/** Sent by the server; answered by Answer. */
struct DeleteSnapshotsDirCommand {
  1: optional storage_types.DataStoreTO store
  2: optional string directory
  3: optional base.StringMap contextMap
  4: i32 wait
} (
    java = "com.cloud.agent.api.DeleteSnapshotsDirCommand", role = "command", parent = "Command", sender = "server",
    answers = "Answer", sequence = "always")

/** Sent by the server; answered by ManageSnapshotAnswer. */
struct ManageSnapshotCommand {
  1: optional string _commandSwitch
  2: optional string _volumePath
  3: optional storage_types.StorageFilerTO _pool
  4: optional string _snapshotPath
  5: optional string _snapshotName
  6: i64 _snapshotId
  7: optional string _vmName
  8: optional base.StringMap contextMap
  9: i32 wait
} (
    java = "com.cloud.agent.api.ManageSnapshotCommand", role = "command", parent = "Command", sender = "server",
    answers = "ManageSnapshotAnswer")

/** Sent by the server; answered by Answer. */
struct SnapshotCommand {
  1: optional string primaryStoragePoolNameLabel
  2: optional storage_types.StorageFilerTO primaryPool
  3: optional string snapshotUuid
  4: optional string snapshotName
  5: optional string secondaryStorageUrl
  6: optional i64 dcId
  7: optional i64 accountId
  8: optional i64 volumeId
  9: optional string volumePath
  10: optional base.StringMap contextMap
  11: i32 wait
} (
    java = "com.cloud.agent.api.SnapshotCommand", role = "command", parent = "Command", sender = "server",
    answers = "Answer")

/** Sent by the server; answered by Answer. */
struct UpgradeSnapshotCommand {
  1: optional string version
  2: optional i64 templateId
  3: optional i64 tmpltAccountId
  4: optional string primaryStoragePoolNameLabel
  5: optional storage_types.StorageFilerTO primaryPool
  6: optional string snapshotUuid
  7: optional string snapshotName
  8: optional string secondaryStorageUrl
  9: optional i64 dcId
  10: optional i64 accountId
  11: optional i64 volumeId
  12: optional string volumePath
  13: optional base.StringMap contextMap
  14: i32 wait
} (
    java = "com.cloud.agent.api.UpgradeSnapshotCommand", role = "command", parent = "SnapshotCommand",
    sender = "server", answers = "Answer")

/** Sent by the server; answered by ValidateSnapshotAnswer. */
struct ValidateSnapshotCommand {
  1: optional string primaryStoragePoolNameLabel
  2: optional string volumeUuid
  3: optional string firstBackupUuid
  4: optional string previousSnapshotUuid
  5: optional string templateUuid
  6: optional base.StringMap contextMap
  7: i32 wait
} (
    java = "com.cloud.agent.api.ValidateSnapshotCommand", role = "command", parent = "Command", sender = "server",
    answers = "ValidateSnapshotAnswer")

/** Sent by the server; answered by Answer. */
struct PrepareCreateTemplateCommand {
  1: optional string ip
  2: optional string mac
  3: optional string netMask
  4: optional string gateway
  5: optional string dns
  6: optional string template_ (json = "template")
  7: optional base.StringMap contextMap
  8: i32 wait
} (
    java = "com.cloud.agent.api.baremetal.PrepareCreateTemplateCommand", role = "command", parent = "Command",
    defaults = "none", sender = "server", answers = "Answer", sequence = "always")

/** Sent by the server; answered by CopyVolumeAnswer. */
struct CopyVolumeCommand {
  1: i64 volumeId
  2: optional string volumePath
  3: optional storage_types.StorageFilerTO pool
  4: optional string secondaryStorageURL
  5: bool toSecondaryStorage
  6: optional string vmName
  7: bool executeInSequence
  8: optional string nfsVersion
  9: optional base.StringMap contextMap
  10: i32 wait
} (
    java = "com.cloud.agent.api.storage.CopyVolumeCommand", role = "command", parent = "Command", sender = "server",
    answers = "CopyVolumeAnswer", sequence = "field:executeInSequence")

/** Sent by the server; answered by CreateAnswer. */
struct CreateCommand {
  1: i64 volId
  2: optional storage_types.StorageFilerTO pool
  3: optional storage_types.DiskProfile diskCharacteristics
  4: optional string templateUrl
  5: bool executeInSequence
  6: optional base.StringMap contextMap
  7: i32 wait
} (
    java = "com.cloud.agent.api.storage.CreateCommand", role = "command", parent = "Command", sender = "server",
    answers = "CreateAnswer", sequence = "field:executeInSequence")

/** Sent by the server; answered by CreatePrivateTemplateAnswer. */
struct CreatePrivateTemplateCommand {
  1: optional string _snapshotFolder
  2: optional string _snapshotPath
  3: optional string _userFolder
  4: optional string _userSpecifiedName
  5: optional string _uniqueName
  6: i64 _templateId
  7: i64 _accountId
  8: optional string _secondaryStorageURL
  9: optional string _snapshotName
  10: optional base.StringMap contextMap
  11: i32 wait
} (
    java = "com.cloud.agent.api.storage.CreatePrivateTemplateCommand", role = "command", parent = "StorageCommand",
    sender = "server", answers = "CreatePrivateTemplateAnswer")

/** Sent by the server; answered by Answer. */
struct DestroyCommand {
  1: optional string vmName
  2: optional storage_types.VolumeTO volume
  3: optional base.StringMap contextMap
  4: i32 wait
} (
    java = "com.cloud.agent.api.storage.DestroyCommand", role = "command", parent = "StorageCommand",
    sender = "server", answers = "Answer", sequence = "always")

/** Sent by the server; answered by ManageVolumeAvailabilityAnswer. */
struct ManageVolumeAvailabilityCommand {
  1: bool attach
  2: optional string primaryStorageSRUuid
  3: optional string volumeUuid
  4: optional base.StringMap contextMap
  5: i32 wait
} (
    java = "com.cloud.agent.api.storage.ManageVolumeAvailabilityCommand", role = "command", parent = "Command",
    sender = "server", answers = "ManageVolumeAvailabilityAnswer")

/** Sent by the server; answered by MigrateVolumeAnswer. */
struct MigrateVolumeCommand {
  1: i64 volumeId
  2: optional string volumePath
  3: optional storage_types.StorageFilerTO pool
  4: optional string attachedVmName
  5: optional enums.VolumeType volumeType
  6: optional base.StringMap contextMap
  7: i32 wait
} (
    java = "com.cloud.agent.api.storage.MigrateVolumeCommand", role = "command", parent = "Command",
    defaults = "none", sender = "server", answers = "MigrateVolumeAnswer", sequence = "always")

/** Sent by the server; answered by ResizeVolumeAnswer. */
struct ResizeVolumeCommand {
  1: optional string path
  2: optional storage_types.StorageFilerTO pool
  3: optional string vmInstance
  4: optional i64 newSize
  5: optional i64 currentSize
  6: bool shrinkOk
  7: optional base.StringMap contextMap
  8: i32 wait
} (
    java = "com.cloud.agent.api.storage.ResizeVolumeCommand", role = "command", parent = "Command", sender = "server",
    answers = "ResizeVolumeAnswer")

struct BackupSnapshotAnswer {
  1: optional string backupSnapshotName
  2: bool full
  3: bool result
  4: optional string details
  5: optional base.StringMap contextMap
  6: i32 wait
} (java = "com.cloud.agent.api.BackupSnapshotAnswer", role = "answer", parent = "Answer")

struct CreateVolumeFromSnapshotAnswer {
  1: optional string vdiUUID
  2: bool result
  3: optional string details
  4: optional base.StringMap contextMap
  5: i32 wait
} (java = "com.cloud.agent.api.CreateVolumeFromSnapshotAnswer", role = "answer", parent = "Answer")

struct ManageSnapshotAnswer {
  1: optional string _snapshotPath
  2: bool result
  3: optional string details
  4: optional base.StringMap contextMap
  5: i32 wait
} (java = "com.cloud.agent.api.ManageSnapshotAnswer", role = "answer", parent = "Answer")

struct ValidateSnapshotAnswer {
  1: optional string expectedSnapshotBackupUuid
  2: optional string actualSnapshotBackupUuid
  3: optional string actualSnapshotUuid
  4: bool result
  5: optional string details
  6: optional base.StringMap contextMap
  7: i32 wait
} (java = "com.cloud.agent.api.ValidateSnapshotAnswer", role = "answer", parent = "Answer")

struct CopyVolumeAnswer {
  1: optional string volumeFolder
  2: optional string volumePath
  3: bool result
  4: optional string details
  5: optional base.StringMap contextMap
  6: i32 wait
} (java = "com.cloud.agent.api.storage.CopyVolumeAnswer", role = "answer", parent = "Answer")

struct CreateAnswer {
  1: optional storage_types.VolumeTO volume
  2: bool requestTemplateReload
  3: bool result
  4: optional string details
  5: optional base.StringMap contextMap
  6: i32 wait
} (java = "com.cloud.agent.api.storage.CreateAnswer", role = "answer", parent = "Answer")

struct CreatePrivateTemplateAnswer {
  1: optional string _path
  2: i64 _virtualSize
  3: i64 _physicalSize
  4: optional string _uniqueName
  5: optional enums.ImageFormat _format
  6: bool result
  7: optional string details
  8: optional base.StringMap contextMap
  9: i32 wait
} (
    java = "com.cloud.agent.api.storage.CreatePrivateTemplateAnswer", role = "answer", parent = "Answer")

struct DestroyAnswer {
  1: bool result
  2: optional string details
  3: optional base.StringMap contextMap
  4: i32 wait
} (java = "com.cloud.agent.api.storage.DestroyAnswer", role = "answer", parent = "Answer")

struct ManageVolumeAvailabilityAnswer {
  1: bool result
  2: optional string details
  3: optional base.StringMap contextMap
  4: i32 wait
} (
    java = "com.cloud.agent.api.storage.ManageVolumeAvailabilityAnswer", role = "answer", parent = "Answer")

struct MigrateVolumeAnswer {
  1: optional string volumePath
  2: optional string volumeChain
  3: bool result
  4: optional string details
  5: optional base.StringMap contextMap
  6: i32 wait
} (
    java = "com.cloud.agent.api.storage.MigrateVolumeAnswer", role = "answer", parent = "Answer", defaults = "none")

struct ResizeVolumeAnswer {
  1: i64 newSize
  2: bool result
  3: optional string details
  4: optional base.StringMap contextMap
  5: i32 wait
} (java = "com.cloud.agent.api.storage.ResizeVolumeAnswer", role = "answer", parent = "Answer")
