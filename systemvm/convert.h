// SPDX-License-Identifier: Apache-2.0
#ifndef TRESTLE_SYSTEMVM_CONVERT_H_
#define TRESTLE_SYSTEMVM_CONVERT_H_

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "objects/core/call_context.h"
#include "objects/core/result.h"
#include "systemvm/content_sum.h"
#include "systemvm/digest.h"
#include "systemvm/file.h"
#include "systemvm/image_source.h"
#include "systemvm/image_writer.h"
#include "systemvm/progress.h"

namespace trestle::systemvm {

enum class TargetFormat : unsigned char { kRaw, kVhd };

struct ConvertOptions {
  TargetFormat format = TargetFormat::kRaw;
  VhdSubformat subformat = VhdSubformat::kDynamic;
  bool round_mib = false;  ///< make the disk a whole number of MiB, as OVM3 and Hyper-V like it
  bool manifest = true;
  Replace replace = Replace::kNever;
  std::optional<Checksum> checksum = std::nullopt;  ///< of the source file as it is stored
  std::string ca_file = {};  ///< PEM, for https; empty: the authorities of this machine
  ProgressSink progress = {};
};

/// What a conversion made.
struct Converted {
  ImageFacts source;
  std::string path;
  Bytes size;                         ///< of the disk
  Bytes file_size;                    ///< apparent length of the file
  Bytes on_disk;                      ///< what it takes there
  std::optional<ContentSum> content;  ///< with a manifest
  std::string file_sha256;            ///< with a manifest
  std::string manifest;               ///< path of it, empty without
  std::vector<std::string> warnings;
};

/// Reads the image `source` (a path or an http(s) URL, of any known format, compressed or not) and
/// writes `target`. Nothing can be seen at `target` before all of it is on the disk and the
/// checksum is right. Errors: kInvalidArgument, kAlreadyExists, kCorruptImage, kCancelled,
/// kDeadlineExceeded, those of the system; each says what to do.
[[nodiscard]] Result<Converted> convert(const CallContext& ctx, const std::string& source,
                                        const std::string& target, const ConvertOptions& options);

}  // namespace trestle::systemvm

#endif  // TRESTLE_SYSTEMVM_CONVERT_H_
