// SPDX-License-Identifier: Apache-2.0
#include "helpers/ovm3/hosted_vm.h"

#include <algorithm>
#include <utility>

#include "helpers/ovm3/name_uuid.h"

namespace trestle::ovm3 {
namespace {

/// The VM of that id if its mark agrees. Another VM's id is no find, unless it is the id that is
/// derived from the UUID, which nobody else may have.
Result<std::optional<HostedVm>> marked_vm(const CallContext& ctx, const Agent& agent,
                                          const VmName& name, const RepositoryId& repository,
                                          const VmId& id) {
  auto config = Vm(agent, repository, id).config(ctx);
  if (!config && config.error().code == Code::kNotFound) return std::optional<HostedVm>();
  if (!config) return fail(std::move(config).error());
  auto mark = read_mark(*config);
  if (mark && mark->uuid == name.uuid) {
    return std::optional(HostedVm{.repository = repository,
                                  .id = id,
                                  .config = *std::move(config),
                                  .mark = *std::move(mark)});
  }
  if (id != vm_id_for(name.uuid)) return std::optional<HostedVm>();
  return fail(Code::kAlreadyExists, "VM " + id.text() + " in repository " + repository.text() +
                                        " bears the id of " + name.name +
                                        " but not its mark cloudstack-uuid=" + name.uuid +
                                        " in OVM_description; put the mark back or remove that VM");
}

std::vector<VmId> candidates(const VmName& name) {
  std::vector<VmId> ids{vm_id_for(name.uuid)};
  if (name.hint && *name.hint != ids.front()) ids.push_back(*name.hint);
  return ids;
}

/// Whether the folder may be this VM's: by its id, or by a marker file with its name.
bool may_be(const VmName& name, const RepositoryFolder& folder, const std::vector<VmId>& ids) {
  const auto id = VmId::from_name(folder.name);
  if (id && std::ranges::find(ids, *id) != ids.end()) return true;
  return std::ranges::any_of(folder.files, [&](const std::string& file) {
    const auto marker = read_marker(file);
    return marker && marker->name == name.name;
  });
}

/// OVM_simple_name is CloudStack's name; `name` alone is enough where that key is missing.
bool is_named(const VmConfig& config, const std::string& name) {
  return config.text("OVM_simple_name").value_or(config.name()) == name;
}

/// The vm.cfg of that id if it bears the name; absent if there is none or it bears another one.
Result<std::optional<VmConfig>> named_config(const CallContext& ctx, const Agent& agent,
                                             const RepositoryId& repository, const VmId& id,
                                             const std::string& name) {
  auto config = Vm(agent, repository, id).config(ctx);
  if (!config && config.error().code == Code::kNotFound) return std::optional<VmConfig>();
  if (!config) return fail(std::move(config).error());
  if (!is_named(*config, name)) return std::optional<VmConfig>();
  return std::optional(*std::move(config));
}

Result<std::vector<RepositoryId>> mounted_ids(const CallContext& ctx, const Agent& agent) {
  TRESTLE_ASSIGN_OR_RETURN(const auto records, discover_repository_db(ctx, agent));
  std::vector<RepositoryId> ids;
  for (const RepositoryRecord& record : records) {
    if (record.mounted()) ids.push_back(record.id);
  }
  return ids;
}

/// The first of the repositories that has its vm.cfg.
Result<std::optional<NamedVm>> stored_in(const CallContext& ctx, const Agent& agent,
                                         const std::vector<RepositoryId>& repositories,
                                         const VmId& id, const std::string& name) {
  for (const RepositoryId& repository : repositories) {
    TRESTLE_ASSIGN_OR_RETURN(auto config, named_config(ctx, agent, repository, id, name));
    if (config) {
      return std::optional(
          NamedVm{.repository = repository, .id = id, .config = std::move(config)});
    }
  }
  return std::optional<NamedVm>();
}

Result<std::optional<NamedVm>> running_vm(const CallContext& ctx, const Agent& agent, VmInfo live,
                                          const std::string& name) {
  TRESTLE_ASSIGN_OR_RETURN(const VmId id, live.id());
  std::vector<RepositoryId> places;
  for (const std::string& text : live.repository_ids()) {
    if (auto place = RepositoryId::from_name(text)) places.push_back(*std::move(place));
  }
  TRESTLE_ASSIGN_OR_RETURN(auto found, stored_in(ctx, agent, places, id, name));
  if (!found) {
    // vm.cfg need not lie where the disks do.
    TRESTLE_ASSIGN_OR_RETURN(const auto all, mounted_ids(ctx, agent));
    TRESTLE_ASSIGN_OR_RETURN(found, stored_in(ctx, agent, all, id, name));
  }
  if (!found && places.empty()) {
    return fail(Code::kFailedPrecondition,
                "VM " + name +
                    " runs, but no mounted repository has its configuration and its "
                    "disks name none; mount the repository it was started from");
  }
  if (!found) found = NamedVm{.repository = places.front(), .id = id};
  found->live = std::move(live);
  return found;
}

}  // namespace

VmMark NamedVm::mark() const {
  const auto read = config ? read_mark(*config) : std::nullopt;
  return read.value_or(VmMark{});
}

Result<std::optional<VmInfo>> find_domain(const std::vector<VmInfo>& vms, const std::string& name) {
  const VmInfo* found = nullptr;
  for (const VmInfo& vm : vms) {
    if (vm.name != name || vm.is_control_domain()) continue;
    if (found != nullptr) {
      return fail(Code::kFailedPrecondition, "two domains of this host bear the name " + name +
                                                 " (" + found->uuid + " and " + vm.uuid +
                                                 "); end the one that should not be there");
    }
    found = &vm;
  }
  return found == nullptr ? std::optional<VmInfo>() : std::optional(*found);
}

Result<std::optional<NamedVm>> find_named_vm(const CallContext& ctx, const Agent& agent,
                                             const std::string& name) {
  TRESTLE_ASSIGN_OR_RETURN(const auto vms, list_vms(ctx, agent));
  TRESTLE_ASSIGN_OR_RETURN(auto live, find_domain(vms, name));
  if (live) return running_vm(ctx, agent, *std::move(live), name);
  TRESTLE_ASSIGN_OR_RETURN(const auto places, mounted_ids(ctx, agent));
  return stored_in(ctx, agent, places, vm_id_of_name(name), name);
}

const RepositoryRecord* Repositories::record(const RepositoryId& id) const {
  const auto found =
      std::ranges::find_if(records, [&](const RepositoryRecord& one) { return one.id == id; });
  return found == records.end() ? nullptr : &*found;
}

const RepositoryContents* Repositories::find(const RepositoryId& id) const {
  const auto found =
      std::ranges::find_if(contents, [&](const RepositoryContents& one) { return one.id == id; });
  return found == contents.end() ? nullptr : &*found;
}

Result<Repositories> mounted_repositories(const CallContext& ctx, const Agent& agent) {
  Repositories all;
  TRESTLE_ASSIGN_OR_RETURN(all.records, discover_repository_db(ctx, agent));
  std::erase_if(all.records, [](const RepositoryRecord& record) { return !record.mounted(); });
  std::vector<RepositoryId> ids;
  for (const RepositoryRecord& record : all.records) ids.push_back(record.id);
  if (!ids.empty()) {
    TRESTLE_ASSIGN_OR_RETURN(all.contents, discover_repositories(ctx, agent, ids));
  }
  return all;
}

Result<Repositories> mounted_repositories(const CallContext& ctx, const Agent& agent,
                                          const RepositoryId& needed) {
  TRESTLE_ASSIGN_OR_RETURN(Repositories all, mounted_repositories(ctx, agent));
  if (all.record(needed) == nullptr || all.find(needed) == nullptr) {
    return fail(Code::kFailedPrecondition,
                "repository " + needed.text() +
                    " is not mounted on this host; mount it, or set repository_id to one that is");
  }
  return all;
}

Result<std::optional<HostedVm>> find_hosted_vm_in(const CallContext& ctx, const Agent& agent,
                                                  const VmName& name, const Repositories& all) {
  const std::vector<VmId> ids = candidates(name);
  for (const RepositoryContents& repository : all.contents) {
    for (const RepositoryFolder& folder : repository.virtual_machines) {
      const auto id = VmId::from_name(folder.name);
      if (!id || !may_be(name, folder, ids)) continue;
      TRESTLE_ASSIGN_OR_RETURN(auto found, marked_vm(ctx, agent, name, repository.id, *id));
      if (found) return found;
    }
  }
  return std::optional<HostedVm>();
}

Result<std::optional<HostedVm>> find_hosted_vm(const CallContext& ctx, const Agent& agent,
                                               const VmName& name, const RepositoryId& repository) {
  for (const VmId& id : candidates(name)) {
    TRESTLE_ASSIGN_OR_RETURN(auto found, marked_vm(ctx, agent, name, repository, id));
    if (found) return found;
  }
  TRESTLE_ASSIGN_OR_RETURN(const Repositories all, mounted_repositories(ctx, agent, repository));
  return find_hosted_vm_in(ctx, agent, name, all);
}

Result<std::optional<VmInfo>> live_domain(const CallContext& ctx, const Agent& agent,
                                          const RepositoryId& repository, const VmId& id) {
  auto live = Vm(agent, repository, id).live(ctx);
  if (live) return std::optional<VmInfo>(*std::move(live));
  if (live.error().code == Code::kNotFound) return std::optional<VmInfo>();
  return fail(std::move(live).error());
}

}  // namespace trestle::ovm3
