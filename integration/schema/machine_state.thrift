// SPDX-License-Identifier: Apache-2.0
/** Snapshots of virtual machines, and migration together with their storage. */
include "base.thrift"
include "enums.thrift"
include "machine_types.thrift"
include "storage_types.thrift"
namespace cpp trestle.schema

/** Sent by the server; answered by CreateVMSnapshotAnswer. */
struct CreateVMSnapshotCommand {
  1: optional string vmUuid
  2: optional list<storage_types.VolumeObjectTO> volumeTOs
  3: optional storage_types.VMSnapshotTO target
  4: optional string vmName
  5: optional string guestOSType
  6: optional string platformEmulator
  7: optional base.StringMap contextMap
  8: i32 wait
} (
    java = "com.cloud.agent.api.CreateVMSnapshotCommand", role = "command", parent = "VMSnapshotBaseCommand",
    defaults = "none", sender = "server", answers = "CreateVMSnapshotAnswer")

/** Sent by the server; answered by CreateVolumeFromVMSnapshotAnswer. */
struct CreateVolumeFromVMSnapshotCommand {
  1: optional string path
  2: optional string name
  3: optional bool fullClone
  4: optional string storagePoolUuid
  5: optional storage_types.StorageFilerTO pool
  6: optional storage_types.DiskProfile diskProfile
  7: optional i64 volumeId
  8: optional base.StringMap contextMap
  9: i32 wait
} (
    java = "com.cloud.agent.api.CreateVolumeFromVMSnapshotCommand", role = "command", parent = "Command",
    sender = "server", answers = "CreateVolumeFromVMSnapshotAnswer")

/** Sent by the server; answered by DeleteVMSnapshotAnswer. */
struct DeleteVMSnapshotCommand {
  1: optional list<storage_types.VolumeObjectTO> volumeTOs
  2: optional storage_types.VMSnapshotTO target
  3: optional string vmName
  4: optional string guestOSType
  5: optional string platformEmulator
  6: optional base.StringMap contextMap
  7: i32 wait
} (
    java = "com.cloud.agent.api.DeleteVMSnapshotCommand", role = "command", parent = "VMSnapshotBaseCommand",
    defaults = "none", sender = "server", answers = "DeleteVMSnapshotAnswer")

/** Sent by the server; answered by MigrateWithStorageAnswer. */
struct MigrateWithStorageCommand {
  1: optional machine_types.VirtualMachineTO vm
  2: optional map<string, storage_types.StorageFilerTO> volumeToFiler
  3: optional list<machine_types.PairOfVolumeTOAndStorageFilerTO> volumeToFilerAsList
  4: optional string tgtHost
  5: optional base.StringMap contextMap
  6: i32 wait
} (
    java = "com.cloud.agent.api.MigrateWithStorageCommand", role = "command", parent = "Command", defaults = "none",
    sender = "server", answers = "MigrateWithStorageAnswer", sequence = "always")

/** Sent by the server; answered by MigrateWithStorageCompleteAnswer. */
struct MigrateWithStorageCompleteCommand {
  1: optional machine_types.VirtualMachineTO vm
  2: optional base.StringMap contextMap
  3: i32 wait
} (
    java = "com.cloud.agent.api.MigrateWithStorageCompleteCommand", role = "command", parent = "Command",
    defaults = "none", sender = "server", answers = "MigrateWithStorageCompleteAnswer")

/** Sent by the server; answered by MigrateWithStorageReceiveAnswer. */
struct MigrateWithStorageReceiveCommand {
  1: optional machine_types.VirtualMachineTO vm
  2: optional list<machine_types.PairOfVolumeTOAndStorageFilerTO> volumeToFiler
  3: optional base.StringMap contextMap
  4: i32 wait
} (
    java = "com.cloud.agent.api.MigrateWithStorageReceiveCommand", role = "command", parent = "Command",
    defaults = "none", sender = "server", answers = "MigrateWithStorageReceiveAnswer", sequence = "always")

/** Sent by the server; answered by MigrateWithStorageSendAnswer. */
struct MigrateWithStorageSendCommand {
  1: optional machine_types.VirtualMachineTO vm
  2: optional list<machine_types.PairOfVolumeTOAndObject> volumeToSr
  3: optional list<machine_types.PairOfNicTOAndObject> nicToNetwork
  4: optional base.StringMap token
  5: optional base.StringMap contextMap
  6: i32 wait
} (
    java = "com.cloud.agent.api.MigrateWithStorageSendCommand", role = "command", parent = "Command",
    defaults = "none", sender = "server", answers = "MigrateWithStorageSendAnswer", sequence = "always")

