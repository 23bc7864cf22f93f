// SPDX-License-Identifier: Apache-2.0
/** Virtual machines, their NICs, and the statistics of machines and hosts. */
include "base.thrift"
include "enums.thrift"
include "storage_types.thrift"
namespace cpp trestle.schema

struct NicDetails {
  1: optional string macAddress
  2: optional string vlanid
  3: bool state
} (java = "com.cloud.agent.api.GetVmConfigAnswer$NicDetails", role = "transfer", defaults = "none")

struct HostStatsEntry {
  1: i64 hostId
  2: optional string entityType
  3: double cpuUtilization
  4: double networkReadKBs
  5: double networkWriteKBs
  6: double totalMemoryKBs
  7: double freeMemoryKBs
} (java = "com.cloud.agent.api.HostStatsEntry", role = "transfer")

struct HostVmStateReportEntry {
  1: optional enums.PowerState state
  2: optional string host
} (java = "com.cloud.agent.api.HostVmStateReportEntry", role = "transfer")

struct VgpuTypesInfo {
  1: optional string modelName
  2: optional string groupName
  3: optional i64 maxHeads
  4: optional i64 videoRam
  5: optional i64 maxResolutionX
  6: optional i64 maxResolutionY
  7: optional i64 maxVgpuPerGpu
  8: optional i64 remainingCapacity
  9: optional i64 maxCapacity
} (java = "com.cloud.agent.api.VgpuTypesInfo", role = "transfer", defaults = "none")

struct VmStatsEntry {
  1: double cpuUtilization
  2: double networkReadKBs
  3: double networkWriteKBs
  4: double diskReadIOs
  5: double diskWriteIOs
  6: double diskReadKBs
  7: double diskWriteKBs
  8: i32 numCPUs
  9: optional string entityType
} (java = "com.cloud.agent.api.VmStatsEntry", role = "transfer")

struct GPUDeviceTO {
  1: optional string gpuGroup
  2: optional string vgpuType
  3: optional map<string, map<string, VgpuTypesInfo>> groupDetails
} (java = "com.cloud.agent.api.to.GPUDeviceTO", role = "transfer", defaults = "none")

struct NetworkTO {
  1: optional string uuid
  2: optional string ip
  3: optional string netmask
  4: optional string gateway
  5: optional string mac
  6: optional string dns1
  7: optional string dns2
  8: optional enums.BroadcastDomainType broadcastType
  9: optional enums.NetworksTrafficType type
  10: optional string broadcastUri
  11: optional string isolationUri
  12: bool isSecurityGroupEnabled
  13: optional string name
} (java = "com.cloud.agent.api.to.NetworkTO", role = "transfer")

struct HostTO {
  1: optional string guid
  2: optional NetworkTO privateNetwork
  3: optional NetworkTO publicNetwork
  4: optional NetworkTO storageNetwork1
  5: optional NetworkTO storageNetwork2
} (java = "com.cloud.agent.api.to.HostTO", role = "transfer")

struct MonitorServiceTO {
  1: i64 id
  2: optional string service_ (json = "service")
  3: optional string processname
  4: optional string serviceName
  5: optional string servicePath
  6: optional string pidFile
  7: bool isDefault
} (java = "com.cloud.agent.api.to.MonitorServiceTO", role = "transfer")

struct NicTO {
  1: i32 deviceId
  2: optional i32 networkRateMbps
  3: optional i32 networkRateMulticastMbps
  4: bool defaultNic
  5: bool pxeDisable
  6: optional string nicUuid
  7: optional list<string> nicSecIps
  8: optional string uuid
  9: optional string ip
  10: optional string netmask
  11: optional string gateway
  12: optional string mac
  13: optional string dns1
  14: optional string dns2
  15: optional enums.BroadcastDomainType broadcastType
  16: optional enums.NetworksTrafficType type
  17: optional string broadcastUri
  18: optional string isolationUri
  19: bool isSecurityGroupEnabled
  20: optional string name
} (java = "com.cloud.agent.api.to.NicTO", role = "transfer", parent = "NetworkTO")

struct VirtualMachineTO {
  1: i64 id
  2: optional string name
  3: optional enums.BootloaderType bootloader
  4: optional enums.VirtualMachineType type
  5: i32 cpus
  6: optional i32 speed
  7: optional i32 minSpeed
  8: optional i32 maxSpeed
  9: i64 minRam
  10: i64 maxRam
  11: optional string hostName
  12: optional string arch
  13: optional string os
  14: optional string platformEmulator
  15: optional string bootArgs
  16: optional list<base.NullableString> bootupScripts
  17: bool enableHA
  18: bool limitCpuUse
  19: bool enableDynamicallyScaleVm
  20: optional base.Secret vncPassword
  21: optional string vncAddr
  22: optional base.StringMap params
  23: optional string uuid
  24: optional list<storage_types.DiskTO> disks
  25: optional list<NicTO> nics
  26: optional GPUDeviceTO gpuDevice
  27: optional i32 vcpuMaxLimit
  28: optional list<list<base.NullableString>> vmData
  29: optional string configDriveLabel
  30: optional string configDriveIsoRootFolder
  31: optional string configDriveIsoFile
} (java = "com.cloud.agent.api.to.VirtualMachineTO", role = "transfer")

struct HostEnvironment {
  1: optional string managementIpAddress
  2: optional string managementNetmask
  3: optional string managementGateway
  4: optional string managementVlan
  5: optional list<base.NullableString> neighborHosts
  6: optional string storageIpAddress
  7: optional string storageNetwork
  8: optional string storageGateway
  9: optional string storageVlan
  10: optional string secondaryStroageIpAddress
  11: optional string storage2IpAddress
  12: optional string storage2Network
  13: optional string storage2Gateway
  14: optional string storage2Vlan
  15: optional string secondaryStorageIpAddress2
  16: optional list<base.NullableString> neighborStorages
  17: optional list<base.NullableString> neighborStorages2
  18: optional string publicIpAddress
  19: optional string publicNetmask
  20: optional string publicGateway
  21: optional string publicVlan
} (java = "com.cloud.host.HostEnvironment", role = "transfer")

/** Pair<VolumeTO, StorageFilerTO> */
struct PairOfVolumeTOAndStorageFilerTO {
  1: optional storage_types.VolumeTO t
  2: optional storage_types.StorageFilerTO u
} (role = "transfer")

/** Pair<VolumeTO, Object> */
struct PairOfVolumeTOAndObject {
  1: optional storage_types.VolumeTO t
  2: optional base.AnyJson u
} (role = "transfer")

/** Pair<NicTO, Object> */
struct PairOfNicTOAndObject {
  1: optional NicTO t
  2: optional base.AnyJson u
} (role = "transfer")

/** Pair<Long, Long> */
struct PairOfLongAndLongArray {
  1: optional i64 t
  2: optional i64 u
} (json = "array", role = "transfer")

/** Pair<String, Long> */
struct PairOfStringAndLong {
  1: optional string t
  2: optional i64 u
} (role = "transfer")

/** Ternary<Integer, String, String> */
struct TernaryOfIntegerAndStringAndString {
  1: optional i32 t
  2: optional string u
  3: optional string v
} (role = "transfer")

/** Pair<String, String> */
struct PairOfStringAndString {
  1: optional string t
  2: optional string u
} (role = "transfer")
