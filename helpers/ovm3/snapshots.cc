// SPDX-License-Identifier: Apache-2.0
#include "helpers/ovm3/snapshots.h"

#include <algorithm>
#include <utility>

#include "helpers/ovm3/making.h"
#include "helpers/ovm3/vm_files.h"
#include "objects/ovm3/host.h"

namespace trestle::ovm3 {
namespace {

constexpr std::size_t kMostName = 64;
constexpr std::string_view kWord = "snap.";
constexpr std::string_view kEnd = ".cfg";

std::string record_file(const VmId& id, const std::string& name) {
  return id.text() + "-" + std::string(kWord) + name + std::string(kEnd);
}

std::string disk_folder(const RepositoryId& repository) {
  return RepositoryPaths(repository).folder(kVirtualDisks) + "/";
}

/// The writable images of a VM, in their order.
Result<std::vector<DiskConfig>> images_of(const VmConfig& config) {
  TRESTLE_ASSIGN_OR_RETURN(auto disks, config.disks());
  std::erase_if(disks, [](const DiskConfig& disk) {
    return disk.cdrom || disk.backend != "file" || disk.mode != DiskMode::kReadWrite;
  });
  return disks;
}

Result<void> refuse_running(const CallContext& ctx, const Agent& agent, const HostedVm& vm) {
  TRESTLE_ASSIGN_OR_RETURN(const auto live, live_domain(ctx, agent, vm.repository, vm.id));
  if (!live) return {};
  return fail(Code::kFailedPrecondition,
              "VM " + vm.config.name() +
                  " runs: snapshots of running VMs are not supported, since "
                  "their disks would be torn; stop it first");
}

/// All files of a snapshot, whole or not.
std::vector<std::string> files_of_snapshot(const RepositoryContents& contents, const VmId& id,
                                           const std::string& name) {
  const std::string stem = id.text() + "-" + std::string(kWord) + name;
  std::vector<std::string> paths;
  for (const std::string& file : contents.virtual_disks) {
    const bool image = file.starts_with(stem + "-") && file.ends_with(".img") &&
                       file.find('-', stem.size() + 1) == std::string::npos;
    if (image || file == stem + std::string(kEnd)) {
      paths.push_back(disk_folder(contents.id) + file);
    }
  }
  return paths;
}

const RepositoryContents& contents_of(const Repositories& all, const HostedVm& vm) {
  return *all.find(vm.repository);  // it was found there
}

Result<void> destroy_all(const CallContext& ctx, const Agent& agent, const Repositories& all,
                         const std::vector<std::string>& paths) {
  for (const std::string& path : paths) {
    TRESTLE_RETURN_IF_ERROR(destroy_file(ctx, agent, all, path));
  }
  return {};
}

/// What could not be removed is said in the log.
void remove_again(const CallContext& undo, const Agent& agent, Log& log, const Repositories& all,
                  const std::vector<std::string>& paths) {
  const auto undone = destroy_all(undo, agent, all, paths);
  if (!undone) log.write(Level::kError, "UNDO_FAILED", {{"why", undone.error().message()}});
}

using Pairs = std::vector<std::pair<std::string, std::string>>;  // from, to

/// Copies one file and compares the sizes.
Result<void> copy_one(const CallContext& ctx, const Agent& agent, Log& log, const Repositories& all,
                      const std::string& from, const std::string& to) {
  log.write(Level::kInfo, "COPY", {{"from", from}, {"to", to}});
  TRESTLE_RETURN_IF_ERROR(Host(agent).copy_file(ctx, from, to, true));
  TRESTLE_ASSIGN_OR_RETURN(const Bytes wanted, file_size(ctx, agent, all, from));
  TRESTLE_ASSIGN_OR_RETURN(const Bytes made, file_size(ctx, agent, all, to));
  if (made == wanted) return {};
  return fail(Code::kCorruptImage, to + " has " + std::to_string(made.count) +
                                       " bytes after the copy, its source " + from + " has " +
                                       std::to_string(wanted.count) +
                                       "; look for a full disk, then repeat");
}

/// Copies the disks of a VM that must not run, before, meanwhile and after. What is there already
/// of a failed run is removed again.
Result<void> copy_at_rest(const CallContext& ctx, const CallContext& undo, const Agent& agent,
                          Log& log, const Repositories& all, const HostedVm& vm,
                          const Pairs& pairs) {
  TRESTLE_RETURN_IF_ERROR(refuse_running(ctx, agent, vm));
  std::vector<std::string> made;
  Result<void> copied;
  for (const auto& [from, to] : pairs) {
    made.push_back(to);
    copied = copy_one(ctx, agent, log, all, from, to);
    if (!copied) break;
  }
  if (copied) copied = refuse_running(ctx, agent, vm);
  if (!copied) remove_again(undo, agent, log, all, made);
  return copied;
}

/// The copies: what a VM gets in place of its disks.
std::vector<std::string> targets_of(const Pairs& pairs) {
  std::vector<std::string> paths;
  for (const auto& [from, to] : pairs) paths.push_back(to);
  return paths;
}

/// Makes the VM use the copies, or says that it does not.
Result<void> use_copies(const CallContext& ctx, const CallContext& undo, const Agent& agent,
                        Log& log, const Repositories& all, const HostedVm& vm,
                        const VmConfig& wanted, const std::vector<std::string>& copies) {
  auto written = vm.handle(agent).configure(ctx, changes(vm.config, wanted));
  if (written) return written;
  // The answer may be lost: what the configuration names now decides.
  const auto now = vm.handle(agent).config(undo);
  const auto disks = now ? now->disks() : Result<std::vector<DiskConfig>>(fail(now.error()));
  if (!disks) return written;
  const bool used = std::ranges::any_of(*disks, [&](const DiskConfig& disk) {
    return std::ranges::find(copies, disk.path) != copies.end();
  });
  if (used) return {};
  remove_again(undo, agent, log, all, copies);
  return written;
}

/// Only what lies where disks of VMs lie is removed: anything else is not ours.
Result<void> destroy_replaced(const CallContext& ctx, const Agent& agent, Log& log,
                              const Repositories& all, const std::vector<std::string>& old) {
  for (const std::string& path : old) {
    const bool disposable = std::ranges::any_of(all.records, [&](const RepositoryRecord& record) {
      return path.starts_with(disk_folder(record.id));
    });
    if (disposable) {
      TRESTLE_RETURN_IF_ERROR(destroy_file(ctx, agent, all, path));
    } else {
      log.write(Level::kWarn, "DISK_KEPT", {{"path", path}, {"why", "not in VirtualDisks"}});
    }
  }
  return {};
}

Result<void> needs_snapshot(const Repositories& all, const HostedVm& vm, const std::string& name) {
  TRESTLE_RETURN_IF_ERROR(check_snapshot_name(name));
  const auto names = snapshots_of(contents_of(all, vm), vm.id);
  if (std::ranges::find(names, name) != names.end()) return {};
  return fail(Code::kNotFound, "VM " + vm.config.name() + " has no snapshot '" + name +
                                   "'; ListSnapshots shows those it has");
}

}  // namespace

Result<void> check_snapshot_name(const std::string& name) {
  const bool plain = std::ranges::all_of(name, [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' ||
           c == '_' || c == '-';
  });
  if (!name.empty() && name.size() <= kMostName && name.front() != '.' && plain) return {};
  return fail(Code::kInvalidArgument,
              "snap_name is 1 to 64 letters, digits, '.', '_' and '-', not '" + name + "'");
}

std::vector<std::string> snapshots_of(const RepositoryContents& contents, const VmId& id) {
  const std::string begin = id.text() + "-" + std::string(kWord);
  std::vector<std::string> names;
  for (const std::string& file : contents.virtual_disks) {
    if (!file.starts_with(begin) || !file.ends_with(kEnd)) continue;
    if (file.size() <= begin.size() + kEnd.size()) continue;
    names.push_back(file.substr(begin.size(), file.size() - begin.size() - kEnd.size()));
  }
  return names;
}

Result<void> create_snapshot(const CallContext& ctx, const CallContext& undo, const Agent& agent,
                             Log& log, const Repositories& all, const HostedVm& vm,
                             const std::string& name) {
  TRESTLE_RETURN_IF_ERROR(check_snapshot_name(name));
  const RepositoryContents& contents = contents_of(all, vm);
  const auto names = snapshots_of(contents, vm.id);
  if (std::ranges::find(names, name) != names.end()) {
    return fail(Code::kAlreadyExists, "VM " + vm.config.name() + " has a snapshot '" + name +
                                          "' already; choose another name or delete it first");
  }
  TRESTLE_RETURN_IF_ERROR(refuse_running(ctx, agent, vm));
  TRESTLE_RETURN_IF_ERROR(destroy_all(ctx, agent, all, files_of_snapshot(contents, vm.id, name)));
  TRESTLE_ASSIGN_OR_RETURN(const auto images, images_of(vm.config));
  Pairs pairs;
  for (const DiskConfig& image : images) {
    pairs.emplace_back(image.path, disk_folder(vm.repository) +
                                       disk_file(vm.id, std::string(kWord) + name, pairs.size()));
  }
  TRESTLE_RETURN_IF_ERROR(copy_at_rest(ctx, undo, agent, log, all, vm, pairs));
  const std::string record = disk_folder(vm.repository) + record_file(vm.id, name);
  auto noted = copy_one(
      ctx, agent, log, all,
      RepositoryPaths(vm.repository).folder(kVirtualMachines) + "/" + vm.id.text() + "/vm.cfg",
      record);
  if (noted) return noted;
  // The record first: without it there is no snapshot.
  std::vector<std::string> made = targets_of(pairs);
  made.insert(made.begin(), record);
  remove_again(undo, agent, log, all, made);
  return noted;
}

Result<void> restore_snapshot(const CallContext& ctx, const CallContext& undo, const Agent& agent,
                              Log& log, const Repositories& all, const HostedVm& vm,
                              const std::string& name) {
  TRESTLE_RETURN_IF_ERROR(needs_snapshot(all, vm, name));
  TRESTLE_RETURN_IF_ERROR(refuse_running(ctx, agent, vm));
  auto stored = files_of_snapshot(contents_of(all, vm), vm.id, name);
  std::erase_if(stored, [](const std::string& path) { return path.ends_with(kEnd); });
  std::ranges::sort(stored);
  TRESTLE_ASSIGN_OR_RETURN(const auto images, images_of(vm.config));
  if (stored.size() != images.size()) {
    return fail(Code::kFailedPrecondition,
                "snapshot '" + name + "' has " + std::to_string(stored.size()) + " disks and VM " +
                    vm.config.name() + " has " + std::to_string(images.size()) +
                    "; detach those that came later, then repeat");
  }
  TRESTLE_ASSIGN_OR_RETURN(auto disks, vm.config.disks());
  const std::string attempt = new_attempt();
  Pairs pairs;
  std::vector<std::string> old;
  for (DiskConfig& disk : disks) {
    const auto image = std::ranges::find(images, disk);
    if (image == images.end()) continue;
    old.push_back(disk.path);
    disk.path = disk_folder(vm.repository) + disk_file(vm.id, attempt, pairs.size());
    const std::string source =
        disk_folder(vm.repository) + disk_file(vm.id, std::string(kWord) + name, pairs.size());
    pairs.emplace_back(source, disk.path);
  }
  TRESTLE_ASSIGN_OR_RETURN(const VmConfig wanted, vm.config.with_disks(disks));
  TRESTLE_RETURN_IF_ERROR(copy_at_rest(ctx, undo, agent, log, all, vm, pairs));
  TRESTLE_RETURN_IF_ERROR(use_copies(ctx, undo, agent, log, all, vm, wanted, targets_of(pairs)));
  return destroy_replaced(ctx, agent, log, all, old);
}

Result<void> delete_snapshot(const CallContext& ctx, const Agent& agent, const Repositories& all,
                             const HostedVm& vm, const std::string& name) {
  TRESTLE_RETURN_IF_ERROR(needs_snapshot(all, vm, name));
  // The record first: what is left after a kill is no snapshot any more.
  auto paths = files_of_snapshot(contents_of(all, vm), vm.id, name);
  std::stable_partition(paths.begin(), paths.end(),
                        [](const std::string& path) { return path.ends_with(kEnd); });
  return destroy_all(ctx, agent, all, paths);
}

}  // namespace trestle::ovm3
