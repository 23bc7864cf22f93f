// SPDX-License-Identifier: Apache-2.0
#include "systemvm/image_writer.h"

#include <algorithm>
#include <string>

namespace trestle::systemvm {
namespace {

/// How much is written before the system is asked to begin flushing: enough for long requests to
/// the disk, little enough that hardly anything is left to wait for at the end.
constexpr std::uint64_t kFlushEvery = 16U << 20U;

/// The application whose images readers size by "current size": Hyper-V. Others that do not know a
/// creator go by the geometry, which cannot express most sizes.
constexpr const char* kCreator = "win ";
constexpr std::uint32_t kCreatorVersion = 0x000A0000U;

constexpr std::uint64_t kTableOffset = kVhdFooterBytes + kVhdHeaderBytes;

}  // namespace

Result<void> RawWriter::write(std::uint64_t offset, std::span<const std::byte> bytes) {
  std::size_t at = 0;
  std::size_t run = 0;  // where the data that are not yet written begin
  const auto unit = [&] {
    const std::uint64_t rest = kHoleBytes - (offset + at) % kHoleBytes;
    return std::min<std::size_t>(rest, bytes.size() - at);
  };
  while (at < bytes.size()) {
    const std::size_t length = unit();
    if (all_zero(bytes.subspan(at, length))) {
      TRESTLE_RETURN_IF_ERROR(write_run(offset + run, bytes.subspan(run, at - run)));
      run = at + length;
    }
    at += length;
  }
  return write_run(offset + run, bytes.subspan(run));
}

Result<void> RawWriter::write_run(std::uint64_t offset, std::span<const std::byte> bytes) {
  if (bytes.empty()) return {};
  TRESTLE_RETURN_IF_ERROR(file_.write(offset, bytes));
  unflushed_ += bytes.size();
  if (unflushed_ >= kFlushEvery) {
    file_.start_flush(0, 0);
    unflushed_ = 0;
  }
  return {};
}

Result<void> RawWriter::finish() { return file_.resize(size_.count); }

VhdWriter::VhdWriter(const PendingFile& file, Bytes size, VhdSubformat subformat, const VhdId& id,
                     std::uint32_t timestamp)
    : file_(file), raw_(file) {
  footer_ = {.data_offset = ~std::uint64_t{0},
             .timestamp = timestamp,
             .creator = kCreator,
             .creator_version = kCreatorVersion,
             .original_size = size.count,
             .current_size = size.count,
             .geometry = vhd_geometry(size.count),
             .type = VhdType::kFixed,
             .id = id};
  if (subformat == VhdSubformat::kFixed) return;
  footer_.type = VhdType::kDynamic;
  footer_.data_offset = kVhdFooterBytes;
  header_.table_offset = kTableOffset;
  header_.blocks = static_cast<std::uint32_t>(vhd_blocks(size.count, kVhdBlockBytes));
  table_.assign(header_.blocks, kVhdUnused);
  next_ = kTableOffset + (table_.size() * 4 + kVhdSector - 1) / kVhdSector * kVhdSector;
}

Result<void> VhdWriter::begin_block(std::uint64_t block) {
  // Data on a page of the file, so that writes and holes need no reading of half pages.
  const std::uint64_t bitmap = vhd_bitmap_bytes(kVhdBlockBytes);
  const std::uint64_t data = (next_ + bitmap + kHoleBytes - 1) / kHoleBytes * kHoleBytes;
  const std::uint64_t start = data - bitmap;
  const std::vector<std::byte> present(bitmap, std::byte{0xFF});
  TRESTLE_RETURN_IF_ERROR(file_.write(start, present));
  table_[block] = static_cast<std::uint32_t>(start / kVhdSector);
  next_ = data + kVhdBlockBytes;
  return {};
}

Result<void> VhdWriter::write(std::uint64_t offset, std::span<const std::byte> bytes) {
  if (footer_.type == VhdType::kFixed) return raw_.write(offset, bytes);
  while (!bytes.empty()) {
    const std::uint64_t block = offset / kVhdBlockBytes;
    const std::uint64_t within = offset % kVhdBlockBytes;
    const auto length =
        static_cast<std::size_t>(std::min<std::uint64_t>(bytes.size(), kVhdBlockBytes - within));
    if (!all_zero(bytes.first(length))) {
      if (table_[block] == kVhdUnused) TRESTLE_RETURN_IF_ERROR(begin_block(block));
      const std::uint64_t data =
          std::uint64_t{table_[block]} * kVhdSector + vhd_bitmap_bytes(kVhdBlockBytes);
      TRESTLE_RETURN_IF_ERROR(raw_.write(data + within, bytes.first(length)));
    }
    offset += length;
    bytes = bytes.subspan(length);
  }
  return {};
}

Result<void> VhdWriter::finish() {
  const auto footer = to_bytes(footer_);
  if (footer_.type == VhdType::kFixed) {
    raw_.set_size({footer_.current_size});
    TRESTLE_RETURN_IF_ERROR(raw_.finish());
    return file_.write(footer_.current_size, footer);
  }
  TRESTLE_RETURN_IF_ERROR(file_.write(0, footer));
  TRESTLE_RETURN_IF_ERROR(file_.write(kVhdFooterBytes, to_bytes(header_)));
  std::vector<std::byte> table((table_.size() * 4 + kVhdSector - 1) / kVhdSector * kVhdSector,
                               std::byte{0xFF});
  for (std::size_t i = 0; i < table_.size(); ++i) {
    put_big_endian<std::uint32_t>(table, i * 4, table_[i]);
  }
  TRESTLE_RETURN_IF_ERROR(file_.write(kTableOffset, table));
  TRESTLE_RETURN_IF_ERROR(file_.resize(next_));
  return file_.write(next_, footer);
}

Result<void> check_vhd_size(Bytes size) {
  if (size.count == 0) {
    return fail(Code::kInvalidArgument, "a VHD cannot hold an empty disk; check the source");
  }
  if (size.count % kVhdSector != 0) {
    return fail(Code::kInvalidArgument, "a VHD holds whole 512-byte sectors, and the disk has " +
                                            std::to_string(size.count) +
                                            " bytes; give --round-mib");
  }
  if (size.count <= kVhdMostBytes) return {};
  return fail(Code::kInvalidArgument, "a VHD holds at most 2040 GiB, and the disk has " +
                                          std::to_string(size.count) + " bytes; convert it to raw");
}

}  // namespace trestle::systemvm
