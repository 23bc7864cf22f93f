// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "systemvm/child.h"
#include "systemvm/open_image.h"
#include "systemvm/vhd_format.h"
#include "systemvm/vhd_table.h"
#include "tests/unit/systemvm/image_scene.h"

namespace trestle::systemvm {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;

constexpr std::size_t kDisk = 5U << 20U;  // three blocks, the last one not full
constexpr std::size_t kHeader = 512;
constexpr std::size_t kTable = 1536;

struct GeometryCase {
  std::uint64_t sectors;
  VhdGeometry want;
};

// Computed by hand from the appendix of the specification.
TEST(VhdGeometry, FollowsTheSpecificationAtEachOfItsSteps) {
  for (const auto& [sectors, want] : {GeometryCase{1, {0, 4, 17}}, GeometryCase{68, {1, 4, 17}},
                                      GeometryCase{17ULL * 4 * 1023, {1023, 4, 17}},
                                      GeometryCase{17ULL * 16 * 1024, {561, 16, 31}},
                                      GeometryCase{31ULL * 16 * 1024, {503, 16, 63}},
                                      GeometryCase{65535ULL * 16 * 63, {16191, 16, 255}},
                                      GeometryCase{65535ULL * 16 * 255, {65535, 16, 255}},
                                      GeometryCase{kVhdMostBytes / 512, {65535, 16, 255}}}) {
    EXPECT_EQ(vhd_geometry(sectors * 512), want) << sectors;
  }
}

TEST(VhdFooter, ReadsBackWhatWasWritten) {
  const VhdFooter footer{.data_offset = 512,
                         .timestamp = 12345,
                         .creator = "win",
                         .creator_version = 7,
                         .original_size = 1024,
                         .current_size = 512,
                         .geometry = {3, 4, 17},
                         .type = VhdType::kDynamic,
                         .id = VhdId{std::byte{1}, std::byte{0xAB}}};
  EXPECT_EQ(parse_vhd_footer(to_bytes(footer), 0).value(), footer);
}

TEST(VhdFooter, NamesTheLimitOf2040GiB) {
  VhdFooter footer;
  footer.current_size = kVhdMostBytes;
  EXPECT_TRUE(parse_vhd_footer(to_bytes(footer), 0).has_value());
  footer.current_size += 512;
  const auto refused = parse_vhd_footer(to_bytes(footer), 0);
  ASSERT_FALSE(refused.has_value());
  EXPECT_EQ(refused.error().code, Code::kResourceExhausted);
  EXPECT_THAT(refused.error().what, HasSubstr("2040 GiB"));
}

TEST(VhdBitmap, IsReadInRunsFromTheHighestBit) {
  const std::array bitmap{std::byte{0b1100'0000}, std::byte{0xFF}, std::byte{0}};
  const VhdRun first = vhd_run(bitmap, 0, 24);
  EXPECT_TRUE(first.present);
  EXPECT_EQ(first.count, 2U);
  EXPECT_EQ(vhd_run(bitmap, 2, 24).count, 6U);
  EXPECT_EQ(vhd_run(bitmap, 8, 24).count, 8U);
  EXPECT_EQ(vhd_run(bitmap, 9, 12).count, 3U);
}

class VhdReader : public ::testing::Test {
 protected:
  void SetUp() override {
    disk = small_disk(kDisk);
    make_vhd(folder, "disk.vhd", disk);
    file = read_file(folder / "disk.vhd");
  }
  /// Writes the changed file and says how it is refused.
  std::string refusal() {
    write_file(folder / "changed.vhd", file);
    const auto content = content_of(folder / "changed.vhd");
    if (content) return *content == disk ? "(it is read right)" : "(it is read WRONG)";
    return content.error().message();
  }
  /// The same for one flipped byte, in place; of the content, the first sector is looked at.
  std::string refusal_of_flip(const std::string& name, std::size_t at) {
    const auto flip = [&] {
      std::fstream image(folder / name, std::ios::in | std::ios::out | std::ios::binary);
      image.seekg(static_cast<long>(at));
      const char old = static_cast<char>(image.get());
      image.seekp(static_cast<long>(at));
      image.put(static_cast<char>(~old));
    };
    flip();
    std::string sector(512, 'x');
    auto opened = VhdDisk::open(a_minute(), ReadFile::open(folder / name).value());
    std::string said = opened ? "" : opened.error().message();
    if (opened) {
      const auto read =
          (*opened)->read_at(a_minute(), 0, std::as_writable_bytes(std::span(sector)));
      const bool right = read && disk.starts_with(sector) && (*opened)->facts().size.count == kDisk;
      said = right ? "(it is read right)" : "(it is read WRONG)";
    }
    flip();
    return said;
  }
  [[nodiscard]] std::size_t block_of(std::size_t entry) const {
    std::size_t sector = 0;
    for (std::size_t i = 0; i < 4; ++i) {
      sector = sector << 8U | static_cast<unsigned char>(file[kTable + entry * 4 + i]);
    }
    return sector * 512;
  }

  Folder folder;
  std::string disk;
  std::string file;
};

TEST_F(VhdReader, ReadsWhatOurWriterWrote) {
  EXPECT_EQ(refusal(), "(it is read right)");
  make_vhd(folder, "fixed.vhd", disk, VhdSubformat::kFixed);
  EXPECT_EQ(content_of(folder / "fixed.vhd").value(), disk);
}

TEST_F(VhdReader, HonoursTheBitmapOfABlock) {
  const std::size_t block = block_of(0);
  file[block] = '\x7F';  // the first sector was never written
  write_file(folder / "changed.vhd", file);
  std::string want = disk;
  std::fill_n(want.begin(), 512, '\0');
  EXPECT_EQ(content_of(folder / "changed.vhd").value(), want);
}

TEST_F(VhdReader, GivesTheContentOrAnErrorForEveryFlippedByteOfEveryStructure) {
  int refused = 0;
  for (std::size_t i = 0; i < kTable + 512; ++i) {
    const std::size_t at = i < kTable ? i : file.size() - 512 + (i - kTable);
    const std::string said = refusal_of_flip("disk.vhd", at);
    if (at >= kHeader && at < kTable) {
      EXPECT_THAT(said, AllOf(HasSubstr("VHD header at offset 512"), HasSubstr("offset ")));
      ++refused;
    } else {
      EXPECT_EQ(said, "(it is read right)") << at;  // from the other footer
    }
  }
  EXPECT_EQ(refused, 1024);
}

TEST_F(VhdReader, NamesTheFieldOfTheFooterThatItReplaces) {
  file[60] = '\x09';
  write_file(folder / "changed.vhd", file);
  auto opened = VhdDisk::open(a_minute(), ReadFile::open(folder / "changed.vhd").value());
  ASSERT_TRUE(opened.has_value());
  EXPECT_THAT((*opened)->facts().warnings,
              ::testing::Contains(AllOf(HasSubstr("offset 0"), HasSubstr("'disk type'"))));
}

TEST_F(VhdReader, RefusesADiskWhoseBothFootersAreDamaged) {
  file[48] = '\x09';
  file[file.size() - 512 + 48] = '\x09';
  EXPECT_THAT(refusal(), AllOf(HasSubstr("neither footer is whole"), HasSubstr("'checksum'")));
}

TEST_F(VhdReader, RefusesAFixedDiskForEveryFlippedByteOfItsOnlyFooter) {
  make_vhd(folder, "fixed.vhd", disk, VhdSubformat::kFixed);
  for (std::size_t i = 0; i < 512; ++i) {
    EXPECT_THAT(refusal_of_flip("fixed.vhd", kDisk + i),
                HasSubstr("VHD footer at offset " + std::to_string(kDisk)))
        << i;
  }
}

TEST_F(VhdReader, RefusesAnImageCutOffAtAnySectorOfTheFirst64KiB) {
  for (std::size_t bytes = 65536 + 512; bytes > 0;) {
    bytes -= 512;
    std::filesystem::resize_file(folder / "disk.vhd", bytes);
    const auto opened = VhdDisk::open(a_minute(), ReadFile::open(folder / "disk.vhd").value());
    ASSERT_FALSE(opened.has_value()) << bytes;
    EXPECT_THAT(opened.error().message(), HasSubstr("fetch it again")) << bytes;
  }
}

TEST_F(VhdReader, RefusesTwoBlocksInOnePlace) {
  for (std::size_t i = 0; i < 4; ++i) file[kTable + 4 + i] = file[kTable + i];
  EXPECT_THAT(refusal(), AllOf(HasSubstr("entry 1 of the block table (offset 1540)"),
                               HasSubstr("overlaps that of entry 0")));
}

TEST_F(VhdReader, RefusesABlockOverAStructureOrBeyondTheEnd) {
  const std::string good = file;
  put(file, kTable, 4, 1);
  EXPECT_THAT(refusal(), AllOf(HasSubstr("entry 0"), HasSubstr("lies over the structure")));
  file = good;
  put(file, kTable, 4, 0x7FFFFFFF);
  EXPECT_THAT(refusal(), AllOf(HasSubstr("entry 0"), HasSubstr("ends at offset")));
}

TEST_F(VhdReader, RefusesATableThatIsTooShortOrLiesOnTheHeader) {
  const std::string good = file;
  put(file, kHeader + 28, 4, 2);
  seal(file, kHeader, 1024, 36);
  EXPECT_THAT(refusal(), HasSubstr("'max table entries'"));
  file = good;
  put(file, kHeader + 16, 8, 1024);
  seal(file, kHeader, 1024, 36);
  EXPECT_THAT(refusal(), HasSubstr("'table offset'"));
  put(file, kHeader + 16, 8, 0xFFFFFFFFFFFFFE00);
  seal(file, kHeader, 1024, 36);
  EXPECT_THAT(refusal(), HasSubstr("beyond every possible file"));
}

/// A child of `parent` in which the first sector is its own and all else the parent's.
std::string child_of(const std::string& base, const std::string& parent_name, char own) {
  std::string child = base;
  for (const std::size_t at : {std::size_t{0}, base.size() - 512}) {
    put(child, at + 60, 4, 4);
    child[at + 68] = static_cast<char>(child[at + 68] + own);
    seal(child, at, 512, 64);
  }
  for (std::size_t i = 0; i < 16; ++i) child[kHeader + 40 + i] = base[68 + i];
  for (std::size_t i = 0; i < parent_name.size(); ++i)
    child[kHeader + 64 + 2 * i + 1] = parent_name[i];
  put(child, kTable + 4, 4, kVhdUnused);
  put(child, kTable + 8, 4, kVhdUnused);
  seal(child, kHeader, 1024, 36);
  std::size_t sector = 0;
  for (std::size_t i = 0; i < 4; ++i) {
    sector = sector << 8U | static_cast<unsigned char>(base[kTable + i]);
  }
  std::fill_n(child.begin() + static_cast<long>(sector * 512), 512, '\0');
  child[sector * 512] = '\x80';
  std::fill_n(child.begin() + static_cast<long>(sector * 512 + 512), 512, own);
  return child;
}

TEST_F(VhdReader, FollowsAChainOfParents) {
  write_file(folder / "child.vhd", child_of(file, "disk.vhd", 'c'));
  std::string want = disk;
  std::fill_n(want.begin(), 512, 'c');
  EXPECT_EQ(content_of(folder / "child.vhd").value(), want);
  write_file(folder / "grandchild.vhd",
             child_of(read_file(folder / "child.vhd"), "child.vhd", 'd'));
  std::fill_n(want.begin(), 512, 'd');
  EXPECT_EQ(content_of(folder / "grandchild.vhd").value(), want);
}

TEST_F(VhdReader, LooksForNoParentsOfAnImageThatWasPackedOrSent) {
  write_file(folder / "child.vhd", child_of(file, folder / "disk.vhd", 'c'));
  const OpenOptions beside{.scratch_near = folder / "x"};
  EXPECT_TRUE(open_disk(a_minute(), folder / "child.vhd", beside).has_value());
  ASSERT_TRUE(output_of(a_minute(), {"gzip", folder / "child.vhd"}, {}, "gzip").has_value());
  const auto refused = open_disk(a_minute(), folder / "child.vhd.gz", beside);
  ASSERT_FALSE(refused.has_value()) << "it stands on a file of this machine";
  EXPECT_EQ(refused.error().code, Code::kFailedPrecondition);
  EXPECT_THAT(refused.error().what, HasSubstr("unpack it to a file beside its parents"));
}

TEST_F(VhdReader, RefusesAMissingParentAndAnotherImageOfItsName) {
  write_file(folder / "child.vhd", child_of(file, "base.vhd", 'c'));
  EXPECT_THAT(content_of(folder / "child.vhd").error().what,
              AllOf(HasSubstr("\"base.vhd\""), HasSubstr("put that file beside it")));
  make_vhd(folder, "base.vhd", small_disk(1U << 20U));
  EXPECT_THAT(content_of(folder / "child.vhd").error().what, HasSubstr("but its id is"));
}

TEST_F(VhdReader, RefusesAParentLocatorOutsideOfTheFile) {
  std::string child = child_of(file, "base.vhd", 'c');
  constexpr std::size_t kLocator = kHeader + 576;
  for (const std::uint64_t at : {child.size() - 100, std::uint64_t{1} << 40U, ~std::uint64_t{0}}) {
    child.replace(kLocator, 4, "W2\x01u");
    put(child, kLocator + 8, 4, 200);
    put(child, kLocator + 16, 8, at);
    seal(child, kHeader, 1024, 36);
    write_file(folder / "child.vhd", child);
    EXPECT_THAT(content_of(folder / "child.vhd").error().what,
                AllOf(HasSubstr("parent locator (\"W2?u\") names 200 bytes at offset " +
                                std::to_string(at)),
                      HasSubstr("fetch it again")));
  }
}

TEST_F(VhdReader, RefusesAChainThatIsALoop) {
  const std::string one = child_of(file, "two.vhd", 'c');
  std::string two = child_of(one, "one.vhd", 'd');
  write_file(folder / "two.vhd", two);
  std::string closed = one;
  for (std::size_t i = 0; i < 16; ++i) closed[kHeader + 40 + i] = two[68 + i];
  seal(closed, kHeader, 1024, 36);
  write_file(folder / "one.vhd", closed);
  EXPECT_THAT(content_of(folder / "one.vhd").error().what, HasSubstr("is a loop"));
}

}  // namespace
}  // namespace trestle::systemvm
