// SPDX-License-Identifier: Apache-2.0
#include "tools/cli/storage_place.h"

#include <cstdint>
#include <utility>

#include "tools/cli/arguments.h"

namespace trestle::cli {

std::string stable_id(std::string_view prefix, std::string_view name) {
  // FNV-1a: well spread, and the same on every machine and in every version.
  std::uint64_t hash = 0xcbf29ce484222325U;
  for (const char c : name) {
    hash ^= static_cast<unsigned char>(c);
    hash *= 0x100000001b3U;
  }
  constexpr std::string_view kHex = "0123456789abcdef";
  std::string id(prefix);
  for (int shift = 60; shift >= 0; shift -= 4)
    id += kHex[(hash >> static_cast<unsigned>(shift)) & 0xFU];
  return id;
}

Result<NfsPlace> nfs_place(const std::string& location) {
  const std::size_t colon = location.find(":/");
  if (colon == 0 || colon == std::string::npos) {
    return usage("'" + location + "' is no NFS export; write HOST:/PATH");
  }
  const std::string host = location.substr(0, colon);
  TRESTLE_ASSIGN_OR_RETURN(StorageServerId server_id,
                           StorageServerId::parse(stable_id(kStorageServerIdPrefix, host)));
  TRESTLE_ASSIGN_OR_RETURN(FileSystemId fs_id,
                           FileSystemId::parse(stable_id(kFileSystemIdPrefix, location)));
  std::string mount_point = ovm3::nfs_mount_point(fs_id);
  ovm3::StorageServer server = ovm3::StorageServer::nfs(std::move(server_id), host);
  ovm3::FileSystem fs = ovm3::FileSystem::nfs(std::move(fs_id), server, location.substr(colon + 1));
  return NfsPlace{.server = std::move(server),
                  .file_system = std::move(fs),
                  .mount_point = std::move(mount_point)};
}

Result<ovm3::RepositoryRecord> find_repository(const CallContext& ctx, const ovm3::Agent& agent,
                                               const std::string& wanted) {
  TRESTLE_ASSIGN_OR_RETURN(const auto records, ovm3::discover_repository_db(ctx, agent));
  const auto id = RepositoryId::from_name(wanted);
  std::string known;
  for (const ovm3::RepositoryRecord& record : records) {
    if ((id && record.id == *id) || record.alias == wanted) return record;
    known += (known.empty() ? "" : ", ") + record.alias.value_or(record.id.text());
  }
  return fail(Code::kNotFound,
              "the host has no repository '" + wanted + "' on record; it has " +
                  (known.empty() ? "none, see 'trestle repo create'" : "these: " + known));
}

Option repository_option() {
  return {.name = "repo", .value = "REPO", .help = "repository, by id or name", .required = true};
}

Result<FilePlace> find_file_place(const CallContext& ctx, const ovm3::Agent& agent,
                                  const std::string& wanted) {
  TRESTLE_ASSIGN_OR_RETURN(ovm3::RepositoryRecord record, find_repository(ctx, agent, wanted));
  const std::string location = record.fs_location.value_or("");
  auto place = nfs_place(location);
  if (!place) {
    return fail(Code::kUnimplemented,
                "repository '" + wanted + "' does not lie on NFS (" + location +
                    "); call storage_plugin_create and its like with 'trestle agent call'");
  }
  ovm3::RepositoryPaths paths(record.id);
  return FilePlace{
      .record = std::move(record), .nfs = std::move(*place), .paths = std::move(paths)};
}

}  // namespace trestle::cli
