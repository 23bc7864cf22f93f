// SPDX-License-Identifier: Apache-2.0
#ifndef TRESTLE_TESTS_SUPPORT_RECORDINGS_H_
#define TRESTLE_TESTS_SUPPORT_RECORDINGS_H_

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <nlohmann/json.hpp>
#include <ostream>
#include <string>
#include <string_view>
#include <vector>

namespace trestle::testing {

/// One stored HTTP body: a recording beside the checkout, or a synthetic one of ours.
struct Recording {
  std::string release;  ///< "3.2.1"
  std::string name;     ///< file name without its ending
  std::string method;   ///< the service
  std::string body;
  nlohmann::json expect;  ///< what the index says, null for a synthetic one

  friend std::ostream& operator<<(std::ostream& out, const Recording& recording) {
    return out << recording.release << "/" << recording.name;
  }
};

/// The whole file, empty if it cannot be read.
inline std::string read_file(const std::filesystem::path& path) {
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
}

/// Recordings beside the checkout with what their index expects; none where there are none.
inline std::vector<Recording> shared_recordings() {
  namespace fs = std::filesystem;
  constexpr std::string_view kPrefix = "ovm-";
  std::vector<Recording> all;
  std::error_code ignored;
  for (const auto& folder :
       fs::directory_iterator(fs::path(TRESTLE_SHARED_DIR) / "recordings", ignored)) {
    const std::string name = folder.path().filename().string();
    const auto index = nlohmann::json::parse(read_file(folder.path() / "index.json"), nullptr,
                                             /*allow_exceptions=*/false);
    if (!name.starts_with(kPrefix) || !index.is_object()) continue;
    for (const auto& entry : index.at("recordings")) {
      const fs::path file = folder.path() / entry.at("file").get<std::string>();
      all.push_back({.release = name.substr(kPrefix.size()),
                     .name = file.stem().string(),
                     .method = entry.at("method").get<std::string>(),
                     .body = read_file(file),
                     .expect = entry.at("expect")});
    }
  }
  return all;
}

/// "synthetic_get_ntp--no-servers" is a reply of get_ntp.
inline std::string method_of_synthetic(const std::string& name) {
  const std::string rest = name.substr(std::string_view("synthetic_").size());
  return rest.substr(0, rest.find("--"));
}

/// tests/recordings/<release>/synthetic_METHOD[--STATE].xml
inline std::vector<Recording> synthetic_recordings() {
  namespace fs = std::filesystem;
  std::vector<Recording> all;
  for (const auto& file :
       fs::recursive_directory_iterator(fs::path(TRESTLE_SOURCE_DIR) / "tests" / "recordings")) {
    const fs::path& path = file.path();
    if (path.extension() != ".xml" || !path.stem().string().starts_with("synthetic_")) continue;
    all.push_back({.release = path.parent_path().filename().string(),
                   .name = path.stem().string(),
                   .method = method_of_synthetic(path.stem().string()),
                   .body = read_file(path),
                   .expect = nullptr});
  }
  std::ranges::sort(all, {}, &Recording::name);
  return all;
}

/// The body of one synthetic recording of 3.2.1, by its name without "synthetic_".
inline std::string synthetic_body(std::string_view name) {
  return read_file(std::filesystem::path(TRESTLE_SOURCE_DIR) / "tests" / "recordings" / "3.2.1" /
                   ("synthetic_" + std::string(name) + ".xml"));
}

}  // namespace trestle::testing

#endif  // TRESTLE_TESTS_SUPPORT_RECORDINGS_H_
