// SPDX-License-Identifier: Apache-2.0
#ifndef TRESTLE_HELPERS_OVM3_SERVER_POOL_H_
#define TRESTLE_HELPERS_OVM3_SERVER_POOL_H_

#include <cstdint>
#include <optional>
#include <string>

#include "helpers/ovm3/pool_roster.h"
#include "helpers/ovm3/work.h"
#include "objects/core/ids.h"
#include "objects/core/result.h"
#include "objects/ovm3/server_info.h"

/// Hosts as members of a server pool without a cluster file system.
namespace trestle::ovm3 {

/// The pool that a host shall be in.
struct PoolWish {
  PoolId id;
  std::string alias;
  std::string virtual_ip;  ///< of its master
  std::string address;     ///< of this host
};

/// The pool of the hosts of one cluster of one installation: the same id from every host. Its own,
/// of the vendor's form, and not that of a storage pool (known defects 49, 50).
[[nodiscard]] PoolId pool_id_of(const std::optional<ManagerId>& manager, const std::string& cluster,
                                const std::string& virtual_ip);

struct PoolMembership {
  std::int64_t number = 0;
  bool master = false;  ///< it made the pool and carries its address
  bool was_member = false;
  std::string shown = {};  ///< a sentence for answers
};

/// Makes the host a member of the pool: the first of all hosts makes it and takes its virtual
/// address, each other one waits until the pool is formed and joins (known defect 47: whoever got
/// no answer from the virtual address became master, so two that started together both did). Tells
/// this host all members (known defect 51). Repeating it is safe.
/// Errors: kFailedPrecondition if the host is in another pool, or if the host that was to make the
/// pool has not done so; the agent's (known defect 52: they were not looked at). Then its number is
/// given back.
[[nodiscard]] Result<PoolMembership> enter_pool(const Work& work, const PoolRoster& roster,
                                                const PoolWish& wish);

/// How the members of a pool reach a host: the address that is configured for it, else the one that
/// its agent registered with. Errors: kFailedPrecondition if there is neither.
[[nodiscard]] Result<std::string> member_address(const std::string& configured,
                                                 const ServerInfo& server);

/// Takes the host out and gives its number back; the last member ends the pool. False if it was in
/// none and had no number. Doing it again goes on where it ended.
[[nodiscard]] Result<bool> leave_pool(const Work& work, const PoolRoster& roster,
                                      const std::string& address);

}  // namespace trestle::ovm3

#endif  // TRESTLE_HELPERS_OVM3_SERVER_POOL_H_
