// SPDX-License-Identifier: Apache-2.0
/** Volumes, templates, snapshots and the stores they lie on. DataTO and DataStoreTO are written with a class tag. */
include "base.thrift"
include "enums.thrift"
namespace cpp trestle.schema

struct PortConfig {
  1: bool add
  2: optional string sourceIp
  3: optional string port
  4: optional string intf
} (java = "com.cloud.agent.api.SecStorageFirewallCfgCommand$PortConfig", role = "transfer")

struct StoragePoolInfo {
  1: optional string uuid
  2: optional string host
  3: optional string localPath
  4: optional string hostPath
  5: optional enums.StoragePoolType poolType
  6: i64 capacityBytes
  7: i64 availableBytes
  8: optional base.StringMap details
} (java = "com.cloud.agent.api.StoragePoolInfo", role = "transfer")

struct NfsTO {
  1: optional string _url
  2: optional enums.DataStoreRole _role
  3: optional string uuid
} (java = "com.cloud.agent.api.to.NfsTO", role = "transfer")

struct S3TO {
  1: optional i64 id
  2: optional string uuid
  3: optional base.Secret accessKey
  4: optional base.Secret secretKey
  5: optional string endPoint
  6: optional string bucketName
  7: optional string signer
  8: optional bool httpsFlag
  9: optional bool useTCPKeepAlive
  10: optional i32 connectionTimeout
  11: optional i32 maxErrorRetry
  12: optional i32 socketTimeout
  13: optional i32 connectionTtl
  14: optional base.JavaDate created
  15: bool enableRRS
  16: i64 maxSingleUploadSizeInBytes
} (java = "com.cloud.agent.api.to.S3TO", role = "transfer", defaults = "none")

struct SwiftTO {
  1: optional i64 id
  2: optional string url
  3: optional string account
  4: optional string userName
  5: optional base.Secret key
} (java = "com.cloud.agent.api.to.SwiftTO", role = "transfer")

struct ImageStoreTO {
  1: optional string type
  2: optional string uri
  3: optional string providerName
  4: optional enums.DataStoreRole role
  5: optional string uuid
} (java = "org.apache.cloudstack.storage.to.ImageStoreTO", role = "transfer")

struct PrimaryDataStoreTO {
  1: optional string uuid
  2: optional string name
  3: optional string type
  4: i64 id
  5: optional enums.StoragePoolType poolType
  6: optional string host
  7: optional string path
  8: i32 port
  9: optional string url
  10: optional base.StringMap details
} (java = "org.apache.cloudstack.storage.to.PrimaryDataStoreTO", role = "transfer", defaults = "none")

union DataStoreTO {
  1: NfsTO nfsTO
  2: S3TO s3TO
  3: SwiftTO swiftTO
  4: ImageStoreTO imageStoreTO
  5: PrimaryDataStoreTO primaryDataStoreTO
} (java = "com.cloud.agent.api.to.DataStoreTO")

struct VolumeObjectTO {
  1: optional string uuid
  2: optional enums.VolumeType volumeType
  3: optional DataStoreTO dataStore
  4: optional string name
  5: optional i64 size
  6: optional string path
  7: optional i64 volumeId
  8: optional string vmName
  9: i64 accountId
  10: optional string chainInfo
  11: optional enums.ImageFormat format
  12: optional enums.ProvisioningType provisioningType
  13: i64 id
  14: optional i64 deviceId
  15: optional i64 bytesReadRate
  16: optional i64 bytesWriteRate
  17: optional i64 iopsReadRate
  18: optional i64 iopsWriteRate
  19: optional enums.DiskCacheMode cacheMode
  20: optional enums.HypervisorType hypervisorType
} (java = "org.apache.cloudstack.storage.to.VolumeObjectTO", role = "transfer")

struct VMSnapshotTO {
  1: optional i64 id
  2: optional string snapshotName
  3: optional enums.VMSnapshotType type
  4: optional i64 createTime
  5: optional bool current
  6: optional string description
  7: optional VMSnapshotTO parent (cpp.ref = "true")
  8: optional list<VolumeObjectTO> volumes
  9: bool quiescevm
} (java = "com.cloud.agent.api.VMSnapshotTO", role = "transfer")