/** Sent by the server; answered by RevertToVMSnapshotAnswer. */
struct RevertToVMSnapshotCommand {
  1: bool reloadVm
  2: optional string vmUuid
  3: optional list<storage_types.VolumeObjectTO> volumeTOs
  4: optional storage_types.VMSnapshotTO target
  5: optional string vmName
  6: optional string guestOSType
  7: optional string platformEmulator
  8: optional base.StringMap contextMap
  9: i32 wait
} (
    java = "com.cloud.agent.api.RevertToVMSnapshotCommand", role = "command", parent = "VMSnapshotBaseCommand",
    defaults = "none", sender = "server", answers = "RevertToVMSnapshotAnswer")

/** Sent by the server; answered by Answer. */
struct VMSnapshotBaseCommand {
  1: optional list<storage_types.VolumeObjectTO> volumeTOs
  2: optional storage_types.VMSnapshotTO target
  3: optional string vmName
  4: optional string guestOSType
  5: optional string platformEmulator
  6: optional base.StringMap contextMap
  7: i32 wait
} (
    java = "com.cloud.agent.api.VMSnapshotBaseCommand", role = "command", parent = "Command", defaults = "none",
    sender = "server", answers = "Answer")

struct CreateVMSnapshotAnswer {
  1: optional list<storage_types.VolumeObjectTO> volumeTOs
  2: optional storage_types.VMSnapshotTO vmSnapshotTo
  3: bool result
  4: optional string details
  5: optional base.StringMap contextMap
  6: i32 wait
} (java = "com.cloud.agent.api.CreateVMSnapshotAnswer", role = "answer", parent = "Answer")

struct CreateVolumeFromVMSnapshotAnswer {
  1: optional string path
  2: optional storage_types.VolumeTO volumeTo
  3: bool result
  4: optional string details
  5: optional base.StringMap contextMap
  6: i32 wait
} (java = "com.cloud.agent.api.CreateVolumeFromVMSnapshotAnswer", role = "answer", parent = "Answer")

struct DeleteVMSnapshotAnswer {
  1: optional list<storage_types.VolumeObjectTO> volumeTOs
  2: bool result
  3: optional string details
  4: optional base.StringMap contextMap
  5: i32 wait
} (java = "com.cloud.agent.api.DeleteVMSnapshotAnswer", role = "answer", parent = "Answer")

struct MigrateWithStorageAnswer {
  1: optional list<storage_types.VolumeObjectTO> volumeTos
  2: bool result
  3: optional string details
  4: optional base.StringMap contextMap
  5: i32 wait
} (
    java = "com.cloud.agent.api.MigrateWithStorageAnswer", role = "answer", parent = "Answer", defaults = "none")

struct MigrateWithStorageCompleteAnswer {
  1: optional list<storage_types.VolumeObjectTO> volumeTos
  2: bool result
  3: optional string details
  4: optional base.StringMap contextMap
  5: i32 wait
} (
    java = "com.cloud.agent.api.MigrateWithStorageCompleteAnswer", role = "answer", parent = "Answer",
    defaults = "none")

struct MigrateWithStorageReceiveAnswer {
  1: optional list<machine_types.PairOfVolumeTOAndObject> volumeToSr
  2: optional list<machine_types.PairOfNicTOAndObject> nicToNetwork
  3: optional base.StringMap token
  4: bool result
  5: optional string details
  6: optional base.StringMap contextMap
  7: i32 wait
} (
    java = "com.cloud.agent.api.MigrateWithStorageReceiveAnswer", role = "answer", parent = "Answer",
    defaults = "none")

struct MigrateWithStorageSendAnswer {
  1: optional list<storage_types.VolumeTO> volumeToSet
  2: bool result
  3: optional string details
  4: optional base.StringMap contextMap
  5: i32 wait
} (
    java = "com.cloud.agent.api.MigrateWithStorageSendAnswer", role = "answer", parent = "Answer", defaults = "none")

struct RevertToVMSnapshotAnswer {
  1: optional list<storage_types.VolumeObjectTO> volumeTOs
  2: optional enums.PowerState vmState
  3: bool result
  4: optional string details
  5: optional base.StringMap contextMap
  6: i32 wait
} (java = "com.cloud.agent.api.RevertToVMSnapshotAnswer", role = "answer", parent = "Answer")
