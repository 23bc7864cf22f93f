// SPDX-License-Identifier: Apache-2.0
#include "helpers/ovm3/nfs_repository.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "helpers/ovm3/image_file.h"
#include "objects/ovm3/host.h"
#include "objects/ovm3/mounts.h"
#include "objects/ovm3/repository.h"
#include "objects/ovm3/storage.h"
#include "objects/ovm3/vm_list.h"

namespace trestle::ovm3 {
namespace {

/// Every repository has it at its root.
constexpr std::string_view kRecordFile = "/.ovsrepo";

/// What the records of a host say about a wish.
struct OnRecord {
  std::optional<RepositoryRecord> wanted;
  std::optional<RepositoryRecord> other;  ///< another repository at the same export
};

bool same_export(const RepositoryRecord& record, const std::string& location) {
  const auto place = record.fs_location ? nfs_place(*record.fs_location)
                                        : Result<NfsPlace>(fail(Code::kNotFound, "none"));
  if (!place) return false;
  const std::size_t colon = record.fs_location->find(":/");
  const auto clean = nfs_location(place->server.access_host,
                                  std::string_view(*record.fs_location).substr(colon + 1), 0);
  return clean && *clean == location;
}

Result<OnRecord> look_up(const CallContext& ctx, const Agent& agent, const RepositoryWish& wish) {
  TRESTLE_ASSIGN_OR_RETURN(const auto records, discover_repository_db(ctx, agent));
  OnRecord found;
  for (const RepositoryRecord& record : records) {
    if (record.id == wish.id) {
      found.wanted = record;
    } else if (same_export(record, wish.location)) {
      found.other = record;
    }
  }
  return found;
}

std::string shown(const RepositoryRecord& record) {
  return record.id.text() + " (" + record.alias.value_or("no alias") + ")";
}

Result<void> check_owner(const RepositoryRecord& record, const RepositoryWish& wish) {
  if (!wish.owner || !record.manager || *record.manager == *wish.owner) return {};
  return fail(Code::kPermissionDenied,
              "repository " + shown(record) + " is owned by another manager (" +
                  record.manager->text() + "); let that one release it, or use another export");
}

Result<void> check_record(const RepositoryRecord& record, const RepositoryWish& wish) {
  TRESTLE_RETURN_IF_ERROR(check_owner(record, wish));
  if (same_export(record, wish.location)) return {};
  return fail(Code::kFailedPrecondition,
              "the host has repository " + shown(record) + " on record at " +
                  record.fs_location.value_or("an unknown place") + " and not at " + wish.location +
                  "; remove that record first (trestle repo delete)");
}

std::string mount_point_of(const RepositoryWish& wish) { return RepositoryPaths(wish.id).root(); }

bool is_mounted(const std::vector<Mount>& mounts, const std::string& mount_point) {
  return std::ranges::any_of(mounts, [&](const Mount& one) { return one.dir == mount_point; });
}

Result<void> mount(const Work& work, const RepositoryWish& wish, const std::string& mount_point) {
  auto mounted = mount_repository_fs(work.ctx, work.agent, wish.location, mount_point);
  if (mounted) return {};
  // Left mounted by an attempt that was cut short: then it is what was wanted.
  const auto mounts = Host(work.agent).discover_mounts(work.ctx);
  const bool there = mounts && std::ranges::any_of(*mounts, [&](const Mount& one) {
                       return one.dir == mount_point && one.device == wish.location;
                     });
  if (there) return {};
  return fail(wrap("while mounting " + wish.location, std::move(mounted).error()));
}

/// Whether the mounted export holds a repository. Only "no such file" says no.
Result<bool> has_repository(const Work& work, const RepositoryWish& wish) {
  TRESTLE_ASSIGN_OR_RETURN(NfsPlace place, nfs_place(wish.location));
  const std::string path = mount_point_of(wish) + std::string(kRecordFile);
  TRESTLE_ASSIGN_OR_RETURN(const auto size,
                           size_of(work.ctx, work.agent, {std::move(place), path}));
  return size.has_value();
}

/// Records what the export holds, or writes a new one. The export is mounted.
Result<RepositoryStart> add_or_create(const Work& work, const RepositoryWish& wish) {
  const std::string mount_point = mount_point_of(wish);
  TRESTLE_ASSIGN_OR_RETURN(const bool known, has_repository(work, wish));
  if (!known) {
    auto created =
        Repository(work.agent, wish.id).create(work.ctx, wish.location, mount_point, wish.alias);
    if (created) return RepositoryStart::kCreated;
    // Another host was faster: then it is one to be added.
    if (created.error().code != Code::kAlreadyExists) return fail(std::move(created).error());
    TRESTLE_ASSIGN_OR_RETURN(const bool known_now, has_repository(work, wish));
    if (!known_now) return fail(std::move(created).error());
  }
  TRESTLE_RETURN_IF_ERROR(add_repository(work.ctx, work.agent, wish.location, mount_point));
  return RepositoryStart::kAdded;
}

/// Takes back a mount with the record that came of it: there was none of either repository before.
void take_back(const Work& work, const RepositoryWish& wish) {
  const auto records = look_up(work.undo, work.agent, wish);
  Result<void> undone;
  const RepositoryRecord* made = nullptr;
  if (records && records->wanted) made = &*records->wanted;
  if (records && records->other) made = &*records->other;
  if (made != nullptr) {
    undone = Repository(work.agent, made->id).remove(work.undo, Erase::kKeepFiles);
  } else {
    undone = unmount_repository_fs(work.undo, work.agent, mount_point_of(wish));
  }
  if (!undone) {
    work.log.write(Level::kError, "UNDO_FAILED",
                   {{"export", wish.location}, {"why", undone.error().message()}});
  }
}

/// The record after the work, which alone proves it.
Result<RepositoryRecord> proven(const CallContext& ctx, const Agent& agent,
                                const RepositoryWish& wish) {
  TRESTLE_ASSIGN_OR_RETURN(OnRecord records, look_up(ctx, agent, wish));
  if (records.wanted) {
    TRESTLE_RETURN_IF_ERROR(check_record(*records.wanted, wish));
    if (records.wanted->mounted()) return *std::move(records.wanted);
    return fail(Code::kFailedPrecondition, "repository " + shown(*records.wanted) +
                                               " is on record but not mounted; look at the "
                                               "export and at the host's log");
  }
  if (records.other) {
    return fail(Code::kAlreadyExists, wish.location + " holds repository " + shown(*records.other) +
                                          " and not " + wish.id.text() +
                                          "; use that one's id, or another export");
  }
  return fail(Code::kNotFound, "the host has no record of repository " + wish.id.text() +
                                   " afterwards; look at the host's ovs-agent.log");
}

Result<OpenRepository> bring_in(const Work& work, const RepositoryWish& wish) {
  TRESTLE_RETURN_IF_ERROR(mount(work, wish, mount_point_of(wish)));
  const auto start = add_or_create(work, wish);
  // What the host has on record now decides, whatever the reply was: a call whose answer was lost
  // may have done its work.
  auto record = proven(start ? work.ctx : work.undo, work.agent, wish);
  if (!record) {
    take_back(work, wish);
    return fail(start ? std::move(record).error() : start.error());
  }
  TRESTLE_ASSIGN_OR_RETURN(FilePlace place, file_place_of(*std::move(record)));
  return OpenRepository{.place = std::move(place),
                        .start = start.value_or(RepositoryStart::kAdded)};
}

Result<OpenRepository> bring_up(const Work& work, const RepositoryWish& wish) {
  TRESTLE_ASSIGN_OR_RETURN(const OnRecord records, look_up(work.ctx, work.agent, wish));
  if (records.other) {
    return fail(Code::kAlreadyExists, wish.location + " holds repository " + shown(*records.other) +
                                          " already, so " + wish.id.text() +
                                          " cannot lie there; use another export");
  }
  if (!records.wanted) return bring_in(work, wish);
  TRESTLE_RETURN_IF_ERROR(check_record(*records.wanted, wish));
  RepositoryStart start = RepositoryStart::kReady;
  if (!records.wanted->mounted()) {
    const std::string where = records.wanted->mount_point.value_or(mount_point_of(wish));
    TRESTLE_RETURN_IF_ERROR(mount(work, wish, where));
    start = RepositoryStart::kMounted;
  }
  TRESTLE_ASSIGN_OR_RETURN(RepositoryRecord record, proven(work.ctx, work.agent, wish));
  TRESTLE_ASSIGN_OR_RETURN(FilePlace place, file_place_of(std::move(record)));
  return OpenRepository{.place = std::move(place), .start = start};
}

}  // namespace

std::string_view to_string(RepositoryStart start) {
  switch (start) {
    case RepositoryStart::kReady:
      return "was there already";
    case RepositoryStart::kMounted:
      return "was mounted again";
    case RepositoryStart::kAdded:
      return "was on the export and has been added";
    case RepositoryStart::kCreated:
      return "has been created";
  }
  return "is there";
}

Result<OpenRepository> open_repository(const Work& work, const RepositoryWish& wish) {
  TRESTLE_ASSIGN_OR_RETURN(OpenRepository opened, bring_up(work, wish));
  // The storage plugin makes files only where it has put its stamp; it is our repository by now.
  const NfsPlace& nfs = opened.place.nfs;
  TRESTLE_ASSIGN_OR_RETURN(const auto mounts, Host(work.agent).discover_mounts(work.ctx));
  if (!is_mounted(mounts, nfs.mount_point)) {
    const auto stamped =
        StoragePlugin(work.agent).mount(work.ctx, nfs.server, nfs.file_system, nfs.mount_point);
    if (!stamped) {
      return fail(
          wrap("repository " + wish.id.text() + " is there, but the storage plugin cannot mount it",
               stamped.error()));
    }
  }
  work.log.write(
      Level::kInfo, "REPOSITORY",
      {{"id", wish.id.text()}, {"export", wish.location}, {"it", to_string(opened.start)}});
  return opened;
}

Result<void> refuse_repository_in_use(const Work& work, const RepositoryId& id) {
  TRESTLE_ASSIGN_OR_RETURN(const auto live, list_vms(work.ctx, work.agent));
  const std::string root = RepositoryPaths(id).root() + "/";
  std::string users;
  for (const VmInfo& vm : live) {
    const bool uses = std::ranges::any_of(
        vm.vbds, [&](const Vbd& disk) { return disk.path().starts_with(root); });
    if (uses) users += (users.empty() ? "" : ", ") + vm.name;
  }
  if (users.empty()) return {};
  return fail(Code::kFailedPrecondition, "repository " + id.text() +
                                             " holds disks of VMs that run on this host: " + users +
                                             "; stop or migrate them first");
}

Result<bool> close_repository(const Work& work, const RepositoryId& id) {
  TRESTLE_ASSIGN_OR_RETURN(const auto records, discover_repository_db(work.ctx, work.agent));
  const auto found =
      std::ranges::find_if(records, [&](const RepositoryRecord& one) { return one.id == id; });
  if (found == records.end()) return false;
  TRESTLE_RETURN_IF_ERROR(refuse_repository_in_use(work, id));
  if (const auto place = file_place_of(*found)) {
    const NfsPlace& nfs = place->nfs;
    TRESTLE_ASSIGN_OR_RETURN(const auto mounts, Host(work.agent).discover_mounts(work.ctx));
    if (is_mounted(mounts, nfs.mount_point)) {
      TRESTLE_RETURN_IF_ERROR(StoragePlugin(work.agent)
                                  .unmount(work.ctx, nfs.server, nfs.file_system, nfs.mount_point));
    }
  }
  const auto removed = Repository(work.agent, id).remove(work.ctx, Erase::kKeepFiles);
  TRESTLE_ASSIGN_OR_RETURN(const auto left, discover_repository_db(work.undo, work.agent));
  const bool there =
      std::ranges::any_of(left, [&](const RepositoryRecord& one) { return one.id == id; });
  if (!there) return true;
  if (!removed) return fail(removed.error());
  return fail(Code::kAborted, "repository " + id.text() +
                                  " is still on record after its removal; look at the host's "
                                  "ovs-agent.log, then repeat");
}

}  // namespace trestle::ovm3
