// SPDX-License-Identifier: Apache-2.0
#include "systemvm/verify.h"

#include <algorithm>
#include <array>
#include <bit>
#include <memory>
#include <span>
#include <utility>

#include "systemvm/content_sum.h"
#include "systemvm/manifest.h"
#include "systemvm/open_image.h"

namespace trestle::systemvm {
namespace {

void add(Verified& verified, Difference difference) {
  verified.equal = false;
  if (verified.differences.size() < kListedDifferences) {
    verified.differences.push_back(std::move(difference));
  } else {
    ++verified.more;
  }
}

/// Reads a disk from start to end into a sum, with `change` applied to one byte if it is given.
Result<ContentSum> sum_of(const CallContext& ctx, DiskImage& disk, const ProgressSink& progress,
                          std::optional<std::uint64_t> flip_bit = std::nullopt) {
  ContentHash hash;
  TRESTLE_RETURN_IF_ERROR(disk.pump(ctx, [&](const Piece& piece) -> Result<void> {
    Piece told = piece;
    if (flip_bit && *flip_bit / 8 >= piece.offset &&
        *flip_bit / 8 < piece.offset + piece.bytes.size()) {
      auto copy = std::make_shared<std::vector<std::byte>>(piece.bytes.begin(), piece.bytes.end());
      (*copy)[*flip_bit / 8 - piece.offset] ^= std::byte{1} << static_cast<unsigned>(*flip_bit % 8);
      told = {.offset = piece.offset, .bytes = *copy, .owner = copy};
    }
    static_cast<void>(hash.feed(told));  // a disk image always rises
    const ImageSource::Progress now = disk.progress();
    if (progress) progress({.step = "verifying", .done = now.done, .total = now.total});
    return {};
  }));
  return hash.finish(disk.facts().size.count);
}

Locator at(const std::vector<Locator>& locators, std::size_t index) {
  return index < locators.size() ? locators[index] : Locator{};
}

/// Where two sums of the same size differ, as far as their locators tell.
Result<void> locate(const CallContext& ctx, DiskImage& disk, const ContentSum& good,
                    const ContentSum& now, const ProgressSink& progress, Verified& verified) {
  // A manifest may have more of them than the disk has mebibytes; what lies beyond means nothing.
  const std::size_t count =
      std::min<std::size_t>(std::max(good.locators.size(), now.locators.size()),
                            (good.size + kPieceBytes - 1) / kPieceBytes);
  std::optional<std::uint64_t> bit;
  for (std::size_t i = 0; i < count; ++i) {
    const Locator was = at(good.locators, i);
    const Locator is = at(now.locators, i);
    if (was == is) continue;
    const std::uint64_t start = std::uint64_t{i} * kPieceBytes;
    const auto flipped = flipped_bit(was, is);
    if (flipped && start + *flipped / 8 < good.size) bit = start * 8 + *flipped;
    add(verified, {.offset = start,
                   .length = std::min<std::uint64_t>(kPieceBytes, good.size - start),
                   .bit = {},
                   .what = "this mebibyte is not what it was"});
  }
  if (verified.differences.size() == 1 && bit) {
    // The proof: with that bit back, everything is as it was.
    TRESTLE_ASSIGN_OR_RETURN(const ContentSum mended, sum_of(ctx, disk, progress, bit));
    if (mended.sha256 == good.sha256) {
      verified.differences = {{.offset = *bit / 8,
                               .length = 1,
                               .bit = static_cast<unsigned>(*bit % 8),
                               .what = "one bit is flipped; with it back the digest is right"}};
    }
  }
  if (verified.differences.empty()) {
    add(verified, {.offset = 0,
                   .length = good.size,
                   .bit = {},
                   .what = "the digest differs, but no mebibyte can be named"});
  }
  return {};
}

std::string sizes_differ(std::uint64_t one, std::uint64_t other) {
  return "the disk has " + std::to_string(one) + " bytes, not " + std::to_string(other);
}

/// Bytes of one stretch that differ, as one difference.
Difference difference_in(std::uint64_t offset, std::span<const std::byte> a,
                         std::span<const std::byte> b) {
  const auto [first, other] = std::ranges::mismatch(a, b);
  const auto begin = static_cast<std::uint64_t>(first - a.begin());
  std::uint64_t end = a.size();
  while (end > begin && a[end - 1] == b[end - 1]) --end;
  Difference difference{
      .offset = offset + begin, .length = end - begin, .bit = {}, .what = "the content differs"};
  const auto changed = std::to_integer<unsigned>(*first ^ *other);
  if (end - begin == 1 && std::has_single_bit(changed)) {
    difference.bit = static_cast<unsigned>(std::countr_zero(changed));
    difference.what = "one bit differs";
  }
  return difference;
}

}  // namespace

Result<Verified> verify_manifest(const CallContext& ctx, const std::string& image,
                                 const std::string& manifest_name, const ProgressSink& progress) {
  auto manifest = read_manifest(manifest_name);
  if (!manifest && manifest.error().code == Code::kNotFound) {
    return fail(Code::kNotFound, "there is no " + manifest_name +
                                     "; name a second image to compare with, or convert the image "
                                     "again without --no-manifest");
  }
  if (!manifest) return fail(manifest.error());
  TRESTLE_ASSIGN_OR_RETURN(
      std::unique_ptr<DiskImage> disk,
      open_disk(ctx, image, {.scratch_near = scratch_place(image), .progress = progress}));
  const std::uint64_t size = disk->facts().size.count;
  TRESTLE_ASSIGN_OR_RETURN(const ContentSum now, sum_of(ctx, *disk, progress));
  Verified verified{
      .equal = true, .content_sha256 = now.sha256, .size = size, .differences = {}, .more = 0};
  const ContentSum& good = manifest->content;
  if (size != good.size) {
    add(verified, {.offset = std::min(size, good.size),
                   .length = size > good.size ? size - good.size : good.size - size,
                   .bit = {},
                   .what = sizes_differ(size, good.size)});
  } else if (now.sha256 != good.sha256) {
    TRESTLE_RETURN_IF_ERROR(locate(ctx, *disk, good, now, progress, verified));
  }
  return verified;
}

Result<Verified> verify_equal(const CallContext& ctx, const std::string& image,
                              const std::string& other, const ProgressSink& progress) {
  TRESTLE_ASSIGN_OR_RETURN(
      std::unique_ptr<DiskImage> a,
      open_disk(ctx, image, {.scratch_near = scratch_place(image), .progress = progress}));
  TRESTLE_ASSIGN_OR_RETURN(
      std::unique_ptr<DiskImage> b,
      open_disk(ctx, other, {.scratch_near = scratch_place(other), .progress = progress}));
  const std::uint64_t size = a->facts().size.count;
  const std::uint64_t common = std::min(size, b->facts().size.count);
  Verified verified{
      .equal = true, .content_sha256 = {}, .size = size, .differences = {}, .more = 0};
  std::vector<std::byte> left(kPieceBytes);
  std::vector<std::byte> right(kPieceBytes);
  Digest digest(DigestKind::kSha256);
  std::uint64_t hashed = 0;
  for (std::uint64_t from = 0; from < common;) {
    TRESTLE_ASSIGN_OR_RETURN(const std::uint64_t in_a, a->next_data(from));
    TRESTLE_ASSIGN_OR_RETURN(const std::uint64_t in_b, b->next_data(from));
    from = std::min(in_a, in_b);
    if (from >= common) break;
    const std::uint64_t boundary = (from / kPieceBytes + 1) * kPieceBytes;
    const auto length = static_cast<std::size_t>(std::min(boundary, common) - from);
    const std::span<std::byte> x = std::span(left).first(length);
    const std::span<std::byte> y = std::span(right).first(length);
    TRESTLE_RETURN_IF_ERROR(a->read_at(ctx, from, x));
    TRESTLE_RETURN_IF_ERROR(b->read_at(ctx, from, y));
    digest.update_zeroes(from - hashed);
    digest.update(x);
    hashed = from + length;
    if (!std::ranges::equal(x, y)) add(verified, difference_in(from, x, y));
    if (progress) progress({.step = "comparing", .done = from, .total = common});
    from += length;
  }
  if (size != b->facts().size.count) {
    add(verified, {.offset = common,
                   .length = std::max(size, b->facts().size.count) - common,
                   .bit = {},
                   .what = sizes_differ(size, b->facts().size.count)});
  } else {
    digest.update_zeroes(size - hashed);
    verified.content_sha256 = digest.finish();
  }
  return verified;
}

}  // namespace trestle::systemvm
