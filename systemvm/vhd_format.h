// SPDX-License-Identifier: Apache-2.0
#ifndef TRESTLE_SYSTEMVM_VHD_FORMAT_H_
#define TRESTLE_SYSTEMVM_VHD_FORMAT_H_

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "objects/core/result.h"

/// The structures of a VHD file ("Virtual Hard Disk Image Format Specification", version 1.0):
/// bytes to values and back, pure functions. All numbers on disk are big-endian.
namespace trestle::systemvm {

inline constexpr std::size_t kVhdSector = 512;
inline constexpr std::size_t kVhdFooterBytes = 512;
inline constexpr std::size_t kVhdHeaderBytes = 1024;
/// Most that a VHD can hold: block addresses are 32-bit sector numbers, and writers agree on this.
inline constexpr std::uint64_t kVhdMostBytes = 2040ULL << 30U;
/// What nearly every writer uses, and ours does.
inline constexpr std::uint32_t kVhdBlockBytes = 2U << 20U;
/// Entry of the block table for a block that was never written.
inline constexpr std::uint32_t kVhdUnused = 0xFFFFFFFFU;
/// Most entries of a block table that we load: 16 MiB. Enough for 2040 GiB in blocks of 512 KiB.
inline constexpr std::uint32_t kVhdMostBlocks = 4U << 20U;

enum class VhdType : std::uint8_t { kFixed = 2, kDynamic = 3, kDifferencing = 4 };
/// "fixed", "dynamic" or "differencing".
[[nodiscard]] std::string_view to_string(VhdType type);

struct VhdGeometry {
  std::uint16_t cylinders = 0;
  std::uint8_t heads = 0;
  std::uint8_t sectors = 0;

  [[nodiscard]] std::uint64_t bytes() const {
    return std::uint64_t{cylinders} * heads * sectors * kVhdSector;
  }
  friend bool operator==(const VhdGeometry&, const VhdGeometry&) = default;
};
/// The geometry that the specification computes for a size (its appendix); at most 127 GiB.
[[nodiscard]] VhdGeometry vhd_geometry(std::uint64_t bytes);

using VhdId = std::array<std::byte, 16>;
/// "01234567-89ab-...": lower-case hex.
[[nodiscard]] std::string to_string(const VhdId& id);

struct VhdFooter {
  std::uint64_t data_offset = 0;  ///< of the header; all ones for a fixed disk
  std::uint32_t timestamp = 0;    ///< seconds since the start of 2000, UTC
  std::string creator;            ///< four bytes as they are, padding cut
  std::uint32_t creator_version = 0;
  std::uint64_t original_size = 0;
  std::uint64_t current_size = 0;
  VhdGeometry geometry;
  VhdType type = VhdType::kFixed;
  VhdId id{};

  friend bool operator==(const VhdFooter&, const VhdFooter&) = default;
};

/// One place where the name of the parent stands.
struct VhdLocator {
  std::string platform;  ///< "W2ru", "W2ku", "MacX" ...; empty entries are left out
  std::uint32_t length = 0;
  std::uint64_t offset = 0;

  friend bool operator==(const VhdLocator&, const VhdLocator&) = default;
};

struct VhdHeader {
  std::uint64_t table_offset = 0;
  std::uint32_t blocks = 0;  ///< entries of the block table
  std::uint32_t block_bytes = kVhdBlockBytes;
  VhdId parent_id{};
  std::string parent_name;  ///< UTF-8
  std::vector<VhdLocator> locators;

  friend bool operator==(const VhdHeader&, const VhdHeader&) = default;
};

/// Bytes of the sector bitmap before each block, whole sectors.
[[nodiscard]] std::uint64_t vhd_bitmap_bytes(std::uint32_t block_bytes);
/// Blocks that a disk of this size needs.
[[nodiscard]] std::uint64_t vhd_blocks(std::uint64_t size, std::uint32_t block_bytes);

/// True if these bytes are meant to be a footer: its cookie is there, or all but a damaged cookie
/// agrees with the checksum.
[[nodiscard]] bool is_vhd_footer(std::span<const std::byte, kVhdFooterBytes> bytes);

/// Reads a footer that lies at offset `at` of the file. Errors: kCorruptImage naming field and
/// offset; kResourceExhausted above 2040 GiB.
[[nodiscard]] Result<VhdFooter> parse_vhd_footer(std::span<const std::byte, kVhdFooterBytes> bytes,
                                                 std::uint64_t at);
/// Reads a header that lies at offset `at`. Errors: kCorruptImage naming field and offset;
/// kResourceExhausted for more blocks than kVhdMostBlocks.
[[nodiscard]] Result<VhdHeader> parse_vhd_header(std::span<const std::byte, kVhdHeaderBytes> bytes,
                                                 std::uint64_t at);
/// The first field in which two footers differ: "'current size' (offset 48)". Empty if none does.
[[nodiscard]] std::string vhd_footer_difference(std::span<const std::byte, kVhdFooterBytes> one,
                                                std::span<const std::byte, kVhdFooterBytes> other);

[[nodiscard]] std::array<std::byte, kVhdFooterBytes> to_bytes(const VhdFooter& footer);
[[nodiscard]] std::array<std::byte, kVhdHeaderBytes> to_bytes(const VhdHeader& header);

/// UTF-8 of UTF-16 text; `big` says which byte comes first. Ends at the first zero unit; halves of
/// pairs become U+FFFD.
[[nodiscard]] std::string from_utf16(std::span<const std::byte> bytes, bool big);

/// A big-endian number at a place. The place must lie within the bytes.
template <class T>
[[nodiscard]] T big_endian(std::span<const std::byte> bytes, std::size_t at) {
  T value = 0;
  for (std::size_t i = 0; i < sizeof(T); ++i) {
    value = static_cast<T>((static_cast<std::uint64_t>(value) << 8U) |
                           std::to_integer<std::uint64_t>(bytes[at + i]));
  }
  return value;
}
template <class T>
void put_big_endian(std::span<std::byte> bytes, std::size_t at, T value) {
  for (std::size_t i = 0; i < sizeof(T); ++i) {
    bytes[at + i] =
        static_cast<std::byte>(static_cast<std::uint64_t>(value) >> (8U * (sizeof(T) - 1 - i)));
  }
}

}  // namespace trestle::systemvm

#endif  // TRESTLE_SYSTEMVM_VHD_FORMAT_H_
