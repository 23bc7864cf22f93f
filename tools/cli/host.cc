// SPDX-License-Identifier: Apache-2.0
#include "objects/ovm3/host.h"

#include <algorithm>
#include <utility>

#include "objects/core/poll.h"
#include "objects/ovm3/describe.h"
#include "objects/ovm3/ownership.h"
#include "objects/ovm3/pool.h"
#include "objects/ovm3/power.h"
#include "tools/cli/call.h"
#include "tools/cli/host_verbs.h"
#include "tools/cli/json_value.h"
#include "tools/cli/nouns.h"
#include "tools/cli/schemas.h"
#include "tools/cli/text.h"

namespace trestle::cli {
namespace {

using ovm3::describe;

/// Pause between two questions while the agent of a host restarts.
constexpr std::chrono::milliseconds kOwnershipPause{200};

Result<Outcome> show(Call& call) {
  TRESTLE_ASSIGN_OR_RETURN(const HostCall host, reach_host(call));
  TRESTLE_ASSIGN_OR_RETURN(const ovm3::ServerInfo server, host.host.discover(host.ctx));
  return Outcome{.document = describe(server),
                 .columns = {{"Host name", "hostname"},
                             {"Release", "ovm_version"},
                             {"Agent", "agent_version"},
                             {"Hypervisor", "hypervisor_version"},
                             {"Kernel", "host_kernel_release"},
                             {"CPU", "cpu_type"},
                             {"Unique id", "unique_id"},
                             {"Registered address", "registered_ip"},
                             {"Membership", "membership_state"},
                             {"Manager", "manager_unique_id"},
                             {"Roles", "roles"},
                             {"Pool", "pool_unique_id"},
                             {"Master of the pool", "is_current_master"},
                             {"Virtual address", "master_virtual_ip"},
                             {"Cluster", "cluster_state"},
                             {"NTP runs", "ntp_running"},
                             {"Time zone", "time_zone"}}};
}

Result<Outcome> hardware(Call& call) {
  TRESTLE_ASSIGN_OR_RETURN(const HostCall host, reach_host(call));
  TRESTLE_ASSIGN_OR_RETURN(const ovm3::HardwareInfo info, host.host.discover_hardware(host.ctx));
  return Outcome{.document = describe(info),
                 .columns = {{"CPU threads", "threads"},
                             {"NUMA nodes", "nodes"},
                             {"Sockets a node", "sockets_per_node"},
                             {"Cores a socket", "cores_per_socket"},
                             {"Threads a core", "threads_per_core"},
                             {"CPU clock (kHz)", "cpu_khz"},
                             {"Memory", "memory_bytes"},
                             {"Free memory", "free_memory_bytes"},
                             {"Manufacturer", "system_manufacturer"},
                             {"Product", "system_product"},
                             {"System UUID", "system_uuid"},
                             {"iSCSI initiator", "iscsi_initiator"}}};
}

Result<Outcome> mounts(Call& call) {
  TRESTLE_ASSIGN_OR_RETURN(const HostCall host, reach_host(call));
  TRESTLE_ASSIGN_OR_RETURN(const auto all,
                           host.host.discover_mounts(host.ctx, call.args.list("type")));
  return Outcome{.document = describe(all),
                 .columns = {{"TYPE", "type"}, {"MOUNTED ON", "dir"}, {"DEVICE", "device"}}};
}

Result<Outcome> luns(Call& call) {
  TRESTLE_ASSIGN_OR_RETURN(const HostCall host, reach_host(call));
  TRESTLE_ASSIGN_OR_RETURN(const auto all, host.host.discover_physical_luns(host.ctx));
  return Outcome{.document = describe(all)};
}

Result<Outcome> plugins(Call& call) {
  TRESTLE_ASSIGN_OR_RETURN(const HostCall host, reach_host(call));
  TRESTLE_ASSIGN_OR_RETURN(const auto all, host.host.discover_storage_plugins(host.ctx));
  return Outcome{.document = describe(all),
                 .columns = {{"PLUGIN", "impl_name"},
                             {"TYPE", "type"},
                             {"FILE SYSTEM", "filesys_name"},
                             {"VERSION", "version"},
                             {"NEEDS CLUSTER", "cluster_required"}}};
}

/// Membership of a host after it was taken or released, once its agent answers again.
Result<Value> settled_owner(Call& call, const HostCall& host, bool owned) {
  call.progress().step("waiting until the agent answers again");
  std::optional<ovm3::ServerInfo> seen;
  TRESTLE_RETURN_IF_ERROR(poll(host.ctx, kOwnershipPause, "the new owner to be in place",
                               [&](const CallContext& ctx) -> Result<bool> {
                                 auto server = host.host.discover(ctx);
                                 // A restarting agent refuses connections for some seconds.
                                 if (!server && server.error().code == Code::kUnavailable) {
                                   return false;
                                 }
                                 if (!server) return fail(std::move(server).error());
                                 seen = std::move(*server);
                                 return seen->manager_id.has_value() == owned;
                               }));
  return Value(Struct{{"hostname", describe(seen->hostname)},
                      {"manager_unique_id", describe(seen->manager_id)},
                      {"membership_state", describe(seen->membership_state)},
                      {"roles", describe(seen->roles)}});
}

Result<void> read_owner_file(Call& call, ovm3::Owner& owner) {
  const auto file = call.args.maybe("owner-file");
  if (!file) return {};
  TRESTLE_ASSIGN_OR_RETURN(const std::string text, call.read_file(*file));
  TRESTLE_ASSIGN_OR_RETURN(const Value facts, from_json(text));
  const auto* const members = facts.get_if<Struct>();
  if (members == nullptr) return usage("--owner-file wants one JSON object");
  for (const Member& member : *members) {
    const auto* const given = member.value.get_if<std::string>();
    if (given == nullptr) return usage("--owner-file: " + member.name + " wants a text");
    if (member.name == "core_api_url") {
      owner.core_api_url = Secret(*given);
    } else if (member.name == "event_url") {
      owner.event_url = Secret(*given);
    } else if (member.name == "statistic_url") {
      owner.statistic_url = Secret(*given);
    } else if (member.name == "manager_certificate") {
      owner.manager_certificate = *given;
    } else if (member.name == "signed_server_certificate") {
      owner.signed_server_certificate = *given;
    } else {
      return usage("--owner-file has the unknown member '" + member.name +
                   "'; it knows core_api_url, event_url, statistic_url, manager_certificate and "
                   "signed_server_certificate");
    }
  }
  return {};
}

Result<Outcome> own(Call& call) {
  TRESTLE_ASSIGN_OR_RETURN(ManagerId manager, call.args.id<ManagerId>("manager"));
  ovm3::Owner owner{.manager = std::move(manager)};
  TRESTLE_RETURN_IF_ERROR(read_owner_file(call, owner));
  TRESTLE_ASSIGN_OR_RETURN(const HostCall host, reach_host(call));
  TRESTLE_ASSIGN_OR_RETURN(const ovm3::ServerInfo server, host.host.discover(host.ctx));
  TRESTLE_ASSIGN_OR_RETURN(const ovm3::Release release, release_of(server));
  if (server.manager_id != owner.manager) {
    call.progress().step("taking ownership");
    TRESTLE_RETURN_IF_ERROR(ovm3::take_ownership(host.ctx, host.agent, release, owner));
  }
  TRESTLE_ASSIGN_OR_RETURN(Value document, settled_owner(call, host, true));
  return Outcome{.document = std::move(document)};
}

Result<Outcome> release(Call& call) {
  TRESTLE_ASSIGN_OR_RETURN(const ManagerId manager, call.args.id<ManagerId>("manager"));
  TRESTLE_ASSIGN_OR_RETURN(const HostCall host, reach_host(call));
  call.progress().step("releasing ownership");
  TRESTLE_RETURN_IF_ERROR(ovm3::release_ownership(host.ctx, host.agent, manager));
  TRESTLE_ASSIGN_OR_RETURN(Value document, settled_owner(call, host, false));
  return Outcome{.document = std::move(document)};
}

Result<Outcome> roles(Call& call) {
  TRESTLE_ASSIGN_OR_RETURN(const HostCall host, reach_host(call));
  if (call.args.has("ROLE")) {
    TRESTLE_RETURN_IF_ERROR(
        ovm3::update_server_roles(host.ctx, host.agent, call.args.list("ROLE")));
  }
  TRESTLE_ASSIGN_OR_RETURN(const ovm3::ServerInfo server, host.host.discover(host.ctx));
  return Outcome{.document = Struct{{"hostname", describe(server.hostname)},
                                    {"roles", describe(server.roles)}}};
}

Result<Outcome> logs(Call& call) {
  TRESTLE_ASSIGN_OR_RETURN(const HostCall host, reach_host(call));
  TRESTLE_ASSIGN_OR_RETURN(const ovm3::Logs found,
                           host.host.logs(host.ctx, call.args.list("NAME")));
  Outcome outcome{.document = describe(found)};
  for (const auto& [name, text] : found) {
    outcome.text += "==> " + printable(name) + " <==\n" + printable_lines(text);
    if (!outcome.text.ends_with('\n')) outcome.text += '\n';
  }
  for (const std::string& name : call.args.list("NAME")) {
    if (!found.contains(name)) call.progress().step("the host has no log named " + name);
  }
  return outcome;
}

/// Power calls want the host's own name typed out: one wrong --url must not take another host down.
Result<Outcome> power(Call& call, bool again) {
  TRESTLE_ASSIGN_OR_RETURN(const HostCall host, reach_host(call));
  TRESTLE_ASSIGN_OR_RETURN(const ovm3::ServerInfo server, host.host.discover(host.ctx));
  const std::string name = server.hostname.value_or("");
  if (name.empty() || call.args.text("confirm") != name) {
    return usage("this host is named '" + name + "', not '" + call.args.text("confirm") +
                 "'; give --confirm the name of the host that shall go down");
  }
  const ovm3::Power handle(host.agent);
  const auto done = again ? handle.reboot(host.ctx) : handle.shut_down(host.ctx);
  // The host may be gone before its answer is out; that is what was asked for.
  const bool silent = !done && (done.error().code == Code::kUnavailable ||
                                done.error().code == Code::kDeadlineExceeded);
  if (!done && !silent) return fail(done.error());
  return Outcome{.document = Struct{{"hostname", name},
                                    {"asked_for", again ? "reboot" : "shutdown"},
                                    {"answered", !silent}}};
}

Result<Outcome> reboot(Call& call) { return power(call, true); }
Result<Outcome> shutdown(Call& call) { return power(call, false); }

}  // namespace

Result<HostCall> reach_host(Call& call) {
  TRESTLE_ASSIGN_OR_RETURN(const CallContext ctx, call.context());
  TRESTLE_ASSIGN_OR_RETURN(const ovm3::Agent agent, call.agent());
  return HostCall{.ctx = ctx, .agent = agent, .host = ovm3::Host(agent)};
}

Result<ovm3::Release> release_of(const ovm3::ServerInfo& server) {
  if (server.release) return *server.release;
  return fail(Code::kFailedPrecondition,
              "the host does not tell its release (OVM_Version is '" +
                  server.ovm_version.value_or("") +
                  "'); call the service by hand with 'trestle agent call'");
}

namespace {

std::vector<Verb> fact_verbs() {
  return {{.name = "show",
           .what = "Shows who the host is: names, versions, owner, pool, roles",
           .schema = kServerSchema,
           .examples = {"host show", "host show --json"},
           .run = show},
          {.name = "hardware",
           .what = "Shows CPUs, memory and firmware",
           .schema = kHardwareSchema,
           .examples = {"host hardware", "host hardware --json"},
           .run = hardware},
          {.name = "mounts",
           .what = "Lists mounted file systems",
           .options = {{.name = "type",
                        .value = "TYPE",
                        .help = "only this type, e.g. nfs, nfs4, ocfs2",
                        .many = true}},
           .schema = kMountSchema,
           .examples = {"host mounts", "host mounts --type nfs --json"},
           .run = mounts},
          {.name = "plugins",
           .what = "Lists the storage plugins of the host",
           .schema = kStoragePluginSchema,
           .examples = {"host plugins", "host plugins --json"},
           .run = plugins},
          {.name = "luns",
           .what = "Lists SCSI disks and iSCSI targets that the host sees",
           .schema = R"([{"name": "text", "entries": ["any"]}])",
           .examples = {"host luns", "host luns --json"},
           .run = luns}};
}

std::vector<Verb> owner_verbs() {
  const Option manager{.name = "manager",
                       .value = "UUID",
                       .help = "id of the manager, the same for all hosts of an installation",
                       .required = true};
  return {
      {.name = "own",
       .what = "Takes ownership of the host, in the form its release wants",
       .options = {manager,
                   {.name = "owner-file",
                    .value = "FILE",
                    .help = "JSON object with the URLs and certificates of the manager",
                    .complete = Complete::kFile}},
       .schema = kOwnedSchema,
       .examples =
           {"host own --manager 0004fb00000100001a2b3c4d5e6f7081 --url https://127.0.1.5",
            "host own --manager 0004fb00000100001a2b3c4d5e6f7081 --url https://127.0.1.5 --json"},
       .run = own,
       .more = "A host that this manager owns already is left as it is. The file may have the\n"
               "members core_api_url (3.2), event_url, statistic_url, manager_certificate and\n"
               "signed_server_certificate (3.3 and later). The agent of a 3.3 host restarts; the\n"
               "command waits until it answers again."},
      {.name = "release",
       .what = "Gives up ownership of the host",
       .options = {manager},
       .schema = kOwnedSchema,
       .examples =
           {"host release --manager 0004fb00000100001a2b3c4d5e6f7081 --url https://127.0.1.2",
            "host release --manager 0004fb00000100001a2b3c4d5e6f7081 --url https://127.0.1.2 "
            "--json"},
       .run = release}};
}

std::vector<Verb> care_verbs() {
  const Option confirm{
      .name = "confirm", .value = "NAME", .help = "host name of that host", .required = true};
  return {
      {.name = "roles",
       .what = "Shows the roles of the host, or sets them",
       .operands = {{.name = "ROLE",
                     .help = "all roles the host shall have",
                     .required = false,
                     .many = true,
                     .words = {"xen", "utility"}}},
       .schema = R"({"hostname": "text?", "roles": ["text"]})",
       .examples = {"host roles", "host roles xen utility --json"},
       .run = roles},
      {.name = "log",
       .what = "Prints logs of the host",
       .operands = {{.name = "NAME",
                     .help = "e.g. messages, dmesg, xend, ovs-agent",
                     .many = true}},
       .schema = R"({"*": "text"})",
       .examples = {"host log ovs-agent", "host log messages xend --json"},
       .run = logs},
      {.name = "reboot",
       .what = "Restarts the host itself, guests and all",
       .options = {confirm},
       .schema = kPowerSchema,
       .examples = {"host reboot --confirm ovm1.example.org",
                    "host reboot --confirm ovm1.example.org --json"},
       .run = reboot},
      {.name = "shutdown",
       .what = "Turns the host itself off, guests and all",
       .options = {confirm},
       .schema = kPowerSchema,
       .examples = {"host shutdown --confirm ovm1.example.org",
                    "host shutdown --confirm ovm1.example.org --json"},
       .run = shutdown},
  };
}

}  // namespace

Noun host_noun() {
  return {.name = "host",
          .what = "one host: facts, ownership, settings",
          .verbs = together({fact_verbs(), owner_verbs(), care_verbs(), host_settings_verbs(),
                             host_poll_verbs(), host_deploy_verbs(), host_doctor_verbs()})};
}

}  // namespace trestle::cli
