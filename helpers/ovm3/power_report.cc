// SPDX-License-Identifier: Apache-2.0
#include "helpers/ovm3/power_report.h"

#include <future>
#include <unordered_map>
#include <unordered_set>
#include <utility>

#include "helpers/ovm3/vm_mark.h"
#include "objects/ovm3/host.h"
#include "objects/ovm3/id_forms.h"

namespace trestle::ovm3 {
namespace {

struct Stored {
  bool made_here = false;  ///< complete, with this host's marker
  bool in_the_making = false;
  std::string name;
};

Stored stored_as(const RepositoryFolder& folder, const std::string& host) {
  Stored stored;
  for (const std::string& file : folder.files) {
    const auto marker = read_marker(file);
    if (!marker || marker->host != host) continue;
    stored.name = marker->name;
    (marker->complete ? stored.made_here : stored.in_the_making) = true;
  }
  return stored;
}

}  // namespace

PowerReport power_of(const std::optional<VmInfo>& live) {
  if (!live) return PowerReport::kOff;
  const VmState state = live->power();
  const bool unsure = state == VmState::kCrashed || state == VmState::kUnknown;
  return unsure ? PowerReport::kUnknown : PowerReport::kOn;
}

std::map<std::string, PowerReport> power_report(const std::vector<VmInfo>& live,
                                                const std::vector<RepositoryContents>& repositories,
                                                const std::string& host) {
  std::map<std::string, PowerReport> report;
  std::unordered_map<std::string, const VmInfo*> by_id;
  std::unordered_set<std::string> marked;
  for (const VmInfo& vm : live) {
    if (vm.is_control_domain() || vm.name.empty()) continue;
    const auto id = vm.id();
    if (id) by_id.emplace(id->key(), &vm);
    if (bears_mark(vm.description)) marked.insert(vm.name);
    const auto [at, is_new] = report.emplace(vm.name, power_of(vm));
    if (!is_new) at->second = PowerReport::kUnknown;
  }
  for (const RepositoryContents& repository : repositories) {
    for (const RepositoryFolder& folder : repository.virtual_machines) {
      const Stored stored = stored_as(folder, host);
      if (!stored.made_here && !stored.in_the_making) continue;
      const auto id = VmId::from_name(folder.name);
      const auto running = id ? by_id.find(id->key()) : by_id.end();
      if (running != by_id.end()) {
        report[stored.name] = power_of(*running->second);
        continue;
      }
      const PowerReport state = stored.made_here ? PowerReport::kOff : PowerReport::kUnknown;
      const auto [at, is_new] = report.emplace(stored.name, state);
      // A marked domain of this name is this VM under a uuid that is not its folder's. Any other
      // one, or a second folder, only bears the name.
      if (!is_new && !marked.contains(stored.name)) at->second = PowerReport::kUnknown;
    }
  }
  return report;
}

Result<std::map<std::string, PowerReport>> power_report_of(const CallContext& ctx,
                                                           const Agent& agent,
                                                           const RepositoryId& repository) {
  // Side by side: the list of domains is by far the longest of the four.
  auto domains = std::async(std::launch::async, [&] { return list_vms(ctx, agent); });
  auto server = std::async(std::launch::async, [&] { return Host(agent).discover(ctx); });
  auto stored = mounted_repositories(ctx, agent, repository);
  const auto facts = server.get();
  const auto live = domains.get();
  if (!live) return fail(live.error());
  if (!facts) return fail(facts.error());
  if (!stored) return fail(std::move(stored).error());
  TRESTLE_ASSIGN_OR_RETURN(const std::string host, host_key(facts->unique_id));
  return power_report(*live, stored->contents, host);
}

}  // namespace trestle::ovm3
