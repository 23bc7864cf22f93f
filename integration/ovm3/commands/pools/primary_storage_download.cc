// SPDX-License-Identifier: Apache-2.0
#include <utility>

#include "integration/ovm3/commands/pools/family.h"
#include "integration/ovm3/storage_processor.h"

namespace trestle::ovm3 {
namespace {

/// The template below the secondary store: the URL names its folder, or the file itself.
Result<StoredObject> source_of(const schema::PrimaryStorageDownloadCommand& command) {
  TRESTLE_ASSIGN_OR_RETURN(const std::string url, needed(command.url, "url"));
  if (!url.starts_with("nfs://")) {
    return fail(Code::kUnimplemented,
                "a template cannot be fetched from '" + url.substr(0, url.find("://")) +
                    "://...' straight to primary storage, since the agent could not compare it; "
                    "register it, so that it comes through secondary storage");
  }
  TRESTLE_ASSIGN_OR_RETURN(
      const std::string store,
      needed(command.secondaryStorageUrl ? command.secondaryStorageUrl : command.secUrl,
             "secondaryStorageUrl"));
  const auto below = path_below(url, store);
  if (!below) {
    return fail(Code::kInvalidArgument,
                "url '" + url + "' does not lie below secondaryStorageUrl '" + store + "'");
  }
  StoredObject from{.kind = ObjectKind::kTemplate, .path = *below};
  TRESTLE_ASSIGN_OR_RETURN(from.store, store_of_url(store));
  if (from.path.ends_with('/')) from.path += command.name.value_or("");
  return from;
}

}  // namespace

Result<schema::PrimaryStorageDownloadAnswer> primary_storage_download(
    const Task& task, const schema::PrimaryStorageDownloadCommand& command) {
  TRESTLE_ASSIGN_OR_RETURN(const StoredObject from, source_of(command));
  StoredObject to{.kind = ObjectKind::kTemplate, .name = command.name.value_or("")};
  // known defect 62: the pool's id was sent with dashes.
  if (command.primaryPool) {
    TRESTLE_ASSIGN_OR_RETURN(to.store, store_of(*command.primaryPool));
  } else {
    TRESTLE_ASSIGN_OR_RETURN(const std::string uuid, needed(command.poolUuid, "poolUuid"));
    TRESTLE_ASSIGN_OR_RETURN(RepositoryId id, repository_of_pool(uuid));
    to.store.repository = std::move(id);
  }
  TRESTLE_ASSIGN_OR_RETURN(CopiedObject made, copy_object(task, from, to));
  auto answer = done<schema::PrimaryStorageDownloadAnswer>(std::move(made.details));
  answer.installPath = made.path;
  answer.templateSize = static_cast<std::int64_t>(made.size.count);
  return answer;
}

}  // namespace trestle::ovm3
