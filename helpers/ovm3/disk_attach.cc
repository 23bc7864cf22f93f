// SPDX-License-Identifier: Apache-2.0
#include "helpers/ovm3/disk_attach.h"

#include <algorithm>
#include <chrono>
#include <utility>

#include "helpers/ovm3/disk_users.h"
#include "helpers/ovm3/vm_defaults.h"
#include "objects/core/poll.h"
#include "objects/ovm3/vm_list.h"

namespace trestle::ovm3 {
namespace {

/// How long a guest may take to let a disk in or out.
constexpr std::chrono::seconds kGuestPatience{15};
constexpr std::chrono::milliseconds kGuestPause{500};
constexpr std::int64_t kCdPlace = 3;

std::string bare(std::string_view device) {
  return std::string(device.substr(0, device.find(':')));
}

const DiskConfig* find_path(const std::vector<DiskConfig>& disks, const std::string& path) {
  const auto found = std::ranges::find(disks, path, &DiskConfig::path);
  return found == disks.end() ? nullptr : &*found;
}

bool is_taken(const std::vector<DiskConfig>& disks, const std::string& device) {
  return std::ranges::any_of(disks, [&](const DiskConfig& one) { return one.dev == device; });
}

Result<std::string> first_free(const VmConfig& config, const std::vector<DiskConfig>& disks) {
  for (std::int64_t place = 1;; ++place) {
    if (place == kCdPlace) continue;  // CloudStack keeps it for the CD
    TRESTLE_ASSIGN_OR_RETURN(std::string device, device_at(config.domain_type(), place));
    if (!is_taken(disks, device)) return device;
  }
}

Result<void> refuse_taken(const std::vector<DiskConfig>& disks, const std::string& device,
                          const std::string& vm) {
  const auto found = std::ranges::find(disks, device, &DiskConfig::dev);
  if (found == disks.end()) return {};
  return fail(Code::kAlreadyExists, "VM " + vm + " has " + found->path + " at " + device +
                                        " already; detach that one, or ask for another device id");
}

/// known defect 79: without sharing a second writer is refused, here and by the hypervisor.
Result<void> refuse_second_user(const Work& work, const Repositories& all, const DiskOwner& owner,
                                const DiskWish& wish) {
  if (wish.cdrom || wish.shared) return {};
  TRESTLE_ASSIGN_OR_RETURN(const auto users, users_of_disk(work.ctx, work.agent, all, wish.path));
  for (const DiskUser& user : users) {
    if (user.vm == owner.name) continue;
    return fail(Code::kFailedPrecondition,
                wish.path + " is a disk of VM " + user.vm +
                    " already, and two VMs would destroy what is on it; detach it there first");
  }
  return {};
}

/// Writes the disks, and looks until the domain has (or has not) the path.
Result<void> change(const Work& work, const DiskOwner& owner, const std::vector<DiskConfig>& disks,
                    const std::string& path, bool shall_have) {
  TRESTLE_ASSIGN_OR_RETURN(const VmConfig wanted, owner.config.with_disks(disks));
  auto written = owner.vm.configure(work.ctx, changes(owner.config, wanted));
  if (!written && written.error().fault) return written;
  // The answer may be lost: what can be seen decides.
  TRESTLE_ASSIGN_OR_RETURN(const VmConfig stored, owner.vm.config(work.ctx));
  TRESTLE_ASSIGN_OR_RETURN(const auto stored_disks, stored.disks());
  if ((find_path(stored_disks, path) != nullptr) != shall_have) {
    return written ? Result<void>(fail(Code::kAborted, "the configuration of VM " + owner.name +
                                                           " was changed by somebody else "
                                                           "meanwhile; repeat the command"))
                   : written;
  }
  if (!owner.runs_here) return {};
  return poll(with_budget(work.ctx, kGuestPatience), kGuestPause,
              "VM " + owner.name + (shall_have ? " to take " : " to let go of ") + path,
              [&](const CallContext& ctx) -> Result<bool> {
                const auto live = owner.vm.live(ctx);
                if (!live && live.error().code == Code::kNotFound) return true;  // it has ended
                if (!live) return fail(live.error());
                const bool has = std::ranges::any_of(
                    live->vbds, [&](const Vbd& disk) { return disk.path() == path; });
                return has == shall_have;
              });
}

/// The disks as they were before, as far as one device is concerned: what others have changed
/// since stays. `wanted` are those that were written.
std::vector<DiskConfig> undone_disks(const std::vector<DiskConfig>& stored,
                                     const std::vector<DiskConfig>& before,
                                     const std::vector<DiskConfig>& wanted,
                                     const std::string& device) {
  if (stored == wanted) return before;
  std::vector<DiskConfig> disks = stored;
  const auto here = [&](const DiskConfig& one) { return one.dev == device; };
  const auto written = std::ranges::find_if(wanted, here);
  std::erase_if(disks, [&](const DiskConfig& one) {
    return here(one) && written != wanted.end() && one.path == written->path;
  });
  const auto was = std::ranges::find_if(before, here);
  if (was != before.end() && !is_taken(disks, device)) disks.push_back(*was);
  return disks;
}

Result<void> put_back(const Work& work, const DiskOwner& owner,
                      const std::vector<DiskConfig>& wanted, const std::string& device) {
  TRESTLE_ASSIGN_OR_RETURN(const auto before, owner.config.disks());
  TRESTLE_ASSIGN_OR_RETURN(const VmConfig stored, owner.vm.config(work.undo));
  TRESTLE_ASSIGN_OR_RETURN(const auto disks, stored.disks());
  TRESTLE_ASSIGN_OR_RETURN(const VmConfig back,
                           stored.with_disks(undone_disks(disks, before, wanted, device)));
  return owner.vm.configure(work.undo, changes(stored, back));
}

/// Puts back what was written at a device.
tl::unexpected<Error> take_back(const Work& work, const DiskOwner& owner,
                                const std::vector<DiskConfig>& wanted, const std::string& device,
                                Error error) {
  const auto undone = put_back(work, owner, wanted, device);
  if (!undone) {
    work.log.write(Level::kError, "UNDO_FAILED",
                   {{"vm", owner.name}, {"why", undone.error().message()}});
  }
  const bool too_slow = error.code == Code::kDeadlineExceeded;
  Error told =
      wrap("the disks of VM " + owner.name + (undone ? " are as they were" : " may be changed"),
           std::move(error));
  if (too_slow) told.code = Code::kAborted;
  return fail(std::move(told));
}

}  // namespace

Result<DiskOwner> find_disk_owner(const CallContext& ctx, const Agent& agent,
                                  const std::string& name, const std::string& host) {
  TRESTLE_ASSIGN_OR_RETURN(auto found, find_named_vm(ctx, agent, name));
  if (!found || !found->config) {
    return fail(Code::kNotFound,
                "no repository of this host has " +
                    std::string(found ? "the configuration of VM " : "a VM named ") + name +
                    "; start it first, or send the command to its host");
  }
  const std::string last = found->mark().host;
  if (!found->live && !last.empty() && last != host) {
    return fail(Code::kFailedPrecondition, "VM " + name + " was last started on host " + last +
                                               " and may run there; send the command to that host");
  }
  return DiskOwner{.vm = found->handle(agent),
                   .name = name,
                   .config = *std::move(found->config),
                   .runs_here = found->live.has_value()};
}

std::optional<std::int64_t> place_of_device(std::string_view device) {
  const std::string name = bare(device);
  const std::size_t begin = name.starts_with("xvd") ? 3U : name.starts_with("hd") ? 2U : 0U;
  if (begin == 0 || name.size() != begin + 1 || name.back() < 'a' || name.back() > 'z') {
    return std::nullopt;
  }
  return name.back() - 'a';
}

Result<DiskPlace> attach_disk(const Work& work, const Repositories& all, const DiskOwner& owner,
                              const DiskWish& wish) {
  TRESTLE_ASSIGN_OR_RETURN(auto disks, owner.config.disks());
  if (const DiskConfig* const there = find_path(disks, wish.path)) {
    const DiskPlace place{
        .device = there->dev, .place = place_of_device(there->dev).value_or(0), .was_so = true};
    if (!wish.place || wish.cdrom || *wish.place == place.place) return place;
    return fail(Code::kAlreadyExists, "VM " + owner.name + " has " + wish.path + " at " +
                                          there->dev + " and not at device id " +
                                          std::to_string(*wish.place) + "; detach it first");
  }
  TRESTLE_RETURN_IF_ERROR(refuse_second_user(work, all, owner, wish));
  DiskConfig disk{.backend = "file", .path = wish.path, .cdrom = wish.cdrom};
  disk.mode = wish.cdrom    ? DiskMode::kReadOnly
              : wish.shared ? DiskMode::kSharedReadWrite
                            : DiskMode::kReadWrite;
  const auto drive = std::ranges::find_if(disks, [](const DiskConfig& one) { return one.cdrom; });
  if (wish.cdrom && drive != disks.end()) {
    disk.dev = drive->dev;
    *drive = disk;
  } else {
    if (wish.place || wish.cdrom) {
      TRESTLE_ASSIGN_OR_RETURN(
          disk.dev, device_at(owner.config.domain_type(), wish.place.value_or(kCdPlace)));
    } else {
      TRESTLE_ASSIGN_OR_RETURN(disk.dev, first_free(owner.config, disks));
    }
    TRESTLE_RETURN_IF_ERROR(refuse_taken(disks, disk.dev, owner.name));
    disks.push_back(disk);
  }
  auto changed = change(work, owner, disks, wish.path, true);
  if (!changed) return take_back(work, owner, disks, disk.dev, std::move(changed).error());
  return DiskPlace{.device = disk.dev, .place = place_of_device(disk.dev).value_or(0)};
}

Result<DiskPlace> detach_disk(const Work& work, const DiskOwner& owner, const std::string& path) {
  TRESTLE_ASSIGN_OR_RETURN(auto disks, owner.config.disks());
  const DiskConfig* const there = find_path(disks, path);
  if (there == nullptr) return DiskPlace{.device = {}, .was_so = true};
  DiskPlace place{.device = there->dev, .place = place_of_device(there->dev).value_or(0)};
  std::erase_if(disks, [&](const DiskConfig& one) { return one.path == path; });
  auto changed = change(work, owner, disks, path, false);
  if (!changed) return take_back(work, owner, disks, place.device, std::move(changed).error());
  return place;
}

}  // namespace trestle::ovm3
