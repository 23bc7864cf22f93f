// SPDX-License-Identifier: Apache-2.0
#include "systemvm/raw_disk.h"

#include <algorithm>

namespace trestle::systemvm {
namespace {
constexpr std::uint64_t kSector = 512;  // what every guest addresses
}  // namespace

RawDisk::RawDisk(ReadFile file) : file_(std::move(file)) {
  const std::uint64_t bytes = file_.size();
  const std::uint64_t whole = (bytes + kSector - 1) / kSector * kSector;
  facts_.format = "raw";
  facts_.size = {whole};
  facts_.file_size = {bytes};
  if (whole != bytes) {
    facts_.warnings.push_back("the file has " + std::to_string(bytes) +
                              " bytes, no whole number of 512-byte sectors; the last one is filled "
                              "up with zeroes");
  }
}

Result<void> RawDisk::read_at(const CallContext& ctx, std::uint64_t offset,
                              std::span<std::byte> out) {
  TRESTLE_RETURN_IF_ERROR(still_wanted(ctx));
  const std::uint64_t have =
      offset >= file_.size() ? 0 : std::min<std::uint64_t>(file_.size() - offset, out.size());
  std::ranges::fill(out.subspan(have), std::byte{0});
  return file_.read(offset, out.first(have));
}

Result<std::uint64_t> RawDisk::next_data(std::uint64_t offset) {
  const std::uint64_t found = file_.next_data(offset, file_.size());
  return found >= file_.size() ? facts_.size.count : found;
}

}  // namespace trestle::systemvm
