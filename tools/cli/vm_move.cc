// SPDX-License-Identifier: Apache-2.0
#include <utility>

#include "objects/core/poll.h"
#include "objects/ovm3/agent_url.h"
#include "objects/ovm3/vm.h"
#include "tools/cli/call.h"
#include "tools/cli/nouns.h"
#include "tools/cli/vm_find.h"

namespace trestle::cli {
namespace {

constexpr std::chrono::milliseconds kLookPause{250};
constexpr std::chrono::seconds kUsualWait{120};

/// Whether a call that moves a VM may have gone on after this error.
bool is_unknown(Code code) {
  return code == Code::kDeadlineExceeded || code == Code::kCancelled || code == Code::kUnavailable;
}

/// The agent of the destination: --to-url, or this host's URL with the other address in it.
Result<std::string> target_url(Call& call) {
  if (const auto given = call.args.maybe("to-url")) return *given;
  TRESTLE_ASSIGN_OR_RETURN(const Connection here, call.connection());
  Endpoint there = here.endpoint;
  there.host = call.args.text("to");
  return there.url();
}

Result<Outcome> migrate(Call& call) {
  TRESTLE_ASSIGN_OR_RETURN(const std::int64_t seconds,
                           call.args.number("wait", 1, 86'400, kUsualWait.count()));
  TRESTLE_ASSIGN_OR_RETURN(VmCall at, reach_vm(call, kLongBudget));
  if (!at.entry.live) {
    return fail(Code::kFailedPrecondition, "VM " + at.entry.name +
                                               " does not run here; a stopped VM needs no move, "
                                               "start it on the other host");
  }
  TRESTLE_ASSIGN_OR_RETURN(const std::string url, target_url(call));
  TRESTLE_ASSIGN_OR_RETURN(const ovm3::Agent there, call.agent_at(url));
  const ovm3::MigrateOptions options{.live = !call.args.has("cold"), .ssl = call.args.has("ssl")};
  const ovm3::Vm target(there, *at.entry.repository, at.entry.id);
  call.progress().step("readying " + call.args.text("to"));
  const auto ready = target.setup_migration_target(at.host.ctx);
  // A release without this call takes the VM all the same.
  if (!ready && ready.error().code != Code::kUnimplemented) return fail(ready.error());
  call.progress().step("moving VM " + at.entry.name + " to " + call.args.text("to"));
  const auto moved = at.vm.migrate(at.host.ctx, call.args.text("to"), options);
  if (!moved && is_unknown(moved.error().code)) {
    return fail(wrap("the VM may still be on its way; look at both hosts with 'trestle vm list'",
                     moved.error()));
  }
  const auto cleaned = ready ? target.cleanup_migration_target(at.host.ctx) : Result<void>();
  if (!moved) return fail(moved.error());
  if (!cleaned) return fail(wrap("the VM has moved, but cleaning up failed", cleaned.error()));
  const auto arrived = [&](const CallContext& ctx) -> Result<bool> {
    TRESTLE_ASSIGN_OR_RETURN(const auto left,
                             live_vm(ctx, at.host.agent, at.entry.id, at.entry.name));
    TRESTLE_ASSIGN_OR_RETURN(at.entry.live, live_vm(ctx, there, at.entry.id, at.entry.name));
    call.progress().step("VM " + at.entry.name + " is " + at.entry.power_state() + " there and " +
                         (left ? "not yet gone here" : "gone here"));
    return !left && at.entry.live && at.entry.live->power() == ovm3::VmState::kRunning;
  };
  TRESTLE_RETURN_IF_ERROR(poll(with_budget(at.host.ctx, std::chrono::seconds(seconds)), kLookPause,
                               "the VM to run on the other host and be gone from this one",
                               arrived));
  TRESTLE_ASSIGN_OR_RETURN(const Endpoint endpoint, ovm3::parse_agent_url(url));
  return Outcome{.document = describe_state(at.entry, endpoint.peer())};
}

Result<Outcome> remove(Call& call) {
  TRESTLE_ASSIGN_OR_RETURN(const VmCall at, reach_vm(call));
  // The agent removes the configuration of a running VM without a word.
  if (at.entry.live) {
    return fail(Code::kFailedPrecondition, "VM " + at.entry.name + " is " + at.entry.power_state() +
                                               "; stop it first with 'trestle vm stop'");
  }
  call.progress().step("deleting VM " + at.entry.name);
  TRESTLE_RETURN_IF_ERROR(at.vm.remove(at.host.ctx));
  return Outcome{.document = Struct{{"vm", at.entry.id.text()},
                                    {"name", at.entry.name},
                                    {"repository", at.entry.repository->text()},
                                    {"removed", true}}};
}

Result<Outcome> high_availability(Call& call) {
  TRESTLE_ASSIGN_OR_RETURN(const VmCall at, reach_vm(call));
  TRESTLE_RETURN_IF_ERROR(
      at.vm.set_high_availability(at.host.ctx, call.args.text("SWITCH") == "on"));
  TRESTLE_ASSIGN_OR_RETURN(const ovm3::VmConfig config, at.vm.config(at.host.ctx));
  return Outcome{.document = Struct{{"vm", at.entry.id.text()},
                                    {"name", at.entry.name},
                                    {"high_availability", config.high_availability()}}};
}

}  // namespace

std::vector<Verb> vm_move_verbs() {
  const Operand vm = vm_operand();
  const Option repo = vm_repo_option();
  return {
      {.name = "migrate",
       .what = "Moves a running VM to another host and waits until it runs there",
       .operands = {vm},
       .options = {{.name = "to",
                    .value = "ADDRESS",
                    .help = "the other host, as this host reaches it",
                    .required = true},
                   {.name = "to-url",
                    .value = "URL",
                    .help = "its agent; this host's URL with ADDRESS in it if not given"},
                   {.name = "cold", .value = "", .help = "freeze the VM for the whole move"},
                   {.name = "ssl", .value = "", .help = "encrypt the memory stream"},
                   {.name = "wait",
                    .value = "SECONDS",
                    .help = "look at both lists so long until it is done, 120 if not given"},
                   repo},
       .schema = kVmStateSchema,
       .examples = {"vm migrate web1 --to 127.0.1.2", "vm migrate web1 --to 127.0.1.2 --json"},
       .run = migrate},
      {.name = "delete",
       .what = "Deletes a stopped VM; its disks stay",
       .operands = {vm},
       .options = {repo},
       .schema = R"({"vm": "text", "name": "text", "repository": "text", "removed": "boolean"})",
       .examples = {"vm delete db1", "vm delete db1 --json"},
       .run = remove},
      {.name = "ha",
       .what = "Sets whether the pool restarts a VM when its host fails",
       .operands = {vm, {.name = "SWITCH", .help = "on or off", .words = {"on", "off"}}},
       .options = {repo},
       .schema = R"({"vm": "text", "name": "text", "high_availability": "boolean"})",
       .examples = {"vm ha web1 on", "vm ha web1 off --json"},
       .run = high_availability},
  };
}

}  // namespace trestle::cli
