// SPDX-License-Identifier: Apache-2.0
#include "helpers/ovm3/host_removal.h"

#include <utility>

#include "helpers/ovm3/host_owner.h"
#include "helpers/ovm3/nfs_repository.h"
#include "helpers/ovm3/pool_roster.h"
#include "helpers/ovm3/server_pool.h"
#include "objects/ovm3/host.h"
#include "objects/ovm3/pool.h"
#include "objects/ovm3/repository.h"
#include "objects/ovm3/vm_list.h"

namespace trestle::ovm3 {
namespace {

/// Goes through the parts; says whether to go on after one.
class Removal {
 public:
  explicit Removal(bool forced) : forced_(forced) {}

  /// Errors: that of `outcome`, unless forced.
  Result<void> note(const std::string& what, const Result<void>& outcome) {
    if (outcome) {
      parts_.done.push_back(what);
      return {};
    }
    if (!forced_) return fail(wrap("could not be taken off: " + what, outcome.error()));
    parts_.left.push_back(what + ": " + outcome.error().message());
    return {};
  }

  [[nodiscard]] RemovedParts take() { return std::move(parts_); }

 private:
  bool forced_;
  RemovedParts parts_;
};

Result<void> check_guests(const Work& work, bool forced) {
  TRESTLE_ASSIGN_OR_RETURN(const std::vector<VmInfo> vms, list_vms(work.ctx, work.agent));
  std::string names;
  for (const VmInfo& vm : vms) {
    if (!vm.is_control_domain()) names += (names.empty() ? "" : ", ") + vm.name;
  }
  if (names.empty() || forced) return {};
  return fail(Code::kFailedPrecondition,
              "VMs still run on the host: " + names + "; stop or move them first");
}

Result<void> remove_repositories(const Work& work, const std::optional<ManagerId>& manager,
                                 Removal& removal) {
  TRESTLE_ASSIGN_OR_RETURN(const std::vector<RepositoryRecord> records,
                           discover_repository_db(work.ctx, work.agent));
  for (const RepositoryRecord& record : records) {
    if (manager && record.manager && !(*record.manager == *manager)) continue;
    const auto closed = close_repository(work, record.id);
    TRESTLE_RETURN_IF_ERROR(
        removal.note("repository " + record.id.text(),
                     closed ? Result<void>() : Result<void>(fail(closed.error()))));
  }
  return {};
}

/// A host that is in no pool may have a number left in the roster. False if there was neither.
Result<bool> leave_its_pool(const Work& work, const ServerInfo& server,
                            const std::string& configured) {
  const std::string address = configured.empty() ? server.registered_ip.value_or("") : configured;
  TRESTLE_ASSIGN_OR_RETURN(const auto roster, find_roster(work.ctx, work.agent, address));
  if (roster) return leave_pool(work, *roster, address);
  // Not one of ours, or its roster is gone: the last member ends its pool, another one leaves it.
  TRESTLE_ASSIGN_OR_RETURN(const auto pool, discover_server_pool(work.ctx, work.agent));
  if (!pool) return false;
  const ServerPool handle(work.agent, pool->id);
  TRESTLE_RETURN_IF_ERROR(pool->members.size() <= 1 ? handle.destroy(work.ctx)
                                                    : handle.leave(work.ctx));
  return true;
}

}  // namespace

Result<RemovedParts> remove_from_host(const Work& work, const std::optional<ManagerId>& manager,
                                      const std::string& address, bool forced) {
  TRESTLE_ASSIGN_OR_RETURN(const ServerInfo server, Host(work.agent).discover(work.ctx));
  if (manager) TRESTLE_RETURN_IF_ERROR(check_owner(server, *manager));
  TRESTLE_RETURN_IF_ERROR(check_guests(work, forced));
  Removal removal(forced);
  // Before the repositories: one of them has the roster of the pool.
  const auto left = leave_its_pool(work, server, address);
  if (!left || *left) {
    TRESTLE_RETURN_IF_ERROR(
        removal.note(server.pool_id ? "server pool " + server.pool_id->text() : "server pool",
                     left ? Result<void>() : Result<void>(fail(left.error()))));
  }
  TRESTLE_RETURN_IF_ERROR(remove_repositories(work, manager, removal));
  if (manager && server.manager_id) {
    TRESTLE_RETURN_IF_ERROR(
        removal.note("owner " + manager->text(), disown_host(work.ctx, work.agent, *manager)));
  }
  return removal.take();
}

}  // namespace trestle::ovm3
