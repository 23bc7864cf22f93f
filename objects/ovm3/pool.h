// SPDX-License-Identifier: Apache-2.0
#ifndef TRESTLE_OBJECTS_OVM3_POOL_H_
#define TRESTLE_OBJECTS_OVM3_POOL_H_

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "objects/core/call_context.h"
#include "objects/core/ids.h"
#include "objects/core/result.h"
#include "objects/ovm3/agent.h"
#include "objects/wire/reply.h"
#include "objects/wire/value.h"

namespace trestle::ovm3 {

/// What a server of a pool does. Other words are a fault of the agent.
inline constexpr std::string_view kXenRole = "xen";          ///< runs guests
inline constexpr std::string_view kUtilityRole = "utility";  ///< does storage work

/// One host as member of a pool: the arguments of create_server_pool and join_server_pool.
struct PoolMember {
  std::string pool_alias = {};
  std::string virtual_ip = {};   ///< of the pool; needed in 3.2 and 3.3, may be empty from 3.4 on
  std::int64_t node_number = 0;  ///< a free one: each member has its own
  std::string hostname = {};     ///< must not resolve to 127.0.0.1 on the host itself
  std::string ip = {};
  std::vector<std::string> roles = {std::string(kXenRole), std::string(kUtilityRole)};

  friend bool operator==(const PoolMember&, const PoolMember&) = default;
};

/// A pool as one of its members tells it.
struct ServerPoolInfo {
  PoolId id;
  std::optional<std::string> alias = std::nullopt;
  std::optional<std::string> virtual_ip = std::nullopt;
  std::vector<std::string> members = {};  ///< registered addresses, in the order of the agent

  friend bool operator==(const ServerPoolInfo&, const ServerPoolInfo&) = default;
};

/// A whole Discover_Server_Pool_Result; absent if the host is in no pool.
struct ServerPoolMembership {
  std::optional<ServerPoolInfo> pool = std::nullopt;
  friend bool operator==(const ServerPoolMembership&, const ServerPoolMembership&) = default;
};

/// Handle of one server pool through one of its hosts: agent and id, no cached state. The id is
/// sent as it came. Thread-safe as Agent is. Errors of every call: the agent's fault.
class ServerPool {
 public:
  ServerPool(Agent agent, PoolId id) : agent_(agent), id_(std::move(id)) {}

  [[nodiscard]] const PoolId& id() const { return id_; }

  /// Makes this host the first member and master of the pool. The host must be owned. Errors:
  /// kFailedPrecondition if its name resolves to 127.0.0.1; kAlreadyExists.
  [[nodiscard]] Result<void> create(const CallContext& ctx, const PoolMember& first) const;
  /// Makes this host a further member; the vendor's manager lets the master send it (dispatch).
  [[nodiscard]] Result<void> join(const CallContext& ctx, const PoolMember& member) const;
  [[nodiscard]] Result<void> leave(const CallContext& ctx) const;
  /// Ends the pool; only its last member may.
  [[nodiscard]] Result<void> destroy(const CallContext& ctx) const;

 private:
  Agent agent_;
  PoolId id_;
};

/// The pool of this host, absent if it is in none.
[[nodiscard]] Result<std::optional<ServerPoolInfo>> discover_server_pool(const CallContext& ctx,
                                                                         const Agent& agent);
/// Tells this host the addresses of all members, in this order; send the whole list to every
/// member. An address that is listed twice is sent once.
[[nodiscard]] Result<void> set_pool_member_ip_list(const CallContext& ctx, const Agent& agent,
                                                   const std::vector<std::string>& addresses);
[[nodiscard]] Result<void> set_server_pool_alias(const CallContext& ctx, const Agent& agent,
                                                 const std::string& alias);
/// Moves the pool to another virtual address.
[[nodiscard]] Result<void> update_pool_virtual_ip(const CallContext& ctx, const Agent& agent,
                                                  const std::string& address);
/// Sets all roles of this host; those not named are dropped. Errors: kInvalidArgument for a name
/// with a comma in it.
[[nodiscard]] Result<void> update_server_roles(const CallContext& ctx, const Agent& agent,
                                               const std::vector<std::string>& roles);

/// Errors: kBadReply, also for a pool without a usable id. Source: recordings of
/// discover_server_pool.
[[nodiscard]] Result<ServerPoolMembership> read_server_pool(ValueView reply);

/// Typed form for `--json` and `trestle agent decode --typed`.
[[nodiscard]] Value describe(const ServerPoolInfo& pool);
[[nodiscard]] Value describe(const ServerPoolMembership& membership);

}  // namespace trestle::ovm3

#endif  // TRESTLE_OBJECTS_OVM3_POOL_H_
