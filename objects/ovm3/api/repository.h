// SPDX-License-Identifier: Apache-2.0
#ifndef TRESTLE_OBJECTS_OVM3_API_REPOSITORY_H_
#define TRESTLE_OBJECTS_OVM3_API_REPOSITORY_H_

#include <optional>
#include <string>

#include "objects/ovm3/api/service.h"

/// Services of agent.api.repository.Repository.
namespace trestle::ovm3::api::repository {

inline constexpr Service<void(std::string, std::string)> add_repository{
    "add_repository",
    {"fs_location", "mount_point"},
    k32 | k33,
    Effect::kMutates,
    "Records and mounts a repository that exists already."};

inline constexpr Service<void(std::string, std::string, RepositoryId, std::string)>
    create_repository{"create_repository",
                      {"fs_location", "mount_point", "repo_uuid", "repo_alias"},
                      k32 | k33 | k34,
                      Effect::kMutates,
                      "Writes a new repository on a file system, records and mounts it."};

inline constexpr Service<void(RepositoryId, bool)> delete_repository{
    "delete_repository",
    {"repo_uuid", "erase"},
    k32,
    Effect::kMutates,
    "Forgets a repository, and removes its content if erase is true."};

inline constexpr Service<XmlText(Rest<RepositoryId>)> discover_repositories{
    "discover_repositories",
    {"args"},
    k32 | k34,
    Effect::kReads,
    "Lists what the named repositories hold."};

inline constexpr Service<XmlText()> discover_repository_db{
    "discover_repository_db",
    {},
    k32 | k34,
    Effect::kReads,
    "Lists the repositories that this host has on record, mounted or not."};

inline constexpr Service<void(RepositoryId, Struct)> edit_repository_db{
    "edit_repository_db",
    {"repo_uuid", "db_changes"},
    k32,
    Effect::kMutates,
    "Changes fields of a repository's record on this host."};

inline constexpr Service<Value(std::string)> get_repository_meta_data{
    "get_repository_meta_data",
    {"repo_mount_point"},
    k32 | k34,
    Effect::kReads,
    "Reads what a repository says about itself."};

inline constexpr Service<void(std::string, std::string, RepositoryId, std::optional<Value>)>
    import_ISO{"import_ISO",
               {"url", "iso_id", "repo_uuid", "option"},
               k32,
               Effect::kMutates,
               "Downloads an ISO image into the repository; may take hours."};

inline constexpr Service<void(std::string, std::string, RepositoryId, std::optional<Value>)>
    import_virtual_disk{"import_virtual_disk",
                        {"url", "virtual_disk_id", "repo_uuid", "option"},
                        k32 | k33,
                        Effect::kMutates,
                        "Downloads a disk image into the repository; may take hours."};

inline constexpr Service<void(std::string, std::string)> mount_repository_fs{
    "mount_repository_fs",
    {"fs_location", "mount_point"},
    k32 | k33,
    Effect::kMutates,
    "Mounts the file system that carries a repository."};

inline constexpr Service<void(std::string)> unmount_repository_fs{
    "unmount_repository_fs",
    {"mount_point"},
    k32,
    Effect::kMutates,
    "Unmounts the file system that carries a repository."};

}  // namespace trestle::ovm3::api::repository

#endif  // TRESTLE_OBJECTS_OVM3_API_REPOSITORY_H_