struct VmDiskStatsEntry {
  1: optional string vmName
  2: optional string path
  3: i64 ioRead
  4: i64 ioWrite
  5: i64 bytesWrite
  6: i64 bytesRead
} (java = "com.cloud.agent.api.VmDiskStatsEntry", role = "transfer")

struct SnapshotObjectTO {
  1: optional string path
  2: optional VolumeObjectTO volume
  3: optional string parentSnapshotPath
  4: optional DataStoreTO dataStore
  5: optional string vmName
  6: optional string name
  7: optional enums.HypervisorType hypervisorType
  8: i64 id
  9: bool quiescevm
  10: optional list<base.NullableString> parents
  11: optional i64 physicalSize
} (java = "org.apache.cloudstack.storage.to.SnapshotObjectTO", role = "transfer")

struct TemplateObjectTO {
  1: optional string path
  2: optional string origUrl
  3: optional string uuid
  4: i64 id
  5: optional enums.ImageFormat format
  6: i64 accountId
  7: optional string checksum
  8: bool hvm
  9: optional string displayText
  10: optional DataStoreTO imageDataStore
  11: optional string name
  12: optional string guestOsType
  13: optional i64 size
  14: optional i64 physicalSize
  15: optional enums.HypervisorType hypervisorType
} (java = "org.apache.cloudstack.storage.to.TemplateObjectTO", role = "transfer")

union DataTO {
  1: SnapshotObjectTO snapshotObjectTO
  2: TemplateObjectTO templateObjectTO
  3: VolumeObjectTO volumeObjectTO
} (java = "com.cloud.agent.api.to.DataTO")

struct DiskTO {
  1: optional DataTO data
  2: optional i64 diskSeq
  3: optional string path
  4: optional enums.VolumeType type
  5: optional base.StringMap _details
} (java = "com.cloud.agent.api.to.DiskTO", role = "transfer")

struct StorageFilerTO {
  1: i64 id
  2: optional string uuid
  3: optional string host
  4: optional string path
  5: optional string userInfo
  6: i32 port
  7: optional enums.StoragePoolType type
} (java = "com.cloud.agent.api.to.StorageFilerTO", role = "transfer")

struct TemplateTO {
  1: i64 id
  2: optional string uniqueName
  3: optional enums.ImageFormat format
} (java = "com.cloud.agent.api.to.TemplateTO", role = "transfer")

struct VolumeTO {
  1: i64 id
  2: optional string name
  3: optional string mountPoint
  4: optional string path
  5: i64 size
  6: optional enums.VolumeType type
  7: optional enums.StoragePoolType storagePoolType
  8: optional string storagePoolUuid
  9: i64 deviceId
  10: optional string chainInfo
  11: optional string guestOsType
  12: optional i64 bytesReadRate
  13: optional i64 bytesWriteRate
  14: optional i64 iopsReadRate
  15: optional i64 iopsWriteRate
  16: optional string cacheMode
  17: optional i64 chainSize
} (java = "com.cloud.agent.api.to.VolumeTO", role = "transfer")

struct TemplateProp {
  1: optional string templateName
  2: optional string installPath
  3: i64 size
  4: i64 physicalSize
  5: i64 id
  6: bool isPublic
  7: bool isCorrupted
} (java = "com.cloud.storage.template.TemplateProp", role = "transfer")

struct DiskProfile {
  1: i64 size
  2: optional list<base.NullableString> tags
  3: optional enums.VolumeType type
  4: optional string name
  5: bool useLocalStorage
  6: bool recreatable
  7: i64 diskOfferingId
  8: optional i64 templateId
  9: i64 volumeId
  10: optional string path
  11: optional enums.ProvisioningType provisioningType
  12: optional i64 bytesReadRate
  13: optional i64 bytesWriteRate
  14: optional i64 iopsReadRate
  15: optional i64 iopsWriteRate
  16: optional string cacheMode
  17: optional enums.HypervisorType hyperType
} (java = "com.cloud.vm.DiskProfile", role = "transfer")
