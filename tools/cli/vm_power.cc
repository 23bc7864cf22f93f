// SPDX-License-Identifier: Apache-2.0
#include <functional>
#include <utility>

#include "helpers/ovm3/vm_power.h"
#include "objects/core/poll.h"
#include "objects/ovm3/vm.h"
#include "tools/cli/call.h"
#include "tools/cli/nouns.h"
#include "tools/cli/vm_find.h"

namespace trestle::cli {
namespace {

/// Pause between two looks at the list while a VM starts or stops.
constexpr std::chrono::milliseconds kLookPause{250};
/// How long to look for the outcome unless --wait says: a guest needs seconds to start and up to
/// minutes to shut down.
constexpr std::chrono::seconds kUsualWait{120};

using Reached = std::function<Result<bool>(const VmEntry&)>;

Result<bool> is_running(const VmEntry& entry) {
  return entry.live && entry.live->power() == ovm3::VmState::kRunning;
}
Result<bool> is_gone(const VmEntry& entry) { return !entry.live; }

/// Looks at list_vms until the VM is as it should be: an agent answers before the guest is up or
/// down. --wait 0 takes the agent's word for it.
Result<Outcome> observe(Call& call, VmCall at, const std::string& for_what,
                        const Reached& reached) {
  TRESTLE_ASSIGN_OR_RETURN(const std::int64_t seconds,
                           call.args.number("wait", 0, 86'400, kUsualWait.count()));
  TRESTLE_ASSIGN_OR_RETURN(const Connection connection, call.connection());
  const auto look = [&](const CallContext& ctx) -> Result<bool> {
    TRESTLE_ASSIGN_OR_RETURN(at.entry.live,
                             live_vm(ctx, at.host.agent, at.entry.id, at.entry.name));
    call.progress().step("VM " + at.entry.name + " is " + at.entry.power_state());
    return reached(at.entry);
  };
  Result<void> seen;
  if (seconds == 0) {
    const auto once = look(at.host.ctx);
    if (!once) seen = fail(once.error());
  } else {
    seen =
        poll(with_budget(at.host.ctx, std::chrono::seconds(seconds)), kLookPause, for_what, look);
  }
  if (!seen && seen.error().code == Code::kDeadlineExceeded) {
    return fail(wrap("VM " + at.entry.name + " is still " + at.entry.power_state() +
                         "; look again with 'trestle vm list', or give --wait more",
                     seen.error()));
  }
  if (!seen) return fail(seen.error());
  return Outcome{.document = describe_state(at.entry, connection.endpoint.peer())};
}

Result<Outcome> start(Call& call) {
  TRESTLE_ASSIGN_OR_RETURN(VmCall at, reach_vm(call, kLongBudget));
  call.progress().step("starting VM " + at.entry.name);
  TRESTLE_RETURN_IF_ERROR(at.vm.start(at.host.ctx));
  return observe(call, std::move(at), "the VM to run", is_running);
}

Result<Outcome> stop(Call& call) {
  TRESTLE_ASSIGN_OR_RETURN(VmCall at, reach_vm(call, kLongBudget));
  const bool force = call.args.has("force");
  call.progress().step((force ? "cutting off VM " : "asking the guest to shut down VM ") +
                       at.entry.name);
  TRESTLE_RETURN_IF_ERROR(
      at.vm.stop(at.host.ctx, force ? ovm3::StopMode::kForce : ovm3::StopMode::kAskGuest));
  return observe(call, std::move(at), "the VM to stop (a guest that does not listen needs --force)",
                 is_gone);
}

Result<Outcome> reboot(Call& call) {
  TRESTLE_ASSIGN_OR_RETURN(VmCall at, reach_vm(call, kLongBudget));
  constexpr std::int64_t kAgentWait = 60;
  TRESTLE_ASSIGN_OR_RETURN(const std::int64_t wait,
                           call.args.number("guest-wait", 0, 3600, kAgentWait));
  ovm3::RebootWatch watch(at.entry.live);
  call.progress().step("rebooting VM " + at.entry.name);
  TRESTLE_RETURN_IF_ERROR(at.vm.reboot(at.host.ctx, std::chrono::seconds(wait)));
  const CallContext ctx = at.host.ctx;
  return observe(
      call, std::move(at), "the VM to run again", [&](const VmEntry& entry) -> Result<bool> {
        const auto sight = watch.look(entry.live, ctx.now());
        if (sight != ovm3::RebootWatch::Sight::kLost) {
          return sight == ovm3::RebootWatch::Sight::kBack;
        }
        return fail(
            Code::kFailedPrecondition,
            "VM " + entry.name +
                " did not come back; start it with 'trestle vm start' (a host of 3.2 ends a "
                "guest that reboots within 60 s of its start)");
      });
}

Result<Outcome> pause(Call& call) {
  TRESTLE_ASSIGN_OR_RETURN(VmCall at, reach_vm(call, kLongBudget));
  TRESTLE_RETURN_IF_ERROR(at.vm.pause(at.host.ctx));
  return observe(call, std::move(at), "the VM to be paused", [](const VmEntry& entry) {
    return entry.live && entry.live->power() == ovm3::VmState::kPaused;
  });
}

Result<Outcome> unpause(Call& call) {
  TRESTLE_ASSIGN_OR_RETURN(VmCall at, reach_vm(call, kLongBudget));
  TRESTLE_RETURN_IF_ERROR(at.vm.unpause(at.host.ctx));
  return observe(call, std::move(at), "the VM to run", is_running);
}

Result<Outcome> save(Call& call) {
  TRESTLE_ASSIGN_OR_RETURN(VmCall at, reach_vm(call, kLongBudget));
  const bool checkpoint = call.args.has("checkpoint");
  call.progress().step("saving the memory of VM " + at.entry.name);
  TRESTLE_RETURN_IF_ERROR(
      at.vm.save(at.host.ctx, checkpoint ? ovm3::SaveMode::kCheckpoint : ovm3::SaveMode::kEnd));
  if (checkpoint) return observe(call, std::move(at), "the VM to go on", is_running);
  return observe(call, std::move(at), "the VM to end", is_gone);
}

Result<Outcome> restore(Call& call) {
  TRESTLE_ASSIGN_OR_RETURN(VmCall at, reach_vm(call, kLongBudget));
  const bool paused = call.args.has("paused");
  call.progress().step("restoring VM " + at.entry.name);
  TRESTLE_RETURN_IF_ERROR(at.vm.restore(at.host.ctx, paused));
  return observe(call, std::move(at), "the VM to be back", [paused](const VmEntry& entry) {
    const auto wanted = paused ? ovm3::VmState::kPaused : ovm3::VmState::kRunning;
    return entry.live && entry.live->power() == wanted;
  });
}

Option wait_option() {
  return {.name = "wait",
          .value = "SECONDS",
          .help =
              "look at the host's list so long until it is done; 120 if not given, 0 does not "
              "wait"};
}

std::vector<Verb> run_verbs() {
  const Operand vm = vm_operand();
  const Option repo = vm_repo_option();
  const Option wait = wait_option();
  return {{.name = "start",
           .what = "Starts a VM and waits until it runs",
           .operands = {vm},
           .options = {wait, repo},
           .schema = kVmStateSchema,
           .examples = {"vm start db1", "vm start db1 --wait 30 --json"},
           .run = start},
          {.name = "stop",
           .what = "Asks the guest to shut down and waits until it is gone",
           .operands = {vm},
           .options = {{.name = "force", .value = "", .help = "cut it off, as by pulling the plug"},
                       wait,
                       repo},
           .schema = kVmStateSchema,
           .examples = {"vm stop web1", "vm stop web1 --force --json"},
           .run = stop},
          {.name = "reboot",
           .what = "Restarts a VM and waits until it runs again",
           .operands = {vm},
           .options = {{.name = "guest-wait",
                        .value = "SECONDS",
                        .help = "how long the host waits for the guest, 60 if not given"},
                       wait,
                       repo},
           .schema = kVmStateSchema,
           .examples = {"vm reboot web1", "vm reboot web1 --json"},
           .run = reboot}};
}

std::vector<Verb> memory_verbs() {
  const Operand vm = vm_operand();
  const Option repo = vm_repo_option();
  const Option wait = wait_option();
  return {
      {.name = "pause",
       .what = "Freezes a VM",
       .operands = {vm},
       .options = {wait, repo},
       .schema = kVmStateSchema,
       .examples = {"vm pause web1", "vm pause web1 --json"},
       .run = pause},
      {.name = "unpause",
       .what = "Lets a frozen VM go on",
       .operands = {vm},
       .options = {wait, repo},
       .schema = kVmStateSchema,
       .examples = {"vm unpause cold1", "vm unpause cold1 --json"},
       .run = unpause},
      {.name = "save",
       .what = "Writes the memory of a VM to disk and ends it",
       .operands = {vm},
       .options = {{.name = "checkpoint", .value = "", .help = "the VM goes on afterwards"},
                   wait,
                   repo},
       .schema = kVmStateSchema,
       .examples = {"vm save web1", "vm save web1 --checkpoint --json"},
       .run = save},
      {.name = "restore",
       .what = "Brings a saved VM back",
       .operands = {vm},
       .options = {{.name = "paused", .value = "", .help = "bring it back frozen"}, wait, repo},
       .schema = kVmStateSchema,
       .examples = {"vm restore saved1", "vm restore saved1 --json"},
       .run = restore},
  };
}

}  // namespace

std::vector<Verb> vm_power_verbs() { return together({run_verbs(), memory_verbs()}); }

}  // namespace trestle::cli
