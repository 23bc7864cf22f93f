// SPDX-License-Identifier: Apache-2.0
#include "systemvm/qemu_image.h"

#include <array>
#include <cstring>
#include <nlohmann/json.hpp>
#include <utility>

#include "systemvm/child.h"
#include "systemvm/raw_disk.h"

namespace trestle::systemvm {
namespace {

using Json = nlohmann::json;

constexpr const char* kPackage = "qemu-utils";
/// How the text begins that describes a VMDK of several files.
constexpr std::string_view kDescriptor = "# Disk DescriptorFile";

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

/// "file:" keeps qemu-img from taking a name like "nbd:..." for something else.
std::string word_of(const ReadFile& file) {
  return "file:/proc/self/fd/" + std::to_string(file.number());
}

/// Its own locks are off: the file has ours, and on NFS both are of one kind and shut each other
/// out.
std::string target_word(const PendingFile& file) {
  return "driver=raw,file.driver=file,file.locking=off,file.filename=/proc/self/fd/" +
         std::to_string(file.number());
}

Result<void> check_alone(const Json& info, const ReadFile& file) {
  const auto refuse = [&](const std::string& what) {
    return fail(Code::kInvalidArgument, file.path() + " " + what +
                                            "; make one file of it first (qemu-img convert on a "
                                            "machine that trusts it)");
  };
  if (info.contains("backing-filename")) return refuse("stands on a backing file");
  const Json data = info.value("format-specific", Json::object()).value("data", Json::object());
  if (data.contains("data-file")) return refuse("keeps its data in another file");
  for (const Json& extent : data.value("extents", Json::array())) {
    const std::string name = extent.value("filename", "");
    if (name.find("/proc/self/fd/") == std::string::npos)
      return refuse("consists of several files");
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
  std::array<std::byte, kDescriptor.size()> first{};
  TRESTLE_ASSIGN_OR_RETURN(const std::size_t got, file.read_some(0, first));
  if (begins(std::span(first).first(got), 0, kDescriptor)) {
    // Not even looked at by qemu-img: a description can name addresses that it would connect to.
    return fail(Code::kInvalidArgument,
                file.path() +
                    " only describes a disk that lies in other files; make one file of "
                    "it first (qemu-img convert on a machine that trusts it)");
  }
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
