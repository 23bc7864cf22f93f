// SPDX-License-Identifier: Apache-2.0
#ifndef TRESTLE_SYSTEMVM_OPEN_IMAGE_H_
#define TRESTLE_SYSTEMVM_OPEN_IMAGE_H_

#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "objects/core/call_context.h"
#include "objects/core/result.h"
#include "systemvm/digest.h"
#include "systemvm/file.h"
#include "systemvm/image_source.h"
#include "systemvm/progress.h"

namespace trestle::systemvm {

/// How an image is opened.
struct OpenOptions {
  /// Of the file as it is stored or sent; wrong ones fail before or at the end of `pump`.
  std::optional<Checksum> checksum = std::nullopt;
  /// A path in the folder where scratch files may grow as large as the image.
  std::string scratch_near;
  std::string ca_file = {};  ///< PEM, for https; empty: the authorities of this machine
  ProgressSink progress = {};
};

/// Opens a path or an http(s) URL by its content, never by its name. Errors: kNotFound,
/// kCorruptImage, kInvalidArgument (a format that nobody here reads), kFailedPrecondition (a tool
/// is missing), those of the system.
[[nodiscard]] Result<std::unique_ptr<ImageSource>> open_source(const CallContext& ctx,
                                                               const std::string& source,
                                                               const OpenOptions& options);

/// The same, but can be read at any place: streams are unpacked into a scratch file first.
[[nodiscard]] Result<std::unique_ptr<DiskImage>> open_disk(const CallContext& ctx,
                                                           const std::string& source,
                                                           const OpenOptions& options);

/// Where scratch files go if there is no target: beside the source, or in the current folder for
/// one from the web.
[[nodiscard]] std::string scratch_place(const std::string& source);

/// Proves the checksum of a whole file. Errors: kCorruptImage naming both, those of the system.
[[nodiscard]] Result<void> check_file(const CallContext& ctx, const ReadFile& file,
                                      const Checksum& checksum, const ProgressSink& progress);

/// The digest of a whole file. Errors: those of the system and of the context.
[[nodiscard]] Result<std::string> digest_of(const CallContext& ctx, const ReadFile& file,
                                            DigestKind kind, const ProgressSink& progress);

}  // namespace trestle::systemvm

#endif  // TRESTLE_SYSTEMVM_OPEN_IMAGE_H_
