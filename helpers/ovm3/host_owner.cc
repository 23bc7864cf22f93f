// SPDX-License-Identifier: Apache-2.0
#include "helpers/ovm3/host_owner.h"

#include <algorithm>
#include <chrono>
#include <string>
#include <utility>
#include <vector>

#include "objects/core/poll.h"
#include "objects/ovm3/host.h"
#include "objects/ovm3/ownership.h"
#include "objects/ovm3/pool.h"

namespace trestle::ovm3 {
namespace {

/// The agent restarts within 2 s after it was taken (ovm3-agent, transport).
constexpr std::chrono::milliseconds kLookPause{500};

tl::unexpected<Error> foreign(const ManagerId& owner, const ManagerId& wanted) {
  return fail(Code::kPermissionDenied,
              "the host is owned by another manager (" + owner.text() + ") and not by " +
                  wanted.text() +
                  "; release it there first, or set manager.uuid if that is this installation");
}

Result<void> set_roles(const CallContext& ctx, const Agent& agent, std::vector<std::string> roles) {
  std::vector<std::string> wanted{std::string(kUtilityRole), std::string(kXenRole)};
  std::ranges::sort(roles);
  if (roles == wanted) return {};
  return update_server_roles(ctx, agent, {std::string(kXenRole), std::string(kUtilityRole)});
}

/// Waits until the agent tells that it is ours: whatever take_ownership answered, this is the
/// proof.
Result<void> wait_until_ours(const CallContext& ctx, const Agent& agent, const ManagerId& manager) {
  return poll(ctx, kLookPause, "the agent to come back with its new owner",
              [&](const CallContext& each) -> Result<bool> {
                const auto now = Host(agent).discover(each);
                if (!now && now.error().code == Code::kUnavailable) return false;
                if (!now) return fail(now.error());
                if (now->manager_id && !(*now->manager_id == manager)) {
                  return foreign(*now->manager_id, manager);
                }
                return now->manager_id.has_value();
              });
}

}  // namespace

Result<void> check_owner(const ServerInfo& server, const ManagerId& manager) {
  if (!server.manager_id || *server.manager_id == manager) return {};
  return foreign(*server.manager_id, manager);
}

Result<Ownership> own_host(const CallContext& ctx, const Agent& agent, const ManagerId& manager) {
  TRESTLE_ASSIGN_OR_RETURN(const ServerInfo server, Host(agent).discover(ctx));
  TRESTLE_RETURN_IF_ERROR(check_owner(server, manager));
  if (server.manager_id) {
    TRESTLE_RETURN_IF_ERROR(set_roles(ctx, agent, server.roles));
    return Ownership::kOursAlready;
  }
  if (!server.release) {
    return fail(Code::kBadReply,
                "the host tells no release, which decides how it is taken over; compare the raw "
                "reply of discover_server");
  }
  const auto taken = take_ownership(ctx, agent, *server.release, {.manager = manager});
  if (!taken && taken.error().fault) {
    // Another request of ours may have been faster.
    const auto now = Host(agent).discover(ctx);
    if (!now || !now->manager_id || !(*now->manager_id == manager)) return fail(taken.error());
  }
  TRESTLE_RETURN_IF_ERROR(wait_until_ours(ctx, agent, manager));
  TRESTLE_RETURN_IF_ERROR(set_roles(ctx, agent, server.roles));
  return Ownership::kTaken;
}

Result<void> disown_host(const CallContext& ctx, const Agent& agent, const ManagerId& manager) {
  TRESTLE_ASSIGN_OR_RETURN(const ServerInfo server, Host(agent).discover(ctx));
  if (!server.manager_id) return {};
  TRESTLE_RETURN_IF_ERROR(check_owner(server, manager));
  return release_ownership(ctx, agent, manager);
}

}  // namespace trestle::ovm3
