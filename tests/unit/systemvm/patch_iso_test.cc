// SPDX-License-Identifier: Apache-2.0
// The patch CD of system VMs, judged by bsdtar, which shares no code with what writes it.
#include "systemvm/patch_iso.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <random>

#include "systemvm/child.h"
#include "tests/unit/systemvm/image_scene.h"

namespace trestle::systemvm {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

std::string noise(std::size_t bytes, unsigned seed) {
  std::mt19937_64 random(seed);
  std::string out(bytes, '\0');
  for (char& c : out) c = static_cast<char>(random());
  return out;
}

class PatchCd : public ::testing::Test {
 protected:
  void SetUp() override {
    write_file(folder / "keys", "ssh-rsa AAAA root@mgmt\n");
    write_file(folder / "scripts", noise(3'000'001, 1));
    write_file(folder / "odd", "under a name that must be quoted everywhere\n");
    write_file(folder / "empty", "");
  }
  std::vector<IsoSource> sources() {
    return {{"authorized_keys", folder / "keys"},
            {"cloud-scripts.tgz", folder / "scripts"},
            {"it's [a] \"Ümläut\"=x", folder / "odd"},
            {"empty", folder / "empty"}};
  }
  Result<PatchIso> build(const std::string& name = "patch.iso") {
    return build_patch_iso(a_minute(), sources(), folder / name, Replace::kNever);
  }
  /// The content of one file, as another program reads it.
  std::string extracted(const std::string& iso, const std::string& name) {
    return output_of(a_minute(), {"env", "LC_ALL=C.UTF-8", "bsdtar", "-xOf", folder / iso, name},
                     {}, "libarchive-tools")
        .value();
  }
  Folder folder;
};

TEST_F(PatchCd, HoldsEachFileByteByByte) {
  const auto iso = build();
  ASSERT_TRUE(iso.has_value()) << iso.error().message();
  EXPECT_EQ(extracted("patch.iso", "authorized_keys"), read_file(folder / "keys"));
  EXPECT_EQ(extracted("patch.iso", "cloud-scripts.tgz"), read_file(folder / "scripts"));
  EXPECT_EQ(extracted("patch.iso", "it's \\[a\\] \"Ümläut\"=x"), read_file(folder / "odd"));
  const auto listed = output_of(a_minute(), {"bsdtar", "--numeric-owner", "-tvf", iso->path}, {},
                                "libarchive-tools");
  EXPECT_THAT(*listed, HasSubstr("-r--r--r--  1 0      0     3000001 Jan  1  2000 "));
  EXPECT_THAT(folder.names(), ElementsAre("empty", "keys", "odd", "patch.iso", "scripts"));
  EXPECT_EQ(iso->size.count, std::filesystem::file_size(iso->path));
}

TEST_F(PatchCd, IsTheSameBytesForTheSameFiles) {
  const auto one = build("one.iso");
  std::filesystem::last_write_time(folder / "keys", std::filesystem::file_time_type::clock::now());
  const auto other = build("other.iso");
  ASSERT_TRUE(one && other);
  EXPECT_EQ(read_file(folder / "one.iso"), read_file(folder / "other.iso"));
  EXPECT_EQ(one->sha256, other->sha256);
}

TEST_F(PatchCd, IsComparedByContentAndNotBySize) {
  const auto one = build("one.iso");
  std::string changed = read_file(folder / "scripts");
  changed[1'000'000] = static_cast<char>(changed[1'000'000] ^ 1);
  write_file(folder / "scripts", changed);
  const auto other = build("other.iso");
  ASSERT_TRUE(one && other);
  EXPECT_EQ(one->size, other->size);
  EXPECT_THAT(iso_differences(*one, *other), ElementsAre("cloud-scripts.tgz"));
  EXPECT_NE(patch_iso_name(*one), patch_iso_name(*other));
  const auto again = read_patch_iso(a_minute(), folder / "one.iso");
  ASSERT_TRUE(again.has_value()) << again.error().message();
  EXPECT_EQ(*again, *one);
}

TEST_F(PatchCd, OfAnotherWriterIsTheSameIfItsFilesAre) {
  const auto ours = build();
  ASSERT_TRUE(ours.has_value());
  ASSERT_TRUE(output_of(a_minute(),
                        {"bsdtar", "-cf", folder / "theirs.iso", "--format=iso9660", "-C",
                         folder / "", "keys", "scripts"},
                        {}, "libarchive-tools"));
  const auto theirs = read_patch_iso(a_minute(), folder / "theirs.iso");
  ASSERT_TRUE(theirs.has_value()) << theirs.error().message();
  EXPECT_EQ(theirs->entries[0].sha256, ours->entries[0].sha256);
  const auto same =
      build_patch_iso(a_minute(), {{"keys", folder / "keys"}, {"scripts", folder / "scripts"}},
                      folder / "same.iso", Replace::kNever);
  EXPECT_THAT(iso_differences(*theirs, *same), IsEmpty());
  EXPECT_THAT(iso_differences(*ours, *same),
              ElementsAre("authorized_keys", "cloud-scripts.tgz", "empty", "it's [a] \"Ümläut\"=x",
                          "keys", "scripts"));
}

TEST_F(PatchCd, WithALineEndInANameIsRefused) {
  std::filesystem::create_directory(folder / "cd");
  write_file(folder / "cd/plain", "a\n");
  const auto master = [&] {
    return output_of(
        a_minute(),
        {"xorriso", "-as", "mkisofs", "-quiet", "-R", "-o", folder / "odd.iso", folder / "cd"}, {},
        "xorriso");
  };
  ASSERT_TRUE(master().has_value());
  EXPECT_TRUE(read_patch_iso(a_minute(), folder / "odd.iso").has_value());
  write_file(folder / "cd/authorized_keys\nold", "b\n");  // not authorized_keys
  ASSERT_TRUE(master().has_value());
  const auto refused = read_patch_iso(a_minute(), folder / "odd.iso");
  ASSERT_FALSE(refused.has_value()) << "a name was cut at its line end";
  EXPECT_THAT(refused.error().what, HasSubstr("one with an odd name"));
}

// known defect 60: an existing system VM ISO was compared with the size of the whole partition, and
// never replaced after an upgrade.
TEST_F(PatchCd, IsPutWhereItIsMissingOrDiffersAndStaysWhereItIsRight) {
  const auto iso = build();
  ASSERT_TRUE(iso.has_value());
  const std::string store = folder / "ISOs";
  std::filesystem::create_directory(store);
  EXPECT_EQ(put_patch_iso(a_minute(), *iso, store).value(), IsoPut::kCopied);
  const std::string there = store + "/" + patch_iso_name(*iso);
  EXPECT_EQ(read_file(there), read_file(iso->path));
  const auto written = std::filesystem::last_write_time(there);
  EXPECT_EQ(put_patch_iso(a_minute(), *iso, store).value(), IsoPut::kWasThere);
  EXPECT_EQ(std::filesystem::last_write_time(there), written);

  std::string damaged = read_file(there);
  damaged.back() = static_cast<char>(damaged.back() ^ 1);  // the same size
  write_file(there, damaged);
  EXPECT_EQ(put_patch_iso(a_minute(), *iso, store).value(), IsoPut::kMended);
  EXPECT_EQ(read_file(there), read_file(iso->path));

  // An upgrade leaves the CD of the VMs that run.
  write_file(folder / "scripts", "new");
  const auto next = build("next.iso");
  EXPECT_EQ(put_patch_iso(a_minute(), *next, store).value(), IsoPut::kCopied);
  EXPECT_EQ(read_file(there), read_file(iso->path));
}

TEST_F(PatchCd, IsNotPutIfItIsNotWhatItWas) {
  auto iso = build().value();
  std::filesystem::create_directory(folder / "ISOs");
  std::filesystem::resize_file(iso.path, iso.size.count / 2);
  EXPECT_THAT(put_patch_iso(a_minute(), iso, folder / "ISOs").error().what,
              HasSubstr("SHA-256 checksum"));
  EXPECT_TRUE(std::filesystem::is_empty(folder / "ISOs"));
  EXPECT_EQ(read_patch_iso(a_minute(), iso.path).error().code, Code::kCorruptImage);
}

TEST_F(PatchCd, RefusesBadNamesMissingFilesAndAnExistingTarget) {
  const auto refused = [&](std::vector<IsoSource> files) {
    return build_patch_iso(a_minute(), files, folder / "bad.iso", Replace::kNever).error();
  };
  EXPECT_EQ(refused({}).code, Code::kInvalidArgument);
  for (const std::string& name : {std::string(), std::string("a/b"), std::string(".."),
                                  std::string("a\nb"), std::string(201, 'x')}) {
    EXPECT_THAT(refused({{name, folder / "keys"}}).what, HasSubstr("1 to 200 bytes")) << name;
  }
  EXPECT_THAT(refused({{"a", folder / "keys"}, {"a", folder / "empty"}}).what,
              HasSubstr("two files"));
  EXPECT_EQ(refused({{"a", folder / "gone"}}).code, Code::kNotFound);
  write_file(folder / "bad.iso", "mine");
  EXPECT_EQ(refused({{"a", folder / "keys"}}).code, Code::kAlreadyExists);
  EXPECT_EQ(read_file(folder / "bad.iso"), "mine");
  EXPECT_EQ(read_patch_iso(a_minute(), folder / "scripts").error().code, Code::kCorruptImage);
}

TEST_F(PatchCd, LeavesNothingWhenItIsStopped) {
  std::stop_source stop;
  stop.request_stop();
  CallContext ctx = a_minute();
  ctx.stop = stop.get_token();
  const auto iso = build_patch_iso(ctx, sources(), folder / "patch.iso", Replace::kNever);
  EXPECT_EQ(iso.error().code, Code::kCancelled);
  EXPECT_THAT(folder.names(), ElementsAre("empty", "keys", "odd", "scripts"));
}

}  // namespace
}  // namespace trestle::systemvm
