// SPDX-License-Identifier: Apache-2.0
#include "helpers/ovm3/hosted_vm.h"
#include "integration/ovm3/commands/vm/family.h"

namespace trestle::ovm3 {
namespace {

constexpr std::string_view kAllAddresses = "0.0.0.0";
constexpr std::string_view kLoopback = "127.";

}  // namespace

Result<schema::GetVncPortAnswer> get_vnc_port(const Task& task,
                                              const schema::GetVncPortCommand& command) {
  TRESTLE_ASSIGN_OR_RETURN(const std::string name, needed(command.name, "name"));
  TRESTLE_ASSIGN_OR_RETURN(const auto vms, list_vms(task.ctx, task.agent()));
  TRESTLE_ASSIGN_OR_RETURN(const auto live, find_domain(vms, name));
  if (!live) {
    return fail(Code::kNotFound,
                "VM " + name + " does not run on this host, so it has no console here");
  }
  const auto console = live->vnc();
  if (!console) {
    return fail(Code::kFailedPrecondition,
                "VM " + name + " has no VNC console; start it anew to give it one");
  }
  auto answer =
      done<schema::GetVncPortAnswer>("VM " + name + " has its console at " + console->address +
                                     ":" + std::to_string(console->port));
  answer.address = console->address == kAllAddresses ? task.settings().address : console->address;
  answer.port = console->port;
  if (console->address.starts_with(kLoopback)) {
    *answer.details += ", which only the host itself reaches; setting vnc.listen says where";
  }
  return answer;
}

}  // namespace trestle::ovm3
