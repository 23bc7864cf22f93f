// SPDX-License-Identifier: Apache-2.0
#include "integration/ovm3/state_adapter.h"

#include <string>
#include <utility>

#include "helpers/ovm3/host_removal.h"
#include "integration/ovm3/host_settings.h"
#include "integration/ovm3/resource.h"
#include "integration/schema/generated/startup.h"
#include "objects/ovm3/agent.h"

namespace trestle::ovm3 {
namespace {

using contracts::HostRecord;
using contracts::Removal;
using contracts::RemovalMode;

/// What was done by the agent's own calls.
Result<RemovedParts> remove_through_agent(const CallContext& ctx, HostDoor& door, Log& log,
                                          const contracts::DiscoveryRequest& request, bool forced) {
  TRESTLE_ASSIGN_OR_RETURN(const HostSettings settings, parse_host_settings(request.settings));
  TRESTLE_ASSIGN_OR_RETURN(const HostSight sight, door.look(ctx, request));
  if (sight.agent_url.empty()) {
    return fail(Code::kFailedPrecondition, "the host has no Oracle VM agent any more");
  }
  TRESTLE_ASSIGN_OR_RETURN(const auto transport, door.agent(request, sight));
  const WorkTime time = work_time(ctx);
  const Work work{.ctx = time.work, .undo = time.undo, .agent = Agent(*transport, log), .log = log};
  return remove_from_host(work, settings.manager, settings.address, forced);
}

}  // namespace

Result<std::optional<HostRecord>> StateAdapter::record_for(
    const HostRecord& known, std::span<const schema::Object> startup) {
  if (startup.empty()) return std::nullopt;
  const auto* const routing = startup.front().as<schema::StartupRoutingCommand>();
  if (routing == nullptr || routing->hypervisorType != schema::HypervisorType::Ovm3) {
    return std::nullopt;
  }
  if (!routing->guid || routing->guid->empty()) {
    return fail(Code::kInvalidArgument, "StartupRoutingCommand has no guid");
  }
  if (!known.guid.empty() && known.guid != *routing->guid) {
    return fail(Code::kInvalidArgument, "guid: the host says " + *routing->guid +
                                            ", and the books have " + known.guid + " for it");
  }
  HostRecord record = known;
  record.guid = *routing->guid;
  record.name = routing->name.value_or(known.name);
  record.address = routing->privateIpAddress.value_or(known.address);
  record.platform = std::string(kPlatform);
  // A host that comes back while it is kept in maintenance is still to take no VM.
  if (known.state != contracts::HostState::kMaintenance) record.state = contracts::HostState::kUp;
  if (routing->hostDetails) {
    for (const auto& [name, value] : *routing->hostDetails) record.details[name] = value;
  }
  return record;
}

Result<Removal> StateAdapter::delete_host(const CallContext& ctx, const HostRecord& host,
                                          RemovalMode mode) {
  const bool forced = mode == RemovalMode::kForced;
  TRESTLE_ASSIGN_OR_RETURN(const contracts::DiscoveryRequest request, credentials_(host));
  Removal removal;
  auto parts = remove_through_agent(ctx, door_, log_, request, forced);
  if (parts) {
    removal = {.done = std::move(parts->done), .left = std::move(parts->left)};
  } else if (!forced || parts.error().code == Code::kPermissionDenied) {
    return fail(std::move(parts).error());
  } else {
    removal.left.push_back("everything that the agent keeps: " + parts.error().message());
  }
  const auto unprepared = door_.unprepare(ctx, request);
  if (unprepared) {
    removal.done.emplace_back("our module and the heartbeat");
  } else if (!forced) {
    return fail(wrap("our module and the heartbeat could not be taken off", unprepared.error()));
  } else {
    removal.left.push_back("our module and the heartbeat: " + unprepared.error().message());
  }
  return removal;
}

}  // namespace trestle::ovm3
