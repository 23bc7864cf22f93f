// SPDX-License-Identifier: Apache-2.0
#include "systemvm/vhd_format.h"

#include <algorithm>
#include <bit>
#include <cstdio>
#include <cstring>
#include <utility>

#include "objects/core/utf8.h"

namespace trestle::systemvm {
namespace {

constexpr std::string_view kFooterCookie = "conectix";
constexpr std::string_view kHeaderCookie = "cxsparse";
constexpr std::uint32_t kVersion = 0x00010000U;
constexpr std::uint64_t kNoOffset = 0xFFFFFFFFFFFFFFFFULL;
constexpr std::size_t kFooterChecksum = 64;
constexpr std::size_t kHeaderChecksum = 36;
constexpr std::size_t kLocators = 8;

/// Where each field of a footer begins, for messages.
struct FieldPlace {
  std::size_t offset;
  std::string_view name;
};
constexpr std::array kFooterFields{
    FieldPlace{0, "cookie"},           FieldPlace{8, "features"},
    FieldPlace{12, "format version"},  FieldPlace{16, "data offset"},
    FieldPlace{24, "time stamp"},      FieldPlace{28, "creator application"},
    FieldPlace{32, "creator version"}, FieldPlace{36, "creator host"},
    FieldPlace{40, "original size"},   FieldPlace{48, "current size"},
    FieldPlace{56, "geometry"},        FieldPlace{60, "disk type"},
    FieldPlace{64, "checksum"},        FieldPlace{68, "unique id"},
    FieldPlace{84, "saved state"},     FieldPlace{85, "reserved"},
};

std::string hex(std::uint64_t value) {
  std::array<char, 24> text{};
  std::snprintf(text.data(), text.size(), "0x%llx", static_cast<unsigned long long>(value));
  return text.data();
}

/// "VHD footer at offset 0: field 'disk type' (offset 60) is 0x9, which ...".
tl::unexpected<Error> bad(std::string_view where, std::uint64_t at, std::string_view field,
                          std::size_t offset, const std::string& why,
                          Code code = Code::kCorruptImage) {
  return fail(code,
              "VHD " + std::string(where) + " at offset " + std::to_string(at) + ": field '" +
                  std::string(field) + "' (offset " + std::to_string(at + offset) + ") " + why +
                  (code == Code::kCorruptImage ? "; the image is damaged: fetch it again" : ""));
}

/// Ones' complement of the sum of all bytes but the four of the checksum itself.
std::uint32_t checksum(std::span<const std::byte> bytes, std::size_t skip) {
  const auto add = [](std::span<const std::byte> part) {
    std::uint32_t sum = 0;
    for (const std::byte byte : part) sum += std::to_integer<std::uint32_t>(byte);
    return sum;
  };
  return ~(add(bytes) - add(bytes.subspan(skip, 4)));
}

bool has(std::span<const std::byte> bytes, std::string_view cookie) {
  return std::memcmp(bytes.data(), cookie.data(), cookie.size()) == 0;
}

Result<void> check_sum(std::string_view where, std::span<const std::byte> bytes, std::uint64_t at,
                       std::size_t place) {
  const auto says = big_endian<std::uint32_t>(bytes, place);
  const std::uint32_t gives = checksum(bytes, place);
  if (says == gives) return {};
  return bad(where, at, "checksum", place,
             "is " + hex(says) + ", but the content gives " + hex(gives));
}

Result<void> check_constant_fields(std::span<const std::byte> bytes, std::uint64_t at) {
  if (!has(bytes, kFooterCookie)) {
    return bad("footer", at, "cookie", 0, "is not \"" + std::string(kFooterCookie) + "\"");
  }
  const auto version = big_endian<std::uint32_t>(bytes, 12);
  if (version != kVersion) {
    return bad("footer", at, "format version", 12,
               "is " + hex(version) + ", and only " + hex(kVersion) + " exists");
  }
  const auto type = big_endian<std::uint32_t>(bytes, 60);
  if (type < 2 || type > 4) {
    return bad("footer", at, "disk type", 60,
               "is " + hex(type) + ", and known are 2 (fixed), 3 (dynamic) and 4 (differencing)");
  }
  const auto data = big_endian<std::uint64_t>(bytes, 16);
  // Some writers leave zero or 32 ones there for a fixed disk, where it means nothing.
  if (type != 2 && data == kNoOffset) {
    return bad("footer", at, "data offset", 16, "names no header, which this disk type needs");
  }
  return {};
}

}  // namespace

std::string_view to_string(VhdType type) {
  if (type == VhdType::kFixed) return "fixed";
  return type == VhdType::kDynamic ? "dynamic" : "differencing";
}

std::string to_string(const VhdId& id) {
  constexpr std::string_view kDigits = "0123456789abcdef";
  std::string text;
  for (std::size_t i = 0; i < id.size(); ++i) {
    if (i == 4 || i == 6 || i == 8 || i == 10) text += '-';
    text += kDigits[std::to_integer<std::size_t>(id[i] >> 4)];
    text += kDigits[std::to_integer<std::size_t>(id[i] & std::byte{15})];
  }
  return text;
}

VhdGeometry vhd_geometry(std::uint64_t bytes) {
  constexpr std::uint64_t kMostSectors = 65535ULL * 16 * 255;
  const std::uint64_t total = std::min(bytes / kVhdSector, kMostSectors);
  std::uint64_t sectors = 255;
  std::uint64_t heads = 16;
  std::uint64_t tracks = total / sectors;
  if (total < 65535ULL * 16 * 63) {
    sectors = 17;
    tracks = total / sectors;
    heads = std::max<std::uint64_t>((tracks + 1023) / 1024, 4);
    if (tracks >= heads * 1024 || heads > 16) {
      sectors = 31;
      heads = 16;
      tracks = total / sectors;
    }
    if (tracks >= heads * 1024) {
      sectors = 63;
      heads = 16;
      tracks = total / sectors;
    }
  }
  return {.cylinders = static_cast<std::uint16_t>(tracks / heads),
          .heads = static_cast<std::uint8_t>(heads),
          .sectors = static_cast<std::uint8_t>(sectors)};
}

std::uint64_t vhd_bitmap_bytes(std::uint32_t block_bytes) {
  const std::uint64_t bits = block_bytes / kVhdSector;
  const std::uint64_t bytes = (bits + 7) / 8;
  return (bytes + kVhdSector - 1) / kVhdSector * kVhdSector;
}

std::uint64_t vhd_blocks(std::uint64_t size, std::uint32_t block_bytes) {
  return size / block_bytes + (size % block_bytes != 0 ? 1 : 0);
}

bool is_vhd_footer(std::span<const std::byte, kVhdFooterBytes> bytes) {
  if (has(bytes, kFooterCookie)) return true;
  std::array<std::byte, kVhdFooterBytes> mended{};
  std::ranges::copy(bytes, mended.begin());
  std::memcpy(mended.data(), kFooterCookie.data(), kFooterCookie.size());
  return checksum(mended, kFooterChecksum) == big_endian<std::uint32_t>(bytes, kFooterChecksum);
}

Result<VhdFooter> parse_vhd_footer(std::span<const std::byte, kVhdFooterBytes> bytes,
                                   std::uint64_t at) {
  TRESTLE_RETURN_IF_ERROR(check_constant_fields(bytes, at));
  TRESTLE_RETURN_IF_ERROR(check_sum("footer", bytes, at, kFooterChecksum));
  VhdFooter footer{.data_offset = big_endian<std::uint64_t>(bytes, 16),
                   .timestamp = big_endian<std::uint32_t>(bytes, 24),
                   .creator = {},
                   .creator_version = big_endian<std::uint32_t>(bytes, 32),
                   .original_size = big_endian<std::uint64_t>(bytes, 40),
                   .current_size = big_endian<std::uint64_t>(bytes, 48),
                   .geometry = {.cylinders = big_endian<std::uint16_t>(bytes, 56),
                                .heads = std::to_integer<std::uint8_t>(bytes[58]),
                                .sectors = std::to_integer<std::uint8_t>(bytes[59])},
                   .type = static_cast<VhdType>(big_endian<std::uint32_t>(bytes, 60)),
                   .id = {}};
  std::ranges::copy(bytes.subspan(68, 16), footer.id.begin());
  for (std::size_t i = 28; i < 32 && bytes[i] != std::byte{0}; ++i) {
    footer.creator += std::to_integer<char>(bytes[i]);
  }
  while (footer.creator.ends_with(' ')) footer.creator.pop_back();
  if (footer.current_size == 0 || footer.current_size % kVhdSector != 0) {
    return bad("footer", at, "current size", 48,
               "is " + std::to_string(footer.current_size) + ", not a number of 512-byte sectors");
  }
  if (footer.current_size > kVhdMostBytes) {
    return bad("footer", at, "current size", 48,
               "is " + std::to_string(footer.current_size) +
                   " bytes; a VHD holds at most 2040 GiB: use another format for this disk",
               Code::kResourceExhausted);
  }
  return footer;
}

namespace {

Result<void> check_header_fields(const VhdHeader& header, std::uint64_t at) {
  if (!std::has_single_bit(header.block_bytes) || header.block_bytes < kVhdSector) {
    return bad("header", at, "block size", 32,
               "is " + std::to_string(header.block_bytes) + ", not a power of two from 512 up");
  }
  if (header.blocks > kVhdMostBlocks) {
    return bad("header", at, "max table entries", 28,
               "is " + std::to_string(header.blocks) + "; up to " + std::to_string(kVhdMostBlocks) +
                   " blocks can be read: make the image anew with blocks of 2 MiB",
               Code::kResourceExhausted);
  }
  if (header.table_offset % kVhdSector != 0) {
    return bad("header", at, "table offset", 16,
               "is " + std::to_string(header.table_offset) + ", not on a sector");
  }
  return {};
}

}  // namespace

Result<VhdHeader> parse_vhd_header(std::span<const std::byte, kVhdHeaderBytes> bytes,
                                   std::uint64_t at) {
  if (!has(bytes, kHeaderCookie)) {
    return bad("header", at, "cookie", 0, "is not \"" + std::string(kHeaderCookie) + "\"");
  }
  const auto version = big_endian<std::uint32_t>(bytes, 24);
  if (version != kVersion) {
    return bad("header", at, "header version", 24,
               "is " + hex(version) + ", and only " + hex(kVersion) + " exists");
  }
  VhdHeader header{.table_offset = big_endian<std::uint64_t>(bytes, 16),
                   .blocks = big_endian<std::uint32_t>(bytes, 28),
                   .block_bytes = big_endian<std::uint32_t>(bytes, 32),
                   .parent_id = {},
                   .parent_name = from_utf16(bytes.subspan(64, 512), true),
                   .locators = {}};
  const auto sum = check_sum("header", bytes, at, kHeaderChecksum);
  // A field that is impossible says more than a checksum that differs; a limit counts only if the
  // checksum says that the number was meant.
  const auto fields = check_header_fields(header, at);
  if (!fields && (sum || fields.error().code == Code::kCorruptImage)) return fail(fields.error());
  TRESTLE_RETURN_IF_ERROR(sum);
  std::ranges::copy(bytes.subspan(40, 16), header.parent_id.begin());
  for (std::size_t i = 0; i < kLocators; ++i) {
    const auto entry = bytes.subspan(576 + i * 24, 24);
    if (big_endian<std::uint32_t>(entry, 0) == 0) continue;
    std::string platform;
    for (std::size_t k = 0; k < 4; ++k) platform += std::to_integer<char>(entry[k]);
    header.locators.push_back({.platform = std::move(platform),
                               .length = big_endian<std::uint32_t>(entry, 8),
                               .offset = big_endian<std::uint64_t>(entry, 16)});
  }
  return header;
}

std::string vhd_footer_difference(std::span<const std::byte, kVhdFooterBytes> one,
                                  std::span<const std::byte, kVhdFooterBytes> other) {
  const auto [a, b] = std::ranges::mismatch(one, other);
  if (a == one.end()) return "";
  const auto at = static_cast<std::size_t>(a - one.begin());
  const auto after = std::ranges::find_if(
      kFooterFields, [at](const FieldPlace& field) { return field.offset > at; });
  const FieldPlace& field = *std::prev(after);
  return "'" + std::string(field.name) + "' (byte " + std::to_string(at) + " of it)";
}

std::array<std::byte, kVhdFooterBytes> to_bytes(const VhdFooter& footer) {
  constexpr std::uint32_t kReservedFeature = 2;    // always set, says the specification
  constexpr std::uint32_t kWindows = 0x5769326bU;  // "Wi2k"; the other value is a Macintosh
  std::array<std::byte, kVhdFooterBytes> bytes{};
  std::memcpy(bytes.data(), kFooterCookie.data(), kFooterCookie.size());
  put_big_endian<std::uint32_t>(bytes, 8, kReservedFeature);
  put_big_endian<std::uint32_t>(bytes, 12, kVersion);
  put_big_endian<std::uint64_t>(bytes, 16, footer.data_offset);
  put_big_endian<std::uint32_t>(bytes, 24, footer.timestamp);
  for (std::size_t i = 0; i < 4; ++i) {
    bytes[28 + i] =
        i < footer.creator.size() ? static_cast<std::byte>(footer.creator[i]) : std::byte{' '};
  }
  put_big_endian<std::uint32_t>(bytes, 32, footer.creator_version);
  put_big_endian<std::uint32_t>(bytes, 36, kWindows);
  put_big_endian<std::uint64_t>(bytes, 40, footer.original_size);
  put_big_endian<std::uint64_t>(bytes, 48, footer.current_size);
  put_big_endian<std::uint16_t>(bytes, 56, footer.geometry.cylinders);
  bytes[58] = std::byte{footer.geometry.heads};
  bytes[59] = std::byte{footer.geometry.sectors};
  put_big_endian<std::uint32_t>(bytes, 60, static_cast<std::uint32_t>(footer.type));
  std::ranges::copy(footer.id, bytes.begin() + 68);
  put_big_endian<std::uint32_t>(bytes, kFooterChecksum, checksum(bytes, kFooterChecksum));
  return bytes;
}

std::array<std::byte, kVhdHeaderBytes> to_bytes(const VhdHeader& header) {
  std::array<std::byte, kVhdHeaderBytes> bytes{};
  std::memcpy(bytes.data(), kHeaderCookie.data(), kHeaderCookie.size());
  put_big_endian<std::uint64_t>(bytes, 8, kNoOffset);
  put_big_endian<std::uint64_t>(bytes, 16, header.table_offset);
  put_big_endian<std::uint32_t>(bytes, 24, kVersion);
  put_big_endian<std::uint32_t>(bytes, 28, header.blocks);
  put_big_endian<std::uint32_t>(bytes, 32, header.block_bytes);
  std::ranges::copy(header.parent_id, bytes.begin() + 40);
  put_big_endian<std::uint32_t>(bytes, kHeaderChecksum, checksum(bytes, kHeaderChecksum));
  return bytes;
}

std::string from_utf16(std::span<const std::byte> bytes, bool big) {
  const auto unit = [&](std::size_t i) {
    const auto first = std::to_integer<std::uint32_t>(bytes[2 * i]);
    const auto second = std::to_integer<std::uint32_t>(bytes[2 * i + 1]);
    return big ? (first << 8U) | second : (second << 8U) | first;
  };
  std::string text;
  const std::size_t units = bytes.size() / 2;
  for (std::size_t i = 0; i < units && unit(i) != 0; ++i) {
    std::uint32_t point = unit(i);
    if (is_high_surrogate(point) && i + 1 < units && is_low_surrogate(unit(i + 1))) {
      point = joined_surrogates(point, unit(i + 1));
      ++i;
    }
    append_utf8(point, text);  // a half without the other becomes U+FFFD
  }
  return text;
}

}  // namespace trestle::systemvm
