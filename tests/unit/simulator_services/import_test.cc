// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <fstream>
#include <optional>
#include <string>
#include <utility>

#include "tests/unit/simulator_services/three_hosts.h"

namespace trestle::simulator {
namespace {

namespace fs = std::filesystem;
using std::chrono::milliseconds;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

constexpr std::string_view kRepository = ThreeHosts::kRepository;
constexpr std::uint64_t kMiB = std::uint64_t{1} << 20U;
constexpr std::string_view kUrl = "http://images/pub/base.img";

std::uint64_t blocks_in_bytes(const fs::path& path) {
  struct stat info {};
  return stat(path.c_str(), &info) == 0 ? static_cast<std::uint64_t>(info.st_blocks) * 512 : 0;
}

/// A repository on ovm-1 and a second export with images to fetch.
class Import : public testing::Test {
 protected:
  void SetUp() override {
    ASSERT_EQ(scene.make_repository(), "nil");
    pub = scene.simulator.with_estate(
        [](Estate& estate) { return estate.add_export("images:/pub").directory; });
  }
  /// `size` bytes with data at the start and, if it fits, behind a hole.
  void make_source(std::uint64_t size, std::string_view name = "base.img") {
    std::fstream file(pub / name, std::ios::out | std::ios::binary);
    file << "begin";
    if (size > kMiB) {
      file.seekp(static_cast<std::streamoff>(size - kMiB));
      file << "end";
    }
    file.close();
    fs::resize_file(pub / name, size);
  }
  std::string import(std::string_view url = kUrl, std::string_view name = "new.img") {
    return scene.says("ovm-1", "import_virtual_disk", {url, name, kRepository});
  }
  fs::path disks() { return scene.share() / "VirtualDisks"; }
  std::string list() { return scene.says("ovm-1", "discover_repositories", {kRepository}); }
  /// Begins an import and goes `by` on the clock.
  void begin(std::optional<Outcome>& outcome, milliseconds by) {
    Host* host =
        scene.simulator.with_estate([](Estate& estate) { return estate.find_host("ovm-1"); });
    scene.simulator.submit(*host, "import_virtual_disk", {kUrl, "new.img", kRepository},
                           [&](Outcome done) { outcome = std::move(done); });
    scene.clock.advance(by);
    scene.simulator.advance();
  }

