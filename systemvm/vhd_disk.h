// SPDX-License-Identifier: Apache-2.0
#ifndef TRESTLE_SYSTEMVM_VHD_DISK_H_
#define TRESTLE_SYSTEMVM_VHD_DISK_H_

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "systemvm/file.h"
#include "systemvm/image_source.h"
#include "systemvm/vhd_format.h"
#include "systemvm/vhd_table.h"

namespace trestle::systemvm {

/// Longest chain of differencing images that is followed; orchestrators merge long before.
inline constexpr std::size_t kVhdLongestChain = 32;

/// True if a file begins or ends with a VHD footer, or with what was one. Errors: those of the
/// system.
[[nodiscard]] Result<bool> is_vhd(const ReadFile& file);

/// Whether the parents of a differencing image are looked for where it says. Not for one that was
/// sent or unpacked: it does not lie beside them, and what it names are files of this machine.
enum class VhdParents : unsigned char { kFind, kRefuse };

/// A VHD file with the files it stands on: fixed, dynamic or differencing. Single-threaded.
class VhdDisk final : public DiskImage {
 public:
  /// Opens the file and, for a differencing image, its parents. A damaged footer is replaced by
  /// its intact copy, with a warning. Errors: kCorruptImage naming structure, field and offset;
  /// kResourceExhausted above 2040 GiB; kNotFound for a parent that is not there;
  /// kFailedPrecondition for a differencing image whose parents are not to be looked for; those of
  /// the system.
  [[nodiscard]] static Result<std::unique_ptr<VhdDisk>> open(
      const CallContext& ctx, ReadFile file, VhdParents parents = VhdParents::kFind);

  [[nodiscard]] const ImageFacts& facts() const override { return facts_; }
  [[nodiscard]] Result<void> read_at(const CallContext& ctx, std::uint64_t offset,
                                     std::span<std::byte> out) override;
  [[nodiscard]] Result<std::uint64_t> next_data(std::uint64_t offset) override;

  /// The footer that counts.
  [[nodiscard]] const VhdFooter& footer() const { return layers_.front().footer; }

 private:
  /// One file of the chain. Fixed ones have neither header nor table.
  struct Layer {
    ReadFile file;
    VhdFooter footer;
    std::vector<std::string> warnings;
    VhdHeader header = {};
    std::optional<VhdTable> table = std::nullopt;
    std::uint64_t bitmap_of = kNoBlock;  ///< whose bitmap is loaded
    std::vector<std::byte> bitmap = {};
  };
  static constexpr std::uint64_t kNoBlock = ~std::uint64_t{0};

  VhdDisk() = default;
  static Result<Layer> open_layer(ReadFile file);
  static Result<Layer> open_sparse(ReadFile file, VhdFooter footer,
                                   std::vector<std::string> warnings, std::uint64_t end);
  static Result<ReadFile> find_parent(const Layer& child);
  Result<void> read_layer(std::size_t layer, std::uint64_t offset, std::span<std::byte> out);
  Result<void> read_block(std::size_t layer, std::uint64_t block, std::uint64_t within,
                          std::span<std::byte> out);
  Result<void> load_bitmap(Layer& layer, std::uint64_t block);
  Result<void> read_below(std::size_t layer, std::uint64_t offset, std::span<std::byte> out);
  void describe();

  std::vector<Layer> layers_;  // the image itself first, then its parents
  ImageFacts facts_;
};

}  // namespace trestle::systemvm

#endif  // TRESTLE_SYSTEMVM_VHD_DISK_H_
