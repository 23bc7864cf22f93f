// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <random>

#include "systemvm/content_sum.h"
#include "systemvm/digest.h"
#include "systemvm/manifest.h"

namespace trestle::systemvm {
namespace {

using ::testing::HasSubstr;

std::vector<std::byte> noise(std::size_t bytes) {
  std::mt19937_64 random(7);
  std::vector<std::byte> out(bytes);
  for (std::byte& byte : out) byte = static_cast<std::byte>(random());
  return out;
}

TEST(Locator, NamesEveryTriedSingleBit) {
  const std::vector<std::byte> good = noise(kPieceBytes);
  const Locator before = locator_of(good);
  std::mt19937_64 random(11);
  for (int i = 0; i < 40; ++i) {
    const std::uint64_t bit = i == 0 ? 0 : random() % (kPieceBytes * 8);
    std::vector<std::byte> bad = good;
    bad[bit / 8] ^= std::byte{1} << static_cast<unsigned>(bit % 8);
    EXPECT_EQ(flipped_bit(before, locator_of(bad)), bit);
  }
}

TEST(Locator, NamesNoBitForTwo) {
  const std::vector<std::byte> good = noise(kPieceBytes);
  std::vector<std::byte> bad = good;
  bad[1] ^= std::byte{1};
  bad[8000] ^= std::byte{64};
  EXPECT_EQ(flipped_bit(locator_of(good), locator_of(bad)), std::nullopt);
  EXPECT_EQ(flipped_bit(locator_of(good), locator_of(good)), std::nullopt);
}

TEST(Locator, OfPartsIsThatOfTheWhole) {
  const std::vector<std::byte> all = noise(100'000);
  for (const std::size_t cut : {1U, 8U, 4096U, 5000U, 65536U, 99'999U}) {
    const Locator first = locator_of(std::span(all).first(cut));
    const Locator second = locator_of(std::span(all).subspan(cut), cut);
    EXPECT_EQ((Locator{first.words ^ second.words, first.positions ^ second.positions}),
              locator_of(all))
        << cut;
  }
}

TEST(ContentHash, CountsGapsAsZeroes) {
  const std::vector<std::byte> data = noise(70'000);
  constexpr std::uint64_t kAt = 3U << 20U;
  constexpr std::uint64_t kSize = 5U << 20U;
  std::vector<std::byte> whole(kSize);
  std::ranges::copy(data, whole.begin() + kAt);
  Digest digest(DigestKind::kSha256);
  digest.update(whole);
  ContentHash hash;
  EXPECT_TRUE(hash.feed({.offset = kAt, .bytes = data, .owner = nullptr}));
  EXPECT_FALSE(hash.feed({.offset = 0, .bytes = data, .owner = nullptr}));
  const ContentSum sum = hash.finish(kSize);
  EXPECT_EQ(sum.sha256, digest.finish());
  EXPECT_EQ(sum.holes, (std::vector<Extent>{{0, kAt}, {kAt + 131072, kSize - kAt - 131072}}));
}

TEST(Checksum, IsReadInEveryForm) {
  const std::string hex(64, 'A');
  const std::string lower(64, 'a');
  for (const std::string& text : {hex, "sha256:" + hex, "{SHA-256}" + lower, "SHA-256:" + hex}) {
    EXPECT_EQ(Checksum::parse(text).value(), (Checksum{DigestKind::kSha256, lower})) << text;
  }
  EXPECT_EQ(Checksum::parse(std::string(32, '0'))->kind, DigestKind::kMd5);
  for (const std::string& text :
       {std::string(), std::string(63, 'a'), "md5:" + hex, "{SHA-3}" + hex, std::string(64, 'g')}) {
    EXPECT_THAT(Checksum::parse(text).error().what, HasSubstr("is no checksum; give")) << text;
  }
}

TEST(Digest, OfZeroesIsThatOfZeroBytes) {
  Digest one(DigestKind::kSha256);
  one.update_zeroes(200'000);
  Digest other(DigestKind::kSha256);
  other.update(std::vector<std::byte>(200'000));
  EXPECT_EQ(one.finish(), other.finish());
}

TEST(Manifest, ReadsBackWhatWasWritten) {
  const Manifest manifest{.tool = "trestle 1",
                          .file = "a \"b\".raw",
                          .format = "raw",
                          .file_bytes = 12,
                          .file_sha256 = "ff",
                          .content = {.sha256 = "ee",
                                      .size = 12,
                                      .holes = {{0, 65536}, {1U << 20U, 131072}},
                                      .locators = {{}, {0xFEDCBA9876543210, 0x1FFFF}}},
                          .source = "x.vhd.bz2",
                          .source_format = "vhd dynamic",
                          .source_checksum = ""};
  EXPECT_EQ(parse_manifest(to_json(manifest), "m").value(), manifest);
}

TEST(Manifest, SaysWhatIsWrongWithOne) {
  for (const std::string_view text :
       {"", "[]", "{}", "{\"manifest\": 2}", "{\"manifest\": \"x\"}"}) {
    const auto refused = parse_manifest(text, "m.json");
    ASSERT_FALSE(refused.has_value()) << text;
    EXPECT_EQ(refused.error().code, Code::kCorruptImage);
    EXPECT_THAT(refused.error().what, HasSubstr("m.json: "));
  }
}

TEST(Manifest, TakesNumbersThatCanBeOnesAndNoOthers) {
  Manifest manifest;
  manifest.file_bytes = 1111;
  manifest.content.size = 2222;
  manifest.content.holes = {{3333, 4444}};
  const std::string good = to_json(manifest);
  ASSERT_TRUE(parse_manifest(good, "m").has_value());
  for (const std::string place : {"1111", "2222", "3333", "4444", "1048576", "\"manifest\": 1"}) {
    for (const std::string value :
         {"-1", "1.5", "1e300", "true", "null", "\"1\"", "4294967297", "18446744073709551616"}) {
      // 2^32 + 1 is a number of bytes like any other, but no version and no unit.
      if (value == "4294967297" && place.size() == 4) continue;
      std::string text = good;
      const std::string said = place.size() > 7 ? "\"manifest\": " + value : value;
      text.replace(text.find(place), place.size(), said);
      const auto refused = parse_manifest(text, "m.json");
      ASSERT_FALSE(refused.has_value()) << place << " as " << value;
      EXPECT_EQ(refused.error().code, Code::kCorruptImage);
      EXPECT_THAT(refused.error().what, HasSubstr("converting the image again"));
    }
  }
  std::string text = good;
  text.replace(text.find("2222"), 4, "9223372036854775808");
  EXPECT_THAT(parse_manifest(text, "m").error().what, HasSubstr("more bytes than a disk has"));
}

TEST(Source, IsWrittenDownWithoutSecrets) {
  EXPECT_EQ(without_secrets("https://joe:secret@host:8/a/b@c.vhd?token=1#x"),
            "https://host:8/a/b@c.vhd");
  EXPECT_EQ(without_secrets("dir/a?b.vhd"), "dir/a?b.vhd");
}

}  // namespace
}  // namespace trestle::systemvm
