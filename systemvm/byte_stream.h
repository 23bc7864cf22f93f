// SPDX-License-Identifier: Apache-2.0
#ifndef TRESTLE_SYSTEMVM_BYTE_STREAM_H_
#define TRESTLE_SYSTEMVM_BYTE_STREAM_H_

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "objects/core/call_context.h"
#include "objects/core/result.h"
#include "systemvm/digest.h"
#include "systemvm/file.h"

namespace trestle::systemvm {

/// Bytes that come one after the other and are never seen again. Single-threaded but for
/// `progress`.
class ByteStream {
 public:
  virtual ~ByteStream() = default;
  /// Up to out.size() bytes; 0 at the end. Errors: those of the origin and of the context.
  [[nodiscard]] virtual Result<std::size_t> read(const CallContext& ctx,
                                                 std::span<std::byte> out) = 0;
  /// Bytes taken from the origin, and how many it has (0 if it does not say). Thread-safe.
  [[nodiscard]] virtual std::uint64_t taken() const = 0;
  [[nodiscard]] virtual std::uint64_t total() const = 0;
};

/// Fills `out` as far as the stream goes; the number of bytes. Errors: as ByteStream::read.
[[nodiscard]] Result<std::size_t> read_full(const CallContext& ctx, ByteStream& stream,
                                            std::span<std::byte> out);

/// A file from its start to its end.
class FileStream final : public ByteStream {
 public:
  explicit FileStream(ReadFile file) : file_(std::move(file)) {}
  [[nodiscard]] Result<std::size_t> read(const CallContext& ctx, std::span<std::byte> out) override;
  [[nodiscard]] std::uint64_t taken() const override { return at_; }
  [[nodiscard]] std::uint64_t total() const override { return file_.size(); }

 private:
  ReadFile file_;
  std::atomic<std::uint64_t> at_{0};  // read by the thread that draws
};

/// How a file is packed, by its first bytes.
enum class Packing : std::uint8_t { kNone, kGzip, kBzip2, kXz, kZstd };
inline constexpr std::size_t kPackingBytes = 6;
[[nodiscard]] Packing packing_of(std::span<const std::byte> first);
/// "gzip" ...
[[nodiscard]] std::string to_string(Packing packing);

/// The unpacked bytes of another stream, made by the decompressor of the system (lbzip2, xz and
/// pigz where they are installed use every core). A checksum is taken of the packed bytes and
/// compared at the end. Errors of read: kFailedPrecondition if the decompressor is missing,
/// kCorruptImage if it is not content or the checksum differs.
[[nodiscard]] Result<std::unique_ptr<ByteStream>> unpack(const CallContext& ctx,
                                                         std::unique_ptr<ByteStream> packed,
                                                         Packing packing,
                                                         std::optional<Checksum> checksum);

/// The same bytes with a checksum that is compared at the end of the stream.
[[nodiscard]] std::unique_ptr<ByteStream> checked(std::unique_ptr<ByteStream> stream,
                                                  const Checksum& checksum);

/// Looks at the first bytes of a stream without taking them from who comes after.
class PeekedStream final : public ByteStream {
 public:
  /// Reads up to `count` bytes ahead. Errors: as ByteStream::read.
  [[nodiscard]] static Result<std::unique_ptr<PeekedStream>> open(
      const CallContext& ctx, std::unique_ptr<ByteStream> stream, std::size_t count);
  [[nodiscard]] std::span<const std::byte> first() const { return first_; }
  [[nodiscard]] Result<std::size_t> read(const CallContext& ctx, std::span<std::byte> out) override;
  [[nodiscard]] std::uint64_t taken() const override { return stream_->taken(); }
  [[nodiscard]] std::uint64_t total() const override { return stream_->total(); }

 private:
  explicit PeekedStream(std::unique_ptr<ByteStream> stream) : stream_(std::move(stream)) {}
  std::unique_ptr<ByteStream> stream_;
  std::vector<std::byte> first_;
  std::size_t given_ = 0;
};

}  // namespace trestle::systemvm

#endif  // TRESTLE_SYSTEMVM_BYTE_STREAM_H_
