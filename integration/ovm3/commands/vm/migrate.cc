// SPDX-License-Identifier: Apache-2.0
#include "helpers/ovm3/migration.h"
#include "integration/contracts/orchestrator.h"
#include "integration/ovm3/commands/vm/family.h"
#include "integration/ovm3/nic_request.h"

namespace trestle::ovm3 {
namespace {

/// A host gives one VM at a time (MAX_CONCURRENT_MIGRATION_OUT of discover_server).
constexpr std::string_view kWayOut = "VMs that leave the host";

/// Whether the VM runs on the destination, by the orchestrator's way to that host.
Arrival ask_destination(const CallContext& ctx, const Task& task, const MoveOrder& order,
                        schema::MigrateAnswer& answer) {
  contracts::Orchestrator* const orchestrator = task.host.orchestrator();
  if (orchestrator == nullptr || order.to_host.empty()) return Arrival::kCannotTell;
  const auto host = orchestrator->host_by_guid(ctx, order.to_host);
  if (!host || !*host) return Arrival::kCannotTell;
  const auto seen = orchestrator->send(
      ctx, (*host)->id, schema::Object(schema::CheckVirtualMachineCommand{.vmName = order.name}));
  const auto* const state = seen ? seen->as<schema::CheckVirtualMachineAnswer>() : nullptr;
  if (state == nullptr || !state->result) return Arrival::kCannotTell;
  answer.vncPort = state->vncPort;
  if (state->state == schema::PowerState::PowerOn) return Arrival::kRuns;
  return state->state == schema::PowerState::PowerOff ? Arrival::kDoesNotRun : Arrival::kCannotTell;
}

std::string observed(const MoveOrder& order, const MoveOutcome& outcome) {
  std::string text = "VM " + order.name;
  if (outcome.was_there) {
    text += " has moved to " + order.destination + " before";
  } else {
    text += " moved live to " + order.destination + " and is gone from this host";
  }
  if (outcome.arrival == Arrival::kRuns) {
    text += "; it runs there";
  } else {
    text += outcome.was_there ? "; its configuration says so" : "; the agent says that it arrived";
    text += ", the destination was not asked or could not tell";
  }
  if (!outcome.note.empty()) text += "; " + outcome.note;
  return text;
}

}  // namespace

Result<schema::MigrateAnswer> migrate(const Task& task, const schema::MigrateCommand& command) {
  MoveOrder order;
  TRESTLE_ASSIGN_OR_RETURN(order.name, needed(command.vmName, "vmName"));
  TRESTLE_ASSIGN_OR_RETURN(order.destination, needed(command.destIp, "destIp"));
  order.to_host = command.hostGuid.value_or("");
  const auto place = task.host.lanes().enter(task.ctx, kWayOut);
  if (!place) return fail(place.error());
  const auto flight = task.host.flights().begin(order.name, PowerChange::kMigrateOut);
  schema::MigrateAnswer answer;
  TRESTLE_ASSIGN_OR_RETURN(const MoveOutcome outcome,
                           move_instance(task.ctx, task.undo, task.agent(), task.log(), order,
                                         [&](const CallContext& ctx) {
                                           return ask_destination(ctx, task, order, answer);
                                         }));
  answer.result = true;
  answer.details = observed(order, outcome);
  const auto released = release_places(task.ctx, place_host(task), outcome.bridges);
  if (!released) {
    *answer.details +=
        "; its bridges here could not all be released: " + released.error().message();
  }
  return answer;
}

}  // namespace trestle::ovm3
