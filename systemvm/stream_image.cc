// SPDX-License-Identifier: Apache-2.0
#include "systemvm/stream_image.h"

#include <algorithm>
#include <array>
#include <utility>

#include "systemvm/file.h"

namespace trestle::systemvm {
namespace {

constexpr std::size_t kBuffers = 8;

tl::unexpected<Error> needs_a_file(const std::string& why) {
  return fail(
      Code::kFailedPrecondition,
      "VHD " + why + " and cannot be read as a stream; unpack it to a file and convert that");
}

/// Zeroes for every sector that was never written.
void honour_bitmap(std::span<const std::byte> bitmap, std::uint64_t within,
                   std::span<std::byte> bytes) {
  const std::uint64_t end = (within + bytes.size()) / kVhdSector;
  for (std::uint64_t sector = within / kVhdSector; sector < end;) {
    const VhdRun run = vhd_run(bitmap, sector, end);
    if (!run.present) {
      std::ranges::fill(bytes.subspan(run.first * kVhdSector - within, run.count * kVhdSector),
                        std::byte{0});
    }
    sector += run.count;
  }
}

/// The last `kVhdFooterBytes` of two stretches that follow each other; empty if there are less.
std::vector<std::byte> tail_of(std::span<const std::byte> before, std::span<const std::byte> last) {
  std::vector<std::byte> tail;
  if (before.size() + last.size() < kVhdFooterBytes) return tail;
  const std::size_t from_last = std::min(kVhdFooterBytes, last.size());
  const auto head = before.last(kVhdFooterBytes - from_last);
  tail.insert(tail.end(), head.begin(), head.end());
  const auto rest = last.last(from_last);
  tail.insert(tail.end(), rest.begin(), rest.end());
  return tail;
}

}  // namespace

StreamImage::StreamImage(std::unique_ptr<PeekedStream> stream) : stream_(std::move(stream)) {
  facts_.format = "raw";
}

Result<void> StreamImage::pump(const CallContext& ctx, const Sink& sink) {
  const std::span<const std::byte> first = stream_->first();
  if (first.size() >= kVhdFooterBytes && is_vhd_footer(first.first<kVhdFooterBytes>())) {
    return pump_vhd(ctx, sink);
  }
  return pump_raw(ctx, sink);
}

Result<void> StreamImage::pump_raw(const CallContext& ctx, const Sink& sink) {
  PiecePool pool(kBuffers);
  Piece before;
  for (;;) {
    TRESTLE_RETURN_IF_ERROR(still_wanted(ctx));
    const PiecePool::Buffer buffer = pool.take();
    TRESTLE_ASSIGN_OR_RETURN(const std::size_t got, read_full(ctx, *stream_, buffer.bytes));
    const Piece now{.offset = at_, .bytes = buffer.bytes.first(got), .owner = buffer.owner};
    at_ += got;
    if (got < buffer.bytes.size()) return end_raw(sink, before, now);
    // A whole piece follows, so the footer of a fixed VHD cannot lie in the one before.
    if (!before.bytes.empty()) TRESTLE_RETURN_IF_ERROR(sink(before));
    before = now;
  }
}

Result<void> StreamImage::end_raw(const Sink& sink, const Piece& before, const Piece& last) {
  if (at_ == 0) {
    return fail(Code::kCorruptImage, "the source is empty and no disk image; fetch it again");
  }
  facts_.file_size = {at_};
  std::uint64_t size = at_;
  const std::vector<std::byte> tail = tail_of(before.bytes, last.bytes);
  if (!tail.empty() && is_vhd_footer(std::span(tail).first<kVhdFooterBytes>())) {
    size -= kVhdFooterBytes;
    TRESTLE_ASSIGN_OR_RETURN(footer_,
                             parse_vhd_footer(std::span(tail).first<kVhdFooterBytes>(), size));
    if (footer_.type != VhdType::kFixed) {
      return fail(Code::kCorruptImage,
                  "VHD has no footer at its start; the image is damaged: fetch it again");
    }
    if (footer_.current_size != size) {
      return fail(Code::kCorruptImage,
                  "VHD footer at offset " + std::to_string(size) +
                      ": field 'current size' (offset " + std::to_string(size + 48) + ") is " +
                      std::to_string(footer_.current_size) + ", but " + std::to_string(size) +
                      " bytes lie before the footer; the image is damaged: fetch it again");
    }
    facts_.format = "vhd";
    facts_.subformat = "fixed";
    facts_.creator = footer_.creator;
  }
  facts_.size = {(size + kVhdSector - 1) / kVhdSector * kVhdSector};
  if (facts_.size.count != size) {
    facts_.warnings.push_back("the file has " + std::to_string(size) +
                              " bytes, no whole number of 512-byte sectors; the last one is filled "
                              "up with zeroes");
  }
  for (Piece piece : {before, last}) {
    if (piece.bytes.empty() || piece.offset >= size) continue;
    piece.bytes = piece.bytes.first(
        static_cast<std::size_t>(std::min<std::uint64_t>(piece.bytes.size(), size - piece.offset)));
    TRESTLE_RETURN_IF_ERROR(sink(piece));
  }
  return {};
}

Result<void> StreamImage::take(const CallContext& ctx, std::span<std::byte> out,
                               std::string_view what) {
  TRESTLE_ASSIGN_OR_RETURN(const std::size_t got, read_full(ctx, *stream_, out));
  at_ += got;
  if (got == out.size()) return {};
  return fail(Code::kCorruptImage, "VHD ends at offset " + std::to_string(at_) + ", in " +
                                       std::string(what) +
                                       "; the image is cut off: fetch it again");
}

Result<void> StreamImage::skip_to(const CallContext& ctx, std::uint64_t offset,
                                  std::string_view what) {
  if (offset < at_) {
    return needs_a_file("has " + std::string(what) + " at offset " + std::to_string(offset) +
                        ", before what was read already,");
  }
  std::array<std::byte, 65536> passed{};
  while (at_ < offset) {
    const std::size_t step =
        static_cast<std::size_t>(std::min<std::uint64_t>(passed.size(), offset - at_));
    TRESTLE_RETURN_IF_ERROR(take(ctx, std::span(passed).first(step), what));
  }
  return {};
}

/// Grows as it comes: a header that lies about the number of blocks costs no memory.
Result<std::vector<std::byte>> StreamImage::take_table(const CallContext& ctx) {
  constexpr std::size_t kStep = 65536;
  std::vector<std::byte> bytes;
  for (std::size_t left = std::size_t{header_.blocks} * 4; left > 0;) {
    const std::size_t step = std::min(left, kStep);
    bytes.resize(bytes.size() + step);
    TRESTLE_RETURN_IF_ERROR(take(ctx, std::span(bytes).last(step), "its block table"));
    left -= step;
  }
  return bytes;
}

Result<VhdTable> StreamImage::take_structures(const CallContext& ctx,
                                              std::span<std::byte, kVhdFooterBytes> head) {
  TRESTLE_RETURN_IF_ERROR(take(ctx, head, "the first footer"));
  TRESTLE_ASSIGN_OR_RETURN(footer_, parse_vhd_footer(head, 0));
  if (footer_.type == VhdType::kDifferencing) return needs_a_file("stands on a parent");
  if (footer_.type == VhdType::kFixed) {
    return fail(
        Code::kCorruptImage,
        "VHD footer at offset 0: field 'disk type' (offset 60) says fixed, but a fixed disk "
        "has no footer there; the image is damaged: fetch it again");
  }
  std::array<std::byte, kVhdHeaderBytes> header{};
  TRESTLE_RETURN_IF_ERROR(skip_to(ctx, footer_.data_offset, "its header"));
  TRESTLE_RETURN_IF_ERROR(take(ctx, header, "its header"));
  TRESTLE_ASSIGN_OR_RETURN(header_, parse_vhd_header(header, footer_.data_offset));
  TRESTLE_RETURN_IF_ERROR(check_vhd_places(footer_, header_, std::nullopt));
  TRESTLE_RETURN_IF_ERROR(skip_to(ctx, header_.table_offset, "its block table"));
  TRESTLE_ASSIGN_OR_RETURN(const std::vector<std::byte> bytes, take_table(ctx));
  return VhdTable::parse(bytes, footer_, header_, std::nullopt);
}

Result<void> StreamImage::pump_vhd(const CallContext& ctx, const Sink& sink) {
  std::array<std::byte, kVhdFooterBytes> head{};
  TRESTLE_ASSIGN_OR_RETURN(const VhdTable table, take_structures(ctx, head));
  facts_.format = "vhd";
  facts_.subformat = to_string(footer_.type);
  facts_.creator = footer_.creator;
  facts_.size = {footer_.current_size};
  facts_.block_bytes = header_.block_bytes;
  facts_.allocated_blocks = table.allocated();
  std::vector<std::uint32_t> order;
  for (std::uint64_t block = 0; block < table.blocks(); ++block) {
    if (table.used(block)) order.push_back(static_cast<std::uint32_t>(block));
  }
  std::ranges::sort(order, {}, [&](std::uint32_t block) { return table.offset(block); });
  PiecePool pool(kBuffers);
  for (const std::uint32_t block : order) {
    TRESTLE_RETURN_IF_ERROR(skip_to(ctx, table.offset(block), "a block"));
    TRESTLE_RETURN_IF_ERROR(pump_block(ctx, sink, pool, block));
  }
  return end_vhd(ctx, head);
}

Result<void> StreamImage::pump_block(const CallContext& ctx, const Sink& sink, PiecePool& pool,
                                     std::uint64_t block) {
  const std::uint64_t start = block * header_.block_bytes;
  std::vector<std::byte> bitmap(vhd_bitmap_bytes(header_.block_bytes));
  TRESTLE_RETURN_IF_ERROR(take(ctx, bitmap, "a bitmap"));
  for (std::uint64_t within = 0; within < header_.block_bytes;) {
    TRESTLE_RETURN_IF_ERROR(still_wanted(ctx));
    const PiecePool::Buffer buffer = pool.take();
    const auto length = static_cast<std::size_t>(
        std::min<std::uint64_t>(buffer.bytes.size(), header_.block_bytes - within));
    const std::span<std::byte> bytes = buffer.bytes.first(length);
    TRESTLE_RETURN_IF_ERROR(take(ctx, bytes, "a block"));
    honour_bitmap(bitmap, within, bytes);
    const std::uint64_t offset = start + within;
    within += length;
    if (offset >= footer_.current_size) continue;  // the last block may reach beyond the disk
    const auto shown =
        static_cast<std::size_t>(std::min<std::uint64_t>(length, footer_.current_size - offset));
    TRESTLE_RETURN_IF_ERROR(
        sink({.offset = offset, .bytes = bytes.first(shown), .owner = buffer.owner}));
  }
  return {};
}

Result<void> StreamImage::end_vhd(const CallContext& ctx,
                                  std::span<const std::byte, kVhdFooterBytes> head) {
  std::vector<std::byte> last;
  std::vector<std::byte> buffer(65536);
  for (;;) {
    TRESTLE_ASSIGN_OR_RETURN(const std::size_t got, read_full(ctx, *stream_, buffer));
    at_ += got;
    last.insert(last.end(), buffer.begin(), buffer.begin() + static_cast<std::ptrdiff_t>(got));
    if (last.size() > kVhdFooterBytes) {
      last.erase(last.begin(), last.end() - static_cast<std::ptrdiff_t>(kVhdFooterBytes));
    }
    if (got < buffer.size()) break;
  }
  facts_.file_size = {at_};
  if (last.size() < kVhdFooterBytes || !is_vhd_footer(std::span(last).first<kVhdFooterBytes>())) {
    return fail(Code::kCorruptImage,
                "VHD has no footer at its end (offset " +
                    std::to_string(at_ - std::min(at_, std::uint64_t{kVhdFooterBytes})) +
                    "); the image is cut off: fetch it again");
  }
  const std::string field = vhd_footer_difference(head, std::span(last).first<kVhdFooterBytes>());
  if (!field.empty()) {
    facts_.warnings.push_back("the footers at offsets 0 and " +
                              std::to_string(at_ - kVhdFooterBytes) + " differ in field " + field +
                              "; the first one was used");
  }
  const std::uint64_t chs = footer_.geometry.bytes();
  if (chs != footer_.current_size) {
    facts_.warnings.push_back("field 'current size' says " + std::to_string(footer_.current_size) +
                              " bytes, the geometry would be " + std::to_string(chs) +
                              "; current size counts");
  }
  return {};
}

}  // namespace trestle::systemvm
