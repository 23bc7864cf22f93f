// SPDX-License-Identifier: Apache-2.0
#include "helpers/ovm3/doctor.h"

#include <algorithm>
#include <utility>

#include "helpers/ovm3/deploy.h"
#include "helpers/ovm3/host_facts.h"
#include "helpers/ovm3/system_vm.h"
#include "objects/ovm3/host.h"
#include "objects/ovm3/module.h"
#include "tools/cli/host_login.h"
#include "tools/cli/host_verbs.h"
#include "tools/cli/text.h"

namespace trestle::cli {
namespace {

/// An agent that does not answer is a finding, not a reason to wait.
constexpr std::chrono::seconds kAgentBudget{10};
constexpr std::int64_t kMostLines = 100'000;

/// A login and what the host tells of itself.
struct Seen {
  CallContext ctx;
  ovm3::SshAddress address;
  std::unique_ptr<ovm3::Ssh> ssh;
  ovm3::HostFacts facts;
};

Result<Seen> look(Call& call, const ovm3::FactsWanted& wanted, CallContext ctx) {
  TRESTLE_ASSIGN_OR_RETURN(auto addresses, login_addresses(call));
  TRESTLE_ASSIGN_OR_RETURN(const ovm3::SshOptions options, login_of(call, addresses.front()));
  call.progress().step("logging in to " + addresses.front().name());
  TRESTLE_ASSIGN_OR_RETURN(auto ssh, ovm3::open_ssh(ctx, addresses.front(), options, call.log()));
  TRESTLE_ASSIGN_OR_RETURN(
      ovm3::HostFacts facts,
      ovm3::read_host_facts(ctx, *ssh, host_pythons(call),
                            call.args.maybe("host-root").value_or("/"), wanted));
  return Seen{.ctx = std::move(ctx),
              .address = std::move(addresses.front()),
              .ssh = std::move(ssh),
              .facts = std::move(facts)};
}

/// Asks the agent for what only it knows; what it does not tell is in `error`.
ovm3::AgentFacts ask_agent(Call& call, const Seen& seen) {
  ovm3::AgentFacts told;
  const auto asked = [&]() -> Result<void> {
    TRESTLE_ASSIGN_OR_RETURN(const ovm3::AgentPlace place,
                             ovm3::agent_place(seen.address.host, seen.facts));
    std::optional<Secret> password;
    TRESTLE_ASSIGN_OR_RETURN(const Connection to, agent_connection(call, place, &password));
    TRESTLE_ASSIGN_OR_RETURN(const auto transport, call.world().connect(to, call.log()));
    const ovm3::Agent agent(*transport, call.log());
    const CallContext ctx = with_budget(seen.ctx, kAgentBudget);
    auto version = ovm3::HostModule(agent).version(ctx);
    if (version) told.module_version = std::move(*version);
    TRESTLE_ASSIGN_OR_RETURN(told.server, ovm3::Host(agent).discover(ctx));
    return {};
  }();
  if (!asked) told.error = asked.error();
  return told;
}

Result<Outcome> doctor(Call& call) {
  TRESTLE_ASSIGN_OR_RETURN(const CallContext ctx, call.context());
  TRESTLE_ASSIGN_OR_RETURN(const Seen seen, look(call, {.files = {}, .doctor = true}, ctx));
  call.progress().step("asking its agent");
  const ovm3::AgentFacts agent = ask_agent(call, seen);
  const ovm3::DoctorWishes wishes{.bridges = call.args.list("bridge"),
                                  .mounts = call.args.list("mount")};
  Outcome outcome{
      .document = Nil{},
      .columns = {{"CHECK", "check"}, {"OK", "ok"}, {"FOUND", "found"}, {"WHAT TO DO", "advice"}}};
  Array rows;
  for (const ovm3::Finding& finding : ovm3::examine(seen.facts, agent, wishes)) {
    if (!finding.ok) outcome.exit = 1;
    rows.push_back(Struct{{"check", finding.check},
                          {"ok", finding.ok},
                          {"found", finding.found},
                          {"advice", finding.advice}});
  }
  outcome.document = std::move(rows);
  return outcome;
}

Result<Outcome> logs(Call& call) {
  TRESTLE_ASSIGN_OR_RETURN(const std::int64_t lines, call.args.number("lines", 0, kMostLines, 20));
  const bool follow = call.args.has("follow");
  if (follow && call.args.has("json")) {
    return usage("--follow never ends, so it has no --json document; leave one of them out");
  }
  TRESTLE_ASSIGN_OR_RETURN(const CallContext ctx,
                           call.context(follow ? kCopyBudget : kShortBudget));
  TRESTLE_ASSIGN_OR_RETURN(const Seen seen,
                           look(call, {.files = {}, .doctor = false, .logs = true}, ctx));
  call.progress().finish();
  std::string root = call.args.text("host-root");
  while (root.ends_with('/')) root.pop_back();
  std::vector<std::string> files;
  for (const std::string& name : seen.facts.logs) files.push_back(root + name);
  if (files.empty()) {
    return fail(Code::kNotFound, "the host has none of the agent's logs below /var/log");
  }
  std::vector<std::string> words = {"tail", "-n", std::to_string(lines)};
  if (follow) {
    words.emplace_back("-F");
    words.insert(words.end(), files.begin(), files.end());
    const auto ended = seen.ssh->stream(ctx, words, [&](std::string_view part) {
      call.world().out << printable_lines(part) << std::flush;
      return static_cast<bool>(call.world().out);
    });
    if (!ended && ended.error().code != Code::kCancelled) return fail(ended.error());
    return Outcome{.document = Struct{}, .columns = {}, .text = "\n"};
  }
  Outcome outcome{.document = Nil{}};
  Struct document;
  for (std::size_t i = 0; i < files.size(); ++i) {
    std::vector<std::string> one = words;
    one.push_back(files[i]);
    TRESTLE_ASSIGN_OR_RETURN(const ovm3::RemoteResult ran, seen.ssh->run(ctx, one));
    if (ran.status != 0) return fail(Code::kFailedPrecondition, "tail says: " + ran.err);
    outcome.text += "==> " + printable(seen.facts.logs[i]) + " <==\n" + printable_lines(ran.out);
    if (!outcome.text.ends_with('\n')) outcome.text += '\n';
    document.push_back({seen.facts.logs[i], printable_lines(ran.out)});
  }
  outcome.document = std::move(document);
  return outcome;
}

Result<Outcome> control(Call& call) {
  TRESTLE_ASSIGN_OR_RETURN(const HostCall host, reach_host(call));
  const auto key = call.args.maybe("key");
  if (key) {
    TRESTLE_ASSIGN_OR_RETURN(std::string text, call.read_file(*key));
    const auto sent = ovm3::upload_system_vm_key(host.ctx, host.agent, Secret(std::move(text)));
    if (!sent) return fail(sent.error());
  }
  TRESTLE_ASSIGN_OR_RETURN(const ovm3::ControlLink link,
                           ovm3::ensure_control_link(host.ctx, host.agent));
  return Outcome{.document = Struct{{"bridge", std::string(ovm3::kControlBridge)},
                                    {"network", std::string(ovm3::kControlNetwork)},
                                    {"made", link.made_bridge},
                                    {"key_sent", key.has_value()}}};
}

std::vector<Option> with_login(std::vector<Option> own) {
  const std::vector<Option> login = login_options();
  own.insert(own.end(), login.begin(), login.end());
  return own;
}

}  // namespace

std::vector<Verb> host_doctor_verbs() {
  return {
      {.name = "control",
       .what = "Sets up or repairs control0, the link to system VMs, and uploads their key",
       .options = {{.name = "key",
                    .value = "FILE",
                    .help = "private key that logs in to system VMs",
                    .complete = Complete::kFile}},
       .schema = R"({"bridge": "text", "network": "text", "made": "boolean", )"
                 R"("key_sent": "boolean"})",
       .examples = {"host control", "host control --key ssh-key --json"},
       .run = control,
       .more =
           "Needs the module (trestle host prepare). Safe to repeat: after a reboot of the host\n"
           "the bridge is there, its address and route are not."},
      {.name = "doctor",
       .what = "Names every prerequisite that a host does not meet, over SSH and by its agent",
       .operands = {login_operand(false)},
       .options = with_login({{.name = "bridge",
                               .value = "NAME",
                               .help = "a bridge that has to be there",
                               .many = true},
                              {.name = "mount",
                               .value = "HOST:/PATH",
                               .help = "an NFS export that has to be mounted",
                               .many = true}}),
       .schema = R"([{"check": "text", "ok": "boolean", "found": "text", "advice": "text"}])",
       .examples = {"host doctor 127.0.1.1:2201 --ssh-key ssh-key --known-hosts known-hosts "
                    "--host-root $PWD/ready",
                    "host doctor 127.0.1.1:2201 --ssh-key ssh-key --known-hosts known-hosts "
                    "--host-root $PWD/ready --bridge xenbr0 --json"},
       .run = doctor,
       .more = "Checks: agent, agent_version, roles, module, bridge, bond, link_local_route,\n"
               "nozeroconf, own_name, clock, free_space, nfs_mounts. Exit status 1 if one is not\n"
               "met."},
      {.name = "logs",
       .what = "Shows the last lines of the host's logs over SSH, also while its agent is down",
       .operands = {login_operand(false)},
       .options = with_login(
           {{.name = "lines", .value = "N", .help = "lines of each log (20)"},
            {.name = "follow", .value = {}, .help = "go on as the logs grow, until Ctrl-C"}}),
       .schema = R"({"*": "text"})",
       .examples = {"host logs 127.0.1.1:2201 --ssh-key ssh-key --known-hosts known-hosts "
                    "--host-root $PWD/ready",
                    "host logs 127.0.1.1:2201 --ssh-key ssh-key --known-hosts known-hosts "
                    "--host-root $PWD/ready --lines 5 --json"},
       .run = logs}};
}

}  // namespace trestle::cli
