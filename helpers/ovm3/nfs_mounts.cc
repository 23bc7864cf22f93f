// SPDX-License-Identifier: Apache-2.0
#include "helpers/ovm3/nfs_mounts.h"

#include <algorithm>
#include <string_view>
#include <utility>
#include <vector>

#include "objects/ovm3/host.h"
#include "objects/ovm3/mounts.h"
#include "objects/ovm3/storage.h"
#include "objects/ovm3/vm_list.h"

namespace trestle::ovm3 {
namespace {

constexpr std::string_view kStamp = "/.generic_fs_stamp";
constexpr int kStaleHandle = 116;  // ESTALE of Linux, as the agent's host prints it

bool is_stale_handle(const Error& error) {
  for (const Error* at = &error; at != nullptr; at = at->cause.get()) {
    if (at->fault && at->fault->errno_value == kStaleHandle) return true;
  }
  return false;
}

Result<void> mount(const Work& work, const NfsPlace& place) {
  const auto mounted =
      StoragePlugin(work.agent).mount(work.ctx, place.server, place.file_system, place.mount_point);
  if (mounted) return {};
  return fail(wrap("while mounting " + place.file_system.access_path, mounted.error()));
}

/// Reads something at the root of the mount; false if what must be there is not.
Result<bool> has_stamp(const Work& work, const NfsPlace& place) {
  const auto told = StoragePlugin(work.agent)
                        .file_info(work.ctx, place.server, place.file_system,
                                   {.type = FileType::kFile,
                                    .file_system = place.file_system.id,
                                    .path = place.mount_point + std::string(kStamp)});
  if (told) return true;
  if (told.error().code == Code::kNotFound) return false;
  return fail(told.error());
}

Result<bool> is_mounted(const CallContext& ctx, const Agent& agent, const NfsPlace& place) {
  TRESTLE_ASSIGN_OR_RETURN(const auto mounts, Host(agent).discover_mounts(ctx));
  return std::ranges::any_of(mounts,
                             [&](const Mount& one) { return one.dir == place.mount_point; });
}

Result<void> bring_up(const Work& work, const NfsPlace& place, bool mounted) {
  if (!mounted) TRESTLE_RETURN_IF_ERROR(mount(work, place));
  auto good = has_stamp(work, place);
  if (good && *good) return {};
  if (!good && !is_stale_handle(good.error())) return fail(std::move(good).error());
  work.log.write(Level::kWarn, "REMOUNT",
                 {{"export", place.file_system.access_path},
                  {"why", good ? "its stamp is missing" : good.error().message()}});
  if (!good) {
    TRESTLE_RETURN_IF_ERROR(
        StoragePlugin(work.agent)
            .unmount(work.ctx, place.server, place.file_system, place.mount_point));
  }
  TRESTLE_RETURN_IF_ERROR(mount(work, place));
  good = has_stamp(work, place);
  if (!good) return fail(std::move(good).error());
  if (*good) return {};
  return fail(Code::kFailedPrecondition,
              "export " + place.file_system.access_path +
                  " is mounted but cannot be written to by the storage plugin (no "
                  ".generic_fs_stamp); export it with write access for root of this host");
}

/// Nobody but a failed job has mounted it.
void take_back(const Work& work, const NfsPlace& place) {
  const auto gone = StoragePlugin(work.agent)
                        .unmount(work.undo, place.server, place.file_system, place.mount_point);
  if (gone || gone.error().code == Code::kNotFound) return;
  work.log.write(Level::kWarn, "STILL_MOUNTED",
                 {{"export", place.file_system.access_path}, {"why", gone.error().message()}});
}

/// The guest of this host that has a disk there; empty if there is none.
Result<std::string> guest_on(const CallContext& ctx, const Agent& agent, const NfsPlace& place) {
  TRESTLE_ASSIGN_OR_RETURN(const auto live, list_vms(ctx, agent));
  for (const VmInfo& vm : live) {
    for (const Vbd& disk : vm.vbds) {
      if (disk.path().starts_with(place.mount_point + "/")) return vm.name;
    }
  }
  return std::string();
}

}  // namespace

void NfsMounts::count(const std::string& mount_point, bool up) {
  const MutexLock lock(mutex_);
  auto& users = users_[mount_point];
  if (up) {
    ++users;
  } else if (users > 0) {
    --users;
  }
  if (users == 0) users_.erase(mount_point);
}

std::size_t NfsMounts::users(const NfsPlace& place) const {
  const MutexLock lock(mutex_);
  const auto found = users_.find(place.mount_point);
  return found == users_.end() ? 0 : found->second;
}

Result<NfsPlace> NfsMounts::use(const Work& work, const std::string& location) {
  TRESTLE_ASSIGN_OR_RETURN(NfsPlace place, nfs_place(location));
  TRESTLE_ASSIGN_OR_RETURN(const Lanes::Place turn, lanes_.enter(work.ctx, place.mount_point));
  TRESTLE_ASSIGN_OR_RETURN(const bool was_mounted, is_mounted(work.ctx, work.agent, place));
  auto ready = bring_up(work, place, was_mounted);
  if (ready) {
    count(place.mount_point, true);
    return place;
  }
  if (!was_mounted) take_back(work, place);
  return fail(std::move(ready).error());
}

Result<void> NfsMounts::release(const Work& work, const NfsPlace& place) {
  auto turn = lanes_.enter(work.undo, place.mount_point);
  count(place.mount_point, false);
  if (!turn) return fail(std::move(turn).error());
  if (users(place) > 0) return {};
  TRESTLE_ASSIGN_OR_RETURN(const std::string guest, guest_on(work.undo, work.agent, place));
  if (!guest.empty()) return {};
  auto gone = StoragePlugin(work.agent)
                  .unmount(work.undo, place.server, place.file_system, place.mount_point);
  if (gone) return {};
  // Somebody else is on it: then it is not ours to take away.
  if (gone.error().code == Code::kAborted || gone.error().code == Code::kNotFound) return {};
  TRESTLE_ASSIGN_OR_RETURN(const bool there, is_mounted(work.undo, work.agent, place));
  if (!there) return {};
  return fail(wrap("while unmounting " + place.file_system.access_path, std::move(gone).error()));
}

}  // namespace trestle::ovm3
