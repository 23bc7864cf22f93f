// SPDX-License-Identifier: Apache-2.0
#include "systemvm/byte_stream.h"

#include <algorithm>
#include <cstring>
#include <utility>

namespace trestle::systemvm {
namespace {

/// Digests what passes and compares at the end.
class CheckedStream final : public ByteStream {
 public:
  CheckedStream(std::unique_ptr<ByteStream> stream, Checksum checksum)
      : stream_(std::move(stream)), checksum_(std::move(checksum)), digest_(checksum_.kind) {}

  [[nodiscard]] Result<std::size_t> read(const CallContext& ctx,
                                         std::span<std::byte> out) override {
    TRESTLE_ASSIGN_OR_RETURN(const std::size_t got, stream_->read(ctx, out));
    digest_.update(out.first(got));
    if (got > 0 || ended_) return got;
    ended_ = true;
    const std::string found = digest_.finish();
    if (found == checksum_.hex) return got;
    return fail(Code::kCorruptImage,
                "the source has the " + std::string(to_string(checksum_.kind)) + " checksum " +
                    found + ", not " + checksum_.hex + " as was given; fetch it again");
  }
  [[nodiscard]] std::uint64_t taken() const override { return stream_->taken(); }
  [[nodiscard]] std::uint64_t total() const override { return stream_->total(); }

 private:
  std::unique_ptr<ByteStream> stream_;
  Checksum checksum_;
  Digest digest_;
  bool ended_ = false;
};

bool begins(std::span<const std::byte> bytes, std::initializer_list<unsigned> wanted) {
  if (bytes.size() < wanted.size()) return false;
  return std::equal(wanted.begin(), wanted.end(), bytes.begin(),
                    [](unsigned a, std::byte b) { return std::byte(a) == b; });
}

}  // namespace

Result<std::size_t> read_full(const CallContext& ctx, ByteStream& stream,
                              std::span<std::byte> out) {
  std::size_t done = 0;
  while (done < out.size()) {
    TRESTLE_ASSIGN_OR_RETURN(const std::size_t got, stream.read(ctx, out.subspan(done)));
    if (got == 0) break;
    done += got;
  }
  return done;
}

Result<std::size_t> FileStream::read(const CallContext& ctx, std::span<std::byte> out) {
  TRESTLE_RETURN_IF_ERROR(still_wanted(ctx));
  const std::uint64_t rest = file_.size() - at_;
  const std::span<std::byte> part = out.first(std::min<std::uint64_t>(rest, out.size()));
  TRESTLE_RETURN_IF_ERROR(file_.read(at_, part));
  at_ += part.size();
  return part.size();
}

Packing packing_of(std::span<const std::byte> first) {
  if (begins(first, {0x1F, 0x8B})) return Packing::kGzip;
  if (begins(first, {'B', 'Z', 'h'})) return Packing::kBzip2;
  if (begins(first, {0xFD, '7', 'z', 'X', 'Z', 0})) return Packing::kXz;
  if (begins(first, {0x28, 0xB5, 0x2F, 0xFD})) return Packing::kZstd;
  return Packing::kNone;
}

std::string to_string(Packing packing) {
  switch (packing) {
    case Packing::kGzip:
      return "gzip";
    case Packing::kBzip2:
      return "bzip2";
    case Packing::kXz:
      return "xz";
    case Packing::kZstd:
      return "zstd";
    default:
      return "";
  }
}

std::unique_ptr<ByteStream> checked(std::unique_ptr<ByteStream> stream, const Checksum& checksum) {
  return std::make_unique<CheckedStream>(std::move(stream), checksum);
}

Result<std::unique_ptr<PeekedStream>> PeekedStream::open(const CallContext& ctx,
                                                         std::unique_ptr<ByteStream> stream,
                                                         std::size_t count) {
  std::unique_ptr<PeekedStream> peeked(new PeekedStream(std::move(stream)));  // private constructor
  peeked->first_.resize(count);
  TRESTLE_ASSIGN_OR_RETURN(const std::size_t got, read_full(ctx, *peeked->stream_, peeked->first_));
  peeked->first_.resize(got);
  return peeked;
}

Result<std::size_t> PeekedStream::read(const CallContext& ctx, std::span<std::byte> out) {
  if (given_ == first_.size()) return stream_->read(ctx, out);
  const std::size_t length = std::min(out.size(), first_.size() - given_);
  std::memcpy(out.data(), first_.data() + given_, length);
  given_ += length;
  return length;
}

}  // namespace trestle::systemvm
