// SPDX-License-Identifier: Apache-2.0
#include <utility>

#include "integration/ovm3/commands/storage/family.h"
#include "integration/ovm3/storage_processor.h"

namespace trestle::ovm3 {
namespace {

const std::string* detail_of(const std::optional<schema::StringMap>& details,
                             std::string_view name) {
  return details ? details->find(name) : nullptr;
}

/// Servers send it for volumes of managed SAN storage, with an iSCSI name.
Result<void> refuse_iscsi(const std::optional<schema::StringMap>& details,
                          std::string_view member) {
  if (detail_of(details, "iqn") == nullptr) return {};
  return fail(Code::kUnimplemented, std::string(member) +
                                        " names an iSCSI volume (iqn), and hosts of this kind "
                                        "have no iSCSI storage here; use NFS pools");
}

Result<StoreName> pool_in(const std::optional<schema::StringMap>& details,
                          std::string_view member) {
  const std::string* const uuid = detail_of(details, "storagePoolUuid");
  if (uuid == nullptr) {
    return fail(Code::kInvalidArgument,
                std::string(member) + " lacks 'storagePoolUuid', the uuid of the pool");
  }
  TRESTLE_ASSIGN_OR_RETURN(RepositoryId id, repository_of_pool(*uuid));
  return StoreName{.repository = std::move(id)};
}

}  // namespace

Result<schema::SnapshotAndCopyAnswer> snapshot_and_copy(
    const Task& task, const schema::SnapshotAndCopyCommand& command) {
  TRESTLE_ASSIGN_OR_RETURN(const std::string source,
                           needed(command._uuidOfSourceVdi, "_uuidOfSourceVdi"));
  TRESTLE_RETURN_IF_ERROR(refuse_iscsi(command._sourceDetails, "_sourceDetails"));
  TRESTLE_RETURN_IF_ERROR(refuse_iscsi(command._destDetails, "_destDetails"));
  StoredObject volume{.kind = ObjectKind::kVolume, .path = source};
  TRESTLE_ASSIGN_OR_RETURN(volume.store, pool_in(command._sourceDetails, "_sourceDetails"));
  StoredObject copied{.kind = ObjectKind::kVolume, .uuid = stem_of(source) + "-copy"};
  TRESTLE_ASSIGN_OR_RETURN(copied.store, pool_in(command._destDetails, "_destDetails"));
  if (const std::string* const path = detail_of(command._destDetails, "path")) copied.path = *path;
  // Copies of one volume for two purposes would get one name.
  copied.must_be_new = copied.path.empty();
  // A snapshot of this storage is a full copy, so it is made where it shall lie.
  TRESTLE_ASSIGN_OR_RETURN(CopiedObject made, copy_object(task, volume, copied));
  auto answer = done<schema::SnapshotAndCopyAnswer>(std::move(made.details));
  answer._path = made.path;
  return answer;
}

}  // namespace trestle::ovm3
