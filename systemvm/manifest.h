// SPDX-License-Identifier: Apache-2.0
#ifndef TRESTLE_SYSTEMVM_MANIFEST_H_
#define TRESTLE_SYSTEMVM_MANIFEST_H_

#include <cstdint>
#include <string>
#include <string_view>

#include "objects/core/result.h"
#include "systemvm/content_sum.h"

namespace trestle::systemvm {

/// What is known of an image that this tool made: written beside it as OUT.manifest.json. A value.
struct Manifest {
  std::string tool;    ///< "trestle 0.1.0"
  std::string file;    ///< name of the image, without its folder
  std::string format;  ///< "raw" or "vhd"
  std::uint64_t file_bytes = 0;
  std::string file_sha256;
  ContentSum content;
  std::string source;           ///< name or URL it was made from, without user, password and query
  std::string source_format;    ///< "vhd dynamic", "qcow2", ...
  std::string source_checksum;  ///< "{SHA-256}..." if the user gave one and it was right, or empty

  friend bool operator==(const Manifest&, const Manifest&) = default;
};

/// Where the manifest of an image lies.
[[nodiscard]] std::string manifest_path(const std::string& image);

/// JSON with two spaces a level. The text of a value never differs.
[[nodiscard]] std::string to_json(const Manifest& manifest);

/// Reads what to_json wrote. Errors: kCorruptImage naming what is wrong.
[[nodiscard]] Result<Manifest> parse_manifest(std::string_view json, const std::string& name);

/// Reads the manifest at `path`. Errors: as parse_manifest; kNotFound.
[[nodiscard]] Result<Manifest> read_manifest(const std::string& path);

/// A source as it may be written down: a URL loses user, password, query and fragment.
[[nodiscard]] std::string without_secrets(std::string_view source);

}  // namespace trestle::systemvm

#endif  // TRESTLE_SYSTEMVM_MANIFEST_H_
