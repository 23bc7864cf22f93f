// SPDX-License-Identifier: Apache-2.0
#include <utility>

#include "integration/ovm3/commands/storage/family.h"
#include "integration/ovm3/storage_processor.h"

namespace trestle::ovm3 {
namespace {

/// The class and its base have the same members twice; servers fill one or the other.
template <class T>
const std::optional<T>& either(const std::optional<T>& own, const std::optional<T>& inherited) {
  return own ? own : inherited;
}

}  // namespace

Result<schema::CreatePrivateTemplateAnswer> create_private_template_from_volume(
    const Task& task, const schema::CreatePrivateTemplateFromVolumeCommand& command) {
  TRESTLE_ASSIGN_OR_RETURN(
      const schema::StorageFilerTO pool,
      needed(either(command._primaryPool, command.primaryPool), "_primaryPool"));
  TRESTLE_ASSIGN_OR_RETURN(const std::string path,
                           needed(either(command._volumePath, command.volumePath), "_volumePath"));
  TRESTLE_ASSIGN_OR_RETURN(const std::string url,
                           needed(either(command._secondaryStorageUrl, command.secondaryStorageUrl),
                                  "_secondaryStorageUrl"));
  const std::string unique = command._uniqueName.value_or(stem_of(path));
  StoredObject volume{
      .kind = ObjectKind::kVolume, .path = file_name(path), .vm = command._vmName.value_or("")};
  // known defect 75: the repository was missing in the path, and nobody made the folder.
  TRESTLE_ASSIGN_OR_RETURN(volume.store, store_of(pool));
  StoredObject made_of{.kind = ObjectKind::kTemplate,
                       .path = "template/tmpl/" + std::to_string(command._accountId) + "/" +
                               std::to_string(command._templateId),
                       .uuid = unique,
                       .name = unique,
                       .id = command._templateId,
                       .account = command._accountId};
  TRESTLE_ASSIGN_OR_RETURN(made_of.store, store_of_url(url));
  TRESTLE_ASSIGN_OR_RETURN(CopiedObject made, copy_object(task, volume, made_of));
  auto answer = done<schema::CreatePrivateTemplateAnswer>(std::move(made.details));
  answer._path = made.path;
  answer._virtualSize = static_cast<std::int64_t>(made.size.count);
  answer._physicalSize = answer._virtualSize;
  answer._uniqueName = unique;
  answer._format = schema::ImageFormat::RAW;
  return answer;
}

}  // namespace trestle::ovm3
