// SPDX-License-Identifier: Apache-2.0
#ifndef TRESTLE_SYSTEMVM_RAW_DISK_H_
#define TRESTLE_SYSTEMVM_RAW_DISK_H_

#include <utility>

#include "systemvm/file.h"
#include "systemvm/image_source.h"

namespace trestle::systemvm {

/// A file that is a disk, byte by byte. A last sector that is not full is filled up with zeroes,
/// with a warning. Single-threaded.
class RawDisk final : public DiskImage {
 public:
  explicit RawDisk(ReadFile file);

  [[nodiscard]] const ImageFacts& facts() const override { return facts_; }
  [[nodiscard]] Result<void> read_at(const CallContext& ctx, std::uint64_t offset,
                                     std::span<std::byte> out) override;
  [[nodiscard]] Result<std::uint64_t> next_data(std::uint64_t offset) override;

 private:
  ReadFile file_;
  ImageFacts facts_;
};

}  // namespace trestle::systemvm

#endif  // TRESTLE_SYSTEMVM_RAW_DISK_H_
