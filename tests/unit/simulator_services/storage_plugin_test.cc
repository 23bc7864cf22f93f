// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

#include "tests/unit/simulator_services/nfs_plugin.h"

namespace trestle::simulator {
namespace {

namespace fs = std::filesystem;
using testing::HasSubstr;

using Plugin = NfsPluginScene;

TEST_F(Plugin, MountStampsTheFileSystemAndUnmountTakesTheStampOff) {
  EXPECT_FALSE(fs::exists(stamp()));
  const auto reply = scene.call("ovm-1", "storage_plugin_mount", mount_args());
  ASSERT_TRUE(reply) << reply.error().message();
  EXPECT_EQ(ThreeHosts::member(reply, "uuid"), kFileSystem);
  EXPECT_EQ(ThreeHosts::member(reply, "access_path"), "nfs-1:/export/a");
  EXPECT_EQ(ThreeHosts::member(reply, "name"), "nfs:/export/a");
  EXPECT_EQ(ThreeHosts::member(reply, "size"), std::to_string(std::uint64_t{1} << 40U));
  EXPECT_TRUE(fs::exists(stamp()));
  EXPECT_EQ(mount(), "struct") << "mounting twice is no error";
  EXPECT_EQ(unmount(), "nil");
  EXPECT_FALSE(fs::exists(stamp()));
  EXPECT_THAT(unmount(), HasSubstr("[Errno 22]"));
}

TEST_F(Plugin, StampStaysWhileAnotherHostHasItMounted) {
  ASSERT_EQ(mount("ovm-1"), "struct");
  ASSERT_EQ(mount("ovm-2"), "struct");
  ASSERT_EQ(unmount("ovm-1"), "nil");
  EXPECT_TRUE(fs::exists(stamp()));
  EXPECT_EQ(create("a.img", "File", 10, "ovm-2"), "struct");
  ASSERT_EQ(unmount("ovm-2"), "nil");
  EXPECT_FALSE(fs::exists(stamp()));
}

TEST_F(Plugin, MakesNoFileWithoutAStamp) {
  // A plain mount is not enough.
  ASSERT_EQ(scene.says("ovm-1", "mount_repository_fs", {ThreeHosts::kDevice, kMountDir}), "nil");
  EXPECT_EQ(create("a.img", "File", 10), "exceptions.Exception:File system " +
                                             std::string(kFileSystem) +
                                             " is not mounted by the storage plugin");
  EXPECT_TRUE(fs::is_empty(scene.share()));
  ASSERT_EQ(mount(), "struct");
  EXPECT_EQ(create("a.img", "File", 10), "struct");
}

TEST_F(Plugin, MountNeedsAnOwnerAndAnExport) {
  EXPECT_THAT(scene.says("ovm-1", "storage_plugin_mount",
                         mount_args({{"access_path", "nfs-1:/export/none"}})),
              HasSubstr("[Errno 2]"));
  EXPECT_THAT(scene.says("ovm-1", "storage_plugin_mount",
                         mount_args({{"access_path", "nfs-1:/export/a/../../.."}})),
              HasSubstr("[Errno 13]"));
  scene.change("ovm-1", [](Host& host) { host.ownership = {}; });
  EXPECT_EQ(mount(), "exceptions.Exception:Server is not owned by any manager");
  EXPECT_FALSE(fs::exists(stamp()));
}

TEST_F(Plugin, OtherPluginsAreToldApart) {
  Array args = mount_args();
  args[0] = "oracle.ocfs2.OCFS2.OCFS2Plugin";
  EXPECT_THAT(scene.says("ovm-1", "storage_plugin_mount", args),
              HasSubstr("has no storage behind"));
  args[0] = "oracle.generic.NFSPlugin";
  EXPECT_EQ(scene.says("ovm-1", "storage_plugin_mount", args),
            "exceptions.Exception:Storage plugin not found: oracle.generic.NFSPlugin");
}

struct Missing {
  std::string method;
  std::string key;
  bool of_server;
};

class PluginKeys : public NfsPluginScene, public testing::WithParamInterface<Missing> {};

TEST_P(PluginKeys, AreAKeyErrorWhenTheyAreMissing) {
  ASSERT_EQ(mount(), "struct");
  const Missing& missing = GetParam();
  Array args{kPlugin, server(), file_system()};
  if (missing.method == "storage_plugin_mount") {
    args = mount_args();
  } else if (missing.method == "storage_plugin_create") {
    args = {kPlugin, server(), file_system(), path_of("a.img"), "File", 10};
  } else if (missing.method == "storage_plugin_listFileSystems") {
    args = {kPlugin, server()};
  }
  const std::string whole = scene.says("ovm-1", missing.method, args);
  EXPECT_THAT(whole, testing::AnyOf("struct", "array"));
  Value& part = args[missing.of_server ? 1 : 2];
  Struct members = *part.get_if<Struct>();
  std::erase_if(members, [&](const Member& member) { return member.name == missing.key; });
  part = members;
  EXPECT_EQ(scene.says("ovm-1", missing.method, args), "exceptions.KeyError:'" + missing.key + "'");
}

INSTANTIATE_TEST_SUITE_P(
    Each, PluginKeys,
    testing::Values(Missing{"storage_plugin_mount", "uuid", true},
                    Missing{"storage_plugin_mount", "access_host", true},
                    Missing{"storage_plugin_mount", "storage_type", true},
                    Missing{"storage_plugin_mount", "uuid", false},
                    Missing{"storage_plugin_mount", "ss_uuid", false},
                    Missing{"storage_plugin_mount", "access_path", false},
                    Missing{"storage_plugin_create", "storage_type", true},
                    Missing{"storage_plugin_create", "ss_uuid", false},
                    Missing{"storage_plugin_getFileSystemInfo", "access_path", false},
                    Missing{"storage_plugin_listFileSystems", "access_host", true}),
    [](const auto& test) {
      const Missing& missing = test.param;
      return missing.method.substr(missing.method.rfind('_') + 1) +
             (missing.of_server ? "Server_" : "FileSystem_") + missing.key;
    });

TEST_F(Plugin, CountsTheSpaceThatRealFilesTake) {
  ASSERT_EQ(mount(), "struct");
  const auto free_bytes = [&] {
    return std::stoull(ThreeHosts::member(
        scene.call("ovm-1", "storage_plugin_getFileSystemInfo", {kPlugin, server(), file_system()}),
        "free_sz"));
  };
  const auto before = free_bytes();
  ASSERT_EQ(create("sparse.img", "File", std::int64_t{5} << 30), "struct");
  EXPECT_LT(before - free_bytes(), 1U << 20U) << "a sparse file takes no room";
  std::ofstream(scene.share() / "full.img") << std::string(4U << 20U, 'x');
  EXPECT_GE(before - free_bytes(), 4U << 20U);
}

TEST_F(Plugin, ListsExportsAndMountsOfTheAskedServerOnly) {
  scene.simulator.with_estate([](Estate& estate) { estate.add_export("nfs-2:/other"); });
  ASSERT_EQ(mount(), "struct");
  const auto systems = scene.call("ovm-1", "storage_plugin_listFileSystems", {kPlugin, server()});
  ASSERT_TRUE(systems) << systems.error().message();
  ASSERT_EQ(systems->root().size(), 1U);
  EXPECT_EQ((*systems->root().begin()).find("access_path")->string(), "nfs-1:/export/a");
  const auto mounts = scene.call("ovm-1", "storage_plugin_listMountPoints", {kPlugin, server()});
  ASSERT_TRUE(mounts) << mounts.error().message();
  ASSERT_EQ(mounts->root().size(), 1U);
  EXPECT_EQ((*mounts->root().begin()).find("fs_uuid")->string(), kFileSystem);
  EXPECT_EQ(
      scene.call("ovm-2", "storage_plugin_listMountPoints", {kPlugin, server()})->root().size(),
      0U);
}

TEST_F(Plugin, NeverSendsThePasswordOfTheStorageBack) {
  Struct with_password = server();
  with_password.push_back({"admin_passwd", "secret-of-the-array"});
  const std::string body =
      scene.body("ovm-1", "storage_plugin_getStorageServerInfo", {kPlugin, with_password});
  EXPECT_THAT(body, HasSubstr("admin_passwd"));
  EXPECT_THAT(body, testing::Not(HasSubstr("secret-of-the-array")));
}

TEST_F(Plugin, SaysWhatAGenericServerCannotDo) {
  EXPECT_EQ(
      ThreeHosts::member(scene.call("ovm-1", "storage_plugin_getCapabilities", {kPlugin, server()}),
                         "snapshot"),
      "UNSUPPORTED");
  EXPECT_EQ(
      scene.call("ovm-1", "storage_plugin_getStorageNames", {kPlugin, server()})->root().size(),
      0U);
  EXPECT_EQ(
      scene.call("ovm-1", "storage_plugin_getAccessGroups", {kPlugin, server()})->root().size(),
      0U);
  EXPECT_THAT(scene.says("ovm-1", "storage_plugin_resize", {kPlugin}), HasSubstr("does not model"));
}

}  // namespace
}  // namespace trestle::simulator
