// SPDX-License-Identifier: Apache-2.0
// Disks, images, and what is common to all custom actions.
#include "integration/ovm3/extension_custom.h"

#include <algorithm>
#include <utility>

#include "helpers/ovm3/making.h"
#include "helpers/ovm3/snapshots.h"
#include "helpers/ovm3/template_source.h"
#include "helpers/ovm3/vm_defaults.h"
#include "helpers/ovm3/vm_files.h"
#include "helpers/ovm3/vm_power.h"

namespace trestle::ovm3 {
namespace {

ExtensionAnswer done(std::string message) { return {.message = std::move(message)}; }

Result<void> configure_disks(const Session& session, const HostedVm& vm,
                             const std::vector<DiskConfig>& disks) {
  TRESTLE_ASSIGN_OR_RETURN(const VmConfig wanted, vm.config.with_disks(disks));
  return vm.handle(session.agent).configure(session.ctx(), changes(vm.config, wanted));
}

Result<ExtensionAnswer> suspend(const Session& session) {
  TRESTLE_ASSIGN_OR_RETURN(const HostedVm vm, needed_vm(session, "Suspend"));
  TRESTLE_ASSIGN_OR_RETURN(const auto live,
                           live_domain(session.ctx(), session.agent, vm.repository, vm.id));
  if (!live) {
    return fail(Code::kFailedPrecondition,
                "VM " + session.request.vm_name + " does not run, so it cannot be suspended");
  }
  if (live->power() != VmState::kPaused) {
    TRESTLE_RETURN_IF_ERROR(vm.handle(session.agent).pause(session.ctx()));
  }
  return done("VM " + session.request.vm_name + " is suspended; its memory stays in use");
}

Result<ExtensionAnswer> resume(const Session& session) {
  TRESTLE_ASSIGN_OR_RETURN(const HostedVm vm, needed_vm(session, "Resume"));
  TRESTLE_ASSIGN_OR_RETURN(const auto live,
                           live_domain(session.ctx(), session.agent, vm.repository, vm.id));
  if (!live) {
    return fail(Code::kFailedPrecondition,
                "VM " + session.request.vm_name + " does not run; start it in place of Resume");
  }
  if (live->power() == VmState::kPaused) {
    TRESTLE_RETURN_IF_ERROR(vm.handle(session.agent).unpause(session.ctx()));
    TRESTLE_RETURN_IF_ERROR(wait_until_running(session.ctx(), session.agent, vm.repository, vm.id));
  }
  return done("VM " + session.request.vm_name + " runs");
}

/// A new, empty disk, or one of this VM's that was detached before.
Result<ExtensionAnswer> attach_disk(const Session& session) {
  TRESTLE_ASSIGN_OR_RETURN(const VmAndPlace at, vm_and_place(session, "AttachDisk"));
  const auto size = parameter(session.request, "size_gb");
  const auto file = parameter(session.request, "disk");
  if (size.has_value() == file.has_value()) {
    return fail(Code::kInvalidArgument,
                "AttachDisk wants parameter size_gb for a new disk, or disk for the file name of "
                "one that was detached from this VM");
  }
  const RepositoryPaths paths(at.vm.repository);
  TRESTLE_ASSIGN_OR_RETURN(auto disks, at.vm.config.disks());
  DiskConfig disk{.backend = "file", .mode = DiskMode::kReadWrite};
  TRESTLE_ASSIGN_OR_RETURN(disk.dev, next_disk_device(at.vm.config, disks));
  if (size) {
    TRESTLE_ASSIGN_OR_RETURN(const Bytes bytes, gibibytes("size_gb", *size));
    TRESTLE_ASSIGN_OR_RETURN(
        disk.path, paths.file(kVirtualDisks, disk_file(at.vm.id, new_attempt(), disks.size())));
    TRESTLE_RETURN_IF_ERROR(create_disk(session.ctx(), session.agent,
                                        *at.all.record(at.vm.repository), disk.path, bytes));
  } else {
    TRESTLE_ASSIGN_OR_RETURN(disk.path, paths.file(kVirtualDisks, *file));
    const auto own = own_files(*at.all.find(at.vm.repository), at.vm.id);
    const bool snapshot = file->find("-snap.") != std::string::npos;
    if (std::ranges::find(own, disk.path) == own.end() || snapshot) {
      return fail(Code::kNotFound, "no disk '" + *file + "' was detached from this VM");
    }
    if (std::ranges::find(disks, disk.path, &DiskConfig::path) != disks.end()) {
      return fail(Code::kAlreadyExists, "disk '" + *file + "' is attached to this VM already");
    }
  }
  disks.push_back(disk);
  const auto configured = configure_disks(session, at.vm, disks);
  if (!configured && size) {
    const auto undone = destroy_file(session.time.undo, session.agent, at.all, disk.path);
    if (!undone) session.log.write(Level::kError, "UNDO_FAILED", {{"path", disk.path}});
  }
  if (!configured) return fail(configured.error());
  return done("disk " + disk.path.substr(disk.path.rfind('/') + 1) + " is attached as " + disk.dev);
}

Result<ExtensionAnswer> detach_disk(const Session& session) {
  TRESTLE_ASSIGN_OR_RETURN(const std::string device, needed_parameter(session.request, "device"));
  TRESTLE_ASSIGN_OR_RETURN(const bool remove, flag_parameter(session.request, "delete", false));
  TRESTLE_ASSIGN_OR_RETURN(const VmAndPlace at, vm_and_place(session, "DetachDisk"));
  TRESTLE_ASSIGN_OR_RETURN(auto disks, at.vm.config.disks());
  const auto found = std::ranges::find(disks, device, &DiskConfig::dev);
  if (found == disks.end() || found->cdrom) {
    return fail(Code::kNotFound, "the VM has no disk " + device + "; devices look like xvdb, hdb");
  }
  if (found == disks.begin()) {
    return fail(Code::kFailedPrecondition,
                device + " is the first disk, which the VM boots from; it stays");
  }
  const std::string path = found->path;
  disks.erase(found);
  TRESTLE_RETURN_IF_ERROR(configure_disks(session, at.vm, disks));
  const std::string file = path.substr(path.rfind('/') + 1);
  if (!remove) return done("disk " + file + " is detached and kept; AttachDisk takes it back");
  TRESTLE_RETURN_IF_ERROR(destroy_file(session.ctx(), session.agent, at.all, path));
  return done("disk " + file + " is detached and deleted");
}

Result<ExtensionAnswer> change_iso(const Session& session, const std::string& action,
                                   const std::optional<std::string>& iso) {
  TRESTLE_ASSIGN_OR_RETURN(const VmAndPlace at, vm_and_place(session, action));
  TRESTLE_ASSIGN_OR_RETURN(auto disks, at.vm.config.disks());
  auto cd = std::ranges::find(disks, true, &DiskConfig::cdrom);
  if (cd == disks.end() && !iso) return done("the VM has no CD drive");
  if (cd == disks.end()) {
    DiskConfig drive{.cdrom = true, .mode = DiskMode::kReadOnly};
    TRESTLE_ASSIGN_OR_RETURN(drive.dev, next_cd_device(at.vm.config, disks));
    cd = disks.insert(disks.end(), std::move(drive));
  }
  cd->backend = iso ? "file" : "";
  cd->path = "";
  if (iso) {
    TRESTLE_ASSIGN_OR_RETURN(cd->path, find_iso(at.all, *iso));
  }
  TRESTLE_RETURN_IF_ERROR(configure_disks(session, at.vm, disks));
  return done(iso ? "ISO image " + *iso + " is in the CD drive" : "the CD drive is empty");
}

Result<ExtensionAnswer> attach_iso(const Session& session) {
  TRESTLE_ASSIGN_OR_RETURN(const std::string iso, needed_parameter(session.request, "iso_path"));
  return change_iso(session, "AttachIso", iso);
}

Result<ExtensionAnswer> eject_iso(const Session& session) {
  return change_iso(session, "EjectIso", std::nullopt);
}

Result<ExtensionAnswer> list_snapshots(const Session& session) {
  TRESTLE_ASSIGN_OR_RETURN(const VmAndPlace at, vm_and_place(session, "ListSnapshots"));
  ExtensionAnswer answer{.table = std::vector<TextRow>()};
  for (const std::string& name : snapshots_of(*at.all.find(at.vm.repository), at.vm.id)) {
    answer.table->push_back({{"snap_name", name}});
  }
  return answer;
}

Result<ExtensionAnswer> make_snapshot(const Session& session) {
  TRESTLE_ASSIGN_OR_RETURN(const bool memory,
                           flag_parameter(session.request, "snap_save_memory", false));
  if (memory) {
    return fail(Code::kUnimplemented, "snap_save_memory is not supported: snapshots are of disks");
  }
  TRESTLE_ASSIGN_OR_RETURN(const std::string name, needed_parameter(session.request, "snap_name"));
  TRESTLE_ASSIGN_OR_RETURN(const VmAndPlace at, vm_and_place(session, "CreateSnapshot"));
  TRESTLE_RETURN_IF_ERROR(create_snapshot(session.ctx(), session.time.undo, session.agent,
                                          session.log, at.all, at.vm, name));
  return done("snapshot " + name + " of VM " + session.request.vm_name + " is made");
}

Result<ExtensionAnswer> put_snapshot_back(const Session& session) {
  TRESTLE_ASSIGN_OR_RETURN(const std::string name, needed_parameter(session.request, "snap_name"));
  TRESTLE_ASSIGN_OR_RETURN(const VmAndPlace at, vm_and_place(session, "RestoreSnapshot"));
  TRESTLE_RETURN_IF_ERROR(restore_snapshot(session.ctx(), session.time.undo, session.agent,
                                           session.log, at.all, at.vm, name));
  return done("VM " + session.request.vm_name + " has the disks of snapshot " + name);
}

Result<ExtensionAnswer> drop_snapshot(const Session& session) {
  TRESTLE_ASSIGN_OR_RETURN(const std::string name, needed_parameter(session.request, "snap_name"));
  TRESTLE_ASSIGN_OR_RETURN(const VmAndPlace at, vm_and_place(session, "DeleteSnapshot"));
  TRESTLE_RETURN_IF_ERROR(delete_snapshot(session.ctx(), session.agent, at.all, at.vm, name));
  return done("snapshot " + name + " of VM " + session.request.vm_name + " is removed");
}

}  // namespace

std::string plain_name(std::string_view action) {
  std::string plain;
  for (const char c : action) {
    if (c == ' ' || c == '-' || c == '_') continue;
    plain += c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  }
  return plain;
}

std::optional<std::string> parameter(const ExtensionRequest& request, std::string_view name) {
  const auto found = request.parameters.find(name);
  if (found == request.parameters.end() || found->second.empty()) return std::nullopt;
  return found->second;
}

Result<std::string> needed_parameter(const ExtensionRequest& request, std::string_view name) {
  auto value = parameter(request, name);
  if (value) return *std::move(value);
  return fail(Code::kInvalidArgument,
              "action " + request.action + " wants parameter " + std::string(name) +
                  "; declare it with 'update customaction ... parameters[0].name=" +
                  std::string(name) + " parameters[0].type=STRING'");
}

Result<bool> flag_parameter(const ExtensionRequest& request, std::string_view name,
                            bool otherwise) {
  const auto value = parameter(request, name);
  if (!value) return otherwise;
  if (*value == "true") return true;
  if (*value == "false") return false;
  return fail(Code::kInvalidArgument,
              "parameter " + std::string(name) + " is true or false, not '" + *value + "'");
}

Result<VmAndPlace> vm_and_place(const Session& session, std::string_view action) {
  TRESTLE_ASSIGN_OR_RETURN(const VmName name, vm_name_of(session.request));
  TRESTLE_ASSIGN_OR_RETURN(const RepositoryId repository, repository_setting(session.request));
  TRESTLE_ASSIGN_OR_RETURN(Repositories all,
                           mounted_repositories(session.ctx(), session.agent, repository));
  TRESTLE_ASSIGN_OR_RETURN(auto vm, find_hosted_vm_in(session.ctx(), session.agent, name, all));
  if (vm && vm->mark.complete()) {
    return VmAndPlace{.all = std::move(all), .vm = *std::move(vm)};
  }
  return fail(Code::kNotFound, "VM " + name.name + " is not on host " + session.host +
                                   ", so it cannot be used for " + std::string(action));
}

std::vector<ExtensionAction> disk_actions() {
  return {{.name = "suspend", .custom = true, .run = suspend},
          {.name = "resume", .custom = true, .run = resume},
          {.name = "attachdisk", .custom = true, .for_admins = true, .run = attach_disk},
          {.name = "detachdisk", .custom = true, .run = detach_disk},
          {.name = "attachiso", .custom = true, .run = attach_iso},
          {.name = "ejectiso", .custom = true, .run = eject_iso}};
}

std::vector<ExtensionAction> snapshot_actions() {
  return {{.name = "listsnapshots", .custom = true, .run = list_snapshots},
          {.name = "createsnapshot", .custom = true, .run = make_snapshot},
          {.name = "restoresnapshot", .custom = true, .run = put_snapshot_back},
          {.name = "deletesnapshot", .custom = true, .run = drop_snapshot}};
}

}  // namespace trestle::ovm3
