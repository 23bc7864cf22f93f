// SPDX-License-Identifier: Apache-2.0
#include "helpers/ovm3/bridge_users.h"

#include <algorithm>

#include "helpers/ovm3/vm_mark.h"
#include "objects/ovm3/host.h"
#include "objects/ovm3/repository.h"
#include "objects/ovm3/vm.h"

namespace trestle::ovm3 {
namespace {

/// Whether the files in a VM's folder say that another host has it.
bool of_other_host(const RepositoryFolder& folder, const std::string& here) {
  bool other = false;
  for (const std::string& file : folder.files) {
    const auto marker = read_marker(file);
    if (!marker) continue;
    if (marker->host == here) return false;
    other = true;
  }
  return other;
}

class Search {
 public:
  Search(const CallContext& ctx, const Agent& agent, const std::set<std::string>& bridges,
         const std::optional<VmId>& leaving, const std::string& mark)
      : ctx_(ctx), agent_(agent), open_(bridges), leaving_(leaving), mark_(mark) {}

  Result<BridgeUsers> run() {
    TRESTLE_ASSIGN_OR_RETURN(const std::vector<VmInfo> domains, list_vms(ctx_, agent_));
    for (const VmInfo& domain : domains) {
      if (leaving_ && find_vm({domain}, *leaving_) != nullptr) continue;
      for (const Vif& vif : domain.vifs) note(vif.bridge, domain.name);
    }
    if (!open_.empty()) TRESTLE_RETURN_IF_ERROR(look_in_repositories());
    return users_;
  }

 private:
  void note(const std::string& bridge, const std::string& vm) {
    if (open_.contains(bridge) || users_.contains(bridge)) users_[bridge].insert(vm);
    open_.erase(bridge);
  }

  Result<void> look_in_repositories() {
    TRESTLE_ASSIGN_OR_RETURN(const auto records, discover_repository_db(ctx_, agent_));
    std::vector<RepositoryId> ids;
    for (const RepositoryRecord& record : records) {
      if (record.mounted()) ids.push_back(record.id);
    }
    if (ids.empty()) return {};
    TRESTLE_ASSIGN_OR_RETURN(const ServerInfo server, Host(agent_).discover(ctx_));
    const std::string here = host_key(server.unique_id).value_or("");
    TRESTLE_ASSIGN_OR_RETURN(const auto contents, discover_repositories(ctx_, agent_, ids));
    for (const RepositoryContents& repository : contents) {
      for (const RepositoryFolder& folder : repository.virtual_machines) {
        if (open_.empty()) return {};
        TRESTLE_RETURN_IF_ERROR(look_at(repository, folder, here));
      }
    }
    return {};
  }

  Result<void> look_at(const RepositoryContents& repository, const RepositoryFolder& folder,
                       const std::string& here) {
    const auto id = VmId::from_name(folder.name);
    if (!id || !folder.has("vm.cfg") || (leaving_ && *id == *leaving_)) return {};
    if (of_other_host(folder, here)) return {};
    const auto config = Vm(agent_, repository.id, *id).config(ctx_);
    if (!config && config.error().code == Code::kNotFound) return {};  // removed meanwhile
    if (!config) return fail(config.error());
    const auto mark = read_mark(*config);
    if (mark && !mark->host.empty() && !mark_.empty() && mark->host != mark_) return {};
    for (const VifConfig& vif : config->vifs()) note(vif.bridge, config->name());
    return {};
  }

  const CallContext& ctx_;
  const Agent& agent_;
  std::set<std::string> open_;  // no user found yet
  const std::optional<VmId>& leaving_;
  const std::string& mark_;
  BridgeUsers users_;
};

}  // namespace

Result<BridgeUsers> bridge_users(const CallContext& ctx, const Agent& agent,
                                 const std::set<std::string>& bridges,
                                 const std::optional<VmId>& leaving, const std::string& mark) {
  if (bridges.empty()) return BridgeUsers{};
  return Search(ctx, agent, bridges, leaving, mark).run();
}

}  // namespace trestle::ovm3
