// SPDX-License-Identifier: Apache-2.0
#include "systemvm/open_image.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "systemvm/byte_stream.h"
#include "systemvm/http_source.h"
#include "systemvm/image_writer.h"
#include "systemvm/qemu_image.h"
#include "systemvm/raw_disk.h"
#include "systemvm/stream_image.h"
#include "systemvm/vhd_disk.h"

namespace trestle::systemvm {
namespace {

bool is_url(const std::string& source) {
  return source.starts_with("http://") || source.starts_with("https://");
}

}  // namespace

std::string scratch_place(const std::string& source) { return is_url(source) ? "image" : source; }

Result<std::string> digest_of(const CallContext& ctx, const ReadFile& file, DigestKind kind,
                              const ProgressSink& progress) {
  Digest digest(kind);
  std::vector<std::byte> buffer(kPieceBytes);
  for (std::uint64_t at = 0; at < file.size();) {
    TRESTLE_RETURN_IF_ERROR(still_wanted(ctx));
    const std::uint64_t data = file.next_data(at, file.size());
    digest.update_zeroes(data - at);
    at = data;
    const auto length =
        static_cast<std::size_t>(std::min<std::uint64_t>(buffer.size(), file.size() - at));
    TRESTLE_RETURN_IF_ERROR(file.read(at, std::span(buffer).first(length)));
    digest.update(std::span(buffer).first(length));
    at += length;
    if (progress) progress({.step = "hashing", .done = at, .total = file.size()});
  }
  return digest.finish();
}

Result<void> check_file(const CallContext& ctx, const ReadFile& file, const Checksum& checksum,
                        const ProgressSink& progress) {
  TRESTLE_ASSIGN_OR_RETURN(const std::string found, digest_of(ctx, file, checksum.kind, progress));
  if (found == checksum.hex) return {};
  return fail(Code::kCorruptImage,
              file.path() + " has the " + std::string(to_string(checksum.kind)) + " checksum " +
                  found + ", not " + checksum.hex + " as was given; fetch it again");
}

namespace {

/// An image that was opened as far as its format: a file that can be read anywhere, or a stream.
struct Opened {
  std::optional<ReadFile> file;
  std::unique_ptr<PeekedStream> stream;
};

/// Files as they are; packed files and URLs as the stream of what is in them.
Result<Opened> open_any(const CallContext& ctx, const std::string& source,
                        const OpenOptions& options) {
  std::unique_ptr<ByteStream> bytes;
  if (is_url(source)) {
    TRESTLE_ASSIGN_OR_RETURN(bytes, open_url(ctx, source, options.ca_file));
  } else {
    TRESTLE_ASSIGN_OR_RETURN(ReadFile file, ReadFile::open(source));
    std::vector<std::byte> first(kPackingBytes);
    TRESTLE_ASSIGN_OR_RETURN(const std::size_t got, file.read_some(0, first));
    if (packing_of(std::span(first).first(got)) == Packing::kNone) {
      if (options.checksum) {
        TRESTLE_RETURN_IF_ERROR(check_file(ctx, file, *options.checksum, options.progress));
      }
      return Opened{.file = std::move(file), .stream = nullptr};
    }
    bytes = std::make_unique<FileStream>(std::move(file));
  }
  TRESTLE_ASSIGN_OR_RETURN(std::unique_ptr<PeekedStream> packed,
                           PeekedStream::open(ctx, std::move(bytes), kPackingBytes));
  const Packing packing = packing_of(packed->first());
  if (packing != Packing::kNone) {
    TRESTLE_ASSIGN_OR_RETURN(bytes, unpack(ctx, std::move(packed), packing, options.checksum));
  } else if (options.checksum) {
    bytes = checked(std::move(packed), *options.checksum);
  } else {
    bytes = std::move(packed);
  }
  TRESTLE_ASSIGN_OR_RETURN(std::unique_ptr<PeekedStream> content,
                           PeekedStream::open(ctx, std::move(bytes), kFormatBytes));
  return Opened{.file = std::nullopt, .stream = std::move(content)};
}

Result<std::unique_ptr<DiskImage>> disk_of(const CallContext& ctx, ReadFile file,
                                           const OpenOptions& options, VhdParents parents) {
  if (file.size() == 0) {
    return fail(Code::kCorruptImage, file.path() + " is empty and no disk image; fetch it again");
  }
  std::vector<std::byte> first(kFormatBytes);
  TRESTLE_ASSIGN_OR_RETURN(const std::size_t got, file.read_some(0, first));
  const std::string foreign = qemu_format(std::span(first).first(got));
  if (!foreign.empty()) {
    if (options.progress) options.progress({.step = "reading " + foreign, .done = 0, .total = 0});
    return open_qemu(ctx, file, foreign, options.scratch_near);
  }
  TRESTLE_ASSIGN_OR_RETURN(const bool vhd, is_vhd(file));
  if (!vhd) return std::unique_ptr<DiskImage>(std::make_unique<RawDisk>(std::move(file)));
  TRESTLE_ASSIGN_OR_RETURN(std::unique_ptr<VhdDisk> disk,
                           VhdDisk::open(ctx, std::move(file), parents));
  return std::unique_ptr<DiskImage>(std::move(disk));
}

/// A disk whose bytes lie in a scratch file.
class ScratchDisk final : public DiskImage {
 public:
  ScratchDisk(PendingFile scratch, std::unique_ptr<DiskImage> disk)
      : scratch_(std::move(scratch)), disk_(std::move(disk)) {}
  [[nodiscard]] const ImageFacts& facts() const override { return disk_->facts(); }
  [[nodiscard]] Result<void> read_at(const CallContext& ctx, std::uint64_t offset,
                                     std::span<std::byte> out) override {
    return disk_->read_at(ctx, offset, out);
  }
  [[nodiscard]] Result<std::uint64_t> next_data(std::uint64_t offset) override {
    return disk_->next_data(offset);
  }

