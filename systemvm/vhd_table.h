// SPDX-License-Identifier: Apache-2.0
#ifndef TRESTLE_SYSTEMVM_VHD_TABLE_H_
#define TRESTLE_SYSTEMVM_VHD_TABLE_H_

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "objects/core/result.h"
#include "systemvm/vhd_format.h"

namespace trestle::systemvm {

/// Where the blocks of a dynamic or differencing VHD lie: for each block the sector of its bitmap,
/// or kVhdUnused. A value.
class VhdTable {
 public:
  /// Reads the table and proves that every block lies after the structures, within the file, and
  /// on no other block. `bytes` holds header.blocks entries; `end` is where the last footer of the
  /// file begins, absent for a stream. Errors: kCorruptImage naming the entry and its offset.
  [[nodiscard]] static Result<VhdTable> parse(std::span<const std::byte> bytes,
                                              const VhdFooter& footer, const VhdHeader& header,
                                              std::optional<std::uint64_t> end);

  [[nodiscard]] bool used(std::uint64_t block) const { return entries_[block] != kVhdUnused; }
  /// Offset of the bitmap of a used block; its data follow after bitmap_bytes().
  [[nodiscard]] std::uint64_t offset(std::uint64_t block) const {
    return std::uint64_t{entries_[block]} * kVhdSector;
  }
  [[nodiscard]] std::uint64_t blocks() const { return entries_.size(); }
  [[nodiscard]] std::uint64_t allocated() const;

 private:
  std::vector<std::uint32_t> entries_;
};

/// Bytes that a table takes in the file: whole sectors.
[[nodiscard]] std::uint64_t vhd_table_bytes(std::uint32_t blocks);

/// Proves that header and table lie apart from each other and that the table is long enough for
/// the disk. Errors: kCorruptImage naming field and offset.
[[nodiscard]] Result<void> check_vhd_places(const VhdFooter& footer, const VhdHeader& header,
                                            std::optional<std::uint64_t> end);

/// True if the guest's sector `sector` of a block is in this image (most significant bit first).
[[nodiscard]] inline bool vhd_bit(std::span<const std::byte> bitmap, std::uint64_t sector) {
  return (bitmap[sector / 8] & (std::byte{0x80} >> (sector % 8))) != std::byte{0};
}

/// A stretch of sectors of one block that all are, or all are not, in this image.
struct VhdRun {
  std::uint64_t first = 0;
  std::uint64_t count = 0;
  bool present = false;
};
/// The stretch that begins at `sector` and ends before `end`.
[[nodiscard]] VhdRun vhd_run(std::span<const std::byte> bitmap, std::uint64_t sector,
                             std::uint64_t end);

}  // namespace trestle::systemvm

#endif  // TRESTLE_SYSTEMVM_VHD_TABLE_H_
