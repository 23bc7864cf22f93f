// SPDX-License-Identifier: Apache-2.0
#include "systemvm/convert.h"

#include <sys/stat.h>
#include <unistd.h>

#include <chrono>
#include <utility>

#include "systemvm/manifest.h"
#include "systemvm/open_image.h"
#include "systemvm/raw_disk.h"
#include "systemvm/vhd_disk.h"

namespace trestle::systemvm {
namespace {

constexpr std::uint64_t kMiB = 1U << 20U;
/// Seconds from 1970 to the start of 2000, from where a VHD counts.
constexpr std::int64_t kVhdEpoch = 946'684'800;

std::uint64_t round_up(std::uint64_t bytes, std::uint64_t unit) {
  return (bytes + unit - 1) / unit * unit;
}

std::uint32_t vhd_time() {
  const auto now = std::chrono::duration_cast<std::chrono::seconds>(
                       std::chrono::system_clock::now().time_since_epoch())
                       .count();
  return static_cast<std::uint32_t>(std::max<std::int64_t>(now - kVhdEpoch, 0));
}

/// One conversion, from an opened source to files that wait for their names. Single-threaded.
class Conversion {
 public:
  Conversion(const CallContext& ctx, std::unique_ptr<ImageSource> source,
             const ConvertOptions& options, const PendingFile& out)
      : ctx_(ctx), source_(std::move(source)), options_(options), out_(out) {}

  Result<void> run() {
    TRESTLE_RETURN_IF_ERROR(copy());
    tell("flushing", 0, 0);
    TRESTLE_RETURN_IF_ERROR(out_.flush(ctx_));
    if (!hash_) return {};
    if (!in_order_) {
      TRESTLE_RETURN_IF_ERROR(read_again());
    } else {
      content_ = hash_->finish(size_);
    }
    return hash_file();
  }

  [[nodiscard]] const ImageFacts& facts() const { return source_->facts(); }
  [[nodiscard]] std::uint64_t size() const { return size_; }
  [[nodiscard]] std::optional<ContentSum>& content() { return content_; }
  [[nodiscard]] const std::string& file_sha256() const { return file_sha256_; }

 private:
  void tell(const std::string& step, std::uint64_t done, std::uint64_t total) const {
    if (options_.progress) options_.progress({.step = step, .done = done, .total = total});
  }

  void settle_size() {
    size_ = source_->facts().size.count;
    if (options_.round_mib) size_ = round_up(size_, kMiB);
  }

  Result<void> copy() {
    if (options_.manifest) hash_ = std::make_unique<ContentHash>();
    RawWriter raw(out_);
    std::unique_ptr<VhdWriter> vhd;
    if (options_.format == TargetFormat::kVhd) {
      settle_size();
      TRESTLE_RETURN_IF_ERROR(check_vhd_size({size_}));
      VhdId id{};
      fill_random(id);
      vhd = std::make_unique<VhdWriter>(out_, Bytes{size_}, options_.subformat, id, vhd_time());
    }
    ImageWriter& writer = vhd ? static_cast<ImageWriter&>(*vhd) : raw;
    const Sink sink = [&](const Piece& piece) -> Result<void> {
      if (hash_ && in_order_) in_order_ = hash_->feed(piece);
      const ImageSource::Progress now = source_->progress();
      tell("converting", now.done, now.total);
      return writer.write(piece.offset, piece.bytes);
    };
    TRESTLE_RETURN_IF_ERROR(source_->pump(ctx_, sink));
    settle_size();
    raw.set_size({size_});
    return writer.finish();
  }

  /// A stream told its blocks in another order than the disk has them: the result is in the page
  /// cache now, and is read back once in order.
  Result<void> read_again() {
    TRESTLE_ASSIGN_OR_RETURN(ReadFile file, out_.reader());
    std::unique_ptr<DiskImage> disk;
    if (options_.format == TargetFormat::kVhd) {
      TRESTLE_ASSIGN_OR_RETURN(disk, VhdDisk::open(ctx_, std::move(file)));
    } else {
      disk = std::make_unique<RawDisk>(std::move(file));
    }
    hash_ = std::make_unique<ContentHash>();
    TRESTLE_RETURN_IF_ERROR(disk->pump(ctx_, [&](const Piece& piece) -> Result<void> {
      static_cast<void>(hash_->feed(piece));  // a disk image always rises
      tell("hashing", piece.offset, size_);
      return {};
    }));
    content_ = hash_->finish(size_);
    return {};
  }

  Result<void> hash_file() {
    if (options_.format == TargetFormat::kRaw) {
      file_sha256_ = content_->sha256;
      return {};
    }
    TRESTLE_ASSIGN_OR_RETURN(const ReadFile file, out_.reader());
    TRESTLE_ASSIGN_OR_RETURN(file_sha256_,
                             digest_of(ctx_, file, DigestKind::kSha256, options_.progress));
    return {};
  }

