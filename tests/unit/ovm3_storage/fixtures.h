// SPDX-License-Identifier: Apache-2.0
#ifndef TRESTLE_TESTS_UNIT_OVM3_STORAGE_FIXTURES_H_
#define TRESTLE_TESTS_UNIT_OVM3_STORAGE_FIXTURES_H_

#include <gtest/gtest.h>

#include <chrono>
#include <fstream>
#include <iterator>
#include <string>
#include <string_view>
#include <utility>
#include <variant>

#include "objects/core/call_context.h"
#include "objects/core/ids.h"
#include "objects/ovm3/storage.h"
#include "objects/wire/codec.h"
#include "objects/wire/reply.h"
#include "objects/wire/value.h"

namespace trestle::testing {

inline constexpr std::string_view kRepositoryText = "0004fb0000030000aaaaaaaaaaaaaaa1";
inline constexpr std::string_view kPoolText = "0004fb0000020000ba9aaf00ae5e2d73";
inline constexpr std::string_view kManagerText = "0004fb00000100000000000000000001";
inline constexpr std::string_view kPoolFilesystemText = "0004fb0000050000e70fbddeb802208f";
inline constexpr std::string_view kServerText = "0004fb00000900000c2461c2f62ba43e";
inline constexpr std::string_view kFileSystemText = "b8ca41cb-3469-4f74-a086-dddffe37dc2d";

inline RepositoryId repository_id() { return *RepositoryId::parse(kRepositoryText); }
inline PoolId pool_id() { return *PoolId::parse(kPoolText); }
inline ManagerId manager_id() { return *ManagerId::parse(kManagerText); }
inline PoolFilesystemId pool_filesystem_id() {
  return *PoolFilesystemId::parse(kPoolFilesystemText);
}
inline StorageServerId server_id() { return *StorageServerId::parse(kServerText); }
inline FileSystemId file_system_id() { return *FileSystemId::parse(kFileSystemText); }

inline ovm3::StorageServer filer() { return ovm3::StorageServer::nfs(server_id(), "filer"); }
inline ovm3::FileSystem exported() {
  return ovm3::FileSystem::nfs(file_system_id(), filer(), "/volumes/primary");
}

/// Wide enough that no machine is too slow for it: nothing here waits.
inline CallContext a_minute() { return context_for(std::chrono::minutes(1)); }

inline std::string file_text(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  EXPECT_TRUE(in.good()) << path;
  return {std::istreambuf_iterator<char>(in), {}};
}

/// A stored reply that is no fault.
inline Reply stored_reply(const std::string& path) {
  auto decoded = wire::decode_reply(file_text(path));
  if (!decoded) {
    ADD_FAILURE() << path << ": " << decoded.error().message();
    return Reply::from(Nil{});
  }
  if (auto* reply = std::get_if<Reply>(&*decoded)) return std::move(*reply);
  ADD_FAILURE() << path << " is a fault";
  return Reply::from(Nil{});
}

/// One of our own samples: "discover_cluster--none".
inline Reply synthetic(const std::string& name) {
  return stored_reply(std::string(TRESTLE_SOURCE_DIR) + "/tests/recordings/3.2.1/synthetic_" +
                      name + ".xml");
}

}  // namespace trestle::testing

#endif  // TRESTLE_TESTS_UNIT_OVM3_STORAGE_FIXTURES_H_
