// SPDX-License-Identifier: Apache-2.0
#include "integration/ovm3/store.h"

#include <utility>

#include "integration/schema/type_info.h"
#include "objects/ovm3/id_forms.h"
#include "objects/ovm3/module.h"
#include "objects/ovm3/repository.h"

namespace trestle::ovm3 {
namespace {

std::string_view folder_of(const StoredObject& object) {
  if (object.kind != ObjectKind::kTemplate) return kVirtualDisks;
  return object.iso ? kIsos : kTemplates;
}

Result<void> check_format(const std::optional<schema::ImageFormat>& format,
                          std::string_view member) {
  if (!format || *format == schema::ImageFormat::RAW || *format == schema::ImageFormat::ISO) {
    return {};
  }
  return fail(Code::kUnimplemented,
              std::string(member) + " is an image of format " +
                  std::string(schema::to_string(*format)) +
                  ", and hosts of this kind take RAW and ISO only; convert it first ('trestle "
                  "template')");
}

std::optional<Bytes> bytes_of(const std::optional<std::int64_t>& size) {
  if (!size || *size <= 0) return std::nullopt;
  return Bytes{static_cast<std::uint64_t>(*size)};
}

std::string text_of(const std::optional<std::string>& text) { return text.value_or(""); }

Result<StoredObject> volume_of(const schema::VolumeObjectTO& to, std::string_view member) {
  TRESTLE_ASSIGN_OR_RETURN(StoreName store, store_of(to.dataStore, member));
  TRESTLE_RETURN_IF_ERROR(check_format(to.format, member));
  return StoredObject{.kind = ObjectKind::kVolume,
                      .store = std::move(store),
                      .path = text_of(to.path),
                      .uuid = text_of(to.uuid),
                      .name = text_of(to.name),
                      .id = to.id != 0 ? to.id : to.volumeId.value_or(0),
                      .account = to.accountId,
                      .size = bytes_of(to.size),
                      .vm = text_of(to.vmName)};
}

Result<StoredObject> template_of(const schema::TemplateObjectTO& to, std::string_view member) {
  TRESTLE_ASSIGN_OR_RETURN(StoreName store, store_of(to.imageDataStore, member));
  TRESTLE_RETURN_IF_ERROR(check_format(to.format, member));
  return StoredObject{.kind = ObjectKind::kTemplate,
                      .store = std::move(store),
                      .path = text_of(to.path),
                      .uuid = text_of(to.uuid),
                      .name = text_of(to.name),
                      .id = to.id,
                      .account = to.accountId,
                      .size = bytes_of(to.size),
                      .iso = to.format == schema::ImageFormat::ISO,
                      .hvm = to.hvm};
}

Result<StoredObject> snapshot_of(const schema::SnapshotObjectTO& to, std::string_view member) {
  TRESTLE_ASSIGN_OR_RETURN(StoreName store, store_of(to.dataStore, member));
  StoredObject object{.kind = ObjectKind::kSnapshot,
                      .store = std::move(store),
                      .path = text_of(to.path),
                      .name = text_of(to.name),
                      .id = to.id,
                      .vm = text_of(to.vmName)};
  if (!to.volume) return object;
  TRESTLE_RETURN_IF_ERROR(check_format(to.volume->format, member));
  object.volume_path = text_of(to.volume->path);
  object.volume_id = to.volume->id != 0 ? to.volume->id : to.volume->volumeId.value_or(0);
  object.account = to.volume->accountId;
  if (object.vm.empty()) object.vm = text_of(to.volume->vmName);
  return object;
}

bool climbs(const std::string& path) {
  return ("/" + path + "/").find("/../") != std::string::npos;
}

}  // namespace

Result<RepositoryId> repository_of_pool(const std::string& uuid) {
  auto id = RepositoryId::parse(without_dashes(uuid));
  if (id) return id;
  return fail(Code::kInvalidArgument,
              "'" + uuid + "' is no uuid of a storage pool; correct the pool's record");
}

std::string StoreName::shown() const {
  return primary() ? "primary storage " + repository->text() : "secondary storage " + location;
}

Result<void> check_pool_type(schema::StoragePoolType type) {
  using Type = schema::StoragePoolType;
  std::string_view needs = "an NFS export";
  switch (type) {
    case Type::NetworkFilesystem:
      return {};
    case Type::OCFS2:
      needs = "a cluster with a pool file system and a LUN that all its hosts see";
      break;
    case Type::IscsiLUN:
    case Type::Iscsi:
      needs = "an iSCSI target with the agent's SCSI plugin and OCFS2 on it";
      break;
    case Type::PreSetup:
      needs = "a repository that somebody made by hand, which could not be checked";
      break;
    case Type::VMFS:
    case Type::CLVM:
    case Type::LVM:
    case Type::EXT:
      needs = "block devices (Fibre Channel, SAN or local) with OCFS2 on them";
      break;
    default:
      break;
  }
  return fail(Code::kUnimplemented, "primary storage of type " +
                                        std::string(schema::to_string(type)) +
                                        " is not supported (it would need " + std::string(needs) +
                                        "); use NetworkFilesystem (NFS)");
}

Result<StoreName> store_of(const schema::StorageFilerTO& pool) {
  if (pool.type) TRESTLE_RETURN_IF_ERROR(check_pool_type(*pool.type));
  TRESTLE_ASSIGN_OR_RETURN(const std::string uuid, needed(pool.uuid, "pool.uuid"));
  TRESTLE_ASSIGN_OR_RETURN(RepositoryId id, repository_of_pool(uuid));
  return StoreName{.repository = std::move(id)};
}

Result<StoreName> store_of_url(const std::string& url) {
  TRESTLE_ASSIGN_OR_RETURN(std::string location, nfs_location_of_url(url));
  return StoreName{.location = std::move(location)};
}

Result<StoreName> store_of(const schema::DataStoreTO& store, std::string_view member) {
  if (const auto* const nfs = store.as<schema::NfsTO>()) {
    TRESTLE_ASSIGN_OR_RETURN(const std::string url,
                             needed(nfs->_url, std::string(member) + "'s store: _url"));
    return store_of_url(url);
  }
  if (const auto* const primary = store.as<schema::PrimaryDataStoreTO>()) {
    if (primary->poolType) TRESTLE_RETURN_IF_ERROR(check_pool_type(*primary->poolType));
    TRESTLE_ASSIGN_OR_RETURN(const std::string uuid,
                             needed(primary->uuid, std::string(member) + "'s store: uuid"));
    TRESTLE_ASSIGN_OR_RETURN(RepositoryId id, repository_of_pool(uuid));
    return StoreName{.repository = std::move(id)};
  }
  if (const auto* const image = store.as<schema::ImageStoreTO>()) {
    TRESTLE_ASSIGN_OR_RETURN(const std::string uri,
                             needed(image->uri, std::string(member) + "'s store: uri"));
    return store_of_url(uri);
  }
  if (!store.has_value()) {
    return fail(Code::kInvalidArgument,
                std::string(member) + " does not say on which store it lies");
  }
  return fail(Code::kUnimplemented,
              std::string(member) + " lies on a store of type " +
                  std::string(store.object()->type().name) +
                  ", which hosts of this kind cannot reach; use NFS, with an NFS cache where the "
                  "images lie in an object store");
}

std::string_view to_string(ObjectKind kind) {
  switch (kind) {
    case ObjectKind::kTemplate:
      return "template";
    case ObjectKind::kVolume:
      return "volume";
    case ObjectKind::kSnapshot:
      return "snapshot";
  }
  return "object";
}

std::string StoredObject::shown() const {
  const std::string what = !path.empty() ? path : !name.empty() ? name : uuid;
  return std::string(to_string(kind)) + " " + what + " on " + store.shown();
}

Result<StoredObject> object_of(const schema::DataTO& data, std::string_view member) {
  if (const auto* const volume = data.as<schema::VolumeObjectTO>())
    return volume_of(*volume, member);
  if (const auto* const from = data.as<schema::TemplateObjectTO>())
    return template_of(*from, member);
  if (const auto* const of = data.as<schema::SnapshotObjectTO>()) return snapshot_of(*of, member);
  return fail(Code::kInvalidArgument, "the command lacks its member '" + std::string(member) + "'");
}

Result<OpenStore> OpenStore::open(const Task& task, const StoreName& name) {
  if (!name.primary()) {
    TRESTLE_ASSIGN_OR_RETURN(NfsPlace place, task.host.mounts().use(work_of(task), name.location));
    return OpenStore(task, name, std::move(place));
  }
  auto found = find_file_place(task.ctx, task.agent(), name.repository->text());
  if (!found) {
    return fail(wrap(name.shown() + " is not on this host; connect the host again, which adds its "
                                    "pools",
                     std::move(found).error()));
  }
  if (!found->record.mounted()) {
    return fail(Code::kFailedPrecondition,
                name.shown() +
                    " is not mounted on this host; connect the host again, which "
                    "mounts its pools");
  }
  return OpenStore(task, name, std::move(found->nfs));
}

OpenStore::OpenStore(OpenStore&& other) noexcept
    : task_(std::exchange(other.task_, nullptr)),
      name_(std::move(other.name_)),
      place_(std::move(other.place_)) {}

OpenStore::~OpenStore() {
  if (task_ == nullptr || name_.primary()) return;
  const auto released = task_->host.mounts().release(work_of(*task_), place_);
  if (released) return;
  task_->log().write(Level::kWarn, "STILL_MOUNTED",
                     {{"export", name_.location}, {"why", released.error().message()}});
}

Result<ImageFile> OpenStore::file(const StoredObject& object, const std::string& path) const {
  const auto wrong = [&] {
    return fail(Code::kInvalidArgument, "'" + path + "' is no path of a " +
                                            std::string(to_string(object.kind)) + " on " +
                                            name_.shown() + "; correct its record");
  };
  const bool is_mark = path.ends_with(kHalfMark);
  if (path.empty() || climbs(path) || path.ends_with('/') || is_mark) return wrong();
  if (!name_.primary()) {
    const std::size_t begin = path.find_first_not_of('/');
    return ImageFile{place_, place_.mount_point + "/" + path.substr(begin)};
  }
  // Some commands carry the whole path on the host.
  const std::string folder = RepositoryPaths(*name_.repository).folder(folder_of(object)) + "/";
  const std::string plain = path.starts_with(folder) ? path.substr(folder.size()) : path;
  if (!detail::is_plain_name(plain)) return wrong();
  return ImageFile{place_, folder + plain};
}

std::string OpenStore::path_of(const ImageFile& file) const {
  if (name_.primary()) return file_name(file.path);
  return file.path.substr(place_.mount_point.size() + 1);
}

Result<void> OpenStore::make_folder_of(const Task& task, const ImageFile& file) const {
  if (name_.primary()) return {};
  const std::string folder = file.path.substr(0, file.path.rfind('/'));
  if (folder == place_.mount_point) return {};
  const auto made = HostModule(task.agent()).make_folder(task.ctx, folder);
  if (!made) return fail(wrap("while making the folder " + folder, made.error()));
  return {};
}

std::string image_lane(const ImageFile& file) {
  std::string_view path = file.path;
  for (const std::string_view ending : {".raw", ".img", ".iso"}) {
    if (!path.ends_with(ending)) continue;
    path.remove_suffix(ending.size());
    break;
  }
  return "file " + std::string(path);
}

std::optional<std::string> path_below(std::string_view url, std::string_view store) {
  while (store.ends_with('/')) store.remove_suffix(1);
  if (store.empty() || !url.starts_with(store)) return std::nullopt;
  url.remove_prefix(store.size());
  if (!url.starts_with('/')) return std::nullopt;
  return std::string(url.substr(1));
}

std::string file_name(const std::string& path) { return path.substr(path.rfind('/') + 1); }

std::string stem_of(const std::string& path) {
  const std::string name = file_name(path);
  const std::size_t dot = name.rfind('.');
  return dot == std::string::npos || dot == 0 ? name : name.substr(0, dot);
}

}  // namespace trestle::ovm3
