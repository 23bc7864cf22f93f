// SPDX-License-Identifier: Apache-2.0
#include "tools/cli/vm_find.h"

#include <algorithm>
#include <utility>

#include "objects/ovm3/repository.h"
#include "tools/cli/storage_place.h"

namespace trestle::cli {
namespace {

bool same_vm(const VmId& id, const std::string& name, const ovm3::VmInfo& live) {
  const auto uuid = live.id();
  return (uuid && *uuid == id) || live.name == id.text() || (!name.empty() && live.name == name);
}

/// A folder that a repository calls a VM.
struct VmFolder {
  RepositoryId repository;
  VmId id;
};

Result<std::vector<VmFolder>> all_folders(const CallContext& ctx, const ovm3::Agent& agent) {
  std::vector<VmFolder> folders;
  TRESTLE_ASSIGN_OR_RETURN(const auto records, ovm3::discover_repository_db(ctx, agent));
  std::vector<RepositoryId> ids;
  for (const ovm3::RepositoryRecord& record : records) {
    if (record.mounted()) ids.push_back(record.id);
  }
  if (ids.empty()) return folders;
  TRESTLE_ASSIGN_OR_RETURN(const auto contents, ovm3::discover_repositories(ctx, agent, ids));
  for (const ovm3::RepositoryContents& repository : contents) {
    for (const VmId& id : repository.vms()) {
      folders.push_back({.repository = repository.id, .id = id});
    }
  }
  return folders;
}

/// The configured name; empty if the configuration went away meanwhile.
Result<std::string> stored_name(const CallContext& ctx, const ovm3::Agent& agent,
                                const VmFolder& folder) {
  const auto config = ovm3::Vm(agent, folder.repository, folder.id).config(ctx);
  if (config) return config->name();
  if (config.error().code == Code::kNotFound) return std::string();
  return fail(config.error());
}

Result<std::vector<ovm3::VmInfo>> guests(const CallContext& ctx, const ovm3::Agent& agent) {
  TRESTLE_ASSIGN_OR_RETURN(auto domains, ovm3::list_vms(ctx, agent));
  std::erase_if(domains, [](const ovm3::VmInfo& vm) { return vm.is_control_domain(); });
  return domains;
}

/// An entry for a domain whose folder no mounted repository has.
Result<VmEntry> stray(ovm3::VmInfo live) {
  auto id = live.id();
  if (!id) id = VmId::from_name(live.name);
  if (!id) return fail(std::move(id).error());
  return VmEntry{.id = std::move(*id), .repository = {}, .name = live.name, .live = live};
}

/// The name that the vendor's manager shows: its VMs are named by their ids on the host.
Result<bool> has_simple_name(const CallContext& ctx, const ovm3::Agent& agent, const VmEntry& entry,
                             const std::string& wanted) {
  if (!entry.repository) return false;
  const auto config = ovm3::Vm(agent, *entry.repository, entry.id).config(ctx);
  if (config) return config->text("OVM_simple_name") == wanted;
  if (config.error().code == Code::kNotFound) return false;
  return fail(config.error());
}

Result<VmEntry> pick(const CallContext& ctx, const ovm3::Agent& agent,
                     const std::vector<VmEntry>& entries, const std::string& wanted) {
  const auto id = VmId::from_name(wanted);
  std::vector<VmEntry> found;
  for (const VmEntry& entry : entries) {
    if (id && entry.id == *id) return entry;
    if (entry.name == wanted) found.push_back(entry);
  }
  if (found.empty()) {
    for (const VmEntry& entry : entries) {
      TRESTLE_ASSIGN_OR_RETURN(const bool is_it, has_simple_name(ctx, agent, entry, wanted));
      if (is_it) found.push_back(entry);
    }
  }
  if (found.size() == 1) return std::move(found.front());
  if (found.empty()) {
    return fail(Code::kNotFound,
                "this host knows no VM '" + wanted + "'; 'trestle vm list' shows those it knows");
  }
  return fail(Code::kFailedPrecondition, "several VMs are named '" + wanted +
                                             "'; give the id, e.g. " + found.front().id.text());
}

}  // namespace

std::string VmEntry::power_state() const {
  return live ? std::string(to_string(live->power())) : "stopped";
}

Result<std::vector<VmEntry>> all_vms(const CallContext& ctx, const ovm3::Agent& agent, bool names) {
  TRESTLE_ASSIGN_OR_RETURN(auto live, guests(ctx, agent));
  TRESTLE_ASSIGN_OR_RETURN(const auto folders, all_folders(ctx, agent));
  std::vector<VmEntry> entries;
  for (const VmFolder& folder : folders) {
    VmEntry entry{.id = folder.id, .repository = folder.repository, .name = {}, .live = {}};
    auto running = std::ranges::find_if(
        live, [&](const ovm3::VmInfo& vm) { return same_vm(folder.id, "", vm); });
    if (running == live.end() && names) {
      TRESTLE_ASSIGN_OR_RETURN(entry.name, stored_name(ctx, agent, folder));
      // CloudStack's folders are named after the VM, its uuid is another one.
      running = std::ranges::find_if(
          live, [&](const ovm3::VmInfo& vm) { return same_vm(folder.id, entry.name, vm); });
    }
    if (running != live.end()) {
      entry.name = running->name;
      entry.live = std::move(*running);
      live.erase(running);
    }
    entries.push_back(std::move(entry));
  }
  for (ovm3::VmInfo& rest : live) {
    TRESTLE_ASSIGN_OR_RETURN(VmEntry entry, stray(std::move(rest)));
    entries.push_back(std::move(entry));
  }
  return entries;
}

Result<std::optional<ovm3::VmInfo>> live_vm(const CallContext& ctx, const ovm3::Agent& agent,
                                            const VmId& id, const std::string& name) {
  TRESTLE_ASSIGN_OR_RETURN(auto live, guests(ctx, agent));
  for (ovm3::VmInfo& vm : live) {
    if (same_vm(id, name, vm)) return std::optional(std::move(vm));
  }
  return std::optional<ovm3::VmInfo>();
}

Result<VmCall> reach_vm(Call& call, std::chrono::milliseconds budget) {
  const std::string& wanted = call.args.text("VM");
  TRESTLE_ASSIGN_OR_RETURN(HostCall host, reach_host(call));
  TRESTLE_ASSIGN_OR_RETURN(host.ctx, call.context(budget));
  std::optional<VmEntry> entry;
  if (const auto repo = call.args.maybe("repo")) {
    TRESTLE_ASSIGN_OR_RETURN(const auto record, find_repository(host.ctx, host.agent, *repo));
    auto id = VmId::from_name(wanted);
    if (!id) return usage("VM: " + id.error().what);
    const ovm3::Vm vm(host.agent, record.id, *id);
    TRESTLE_ASSIGN_OR_RETURN(const ovm3::VmConfig config, vm.config(host.ctx));
    TRESTLE_ASSIGN_OR_RETURN(auto live, live_vm(host.ctx, host.agent, *id, config.name()));
    entry = VmEntry{.id = std::move(*id),
                    .repository = record.id,
                    .name = config.name(),
                    .live = std::move(live)};
  } else {
    TRESTLE_ASSIGN_OR_RETURN(const auto entries, all_vms(host.ctx, host.agent, true));
    TRESTLE_ASSIGN_OR_RETURN(entry, pick(host.ctx, host.agent, entries, wanted));
  }
  if (!entry->repository) {
    return fail(Code::kFailedPrecondition,
                "VM '" + wanted +
                    "' runs here, but no mounted repository has its folder; mount it "
                    "with 'trestle repo mount'");
  }
  ovm3::Vm vm(host.agent, *entry->repository, entry->id);
  return VmCall{.host = host, .entry = std::move(*entry), .vm = std::move(vm)};
}

Operand vm_operand() { return {.name = "VM", .help = "the VM, by id or name"}; }

Option vm_repo_option() {
  return {
      .name = "repo", .value = "REPO", .help = "look only in this repository; VM is then an id"};
}

Value describe_state(const VmEntry& entry, const std::string& host) {
  return Struct{{"vm", entry.id.text()},
                {"name", entry.name},
                {"repository", entry.repository ? Value(entry.repository->text()) : Value(Nil{})},
                {"power_state", entry.power_state()},
                {"host", host}};
}

}  // namespace trestle::cli
