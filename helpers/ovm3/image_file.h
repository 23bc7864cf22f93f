// SPDX-License-Identifier: Apache-2.0
#ifndef TRESTLE_HELPERS_OVM3_IMAGE_FILE_H_
#define TRESTLE_HELPERS_OVM3_IMAGE_FILE_H_

#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "helpers/ovm3/storage_place.h"
#include "helpers/ovm3/work.h"
#include "objects/core/call_context.h"
#include "objects/core/result.h"
#include "objects/core/units.h"
#include "objects/ovm3/agent.h"

/// Files on an export that the host has mounted, and copies between them that are never taken for
/// whole before they are.
namespace trestle::ovm3 {

/// A file by its path on the host, and the export that it lies on.
struct ImageFile {
  NfsPlace place;
  std::string path;
};

/// Size of a file; absent if there is none of that name, or a folder.
[[nodiscard]] Result<std::optional<Bytes>> size_of(const CallContext& ctx, const Agent& agent,
                                                   const ImageFile& file);
/// Makes an empty, sparse file. The export is mounted for the storage plugin first if it is not
/// yet, since the plugin writes nowhere else. Errors: kAlreadyExists; the agent's, of the first
/// call.
[[nodiscard]] Result<void> make_file(const CallContext& ctx, const Agent& agent,
                                     const ImageFile& file, Bytes size);
/// False if there was none.
[[nodiscard]] Result<bool> remove_file(const CallContext& ctx, const Agent& agent,
                                       const ImageFile& file);

/// A file beside an image while the image is being written: the agent can neither rename nor
/// compare by content, so the mark is made before the first byte and goes after the last check.
/// Its size is the number of the attempt, which tells two hosts that copy at once apart.
inline constexpr std::string_view kHalfMark = ".copying";
[[nodiscard]] ImageFile mark_of(const ImageFile& file);
/// What find_image does with half a copy.
enum class Halves { kRefuse, kTake };
struct FoundImage {
  ImageFile file;
  Bytes size;
};
/// The first of the names (file itself, then with .raw, .img) that is an image.
/// Errors: kNotFound naming it; kFailedPrecondition for one that is half a copy, if refused.
[[nodiscard]] Result<FoundImage> find_image(const CallContext& ctx, const Agent& agent,
                                            const ImageFile& file, Halves halves = Halves::kRefuse);

/// Whether a source may have changed since an earlier copy of it was made.
enum class Source {
  kFixed,     ///< templates and snapshots: a whole copy that is there is the copy
  kChanging,  ///< volumes: copied anew
};

struct CopiedImage {
  Bytes size;
  bool was_there = false;  ///< nothing was copied
};

/// What must still be true of the source when all bytes have been read, or the copy is torn.
using SourceCheck = std::function<Result<void>()>;

/// Copies an image, compares the sizes, and looks whether the source is still there as it was and
/// passes `check`. Until that is done `to` has its mark (mark_of) beside it; one with a mark is the
/// rest of a copy that was cut short, and made anew. What fails is taken back. If it is not known
/// whether the agent still writes, the mark stays for the next attempt. One copy to a target at a
/// time on a host: the caller sees to it. Of two hosts that copy to it at once the later one waits
/// for the other's copy to end; one that stands still for 30 s is taken over, and who made it
/// neither answers yes nor touches what is not its own any more.
/// Errors: kNotFound without a source; kInvalidArgument if both are one file; kAlreadyExists if
/// another image bears the name; kAborted if another host has taken the copy over; those of the
/// agent and of `check`; kCorruptImage if the sizes differ afterwards.
[[nodiscard]] Result<CopiedImage> copy_image(const Work& work, const ImageFile& from,
                                             const ImageFile& to, Source source,
                                             const SourceCheck& check = {});

/// Makes an empty image of exactly this size. One that is there with this size is done
/// (`was_there`). Errors: kAlreadyExists for one of another size, or half a copy; kCorruptImage if
/// it comes out with another size.
[[nodiscard]] Result<CopiedImage> create_image(const Work& work, const ImageFile& file, Bytes size);

/// Removes an image with its mark. False if there was none.
[[nodiscard]] Result<bool> remove_image(const CallContext& ctx, const Agent& agent,
                                        const ImageFile& file);

/// Total and free space of an export. Errors: kBadReply if the agent tells no figures
/// (known defect 59).
struct Space {
  Bytes total;
  Bytes free;
};
[[nodiscard]] Result<Space> space_of(const CallContext& ctx, const Agent& agent,
                                     const NfsPlace& place);

}  // namespace trestle::ovm3

#endif  // TRESTLE_HELPERS_OVM3_IMAGE_FILE_H_
