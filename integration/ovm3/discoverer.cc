// SPDX-License-Identifier: Apache-2.0
#include "integration/ovm3/discoverer.h"

#include <memory>
#include <optional>
#include <utility>

#include "helpers/ovm3/host_guid.h"
#include "helpers/ovm3/host_owner.h"
#include "integration/ovm3/host_settings.h"
#include "integration/ovm3/resource.h"
#include "integration/schema/generated/startup.h"
#include "objects/ovm3/host.h"

namespace trestle::ovm3 {
namespace {

using contracts::Configuration;
using contracts::DiscoveryRequest;
using contracts::HostRecord;

/// How long taking back may last after a failure, whatever time the request had.
constexpr std::chrono::seconds kUndoTime{60};

/// Only release 3 of the product is ours: OVM2 hosts have the same file and another agent.
constexpr std::string_view kProduct = "Oracle VM server release 3.";

std::string first_line(const std::string& text) { return text.substr(0, text.find('\n')); }

Result<void> check_platform(const HostSight& sight) {
  if (!sight.release.starts_with(kProduct)) {
    return fail(Code::kNotFound,
                "this is no host of Oracle VM Server 3: it says '" +
                    (sight.release.empty() ? "nothing of a release" : first_line(sight.release)) +
                    "'");
  }
  if (sight.agent_url.empty()) {
    return fail(Code::kFailedPrecondition,
                "the host has no Oracle VM agent; install ovs-agent on it and try again");
  }
  return {};
}

Result<void> check_books(const CallContext& ctx, contracts::Orchestrator& books,
                         const std::string& guid) {
  TRESTLE_ASSIGN_OR_RETURN(const std::optional<HostRecord> known, books.host_by_guid(ctx, guid));
  if (!known || known->state == contracts::HostState::kRemoved) return {};
  return fail(Code::kAlreadyExists, "host " + guid + " is in the books already, as '" +
                                        known->name + "' (number " + std::to_string(known->id) +
                                        ", platform " + known->platform + ", address " +
                                        known->address + ")");
}

Configuration configuration_of(const DiscoveryRequest& request, const std::string& guid,
                               const ServerInfo& server) {
  Configuration all = request.settings;
  all.values["guid"] = guid;
  all.values["zone"] = std::to_string(request.zone);
  all.values["pod"] = std::to_string(request.pod);
  all.values["cluster"] = std::to_string(request.cluster);
  // An empty field of a form is as good as none.
  const auto otherwise = [&](const char* name, const std::optional<std::string>& told) {
    std::string& value = all.values[name];
    if (value.empty()) value = told.value_or("");
  };
  otherwise("host", server.hostname);
  otherwise("ip", server.registered_ip);
  return all;
}

/// What a discovery has changed so far, taken back in reverse when it fails.
class Changes {
 public:
  Changes(const CallContext& ctx, HostDoor& door, const DiscoveryRequest& request, Log& log)
      : door_(door), request_(request), log_(log), flow_(ctx.flow), clock_(ctx.clock) {}
  Changes(const Changes&) = delete;
  Changes& operator=(const Changes&) = delete;

  void prepared() { prepared_ = true; }
  void claimed(const HostSight& sight, const ManagerId& manager) {
    sight_ = sight;
    manager_ = manager;
  }

  /// Gives the host back; the first error stays the one that is reported.
  Error take_back(Error error) {
    CallContext undo = context_for(kUndoTime, *clock_);
    undo.flow = flow_;
    if (manager_) note("ownership", disown(undo), error);
    if (prepared_) note("our module", door_.unprepare(undo, request_), error);
    return error;
  }

 private:
  /// On a connection of its own: the one of the failed work may be gone.
  Result<void> disown(const CallContext& undo) {
    TRESTLE_ASSIGN_OR_RETURN(const auto transport, door_.agent(request_, sight_));
    return disown_host(undo, Agent(*transport, log_), *manager_);
  }

  void note(std::string_view what, const Result<void>& undone, Error& error) {
    if (undone) return;
    log_.write(Level::kWarn, "discovery.left", {{"what", what}, {"why", undone.error().what}});
    error.what += "; " + std::string(what) + " could not be taken back: " + undone.error().what;
  }

  HostDoor& door_;
  const DiscoveryRequest& request_;
  Log& log_;
  std::string flow_;
  const Clock* clock_;
  bool prepared_ = false;
  HostSight sight_;
  std::optional<ManagerId> manager_;
};

/// Prepares, claims and introduces the host; every change is noted in `changes`.
Result<std::unique_ptr<Resource>> take_over(const CallContext& ctx, HostDoor& door, Log& log,
                                            contracts::Orchestrator& books,
                                            const DiscoveryRequest& request,
                                            const Configuration& configuration, Changes& changes) {
  TRESTLE_ASSIGN_OR_RETURN(const HostSettings settings, parse_host_settings(configuration));
  TRESTLE_ASSIGN_OR_RETURN(const HostDeployment deployment, door.prepare(ctx, request));
  if (deployment.changed) changes.prepared();
  // Looked at again: a module that was put in may have changed the agent's place or key.
  TRESTLE_ASSIGN_OR_RETURN(const HostSight sight, door.look(ctx, request));
  auto resource = std::make_unique<Resource>(
      [&door, request, sight](const Configuration&) { return door.agent(request, sight); }, log,
      &books);
  TRESTLE_RETURN_IF_ERROR(resource->configure(configuration));
  if (settings.manager) {
    const Agent agent = resource->host()->agent();
    TRESTLE_ASSIGN_OR_RETURN(const Ownership owner, own_host(ctx, agent, *settings.manager));
    if (owner == Ownership::kTaken) changes.claimed(sight, *settings.manager);
  }
  TRESTLE_RETURN_IF_ERROR(resource->initialize(ctx));
  return resource;
}

}  // namespace

std::string Discoverer::platform() const { return std::string(kPlatform); }

Result<contracts::Discovery> Discoverer::find(const CallContext& ctx,
                                              const DiscoveryRequest& request) {
  TRESTLE_ASSIGN_OR_RETURN(const HostSight sight, door_.look(ctx, request));
  TRESTLE_RETURN_IF_ERROR(check_platform(sight));
  TRESTLE_ASSIGN_OR_RETURN(const auto transport, door_.agent(request, sight));
  TRESTLE_ASSIGN_OR_RETURN(const ServerInfo server, Host(Agent(*transport, log_)).discover(ctx));
  TRESTLE_ASSIGN_OR_RETURN(const std::string guid, guid_of(server));
  const Configuration configuration = configuration_of(request, guid, server);
  TRESTLE_ASSIGN_OR_RETURN(const HostSettings settings, parse_host_settings(configuration));
  if (settings.manager) TRESTLE_RETURN_IF_ERROR(check_owner(server, *settings.manager));
  TRESTLE_RETURN_IF_ERROR(check_books(ctx, books_, guid));

  Changes changes(ctx, door_, request, log_);
  auto resource = take_over(ctx, door_, log_, books_, request, configuration, changes);
  if (!resource) return fail(changes.take_back(std::move(resource).error()));
  contracts::Discovery found;
  found.record = {.guid = guid,
                  .name = settings.name,
                  .address = settings.address,
                  .platform = platform(),
                  .zone = request.zone,
                  .pod = request.pod,
                  .cluster = request.cluster,
                  .state = contracts::HostState::kConnecting,
                  .details = configuration.values};
  found.resource = *std::move(resource);
  return found;
}

}  // namespace trestle::ovm3
