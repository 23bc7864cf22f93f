// SPDX-License-Identifier: Apache-2.0
#ifndef TRESTLE_SYSTEMVM_IMAGE_WRITER_H_
#define TRESTLE_SYSTEMVM_IMAGE_WRITER_H_

#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "objects/core/result.h"
#include "objects/core/units.h"
#include "systemvm/file.h"
#include "systemvm/image_source.h"
#include "systemvm/vhd_format.h"

namespace trestle::systemvm {

/// Takes the content of a disk, piece by piece in any order, and lays it out in a file. What is
/// never written reads as zeroes. Single-threaded.
class ImageWriter {
 public:
  virtual ~ImageWriter() = default;
  /// Errors: those of the system.
  [[nodiscard]] virtual Result<void> write(std::uint64_t offset,
                                           std::span<const std::byte> bytes) = 0;
  /// Writes what a reader needs beside the content. Call once, at the end. Errors: as write.
  [[nodiscard]] virtual Result<void> finish() = 0;
};

/// The unit in which zeroes become holes: the block of nearly every file system.
inline constexpr std::size_t kHoleBytes = 4096;

/// A raw image with holes where there are zeroes, also where they lie inside of data.
class RawWriter final : public ImageWriter {
 public:
  /// Writes to `file`, which outlives it.
  explicit RawWriter(const PendingFile& file) : file_(file) {}

  [[nodiscard]] Result<void> write(std::uint64_t offset, std::span<const std::byte> bytes) override;
  [[nodiscard]] Result<void> finish() override;
  /// The size of the disk; a stream tells it only at its end.
  void set_size(Bytes size) { size_ = size; }

 private:
  Result<void> write_run(std::uint64_t offset, std::span<const std::byte> bytes);

  const PendingFile& file_;
  Bytes size_;
  std::uint64_t unflushed_ = 0;  // written since the system was last asked to begin flushing
};

/// Which kind of VHD is written.
enum class VhdSubformat : unsigned char { kDynamic, kFixed };

/// A VHD that every reader takes for the same size: its creator is one whose current size counts.
class VhdWriter final : public ImageWriter {
 public:
  /// Writes to `file`, which outlives it. `size`: of the disk, whole sectors, at most
  /// kVhdMostBytes. `id`, `timestamp`: of the footer.
  VhdWriter(const PendingFile& file, Bytes size, VhdSubformat subformat, const VhdId& id,
            std::uint32_t timestamp);

  [[nodiscard]] Result<void> write(std::uint64_t offset, std::span<const std::byte> bytes) override;
  [[nodiscard]] Result<void> finish() override;

 private:
  Result<void> begin_block(std::uint64_t block);

  const PendingFile& file_;
  RawWriter raw_;  // lays runs without zeroes, wherever they come to lie
  VhdFooter footer_;
  VhdHeader header_;                  // of a dynamic one
  std::vector<std::uint32_t> table_;  // of a dynamic one
  std::uint64_t next_ = 0;            // where the next block begins
};

/// Proves that a disk fits into a VHD. Errors: kInvalidArgument naming the limit or the size.
[[nodiscard]] Result<void> check_vhd_size(Bytes size);

}  // namespace trestle::systemvm

#endif  // TRESTLE_SYSTEMVM_IMAGE_WRITER_H_
