// SPDX-License-Identifier: Apache-2.0
#ifndef TRESTLE_SYSTEMVM_IMAGE_SOURCE_H_
#define TRESTLE_SYSTEMVM_IMAGE_SOURCE_H_

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "objects/core/call_context.h"
#include "objects/core/result.h"
#include "objects/core/units.h"

namespace trestle::systemvm {

/// Largest piece of content handed on at once: fits the caches, and is half a VHD block.
inline constexpr std::size_t kPieceBytes = 1U << 20U;

/// What an image says of itself.
struct ImageFacts {
  std::string format;                  ///< "raw", "vhd", "qcow2", "vmdk", "vdi", "vhdx"
  std::string subformat;               ///< "fixed", "dynamic", "differencing", or empty
  Bytes size;                          ///< of the disk that a guest sees
  Bytes file_size;                     ///< of the file, 0 if a stream did not tell
  std::uint64_t block_bytes = 0;       ///< unit of allocation, 0 if there is none
  std::uint64_t allocated_blocks = 0;  ///< of these
  std::string creator;                 ///< program that wrote it, as it says; may be empty
  std::vector<std::string> parents;    ///< files a differencing image stands on, nearest first
  std::vector<std::string> warnings;   ///< what is odd but does not change the content

  friend bool operator==(const ImageFacts&, const ImageFacts&) = default;
};

/// Some content of a disk, at `offset` bytes from its start. The bytes live as long as `owner`.
struct Piece {
  std::uint64_t offset = 0;
  std::span<const std::byte> bytes;
  std::shared_ptr<const void> owner;
};

using Sink = std::function<Result<void>(const Piece&)>;

/// The content of a disk image, told once from start to end. Single-threaded.
class ImageSource {
 public:
  virtual ~ImageSource() = default;
  /// What is known now; streams know size and warnings only after `pump`.
  [[nodiscard]] virtual const ImageFacts& facts() const = 0;
  /// Hands all content to `sink` in pieces of at most kPieceBytes; what is never told is zero.
  /// Pieces do not overlap and, unless the image is a stream in another order, rise. Ends at the
  /// first error of the sink. Errors: kCorruptImage, those of the system and of the context.
  [[nodiscard]] virtual Result<void> pump(const CallContext& ctx, const Sink& sink) = 0;
  /// Bytes read so far and bytes to read (0 if not known), for a progress bar. Thread-safe.
  struct Progress {
    std::uint64_t done = 0;
    std::uint64_t total = 0;
  };
  [[nodiscard]] virtual Progress progress() const = 0;
};

/// Buffers of kPieceBytes that come back when the last reader lets them go: a fixed number bounds
/// what a conversion keeps in memory. Thread-safe; outlives its buffers by shared ownership.
class PiecePool {
 public:
  explicit PiecePool(std::size_t count);
  /// Waits for a free one. The span is valid as long as the owner.
  struct Buffer {
    std::span<std::byte> bytes;
    std::shared_ptr<const void> owner;
  };
  [[nodiscard]] Buffer take();

 private:
  struct Shelf;
  std::shared_ptr<Shelf> shelf_;  // shared with the buffers that are out, on other threads
};

/// An image that can be read at any place.
class DiskImage : public ImageSource {
 public:
  /// Fills `out` from `offset`; both lie within facts().size. Errors: as pump.
  [[nodiscard]] virtual Result<void> read_at(const CallContext& ctx, std::uint64_t offset,
                                             std::span<std::byte> out) = 0;
  /// The first offset from `offset` on that may hold anything but zeroes, or the size.
  [[nodiscard]] virtual Result<std::uint64_t> next_data(std::uint64_t offset) = 0;

  [[nodiscard]] Result<void> pump(const CallContext& ctx, const Sink& sink) final;
  [[nodiscard]] Progress progress() const final;

 private:
  struct Position;
  std::shared_ptr<Position> position_ = make_position();  // read by the thread that draws
  static std::shared_ptr<Position> make_position();
};

/// True if every byte is zero.
[[nodiscard]] bool all_zero(std::span<const std::byte> bytes);

}  // namespace trestle::systemvm

#endif  // TRESTLE_SYSTEMVM_IMAGE_SOURCE_H_
