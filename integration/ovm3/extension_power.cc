// SPDX-License-Identifier: Apache-2.0
// status, statuses and getconsole.
#include <utility>

#include "helpers/ovm3/power_report.h"
#include "integration/ovm3/extension_session.h"
#include "objects/ovm3/vm_list.h"

namespace trestle::ovm3 {
namespace {

/// A VM that reboots is missing from the list for a moment; one that CloudStack holds as running is
/// looked at twice before it is said to be off.
constexpr std::chrono::milliseconds kSecondLook{1500};

std::string word_of(PowerReport power) {
  switch (power) {
    case PowerReport::kOn:
      return std::string(kPowerOn);
    case PowerReport::kOff:
      return std::string(kPowerOff);
    case PowerReport::kUnknown:
      break;
  }
  return std::string(kPowerUnknown);
}

ExtensionAnswer state_answer(const std::string& name, PowerReport power) {
  ExtensionAnswer answer{.power_state = word_of(power)};
  answer.message = "VM " + name + ": " + *answer.power_state;
  return answer;
}

bool is_loopback(const std::string& address) {
  return address.starts_with("127.") || address == "::1" || address == "localhost";
}
bool is_wildcard(const std::string& address) {
  return address.empty() || address == "0.0.0.0" || address == "::" || address == "*";
}

/// The password that the console asks for, which only the stored configuration has for sure.
Secret console_password(const VmConfig& config) {
  for (const VfbConfig& vfb : config.vfbs()) {
    if (vfb.vncpasswd) return *vfb.vncpasswd;
  }
  return Secret(config.text("vncpasswd").value_or(""));
}

Result<PowerReport> look_again(const Session& session, const HostedVm& vm) {
  const auto live = [&] { return live_domain(session.ctx(), session.agent, vm.repository, vm.id); };
  TRESTLE_ASSIGN_OR_RETURN(const auto first, live());
  if (first || session.request.vm_state != "Running") return power_of(first);
  const CallContext& ctx = session.ctx();
  if (!ctx.clock->wait_until(ctx.now() + kSecondLook, ctx.stop)) {
    return fail(Code::kCancelled, "the caller asked to stop");
  }
  TRESTLE_ASSIGN_OR_RETURN(const auto second, live());
  return power_of(second);
}

}  // namespace

Result<ExtensionAnswer> status_action(const Session& session) {
  TRESTLE_ASSIGN_OR_RETURN(const VmName name, vm_name_of(session.request));
  TRESTLE_ASSIGN_OR_RETURN(const RepositoryId repository, repository_setting(session.request));
  const VmId id = vm_id_for(name.uuid);
  if (!name.hint || *name.hint == id) {
    // The usual case in one call: a running VM that we have made.
    TRESTLE_ASSIGN_OR_RETURN(const auto live,
                             live_domain(session.ctx(), session.agent, repository, id));
    const auto live_id = live ? live->id() : Result<VmId>(id);
    if (live && live_id && *live_id == id) return state_answer(name.name, power_of(live));
  }
  TRESTLE_ASSIGN_OR_RETURN(const HostedVm vm, needed_vm(session, "status"));
  if (!vm.mark.complete()) return state_answer(name.name, PowerReport::kUnknown);
  TRESTLE_ASSIGN_OR_RETURN(const PowerReport power, look_again(session, vm));
  return state_answer(name.name, power);
}

Result<ExtensionAnswer> statuses_action(const Session& session) {
  TRESTLE_ASSIGN_OR_RETURN(const RepositoryId repository, repository_setting(session.request));
  TRESTLE_ASSIGN_OR_RETURN(const auto report,
                           power_report_of(session.ctx(), session.agent, repository));
  std::map<std::string, std::string> states;
  for (const auto& [name, power] : report) states.emplace(name, word_of(power));
  return ExtensionAnswer{.power_states = std::move(states)};
}

Result<ExtensionAnswer> console_action(const Session& session) {
  TRESTLE_ASSIGN_OR_RETURN(const HostedVm vm, needed_vm(session, "a console"));
  TRESTLE_ASSIGN_OR_RETURN(const auto live,
                           live_domain(session.ctx(), session.agent, vm.repository, vm.id));
  const std::string& name = session.request.vm_name;
  if (!live) {
    return fail(Code::kFailedPrecondition,
                "VM " + name + " does not run, so it has no console; start it first");
  }
  const auto location = live->vnc();
  if (!location) {
    return fail(Code::kFailedPrecondition,
                "VM " + name + " has no VNC server; add one to its configuration and restart it");
  }
  if (is_loopback(location->address)) {
    return fail(Code::kFailedPrecondition,
                "the console of VM " + name + " listens on " + location->address +
                    " of the host only, where no console proxy can reach it; set vnclisten to "
                    "0.0.0.0 in its configuration (detail vnc_listen for new VMs) and restart it");
  }
  const std::string address = is_wildcard(location->address) ? session.host : location->address;
  return ExtensionAnswer{
      .message = "console of VM " + name,
      .console = ConsolePlace{.host = detail(session.request, "console_host").value_or(address),
                              .port = location->port,
                              .password = console_password(vm.config)}};
}

}  // namespace trestle::ovm3
