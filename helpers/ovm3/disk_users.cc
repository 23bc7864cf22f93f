// SPDX-License-Identifier: Apache-2.0
#include "helpers/ovm3/disk_users.h"

#include <algorithm>
#include <utility>

#include "helpers/ovm3/vm_mark.h"
#include "objects/ovm3/vm.h"
#include "objects/ovm3/vm_list.h"

namespace trestle::ovm3 {
namespace {

std::optional<std::string> last_host_of(const RepositoryFolder& folder) {
  for (const std::string& file : folder.files) {
    if (const auto marker = read_marker(file)) return marker->host;
  }
  return std::nullopt;
}

bool names(const std::vector<DiskConfig>& disks, const std::string& path) {
  return std::ranges::any_of(disks, [&](const DiskConfig& disk) { return disk.path == path; });
}

/// The stored VM of that folder if it has the image.
Result<std::optional<DiskUser>> stored_user(const CallContext& ctx, const Agent& agent,
                                            const RepositoryContents& repository,
                                            const RepositoryFolder& folder,
                                            const std::string& path) {
  const auto id = VmId::from_name(folder.name);
  if (!id || !folder.has("vm.cfg")) return std::optional<DiskUser>();
  auto config = Vm(agent, repository.id, *id).config(ctx);
  if (!config && config.error().code == Code::kNotFound) return std::optional<DiskUser>();
  if (!config) return fail(std::move(config).error());
  TRESTLE_ASSIGN_OR_RETURN(const auto disks, config->disks());
  if (!names(disks, path)) return std::optional<DiskUser>();
  const std::string name = config->name().empty() ? folder.name : config->name();
  const auto mark = read_mark(*config);
  DiskUser user{.vm = name, .last_host = last_host_of(folder)};
  if (mark && !mark->host.empty()) user.last_host = mark->host;
  return std::optional(std::move(user));
}

std::string joined(const std::vector<std::string>& names) {
  std::string all;
  for (const std::string& name : names) all += (all.empty() ? "" : ", ") + name;
  return all;
}

}  // namespace

Result<std::vector<DiskUser>> users_of_disk(const CallContext& ctx, const Agent& agent,
                                            const Repositories& all, const std::string& path) {
  std::vector<DiskUser> users;
  TRESTLE_ASSIGN_OR_RETURN(const auto live, list_vms(ctx, agent));
  for (const VmInfo& vm : live) {
    const bool uses =
        std::ranges::any_of(vm.vbds, [&](const Vbd& disk) { return disk.path() == path; });
    if (uses) users.push_back({.vm = vm.name, .runs_here = true});
  }
  const std::size_t here = users.size();
  for (const RepositoryContents& repository : all.contents) {
    for (const RepositoryFolder& folder : repository.virtual_machines) {
      TRESTLE_ASSIGN_OR_RETURN(auto user, stored_user(ctx, agent, repository, folder, path));
      if (!user) continue;
      const auto same = [&](const DiskUser& one) { return one.vm == user->vm; };
      if (std::any_of(users.begin(), users.begin() + static_cast<std::ptrdiff_t>(here), same)) {
        continue;
      }
      users.push_back(*std::move(user));
    }
  }
  return users;
}

Result<void> refuse_disk_in_use(const CallContext& ctx, const Agent& agent, const Repositories& all,
                                const std::string& path, std::string_view what) {
  TRESTLE_ASSIGN_OR_RETURN(const auto users, users_of_disk(ctx, agent, all, path));
  if (users.empty()) return {};
  std::vector<std::string> vms;
  for (const DiskUser& user : users) vms.push_back(user.vm + (user.runs_here ? " (runs)" : ""));
  return fail(Code::kFailedPrecondition, path + " cannot be " + std::string(what) +
                                             ": it is a disk of VM " + joined(vms) +
                                             "; detach it or remove the VM first");
}

Result<void> refuse_running_disk(const CallContext& ctx, const Agent& agent,
                                 const Repositories& all, const std::string& path,
                                 std::string_view what, const std::vector<std::string>& own_names,
                                 const StoppedElsewhere& stopped_elsewhere) {
  TRESTLE_ASSIGN_OR_RETURN(const auto users, users_of_disk(ctx, agent, all, path));
  for (const DiskUser& user : users) {
    if (user.runs_here) {
      return fail(Code::kUnimplemented,
                  path + " cannot be " + std::string(what) + " while VM " + user.vm +
                      " runs: the agent has no call that freezes a disk, so the copy would be "
                      "torn; stop the VM first");
    }
    const bool last_here =
        user.last_host && std::ranges::find(own_names, *user.last_host) != own_names.end();
    if (last_here || stopped_elsewhere(user.vm)) continue;
    return fail(Code::kFailedPrecondition,
                path + " cannot be " + std::string(what) + ": VM " + user.vm +
                    " has it, does not run on this host and may run on another one; stop that VM "
                    "in CloudStack, or send the command to the host that it was on");
  }
  return {};
}

}  // namespace trestle::ovm3
