// SPDX-License-Identifier: Apache-2.0
#ifndef TRESTLE_SYSTEMVM_PATCH_ISO_H_
#define TRESTLE_SYSTEMVM_PATCH_ISO_H_

#include <cstdint>
#include <string>
#include <vector>

#include "objects/core/call_context.h"
#include "objects/core/result.h"
#include "objects/core/units.h"
#include "systemvm/file.h"

/// The CD that a system VM finds in its drive when it starts: the scripts and keys that make the
/// published template one of this orchestrator's (authorized_keys, cloud-scripts.tgz, agent.zip).
namespace trestle::systemvm {

/// A file that goes onto the CD, under a name without folders.
struct IsoSource {
  std::string name;  ///< 1 to 200 bytes without '/' and control characters
  std::string path;  ///< where it lies on this machine
};

/// A file on a CD.
struct IsoEntry {
  std::string name;  ///< path from the root of the CD, without the first slash
  std::uint64_t size = 0;
  std::string sha256;
  friend bool operator==(const IsoEntry&, const IsoEntry&) = default;
};

/// A CD image that was made or looked at.
struct PatchIso {
  std::string path;
  Bytes size;                     ///< of the image
  std::string sha256;             ///< of the image
  std::vector<IsoEntry> entries;  ///< by name
  friend bool operator==(const PatchIso&, const PatchIso&) = default;
};

/// Writes an ISO 9660 image with Rock Ridge and Joliet names, by xorriso. The same files give the
/// same bytes wherever and whenever it is made. What lies on it is read back and compared with the
/// sources before it gets its name. Errors: kInvalidArgument (no file, a bad or double name),
/// kAlreadyExists, kFailedPrecondition without xorriso, kCorruptImage if a source changed
/// meanwhile, those of the system and of the context.
[[nodiscard]] Result<PatchIso> build_patch_iso(const CallContext& ctx,
                                               const std::vector<IsoSource>& files,
                                               const std::string& target, Replace replace);

/// Reads an image that anybody made: what lies on it, by content. Errors: kCorruptImage for a file
/// that is no such image or is cut off, else as build_patch_iso.
[[nodiscard]] Result<PatchIso> read_patch_iso(const CallContext& ctx, const std::string& path);

/// Names that only one of two CDs has, or that have another content there; empty if a guest cannot
/// tell them apart.
[[nodiscard]] std::vector<std::string> iso_differences(const PatchIso& one, const PatchIso& other);

/// The name of an image on a storage: "systemvm-" with the first 16 digits of its SHA-256 and
/// ".iso". A new content gets a new name, so the CD of a VM that runs is never pulled away.
[[nodiscard]] std::string patch_iso_name(const PatchIso& iso);

/// What put_patch_iso found and did.
enum class IsoPut : std::uint8_t { kWasThere, kCopied, kMended };

/// Makes sure that the folder (a mounted storage) has this image under patch_iso_name: compared by
/// content, never by size; copied to a temporary name, flushed and renamed. One of that name with
/// another content is damaged and is replaced. Errors: kCorruptImage if the source is not what
/// `iso` says any more, those of the system and of the context.
[[nodiscard]] Result<IsoPut> put_patch_iso(const CallContext& ctx, const PatchIso& iso,
                                           const std::string& folder);

}  // namespace trestle::systemvm

#endif  // TRESTLE_SYSTEMVM_PATCH_ISO_H_
