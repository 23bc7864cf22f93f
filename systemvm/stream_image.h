// SPDX-License-Identifier: Apache-2.0
#ifndef TRESTLE_SYSTEMVM_STREAM_IMAGE_H_
#define TRESTLE_SYSTEMVM_STREAM_IMAGE_H_

#include <atomic>
#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "systemvm/byte_stream.h"
#include "systemvm/image_source.h"
#include "systemvm/vhd_format.h"
#include "systemvm/vhd_table.h"

namespace trestle::systemvm {

/// Bytes that are enough to tell the format of an image.
inline constexpr std::size_t kFormatBytes = 512;

/// A raw disk or a VHD that comes as a stream and is never stored as it comes. Blocks of a dynamic
/// VHD are told in the order of the file. A fixed VHD is known by its last sector only, so that is
/// held back until the end. Single-threaded but for `progress`.
class StreamImage final : public ImageSource {
 public:
  /// Takes a stream that was opened with at least kFormatBytes to look at.
  explicit StreamImage(std::unique_ptr<PeekedStream> stream);

  [[nodiscard]] const ImageFacts& facts() const override { return facts_; }
  /// Errors: kFailedPrecondition for a VHD that must be a file first (differencing, or its table
  /// behind its blocks), else as ImageSource::pump.
  [[nodiscard]] Result<void> pump(const CallContext& ctx, const Sink& sink) override;
  [[nodiscard]] Progress progress() const override {
    return {.done = stream_->taken(), .total = stream_->total()};
  }

 private:
  Result<void> pump_raw(const CallContext& ctx, const Sink& sink);
  Result<void> end_raw(const Sink& sink, const Piece& before, const Piece& last);
  Result<void> pump_vhd(const CallContext& ctx, const Sink& sink);
  Result<VhdTable> take_structures(const CallContext& ctx,
                                   std::span<std::byte, kVhdFooterBytes> head);
  Result<std::vector<std::byte>> take_table(const CallContext& ctx);
  Result<void> pump_block(const CallContext& ctx, const Sink& sink, PiecePool& pool,
                          std::uint64_t block);
  Result<void> end_vhd(const CallContext& ctx, std::span<const std::byte, kVhdFooterBytes> head);
  Result<void> take(const CallContext& ctx, std::span<std::byte> out, std::string_view what);
  Result<void> skip_to(const CallContext& ctx, std::uint64_t offset, std::string_view what);

  std::unique_ptr<PeekedStream> stream_;
  ImageFacts facts_;
  std::uint64_t at_ = 0;  // bytes of the unpacked file that were taken
  VhdFooter footer_;
  VhdHeader header_;
};

}  // namespace trestle::systemvm

#endif  // TRESTLE_SYSTEMVM_STREAM_IMAGE_H_
