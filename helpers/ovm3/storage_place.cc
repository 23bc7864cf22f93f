// SPDX-License-Identifier: Apache-2.0
#include "helpers/ovm3/storage_place.h"

#include <algorithm>
#include <charconv>
#include <cstdint>
#include <utility>

namespace trestle::ovm3 {
namespace {

constexpr std::int64_t kNfsPort = 2049;

}  // namespace

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
    return fail(Code::kInvalidArgument, "'" + location + "' is no NFS export; write HOST:/PATH");
  }
  const std::string host = location.substr(0, colon);
  TRESTLE_ASSIGN_OR_RETURN(StorageServerId server_id,
                           StorageServerId::parse(stable_id(kStorageServerIdPrefix, host)));
  TRESTLE_ASSIGN_OR_RETURN(FileSystemId fs_id,
                           FileSystemId::parse(stable_id(kFileSystemIdPrefix, location)));
  std::string mount_point = nfs_mount_point(fs_id);
  StorageServer server = StorageServer::nfs(std::move(server_id), host);
  FileSystem fs = FileSystem::nfs(std::move(fs_id), server, location.substr(colon + 1));
  return NfsPlace{.server = std::move(server),
                  .file_system = std::move(fs),
                  .mount_point = std::move(mount_point)};
}

Result<std::string> nfs_location(std::string_view host, std::string_view path, std::int64_t port) {
  if (port > 0 && port != kNfsPort) {
    return fail(Code::kUnimplemented, "NFS on port " + std::to_string(port) + " of " +
                                          std::string(host) +
                                          " is not supported, since the agent mounts exports at " +
                                          std::to_string(kNfsPort) + "; export it there");
  }
  std::string clean;
  for (const char c : path) {
    if (c != '/' || !clean.ends_with('/')) clean += c;
  }
  while (clean.size() > 1 && clean.ends_with('/')) clean.pop_back();
  const bool climbs = (clean + "/").find("/../") != std::string::npos;
  const bool plain = host.find_first_of("/ ") == std::string_view::npos;
  if (host.empty() || !plain || !clean.starts_with('/') || clean.size() < 2 || climbs) {
    return fail(Code::kInvalidArgument, "host '" + std::string(host) + "' and path '" +
                                            std::string(path) +
                                            "' are no NFS export; correct the storage's address");
  }
  return std::string(host) + ":" + clean;
}

Result<std::string> nfs_location_of_url(std::string_view url) {
  constexpr std::string_view kScheme = "nfs://";
  if (!url.starts_with(kScheme)) {
    return fail(Code::kUnimplemented,
                "storage at '" + std::string(url.substr(0, url.find("://"))) +
                    "://...' is not supported; hosts of this kind reach nfs://HOST/PATH only");
  }
  std::string_view rest = url.substr(kScheme.size());
  const std::size_t slash = std::min(rest.find('/'), rest.size());
  std::string_view host = rest.substr(0, slash);
  std::int64_t port = 0;
  // An IPv6 address stands in brackets, so that its colons are no port's.
  const std::size_t colon = host.rfind(':');
  if (colon != std::string_view::npos && host.find(']', colon) == std::string_view::npos) {
    const std::string_view digits = host.substr(colon + 1);
    const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), port);
    if (!digits.empty() && (error != std::errc{} || end != digits.data() + digits.size())) {
      return fail(Code::kInvalidArgument, "'" + std::string(digits) + "' in '" + std::string(url) +
                                              "' is no port; correct the storage's address");
    }
    host = host.substr(0, colon);
  }
  return nfs_location(host, rest.substr(slash), port);
}

Result<RepositoryRecord> find_repository(const CallContext& ctx, const Agent& agent,
                                         const std::string& wanted) {
  TRESTLE_ASSIGN_OR_RETURN(const auto records, discover_repository_db(ctx, agent));
  const auto id = RepositoryId::from_name(wanted);
  std::string known;
  for (const RepositoryRecord& record : records) {
    if (id && record.id == *id) return record;
    known += (known.empty() ? "" : ", ") + record.alias.value_or(record.id.text());
  }
  for (const RepositoryRecord& record : records) {
    if (record.alias == wanted) return record;
  }
  return fail(Code::kNotFound,
              "the host has no repository '" + wanted + "' on record; it has " +
                  (known.empty() ? "none, see 'trestle repo create'" : "these: " + known));
}

Result<FilePlace> file_place_of(RepositoryRecord record) {
  const std::string location = record.fs_location.value_or("");
  auto place = nfs_place(location);
  if (!place) {
    return fail(Code::kUnimplemented,
                "repository '" + record.alias.value_or(record.id.text()) +
                    "' does not lie on NFS (" + location +
                    "); call storage_plugin_create and its like with 'trestle agent call'");
  }
  RepositoryPaths paths(record.id);
  return FilePlace{
      .record = std::move(record), .nfs = std::move(*place), .paths = std::move(paths)};
}

Result<FilePlace> find_file_place(const CallContext& ctx, const Agent& agent,
                                  const std::string& wanted) {
  TRESTLE_ASSIGN_OR_RETURN(RepositoryRecord record, find_repository(ctx, agent, wanted));
  return file_place_of(std::move(record));
}

}  // namespace trestle::ovm3
