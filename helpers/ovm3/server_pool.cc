// SPDX-License-Identifier: Apache-2.0
#include "helpers/ovm3/server_pool.h"

#include <algorithm>
#include <chrono>
#include <utility>
#include <vector>

#include "objects/core/poll.h"
#include "objects/ovm3/host.h"
#include "objects/ovm3/network.h"
#include "objects/ovm3/pool.h"

namespace trestle::ovm3 {
namespace {

/// How long another host may take to form the pool once it has the first number.
constexpr std::chrono::seconds kFormingPatience{60};
constexpr std::chrono::milliseconds kFormingPause{500};

PoolMember member_of(const PoolWish& wish, std::int64_t number, const std::string& hostname) {
  return {.pool_alias = wish.alias,
          .virtual_ip = wish.virtual_ip,
          .node_number = number,
          .hostname = hostname,
          .ip = wish.address};
}

Result<void> tell_members(const Work& work, const PoolRosterList& list) {
  TRESTLE_ASSIGN_OR_RETURN(const auto pool, discover_server_pool(work.ctx, work.agent));
  std::vector<std::string> wanted = list.addresses();
  std::vector<std::string> known = pool ? pool->members : std::vector<std::string>();
  std::ranges::sort(wanted);
  std::ranges::sort(known);
  if (wanted == known) return {};
  return set_pool_member_ip_list(work.ctx, work.agent, list.addresses());
}

/// Makes the host the master, by the pool's address.
Result<void> carry_address(const Work& work, const PoolWish& wish) {
  TRESTLE_RETURN_IF_ERROR(
      Network(work.agent).configure_virtual_ip(work.ctx, wish.virtual_ip, wish.address));
  TRESTLE_ASSIGN_OR_RETURN(const ServerInfo server, Host(work.agent).discover(work.ctx));
  if (server.is_current_master.value_or(false)) return {};
  return fail(Code::kFailedPrecondition,
              "the host does not carry the pool's address " + wish.virtual_ip +
                  " after it was set; choose a free address of the management network");
}

/// The pool is made by this host: it carries the virtual address, or there is no pool.
Result<void> form(const Work& work, const PoolWish& wish, const PoolMember& member) {
  const ServerPool pool(work.agent, wish.id);
  TRESTLE_RETURN_IF_ERROR(pool.create(work.ctx, member));
  auto carried = carry_address(work, wish);
  if (carried) return carried;
  const auto undone = pool.destroy(work.undo);
  if (!undone) {
    work.log.write(Level::kError, "UNDO_FAILED",
                   {{"pool", wish.id.text()}, {"why", undone.error().message()}});
  }
  return carried;
}

Result<void> wait_until_formed(const Work& work, const PoolRoster& roster, const PoolWish& wish) {
  auto formed =
      poll(with_budget(work.ctx, kFormingPatience), kFormingPause,
           "another host to form the server pool", [&](const CallContext& ctx) -> Result<bool> {
             TRESTLE_ASSIGN_OR_RETURN(const PoolRosterList list, roster.read(ctx));
             return list.formed;
           });
  if (formed || formed.error().code != Code::kDeadlineExceeded) return formed;
  std::string others;
  if (const auto list = roster.read(work.undo)) {
    for (const PoolSeat& seat : list->seats) {
      if (seat.address == wish.address) continue;
      others += (others.empty() ? "" : ", ") + seat.address;
    }
  }
  return fail(Code::kFailedPrecondition, "another host has the first number of server pool " +
                                             wish.id.text() + " and has not formed it (" +
                                             (others.empty() ? "it left no name" : others) +
                                             "); connect that host, or remove its files from " +
                                             roster.folder() + " if it is gone for good");
}

Result<PoolMembership> enter_new(const Work& work, const PoolRoster& roster, const PoolWish& wish,
                                 const std::string& hostname, std::int64_t number) {
  TRESTLE_ASSIGN_OR_RETURN(PoolRosterList list, roster.read(work.ctx));
  const PoolMember member = member_of(wish, number, hostname);
  // Only the number decides who is first; who comes later finds the pool formed, or waits for it.
  const bool first = !list.formed && number == 1;
  if (first) {
    TRESTLE_RETURN_IF_ERROR(form(work, wish, member));
    TRESTLE_RETURN_IF_ERROR(roster.set_formed(work.ctx, true));
  } else {
    if (!list.formed) TRESTLE_RETURN_IF_ERROR(wait_until_formed(work, roster, wish));
    TRESTLE_RETURN_IF_ERROR(ServerPool(work.agent, wish.id).join(work.ctx, member));
    TRESTLE_ASSIGN_OR_RETURN(list, roster.read(work.ctx));
  }
  TRESTLE_RETURN_IF_ERROR(tell_members(work, list));
  return PoolMembership{.number = number, .master = first};
}

/// A member that may have been cut off before it did it all.
Result<PoolMembership> enter_again(const Work& work, const PoolRoster& roster, const PoolWish& wish,
                                   bool is_master) {
  TRESTLE_ASSIGN_OR_RETURN(const std::int64_t number, roster.take(work.ctx, wish.address, true));
  TRESTLE_ASSIGN_OR_RETURN(const PoolRosterList list, roster.read(work.ctx));
  if (!list.formed && number == 1 && !is_master) {
    // It made the pool, and nobody else can carry its address yet.
    TRESTLE_RETURN_IF_ERROR(carry_address(work, wish));
    is_master = true;
  }
  TRESTLE_RETURN_IF_ERROR(roster.set_formed(work.ctx, true));
  TRESTLE_RETURN_IF_ERROR(tell_members(work, list));
  return PoolMembership{.number = number, .master = is_master, .was_member = true};
}

/// The number is given back only if the host is in no pool: then nobody needs it.
void take_back(const Work& work, const PoolRoster& roster, const PoolSeat& seat) {
  const auto pool = discover_server_pool(work.undo, work.agent);
  if (!pool || *pool) return;
  const auto given = roster.give_back(work.undo, seat);
  if (given) return;
  work.log.write(Level::kError, "UNDO_FAILED",
                 {{"seat", seat.address}, {"why", given.error().message()}});
}

std::string sentence(const PoolMembership& membership, const PoolWish& wish) {
  return std::string(membership.was_member ? "is member " : "became member ") +
         std::to_string(membership.number) + " of server pool " + wish.id.text() +
         (membership.master ? " and carries " + wish.virtual_ip : "");
}

}  // namespace

PoolId pool_id_of(const std::optional<ManagerId>& manager, const std::string& cluster,
                  const std::string& virtual_ip) {
  const std::string name = (manager ? manager->key() : "") + "/" + cluster + "/" + virtual_ip;
  return *PoolId::parse(stable_id(kPoolIdPrefix, name));
}

Result<PoolMembership> enter_pool(const Work& work, const PoolRoster& roster,
                                  const PoolWish& wish) {
  TRESTLE_ASSIGN_OR_RETURN(const ServerInfo server, Host(work.agent).discover(work.ctx));
  TRESTLE_ASSIGN_OR_RETURN(const auto pool, discover_server_pool(work.ctx, work.agent));
  if (pool && !(pool->id == wish.id)) {
    return fail(Code::kFailedPrecondition, "the host is in server pool " + pool->id.text() + " (" +
                                               pool->alias.value_or("no alias") + ") and not in " +
                                               wish.id.text() + "; take it out of that pool first");
  }
  if (pool) {
    TRESTLE_ASSIGN_OR_RETURN(
        PoolMembership membership,
        enter_again(work, roster, wish, server.is_current_master.value_or(false)));
    membership.shown = sentence(membership, wish);
    return membership;
  }
  TRESTLE_ASSIGN_OR_RETURN(const std::int64_t number, roster.take(work.ctx, wish.address, false));
  auto entered = enter_new(work, roster, wish, server.hostname.value_or(wish.address), number);
  if (!entered) {
    take_back(work, roster, {.number = number, .address = wish.address});
    return fail(wrap("while entering server pool " + wish.id.text(), std::move(entered).error()));
  }
  entered->shown = sentence(*entered, wish);
  return entered;
}

Result<std::string> member_address(const std::string& configured, const ServerInfo& server) {
  if (!configured.empty()) return configured;
  if (server.registered_ip) return *server.registered_ip;
  return fail(
      Code::kFailedPrecondition,
      "the agent tells no address that it registered with; set ip, the address of the host");
}

Result<bool> leave_pool(const Work& work, const PoolRoster& roster, const std::string& address) {
  TRESTLE_ASSIGN_OR_RETURN(const PoolRosterList list, roster.read(work.ctx));
  TRESTLE_ASSIGN_OR_RETURN(const auto pool, discover_server_pool(work.ctx, work.agent));
  const PoolSeat* const seat = list.seat_of(address);
  const bool last = list.seats.size() == (seat != nullptr ? 1U : 0U);
  if (pool) {
    const ServerPool handle(work.agent, pool->id);
    TRESTLE_RETURN_IF_ERROR(last ? handle.destroy(work.ctx) : handle.leave(work.ctx));
  }
  if (last && list.formed) TRESTLE_RETURN_IF_ERROR(roster.set_formed(work.ctx, false));
  if (seat == nullptr) return pool.has_value();
  TRESTLE_RETURN_IF_ERROR(roster.give_back(work.ctx, *seat));
  // Of two that leave at once neither was the last one when it looked.
  TRESTLE_ASSIGN_OR_RETURN(const PoolRosterList left, roster.read(work.ctx));
  if (left.seats.empty() && left.formed) {
    TRESTLE_RETURN_IF_ERROR(roster.set_formed(work.ctx, false));
  }
  return true;
}

}  // namespace trestle::ovm3
