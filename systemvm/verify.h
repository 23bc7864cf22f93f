// SPDX-License-Identifier: Apache-2.0
#ifndef TRESTLE_SYSTEMVM_VERIFY_H_
#define TRESTLE_SYSTEMVM_VERIFY_H_

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "objects/core/call_context.h"
#include "objects/core/result.h"
#include "systemvm/progress.h"

namespace trestle::systemvm {

/// One difference in the content of a disk.
struct Difference {
  std::uint64_t offset = 0;          ///< first byte, from the start of the disk
  std::uint64_t length = 0;          ///< bytes in which it lies; 1 for a single byte
  std::optional<unsigned> bit = {};  ///< of that byte, 0 is the lowest, if exactly one is flipped
  std::string what;                  ///< a sentence without a final dot
  friend bool operator==(const Difference&, const Difference&) = default;
};

/// Most differences that are listed; more are counted.
inline constexpr std::size_t kListedDifferences = 20;

struct Verified {
  bool equal = false;
  std::string content_sha256;  ///< of the image
  std::uint64_t size = 0;
  std::vector<Difference> differences;  ///< at most kListedDifferences
  std::uint64_t more = 0;               ///< differences that are not listed
};

/// Reads an image of any format again and compares it with its manifest. A single flipped bit is
/// named. Errors: kNotFound without a manifest, those of opening and reading.
[[nodiscard]] Result<Verified> verify_manifest(const CallContext& ctx, const std::string& image,
                                               const std::string& manifest,
                                               const ProgressSink& progress);

/// Compares what two images of any formats show to a guest. Errors: those of opening and reading.
[[nodiscard]] Result<Verified> verify_equal(const CallContext& ctx, const std::string& image,
                                            const std::string& other, const ProgressSink& progress);

}  // namespace trestle::systemvm

#endif  // TRESTLE_SYSTEMVM_VERIFY_H_
