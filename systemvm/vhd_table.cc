// SPDX-License-Identifier: Apache-2.0
#include "systemvm/vhd_table.h"

#include <algorithm>
#include <array>
#include <utility>

namespace trestle::systemvm {
namespace {

constexpr std::string_view kAdvice = "; the image is damaged: fetch it again";

struct Range {
  std::uint64_t begin = 0;
  std::uint64_t end = 0;
};

/// The parts that no block may touch: first footer, header, table.
std::array<Range, 3> structures(const VhdFooter& footer, const VhdHeader& header) {
  return {Range{0, kVhdFooterBytes},
          Range{footer.data_offset, footer.data_offset + kVhdHeaderBytes},
          Range{header.table_offset, header.table_offset + vhd_table_bytes(header.blocks)}};
}

bool touch(const Range& a, const Range& b) { return a.begin < b.end && b.begin < a.end; }

/// Most that an offset of a structure may be: sector numbers have 32 bits, and sums must not wrap.
constexpr std::uint64_t kLastOffset = 0xFFFFFFFFULL * kVhdSector;

/// "entry 5 of the block table (offset 1556)"
std::string entry_name(const VhdHeader& header, std::uint64_t entry) {
  return "entry " + std::to_string(entry) + " of the block table (offset " +
         std::to_string(header.table_offset + entry * 4) + ")";
}

/// Finds the number of the second entry with this value; only for messages.
std::uint64_t index_of(std::span<const std::uint32_t> entries, std::uint32_t value, bool last) {
  if (!last) return static_cast<std::uint64_t>(std::ranges::find(entries, value) - entries.begin());
  std::uint64_t found = 0;
  for (std::uint64_t i = 0; i < entries.size(); ++i) {
    if (entries[i] == value) found = i;
  }
  return found;
}

Result<void> check_overlap(std::span<const std::uint32_t> entries, const VhdHeader& header,
                           std::uint64_t span_bytes) {
  std::vector<std::uint32_t> sorted;
  std::ranges::copy_if(entries, std::back_inserter(sorted),
                       [](std::uint32_t entry) { return entry != kVhdUnused; });
  std::ranges::sort(sorted);
  for (std::size_t i = 1; i < sorted.size(); ++i) {
    if ((std::uint64_t{sorted[i]} - sorted[i - 1]) * kVhdSector >= span_bytes) continue;
    return fail(Code::kCorruptImage,
                "VHD: " + entry_name(header, index_of(entries, sorted[i], true)) +
                    " names sector " + std::to_string(sorted[i]) +
                    ", whose block overlaps that of entry " +
                    std::to_string(index_of(entries, sorted[i - 1], false)) + " at sector " +
                    std::to_string(sorted[i - 1]) + std::string(kAdvice));
  }
  return {};
}

Result<void> check_entry(std::uint64_t entry, std::uint64_t sector, const VhdFooter& footer,
                         const VhdHeader& header, std::optional<std::uint64_t> end,
                         std::uint64_t span_bytes) {
  const Range block{sector * kVhdSector, sector * kVhdSector + span_bytes};
  for (const Range& part : structures(footer, header)) {
    if (!touch(block, part)) continue;
    return fail(Code::kCorruptImage, "VHD: " + entry_name(header, entry) + " names sector " +
                                         std::to_string(sector) +
                                         ", whose block lies over the structure at offset " +
                                         std::to_string(part.begin) + std::string(kAdvice));
  }
  if (end && block.end > *end) {
    return fail(Code::kCorruptImage,
                "VHD: " + entry_name(header, entry) + " names sector " + std::to_string(sector) +
                    ", whose block ends at offset " + std::to_string(block.end) +
                    ", but the data of the file end at offset " + std::to_string(*end) +
                    "; the image is damaged or cut off: fetch it again");
  }
  return {};
}

}  // namespace

std::uint64_t vhd_table_bytes(std::uint32_t blocks) {
  return (std::uint64_t{blocks} * 4 + kVhdSector - 1) / kVhdSector * kVhdSector;
}

Result<void> check_vhd_places(const VhdFooter& footer, const VhdHeader& header,
                              std::optional<std::uint64_t> end) {
  const auto bad = [&](const std::string& what) {
    return fail(Code::kCorruptImage, "VHD header at offset " + std::to_string(footer.data_offset) +
                                         ": " + what + std::string(kAdvice));
  };
  const std::string field = "field 'table offset' (offset " +
                            std::to_string(footer.data_offset + 16) + ") is " +
                            std::to_string(header.table_offset);
  if (header.table_offset > kLastOffset) return bad(field + ", beyond every possible file");
  const auto parts = structures(footer, header);
  if (touch(parts[2], parts[0]) || touch(parts[2], parts[1])) {
    return bad(field + ", where the table lies over another structure");
  }
  if (end && parts[2].end > *end) return bad(field + ", where the table does not fit in the file");
  const std::uint64_t needed = vhd_blocks(footer.current_size, header.block_bytes);
  if (header.blocks < needed) {
    return bad("field 'max table entries' (offset " + std::to_string(footer.data_offset + 28) +
               ") is " + std::to_string(header.blocks) + ", but the disk has " +
               std::to_string(needed) + " blocks");
  }
  return {};
}

Result<VhdTable> VhdTable::parse(std::span<const std::byte> bytes, const VhdFooter& footer,
                                 const VhdHeader& header, std::optional<std::uint64_t> end) {
  VhdTable table;
  table.entries_.reserve(header.blocks);
  const std::uint64_t span_bytes = vhd_bitmap_bytes(header.block_bytes) + header.block_bytes;
  for (std::uint64_t i = 0; i < header.blocks; ++i) {
    const auto sector = big_endian<std::uint32_t>(bytes, i * 4);
    table.entries_.push_back(sector);
    if (sector == kVhdUnused) continue;
    TRESTLE_RETURN_IF_ERROR(check_entry(i, sector, footer, header, end, span_bytes));
  }
  TRESTLE_RETURN_IF_ERROR(check_overlap(table.entries_, header, span_bytes));
  return table;
}

std::uint64_t VhdTable::allocated() const {
  return static_cast<std::uint64_t>(
      std::ranges::count_if(entries_, [](std::uint32_t entry) { return entry != kVhdUnused; }));
}

VhdRun vhd_run(std::span<const std::byte> bitmap, std::uint64_t sector, std::uint64_t end) {
  VhdRun run{.first = sector, .count = 0, .present = vhd_bit(bitmap, sector)};
  const std::byte whole = run.present ? std::byte{0xFF} : std::byte{0};
  std::uint64_t at = sector;
  while (at < end) {
    if (at % 8 == 0 && at + 8 <= end && bitmap[at / 8] == whole) {
      at += 8;
    } else if (vhd_bit(bitmap, at) == run.present) {
      ++at;
    } else {
      break;
    }
  }
  run.count = at - sector;
  return run;
}

}  // namespace trestle::systemvm
