// SPDX-License-Identifier: Apache-2.0
#include "objects/ovm3/vm_config.h"

#include <utility>

#include "objects/ovm3/describe.h"
#include "objects/ovm3/vm.h"
#include "tools/cli/call.h"
#include "tools/cli/json_value.h"
#include "tools/cli/nouns.h"
#include "tools/cli/storage_place.h"
#include "tools/cli/vm_find.h"
#include "tools/cli/vm_spec.h"

namespace trestle::cli {
namespace {

using ovm3::describe;

Result<ovm3::VmConfig> spec_of(Call& call) {
  const auto file = call.args.maybe("spec");
  if (!file) return ovm3::VmConfig();
  TRESTLE_ASSIGN_OR_RETURN(const std::string text, call.read_file(*file));
  return read_spec(text);
}

Result<Outcome> create(Call& call) {
  TRESTLE_ASSIGN_OR_RETURN(const ovm3::VmConfig spec, spec_of(call));
  const std::string name = call.args.has("name") ? call.args.text("name") : spec.name();
  TRESTLE_ASSIGN_OR_RETURN(HostCall host, reach_host(call));
  TRESTLE_ASSIGN_OR_RETURN(host.ctx, call.context(kLongBudget));
  TRESTLE_ASSIGN_OR_RETURN(const ovm3::RepositoryRecord record,
                           find_repository(host.ctx, host.agent, call.args.text("repo")));
  // The same name in the same repository gives the same id: a command that is repeated after a
  // lost answer finds the VM there and does not make a second one.
  const std::string wanted = call.args.has("id")
                                 ? call.args.text("id")
                                 : stable_id(kVmIdPrefix, record.id.key() + "/" + name);
  auto id = VmId::from_name(wanted);
  if (!id) return usage("--id: " + id.error().what);
  TRESTLE_ASSIGN_OR_RETURN(const ovm3::VmConfig config,
                           complete_spec(spec, call.args, *id, ovm3::RepositoryPaths(record.id)));
  const ovm3::Vm vm(host.agent, record.id, *id);
  call.progress().step("creating VM " + config.name());
  TRESTLE_RETURN_IF_ERROR(vm.create(host.ctx, config));
  TRESTLE_ASSIGN_OR_RETURN(const ovm3::VmConfig stored, vm.config(host.ctx));
  return Outcome{.document = Struct{{"vm", id->text()},
                                    {"name", stored.name()},
                                    {"repository", record.id.text()},
                                    {"config", describe(stored)}},
                 .columns = {{"Created VM", "name"}, {"Id", "vm"}, {"Repository", "repository"}}};
}

Result<Outcome> configure(Call& call) {
  TRESTLE_ASSIGN_OR_RETURN(const ovm3::VmConfig spec, spec_of(call));
  TRESTLE_ASSIGN_OR_RETURN(const VmCall at, reach_vm(call));
  TRESTLE_ASSIGN_OR_RETURN(const ovm3::VmConfig before, at.vm.config(at.host.ctx));
  ovm3::VmConfig base = before;
  for (const Member& member : spec.members()) base = base.with(member.name, member.value);
  TRESTLE_ASSIGN_OR_RETURN(const ovm3::VmConfig after,
                           changed_spec(std::move(base), call.args, at.entry.id,
                                        ovm3::RepositoryPaths(*at.entry.repository)));
  const ovm3::ConfigChange change = ovm3::changes(before, after);
  TRESTLE_RETURN_IF_ERROR(at.vm.configure(at.host.ctx, change));
  Array changed;
  for (const Member& member : change.set) changed.push_back(member.name);
  return Outcome{.document = Struct{{"vm", at.entry.id.text()},
                                    {"name", after.name()},
                                    {"changed", std::move(changed)},
                                    {"at_next_start", describe(change.at_next_start())}}};
}

Result<Outcome> diff(Call& call) {
  TRESTLE_ASSIGN_OR_RETURN(const ovm3::VmConfig spec, spec_of(call));
  TRESTLE_ASSIGN_OR_RETURN(const VmCall at, reach_vm(call));
  TRESTLE_ASSIGN_OR_RETURN(const ovm3::VmConfig stored, at.vm.config(at.host.ctx));
  Array differences;
  for (const Member& member : spec.members()) {
    const Value* const there = stored.find(member.name);
    if (there != nullptr && *there == member.value) continue;
    differences.push_back(Struct{{"key", member.name},
                                 {"stored", there == nullptr ? Value(Nil{}) : *there},
                                 {"wanted", member.value}});
  }
  return Outcome{.document = differences, .exit = differences.empty() ? 0 : kDifferences};
}

std::vector<Option> size_options() {
  return {{.name = "name", .value = "NAME", .help = "name of the VM"},
          {.name = "memory", .value = "SIZE", .help = "MiB, or e.g. 2G"},
          {.name = "vcpus", .value = "N", .help = "virtual CPUs"}};
}

std::vector<Option> device_options() {
  return {{.name = "disk",
           .value = "NAME[,MODE]",
           .help = "a disk of the repository, or a whole path; mode w (usual), r, w!, r!",
           .many = true},
          {.name = "iso", .value = "NAME", .help = "an ISO image of the repository as CD"},
          {.name = "nic",
           .value = "BRIDGE[,MAC]",
           .help = "a NIC on this bridge; the address is made if not given",
           .many = true}};
}

Option spec_option(std::string_view help, bool required) {
  return {.name = "spec",
          .value = "FILE",
          .help = help,
          .required = required,
          .complete = Complete::kFile};
}

}  // namespace

std::vector<Verb> vm_config_verbs() {
  const Operand vm = vm_operand();
  const Option repo = vm_repo_option();
  std::vector<Option> create_options = {
      repository_option(),
      spec_option("JSON object with keys of vm.cfg; options go over it", false)};
  std::vector<Option> configure_options = {
      repo,
      spec_option("JSON object with the keys of vm.cfg to change", false),
      {.name = "remove-disk", .value = "DEV", .help = "e.g. xvdb", .many = true},
      {.name = "remove-nic", .value = "MAC", .help = "address of the NIC", .many = true}};
  for (const auto& more : {size_options(), device_options()}) {
    create_options.insert(create_options.end(), more.begin(), more.end());
    configure_options.insert(configure_options.end(), more.begin(), more.end());
  }
  create_options.push_back({.name = "type",
                            .value = "TYPE",
                            .help = "paravirtual if not given",
                            .words = {"xen_pvm", "xen_hvm", "xen_hvm_pv_drivers"}});
  create_options.push_back({.name = "id",
                            .value = "ID",
                            .help = "id, a UUID or a plain name; made from repository and name if "
                                    "not given"});
  create_options.push_back(
      {.name = "ha", .value = "", .help = "the pool restarts it when its host fails"});
  return {
      {.name = "create",
       .what = "Makes a VM; does not start it",
       .options = std::move(create_options),
       .schema = R"({"vm": "text", "name": "text", "repository": "text", "config": {"*": "any"}})",
       .examples = {"vm create --repo main --name app1 --memory 512 --disk spare.img --nic xenbr0",
                    "vm create --repo main --spec vm.json --json"},
       .run = create,
       .more =
           "The VNC server listens on the host's loopback address unless --spec says otherwise."},
      {.name = "configure",
       .what = "Changes the configuration of a VM",
       .operands = {vm},
       .options = std::move(configure_options),
       .schema = R"({"vm": "text", "name": "text", "changed": ["text"], )"
                 R"("at_next_start": ["text"]})",
       .examples = {"vm configure web1 --vcpus 2", "vm configure web1 --memory 768 --json"},
       .run = configure,
       .more =
           "Only what differs is sent. at_next_start names the keys that a running VM takes up\n"
           "when it is started next."},
      {.name = "diff",
       .what = "Compares the stored configuration of a VM with a file",
       .operands = {vm},
       .options = {spec_option("JSON object with keys of vm.cfg; others are not compared", true),
                   repo},
       .schema = R"([{"key": "text", "stored": "any", "wanted": "any"}])",
       .examples = {"vm diff web1 --spec web1.json", "vm diff web1 --spec web1.json --json"},
       .run = diff,
       .more = "Exit status 3 if they differ."},
  };
}

}  // namespace trestle::cli
