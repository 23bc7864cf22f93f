// SPDX-License-Identifier: Apache-2.0
#ifndef TRESTLE_INTEGRATION_OVM3_STORE_H_
#define TRESTLE_INTEGRATION_OVM3_STORE_H_

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "helpers/ovm3/image_file.h"
#include "helpers/ovm3/storage_place.h"
#include "helpers/ovm3/work.h"
#include "integration/ovm3/commands/command.h"
#include "integration/schema/generated/storage_types.h"
#include "objects/core/ids.h"
#include "objects/core/result.h"

/// The stores and objects that storage commands name, as places on a host: primary storage is a
/// repository, secondary storage an NFS export that is mounted for the length of a command.
namespace trestle::ovm3 {

[[nodiscard]] inline Work work_of(const Task& task) {
  return {.ctx = task.ctx, .undo = task.undo, .agent = task.agent(), .log = task.log()};
}

/// The repository of a storage pool: its uuid without dashes. Errors: kInvalidArgument.
[[nodiscard]] Result<RepositoryId> repository_of_pool(const std::string& uuid);

/// A store as a command names it.
struct StoreName {
  std::optional<RepositoryId> repository = std::nullopt;  ///< primary storage
  std::string location = {};                              ///< secondary storage: "host:/path"

  [[nodiscard]] bool primary() const { return repository.has_value(); }
  [[nodiscard]] std::string shown() const;
  friend bool operator==(const StoreName&, const StoreName&) = default;
};

/// Errors: kInvalidArgument naming what is missing; kUnimplemented naming the kind of a store that
/// hosts of this kind cannot reach, before anything is touched.
[[nodiscard]] Result<StoreName> store_of(const schema::DataStoreTO& store, std::string_view member);
[[nodiscard]] Result<StoreName> store_of(const schema::StorageFilerTO& pool);
[[nodiscard]] Result<StoreName> store_of_url(const std::string& url);
/// Refuses what is no NFS pool, by name and with what would be needed.
[[nodiscard]] Result<void> check_pool_type(schema::StoragePoolType type);

enum class ObjectKind : std::uint8_t { kTemplate, kVolume, kSnapshot };
[[nodiscard]] std::string_view to_string(ObjectKind kind);

/// A volume, template or snapshot as a command names it.
struct StoredObject {
  ObjectKind kind = ObjectKind::kVolume;
  StoreName store = {};
  std::string path = {};  ///< as CloudStack knows it: a file name, or relative to the export
  bool must_be_new =
      false;  ///< a target whose name was made up here: nobody said it may be replaced
  std::string uuid = {};
  std::string name = {};
  std::int64_t id = 0;
  std::int64_t account = 0;
  std::optional<Bytes> size = std::nullopt;
  bool iso = false;
  bool hvm = false;
  std::string vm = {};           ///< instance name of the VM that has the volume
  std::string volume_path = {};  ///< of a snapshot: the volume that it is of
  std::int64_t volume_id = 0;

  /// "volume 2020... on primary storage f128...".
  [[nodiscard]] std::string shown() const;
};
/// `member` names it in errors. Errors: as store_of; kUnimplemented naming an image format that is
/// not raw.
[[nodiscard]] Result<StoredObject> object_of(const schema::DataTO& data, std::string_view member);

/// A store that can be worked on until this goes; then secondary storage is unmounted if nobody
/// else of this host uses it.
class OpenStore {
 public:
  /// Errors: kNotFound or kFailedPrecondition for a pool that is not on the host or not mounted;
  /// those of NfsMounts::use.
  [[nodiscard]] static Result<OpenStore> open(const Task& task, const StoreName& name);
  OpenStore(OpenStore&& other) noexcept;
  OpenStore(const OpenStore&) = delete;
  OpenStore& operator=(const OpenStore&) = delete;
  OpenStore& operator=(OpenStore&&) = delete;
  ~OpenStore();

  [[nodiscard]] const StoreName& name() const { return name_; }
  [[nodiscard]] const NfsPlace& place() const { return place_; }
  /// The file at `path` as CloudStack knows it: in the folder of its kind on primary storage, below
  /// the mount on secondary. Errors: kInvalidArgument for a path that is empty, leaves its
  /// folder or is the mark of half a copy.
  [[nodiscard]] Result<ImageFile> file(const StoredObject& object, const std::string& path) const;
  /// What CloudStack knows of a file of this store: its name, or the path below the export.
  [[nodiscard]] std::string path_of(const ImageFile& file) const;
  /// Makes the folder of a file on secondary storage; on primary storage folders are there.
  [[nodiscard]] Result<void> make_folder_of(const Task& task, const ImageFile& file) const;

 private:
  OpenStore(const Task& task, StoreName name, NfsPlace place)
      : task_(&task), name_(std::move(name)), place_(std::move(place)) {}

  const Task* task_;  // null after it was moved from
  StoreName name_;
  NfsPlace place_;
};

/// The lane of an image on its host, whichever of its endings a command gives.
[[nodiscard]] std::string image_lane(const ImageFile& file);

/// The part of a URL below that of a store, part for part; absent if it does not lie there.
[[nodiscard]] std::optional<std::string> path_below(std::string_view url, std::string_view store);

/// Last part of a path, and that without its ending.
[[nodiscard]] std::string file_name(const std::string& path);
[[nodiscard]] std::string stem_of(const std::string& path);

}  // namespace trestle::ovm3

#endif  // TRESTLE_INTEGRATION_OVM3_STORE_H_
