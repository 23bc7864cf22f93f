// SPDX-License-Identifier: Apache-2.0
#include "systemvm/qemu_image.h"

#include <array>
#include <cstring>
#include <nlohmann/json.hpp>
#include <utility>

#include "systemvm/child.h"
#include "systemvm/raw_disk.h"
#include "systemvm/vhd_format.h"

namespace trestle::systemvm {
namespace {

using Json = nlohmann::json;

constexpr const char* kPackage = "qemu-utils";
/// How the text begins that describes a VMDK of several files.
constexpr std::string_view kDescriptor = "# Disk DescriptorFile";
/// As much of an image as says whether it names other files.
constexpr std::size_t kHeadBytes = 512;

/// A raw disk in a scratch file that says where it comes from.
class QemuDisk final : public DiskImage {
 public:
  QemuDisk(PendingFile scratch, ReadFile content, ImageFacts facts)
      : scratch_(std::move(scratch)), raw_(std::move(content)), facts_(std::move(facts)) {}
  [[nodiscard]] const ImageFacts& facts() const override { return facts_; }
  [[nodiscard]] Result<void> read_at(const CallContext& ctx, std::uint64_t offset,
                                     std::span<std::byte> out) override {
    return raw_.read_at(ctx, offset, out);
  }
  [[nodiscard]] Result<std::uint64_t> next_data(std::uint64_t offset) override {
    return raw_.next_data(offset);
  }

 private:
  PendingFile scratch_;  // gone with this
  RawDisk raw_;
  ImageFacts facts_;
};

bool begins(std::span<const std::byte> bytes, std::size_t at, std::string_view wanted) {
  return bytes.size() >= at + wanted.size() &&
         std::memcmp(bytes.data() + at, wanted.data(), wanted.size()) == 0;
}

/// What the image is called in the child, which has nothing else of ours open.
std::string name_in_child(const ReadFile& file) {
  return "/proc/self/fd/" + std::to_string(file.number());
}

/// "file:" keeps qemu-img from taking a name like "nbd:..." for something else.
std::string word_of(const ReadFile& file) { return "file:" + name_in_child(file); }

/// Its own locks are off: the file has ours, and on NFS both are of one kind and shut each other
/// out.
std::string target_word(const PendingFile& file) {
  return "driver=raw,file.driver=file,file.locking=off,file.filename=/proc/self/fd/" +
         std::to_string(file.number());
}

tl::unexpected<Error> names_others(const ReadFile& file, const std::string& what) {
  return fail(Code::kInvalidArgument, file.path() + " " + what +
                                          "; make one file of it first (qemu-img convert on a "
                                          "machine that trusts it)");
}

/// Other files that the image names, as far as its first bytes tell. Before qemu-img sees any of
/// it, because even its look at an image opens the files, or connects to the addresses, that the
/// image names.
Result<void> check_head(std::span<const std::byte> first, const ReadFile& file) {
  if (begins(first, 0, kDescriptor)) {
    return names_others(file, "only describes a disk that lies in other files");
  }
  // A VMDK of no size of its own has such a description in it, and is read as that.
  constexpr std::size_t kVmdkCapacity = 12;
  const auto vmdk = first.subspan(kVmdkCapacity, sizeof(std::uint64_t));
  if (begins(first, 0, "KDMV") && all_zero(vmdk)) {
    return names_others(file, "only describes a disk that lies in other files");
  }
  if (!begins(first, 0, "QFI\xFB")) return {};
  if (big_endian<std::uint64_t>(first, 8) != 0) {
    return names_others(file, "stands on a backing file");
  }
  constexpr std::uint64_t kDataFile = 4;  // of the features that a reader must know
  const bool features = big_endian<std::uint32_t>(first, 4) >= 3;
  if (features && (big_endian<std::uint64_t>(first, 72) & kDataFile) != 0) {
    return names_others(file, "keeps its data in another file");
  }
  return {};
}

/// The same by what qemu-img has found.
Result<void> check_alone(const Json& info, const ReadFile& file) {
  if (info.contains("backing-filename")) return names_others(file, "stands on a backing file");
  const Json data = info.value("format-specific", Json::object()).value("data", Json::object());
  if (data.contains("data-file")) return names_others(file, "keeps its data in another file");
  for (const Json& extent : data.value("extents", Json::array())) {
    // Exactly this file: "/proc/self/fd/../../.." is any other one.
    if (extent.value("filename", "") != name_in_child(file)) {
      return names_others(file, "consists of several files");
    }
  }
  return {};
}

Result<Json> info_of(const CallContext& ctx, const ReadFile& file, const std::string& format) {
  TRESTLE_ASSIGN_OR_RETURN(
      const std::string text,
      output_of(ctx, {"qemu-img", "info", "--output=json", "-f", format, word_of(file)},
                {file.number()}, kPackage));
  Json json = Json::parse(text, nullptr, false);
  if (json.is_discarded() || !json.is_object() || !json.contains("virtual-size") ||
      !json["virtual-size"].is_number_unsigned()) {
    return fail(Code::kBadReply, "qemu-img info said nothing that can be read of " + file.path() +
                                     "; try another version of qemu-utils");
  }
  return json;
}

}  // namespace

std::string qemu_format(std::span<const std::byte> first) {
  if (begins(first, 0, "QFI\xFB")) return "qcow2";
  if (begins(first, 0, "KDMV") || begins(first, 0, "COWD") || begins(first, 0, kDescriptor)) {
    return "vmdk";
  }
  if (begins(first, 0, "vhdxfile")) return "vhdx";
  if (begins(first, 64, "\x7F\x10\xDA\xBE")) return "vdi";
  return "";
}

Result<std::unique_ptr<DiskImage>> open_qemu(const CallContext& ctx, const ReadFile& file,
                                             const std::string& format,
                                             const std::string& scratch_near) {
  std::array<std::byte, kHeadBytes> first{};  // zeroes where the file is shorter
  TRESTLE_RETURN_IF_ERROR(file.read_some(0, first));
  TRESTLE_RETURN_IF_ERROR(check_head(first, file));
  TRESTLE_ASSIGN_OR_RETURN(const Json info, info_of(ctx, file, format));
  TRESTLE_RETURN_IF_ERROR(check_alone(info, file));
  const auto size = info["virtual-size"].get<std::uint64_t>();
  TRESTLE_ASSIGN_OR_RETURN(PendingFile scratch, PendingFile::scratch(scratch_near, "content"));
  TRESTLE_RETURN_IF_ERROR(scratch.resize(size));
  TRESTLE_ASSIGN_OR_RETURN(
      Child child,
      Child::start({"qemu-img", "convert", "-n", "--target-is-zero", "-W", "-f", format,
                    "--target-image-opts", word_of(file), target_word(scratch)},
                   {.in = -1, .out = -1, .kept = {file.number(), scratch.number()}}, kPackage));
  TRESTLE_RETURN_IF_ERROR(child.wait(ctx));
  TRESTLE_ASSIGN_OR_RETURN(ReadFile content, scratch.reader());
  ImageFacts facts{.format = format,
                   .subformat = {},
                   .size = {size},
                   .file_size = {file.size()},
                   .creator = {},
                   .parents = {},
                   .warnings = {}};
  return std::unique_ptr<DiskImage>(
      std::make_unique<QemuDisk>(std::move(scratch), std::move(content), std::move(facts)));
}

}  // namespace trestle::systemvm
