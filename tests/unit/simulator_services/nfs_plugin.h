// SPDX-License-Identifier: Apache-2.0
#ifndef TRESTLE_TESTS_UNIT_SIMULATOR_SERVICES_NFS_PLUGIN_H_
#define TRESTLE_TESTS_UNIT_SIMULATOR_SERVICES_NFS_PLUGIN_H_

#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <string>
#include <string_view>

#include "tests/unit/simulator_services/three_hosts.h"

namespace trestle::simulator {

/// Three hosts of 3.2.1 and the arguments of the generic NFS plugin for nfs-1:/export/a.
class NfsPluginScene : public testing::Test {
 protected:
  static constexpr std::string_view kPlugin = "oracle.generic.NFSPlugin.GenericNFSPlugin";
  static constexpr std::string_view kFileSystem = "b8ca41cb-3469-4f74-a086-dddffe37dc2d";
  static constexpr std::string_view kMountDir = "/nfsmnt/b8ca41cb-3469-4f74-a086-dddffe37dc2d";

  static Struct server() {
    return {{"uuid", "0004fb00000900000c2461c2f62ba43e"},
            {"access_host", "nfs-1"},
            {"storage_type", "FileSys"}};
  }
  static Struct file_system(const Struct& changes = {}) {
    Struct members{{"uuid", kFileSystem},
                   {"ss_uuid", "0004fb00000900000c2461c2f62ba43e"},
                   {"access_path", ThreeHosts::kDevice}};
    for (const Member& change : changes) {
      std::ranges::find(members, change.name, &Member::name)->value = change.value;
    }
    return members;
  }
  static Array mount_args(const Struct& changes = {}) {
    return {kPlugin, server(), file_system(changes), kMountDir, "", true, Array{}};
  }
  static std::string path_of(std::string_view name) {
    return std::string(kMountDir) + "/" + std::string(name);
  }
  std::string mount(std::string_view host = "ovm-1") {
    return scene.says(host, "storage_plugin_mount", mount_args());
  }
  std::string unmount(std::string_view host = "ovm-1") {
    return scene.says(host, "storage_plugin_unmount",
                      {kPlugin, server(), file_system(), kMountDir, true});
  }
  std::string create_at(std::string_view path, std::string_view type, std::int64_t size,
                        std::string_view host = "ovm-1") {
    return scene.says(host, "storage_plugin_create",
                      {kPlugin, server(), file_system(), path, type, size});
  }
  std::string create(std::string_view name, std::string_view type, std::int64_t size,
                     std::string_view host = "ovm-1") {
    return create_at(path_of(name), type, size, host);
  }
  std::string destroy_at(std::string_view path, std::string_view type = "File",
                         std::string_view host = "ovm-1") {
    return scene.says(
        host, "storage_plugin_destroy",
        {kPlugin, server(), file_system(), Struct{{"fr_type", type}, {"file_path", path}}});
  }
  Result<Reply> info(std::string_view path, std::string_view host = "ovm-1") {
    return scene.call(
        host, "storage_plugin_getFileInfo",
        {kPlugin, server(), file_system(),
         Struct{
             {"fr_type", "File"}, {"fs_uuid", kFileSystem}, {"file_path", path}, {"file_sz", ""}}});
  }
  std::filesystem::path stamp() { return scene.share() / ".generic_fs_stamp"; }

  ThreeHosts scene;
};

}  // namespace trestle::simulator

#endif  // TRESTLE_TESTS_UNIT_SIMULATOR_SERVICES_NFS_PLUGIN_H_
