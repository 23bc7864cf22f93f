// SPDX-License-Identifier: Apache-2.0
// VHD files: as a file and as a stream. Whatever the bytes are, there is a disk or a typed error;
// both ways of reading agree; a footer that can be read is written the same again.
#include <sys/mman.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <map>
#include <memory>
#include <utility>
#include <vector>

#include "systemvm/stream_image.h"
#include "systemvm/vhd_disk.h"

namespace {

using namespace trestle;
using namespace trestle::systemvm;

/// What is read of one input; disks may be 2040 GiB of one repeated sector.
constexpr std::size_t kMostPieces = 64;
constexpr std::size_t kMostBytes = 4U << 20U;

void require(bool holds, const char* what) {
  if (holds) return;
  std::fprintf(stderr, "not true: %s\n", what);
  std::abort();
}

bool expected(Code code) {
  return code == Code::kCorruptImage || code == Code::kResourceExhausted ||
         code == Code::kNotFound || code == Code::kFailedPrecondition || code == Code::kCancelled;
}

class MemoryStream final : public ByteStream {
 public:
  explicit MemoryStream(std::span<const std::byte> bytes) : bytes_(bytes) {}
  Result<std::size_t> read(const CallContext&, std::span<std::byte> out) override {
    const std::size_t length = std::min(out.size(), bytes_.size() - at_);
    std::memcpy(out.data(), bytes_.data() + at_, length);
    at_ += length;
    return length;
  }
  [[nodiscard]] std::uint64_t taken() const override { return at_; }
  [[nodiscard]] std::uint64_t total() const override { return bytes_.size(); }

 private:
  std::span<const std::byte> bytes_;
  std::size_t at_ = 0;
};

CallContext for_ever() { return context_for(std::chrono::nanoseconds::max()); }

void read_structures(std::span<const std::byte> bytes) {
  if (bytes.size() >= kVhdFooterBytes) {
    const auto footer = parse_vhd_footer(bytes.first<kVhdFooterBytes>(), 0);
    if (footer) {
      const auto again = parse_vhd_footer(to_bytes(*footer), 0);
      require(again.has_value() && *again == *footer, "a footer reads back as the same");
    } else {
      require(expected(footer.error().code), "a bad footer is a damaged image");
    }
  }
  if (bytes.size() >= kVhdHeaderBytes) {
    const auto header = parse_vhd_header(bytes.first<kVhdHeaderBytes>(), 0);
    require(header.has_value() || expected(header.error().code), "a bad header is a damaged image");
  }
}

/// Sectors of the disk by their place, of as many pieces as are looked at.
using Sectors = std::map<std::uint64_t, std::vector<std::byte>>;

Result<void> collect(ImageSource& source, Sectors& sectors) {
  std::size_t pieces = 0;
  std::size_t seen = 0;
  return source.pump(for_ever(), [&](const Piece& piece) -> Result<void> {
    const std::uint64_t size = source.facts().size.count;
    if (source.facts().format == "vhd" && source.facts().subformat != "fixed") {
      require(piece.offset + piece.bytes.size() <= size, "a piece lies within the disk");
    }
    seen += piece.bytes.size();
    if (++pieces > kMostPieces || seen > kMostBytes)
      return fail(Code::kCancelled, "enough was seen");
    for (std::size_t at = 0; at + kVhdSector <= piece.bytes.size(); at += kVhdSector) {
      const auto sector = piece.bytes.subspan(at, kVhdSector);
      if (!all_zero(sector)) {
        const bool fresh =
            sectors.try_emplace(piece.offset + at, sector.begin(), sector.end()).second;
        require(fresh, "no sector is told twice");
      }
    }
    return {};
  });
}

/// Puts the checksum of a structure right, if it lies within the bytes.
void seal(std::span<std::byte> bytes, std::uint64_t at, std::size_t length, std::size_t place) {
  if (at > bytes.size() || bytes.size() - at < length) return;
  const auto structure = bytes.subspan(static_cast<std::size_t>(at), length);
  std::uint32_t sum = 0;
  put_big_endian<std::uint32_t>(structure, place, 0);
  for (const std::byte byte : structure) sum += std::to_integer<std::uint32_t>(byte);
  put_big_endian<std::uint32_t>(structure, place, ~sum);
}

/// The same input with right checksums: else hardly any change would ever be looked at.
std::vector<std::byte> sealed(std::span<const std::byte> bytes) {
  std::vector<std::byte> out(bytes.begin(), bytes.end());
  if (out.size() < kVhdFooterBytes) return out;
  seal(out, big_endian<std::uint64_t>(out, 16), kVhdHeaderBytes, 36);
  seal(out, 0, kVhdFooterBytes, 64);
  seal(out, out.size() - kVhdFooterBytes, kVhdFooterBytes, 64);
  return out;
}

void read_both_ways(std::span<const std::byte> bytes) {
  Descriptor memory(::memfd_create("vhd", MFD_CLOEXEC));
  if (!memory.open() ||
      ::write(memory.number(), bytes.data(), bytes.size()) != static_cast<ssize_t>(bytes.size())) {
    return;
  }
  auto file = ReadFile::adopt(std::move(memory), "/nonexistent/input.vhd");
  require(file.has_value(), "a file in memory can be read");
  auto disk = VhdDisk::open(for_ever(), std::move(*file));
  Sectors random;
  Result<void> read = {};
  if (disk) {
    read = collect(**disk, random);
    require(read.has_value() || expected(read.error().code), "reading ends well or says why");
  } else {
    require(expected(disk.error().code), "a bad file is a damaged image");
  }
  auto peeked = PeekedStream::open(for_ever(), std::make_unique<MemoryStream>(bytes), kFormatBytes);
  require(peeked.has_value(), "memory can be looked at");
  StreamImage stream(std::move(*peeked));
  Sectors streamed;
  const auto pumped = collect(stream, streamed);
  require(pumped.has_value() || expected(pumped.error().code), "streaming ends well or says why");
  if (disk && read && pumped && stream.facts().format == "vhd") {
    // The file goes by its last footer, the stream by its first: compared where these agree.
    const bool fixed = stream.facts().subformat == "fixed";
    if (fixed || std::ranges::equal(bytes.first(kVhdFooterBytes), bytes.last(kVhdFooterBytes))) {
      require(stream.facts().size == (*disk)->facts().size, "both ways see one size");
      require(random == streamed, "both ways see one content");
    }
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto bytes = std::as_bytes(std::span(data, size));
  read_structures(bytes);
  read_both_ways(bytes);
  const std::vector<std::byte> mended = sealed(bytes);
  if (!std::ranges::equal(bytes, mended)) {
    read_structures(mended);
    read_both_ways(mended);
  }
  return 0;
}
