// SPDX-License-Identifier: Apache-2.0
#include "integration/ovm3/storage_pool.h"

#include <utility>

#include "helpers/ovm3/host_owner.h"
#include "helpers/ovm3/nfs_repository.h"
#include "helpers/ovm3/server_pool.h"
#include "objects/ovm3/host.h"

namespace trestle::ovm3 {
namespace {

/// One piece of work at a time on a repository of this host.
Result<Lanes::Place> turn_on(const Task& task, const RepositoryId& id) {
  return task.host.lanes().enter(task.ctx, "repository " + id.key());
}

Result<RepositoryWish> wish_for(const Task& task, const schema::StorageFilerTO& pool) {
  TRESTLE_ASSIGN_OR_RETURN(StoreName store, store_of(pool));
  TRESTLE_ASSIGN_OR_RETURN(const std::string host, needed(pool.host, "pool.host"));
  TRESTLE_ASSIGN_OR_RETURN(const std::string path, needed(pool.path, "pool.path"));
  TRESTLE_ASSIGN_OR_RETURN(std::string location, nfs_location(host, path, pool.port));
  return RepositoryWish{.id = *std::move(store.repository),
                        .alias = pool.uuid.value_or(""),
                        .location = std::move(location),
                        .owner = task.settings().manager};
}

/// How the pool's members reach this host.
Result<std::string> own_address(const Task& task) {
  if (!task.settings().address.empty()) return task.settings().address;
  TRESTLE_ASSIGN_OR_RETURN(const ServerInfo server, Host(task.agent()).discover(task.ctx));
  return member_address({}, server);
}

Result<std::string> enter_server_pool(const Task& task, const FilePlace& opened) {
  const HostSettings& settings = task.settings();
  TRESTLE_ASSIGN_OR_RETURN(std::string address, own_address(task));
  // The repository that has the roster already keeps it.
  TRESTLE_ASSIGN_OR_RETURN(auto found, find_roster(task.ctx, task.agent(), address));
  const PoolRoster roster = found ? *std::move(found) : PoolRoster(task.agent(), opened);
  TRESTLE_ASSIGN_OR_RETURN(const Lanes::Place turn,
                           task.host.lanes().enter(task.ctx, "server pool"));
  TRESTLE_ASSIGN_OR_RETURN(
      const PoolMembership member,
      enter_pool(work_of(task), roster,
                 {.id = pool_id_of(settings.manager, settings.cluster, settings.virtual_ip),
                  .alias = "cluster " + settings.cluster,
                  .virtual_ip = settings.virtual_ip,
                  .address = std::move(address)}));
  return "; the host " + member.shown;
}

/// Leaves the server pool if its roster goes with this repository.
Result<std::string> leave_server_pool(const Task& task, const RepositoryId& id) {
  if (!task.settings().pooled) return std::string();
  const auto place = find_file_place(task.ctx, task.agent(), id.text());
  if (!place && place.error().code == Code::kNotFound) return std::string();
  if (!place) return fail(place.error());
  if (!place->record.mounted()) return std::string();
  const PoolRoster roster(task.agent(), *place);
  TRESTLE_ASSIGN_OR_RETURN(const std::string address, own_address(task));
  TRESTLE_ASSIGN_OR_RETURN(const PoolRosterList list, roster.read(task.ctx));
  if (list.seat_of(address) == nullptr) return std::string();
  TRESTLE_ASSIGN_OR_RETURN(const Lanes::Place turn,
                           task.host.lanes().enter(task.ctx, "server pool"));
  TRESTLE_RETURN_IF_ERROR(leave_pool(work_of(task), roster, address));
  return std::string("; the host left the server pool, the next pool added brings it back");
}

}  // namespace

Result<StoragePool> open_storage_pool(const Task& task, const schema::StorageFilerTO& pool) {
  TRESTLE_ASSIGN_OR_RETURN(const RepositoryWish wish, wish_for(task, pool));
  TRESTLE_ASSIGN_OR_RETURN(const Lanes::Place turn, turn_on(task, wish.id));
  std::string details;
  if (wish.owner) {
    TRESTLE_ASSIGN_OR_RETURN(const Ownership owned, own_host(task.ctx, task.agent(), *wish.owner));
    if (owned == Ownership::kTaken) details = "the host was taken over; ";
  }
  TRESTLE_ASSIGN_OR_RETURN(const OpenRepository opened, open_repository(work_of(task), wish));
  TRESTLE_ASSIGN_OR_RETURN(const Space space, space_of(task.ctx, task.agent(), opened.place.nfs));
  details += "repository " + wish.id.text() + " on " + wish.location + " " +
             std::string(to_string(opened.start));
  if (task.settings().pooled) {
    TRESTLE_ASSIGN_OR_RETURN(const std::string entered, enter_server_pool(task, opened.place));
    details += entered;
  }
  return StoragePool{.space = space, .details = std::move(details)};
}

Result<std::string> close_storage_pool(const Task& task, const schema::StorageFilerTO& pool) {
  TRESTLE_ASSIGN_OR_RETURN(const StoreName store, store_of(pool));
  const RepositoryId& id = *store.repository;
  TRESTLE_ASSIGN_OR_RETURN(const Lanes::Place turn, turn_on(task, id));
  TRESTLE_RETURN_IF_ERROR(refuse_repository_in_use(work_of(task), id));
  TRESTLE_ASSIGN_OR_RETURN(const std::string left, leave_server_pool(task, id));
  TRESTLE_ASSIGN_OR_RETURN(const bool was_there, close_repository(work_of(task), id));
  return was_there ? "repository " + id.text() + " was taken off this host; its files stay" + left
                   : "this host had no repository " + id.text();
}

Result<Space> space_of_store(const Task& task, const StoreName& name) {
  if (!name.primary()) {
    TRESTLE_ASSIGN_OR_RETURN(const OpenStore store, OpenStore::open(task, name));
    return space_of(task.ctx, task.agent(), store.place());
  }
  TRESTLE_ASSIGN_OR_RETURN(FilePlace found,
                           find_file_place(task.ctx, task.agent(), name.repository->text()));
  if (!found.record.mounted()) {
    TRESTLE_ASSIGN_OR_RETURN(const Lanes::Place turn, turn_on(task, *name.repository));
    TRESTLE_ASSIGN_OR_RETURN(
        OpenRepository opened,
        open_repository(work_of(task), {.id = *name.repository,
                                        .alias = found.record.alias.value_or(""),
                                        .location = found.record.fs_location.value_or(""),
                                        .owner = task.settings().manager}));
    found = std::move(opened.place);
  }
  return space_of(task.ctx, task.agent(), found.nfs);
}

}  // namespace trestle::ovm3
