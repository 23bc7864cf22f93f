// SPDX-License-Identifier: Apache-2.0
#include <utility>

#include "integration/ovm3/commands/storage/family.h"
#include "integration/ovm3/storage_processor.h"

namespace trestle::ovm3 {
namespace {

constexpr std::string_view kNfs = "nfs://";
/// Below it secondary storage keeps its templates and ISO images.
constexpr std::string_view kTemplateFolder = "/template/";

/// The store and the path below it, out of the two texts of the command.
Result<StoredObject> iso_of(const schema::AttachIsoCommand& command) {
  TRESTLE_ASSIGN_OR_RETURN(std::string path, needed(command.isoPath, "isoPath"));
  std::string store = command.storeUrl.value_or("");
  if (store.empty() && path.starts_with(kNfs)) {
    const std::size_t folder = path.find(kTemplateFolder);
    if (folder != std::string::npos) store = path.substr(0, folder);
  }
  if (path.starts_with(kNfs)) {
    auto below = path_below(path, store);
    if (!below) {
      return fail(Code::kInvalidArgument, "isoPath '" + path + "' does not lie below storeUrl '" +
                                              store + "'; correct one of them");
    }
    path = *std::move(below);
  }
  StoredObject iso{.kind = ObjectKind::kTemplate, .path = std::move(path), .iso = true};
  if (store.starts_with(kNfs)) {
    TRESTLE_ASSIGN_OR_RETURN(iso.store, store_of_url(store));
    return iso;
  }
  const std::string root = std::string(kRepositoryRoot) + "/";
  if (iso.path.starts_with(root)) {
    const std::size_t slash = iso.path.find('/', root.size());
    TRESTLE_ASSIGN_OR_RETURN(RepositoryId id,
                             repository_of_pool(iso.path.substr(root.size(), slash - root.size())));
    iso.store.repository = std::move(id);
    return iso;
  }
  return fail(Code::kInvalidArgument,
              "'" + iso.path +
                  "' is on no store that this host knows: storeUrl must be "
                  "nfs://HOST/PATH, or isoPath a file in a repository's ISOs");
}

}  // namespace

Result<schema::Answer> attach_iso(const Task& task, const schema::AttachIsoCommand& command) {
  TRESTLE_ASSIGN_OR_RETURN(const std::string vm, needed(command.vmName, "vmName"));
  TRESTLE_ASSIGN_OR_RETURN(const StoredObject iso, iso_of(command));
  TRESTLE_ASSIGN_OR_RETURN(AttachedDisk disk,
                           command.attach ? attach_object(task, vm, iso, std::nullopt, false)
                                          : detach_object(task, vm, iso));
  return done<schema::Answer>(std::move(disk.details));
}

}  // namespace trestle::ovm3
