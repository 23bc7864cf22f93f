// SPDX-License-Identifier: Apache-2.0
/** Every enum. A constant is written by its name, case matters; the numbers are those of Java's ordinals. */
namespace cpp trestle.schema

enum PvlanSetupCommandType {
  DHCP = 0, VM = 1
} (java = "com.cloud.agent.api.PvlanSetupCommand$Type")

enum FailureReason {
  NONE = 0, UNKNOWN = 1, PROGRAMMING_FAILED = 2, CANNOT_BRIDGE_FIREWALL = 3
} (java = "com.cloud.agent.api.SecurityGroupRuleAnswer$FailureReason")

enum BootDev {
  pxe = 0, disk = 1, cdrom = 2
} (java = "com.cloud.agent.api.baremetal.IpmISetBootDevCommand$BootDev")

enum AggregationControlCommandAction {
  Start = 0, Finish = 1, Cleanup = 2
} (java = "com.cloud.agent.api.routing.AggregationControlCommand$Action")

enum UploadProgressCommandRequestType {
  GET_STATUS = 0, ABORT = 1, RESTART = 2, PURGE = 3, GET_OR_RESTART = 4
} (java = "com.cloud.agent.api.storage.UploadProgressCommand$RequestType")

enum HostType {
  Storage = 0, Routing = 1, SecondaryStorage = 2, SecondaryStorageCmdExecutor = 3, ConsoleProxy = 4,
  ExternalFirewall = 5, ExternalLoadBalancer = 6, ExternalVirtualSwitchSupervisor = 7, PxeServer = 8,
  BaremetalPxe = 9, BaremetalDhcp = 10, TrafficMonitor = 11, ExternalDhcp = 12, SecondaryStorageVM = 13,
  LocalSecondaryStorage = 14, L2Networking = 15
} (java = "com.cloud.host.Host$Type")

enum StatusEvent {
  AgentConnected = 0, PingTimeout = 1, ShutdownRequested = 2, AgentDisconnected = 3, HostDown = 4, Ping = 5,
  ManagementServerDown = 6, WaitedTooLong = 7, Remove = 8, Ready = 9, RequestAgentRebalance = 10,
  StartAgentRebalance = 11, RebalanceCompleted = 12, RebalanceFailed = 13, Error = 14
} (java = "com.cloud.host.Status$Event")

enum HypervisorType {
  None = 0, XenServer = 1, KVM = 2, VMware = 3, Hyperv = 4, VirtualBox = 5, Parralels = 6, BareMetal = 7,
  Simulator = 8, Ovm = 9, Ovm3 = 10, LXC = 11, Any = 12
} (java = "com.cloud.hypervisor.Hypervisor$HypervisorType")

enum BroadcastDomainType {
  Native = 0, Vlan = 1, Vswitch = 2, LinkLocal = 3, Vnet = 4, Storage = 5, Lswitch = 6, Mido = 7, Pvlan = 8,
  Vxlan = 9, Vcs = 10, UnDecided = 11, OpenDaylight = 12, Vsp = 13
} (java = "com.cloud.network.Networks$BroadcastDomainType")

enum NetworksTrafficType {
  None = 0, Public = 1, Guest = 2, Storage = 3, Management = 4, Control = 5, Vpn = 6
} (java = "com.cloud.network.Networks$TrafficType")

enum RedundantState {
  UNKNOWN = 0, MASTER = 1, BACKUP = 2, FAULT = 3
} (java = "com.cloud.network.router.VirtualRouter$RedundantState")

enum FirewallRuleType {
  System = 0, User = 1
} (java = "com.cloud.network.rules.FirewallRule$FirewallRuleType")

enum FirewallRulePurpose {
  Firewall = 0, PortForwarding = 1, LoadBalancing = 2, Vpn = 3, StaticNat = 4, NetworkACL = 5
} (java = "com.cloud.network.rules.FirewallRule$Purpose")

enum FirewallRuleTrafficType {
  Ingress = 0, Egress = 1
} (java = "com.cloud.network.rules.FirewallRule$TrafficType")

enum NetworkACLItemTrafficType {
  Ingress = 0, Egress = 1
} (java = "com.cloud.network.vpc.NetworkACLItem$TrafficType")

enum StaticRouteState {
  Staged = 0, Add = 1, Active = 2, Revoke = 3, Deleting = 4
} (java = "com.cloud.network.vpc.StaticRoute$State")

enum DiskCacheMode {
  NONE = 0, WRITEBACK = 1, WRITETHROUGH = 2
} (java = "com.cloud.offering.DiskOffering$DiskCacheMode")

enum ResourceStateEvent {
  InternalCreated = 0, Enable = 1, Disable = 2, AdminAskMaintenace = 3, AdminCancelMaintenance = 4,
  InternalEnterMaintenance = 5, UpdatePassword = 6, UnableToMigrate = 7, Error = 8, DeleteHost = 9, Unmanaged = 10
} (java = "com.cloud.resource.ResourceState$Event")

