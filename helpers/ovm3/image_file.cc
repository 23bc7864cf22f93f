// SPDX-License-Identifier: Apache-2.0
#include "helpers/ovm3/image_file.h"

#include <array>
#include <chrono>
#include <cstdint>
#include <random>
#include <utility>

#include "objects/core/poll.h"
#include "objects/ovm3/host.h"
#include "objects/ovm3/repository.h"
#include "objects/ovm3/storage.h"

namespace trestle::ovm3 {
namespace {

/// Endings of images: CloudStack's and the vendor's.
constexpr std::array<std::string_view, 3> kEndings = {"", ".raw", ".img"};

/// A copy by another host that shows no progress for so long is taken for dead: within it even a
/// slow host has read the next block that is no hole.
constexpr std::chrono::seconds kPatience{30};
constexpr std::chrono::seconds kPause{1};

StorageFile asked(const ImageFile& file) {
  return {.type = FileType::kFile, .file_system = file.place.file_system.id, .path = file.path};
}

std::string bytes_text(Bytes size) { return std::to_string(size.count) + " bytes"; }

/// After a fault the agent has stopped; after any other error it may be writing still.
bool agent_has_stopped(const Error& error) {
  for (const Error* at = &error; at != nullptr; at = at->cause.get()) {
    if (at->fault) return true;
  }
  return false;
}

/// One copy to a target: its mark bears its number.
struct Attempt {
  const ImageFile& to;
  ImageFile mark;
  Bytes number;
};

Bytes new_number() {
  constexpr std::uint32_t kMost = 1U << 20U;  // the mark is a sparse file of so many bytes
  std::random_device random;
  return Bytes{1 + random() % kMost};
}

Result<bool> is_ours(const CallContext& ctx, const Agent& agent, const Attempt& attempt) {
  TRESTLE_ASSIGN_OR_RETURN(const auto number, size_of(ctx, agent, attempt.mark));
  return number == attempt.number;
}

Error taken_over(const Attempt& attempt) {
  return {.code = Code::kAborted,
          .what = "another request copies to " + attempt.to.path +
                  " since, so this one has ended; look at the outcome of that one"};
}

/// What can be seen of a copy that somebody makes.
struct Progress {
  std::optional<Bytes> mark = std::nullopt;
  std::optional<Bytes> size = std::nullopt;
  std::optional<Bytes> on_disk = std::nullopt;
  friend bool operator==(const Progress&, const Progress&) = default;
};

Result<Progress> progress_of(const CallContext& ctx, const Agent& agent, const Attempt& attempt) {
  TRESTLE_ASSIGN_OR_RETURN(const auto mark, size_of(ctx, agent, attempt.mark));
  const NfsPlace& place = attempt.to.place;
  auto told =
      StoragePlugin(agent).file_info(ctx, place.server, place.file_system, asked(attempt.to));
  if (!told && told.error().code == Code::kNotFound) return Progress{.mark = mark};
  if (!told) return fail(std::move(told).error());
  return Progress{.mark = mark, .size = told->size, .on_disk = told->on_disk};
}

/// Another host may be copying to the same target: waits until its copy has ended, or has stood
/// still for kPatience.
Result<void> wait_for_other(const Work& work, const Attempt& attempt) {
  TRESTLE_ASSIGN_OR_RETURN(Progress last, progress_of(work.ctx, work.agent, attempt));
  auto since = work.ctx.now();
  return poll(work.ctx, kPause, "another request that copies to " + attempt.to.path,
              [&](const CallContext& ctx) -> Result<bool> {
                TRESTLE_ASSIGN_OR_RETURN(const Progress now, progress_of(ctx, work.agent, attempt));
                if (!now.mark) return true;
                if (now == last) return ctx.now() - since >= kPatience;
                last = now;
                since = ctx.now();
                return false;
              });
}

/// Makes the mark. A half copy is removed while it still has its old one.
Result<void> begin(const Work& work, const Attempt& attempt, bool half) {
  if (half) {
    TRESTLE_RETURN_IF_ERROR(remove_file(work.ctx, work.agent, attempt.to));
    TRESTLE_RETURN_IF_ERROR(remove_file(work.ctx, work.agent, attempt.mark));
  }
  auto made = make_file(work.ctx, work.agent, attempt.mark, attempt.number);
  if (made) return {};
  // Its answer may be lost.
  TRESTLE_ASSIGN_OR_RETURN(const bool ours, is_ours(work.undo, work.agent, attempt));
  if (ours) return {};
  if (made.error().code == Code::kAlreadyExists) return fail(taken_over(attempt));
  return made;
}

/// Removes a whole image that is to be made anew. If that is refused, it is as whole as it was.
Result<void> remove_replaced(const Work& work, const Attempt& attempt) {
  auto gone = remove_file(work.ctx, work.agent, attempt.to);
  if (gone) return {};
  if (agent_has_stopped(gone.error())) {
    TRESTLE_RETURN_IF_ERROR(remove_file(work.undo, work.agent, attempt.mark));
  }
  return fail(std::move(gone).error());
}

/// The copy is whole; its mark goes if it is still ours.
Result<void> unmark(const Work& work, const Attempt& attempt) {
  TRESTLE_ASSIGN_OR_RETURN(const bool ours, is_ours(work.ctx, work.agent, attempt));
  if (!ours) return fail(taken_over(attempt));
  TRESTLE_RETURN_IF_ERROR(remove_file(work.ctx, work.agent, attempt.mark));
  return {};
}

/// Removes what a failed copy made, and says what it could not. `stopped`: the agent writes no
/// more.
tl::unexpected<Error> take_back(const Work& work, const Attempt& attempt, bool stopped,
                                Error error) {
  const std::string& path = attempt.to.path;
  const auto ours = is_ours(work.undo, work.agent, attempt);
  if (ours && !*ours) return fail(wrap("the copy to " + path + " failed", taken_over(attempt)));
  Result<bool> gone =
      ours ? remove_file(work.undo, work.agent, attempt.to) : Result<bool>(fail(ours.error()));
  if (gone && stopped) gone = remove_file(work.undo, work.agent, attempt.mark);
  std::string what = "the copy to " + path + " failed and was removed";
  if (!stopped) {
    what = "the copy to " + path +
           " did not end in time and may still be going on; it stays marked as half a copy, and "
           "the next attempt makes it anew";
  }
  if (!gone) {
    work.log.write(Level::kError, "UNDO_FAILED", {{"path", path}, {"why", gone.error().message()}});
    what = "the copy to " + path +
           " failed; it could not be removed and stays marked as half a copy, which the next "
           "attempt makes anew";
  }
  return fail(wrap(std::move(what), std::move(error)));
}

/// The source must be what it was when the copy began.
Result<void> check_source(const Work& work, const ImageFile& from, Bytes size,
                          const SourceCheck& check) {
  TRESTLE_ASSIGN_OR_RETURN(const auto now, size_of(work.ctx, work.agent, from));
  TRESTLE_ASSIGN_OR_RETURN(const auto half, size_of(work.ctx, work.agent, mark_of(from)));
  if (now != size || half) {
    return fail(Code::kCorruptImage, "the source " + from.path +
                                         " was removed or written anew while it was copied; "
                                         "repeat the command when nobody changes it");
  }
  return check ? check() : Result<void>();
}

/// Whether all bytes are there; the copy has ended.
Result<void> compare(const Work& work, const ImageFile& from, const ImageFile& to, Bytes size) {
  TRESTLE_ASSIGN_OR_RETURN(const auto made, size_of(work.ctx, work.agent, to));
  if (made == size) return {};
  return fail(Code::kCorruptImage, to.path + " has " + (made ? bytes_text(*made) : "no file") +
                                       " after the copy, its source " + from.path + " has " +
                                       bytes_text(size) + "; look for a full disk, then repeat");
}

/// Where a file lies on its export, by whatever mount it is reached.
std::string below_export(const ImageFile& file) {
  const std::string mount = file.place.mount_point + "/";
  if (file.path.starts_with(mount)) return file.path.substr(mount.size());
  const std::string root = std::string(kRepositoryRoot) + "/";
  if (!file.path.starts_with(root)) return file.path;
  const std::size_t slash = file.path.find('/', root.size());
  return slash == std::string::npos ? file.path : file.path.substr(slash + 1);
}

bool is_same_file(const ImageFile& a, const ImageFile& b) {
  if (a.path == b.path) return true;
  return a.place.file_system.id == b.place.file_system.id && below_export(a) == below_export(b);
}

}  // namespace

Result<std::optional<Bytes>> size_of(const CallContext& ctx, const Agent& agent,
                                     const ImageFile& file) {
  auto told =
      StoragePlugin(agent).file_info(ctx, file.place.server, file.place.file_system, asked(file));
  if (!told && told.error().code == Code::kNotFound) return std::optional<Bytes>();
  if (!told) return fail(std::move(told).error());
  if (told->type == FileType::kDirectory) return std::optional<Bytes>();
  if (!told->size) {
    return fail(Code::kBadReply, "the agent tells no size of " + file.path +
                                     "; compare its raw reply (trestle agent call)");
  }
  return told->size;
}

Result<void> make_file(const CallContext& ctx, const Agent& agent, const ImageFile& file,
                       Bytes size) {
  const StoragePlugin plugin(agent);
  const NfsPlace& place = file.place;
  const auto make = [&] {
    return plugin.create(ctx, place.server, place.file_system, file.path, FileType::kFile, size);
  };
  const auto made = make();
  if (made) return {};
  const Code code = made.error().code;
  if (code != Code::kAgentFault && code != Code::kFailedPrecondition && code != Code::kNotFound) {
    return fail(made.error());
  }
  const auto mounted = plugin.mount(ctx, place.server, place.file_system, place.mount_point);
  if (!mounted) return fail(made.error());
  const auto again = make();
  if (!again) return fail(again.error());
  return {};
}

Result<bool> remove_file(const CallContext& ctx, const Agent& agent, const ImageFile& file) {
  auto gone =
      StoragePlugin(agent).destroy(ctx, file.place.server, file.place.file_system, asked(file));
  if (gone) return true;
  if (gone.error().code == Code::kNotFound) return false;
  return fail(wrap("while removing " + file.path, std::move(gone).error()));
}

ImageFile mark_of(const ImageFile& file) {
  return {file.place, file.path + std::string(kHalfMark)};
}

Result<FoundImage> find_image(const CallContext& ctx, const Agent& agent, const ImageFile& file,
                              Halves halves) {
  for (const std::string_view ending : kEndings) {
    const ImageFile candidate{file.place, file.path + std::string(ending)};
    TRESTLE_ASSIGN_OR_RETURN(const auto size, size_of(ctx, agent, candidate));
    if (!size) continue;
    if (halves == Halves::kTake) return FoundImage{candidate, *size};
    TRESTLE_ASSIGN_OR_RETURN(const auto half, size_of(ctx, agent, mark_of(candidate)));
    if (!half) return FoundImage{candidate, *size};
    return fail(Code::kFailedPrecondition, candidate.path + " is half a copy (" +
                                               mark_of(candidate).path +
                                               " lies beside it); repeat the command that made it");
  }
  return fail(Code::kNotFound, "there is no image " + file.path + " on " +
                                   file.place.file_system.access_path +
                                   "; compare the path with what lies there");
}

Result<CopiedImage> copy_image(const Work& work, const ImageFile& from, const ImageFile& to,
                               Source source, const SourceCheck& check) {
  if (is_same_file(from, to)) {
    return fail(Code::kInvalidArgument, "source and target are the same file " + from.path +
                                            "; name another target than " + to.path);
  }
  const Attempt attempt{.to = to, .mark = mark_of(to), .number = new_number()};
  TRESTLE_ASSIGN_OR_RETURN(const auto size, size_of(work.ctx, work.agent, from));
  if (!size) return fail(Code::kNotFound, "there is no image " + from.path + " to copy");
  TRESTLE_ASSIGN_OR_RETURN(auto half, size_of(work.ctx, work.agent, attempt.mark));
  if (half) {
    TRESTLE_RETURN_IF_ERROR(wait_for_other(work, attempt));
    TRESTLE_ASSIGN_OR_RETURN(half, size_of(work.ctx, work.agent, attempt.mark));
  }
  TRESTLE_ASSIGN_OR_RETURN(const auto there, size_of(work.ctx, work.agent, to));
  if (there && !half && source == Source::kFixed) {
    if (*there == *size) return CopiedImage{.size = *size, .was_there = true};
    return fail(Code::kAlreadyExists, to.path + " is there with " + bytes_text(*there) +
                                          " and its source " + from.path + " has " +
                                          bytes_text(*size) + "; delete it first");
  }
  // known defect 65: an unfinished copy stayed under the final name.
  TRESTLE_RETURN_IF_ERROR(begin(work, attempt, half.has_value()));
  if (there && !half) TRESTLE_RETURN_IF_ERROR(remove_replaced(work, attempt));
  work.log.write(Level::kInfo, "COPY",
                 {{"from", from.path}, {"to", to.path}, {"bytes", size->count}});
  auto copied = Host(work.agent).copy_file(work.ctx, from.path, to.path, true);
  const bool stopped = copied || agent_has_stopped(copied.error());
  if (copied) copied = compare(work, from, to, *size);
  if (copied) copied = check_source(work, from, *size, check);
  if (!copied) return take_back(work, attempt, stopped, std::move(copied).error());
  TRESTLE_RETURN_IF_ERROR(unmark(work, attempt));
  return CopiedImage{.size = *size};
}

Result<CopiedImage> create_image(const Work& work, const ImageFile& file, Bytes size) {
  const auto expect = [&](Bytes there, bool was_there) -> Result<CopiedImage> {
    if (there == size) return CopiedImage{.size = size, .was_there = was_there};
    return fail(was_there ? Code::kAlreadyExists : Code::kCorruptImage,
                file.path + " has " + bytes_text(there) + ", wanted are " + bytes_text(size) +
                    "; delete it first");
  };
  TRESTLE_ASSIGN_OR_RETURN(const auto before, size_of(work.ctx, work.agent, file));
  if (before) {
    TRESTLE_ASSIGN_OR_RETURN(const auto half, size_of(work.ctx, work.agent, mark_of(file)));
    if (!half) return expect(*before, true);
    return fail(Code::kAlreadyExists,
                file.path + " is half a copy of another image; delete it first");
  }
  auto made = make_file(work.ctx, work.agent, file, size);
  // Whatever the reply was: what lies there decides.
  auto after = size_of(made ? work.ctx : work.undo, work.agent, file);
  if (!made && after && *after && !agent_has_stopped(made.error())) return expect(**after, false);
  if (!made) return fail(std::move(made).error());
  if (!after) return fail(std::move(after).error());
  auto fits = expect(after->value_or(Bytes{}), false);
  if (fits) return fits;
  TRESTLE_RETURN_IF_ERROR(remove_file(work.undo, work.agent, file));
  return fits;
}

Result<bool> remove_image(const CallContext& ctx, const Agent& agent, const ImageFile& file) {
  // The image first: half an image must not lose its mark.
  TRESTLE_ASSIGN_OR_RETURN(const bool was_there, remove_file(ctx, agent, file));
  TRESTLE_RETURN_IF_ERROR(remove_file(ctx, agent, mark_of(file)));
  return was_there;
}

Result<Space> space_of(const CallContext& ctx, const Agent& agent, const NfsPlace& place) {
  const StoragePlugin plugin(agent);
  auto told = plugin.file_system_info(ctx, place.server, place.file_system);
  if (!told || !told->size || !told->free) {
    // After a reboot of the host the mount of the plugin is gone.
    TRESTLE_RETURN_IF_ERROR(plugin.mount(ctx, place.server, place.file_system, place.mount_point));
    told = plugin.file_system_info(ctx, place.server, place.file_system);
  }
  if (!told) return fail(std::move(told).error());
  if (told->size && told->free && *told->free <= *told->size) {
    return Space{.total = *told->size, .free = *told->free};
  }
  return fail(Code::kBadReply, "the agent tells no (or no possible) size of " +
                                   place.file_system.access_path +
                                   "; look at the export, then repeat");
}

}  // namespace trestle::ovm3
