// SPDX-License-Identifier: Apache-2.0
#include "helpers/ovm3/provision.h"

#include <algorithm>
#include <set>
#include <utility>

#include "helpers/ovm3/lost_answer.h"
#include "helpers/ovm3/making.h"
#include "helpers/ovm3/nic_places.h"
#include "helpers/ovm3/storage_place.h"
#include "helpers/ovm3/template_source.h"
#include "helpers/ovm3/vm_files.h"
#include "helpers/ovm3/vm_power.h"
#include "objects/core/poll.h"
#include "objects/ovm3/host.h"

namespace trestle::ovm3 {
namespace {

/// Each round loses against another request for the same VM; more than a few are no accident.
constexpr int kMostRounds = 8;
/// A folder whose vm.cfg is not there yet belongs to a call that is being served now.
constexpr std::chrono::seconds kFolderPatience{3};
constexpr std::chrono::milliseconds kLookPause{200};

/// What the work needs to know of where it works.
struct Site {
  const CallContext& ctx;
  const CallContext& undo;
  const Agent& agent;
  Log& log;
  const VmSpec& spec;
};

PlaceHost place_of(const Site& site) { return {.agent = site.agent, .log = site.log}; }

/// An image to be copied, or an empty disk to be made.
struct DiskJob {
  std::string source = {};  ///< empty for an empty disk
  Bytes size = {};
  DiskConfig target = {};
};

/// All that has been looked up and decided before anything is made.
struct Plan {
  VmId id;
  std::string attempt;
  std::string host;
  std::vector<BridgePlan> bridges = {};  ///< one for each NIC
  std::vector<DiskJob> disks = {};
  VmConfig config = {};
};

Result<void> check_name(const Site& site, const Repositories& all) {
  const VmName& vm = site.spec.vm;
  TRESTLE_ASSIGN_OR_RETURN(const auto live, list_vms(site.ctx, site.agent));
  for (const VmInfo& other : live) {
    if (other.name != vm.name) continue;
    return fail(Code::kAlreadyExists,
                "a VM named " + vm.name + " (" + other.uuid +
                    ") runs on this host and was not made for CloudStack's VM " + vm.uuid +
                    "; rename or stop it");
  }
  for (const RepositoryContents& repository : all.contents) {
    for (const RepositoryFolder& folder : repository.virtual_machines) {
      const bool same = std::ranges::any_of(folder.files, [&](const std::string& file) {
        const auto marker = read_marker(file);
        return marker && marker->name == vm.name;
      });
      if (!same) continue;
      return fail(Code::kAlreadyExists,
                  "repository " + repository.id.text() + " has a VM named " + vm.name + " (" +
                      folder.name + ") that was made for another CloudStack VM; remove that one");
    }
  }
  return {};
}

Result<void> check_memory(const Site& site) {
  TRESTLE_ASSIGN_OR_RETURN(const HardwareInfo hardware,
                           Host(site.agent).discover_hardware(site.ctx));
  const auto free = hardware.free_memory();
  if (!free || *free >= site.spec.memory.bytes()) return {};
  return fail(Code::kResourceExhausted,
              site.spec.vm.name + " needs " + std::to_string(site.spec.memory.count) +
                  " MiB of memory and the host has " + std::to_string(free->count >> 20U) +
                  " MiB free; stop other VMs or use a smaller offering");
}

/// The image's size, and whether it is enough: the agent cannot make an image larger.
Result<Bytes> image_size(const Site& site, const Repositories& all, const DiskConfig& image,
                         bool first) {
  TRESTLE_ASSIGN_OR_RETURN(const Bytes size, file_size(site.ctx, site.agent, all, image.path));
  if (!first || site.spec.disk.size <= size) return size;
  return fail(Code::kUnimplemented,
              "disk_size_gb asks for " + std::to_string(site.spec.disk.size.count) +
                  " bytes, the template has " + std::to_string(size.count) +
                  ": making an image larger is not supported by the agent; use a larger template");
}

Result<std::vector<DiskJob>> plan_disks(const Site& site, const Repositories& all,
                                        const TemplateSource& source, const Plan& plan,
                                        const VmConfig& shape) {
  const RepositoryPaths paths(site.spec.repository);
  std::vector<DiskJob> jobs;
  std::vector<DiskConfig> taken;
  const auto add = [&](DiskJob job) -> Result<void> {
    TRESTLE_ASSIGN_OR_RETURN(
        job.target.path, paths.file(kVirtualDisks, disk_file(plan.id, plan.attempt, jobs.size())));
    job.target.backend = "file";
    job.target.mode = DiskMode::kReadWrite;
    if (job.target.dev.empty()) {
      TRESTLE_ASSIGN_OR_RETURN(job.target.dev, next_disk_device(shape, taken));
    }
    taken.push_back(job.target);
    jobs.push_back(std::move(job));
    return {};
  };
  for (const DiskConfig& image : source.images) {
    TRESTLE_ASSIGN_OR_RETURN(const Bytes size, image_size(site, all, image, jobs.empty()));
    TRESTLE_RETURN_IF_ERROR(
        add(DiskJob{.source = image.path, .size = size, .target = {.dev = image.dev}}));
  }
  if (source.images.empty()) TRESTLE_RETURN_IF_ERROR(add(DiskJob{.size = site.spec.disk.size}));
  return jobs;
}

Result<std::vector<DiskConfig>> devices_of(const Site& site, const Repositories& all,
                                           const std::vector<DiskJob>& jobs,
                                           const VmConfig& shape) {
  std::vector<DiskConfig> devices;
  devices.reserve(jobs.size() + 1);
  for (const DiskJob& job : jobs) devices.push_back(job.target);
  if (!site.spec.iso) return devices;
  DiskConfig cd{.backend = "file", .cdrom = true, .mode = DiskMode::kReadOnly};
  TRESTLE_ASSIGN_OR_RETURN(cd.path, find_iso(all, *site.spec.iso));
  TRESTLE_ASSIGN_OR_RETURN(cd.dev, next_cd_device(shape, devices));
  devices.push_back(std::move(cd));
  return devices;
}

/// Looks everything up and refuses what cannot work. Nothing is changed.
Result<Plan> make_plan(const Site& site, const Repositories& all) {
  const VmSpec& spec = site.spec;
  Plan plan{.id = vm_id_for(spec.vm.uuid), .attempt = new_attempt(), .host = {}};
  TRESTLE_RETURN_IF_ERROR(check_name(site, all));
  // What could not be removed again must not be made.
  TRESTLE_RETURN_IF_ERROR(file_place_of(*all.record(spec.repository)));
  TRESTLE_ASSIGN_OR_RETURN(const ServerInfo server, Host(site.agent).discover(site.ctx));
  TRESTLE_ASSIGN_OR_RETURN(plan.host, host_key(server.unique_id));
  TemplateSource source;
  if (!spec.disk.source.empty()) {
    TRESTLE_ASSIGN_OR_RETURN(
        source, find_template(site.ctx, site.agent, all, spec.disk.source, spec.disk.any_image));
  }
  TRESTLE_RETURN_IF_ERROR(check_memory(site));
  TRESTLE_ASSIGN_OR_RETURN(plan.bridges, plan_places(site.ctx, place_of(site), spec.nics));
  const std::vector<std::string> bridges = bridges_of(plan.bridges);
  TRESTLE_ASSIGN_OR_RETURN(const VmConfig shape,
                           config_of(spec, source.config, plan.id, {}, bridges));
  TRESTLE_ASSIGN_OR_RETURN(plan.disks, plan_disks(site, all, source, plan, shape));
  TRESTLE_ASSIGN_OR_RETURN(const auto devices, devices_of(site, all, plan.disks, shape));
  TRESTLE_ASSIGN_OR_RETURN(const std::int64_t now, host_seconds(site.ctx, site.agent));
  TRESTLE_ASSIGN_OR_RETURN(plan.config, config_of(spec, source.config, plan.id, devices, bridges));
  plan.config = plan.config.with(
      "OVM_description",
      description_with(plan.config, {.uuid = spec.vm.uuid, .attempt = plan.attempt, .beat = now}));
  return plan;
}

Vm handle_of(const Site& site, const VmId& id) { return Vm(site.agent, site.spec.repository, id); }

Result<void> fill_disk(const Site& site, const Repositories& all, const Plan& plan,
                       const DiskJob& job) {
  const std::string& path = job.target.path;
  if (job.source.empty()) {
    return create_disk(site.ctx, site.agent, *all.record(site.spec.repository), path, job.size);
  }
  site.log.write(Level::kInfo, "COPY",
                 {{"from", job.source}, {"to", path}, {"bytes", job.size.count}});
  const auto progress = [&site, &all, path](const CallContext& ctx) {
    const auto size = file_size(ctx, site.agent, all, path);
    if (size) site.log.write(Level::kInfo, "PROGRESS", {{"to", path}, {"bytes", size->count}});
  };
  const Heartbeat heartbeat(site.ctx, site.agent, site.log, handle_of(site, plan.id),
                            {.uuid = site.spec.vm.uuid, .attempt = plan.attempt}, progress);
  return Host(site.agent).copy_file(site.ctx, job.source, path, true);
}

/// From the claimed folder to the running VM.
Result<void> make(const Site& site, const Repositories& all, const Plan& plan) {
  const Vm vm = handle_of(site, plan.id);
  VmMarker marker{.complete = false, .host = plan.host, .name = site.spec.vm.name};
  TRESTLE_RETURN_IF_ERROR(
      set_marker(site.ctx, site.agent, all, site.spec.repository, plan.id, marker, {}));
  TRESTLE_RETURN_IF_ERROR(make_places(site.ctx, site.undo, place_of(site), plan.bridges));
  for (const DiskJob& job : plan.disks) {
    TRESTLE_RETURN_IF_ERROR(fill_disk(site, all, plan, job));
  }
  TRESTLE_ASSIGN_OR_RETURN(const VmConfig config, still_ours(site.ctx, vm, plan.attempt));
  const std::string making = marker.file();
  marker.complete = true;
  TRESTLE_RETURN_IF_ERROR(
      set_marker(site.ctx, site.agent, all, site.spec.repository, plan.id, marker, {making}));
  const VmConfig complete =
      config.with("OVM_description", description_with(config, {.uuid = site.spec.vm.uuid}));
  TRESTLE_RETURN_IF_ERROR(vm.configure(site.ctx, changes(config, complete)));
  auto started = vm.start(site.ctx);
  if (!started && !answer_is_lost(started.error().code)) return started;
  return wait_until_running(site.ctx, site.agent, site.spec.repository, plan.id);
}

/// Takes back what this attempt made. What another attempt made stays.
Result<void> take_back(const Site& site, const Repositories& all, const Plan& plan) {
  const Vm vm = handle_of(site, plan.id);
  const auto config = vm.config(site.undo);
  bool ours = false;
  if (config) {
    const auto mark = read_mark(*config);
    const auto disks = config->disks();
    // Complete, and made of our disks: it failed at the start.
    const bool same_disks = disks && !plan.disks.empty() && !disks->empty() &&
                            disks->front().path == plan.disks.front().target.path;
    ours = mark && (mark->attempt == plan.attempt || (mark->complete() && same_disks));
  } else if (config.error().code != Code::kNotFound) {
    return fail(config.error());
  }
  if (ours) {
    TRESTLE_ASSIGN_OR_RETURN(const auto live,
                             live_domain(site.undo, site.agent, site.spec.repository, plan.id));
    if (live) TRESTLE_RETURN_IF_ERROR(cut_off(site.undo, site.agent, vm));
  }
  for (const DiskJob& job : plan.disks) {
    TRESTLE_RETURN_IF_ERROR(destroy_file(site.undo, site.agent, all, job.target.path));
  }
  if (!ours) return {};
  auto removed = vm.remove(site.undo);
  if (!removed && removed.error().code != Code::kNotFound) return removed;
  return {};
}

/// The error of an attempt, after its traces are gone or with a note that they are not.
tl::unexpected<Error> give_up(const Site& site, const Repositories& all, const Plan& plan,
                              Error error) {
  site.log.write(Level::kWarn, "UNDO", {{"vm", plan.id.text()}, {"why", error.message()}});
  auto undone = take_back(site, all, plan);
  const auto released = release_places(site.undo, place_of(site), bridges_of(plan.bridges));
  if (undone && !released) undone = fail(released.error());
  if (undone) return fail(std::move(error));
  site.log.write(Level::kError, "UNDO_FAILED", {{"why", undone.error().message()}});
  return fail(wrap("what was made of VM " + site.spec.vm.name +
                       " could not all be removed; the next create or delete of it does that",
                   std::move(error)));
}

/// Removes what a dead maker left.
Result<void> sweep(const Site& site, const Repositories& all, const HostedVm& vm) {
  site.log.write(Level::kWarn, "HALF_MADE",
                 {{"vm", vm.id.text()}, {"attempt", vm.mark.attempt}, {"next", "made anew"}});
  return remove_vm(site.ctx, site.agent, site.log, all, vm);
}

/// Somebody made the folder before us: waits until its vm.cfg tells who. A folder without one is
/// the rest of a removal that was cut short.
Result<void> settle_folder(const Site& site, const VmId& id) {
  const Vm vm = handle_of(site, id);
  auto there = poll(with_budget(site.ctx, kFolderPatience), kLookPause,
                    "the configuration of a new VM", [&](const CallContext& ctx) -> Result<bool> {
                      const auto config = vm.config(ctx);
                      if (config) return true;
                      if (config.error().code == Code::kNotFound) return false;
                      return fail(config.error());
                    });
  if (there || there.error().code != Code::kDeadlineExceeded) return there;
  auto removed = vm.remove(site.ctx);
  if (removed || removed.error().code == Code::kNotFound) return {};
  return removed;
}

/// True if the VM is there and runs; false if the way is free to make it.
Result<bool> finish_existing(const Site& site, const Repositories& all, const HostedVm& vm) {
  if (!vm.mark.complete()) {
    TRESTLE_ASSIGN_OR_RETURN(const std::int64_t now, host_seconds(site.ctx, site.agent));
    if (is_stale(vm.mark, now)) {
      TRESTLE_RETURN_IF_ERROR(sweep(site, all, vm));
    } else {
      site.log.write(Level::kInfo, "WAIT_FOR_MAKER",
                     {{"vm", vm.id.text()}, {"attempt", vm.mark.attempt}});
      TRESTLE_RETURN_IF_ERROR(wait_for_maker(site.ctx, site.agent, vm));
    }
    return false;
  }
  const StartSettings settings{
      .vcpus = site.spec.vcpus, .memory = site.spec.memory, .nics = site.spec.nics};
  TRESTLE_RETURN_IF_ERROR(
      bring_up(site.ctx, site.agent, site.log, all, vm, site.spec.vm.name, settings));
  return true;
}

}  // namespace

Result<Provisioned> provision(const CallContext& ctx, const CallContext& undo, const Agent& agent,
                              Log& log, const VmSpec& spec) {
  const Site site{.ctx = ctx, .undo = undo, .agent = agent, .log = log, .spec = spec};
  for (int round = 0; round < kMostRounds; ++round) {
    TRESTLE_ASSIGN_OR_RETURN(const Repositories all,
                             mounted_repositories(ctx, agent, spec.repository));
    TRESTLE_ASSIGN_OR_RETURN(const auto found, find_hosted_vm_in(ctx, agent, spec.vm, all));
    if (found) {
      TRESTLE_ASSIGN_OR_RETURN(const bool there, finish_existing(site, all, *found));
      if (there) return Provisioned{.repository = found->repository, .id = found->id};
      continue;
    }
    TRESTLE_ASSIGN_OR_RETURN(const Plan plan, make_plan(site, all));
    const auto claimed = handle_of(site, plan.id).create(ctx, plan.config);
    if (!claimed && claimed.error().code == Code::kAlreadyExists) {
      TRESTLE_RETURN_IF_ERROR(settle_folder(site, plan.id));
      continue;
    }
    auto made = claimed ? make(site, all, plan) : claimed;
    if (made) {
      return Provisioned{.repository = spec.repository, .id = plan.id, .made = true};
    }
    return give_up(site, all, plan, std::move(made).error());
  }
  return fail(Code::kAborted, "other requests for VM " + spec.vm.name +
                                  " kept coming in between; look at the servers' logs and repeat");
}

}  // namespace trestle::ovm3
