// SPDX-License-Identifier: Apache-2.0
// Files that the storage plugin makes, and paths that would leave the file system.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdint>
#include <filesystem>
#include <fstream>
#include <string>

#include "tests/unit/simulator_services/nfs_plugin.h"

namespace trestle::simulator {
namespace {

namespace fs = std::filesystem;
using testing::HasSubstr;

class PluginFiles : public NfsPluginScene {
 protected:
  void SetUp() override { ASSERT_EQ(mount(), "struct"); }
};

class FileSizes : public PluginFiles, public testing::WithParamInterface<std::int64_t> {};

TEST_P(FileSizes, AreKeptToTheByte) {
  const auto made =
      scene.call("ovm-1", "storage_plugin_create",
                 {kPlugin, server(), file_system(), path_of("a.img"), "File", GetParam()});
  ASSERT_TRUE(made) << made.error().message();
  const std::string size = std::to_string(GetParam());
  EXPECT_EQ(ThreeHosts::member(made, "file_sz"), size);
  EXPECT_EQ(ThreeHosts::member(made, "ondisk_sz"), "0");
  EXPECT_EQ(ThreeHosts::member(made, "fr_type"), "File");
  EXPECT_EQ(ThreeHosts::member(made, "file_path"), path_of("a.img"));
  EXPECT_EQ(ThreeHosts::member(made, "fs_uuid"), kFileSystem);
  EXPECT_EQ(fs::file_size(scene.share() / "a.img"), static_cast<std::uintmax_t>(GetParam()));
  EXPECT_EQ(ThreeHosts::member(info(path_of("a.img")), "file_sz"), size);
}

// Around the block size, and beyond 31 bits where the size travels as i8.
INSTANTIATE_TEST_SUITE_P(OfFiles, FileSizes,
                         testing::Values(0, 1, 4095, 4097, 2'096'898'048, 2'147'483'648,
                                         5'368'709'121));

TEST_F(PluginFiles, AreNotMadeTwice) {
  ASSERT_EQ(create("a.img", "File", 10), "struct");
  std::ofstream(scene.share() / "a.img") << "precious";
  EXPECT_EQ(create("a.img", "File", 20),
            "exceptions.OSError:[Errno 17] File exists: '" + path_of("a.img") + "'");
  EXPECT_EQ(file_text(scene.share() / "a.img"), "precious");
  EXPECT_EQ(create("b.img", "File", 20), "struct");
}

TEST_F(PluginFiles, OfKindDirectoryAreFolders) {
  ASSERT_EQ(create("pool", "Directory", 0), "struct");
  EXPECT_TRUE(fs::is_directory(scene.share() / "pool"));
  EXPECT_EQ(ThreeHosts::member(info(path_of("pool")), "fr_type"), "Directory");
  EXPECT_EQ(create("pool/a.img", "File", 7), "struct");
  EXPECT_THAT(create("none/a.img", "File", 7), HasSubstr("[Errno 2]"));
  EXPECT_THAT(create("pool", "Directory", 0), HasSubstr("[Errno 17]"));
}

// known defect 24: the word `file` is not the agent's.
TEST_F(PluginFiles, KnowOnlyTheAgentsOwnWords) {
  EXPECT_EQ(create("a.img", "file", 10), "exceptions.Exception:Invalid file type: file");
  EXPECT_FALSE(fs::exists(scene.share() / "a.img"));
  ASSERT_EQ(create("a.img", "File", 10), "struct");
  EXPECT_EQ(destroy_at(path_of("a.img"), "file"), "exceptions.Exception:Invalid file type: file");
  EXPECT_TRUE(fs::exists(scene.share() / "a.img"));
  EXPECT_EQ(destroy_at(path_of("a.img")), "nil");
  EXPECT_FALSE(fs::exists(scene.share() / "a.img"));
}

TEST_F(PluginFiles, AreDestroyedAsWhatTheyAre) {
  ASSERT_EQ(create("pool", "Directory", 0), "struct");
  ASSERT_EQ(create("a.img", "File", 3), "struct");
  EXPECT_THAT(destroy_at(path_of("pool"), "File"), HasSubstr("[Errno 21]"));
  EXPECT_THAT(destroy_at(path_of("a.img"), "Directory"), HasSubstr("[Errno 20]"));
  ASSERT_EQ(create("pool/b.img", "File", 3), "struct");
  EXPECT_THAT(destroy_at(path_of("pool"), "Directory"), HasSubstr("[Errno 39]"));
  EXPECT_EQ(destroy_at(path_of("pool/b.img")), "nil");
  EXPECT_EQ(destroy_at(path_of("pool"), "Directory"), "nil");
  EXPECT_EQ(destroy_at(path_of("a.img")), "nil");
  EXPECT_EQ(destroy_at(path_of("a.img")),
            "exceptions.OSError:[Errno 2] No such file or directory: '" + path_of("a.img") + "'");
}

TEST_F(PluginFiles, MountPointIsNotDestroyed) {
  scene.simulator.with_estate([](Estate& estate) { estate.add_export("nfs-1:/empty"); });
  ASSERT_EQ(scene.says("ovm-1", "mount_repository_fs", {"nfs-1:/empty", "/nfsmnt/empty"}), "nil");
  EXPECT_THAT(destroy_at("/nfsmnt/empty", "Directory"), HasSubstr("[Errno 16]"));
  EXPECT_EQ(scene.says("ovm-1", "unmount_repository_fs", {"/nfsmnt/empty"}), "nil");
}

TEST_F(PluginFiles, AreNotDestroyedUnderAGuest) {
  ASSERT_EQ(scene.make_repository(), "nil");
  ASSERT_EQ(scene.add_repository("ovm-2"), "nil");
  ASSERT_EQ(scene.run_guest("ovm-2", "vm1"), "nil");
  const std::string disk = std::string(ThreeHosts::kMountPoint) + "/VirtualDisks/vm1.img";
  EXPECT_EQ(destroy_at(disk),
            "exceptions.OSError:[Errno 16] Device or resource busy: '" + disk + "'")
      << "from another host";
  EXPECT_THAT(destroy_at(path_of("VirtualDisks/vm1.img")), HasSubstr("[Errno 16]"))
      << "by another name of the same file";
  EXPECT_TRUE(fs::exists(scene.share() / "VirtualDisks" / "vm1.img"));
  ASSERT_EQ(scene.says("ovm-2", "stop_vm", {ThreeHosts::kRepository, "vm1", true}), "nil");
  EXPECT_EQ(destroy_at(disk), "nil");
}

TEST_F(PluginFiles, NeedRoomOnTheExport) {
  scene.simulator.with_estate(
      [](Estate& estate) { estate.find_export(ThreeHosts::kDevice)->size_bytes = 0; });
  EXPECT_THAT(create("a.img", "File", 10), HasSubstr("[Errno 28] No space left on device"));
  EXPECT_FALSE(fs::exists(scene.share() / "a.img"));
}

TEST_F(PluginFiles, NeedASizeThatIsOne) {
  EXPECT_EQ(create("a.img", "File", -1), "exceptions.Exception:Invalid file size: -1");
  EXPECT_THAT(scene.says("ovm-1", "storage_plugin_create",
                         {kPlugin, server(), file_system(), path_of("a.img"), "File", "10"}),
              HasSubstr("TypeError"));
  EXPECT_FALSE(fs::exists(scene.share() / "a.img"));
}

TEST_F(PluginFiles, UnknownOnesAreNotFound) {
  const auto none = info(path_of("none.img"));
  ASSERT_FALSE(none);
  EXPECT_EQ(none.error().code, Code::kNotFound);
  ASSERT_EQ(create("here.img", "File", 5), "struct");
  EXPECT_TRUE(info(path_of("here.img")));
}

struct Escape {
  std::string name;
  std::string path;
};

class Escapes : public PluginFiles, public testing::WithParamInterface<Escape> {};

/// Makes links inside the export: `out` to a folder outside, `file` to a file outside, `dangling`
/// to a file that is not there.
fs::path make_links(const fs::path& share) {
  const fs::path outside = share.parent_path() / "outside";
  fs::create_directory(outside);
  std::ofstream(outside / "secret") << "not yours";
  fs::create_directory_symlink(outside, share / "out");
  fs::create_symlink(outside / "secret", share / "file");
  fs::create_symlink(outside / "made-by-link", share / "dangling");
  return outside;
}

TEST_P(Escapes, AreRefusedForEveryCall) {
  const fs::path outside = make_links(scene.share());
  const std::string path = GetParam().path;
  EXPECT_THAT(create_at(path, "File", 10), HasSubstr("[Errno 13] Permission denied")) << path;
  EXPECT_THAT(create_at(path, "Directory", 0), HasSubstr("[Errno 13]")) << path;
  EXPECT_THAT(destroy_at(path), HasSubstr("[Errno 13]")) << path;
  const auto read = info(path);
  ASSERT_FALSE(read) << path;
  EXPECT_EQ(read.error().code, Code::kPermissionDenied);
  EXPECT_EQ(file_text(outside / "secret"), "not yours");
  EXPECT_FALSE(fs::exists(outside / "made-by-link"));
  EXPECT_FALSE(fs::exists(outside / "new"));
}

constexpr std::string_view kDir = "/nfsmnt/b8ca41cb-3469-4f74-a086-dddffe37dc2d";

INSTANTIATE_TEST_SUITE_P(
    From, Escapes,
    testing::Values(Escape{"DotsUp", std::string(kDir) + "/../outside/secret"},
                    Escape{"DotsInTheMiddle", std::string(kDir) + "/x/../../outside/secret"},
                    Escape{"DotsAtTheEnd", std::string(kDir) + "/.."},
                    Escape{"DotsBeforeTheMount", "/nfsmnt/../nfsmnt/../../outside/secret"},
                    Escape{"LinkToAFolder", std::string(kDir) + "/out/secret"},
                    Escape{"LinkToAFolderForANewFile", std::string(kDir) + "/out/new"},
                    Escape{"LinkToAFile", std::string(kDir) + "/file"},
                    Escape{"LinkToNothing", std::string(kDir) + "/dangling"}),
    [](const auto& test) { return test.param.name; });

TEST_F(PluginFiles, LinkThatStaysInsideIsFollowed) {
  fs::create_directory(scene.share() / "real");
  fs::create_directory_symlink(scene.share() / "real", scene.share() / "near");
  EXPECT_EQ(create("near/a.img", "File", 10), "struct");
  EXPECT_TRUE(fs::exists(scene.share() / "real" / "a.img"));
}

TEST_F(PluginFiles, PathsAreAbsolute) {
  EXPECT_THAT(create_at("a.img", "File", 10), HasSubstr("[Errno 2]"));
  EXPECT_THAT(create_at("", "File", 10), HasSubstr("[Errno 2]"));
}

}  // namespace
}  // namespace trestle::simulator
