// SPDX-License-Identifier: Apache-2.0
#ifndef TRESTLE_OBJECTS_OVM3_STORAGE_RECORDS_H_
#define TRESTLE_OBJECTS_OVM3_STORAGE_RECORDS_H_

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "objects/core/ids.h"
#include "objects/core/result.h"
#include "objects/core/secret.h"
#include "objects/core/units.h"
#include "objects/wire/reply.h"
#include "objects/wire/value.h"

/// The three structs that the storage plugins of the agent speak, as plain values. A text that is
/// empty and a size that is absent mean the same: not known. `other` holds members that no source
/// names; they go back to the agent as they came.
namespace trestle::ovm3 {

inline constexpr std::string_view kFileStorage = "FileSys";  ///< storage_type of NFS and OCFS2
inline constexpr std::string_view kSanStorage = "SAN";
inline constexpr std::string_view kIscsiStorage = "iSCSI";

/// A storage server (`ss`): who exports, not what. File plugins need id, access_host and
/// storage_type; the admin fields are for arrays with a control path of their own.
struct StorageServer {
  std::optional<StorageServerId> id = std::nullopt;  ///< sent without dashes
  std::string name = {};
  std::string access_host = {};
  std::string storage_type = std::string(kFileStorage);
  std::string admin_host = {};
  std::string admin_user = {};
  Secret admin_password = {};  ///< travels as admin_passwd
  std::string description = {};
  std::string status = {};
  std::optional<Bytes> total = std::nullopt;
  std::optional<Bytes> free = std::nullopt;
  std::optional<Bytes> allocated = std::nullopt;
  std::optional<Bytes> used = std::nullopt;
  Array access_groups = {};  ///< layout not known, kept as it came
  Struct other = {};

  /// The server of NFS exports of `host`, filled as the generic NFS plugin wants it.
  static StorageServer nfs(StorageServerId id, std::string host);

  friend bool operator==(const StorageServer&, const StorageServer&) = default;
};

/// `state` of a file system. The meaning of the numbers is not known; these two are in use.
inline constexpr std::int64_t kStateInUse = 1;      ///< mounted, and in calls that ask for facts
inline constexpr std::int64_t kStateForCreate = 2;  ///< in storage_plugin_create

/// A file system (`fs`) of a storage server.
struct FileSystem {
  std::optional<FileSystemId> id = std::nullopt;         ///< sent with dashes
  std::optional<StorageServerId> server = std::nullopt;  ///< ss_uuid, sent without dashes
  std::string access_path = {};                          ///< "host:/path"
  std::string name = {};                                 ///< "nfs:/path"
  std::optional<std::int64_t> state = kStateInUse;
  std::optional<Bytes> size = std::nullopt;
  std::optional<Bytes> free = std::nullopt;
  std::vector<std::string> access_groups = {};
  std::vector<std::string> mount_options = {};
  std::string status = {};
  Struct other = {};

  /// The export `path` ("/volumes/primary") of an NFS server made by `StorageServer::nfs`.
  static FileSystem nfs(FileSystemId id, const StorageServer& server, std::string_view path);

  friend bool operator==(const FileSystem&, const FileSystem&) = default;
};

/// The agent's words for what a path is.
enum class FileType : std::uint8_t { kFile, kDirectory };
/// "File" or "Directory", the spelling that the agent understands.
std::string_view to_string(FileType type);

/// A file or folder of a file system (`file`).
struct StorageFile {
  std::optional<FileType> type = FileType::kFile;  ///< fr_type; absent if the word is not known
  std::optional<FileSystemId> file_system = std::nullopt;  ///< fs_uuid, sent with dashes
  std::string path = {};                                   ///< absolute on the host
  std::optional<Bytes> size = std::nullopt;
  std::optional<Bytes> on_disk = std::nullopt;  ///< space in use; 0 is a wholly sparse file
  Struct other = {};

  friend bool operator==(const StorageFile&, const StorageFile&) = default;
};

/// A mount of a storage server on the host, as storage_plugin_listMountPoints tells it. Only status
/// and file system are sure to be there.
struct MountPoint {
  std::string status = {};
  std::optional<FileSystemId> file_system = std::nullopt;
  std::string path = {};  ///< mount_point
  Struct other = {};

  friend bool operator==(const MountPoint&, const MountPoint&) = default;
};

/// As the agent wants them: every key it knows is there, ids in the form it insists on.
[[nodiscard]] Struct to_wire(const StorageServer& server);
[[nodiscard]] Struct to_wire(const FileSystem& fs);
[[nodiscard]] Struct to_wire(const StorageFile& file);

/// Read by the names of the members, never by the form of an id (a recording has uuid and ss_uuid
/// in swapped form); sizes may be texts, integers of any width, blank or missing. Errors: kBadReply
/// that names the member. Sources: recordings of storage_plugin_mount, _create and _getFileInfo.
[[nodiscard]] Result<StorageServer> read_storage_server(ValueView reply);
[[nodiscard]] Result<FileSystem> read_file_system(ValueView reply);
[[nodiscard]] Result<StorageFile> read_storage_file(ValueView reply);
[[nodiscard]] Result<MountPoint> read_mount_point(ValueView reply);
/// What storage_plugin_mount answered; absent for nil, which says nothing about the mount.
[[nodiscard]] Result<std::optional<FileSystem>> read_mount_reply(ValueView reply);
/// Lists of them; nil is an empty list.
[[nodiscard]] Result<std::vector<FileSystem>> read_file_systems(ValueView reply);
[[nodiscard]] Result<std::vector<MountPoint>> read_mount_points(ValueView reply);

/// Typed form for `trestle agent decode --typed`: the agent's member names, sizes in bytes, what is
/// not known nil, a password as asterisks.
[[nodiscard]] Value describe(const StorageServer& server);
[[nodiscard]] Value describe(const FileSystem& fs);
[[nodiscard]] Value describe(const StorageFile& file);
[[nodiscard]] Value describe(const MountPoint& mount);

}  // namespace trestle::ovm3

#endif  // TRESTLE_OBJECTS_OVM3_STORAGE_RECORDS_H_
