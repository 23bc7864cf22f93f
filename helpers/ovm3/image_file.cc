// SPDX-License-Identifier: Apache-2.0
#include "helpers/ovm3/image_file.h"

#include <array>
#include <utility>

#include "objects/ovm3/host.h"
#include "objects/ovm3/storage.h"

namespace trestle::ovm3 {
namespace {

/// Endings of images: CloudStack's and the vendor's.
constexpr std::array<std::string_view, 3> kEndings = {"", ".raw", ".img"};

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

/// Removes what a failed copy made, and says what it could not.
tl::unexpected<Error> take_back(const Work& work, const ImageFile& to, Error error) {
  const bool stopped = agent_has_stopped(error) || error.code == Code::kCorruptImage;
  auto gone = remove_file(work.undo, work.agent, to);
  if (gone && stopped) gone = remove_file(work.undo, work.agent, mark_of(to));
  std::string what = "the copy to " + to.path + " failed and was removed";
  if (!stopped) {
    what = "the copy to " + to.path +
           " did not end in time and may still be going on; it stays marked as half a copy, and "
           "the next attempt makes it anew";
  }
  if (!gone) {
    work.log.write(Level::kError, "UNDO_FAILED",
                   {{"path", to.path}, {"why", gone.error().message()}});
    what = "the copy to " + to.path +
           " failed; it could not be removed and stays marked as half a copy, which the next "
           "attempt makes anew";
  }
  return fail(wrap(std::move(what), std::move(error)));
}

/// Copies and compares; the mark is there.
Result<void> copy_and_compare(const Work& work, const ImageFile& from, const ImageFile& to,
                              Bytes size) {
  work.log.write(Level::kInfo, "COPY",
                 {{"from", from.path}, {"to", to.path}, {"bytes", size.count}});
  TRESTLE_RETURN_IF_ERROR(Host(work.agent).copy_file(work.ctx, from.path, to.path, true));
  TRESTLE_ASSIGN_OR_RETURN(const auto made, size_of(work.ctx, work.agent, to));
  if (made == size) return {};
  return fail(Code::kCorruptImage, to.path + " has " + (made ? bytes_text(*made) : "no file") +
                                       " after the copy, its source " + from.path + " has " +
                                       bytes_text(size) + "; look for a full disk, then repeat");
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

Result<ImageFile> find_image(const CallContext& ctx, const Agent& agent, const ImageFile& file,
                             Halves halves) {
  for (const std::string_view ending : kEndings) {
    const ImageFile candidate{file.place, file.path + std::string(ending)};
    TRESTLE_ASSIGN_OR_RETURN(const auto size, size_of(ctx, agent, candidate));
    if (!size) continue;
    if (halves == Halves::kTake) return candidate;
    TRESTLE_ASSIGN_OR_RETURN(const auto half, size_of(ctx, agent, mark_of(candidate)));
    if (!half) return candidate;
    return fail(Code::kFailedPrecondition, candidate.path + " is half a copy (" +
                                               mark_of(candidate).path +
                                               " lies beside it); repeat the command that made it");
  }
  return fail(Code::kNotFound, "there is no image " + file.path + " on " +
                                   file.place.file_system.access_path +
                                   "; compare the path with what lies there");
}

Result<CopiedImage> copy_image(const Work& work, const ImageFile& from, const ImageFile& to,
                               Source source) {
  if (from.path == to.path) {
    return fail(Code::kInvalidArgument,
                "source and target are the same file " + from.path + "; name another target");
  }
  const ImageFile mark = mark_of(to);
  TRESTLE_ASSIGN_OR_RETURN(const auto size, size_of(work.ctx, work.agent, from));
  if (!size) return fail(Code::kNotFound, "there is no image " + from.path + " to copy");
  TRESTLE_ASSIGN_OR_RETURN(const auto half, size_of(work.ctx, work.agent, mark));
  TRESTLE_ASSIGN_OR_RETURN(const auto there, size_of(work.ctx, work.agent, to));
  if (there && !half && source == Source::kFixed) {
    if (*there == *size) return CopiedImage{.size = *size, .was_there = true};
    return fail(Code::kAlreadyExists, to.path + " is there with " + bytes_text(*there) +
                                          " and its source " + from.path + " has " +
                                          bytes_text(*size) + "; delete it first");
  }
  // known defect 65: an unfinished copy stayed under the final name.
  if (!half) TRESTLE_RETURN_IF_ERROR(make_file(work.ctx, work.agent, mark, {}));
  if (there) TRESTLE_RETURN_IF_ERROR(remove_file(work.ctx, work.agent, to));
  auto copied = copy_and_compare(work, from, to, *size);
  if (!copied) return take_back(work, to, std::move(copied).error());
  TRESTLE_RETURN_IF_ERROR(remove_file(work.ctx, work.agent, mark));
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
  if (before) return expect(*before, true);
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
  if (told->size && told->free) return Space{.total = *told->size, .free = *told->free};
  return fail(Code::kBadReply, "the agent tells no size of " + place.file_system.access_path +
                                   "; look at the export, then repeat");
}

}  // namespace trestle::ovm3
