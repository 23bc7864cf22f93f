// SPDX-License-Identifier: Apache-2.0
// Copies between stores: what lies where, what may be copied to what, and what comes out.
#include <utility>

#include "integration/ovm3/storage_processor.h"
#include "integration/ovm3/volume_guard.h"
#include "objects/core/template_properties.h"
#include "objects/ovm3/module.h"

namespace trestle::ovm3 {
namespace {

constexpr std::string_view kRaw = ".raw";
constexpr std::string_view kIso = ".iso";

bool has_image_ending(const std::string& path) {
  return path.ends_with(kRaw) || path.ends_with(".img") || path.ends_with(kIso);
}

/// Where CloudStack keeps objects of a kind on secondary storage, if the command does not say.
Result<std::string> usual_folder(const StoredObject& to, const StoredObject& from) {
  const std::int64_t account = to.account != 0 ? to.account : from.account;
  const auto numbered = [&](std::string_view root, std::int64_t id) {
    return std::string(root) + "/" + std::to_string(account) + "/" + std::to_string(id);
  };
  switch (to.kind) {
    case ObjectKind::kTemplate:
      return numbered("template/tmpl", to.id);
    case ObjectKind::kVolume:
      return numbered("volumes", to.id);
    case ObjectKind::kSnapshot:
      break;
  }
  const std::int64_t volume = to.volume_id != 0 ? to.volume_id : from.volume_id;
  if (volume != 0) return numbered("snapshots", volume);
  return fail(Code::kInvalidArgument,
              "destTO has neither a path nor a volume, so there is no folder for " + to.shown());
}

/// What tells a snapshot from the others of its volume.
Result<std::string> number_of(const StoredObject& from, const StoredObject& to) {
  const std::int64_t id = to.id != 0 ? to.id : from.id;
  if (id != 0) return std::to_string(id);
  return fail(Code::kInvalidArgument, "destTO has no id, so there is no name for " + to.shown());
}

/// The name that the object gets, without its ending.
Result<std::string> stem_for(const StoredObject& from, const StoredObject& to) {
  if (to.kind == ObjectKind::kSnapshot) return number_of(from, to);
  // A template keeps its name in another store.
  if (to.kind == ObjectKind::kTemplate && from.kind == to.kind && !(from.store == to.store)) {
    return has_image_ending(from.path) ? stem_of(from.path) : file_name(from.path);
  }
  if (!to.uuid.empty()) return to.uuid;
  if (!to.name.empty()) return to.name;
  return fail(Code::kInvalidArgument, "destTO has neither a uuid nor a name for its file");
}

Result<ImageFile> target_on_primary(const OpenStore& store, const StoredObject& from,
                                    const StoredObject& to) {
  const std::string ending(to.iso ? kIso : kRaw);
  if (!to.path.empty()) {
    return store.file(to, has_image_ending(to.path) ? to.path : to.path + ending);
  }
  if (to.kind == ObjectKind::kSnapshot) {
    TRESTLE_ASSIGN_OR_RETURN(const std::string number, number_of(from, to));
    return store.file(to, stem_of(from.path) + "-snap-" + number + ending);
  }
  TRESTLE_ASSIGN_OR_RETURN(const std::string stem, stem_for(from, to));
  return store.file(to, stem + ending);
}

Result<ImageFile> target_on_secondary(const OpenStore& store, const StoredObject& from,
                                      const StoredObject& to) {
  if (has_image_ending(to.path)) return store.file(to, to.path);
  std::string folder = to.path;
  while (folder.ends_with('/')) folder.pop_back();
  if (folder.empty()) {
    TRESTLE_ASSIGN_OR_RETURN(folder, usual_folder(to, from));
  }
  TRESTLE_ASSIGN_OR_RETURN(const std::string stem, stem_for(from, to));
  return store.file(to, folder + "/" + stem + std::string(to.iso ? kIso : kRaw));
}

/// known defect 67: pairs that make sense ended in "unable", or in success without a copy.
Result<void> refuse_senseless(const StoredObject& from, const StoredObject& to) {
  if (to.kind == ObjectKind::kSnapshot && from.kind != ObjectKind::kSnapshot) {
    return fail(Code::kUnimplemented,
                "a " + std::string(to_string(from.kind)) + " cannot be copied to a snapshot (" +
                    from.shown() + " to " + to.shown() +
                    "): snapshots are taken of volumes, by CreateObjectCommand");
  }
  if (from.iso && to.kind != ObjectKind::kTemplate) {
    return fail(Code::kUnimplemented, "an ISO image cannot become a " +
                                          std::string(to_string(to.kind)) + " (" + from.shown() +
                                          " to " + to.shown() + "); attach it to a VM instead");
  }
  return {};
}

/// The agent cannot make an image larger (known defect 66: the wanted size was ignored).
Result<void> refuse_growth(const StoredObject& from, const StoredObject& to, Bytes size) {
  if (to.kind != ObjectKind::kVolume || !to.size || *to.size <= size) return {};
  return fail(Code::kUnimplemented,
              to.shown() + " is to have " + std::to_string(to.size->count) + " bytes and " +
                  from.shown() + " has " + std::to_string(size.count) +
                  ": the agent has no call that makes an image larger; use a larger source");
}

/// template.properties beside an image on secondary storage, without which CloudStack sees no
/// template there.
Result<void> describe_template(const Task& task, const StoredObject& to, const ImageFile& image,
                               Bytes size) {
  const std::string folder = image.path.substr(0, image.path.rfind('/'));
  const std::string stem = stem_of(image.path);
  const TemplateProperties properties{.id = static_cast<std::uint64_t>(to.id),
                                      .unique_name = to.name.empty() ? stem : to.name,
                                      .file = file_name(image.path),
                                      .description = to.name.empty() ? stem : to.name,
                                      .size = size,
                                      .hvm = to.hvm};
  auto written = HostModule(task.agent())
                     .upload_file(task.ctx, folder, std::string(kTemplateProperties),
                                  Secret(to_text(properties)));
  if (!written) {
    return fail(wrap("while writing " + folder + "/" + std::string(kTemplateProperties),
                     std::move(written).error()));
  }
  TRESTLE_ASSIGN_OR_RETURN(
      const bool there,
      HostModule(task.agent())
          .file_exists(task.ctx, folder + "/" + std::string(kTemplateProperties)));
  if (there) return {};
  return fail(Code::kAgentFault, folder + "/" + std::string(kTemplateProperties) +
                                     " is not there after it was written; look at the host's "
                                     "ovs-agent.log");
}

std::string copy_details(const StoredObject& from, const ImageFile& image,
                         const CopiedImage& copied) {
  const std::string size = std::to_string(copied.size.count) + " bytes";
  if (copied.was_there) return image.path + " is there already, " + size + " as its source";
  return from.shown() + " was copied to " + image.path + " by a full copy, " + size +
         " on both sides";
}

/// Refuses a volume that a guest may be writing.
Result<void> refuse_written(const Task& task, const StoredObject& from, const std::string& path) {
  if (from.kind != ObjectKind::kVolume || !from.store.primary()) return {};
  return refuse_running_volume(task, from, path, "copied");
}

/// What must not be replaced by a volume that is copied anew.
Result<void> refuse_replacing(const Task& task, const StoredObject& to, const ImageFile& target) {
  if (to.store.primary()) {
    TRESTLE_RETURN_IF_ERROR(refuse_used(task, to.store, target.path, "replaced"));
  }
  if (!to.must_be_new) return {};
  const auto there = find_image(task.ctx, task.agent(), target);
  if (there) {
    return fail(Code::kAlreadyExists, target.path +
                                          " is there already, of an earlier copy perhaps that is "
                                          "in use; name another path for the new one");
  }
  // Half a copy is nobody's.
  const Code why = there.error().code;
  if (why == Code::kNotFound || why == Code::kFailedPrecondition) return {};
  return fail(there.error());
}

/// The image to copy from, after all that speaks against it has been looked at.
Result<ImageFile> ready_source(const Task& task, const OpenStore& store, const StoredObject& from,
                               const StoredObject& to) {
  TRESTLE_ASSIGN_OR_RETURN(const ImageFile asked, store.file(from, from.path));
  TRESTLE_ASSIGN_OR_RETURN(FoundImage source, find_image(task.ctx, task.agent(), asked));
  TRESTLE_RETURN_IF_ERROR(refuse_growth(from, to, source.size));
  TRESTLE_RETURN_IF_ERROR(refuse_written(task, from, source.file.path));
  return std::move(source.file);
}

/// Copies, and makes a template on secondary storage one that CloudStack sees. An image that could
/// not be described is removed again, unless it was there before.
Result<CopiedImage> copy_and_describe(const Task& task, const StoredObject& from,
                                      const ImageFile& source, const StoredObject& to,
                                      const ImageFile& target) {
  const Source kind = from.kind == ObjectKind::kVolume ? Source::kChanging : Source::kFixed;
  if (kind == Source::kChanging) TRESTLE_RETURN_IF_ERROR(refuse_replacing(task, to, target));
  // A VM that was started meanwhile has torn the copy.
  TRESTLE_ASSIGN_OR_RETURN(CopiedImage copied, copy_image(work_of(task), source, target, kind, [&] {
                             return refuse_written(task, from, source.path);
                           }));
  if (to.kind != ObjectKind::kTemplate || to.store.primary()) return copied;
  auto described = describe_template(task, to, target, copied.size);
  if (described) return copied;
  if (!copied.was_there) {
    const auto undone = remove_image(task.undo, task.agent(), target);
    if (!undone) {
      task.log().write(Level::kError, "UNDO_FAILED",
                       {{"path", target.path}, {"why", undone.error().message()}});
    }
  }
  return fail(std::move(described).error());
}

}  // namespace

Result<CopiedObject> copy_object(const Task& task, const StoredObject& from,
                                 const StoredObject& to) {
  TRESTLE_RETURN_IF_ERROR(refuse_senseless(from, to));
  TRESTLE_ASSIGN_OR_RETURN(const OpenStore source_store, OpenStore::open(task, from.store));
  TRESTLE_ASSIGN_OR_RETURN(const OpenStore target_store, OpenStore::open(task, to.store));
  TRESTLE_ASSIGN_OR_RETURN(const ImageFile source, ready_source(task, source_store, from, to));
  TRESTLE_ASSIGN_OR_RETURN(const ImageFile target,
                           to.store.primary() ? target_on_primary(target_store, from, to)
                                              : target_on_secondary(target_store, from, to));
  TRESTLE_ASSIGN_OR_RETURN(const Lanes::Place turn,
                           task.host.lanes().enter(task.ctx, image_lane(target)));
  TRESTLE_RETURN_IF_ERROR(target_store.make_folder_of(task, target));
  TRESTLE_ASSIGN_OR_RETURN(const CopiedImage copied,
                           copy_and_describe(task, from, source, to, target));
  std::string path = target_store.path_of(target);
  // CloudStack knows templates on primary storage without their ending.
  if (to.kind == ObjectKind::kTemplate && to.store.primary() && !to.iso) path = stem_of(path);
  return CopiedObject{
      .path = std::move(path), .size = copied.size, .details = copy_details(from, target, copied)};
}

}  // namespace trestle::ovm3
