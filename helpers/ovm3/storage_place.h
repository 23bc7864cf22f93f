// SPDX-License-Identifier: Apache-2.0
#ifndef TRESTLE_HELPERS_OVM3_STORAGE_PLACE_H_
#define TRESTLE_HELPERS_OVM3_STORAGE_PLACE_H_

#include <cstdint>
#include <string>
#include <string_view>

#include "objects/core/call_context.h"
#include "objects/core/ids.h"
#include "objects/core/result.h"
#include "objects/ovm3/agent.h"
#include "objects/ovm3/repository.h"
#include "objects/ovm3/storage.h"

namespace trestle::ovm3 {

/// Kinds of identities as the vendor's manager numbers them (ovm3-agent, identifiers).
inline constexpr std::string_view kPoolIdPrefix = "0004fb0000020000";
inline constexpr std::string_view kRepositoryIdPrefix = "0004fb0000030000";
inline constexpr std::string_view kPoolFilesystemIdPrefix = "0004fb0000050000";
inline constexpr std::string_view kVmIdPrefix = "0004fb0000060000";
inline constexpr std::string_view kFileSystemIdPrefix = "0004fb0000080000";
inline constexpr std::string_view kStorageServerIdPrefix = "0004fb0000090000";

/// 32 hexadecimal digits that depend on prefix and name only: who repeats a command names the same
/// thing, from whatever machine. Not a secret and not proof against a forger.
[[nodiscard]] std::string stable_id(std::string_view prefix, std::string_view name);

/// An NFS export as the storage plugin wants it told.
struct NfsPlace {
  StorageServer server;
  FileSystem file_system;
  std::string mount_point;  ///< /nfsmnt/<id of the file system>
};

/// Of "host:/path". Errors: kInvalidArgument for anything else.
[[nodiscard]] Result<NfsPlace> nfs_place(const std::string& location);

/// "host:/path" of an export as orchestrators name it in parts. One export has one location: double
/// slashes and one at the end are dropped. Ports 0 and -1 mean none (known defect 58).
/// Errors: kInvalidArgument if host or path is missing or climbs; kUnimplemented for another port
/// than that of NFS.
[[nodiscard]] Result<std::string> nfs_location(std::string_view host, std::string_view path,
                                               std::int64_t port);
/// Of "nfs://host[:port]/path"; "nfs://host:/path" is in use too. Errors: as above, and
/// kUnimplemented naming another scheme.
[[nodiscard]] Result<std::string> nfs_location_of_url(std::string_view url);

/// The repository of that id, or else of that alias, that the host has on record. Errors:
/// kNotFound, naming those that there are.
[[nodiscard]] Result<RepositoryRecord> find_repository(const CallContext& ctx, const Agent& agent,
                                                       const std::string& wanted);

/// A repository that holds files which the storage plugin makes.
struct FilePlace {
  RepositoryRecord record;
  NfsPlace nfs;
  RepositoryPaths paths;
};

/// The place of a record that is already at hand. Errors: kUnimplemented if it does not lie on NFS.
[[nodiscard]] Result<FilePlace> file_place_of(RepositoryRecord record);

/// Errors: as find_repository and file_place_of.
[[nodiscard]] Result<FilePlace> find_file_place(const CallContext& ctx, const Agent& agent,
                                                const std::string& wanted);

}  // namespace trestle::ovm3

#endif  // TRESTLE_HELPERS_OVM3_STORAGE_PLACE_H_