enum DataStoreRole {
  Primary = 0, Image = 1, ImageCache = 2, Backup = 3
} (java = "com.cloud.storage.DataStoreRole")

enum ImageFormat {
  QCOW2 = 0, RAW = 1, VHD = 2, ISO = 3, OVA = 4, VHDX = 5, BAREMETAL = 6, VMDK = 7, VDI = 8, TAR = 9, DIR = 10
} (java = "com.cloud.storage.Storage$ImageFormat")

enum ProvisioningType {
  THIN = 0, SPARSE = 1, FAT = 2
} (java = "com.cloud.storage.Storage$ProvisioningType")

enum StoragePoolType {
  Filesystem = 0, NetworkFilesystem = 1, IscsiLUN = 2, Iscsi = 3, ISO = 4, LVM = 5, CLVM = 6, RBD = 7,
  SharedMountPoint = 8, VMFS = 9, PreSetup = 10, EXT = 11, OCFS2 = 12, SMB = 13, Gluster = 14, ManagedNFS = 15
} (java = "com.cloud.storage.Storage$StoragePoolType")

enum StorageResourceType {
  STORAGE_POOL = 0, STORAGE_HOST = 1, SECONDARY_STORAGE = 2, LOCAL_SECONDARY_STORAGE = 3
} (java = "com.cloud.storage.Storage$StorageResourceType")

enum UploadStatus {
  UNKNOWN = 0, ABANDONED = 1, UPLOADED = 2, NOT_UPLOADED = 3, UPLOAD_ERROR = 4, UPLOAD_IN_PROGRESS = 5,
  NOT_COPIED = 6, COPY_IN_PROGRESS = 7, COPY_ERROR = 8, COPY_COMPLETE = 9, DOWNLOAD_URL_CREATED = 10,
  DOWNLOAD_URL_NOT_CREATED = 11, ERROR = 12
} (java = "com.cloud.storage.Upload$Status")

enum UploadType {
  VOLUME = 0, TEMPLATE = 1, ISO = 2
} (java = "com.cloud.storage.Upload$Type")

enum VMTemplateStorageResourceAssocStatus {
  UNKNOWN = 0, DOWNLOAD_ERROR = 1, NOT_DOWNLOADED = 2, DOWNLOAD_IN_PROGRESS = 3, DOWNLOADED = 4, ABANDONED = 5,
  UPLOADED = 6, NOT_UPLOADED = 7, UPLOAD_ERROR = 8, UPLOAD_IN_PROGRESS = 9, CREATING = 10, CREATED = 11
} (java = "com.cloud.storage.VMTemplateStorageResourceAssoc$Status")

enum VolumeType {
  UNKNOWN = 0, ROOT = 1, SWAP = 2, DATADISK = 3, ISO = 4
} (java = "com.cloud.storage.Volume$Type")

enum BootloaderType {
  PyGrub = 0, HVM = 1, External = 2, CD = 3
} (java = "com.cloud.template.VirtualMachineTemplate$BootloaderType")

enum PowerState {
  PowerUnknown = 0, PowerOn = 1, PowerOff = 2, PowerReportMissing = 3
} (java = "com.cloud.vm.VirtualMachine$PowerState")

enum VirtualMachineState {
  Starting = 0, Running = 1, Stopping = 2, Stopped = 3, Destroyed = 4, Expunging = 5, Migrating = 6, Error = 7,
  Unknown = 8, Shutdowned = 9
} (java = "com.cloud.vm.VirtualMachine$State")

enum VirtualMachineType {
  User = 0, DomainRouter = 1, ConsoleProxy = 2, SecondaryStorageVm = 3, ElasticIpVm = 4, ElasticLoadBalancerVm = 5,
  InternalLoadBalancerVm = 6, UserBareMetal = 7, Instance = 8
} (java = "com.cloud.vm.VirtualMachine$Type")

enum VMSnapshotType {
  Disk = 0, DiskAndMemory = 1
} (java = "com.cloud.vm.snapshot.VMSnapshot$Type")

enum DownloadCommandResourceType {
  VOLUME = 0, TEMPLATE = 1
} (java = "org.apache.cloudstack.storage.command.DownloadCommand$ResourceType")

enum DownloadProgressCommandRequestType {
  GET_STATUS = 0, ABORT = 1, RESTART = 2, PURGE = 3, GET_OR_RESTART = 4
} (java = "org.apache.cloudstack.storage.command.DownloadProgressCommand$RequestType")

enum UploadStatusAnswerUploadStatus {
  UNKNOWN = 0, IN_PROGRESS = 1, COMPLETED = 2, ERROR = 3
} (java = "org.apache.cloudstack.storage.command.UploadStatusAnswer$UploadStatus")

enum UploadStatusCommandEntityType {
  Volume = 0, Template = 1
} (java = "org.apache.cloudstack.storage.command.UploadStatusCommand$EntityType")
