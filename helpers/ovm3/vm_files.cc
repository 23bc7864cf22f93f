// SPDX-License-Identifier: Apache-2.0
#include "helpers/ovm3/vm_files.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "helpers/ovm3/image_file.h"
#include "helpers/ovm3/storage_place.h"
#include "objects/ovm3/host.h"
#include "objects/ovm3/storage.h"
#include "objects/ovm3/vm_list.h"

namespace trestle::ovm3 {
namespace {

constexpr std::string_view kConfigFile = "vm.cfg";

/// The mounted repository that holds the path.
const RepositoryRecord* record_of(const Repositories& all, std::string_view path) {
  const auto found = std::ranges::find_if(all.records, [&](const RepositoryRecord& record) {
    return path.starts_with(RepositoryPaths(record.id).root() + "/");
  });
  return found == all.records.end() ? nullptr : &*found;
}

Result<FilePlace> place_of(const Repositories& all, const std::string& path) {
  const RepositoryRecord* const record = record_of(all, path);
  if (record == nullptr) {
    return fail(Code::kFailedPrecondition,
                path + " lies in no mounted repository; mount it, then repeat");
  }
  return file_place_of(*record);
}

StorageFile file_at(const FilePlace& place, const std::string& path) {
  return StorageFile{
      .type = FileType::kFile, .file_system = place.nfs.file_system.id, .path = path};
}

std::string folder_of(const RepositoryId& repository, const VmId& id) {
  return RepositoryPaths(repository).folder(kVirtualMachines) + "/" + id.text() + "/";
}

bool is_disposable(const DiskConfig& disk, const Repositories& all) {
  if (disk.cdrom || disk.backend != "file" || disk.mode != DiskMode::kReadWrite) return false;
  const RepositoryRecord* const record = record_of(all, disk.path);
  if (record == nullptr) return false;
  const std::string folder = RepositoryPaths(record->id).folder(kVirtualDisks) + "/";
  // In the folder itself: "VirtualDisks/../Templates/x" is somebody else's.
  return disk.path.starts_with(folder) && disk.path.find('/', folder.size()) == std::string::npos;
}

/// The domain other than this VM's that has the file as a disk; empty if there is none.
std::string other_user(const std::vector<VmInfo>& live, const VmId& id, std::string_view path) {
  for (const VmInfo& vm : live) {
    const auto uuid = vm.id();
    if (uuid && *uuid == id) continue;
    for (const Vbd& vbd : vm.vbds) {
      if (vbd.path() == path) return vm.name;
    }
  }
  return {};
}

}  // namespace

std::string disk_file(const VmId& id, std::string_view tag, std::size_t index) {
  return id.text() + "-" + std::string(tag) + "-" + std::to_string(index) + ".img";
}

std::vector<std::string> own_files(const RepositoryContents& contents, const VmId& id) {
  std::vector<std::string> paths;
  const std::string folder = RepositoryPaths(contents.id).folder(kVirtualDisks) + "/";
  for (const std::string& name : contents.virtual_disks) {
    if (name.starts_with(id.text() + "-")) paths.push_back(folder + name);
  }
  return paths;
}

Result<void> create_disk(const CallContext& ctx, const Agent& agent, const RepositoryRecord& record,
                         const std::string& path, Bytes size) {
  TRESTLE_ASSIGN_OR_RETURN(FilePlace place, file_place_of(record));
  return make_file(ctx, agent, {std::move(place.nfs), path}, size);
}

Result<Bytes> file_size(const CallContext& ctx, const Agent& agent, const Repositories& all,
                        const std::string& path) {
  TRESTLE_ASSIGN_OR_RETURN(const FilePlace place, place_of(all, path));
  TRESTLE_ASSIGN_OR_RETURN(const StorageFile file,
                           StoragePlugin(agent).file_info(
                               ctx, place.nfs.server, place.nfs.file_system, file_at(place, path)));
  return file.size.value_or(Bytes{});
}

Result<void> destroy_file(const CallContext& ctx, const Agent& agent, const Repositories& all,
                          const std::string& path) {
  TRESTLE_ASSIGN_OR_RETURN(FilePlace place, place_of(all, path));
  TRESTLE_RETURN_IF_ERROR(remove_file(ctx, agent, {std::move(place.nfs), path}));
  return {};
}

Result<void> destroy_disks(const CallContext& ctx, const Agent& agent, Log& log,
                           const Repositories& all, const RepositoryId& repository, const VmId& id,
                           const VmConfig& config) {
  std::vector<std::string> paths;
  if (const RepositoryContents* contents = all.find(repository)) paths = own_files(*contents, id);
  TRESTLE_ASSIGN_OR_RETURN(const auto disks, config.disks());
  for (const DiskConfig& disk : disks) {
    if (std::ranges::find(paths, disk.path) != paths.end() || disk.cdrom) continue;
    if (is_disposable(disk, all)) {
      paths.push_back(disk.path);
    } else {
      log.write(Level::kWarn, "DISK_KEPT",
                {{"path", disk.path}, {"why", "shared, read-only or not in VirtualDisks"}});
    }
  }
  if (paths.empty()) return {};
  TRESTLE_ASSIGN_OR_RETURN(const auto live, list_vms(ctx, agent));
  Result<void> first;
  for (const std::string& path : paths) {
    if (const std::string user = other_user(live, id, path); !user.empty()) {
      log.write(Level::kWarn, "DISK_KEPT", {{"path", path}, {"why", "in use by VM " + user}});
      continue;
    }
    const auto gone = destroy_file(ctx, agent, all, path);
    if (!gone && first) first = fail(gone.error());
    log.write(Level::kInfo, gone ? "DISK_REMOVED" : "DISK_LEFT", {{"path", path}});
  }
  return first;
}

std::vector<std::string> files_of(const Repositories& all, const RepositoryId& repository,
                                  const VmId& id) {
  const RepositoryContents* const contents = all.find(repository);
  if (contents == nullptr) return {};
  for (const RepositoryFolder& folder : contents->virtual_machines) {
    const auto there = VmId::from_name(folder.name);
    if (there && *there == id) return folder.files;
  }
  return {};
}

Result<void> set_marker(const CallContext& ctx, const Agent& agent, const Repositories& all,
                        const RepositoryId& repository, const VmId& id, const VmMarker& marker,
                        const std::vector<std::string>& files) {
  const std::string folder = folder_of(repository, id);
  if (std::ranges::find(files, marker.file()) == files.end()) {
    TRESTLE_RETURN_IF_ERROR(Host(agent).copy_file(ctx, folder + std::string(kConfigFile),
                                                  folder + marker.file(), true));
  }
  for (const std::string& file : files) {
    if (read_marker(file) && file != marker.file()) {
      TRESTLE_RETURN_IF_ERROR(destroy_file(ctx, agent, all, folder + file));
    }
  }
  return {};
}

}  // namespace trestle::ovm3
