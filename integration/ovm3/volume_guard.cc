// SPDX-License-Identifier: Apache-2.0
#include "integration/ovm3/volume_guard.h"

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "helpers/ovm3/disk_users.h"
#include "helpers/ovm3/vm_mark.h"
#include "integration/contracts/orchestrator.h"
#include "integration/schema/generated/machine.h"
#include "objects/ovm3/host.h"

namespace trestle::ovm3 {
namespace {

/// What the other hosts of the cluster say about a VM.
enum class Elsewhere : std::uint8_t { kRuns, kStopped, kUnknown };

/// Asks one host. Only an answer that says so means that it is off there.
Elsewhere state_on(const CallContext& ctx, contracts::Orchestrator& orchestrator,
                   const contracts::HostRecord& host, const std::string& vm) {
  const auto answer = orchestrator.send(
      ctx, host.id, schema::Object(schema::CheckVirtualMachineCommand{.vmName = vm}));
  if (!answer) return Elsewhere::kUnknown;
  const auto* const told = answer->as<schema::CheckVirtualMachineAnswer>();
  if (told == nullptr || !told->result || !told->state) return Elsewhere::kUnknown;
  if (*told->state == schema::PowerState::PowerOn) return Elsewhere::kRuns;
  return *told->state == schema::PowerState::PowerOff ? Elsewhere::kStopped : Elsewhere::kUnknown;
}

/// Asks every other host of the cluster. One that is not up cannot be asked, so nothing is known;
/// one that was removed has no VMs.
Elsewhere state_elsewhere(const Task& task, const std::string& vm) {
  contracts::Orchestrator* const orchestrator = task.host.orchestrator();
  if (orchestrator == nullptr) return Elsewhere::kUnknown;
  const std::string& guid = task.settings().guid;
  const auto own = orchestrator->host_by_guid(task.ctx, guid);
  if (!own || !*own) return Elsewhere::kUnknown;
  const auto hosts = orchestrator->hosts_of_cluster(task.ctx, (*own)->cluster);
  if (!hosts) return Elsewhere::kUnknown;
  Elsewhere all = Elsewhere::kStopped;
  for (const contracts::HostRecord& host : *hosts) {
    if (host.guid == guid || host.state == contracts::HostState::kRemoved) continue;
    const Elsewhere there = state_on(task.ctx, *orchestrator, host, vm);
    if (there == Elsewhere::kRuns) return there;
    if (there == Elsewhere::kUnknown) all = there;
  }
  return all;
}

}  // namespace

Result<Repositories> repositories_for(const Task& task, const StoreName& store) {
  if (store.primary()) return mounted_repositories(task.ctx, task.agent(), *store.repository);
  return mounted_repositories(task.ctx, task.agent());
}

Result<void> refuse_running_volume(const Task& task, const StoredObject& volume,
                                   const std::string& path, std::string_view what) {
  TRESTLE_ASSIGN_OR_RETURN(const Repositories all, repositories_for(task, volume.store));
  TRESTLE_ASSIGN_OR_RETURN(const ServerInfo server, Host(task.agent()).discover(task.ctx));
  std::vector<std::string> own{host_mark(task.settings())};
  if (auto key = host_key(server.unique_id)) own.push_back(*std::move(key));
  return refuse_running_disk(
      task.ctx, task.agent(), all, path, what, own,
      [&](const std::string& vm) { return state_elsewhere(task, vm) == Elsewhere::kStopped; });
}

Result<void> refuse_used(const Task& task, const StoreName& store, const std::string& path,
                         std::string_view what) {
  TRESTLE_ASSIGN_OR_RETURN(const Repositories all, repositories_for(task, store));
  return refuse_disk_in_use(task.ctx, task.agent(), all, path, what);
}

}  // namespace trestle::ovm3
