// SPDX-License-Identifier: Apache-2.0
#include "objects/ovm3/vm.h"

#include <utility>

#include "objects/ovm3/describe.h"
#include "objects/ovm3/module.h"
#include "tools/cli/call.h"
#include "tools/cli/nouns.h"
#include "tools/cli/schemas.h"
#include "tools/cli/vm_find.h"

namespace trestle::cli {
namespace {

using ovm3::describe;

Value describe_line(const VmEntry& entry) {
  const auto& live = entry.live;
  const auto vnc = live ? live->vnc() : std::nullopt;
  const auto of = [&](auto member) { return live ? describe((*live).*member) : Value(Nil{}); };
  return Struct{
      {"name", entry.name},
      {"id", entry.id.text()},
      {"repository", entry.repository ? Value(entry.repository->text()) : Value(Nil{})},
      {"power_state", entry.power_state()},
      {"domid", of(&ovm3::VmInfo::domid)},
      {"memory_mib", of(&ovm3::VmInfo::memory)},
      {"vcpus", of(&ovm3::VmInfo::vcpus)},
      {"cpu_seconds", live && live->cpu_time ? Value(live->cpu_time->count()) : Value(Nil{})},
      {"vnc_port", vnc ? Value(std::int64_t{vnc->port}) : Value(Nil{})}};
}

Result<Outcome> list(Call& call) {
  TRESTLE_ASSIGN_OR_RETURN(const HostCall host, reach_host(call));
  TRESTLE_ASSIGN_OR_RETURN(const auto entries, all_vms(host.ctx, host.agent, true));
  Array rows;
  for (const VmEntry& entry : entries) {
    if (call.args.has("running") && !entry.live) continue;
    rows.push_back(describe_line(entry));
  }
  return Outcome{.document = std::move(rows),
                 .columns = {{"NAME", "name"},
                             {"STATE", "power_state"},
                             {"MEMORY", "memory_mib"},
                             {"VCPUS", "vcpus"},
                             {"VNC", "vnc_port"},
                             {"ID", "id"},
                             {"REPOSITORY", "repository"}}};
}

Result<Outcome> show(Call& call) {
  TRESTLE_ASSIGN_OR_RETURN(const VmCall at, reach_vm(call));
  TRESTLE_ASSIGN_OR_RETURN(const ovm3::VmConfig config, at.vm.config(at.host.ctx));
  TRESTLE_ASSIGN_OR_RETURN(const Connection connection, call.connection());
  Struct document = *describe_state(at.entry, connection.endpoint.peer()).get_if<Struct>();
  document.push_back({"config", describe(config)});
  document.push_back({"live", describe(at.entry.live)});
  return Outcome{.document = std::move(document),
                 .columns = {{"Name", "name"},
                             {"Id", "vm"},
                             {"Repository", "repository"},
                             {"Power state", "power_state"},
                             {"Host", "host"},
                             {"Type", "config.OVM_domain_type"},
                             {"Memory", "config.memory_mib"},
                             {"Most memory", "config.maxmem_mib"},
                             {"vCPUs", "config.vcpus"},
                             {"High availability", "config.OVM_high_availability"},
                             {"Disks", "config.disks[].path"},
                             {"Bridges", "config.vifs[].bridge"},
                             {"MAC addresses", "config.vifs[].mac"},
                             {"Domain id", "live.domid_number"},
                             {"CPU seconds", "live.cpu_time"},
                             {"VNC", "live.vnc_port"}}};
}

Result<Outcome> config(Call& call) {
  TRESTLE_ASSIGN_OR_RETURN(const VmCall at, reach_vm(call));
  TRESTLE_ASSIGN_OR_RETURN(const ovm3::VmConfig config, at.vm.config(at.host.ctx));
  if (call.args.has("raw")) {
    TRESTLE_ASSIGN_OR_RETURN(std::string text, to_text(config));
    return Outcome{.document = config.members(), .columns = {}, .text = std::move(text)};
  }
  return Outcome{.document = describe(config)};
}

Result<Outcome> vnc(Call& call) {
  TRESTLE_ASSIGN_OR_RETURN(const VmCall at, reach_vm(call));
  if (!at.entry.live) {
    return fail(Code::kFailedPrecondition,
                "VM " + at.entry.name + " does not run; start it with 'trestle vm start'");
  }
  TRESTLE_ASSIGN_OR_RETURN(const auto location, at.vm.vnc(at.host.ctx));
  if (!location) {
    return fail(Code::kNotFound, "VM " + at.entry.name +
                                     " has no VNC server; add a vfb to its configuration and start "
                                     "it anew");
  }
  return Outcome{.document = describe(*location)};
}

Result<Outcome> cores(Call& call) {
  TRESTLE_ASSIGN_OR_RETURN(const VmCall at, reach_vm(call));
  TRESTLE_ASSIGN_OR_RETURN(Array dumps, at.vm.cores(at.host.ctx));
  return Outcome{.document = std::move(dumps)};
}

/// What the module counts, or what the live list tells where the module is not installed.
Result<Outcome> stats(Call& call) {
  TRESTLE_ASSIGN_OR_RETURN(const VmCall at, reach_vm(call));
  if (!at.entry.live) {
    return fail(Code::kFailedPrecondition,
                "VM " + at.entry.name + " does not run; start it with 'trestle vm start'");
  }
  Struct document{{"name", at.entry.name}, {"power_state", at.entry.power_state()}};
  const auto counted = ovm3::HostModule(at.host.agent).guest_stats(at.host.ctx, at.entry.name);
  const bool no_module = !counted && counted.error().code == Code::kFailedPrecondition;
  if (!counted && !no_module) return fail(counted.error());
  const auto& cpu_time = at.entry.live->cpu_time;
  document.push_back({"cpu_seconds", cpu_time ? Value(cpu_time->count()) : Value(Nil{})});
  document.push_back({"counters", counted ? describe(*counted) : Value(Nil{})});
  if (no_module) call.progress().step("the module that counts traffic is not on this host");
  return Outcome{.document = std::move(document)};
}

std::vector<Verb> look_verbs() {
  const Operand vm = vm_operand();
  const Option repo = vm_repo_option();
  return {
      {.name = "list",
       .what = "Lists all VMs that the host knows, with their power state",
       .options = {{.name = "running", .value = "", .help = "only those with a domain"}},
       .schema = R"([{"name": "text", "id": "text", "repository": "text?", )"
                 R"("power_state": "text", "domid": "integer?", "memory_mib": "integer?", )"
                 R"("vcpus": "integer?", "cpu_seconds": "number?", "vnc_port": "integer?"}])",
       .examples = {"vm list", "vm list --running --json"},
       .run = list,
       .more =
           "Power states: running, paused, shut_down, crashed, dying, unknown; stopped for a VM\n"
           "without a domain on this host (it may run on another one)."},
      {.name = "show",
       .what = "Shows configuration and state of one VM",
       .operands = {vm},
       .options = {repo},
       .schema = kVmSchema,
       .examples = {"vm show web1", "vm show web1 --json"},
       .run = show},
      {.name = "config",
       .what = "Shows the stored configuration of one VM",
       .operands = {vm},
       .options = {{.name = "raw",
                    .value = "",
                    .help = "as vm.cfg; with --json the keys as 'vm create --spec' takes them"},
                   repo},
       .schema = R"({"*": "any"})",
       .examples = {"vm config web1", "vm config web1 --raw --json"},
       .run = config,
       .more = "--raw shows the VNC password if there is one."}};
}

std::vector<Verb> live_verbs() {
  const Operand vm = vm_operand();
  const Option repo = vm_repo_option();
  return {
      {.name = "vnc",
       .what = "Shows where the VNC server of a running VM listens",
       .operands = {vm},
       .options = {repo},
       .schema = R"({"address": "text", "port": "integer"})",
       .examples = {"vm vnc web1", "vm vnc web1 --json"},
       .run = vnc},
      {.name = "stats",
       .what = "Shows counters of a running VM: CPU, disk, network",
       .operands = {vm},
       .options = {repo},
       .schema = kVmStatsSchema,
       .examples = {"vm stats web1", "vm stats web1 --json"},
       .run = stats},
      {.name = "cores",
       .what = "Lists the memory dumps of a VM",
       .operands = {vm},
       .options = {repo},
       .schema = R"(["any"])",
       .examples = {"vm cores web1", "vm cores web1 --json"},
       .run = cores},
  };
}

}  // namespace

Noun vm_noun() {
  return {.name = "vm",
          .what = "virtual machines: list, create, start, stop, move, delete",
          .verbs = together(
              {look_verbs(), vm_config_verbs(), vm_power_verbs(), vm_move_verbs(), live_verbs()})};
}

}  // namespace trestle::cli
