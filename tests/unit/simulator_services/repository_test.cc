// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <filesystem>
#include <fstream>
#include <string>

#include "tests/unit/simulator_services/three_hosts.h"

namespace trestle::simulator {
namespace {

namespace fs = std::filesystem;
using testing::HasSubstr;
using testing::Not;

constexpr std::string_view kMountPoint = ThreeHosts::kMountPoint;
constexpr std::string_view kRepository = ThreeHosts::kRepository;
constexpr std::string_view kDevice = ThreeHosts::kDevice;

std::string db(ThreeHosts& scene, std::string_view host) {
  return scene.says(host, "discover_repository_db");
}

std::string contents(ThreeHosts& scene, std::string_view host, const Array& ids = {kRepository}) {
  return scene.says(host, "discover_repositories", ids);
}

TEST(Repository, IsMadeOfRealFoldersAndARecord) {
  ThreeHosts scene;
  ASSERT_EQ(scene.make_repository(), "nil");
  for (const char* folder :
       {"VirtualDisks", "VirtualMachines", "Templates", "ISOs", "Assemblies"}) {
    EXPECT_TRUE(fs::is_directory(scene.share() / folder)) << folder;
  }
  const std::string record = file_text(scene.share() / ".ovsrepo");
  EXPECT_THAT(record, HasSubstr("OVS_REPO_UUID=" + std::string(kRepository) + "\n"));
  EXPECT_THAT(record, HasSubstr("OVS_REPO_ALIAS=one\n"));
  EXPECT_THAT(record, HasSubstr("OVS_REPO_MGR_UUID=" + std::string(ThreeHosts::kManager) + "\n"));
  EXPECT_EQ(db(scene, "ovm-1"),
            "<?xml version=\"1.0\" ?><Discover_Repository_Db_Result><RepositoryDbList>"
            "<Repository Uuid=\"0004fb0000030000aaaaaaaaaaaaaaaa\">"
            "<Fs_location>nfs-1:/export/a</Fs_location>"
            "<Mount_point>/OVS/Repositories/0004fb0000030000aaaaaaaaaaaaaaaa</Mount_point>"
            "<Filesystem_type>nfs</Filesystem_type><Version>3.0</Version><Alias>one</Alias>"
            "<Manager_uuid>0004fb00000100001234567890abcdef</Manager_uuid><Status>Mounted</Status>"
            "</Repository></RepositoryDbList></Discover_Repository_Db_Result>");
  EXPECT_THAT(db(scene, "ovm-2"), Not(HasSubstr("Uuid")));
}

TEST(Repository, TakesThePlaceOfNoOther) {
  ThreeHosts scene;
  ASSERT_EQ(scene.make_repository(), "nil");
  EXPECT_EQ(scene.make_repository(), "nil") << "the agent says nil when it is mounted already";
  EXPECT_EQ(scene.says("ovm-1", "create_repository",
                       {kDevice, kMountPoint, "0004fb00-0003-0000-aaaa-aaaaaaaaaaaa", "one"}),
            "nil")
      << "with dashes it is the same one";
  EXPECT_EQ(scene.says("ovm-1", "create_repository",
                       {kDevice, "/OVS/Repositories/b", "0004fb0000030000bbbbbbbbbbbbbbbb", "two"}),
            "exceptions.Exception:Repository already exists");
  EXPECT_EQ(scene.make_repository("ovm-2"), "exceptions.Exception:Repository already exists")
      << "another host adds it";
  EXPECT_THAT(db(scene, "ovm-2"), Not(HasSubstr("Uuid")));
}

TEST(Repository, IsAddedByHostsOfTheSameManagerOnly) {
  ThreeHosts scene;
  ASSERT_EQ(scene.make_repository(), "nil");
  EXPECT_EQ(scene.add_repository("ovm-2"), "nil");
  EXPECT_THAT(db(scene, "ovm-2"), HasSubstr("<Alias>one</Alias>"));
  scene.change("ovm-3", [](Host& host) { host.ownership.manager_uuid = ThreeHosts::kStranger; });
  EXPECT_EQ(scene.add_repository("ovm-3"),
            "exceptions.Exception:Repository is owned by another manager: "
            "0004fb00000100001234567890abcdef");
  EXPECT_THAT(db(scene, "ovm-3"), Not(HasSubstr("Uuid")));
  EXPECT_EQ(scene.call("ovm-3", "add_repository", {kDevice, kMountPoint}).error().code,
            Code::kPermissionDenied);
}

TEST(Repository, IsNotAddedWhereNoneIs) {
  ThreeHosts scene;
  EXPECT_EQ(scene.add_repository("ovm-1"),
            "exceptions.Exception:Repository does not exist on nfs-1:/export/a");
  EXPECT_EQ(scene.says("ovm-1", "add_repository", {"nfs-9:/export/none", kMountPoint}),
            "exceptions.OSError:[Errno 2] No such file or directory: 'nfs-9:/export/none'");
}

TEST(Repository, NeedsTheLockServiceOfTheFileServer) {
  ThreeHosts scene;
  const auto locks = [&](bool on) {
    scene.simulator.with_estate(
        [&](Estate& estate) { estate.find_export(kDevice)->lock_service = on; });
  };
  locks(false);
  EXPECT_EQ(scene.make_repository(),
            "exceptions.IOError:[Errno 37] No locks available: "
            "'/OVS/Repositories/0004fb0000030000aaaaaaaaaaaaaaaa/.ovsrepo'");
  EXPECT_TRUE(fs::is_empty(scene.share())) << "a refused repository leaves nothing behind";
  EXPECT_THAT(db(scene, "ovm-1"), Not(HasSubstr("Uuid")));
  locks(true);
  EXPECT_EQ(scene.make_repository(), "nil");
  locks(false);
  const auto added = scene.call("ovm-2", "add_repository", {kDevice, kMountPoint});
  ASSERT_FALSE(added);
  EXPECT_EQ(added.error().fault->errno_value, 37);
  EXPECT_EQ(added.error().code, Code::kFailedPrecondition);
}

TEST(Repository, IsRefusedByAHostWithoutOwner) {
  ThreeHosts scene(Release::k331, ThreeHosts::Owner::kNobody);
  EXPECT_EQ(scene.make_repository(),
            "<type 'exceptions.Exception'>:Server is not owned by any manager");
  EXPECT_TRUE(fs::is_empty(scene.share()));
  EXPECT_THAT(db(scene, "ovm-1"), HasSubstr("RepositoryDbList")) << "reading needs no owner";
}

TEST(Repository, LosesItsFilesOnlyWhenAsked) {
  ThreeHosts scene;
  ASSERT_EQ(scene.make_repository(), "nil");
  std::ofstream(scene.share() / "VirtualDisks" / "a.img") << "disk";
  std::ofstream(scene.share() / "notes.txt") << "not of the repository";
  ASSERT_EQ(scene.says("ovm-1", "delete_repository", {kRepository, false}), "nil");
  EXPECT_THAT(db(scene, "ovm-1"), Not(HasSubstr("Uuid")));
  EXPECT_EQ(file_text(scene.share() / "VirtualDisks" / "a.img"), "disk");
  ASSERT_EQ(scene.add_repository("ovm-1"), "nil") << "what is kept can be added again";
  ASSERT_EQ(scene.says("ovm-1", "delete_repository", {kRepository, true}), "nil");
  EXPECT_FALSE(fs::exists(scene.share() / "VirtualDisks"));
  EXPECT_FALSE(fs::exists(scene.share() / ".ovsrepo"));
  EXPECT_EQ(file_text(scene.share() / "notes.txt"), "not of the repository");
  EXPECT_EQ(scene.says("ovm-1", "delete_repository", {kRepository, true}),
            "exceptions.Exception:Repository not found: 0004fb0000030000aaaaaaaaaaaaaaaa");
  EXPECT_EQ(scene.make_repository(), "nil") << "the place is free for a new one";
}

TEST(Repository, StaysWhileAGuestUsesIt) {
  ThreeHosts scene;
  ASSERT_EQ(scene.make_repository(), "nil");
  ASSERT_EQ(scene.run_guest("ovm-1", "vm1"), "nil");
  const std::string busy =
      "exceptions.OSError:[Errno 16] Device or resource busy: "
      "'/OVS/Repositories/0004fb0000030000aaaaaaaaaaaaaaaa'";
  EXPECT_EQ(scene.says("ovm-1", "unmount_repository_fs", {kMountPoint}), busy);
  EXPECT_EQ(scene.says("ovm-1", "delete_repository", {kRepository, true}), busy);
  EXPECT_THAT(db(scene, "ovm-1"), HasSubstr("<Status>Mounted</Status>"));
  EXPECT_TRUE(fs::exists(scene.share() / "VirtualDisks" / "vm1.img"));
  ASSERT_EQ(scene.says("ovm-1", "stop_vm", {kRepository, "vm1", true}), "nil");
  EXPECT_EQ(scene.says("ovm-1", "unmount_repository_fs", {kMountPoint}), "nil");
  EXPECT_THAT(db(scene, "ovm-1"), HasSubstr("<Status>Unmounted</Status>"));
}

TEST(Repository, IsNotErasedUnderAGuestOfAnotherHost) {
  ThreeHosts scene;
  ASSERT_EQ(scene.make_repository(), "nil");
  ASSERT_EQ(scene.add_repository("ovm-2"), "nil");
  ASSERT_EQ(scene.run_guest("ovm-2", "vm1"), "nil");
  EXPECT_EQ(scene.call("ovm-1", "delete_repository", {kRepository, true}).error().code,
            Code::kAborted);
  EXPECT_TRUE(fs::exists(scene.share() / "VirtualDisks" / "vm1.img"));
  EXPECT_EQ(scene.says("ovm-1", "delete_repository", {kRepository, false}), "nil")
      << "a host may drop its own record at any time";
}

TEST(Repository, MountsWhereNothingElseIs) {
  ThreeHosts scene;
  scene.simulator.with_estate([](Estate& estate) { estate.add_export("nfs-1:/export/b"); });
  EXPECT_EQ(scene.says("ovm-1", "mount_repository_fs", {kDevice, kMountPoint}), "nil");
  EXPECT_EQ(scene.says("ovm-1", "mount_repository_fs", {kDevice, kMountPoint}), "nil");
  EXPECT_EQ(scene.call("ovm-1", "mount_repository_fs", {"nfs-1:/export/b", kMountPoint})
                .error()
                .fault->errno_value,
            16);
  EXPECT_EQ(scene.says("ovm-1", "unmount_repository_fs", {kMountPoint}), "nil");
  EXPECT_EQ(scene.call("ovm-1", "unmount_repository_fs", {kMountPoint}).error().fault->errno_value,
            22);
  EXPECT_EQ(scene.says("ovm-1", "mount_repository_fs", {"nfs-1:/export/b", kMountPoint}), "nil");
}

TEST(Repository, MountPointMayEndInASlash) {
  ThreeHosts scene;
  const std::string with_slash = std::string(kMountPoint) + "/";
  ASSERT_EQ(scene.says("ovm-1", "mount_repository_fs", {"nfs-1:/export/a/", with_slash}), "nil");
  EXPECT_EQ(scene.says("ovm-1", "unmount_repository_fs", {kMountPoint}), "nil");
  ASSERT_EQ(scene.says("ovm-1", "create_repository", {kDevice, with_slash, kRepository, "one"}),
            "nil");
  EXPECT_THAT(db(scene, "ovm-1"), HasSubstr("<Status>Mounted</Status>"));
  EXPECT_EQ(scene.says("ovm-1", "unmount_repository_fs", {with_slash}), "nil");
}

TEST(Repository, ListsWhateverLiesInItsFolders) {
  ThreeHosts scene;
  ASSERT_EQ(scene.make_repository(), "nil");
  EXPECT_THAT(contents(scene, "ovm-1"),
              HasSubstr("<Assemblies/><Templates/><VirtualMachines/><VirtualDisks/><ISOs/>"));
  fs::create_directories(scene.share() / "VirtualMachines" / "pool");
  std::ofstream(scene.share() / "VirtualMachines" / "pool" / "ovspoolfs.img") << "heartbeat";
  std::ofstream(scene.share() / "VirtualDisks" / "stray & co") << "by hand";
  std::ofstream(scene.share() / "ISOs" / "systemvm.iso") << "iso";
  const std::string after = contents(scene, "ovm-1");
  EXPECT_THAT(after, HasSubstr("<VirtualMachine Name=\"pool\"><File>ovspoolfs.img</File>"));
  EXPECT_THAT(after, HasSubstr("<Disk>stray &amp; co</Disk>"));
  EXPECT_THAT(after, HasSubstr("<ISO>systemvm.iso</ISO>"));
  EXPECT_EQ(contents(scene, "ovm-1", {}), after) << "no id asks for all";
  const std::string none =
      "<?xml version=\"1.0\" ?><Discover_Repositories_Result><RepositoryList></RepositoryList>"
      "</Discover_Repositories_Result>";
  EXPECT_EQ(contents(scene, "ovm-1", {"0004fb0000030000bbbbbbbbbbbbbbbb"}), none);
  EXPECT_EQ(contents(scene, "ovm-2"), none);
}

TEST(Repository, RecordIsEditedFieldByField) {
  ThreeHosts scene;
  ASSERT_EQ(scene.make_repository(), "nil");
  EXPECT_EQ(scene.says("ovm-1", "edit_repository_db", {kRepository, Struct{{"alias", "new"}}}),
            "nil");
  EXPECT_THAT(db(scene, "ovm-1"), HasSubstr("<Alias>new</Alias>"));
  EXPECT_EQ(scene.says("ovm-1", "edit_repository_db",
                       {kRepository, Struct{{"alias", "newer"}, {"color", "red"}}}),
            "exceptions.KeyError:'color'");
  EXPECT_THAT(db(scene, "ovm-1"), HasSubstr("<Alias>new</Alias>")) << "all fields or none";
  EXPECT_THAT(scene.says("ovm-1", "edit_repository_db", {kRepository, Struct{{"alias", 4}}}),
              HasSubstr("TypeError"));
  EXPECT_THAT(scene.says("ovm-2", "edit_repository_db", {kRepository, Struct{{"alias", "x"}}}),
              HasSubstr("Repository not found"));
}

TEST(Repository, ComesBackAfterAPowerCutAndHandMadeMountsDoNot) {
  ThreeHosts scene;
  ASSERT_EQ(scene.make_repository(), "nil");
  ASSERT_EQ(scene.says("ovm-1", "mount_repository_fs", {kDevice, "/nfsmnt/by-hand"}), "nil");
  ASSERT_TRUE(scene.simulator.power_off("ovm-1"));
  ASSERT_TRUE(scene.simulator.power_on("ovm-1"));
  scene.clock.advance(std::chrono::seconds(3));
  EXPECT_THAT(db(scene, "ovm-1"), HasSubstr("<Status>Mounted</Status>"));
  EXPECT_EQ(
      scene.call("ovm-1", "unmount_repository_fs", {"/nfsmnt/by-hand"}).error().fault->errno_value,
      22);
}

}  // namespace
}  // namespace trestle::simulator
