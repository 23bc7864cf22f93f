// SPDX-License-Identifier: Apache-2.0
// Custom actions that reach beyond one VM: the host, VMs that CloudStack does not know, other
// hosts.
#include <algorithm>
#include <utility>

#include "helpers/ovm3/lost_answer.h"
#include "helpers/ovm3/vm_files.h"
#include "helpers/ovm3/vm_power.h"
#include "integration/ovm3/extension_custom.h"
#include "objects/core/poll.h"
#include "objects/ovm3/host.h"
#include "objects/ovm3/repository.h"

namespace trestle::ovm3 {
namespace {

constexpr std::chrono::milliseconds kLookPause{250};
constexpr std::size_t kMostHostName = 253;

std::string number_or_blank(const std::optional<std::uint64_t>& number) {
  return number ? std::to_string(*number) : std::string();
}

std::string mebibytes(const std::optional<Bytes>& bytes) {
  return bytes ? std::to_string(bytes->count >> 20U) : std::string();
}

Result<ExtensionAnswer> host_info(const Session& session) {
  const Host host(session.agent);
  TRESTLE_ASSIGN_OR_RETURN(const ServerInfo server, host.discover(session.ctx()));
  TRESTLE_ASSIGN_OR_RETURN(const HardwareInfo hardware, host.discover_hardware(session.ctx()));
  TRESTLE_ASSIGN_OR_RETURN(const auto live, list_vms(session.ctx(), session.agent));
  const auto guests = static_cast<std::uint64_t>(
      std::ranges::count_if(live, [](const VmInfo& vm) { return !vm.is_control_domain(); }));
  return ExtensionAnswer{
      .table = std::vector<TextRow>{
          {{"host", session.host},
           {"release", server.ovm_version.value_or("")},
           {"cpu_threads", number_or_blank(hardware.threads())},
           {"cpu_mhz", hardware.cpu_clock ? std::to_string(hardware.cpu_clock->megahertz()) : ""},
           {"memory_mib", mebibytes(hardware.memory())},
           {"free_memory_mib", mebibytes(hardware.free_memory())},
           {"running_vms", std::to_string(guests)}}}};
}

Result<ExtensionAnswer> list_foreign(const Session& session) {
  TRESTLE_ASSIGN_OR_RETURN(const RepositoryId repository, repository_setting(session.request));
  TRESTLE_ASSIGN_OR_RETURN(const Repositories all,
                           mounted_repositories(session.ctx(), session.agent, repository));
  TRESTLE_ASSIGN_OR_RETURN(const auto live, list_vms(session.ctx(), session.agent));
  ExtensionAnswer answer{.table = std::vector<TextRow>()};
  for (const RepositoryContents& contents : all.contents) {
    for (const VmId& id : contents.vms()) {
      const auto config = Vm(session.agent, contents.id, id).config(session.ctx());
      if (!config && config.error().code == Code::kNotFound) continue;
      if (!config) return fail(config.error());
      if (read_mark(*config)) continue;
      const VmInfo* const running = find_vm(live, id);
      answer.table->push_back(
          {{"vm_id", id.text()},
           {"name", config->text("OVM_simple_name").value_or(config->name())},
           {"repository_id", contents.id.text()},
           {"state", running == nullptr ? "stopped" : std::string(to_string(running->power()))},
           {"vcpus", std::to_string(config->vcpus().value_or(0))},
           {"memory_mib", std::to_string(config->memory().value_or(MiB{}).count)}});
    }
  }
  return answer;
}

/// The VM that is to be adopted, wherever it lies.
Result<HostedVm> stored_vm(const Session& session, const Repositories& all, const VmId& id) {
  for (const RepositoryContents& contents : all.contents) {
    const auto ids = contents.vms();
    if (std::ranges::find(ids, id) == ids.end()) continue;
    TRESTLE_ASSIGN_OR_RETURN(VmConfig config,
                             Vm(session.agent, contents.id, id).config(session.ctx()));
    const auto mark = read_mark(config);
    return HostedVm{.repository = contents.id,
                    .id = id,
                    .config = std::move(config),
                    .mark = mark.value_or(VmMark{})};
  }
  return fail(Code::kNotFound, "no mounted repository of this host has a VM " + id.text() +
                                   "; ListForeignVms shows those that can be adopted");
}

/// Ties a VM to this CloudStack VM, or takes over one that was last on another host.
Result<ExtensionAnswer> adopt(const Session& session) {
  TRESTLE_ASSIGN_OR_RETURN(const VmName name, vm_name_of(session.request));
  TRESTLE_ASSIGN_OR_RETURN(const RepositoryId repository, repository_setting(session.request));
  TRESTLE_ASSIGN_OR_RETURN(const Repositories all,
                           mounted_repositories(session.ctx(), session.agent, repository));
  TRESTLE_ASSIGN_OR_RETURN(const auto own,
                           find_hosted_vm_in(session.ctx(), session.agent, name, all));
  const auto wanted = parameter(session.request, "vm_id");
  if (!wanted && !own) return fail(needed_parameter(session.request, "vm_id").error());
  auto id = wanted ? VmId::from_name(*wanted) : Result<VmId>(own->id);
  if (!id) return fail(wrap("parameter vm_id", std::move(id).error()));
  if (own && own->id != *id) {
    return fail(Code::kAlreadyExists, "VM " + name.name + " has a VM on this host, " +
                                          own->id.text() + "; delete it before it adopts another");
  }
  TRESTLE_ASSIGN_OR_RETURN(const HostedVm vm, stored_vm(session, all, *id));
  if (!vm.mark.uuid.empty() && vm.mark.uuid != name.uuid) {
    return fail(Code::kPermissionDenied,
                "VM " + id->text() + " belongs to CloudStack's VM " + vm.mark.uuid);
  }
  TRESTLE_ASSIGN_OR_RETURN(const auto live,
                           live_domain(session.ctx(), session.agent, vm.repository, vm.id));
  if (live && live->name != name.name) {
    return fail(Code::kFailedPrecondition,
                "VM " + id->text() + " runs as '" + live->name + "' and is to be named " +
                    name.name + ", which a running VM cannot be; stop it, then repeat");
  }
  TRESTLE_ASSIGN_OR_RETURN(const ServerInfo server, Host(session.agent).discover(session.ctx()));
  TRESTLE_ASSIGN_OR_RETURN(std::string here, host_key(server.unique_id));
  const VmConfig tied =
      vm.config.with("name", name.name)
          .with("OVM_simple_name", name.name)
          .with("OVM_description", description_with(vm.config, {.uuid = name.uuid}));
  TRESTLE_RETURN_IF_ERROR(
      vm.handle(session.agent).configure(session.ctx(), changes(vm.config, tied)));
  TRESTLE_RETURN_IF_ERROR(set_marker(session.ctx(), session.agent, all, vm.repository, vm.id,
                                     {.complete = true, .host = std::move(here), .name = name.name},
                                     files_of(all, vm.repository, vm.id)));
  return ExtensionAnswer{.message =
                             "VM " + id->text() + " is now " + name.name + " on " + session.host};
}

/// The same details for the agent of another host: members of a pool share user and password. They
/// go to wherever the parameter says, so it is a host and nothing more.
Result<ExtensionRequest> request_at(const ExtensionRequest& request, const std::string& host) {
  const bool plain =
      host.size() <= kMostHostName && host.front() != '-' && std::ranges::all_of(host, [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
               c == '.' || c == '-' || c == ':';
      });
  if (!plain) {
    return fail(Code::kInvalidArgument,
                "parameter destination is the address or name of another host of the pool, not '" +
                    host + "'");
  }
  TRESTLE_ASSIGN_OR_RETURN(AgentSettings settings, agent_settings(request));
  settings.endpoint.host = host;
  ExtensionRequest there = request;
  there.host["url"] = settings.endpoint.url();
  there.host["user"] = settings.endpoint.user;
  return there;
}

/// Until the VM runs there and not here any more.
Result<void> wait_for_arrival(const Session& session, const VmAndPlace& at, const Agent& there,
                              const std::string& destination) {
  return poll(session.ctx(), kLookPause, "the VM to run on " + destination,
              [&](const CallContext& ctx) -> Result<bool> {
                TRESTLE_ASSIGN_OR_RETURN(
                    const auto left, live_domain(ctx, session.agent, at.vm.repository, at.vm.id));
                TRESTLE_ASSIGN_OR_RETURN(const auto came,
                                         live_domain(ctx, there, at.vm.repository, at.vm.id));
                return !left && came && came->power() == VmState::kRunning;
              });
}

/// The marker that the VM had, absent if it had none.
Result<std::optional<VmMarker>> take_marker_off(const Session& session, const VmAndPlace& at) {
  std::optional<VmMarker> had;
  const std::string folder =
      RepositoryPaths(at.vm.repository).folder(kVirtualMachines) + "/" + at.vm.id.text() + "/";
  for (const std::string& file : files_of(at.all, at.vm.repository, at.vm.id)) {
    const auto marker = read_marker(file);
    if (!marker) continue;
    TRESTLE_RETURN_IF_ERROR(destroy_file(session.ctx(), session.agent, at.all, folder + file));
    had = marker;
  }
  return had;
}

/// After a move that the agent refused: the VM must be known here again, also once it is stopped.
void keep_marker(const Session& session, const VmAndPlace& at,
                 const std::optional<VmMarker>& marker) {
  if (!marker) return;
  const auto put =
      set_marker(session.time.undo, session.agent, at.all, at.vm.repository, at.vm.id, *marker, {});
  if (!put) session.log.write(Level::kError, "UNDO_FAILED", {{"why", put.error().message()}});
}

/// From a target that is ready to the VM that runs there.
Result<void> move(const Session& session, const VmAndPlace& at, const Agent& there,
                  const std::string& destination) {
  // Without a marker the VM is reported where it runs, by either host, and by no host as stopped:
  // one that is reported as stopped may be started a second time.
  TRESTLE_ASSIGN_OR_RETURN(const auto marker, take_marker_off(session, at));
  const auto moved = at.vm.handle(session.agent).migrate(session.ctx(), destination);
  if (!moved && !answer_is_lost(moved.error().code)) {
    keep_marker(session, at, marker);
    return fail(wrap("VM " + session.request.vm_name + " stays on " + session.host, moved.error()));
  }
  const auto arrived = wait_for_arrival(session, at, there, destination);
  if (arrived) return {};
  return fail(wrap("VM " + session.request.vm_name + " may still run on " + session.host +
                       " or be on its way to " + destination +
                       "; the next ping tells where it is: run custom action Adopt on it there",
                   arrived.error()));
}

Result<ExtensionAnswer> migrate(const Session& session) {
  TRESTLE_ASSIGN_OR_RETURN(const std::string destination,
                           needed_parameter(session.request, "destination"));
  TRESTLE_ASSIGN_OR_RETURN(const VmAndPlace at, vm_and_place(session, "Migrate"));
  const std::string& name = session.request.vm_name;
  TRESTLE_ASSIGN_OR_RETURN(const auto live,
                           live_domain(session.ctx(), session.agent, at.vm.repository, at.vm.id));
  if (!live) {
    return fail(Code::kFailedPrecondition,
                "VM " + name + " does not run on " + session.host +
                    ", so it cannot be moved; for a stopped VM run Adopt on the other host");
  }
  TRESTLE_ASSIGN_OR_RETURN(const ExtensionRequest request,
                           request_at(session.request, destination));
  TRESTLE_ASSIGN_OR_RETURN(const AgentLine line,
                           AgentLine::open(session.ctx(), session.log, request));
  const Agent there(line.transport(), session.log);
  TRESTLE_ASSIGN_OR_RETURN(const Repositories all_there,
                           mounted_repositories(session.ctx(), there, at.vm.repository));
  TRESTLE_ASSIGN_OR_RETURN(const ServerInfo server, Host(there).discover(session.ctx()));
  TRESTLE_ASSIGN_OR_RETURN(std::string key, host_key(server.unique_id));
  const Vm target(there, at.vm.repository, at.vm.id);
  const auto ready = target.setup_migration_target(session.ctx());
  // A release without this call takes the VM all the same.
  if (!ready && ready.error().code != Code::kUnimplemented) return fail(ready.error());
  const auto moved = move(session, at, there, destination);
  const auto cleaned = ready ? target.cleanup_migration_target(session.time.undo) : Result<void>();
  if (!cleaned) {
    session.log.write(Level::kWarn, "TARGET_NOT_CLEANED", {{"why", cleaned.error().message()}});
  }
  if (!moved) return fail(moved.error());
  TRESTLE_RETURN_IF_ERROR(set_marker(session.ctx(), there, all_there, at.vm.repository, at.vm.id,
                                     {.complete = true, .host = std::move(key), .name = name}, {}));
  return ExtensionAnswer{.message = "VM " + name + " runs on " + destination +
                                    "; CloudStack sees it there after the next ping"};
}

Result<ExtensionAnswer> doctor(const Session& session) {
  ExtensionAnswer answer{.table = std::vector<TextRow>()};
  for (const Finding& finding : check_extension(session.time, session.log, session.request)) {
    answer.table->push_back(
        {{"what", finding.what}, {"good", finding.good ? "yes" : "NO"}, {"text", finding.text}});
  }
  return answer;
}

}  // namespace

std::vector<ExtensionAction> fleet_actions() {
  return {{.name = "hostinfo", .custom = true, .for_admins = true, .run = host_info},
          {.name = "listforeignvms", .custom = true, .for_admins = true, .run = list_foreign},
          {.name = "adopt", .custom = true, .for_admins = true, .run = adopt},
          {.name = "migrate", .custom = true, .for_admins = true, .run = migrate},
          {.name = "doctor", .custom = true, .for_admins = true, .run = doctor}};
}

}  // namespace trestle::ovm3
