// SPDX-License-Identifier: Apache-2.0
#include "integration/ovm3/resource.h"

#include <chrono>
#include <optional>
#include <utility>

#include "helpers/ovm3/work.h"
#include "integration/ovm3/commands/command.h"
#include "integration/ovm3/commands/vm/instance_of.h"
#include "integration/ovm3/host_report.h"
#include "integration/schema/generated/host.h"
#include "integration/schema/generated/machine.h"
#include "integration/schema/generated/session.h"
#include "integration/schema/shapes.h"

namespace trestle::ovm3 {
namespace {

constexpr std::string_view kSequenceLane = "commands that must be alone on the host";

/// The server's own limit for a command, where it names one.
CallContext limited(const CallContext& ctx, const schema::Object& command) {
  const auto* const wait = schema::member_as<std::int32_t>(command, "wait");
  return wait != nullptr && *wait > 0 ? with_budget(ctx, std::chrono::seconds{*wait}) : ctx;
}

std::string lane_of(Order order, const schema::Object& command) {
  const std::string vm = order == Order::kFree ? "" : vm_of(command);
  return vm.empty() ? "" : "VM " + vm;
}

/// A system VM is waited for until its SSH answers, minutes perhaps: nobody else of the host waits
/// with it (known defect 87). CloudStack itself sends its routers so.
bool waits_for_a_guest(const schema::Object& command) {
  const auto* const start = command.as<schema::StartCommand>();
  return start != nullptr && start->vm && is_system_vm(*start->vm);
}

/// Waits for its turn and does it.
Result<schema::Object> run_in_turn(const CallContext& ctx, ManagedHost& host, const CommandRow& row,
                                   const schema::Object& command) {
  const WorkTime time = work_time(ctx);
  // Always the VM's lane first: two orders would wait for each other.
  std::optional<Lanes::Place> vm_place;
  std::optional<Lanes::Place> host_place;
  if (const std::string lane = lane_of(row.order, command); !lane.empty()) {
    TRESTLE_ASSIGN_OR_RETURN(Lanes::Place place, host.lanes().enter(time.work, lane));
    vm_place.emplace(std::move(place));
  }
  if (schema::in_sequence(command) && !waits_for_a_guest(command)) {
    TRESTLE_ASSIGN_OR_RETURN(Lanes::Place place, host.lanes().enter(time.work, kSequenceLane));
    host_place.emplace(std::move(place));
  }
  return row.run({.ctx = time.work, .undo = time.undo, .host = host}, command);
}

}  // namespace

Result<void> Resource::configure(const contracts::Configuration& configuration) {
  TRESTLE_ASSIGN_OR_RETURN(HostSettings settings, parse_host_settings(configuration));
  TRESTLE_ASSIGN_OR_RETURN(auto transport, connect_(configuration));
  heartbeat_.forget();
  host_.reset();
  transport_ = std::move(transport);
  host_ = std::make_unique<ManagedHost>(std::move(settings), *transport_, log_, orchestrator_);
  return {};
}

Result<std::vector<schema::Object>> Resource::initialize(const CallContext& ctx) {
  if (!host_) return fail(Code::kInternal, "initialize was called before configure");
  return startup_commands(ctx, *host_);
}

Result<schema::Object> Resource::current_status(const CallContext& ctx) {
  if (!host_) return fail(Code::kInternal, "current_status was called before configure");
  auto ping = ping_command(ctx, *host_);
  if (ping) heartbeat_.keep(ctx, host_->agent(), log_);
  return ping;
}

schema::Object Resource::execute(const CallContext& ctx, const schema::Object& command) {
  const schema::TypeInfo& type = command.type();
  const CommandRow* const row = find_command(type);
  if (row == nullptr) return unsupported_answer(type);
  if (!host_) {
    return failed_answer(type, {.code = Code::kInternal, .what = "the host is not configured"});
  }
  const auto begun = ctx.now();
  const std::string vm = vm_of(command);
  auto answer = run_in_turn(limited(ctx, command), *host_, *row, command);
  const auto took = std::chrono::duration_cast<std::chrono::milliseconds>(ctx.now() - begun);
  const bool good = answer && schema::result_of(*answer);
  log_.write(good ? Level::kDebug : Level::kError, "command",
             {{"name", type.name},
              {"vm", vm},
              {"host", host_->settings().name},
              {"ms", took.count()},
              {"outcome", answer ? (good ? "done" : "refused") : to_string(answer.error().code)},
              {"flow", ctx.flow}});
  if (good) note_session(command);
  return answer ? *std::move(answer) : failed_answer(type, answer.error());
}

/// A reboot of the host ends its heartbeat, and a server may not notice the reboot: its pings go on
/// between two agents that answer.
void Resource::note_session(const schema::Object& command) {
  const HostSettings& settings = host_->settings();
  if (command.as<schema::ReadyCommand>() != nullptr && !settings.guid.empty()) {
    heartbeat_.want({.guid = settings.guid, .timeout = settings.heartbeat_timeout},
                    settings.heartbeat_interval);
  }
  if (command.as<schema::ShutdownCommand>() != nullptr) heartbeat_.forget();
}

void Resource::disconnected() {
  // What the server knew of this host it asks for again at the next connect.
  if (host_) host_->set_last_report({});
  // Whoever removes the host ends its heartbeat; it must not come back behind their back.
  heartbeat_.forget();
}

}  // namespace trestle::ovm3
