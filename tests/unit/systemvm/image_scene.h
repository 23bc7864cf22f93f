// SPDX-License-Identifier: Apache-2.0
#ifndef TRESTLE_TESTS_UNIT_SYSTEMVM_IMAGE_SCENE_H_
#define TRESTLE_TESTS_UNIT_SYSTEMVM_IMAGE_SCENE_H_

#include <cstdint>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <string_view>
#include <vector>

#include "objects/core/call_context.h"
#include "systemvm/convert.h"
#include "systemvm/vhd_disk.h"

namespace trestle::systemvm {

/// A folder that goes with the test, and the images in it.
class Folder {
 public:
  Folder() {
    std::string name = std::filesystem::temp_directory_path() / "trestle-systemvm-XXXXXX";
    if (::mkdtemp(name.data()) == nullptr) std::abort();
    path_ = name;
  }
  ~Folder() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }
  Folder(const Folder&) = delete;
  Folder& operator=(const Folder&) = delete;

  [[nodiscard]] std::string operator/(const std::string& name) const { return path_ + "/" + name; }
  /// Names of all entries, also hidden ones.
  [[nodiscard]] std::vector<std::string> names() const {
    std::vector<std::string> found;
    for (const auto& entry : std::filesystem::directory_iterator(path_)) {
      found.push_back(entry.path().filename());
    }
    std::ranges::sort(found);
    return found;
  }

 private:
  std::string path_;
};

inline void write_file(const std::string& path, std::string_view bytes) {
  std::ofstream(path, std::ios::binary).write(bytes.data(), static_cast<long>(bytes.size()));
}
inline std::string read_file(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

/// A disk of `bytes` with data in the first, a middle and the last sector, and zeroes between.
inline std::string small_disk(std::size_t bytes) {
  std::string disk(bytes, '\0');
  for (const std::size_t at : {std::size_t{0}, bytes / 2, bytes - 512}) {
    for (std::size_t i = 0; i < 512; ++i) disk[at + i] = static_cast<char>(i * 7 + at / 512 + 1);
  }
  return disk;
}

inline CallContext a_minute() { return context_for(std::chrono::minutes(1)); }

/// A VHD made by our writer from the bytes of a disk.
inline void make_vhd(const Folder& folder, const std::string& name, std::string_view disk,
                     VhdSubformat subformat = VhdSubformat::kDynamic) {
  write_file(folder / "made.raw", disk);
  ConvertOptions options;
  options.format = TargetFormat::kVhd;
  options.subformat = subformat;
  options.manifest = false;
  options.replace = Replace::kAllowed;
  if (!convert(a_minute(), folder / "made.raw", folder / name, options)) std::abort();
  std::filesystem::remove(folder / "made.raw");
}

/// The checksum of a footer (512 bytes, at 64) or a header (1024 bytes, at 36) put right.
inline void seal(std::string& file, std::size_t at, std::size_t bytes, std::size_t place) {
  std::uint32_t sum = 0;
  for (std::size_t i = 0; i < bytes; ++i) {
    if (i < place || i >= place + 4) sum += static_cast<unsigned char>(file[at + i]);
  }
  for (std::size_t i = 0; i < 4; ++i) {
    file[at + place + i] = static_cast<char>((~sum >> (24 - 8 * i)) & 0xFFU);
  }
}
/// Writes a big-endian number of `width` bytes.
inline void put(std::string& file, std::size_t at, std::size_t width, std::uint64_t value) {
  for (std::size_t i = 0; i < width; ++i) {
    file[at + i] = static_cast<char>((value >> (8 * (width - 1 - i))) & 0xFFU);
  }
}

/// Opens a VHD and reads all of it.
inline Result<std::string> content_of(const std::string& path) {
  TRESTLE_ASSIGN_OR_RETURN(ReadFile file, ReadFile::open(path));
  TRESTLE_ASSIGN_OR_RETURN(auto disk, VhdDisk::open(a_minute(), std::move(file)));
  std::string content(disk->facts().size.count, '\x55');
  TRESTLE_RETURN_IF_ERROR(disk->read_at(a_minute(), 0, std::as_writable_bytes(std::span(content))));
  return content;
}

}  // namespace trestle::systemvm

#endif  // TRESTLE_TESTS_UNIT_SYSTEMVM_IMAGE_SCENE_H_
