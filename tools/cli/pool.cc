// SPDX-License-Identifier: Apache-2.0
#include "objects/ovm3/pool.h"

#include <algorithm>
#include <utility>

#include "objects/ovm3/agent_url.h"
#include "objects/ovm3/describe.h"
#include "objects/ovm3/network.h"
#include "objects/ovm3/pool_filesystem.h"
#include "tools/cli/call.h"
#include "tools/cli/host_verbs.h"
#include "tools/cli/nouns.h"
#include "tools/cli/schemas.h"
#include "tools/cli/storage_place.h"

namespace trestle::cli {
namespace {

using ovm3::describe;

Result<HostCall> reach_for_long(Call& call) {
  TRESTLE_ASSIGN_OR_RETURN(HostCall host, reach_host(call));
  TRESTLE_ASSIGN_OR_RETURN(host.ctx, call.context(kLongBudget));
  return host;
}

Result<ovm3::ServerPoolInfo> pool_of(const HostCall& host) {
  TRESTLE_ASSIGN_OR_RETURN(auto pool, ovm3::discover_server_pool(host.ctx, host.agent));
  if (!pool) {
    return fail(Code::kFailedPrecondition,
                "the host is in no server pool; make one with 'trestle pool create', or join one "
                "with 'trestle pool join'");
  }
  return *std::move(pool);
}

Result<Outcome> pool_now(const HostCall& host) {
  TRESTLE_ASSIGN_OR_RETURN(const auto pool, ovm3::discover_server_pool(host.ctx, host.agent));
  TRESTLE_ASSIGN_OR_RETURN(const ovm3::ServerInfo server, host.host.discover(host.ctx));
  return Outcome{.document = Struct{{"pool", describe(pool)},
                                    {"hostname", describe(server.hostname)},
                                    {"node_number", describe(server.node_number)},
                                    {"is_current_master", describe(server.is_current_master)}}};
}

Result<Outcome> show(Call& call) {
  TRESTLE_ASSIGN_OR_RETURN(const HostCall host, reach_host(call));
  TRESTLE_ASSIGN_OR_RETURN(Outcome outcome, pool_now(host));
  TRESTLE_ASSIGN_OR_RETURN(const auto filesystem,
                           ovm3::discover_pool_filesystem(host.ctx, host.agent));
  Struct document = *outcome.document.get_if<Struct>();
  document.push_back({"pool_filesystem", describe(filesystem)});
  outcome.document = std::move(document);
  return outcome;
}

Result<Outcome> members(Call& call) {
  TRESTLE_ASSIGN_OR_RETURN(const HostCall host, reach_host(call));
  TRESTLE_ASSIGN_OR_RETURN(const ovm3::ServerPoolInfo pool, pool_of(host));
  Array rows;
  for (const std::string& address : pool.members) rows.push_back(Struct{{"address", address}});
  return Outcome{.document = std::move(rows)};
}

/// The address under which the pool knows this host: --ip, what it is registered as, or the one
/// that its URL calls it by.
Result<std::string> own_address(Call& call, const ovm3::ServerInfo& server) {
  if (const auto given = call.args.maybe("ip")) return *given;
  if (server.registered_ip) return *server.registered_ip;
  TRESTLE_ASSIGN_OR_RETURN(const Connection connection, call.connection());
  const std::string& host = connection.endpoint.host;
  if (host.find_first_not_of("0123456789.") == std::string::npos) return host;
  return usage("the host does not tell its address; give it with --ip");
}

Result<ovm3::PoolMember> member_of(Call& call, const HostCall& host, std::int64_t node_number) {
  TRESTLE_ASSIGN_OR_RETURN(const ovm3::ServerInfo server, host.host.discover(host.ctx));
  if (!server.manager_id) {
    return fail(Code::kFailedPrecondition,
                "nobody owns this host; take it first with 'trestle host own --manager UUID'");
  }
  ovm3::PoolMember member;
  TRESTLE_ASSIGN_OR_RETURN(member.ip, own_address(call, server));
  TRESTLE_ASSIGN_OR_RETURN(member.node_number,
                           call.args.number("node-number", 0, 255, node_number));
  member.hostname = server.hostname.value_or("");
  if (member.hostname.empty()) {
    return fail(Code::kFailedPrecondition, "the host has no name; set one on the host first");
  }
  return member;
}

Result<Outcome> create(Call& call) {
  const std::string& alias = call.args.text("NAME");
  const std::string wanted =
      call.args.has("id") ? call.args.text("id") : stable_id(kPoolIdPrefix, alias);
  auto id = PoolId::from_name(wanted);
  if (!id) return usage("--id: " + id.error().what);
  TRESTLE_ASSIGN_OR_RETURN(const HostCall host, reach_for_long(call));
  TRESTLE_ASSIGN_OR_RETURN(ovm3::PoolMember first, member_of(call, host, 1));
  first.pool_alias = alias;
  first.virtual_ip = call.args.text("virtual-ip");
  call.progress().step("setting the roles of the host");
  TRESTLE_RETURN_IF_ERROR(ovm3::update_server_roles(host.ctx, host.agent, first.roles));
  call.progress().step("creating pool " + alias);
  TRESTLE_RETURN_IF_ERROR(ovm3::ServerPool(host.agent, *id).create(host.ctx, first));
  if (!first.virtual_ip.empty()) {
    call.progress().step("putting the virtual address " + first.virtual_ip + " on the host");
    TRESTLE_RETURN_IF_ERROR(
        ovm3::Network(host.agent).configure_virtual_ip(host.ctx, first.virtual_ip, first.ip));
  }
  TRESTLE_RETURN_IF_ERROR(ovm3::set_pool_member_ip_list(host.ctx, host.agent, {first.ip}));
  return pool_now(host);
}

/// The agent of another member: a --member URL whose host is that address, or this host's own URL
/// with the address in it.
Result<ovm3::Agent> agent_of_member(Call& call, const std::string& address) {
  for (const std::string& url : call.args.list("member")) {
    const auto endpoint = ovm3::parse_agent_url(url);
    if (!endpoint) return usage("--member: " + endpoint.error().what);
    if (endpoint->host == address) return call.agent_at(url);
  }
  TRESTLE_ASSIGN_OR_RETURN(const Connection here, call.connection());
  Endpoint there = here.endpoint;
  there.host = address;
  return call.agent_at(there.url());
}

/// Every member must know all addresses; the master leads.
Result<void> tell_members(Call& call, const HostCall& host, const std::string& own,
                          const std::vector<std::string>& addresses) {
  for (const std::string& address : addresses) {
    call.progress().step("telling " + address + " who is in the pool");
    ovm3::Agent agent = host.agent;
    if (address != own) {
      TRESTLE_ASSIGN_OR_RETURN(agent, agent_of_member(call, address));
    }
    TRESTLE_RETURN_IF_ERROR(ovm3::set_pool_member_ip_list(host.ctx, agent, addresses));
  }
  return {};
}

Result<Outcome> join(Call& call) {
  TRESTLE_ASSIGN_OR_RETURN(const HostCall host, reach_for_long(call));
  TRESTLE_ASSIGN_OR_RETURN(const ovm3::Agent master, call.agent_at(call.args.text("MASTER-URL")));
  TRESTLE_ASSIGN_OR_RETURN(const ovm3::ServerPoolInfo pool,
                           pool_of({host.ctx, master, ovm3::Host(master)}));
  const auto next_node = static_cast<std::int64_t>(pool.members.size()) + 1;
  TRESTLE_ASSIGN_OR_RETURN(ovm3::PoolMember member, member_of(call, host, next_node));
  member.pool_alias = pool.alias.value_or("");
  member.virtual_ip = pool.virtual_ip.value_or("");
  call.progress().step("setting the roles of the host");
  TRESTLE_RETURN_IF_ERROR(ovm3::update_server_roles(host.ctx, host.agent, member.roles));
  call.progress().step("joining pool " + member.pool_alias);
  TRESTLE_RETURN_IF_ERROR(ovm3::ServerPool(host.agent, pool.id).join(host.ctx, member));
  std::vector<std::string> addresses = pool.members;
  if (std::ranges::find(addresses, member.ip) == addresses.end()) addresses.push_back(member.ip);
  TRESTLE_RETURN_IF_ERROR(tell_members(call, host, member.ip, addresses));
  return pool_now(host);
}

Result<Outcome> leave(Call& call) {
  TRESTLE_ASSIGN_OR_RETURN(const HostCall host, reach_for_long(call));
  TRESTLE_ASSIGN_OR_RETURN(const ovm3::ServerPoolInfo pool, pool_of(host));
  TRESTLE_ASSIGN_OR_RETURN(const ovm3::ServerInfo server, host.host.discover(host.ctx));
  TRESTLE_ASSIGN_OR_RETURN(const std::string own, own_address(call, server));
  call.progress().step("leaving pool " + pool.alias.value_or(pool.id.text()));
  TRESTLE_RETURN_IF_ERROR(ovm3::ServerPool(host.agent, pool.id).leave(host.ctx));
  std::vector<std::string> rest = pool.members;
  std::erase(rest, own);
  TRESTLE_RETURN_IF_ERROR(tell_members(call, host, own, rest));
  return pool_now(host);
}

Result<Outcome> destroy(Call& call) {
  TRESTLE_ASSIGN_OR_RETURN(const HostCall host, reach_for_long(call));
  TRESTLE_ASSIGN_OR_RETURN(const ovm3::ServerPoolInfo pool, pool_of(host));
  const std::string name = pool.alias.value_or(pool.id.text());
  if (call.args.text("confirm") != name) {
    return usage("this pool is named '" + name + "'; give that with --confirm to destroy it");
  }
  if (pool.virtual_ip && !pool.virtual_ip->empty()) {
    call.progress().step("taking the virtual address away");
    TRESTLE_RETURN_IF_ERROR(
        ovm3::Network(host.agent).deconfigure_virtual_ip(host.ctx, *pool.virtual_ip));
  }
  call.progress().step("destroying pool " + name);
  TRESTLE_RETURN_IF_ERROR(ovm3::ServerPool(host.agent, pool.id).destroy(host.ctx));
  return pool_now(host);
}

Result<Outcome> rename(Call& call) {
  TRESTLE_ASSIGN_OR_RETURN(const HostCall host, reach_host(call));
  TRESTLE_RETURN_IF_ERROR(
      ovm3::set_server_pool_alias(host.ctx, host.agent, call.args.text("NAME")));
  return pool_now(host);
}

std::vector<Verb> member_verbs() {
  const Option ip{.name = "ip",
                  .value = "IP",
                  .help = "the host's own address in the pool, if it does not tell it"};
  const Option node{.name = "node-number",
                    .value = "N",
                    .help = "number of the host in the pool; the next free one if not given"};
  const Option member{.name = "member",
                      .value = "URL",
                      .help =
                          "agent of another member, if it is not at this host's URL with the "
                          "member's address in it",
                      .many = true};
  return {
      {.name = "create",
       .what = "Makes a pool with this host as first member and master",
       .operands = {{.name = "NAME", .help = "name of the pool"}},
       .options = {{.name = "virtual-ip",
                    .value = "IP",
                    .help = "virtual address of the pool; needed on 3.2 and 3.3"},
                   {.name = "id",
                    .value = "ID",
                    .help = "id of the pool; made from NAME if not given"},
                   ip,
                   node},
       .schema = kPoolSchema,
       .examples = {"pool create second --virtual-ip 127.0.1.51 --url https://127.0.1.2",
                    "pool create second --virtual-ip 127.0.1.51 --url https://127.0.1.2 --json"},
       .run = create},
      {.name = "join",
       .what = "Makes this host a further member of a pool",
       .operands = {{.name = "MASTER-URL", .help = "agent of a host that is in the pool"}},
       .options = {ip, node, member},
       .schema = kPoolSchema,
       .examples = {"pool join https://127.0.1.1 --url https://127.0.1.2",
                    "pool join https://127.0.1.1 --url https://127.0.1.2 --json"},
       .run = join},
      {.name = "leave",
       .what = "Takes this host out of its pool",
       .options = {ip, member},
       .schema = kPoolSchema,
       .examples = {"pool leave --url https://127.0.1.3",
                    "pool leave --url https://127.0.1.3 --json"},
       .run = leave}};
}

std::vector<Verb> pool_verbs() {
  return {
      {.name = "show",
       .what = "Shows the pool that the host is in",
       .schema = kPoolShowSchema,
       .examples = {"pool show", "pool show --json"},
       .run = show},
      {.name = "members",
       .what = "Lists the addresses of the pool's members",
       .schema = R"([{"address": "text"}])",
       .examples = {"pool members", "pool members --json"},
       .run = members},
      {.name = "destroy",
       .what = "Ends the pool; its last member may do that",
       .options =
           {{.name = "confirm", .value = "NAME", .help = "name of the pool", .required = true}},
       .schema = kPoolSchema,
       .examples = {"pool destroy --confirm solo --url https://127.0.1.4",
                    "pool destroy --confirm solo --url https://127.0.1.4 --json"},
       .run = destroy},
      {.name = "rename",
       .what = "Gives the pool another name on this host",
       .operands = {{.name = "NAME", .help = "the new name"}},
       .schema = kPoolSchema,
       .examples = {"pool rename east", "pool rename east --json"},
       .run = rename},
  };
}

}  // namespace

Noun pool_noun() {
  return {
      .name = "pool", .what = "server pools", .verbs = together({pool_verbs(), member_verbs()})};
}

}  // namespace trestle::cli