 private:
  PendingFile scratch_;  // gone with this
  std::unique_ptr<DiskImage> disk_;
};

/// Unpacks a stream as it is, with holes, and opens what comes out.
Result<std::unique_ptr<DiskImage>> unpack_to_disk(const CallContext& ctx, PeekedStream& stream,
                                                  const OpenOptions& options) {
  TRESTLE_ASSIGN_OR_RETURN(PendingFile scratch,
                           PendingFile::scratch(options.scratch_near, "unpacked"));
  RawWriter writer(scratch);
  std::vector<std::byte> buffer(kPieceBytes);
  std::uint64_t at = 0;
  for (;;) {
    TRESTLE_ASSIGN_OR_RETURN(const std::size_t got, read_full(ctx, stream, buffer));
    TRESTLE_RETURN_IF_ERROR(writer.write(at, std::span(buffer).first(got)));
    at += got;
    if (options.progress) {
      options.progress({.step = "unpacking", .done = stream.taken(), .total = stream.total()});
    }
    if (got < buffer.size()) break;
  }
  writer.set_size({at});
  TRESTLE_RETURN_IF_ERROR(writer.finish());
  TRESTLE_ASSIGN_OR_RETURN(ReadFile file, scratch.reader());
  TRESTLE_ASSIGN_OR_RETURN(std::unique_ptr<DiskImage> disk,
                           disk_of(ctx, std::move(file), options, VhdParents::kRefuse));
  return std::unique_ptr<DiskImage>(
      std::make_unique<ScratchDisk>(std::move(scratch), std::move(disk)));
}

}  // namespace

Result<std::unique_ptr<DiskImage>> open_disk(const CallContext& ctx, const std::string& source,
                                             const OpenOptions& options) {
  TRESTLE_ASSIGN_OR_RETURN(Opened opened, open_any(ctx, source, options));
  if (opened.file) {
    return disk_of(ctx, std::move(*opened.file), options, VhdParents::kFind);
  }
  return unpack_to_disk(ctx, *opened.stream, options);
}

Result<std::unique_ptr<ImageSource>> open_source(const CallContext& ctx, const std::string& source,
                                                 const OpenOptions& options) {
  TRESTLE_ASSIGN_OR_RETURN(Opened opened, open_any(ctx, source, options));
  if (opened.file) {
    TRESTLE_ASSIGN_OR_RETURN(std::unique_ptr<DiskImage> disk,
                             disk_of(ctx, std::move(*opened.file), options, VhdParents::kFind));
    return std::unique_ptr<ImageSource>(std::move(disk));
  }
  if (!qemu_format(opened.stream->first()).empty()) {
    TRESTLE_ASSIGN_OR_RETURN(std::unique_ptr<DiskImage> disk,
                             unpack_to_disk(ctx, *opened.stream, options));
    return std::unique_ptr<ImageSource>(std::move(disk));
  }
  return std::unique_ptr<ImageSource>(std::make_unique<StreamImage>(std::move(opened.stream)));
}

}  // namespace trestle::systemvm