  const CallContext& ctx_;
  std::unique_ptr<ImageSource> source_;
  const ConvertOptions& options_;
  const PendingFile& out_;
  std::unique_ptr<ContentHash> hash_;
  bool in_order_ = true;
  std::uint64_t size_ = 0;
  std::optional<ContentSum> content_;
  std::string file_sha256_;
};

std::string format_name(const ImageFacts& facts) {
  return facts.subformat.empty() ? facts.format : facts.format + " " + facts.subformat;
}

Manifest manifest_of(const Converted& made, const std::string& source,
                     const ConvertOptions& options) {
  std::string checksum;
  if (options.checksum) {
    checksum = "{" + std::string(to_string(options.checksum->kind)) + "}" + options.checksum->hex;
  }
  return {.tool = "trestle " TRESTLE_VERSION,
          .file = name_of(made.path),
          .format = options.format == TargetFormat::kRaw ? "raw" : "vhd",
          .file_bytes = made.file_size.count,
          .file_sha256 = made.file_sha256,
          .content = *made.content,
          .source = name_of(without_secrets(source)),
          .source_format = format_name(made.source),
          .source_checksum = checksum};
}

/// Gives both files their names, in the order in which every moment between is harmless: a new
/// manifest without its image is taken over by the next run, and an old manifest never stands
/// beside a new image.
Result<void> publish(PendingFile& image, std::optional<PendingFile>& manifest, Replace replace) {
  const std::string path = manifest_path(image.target());
  if (replace == Replace::kNever) {
    struct stat there {};
    // An image that somebody else made meanwhile keeps its manifest; that it is there is told so.
    if (::lstat(image.target().c_str(), &there) == 0) return image.publish();
    if (manifest) {
      TRESTLE_RETURN_IF_ERROR(manifest->publish());
      auto done = image.publish();
      if (!done) ::unlink(path.c_str());
      return done;
    }
  }
  if (::unlink(path.c_str()) != 0 && errno != ENOENT) {
    return fail(system_error("cannot remove the old " + path, errno));
  }
  TRESTLE_RETURN_IF_ERROR(image.publish());
  if (!manifest) return {};
  return manifest->publish();
}

Result<void> measure(const PendingFile& out, Converted& made) {
  struct stat facts {};
  if (::fstat(out.number(), &facts) != 0) {
    return fail(system_error("cannot examine " + out.target(), errno));
  }
  constexpr std::uint64_t kStatBlock = 512;
  made.file_size = {static_cast<std::uint64_t>(facts.st_size)};
  made.on_disk = {static_cast<std::uint64_t>(facts.st_blocks) * kStatBlock};
  return {};
}

}  // namespace

Result<Converted> convert(const CallContext& ctx, const std::string& source,
                          const std::string& target, const ConvertOptions& options) {
  TRESTLE_ASSIGN_OR_RETURN(PendingFile out, PendingFile::create(target, options.replace));
  const OpenOptions open{.checksum = options.checksum,
                         .scratch_near = target,
                         .ca_file = options.ca_file,
                         .progress = options.progress};
  std::unique_ptr<ImageSource> opened;
  if (options.format == TargetFormat::kVhd) {
    TRESTLE_ASSIGN_OR_RETURN(opened, open_disk(ctx, source, open));  // its size must be known first
  } else {
    TRESTLE_ASSIGN_OR_RETURN(opened, open_source(ctx, source, open));
  }
  Conversion conversion(ctx, std::move(opened), options, out);
  TRESTLE_RETURN_IF_ERROR(conversion.run());
  Converted made{.source = conversion.facts(),
                 .path = target,
                 .size = {conversion.size()},
                 .file_size = {},
                 .on_disk = {},
                 .content = std::move(conversion.content()),
                 .file_sha256 = conversion.file_sha256(),
                 .manifest = {},
                 .warnings = conversion.facts().warnings};
  TRESTLE_RETURN_IF_ERROR(measure(out, made));
  std::optional<PendingFile> manifest;
  if (options.manifest) {
    made.manifest = manifest_path(target);
    TRESTLE_ASSIGN_OR_RETURN(manifest, PendingFile::create(made.manifest, Replace::kAllowed));
    const std::string text = to_json(manifest_of(made, source, options));
    TRESTLE_RETURN_IF_ERROR(manifest->write(0, std::as_bytes(std::span(text))));
    TRESTLE_RETURN_IF_ERROR(manifest->flush(ctx));
  }
  TRESTLE_RETURN_IF_ERROR(publish(out, manifest, options.replace));
  return made;
}

}  // namespace trestle::systemvm