  ThreeHosts scene;
  fs::path pub;
};

TEST_F(Import, CopiesEveryByteAndNoHole) {
  make_source(8 * kMiB + 123);
  ASSERT_EQ(import(), "nil");
  EXPECT_EQ(fs::file_size(disks() / "new.img"), 8 * kMiB + 123);
  EXPECT_TRUE(file_text(disks() / "new.img") == file_text(pub / "base.img"));
  EXPECT_LT(blocks_in_bytes(disks() / "new.img"), kMiB);
  EXPECT_THAT(list(), HasSubstr("<VirtualDisks><Disk>new.img</Disk></VirtualDisks>"));
}

TEST_F(Import, TakesTheTimeOfItsSize) {
  make_source(1024 * kMiB);
  const auto before = scene.clock.now();
  ASSERT_EQ(import(), "nil");
  EXPECT_EQ(scene.clock.now() - before, milliseconds(20));
}

TEST_F(Import, IsNotSeenBeforeItIsWhole) {
  make_source(1024 * kMiB);
  std::optional<Outcome> outcome;
  begin(outcome, milliseconds(19));
  EXPECT_FALSE(outcome);
  EXPECT_THAT(list(), HasSubstr("<VirtualDisks/>"));
  EXPECT_TRUE(fs::is_empty(disks()));
  scene.clock.advance(milliseconds(1));
  scene.simulator.advance();
  ASSERT_TRUE(outcome);
  EXPECT_THAT(list(), HasSubstr("<Disk>new.img</Disk>"));
}

TEST_F(Import, LeavesNothingWhenItsHostLosesPowerHalfWay) {
  make_source(1024 * kMiB);
  std::optional<Outcome> outcome;
  begin(outcome, milliseconds(10));
  ASSERT_TRUE(scene.simulator.power_off("ovm-1"));
  scene.clock.advance(milliseconds(100));
  scene.simulator.advance();
  ASSERT_TRUE(outcome);
  EXPECT_EQ(outcome->kind, Outcome::Kind::kDropped);
  EXPECT_TRUE(fs::is_empty(disks()));
}

TEST_F(Import, LeavesWhatIsThereAlone) {
  make_source(4096);
  std::ofstream(disks() / "new.img") << "precious";
  EXPECT_EQ(import(),
            "exceptions.OSError:[Errno 17] File exists: "
            "'/OVS/Repositories/0004fb0000030000aaaaaaaaaaaaaaaa/VirtualDisks/new.img'");
  EXPECT_EQ(file_text(disks() / "new.img"), "precious");
  EXPECT_EQ(import(kUrl, "other.img"), "nil");
}

TEST_F(Import, NeedsRoomForItsData) {
  make_source(8 * kMiB);
  const auto size = [&](std::uint64_t bytes) {
    scene.simulator.with_estate(
        [&](Estate& estate) { estate.find_export(ThreeHosts::kDevice)->size_bytes = bytes; });
  };
  size(16 * 1024);
  const auto full = scene.call("ovm-1", "import_virtual_disk", {kUrl, "new.img", kRepository});
  ASSERT_FALSE(full);
  EXPECT_EQ(full.error().fault->errno_value, 28);
  EXPECT_EQ(full.error().code, Code::kResourceExhausted);
  EXPECT_TRUE(fs::is_empty(disks())) << "half a copy is not left behind";
  size(2 * kMiB);
  EXPECT_EQ(import(), "nil") << "holes take no room";
}

TEST_F(Import, SaysWhatIsMissing) {
  make_source(4096);
  EXPECT_EQ(import("http://images/pub/none.img"),
            "exceptions.OSError:[Errno 2] No such file or directory: "
            "'http://images/pub/none.img'");
  EXPECT_THAT(import("http://nowhere/pub/base.img"), HasSubstr("[Errno 2]"));
  EXPECT_THAT(import("http://images/pub/"), HasSubstr("[Errno 2]"));
  EXPECT_THAT(import("base.img"), HasSubstr("Invalid URL"));
  EXPECT_THAT(import("http://images/pub/../../secret"), HasSubstr("[Errno "));
  EXPECT_EQ(import(kUrl, "../../escape.img"),
            "exceptions.Exception:Invalid name: '../../escape.img'");
  EXPECT_THAT(
      scene.says("ovm-1", "import_virtual_disk", {kUrl, "a", "0004fb0000030000bbbbbbbbbbbbbbbb"}),
      HasSubstr("Repository not found"));
  EXPECT_THAT(scene.says("ovm-2", "import_virtual_disk", {kUrl, "a", kRepository}),
              HasSubstr("Repository not found"));
  EXPECT_TRUE(fs::is_empty(disks()));
  ASSERT_EQ(scene.says("ovm-1", "unmount_repository_fs", {ThreeHosts::kMountPoint}), "nil");
  EXPECT_THAT(import(), HasSubstr("[Errno 2]")) << "an unmounted repository takes nothing";
}

TEST_F(Import, ReadsALocalFileOfTheHost) {
  const fs::path root = scene.simulator.with_estate(
      [](Estate& estate) { return estate.host_root(*estate.find_host("ovm-1")); });
  fs::create_directories(root / "root");
  std::ofstream(root / "root" / "local.iso") << "iso";
  EXPECT_EQ(scene.says("ovm-1", "import_ISO", {"file:///root/local.iso", "l.iso", kRepository}),
            "nil");
  EXPECT_EQ(file_text(scene.share() / "ISOs" / "l.iso"), "iso");
  EXPECT_THAT(scene.says("ovm-1", "import_ISO", {"file:///etc/passwd", "p.iso", kRepository}),
              HasSubstr("[Errno 2]"))
      << "the machine's own files are out of reach";
}

TEST_F(Import, OfATemplateIsWholeOrNotAtAll) {
  make_source(4096, "a.img");
  make_source(8192, "b.img");
  const Array urls{"http://images/pub/a.img", "http://images/pub/b.img"};
  ASSERT_EQ(scene.says("ovm-1", "import_template", {kRepository, "tpl", urls}), "nil");
  EXPECT_THAT(list(), HasSubstr("<Template Name=\"tpl\"><File>a.img</File><File>b.img</File>"));
  EXPECT_THAT(scene.says("ovm-1", "import_template", {kRepository, "tpl", urls}),
              HasSubstr("[Errno 17]"));
  const Array missing{"http://images/pub/a.img", "http://images/pub/none.img"};
  EXPECT_THAT(scene.says("ovm-1", "import_template", {kRepository, "two", missing}),
              HasSubstr("[Errno 2]"));
  scene.simulator.with_estate(
      [](Estate& estate) { estate.find_export(ThreeHosts::kDevice)->size_bytes = 1; });
  EXPECT_THAT(scene.says("ovm-1", "import_template", {kRepository, "two", urls}),
              HasSubstr("[Errno 28]"));
  EXPECT_THAT(list(), Not(HasSubstr("Name=\"two\"")));
}

}  // namespace
}  // namespace trestle::simulator
