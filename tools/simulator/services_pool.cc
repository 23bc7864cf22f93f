// SPDX-License-Identifier: Apache-2.0
// Server pools: each member keeps its own record, as the agent does; the master is whoever carries
// the virtual address.
#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "objects/ovm3/api/server_pool.h"
#include "tools/simulator/services.h"

namespace trestle::simulator {
namespace {

namespace api = ovm3::api::server_pool;

/// Members of a pool that are still in it, by the records of the hosts themselves.
std::vector<Host*> members_of(Estate& estate, const PoolId& pool) {
  std::vector<Host*> members;
  for (const auto& host : estate.hosts) {
    if (!host->pool) continue;
    const auto id = PoolId::from_name(host->pool->uuid);
    if (id && *id == pool) members.push_back(host.get());
  }
  return members;
}

/// What create and join have in common: the host may become a member with these arguments.
std::optional<Fault> refuse_member(const Call& call, const std::string& virtual_ip,
                                   std::int64_t node_number, const std::string& hostname,
                                   const std::string& ip, const std::string& roles) {
  const Host& host = call.host;
  if (!host.owned()) return not_owned();
  if (host.pool) return exception("Server is already a member of pool " + host.pool->uuid);
  if (host.name_is_loopback) {
    return exception("Invalid hostname resolution: " + hostname + " -> 127.0.0.1");
  }
  if (virtual_ip.empty() && !profile(host.release).virtual_ip_optional) {
    return exception("Invalid pool virtual ip: ''");
  }
  if (node_number < 0) return exception("Invalid node number: " + std::to_string(node_number));
  if (ip != host.address) return exception("Invalid server ip: " + ip);
  return refuse_roles(roles);
}

PoolMembership membership(std::string alias, const PoolId& pool, std::string virtual_ip,
                          std::int64_t node_number) {
  return {std::move(alias), pool.text(), std::move(virtual_ip), node_number, {}};
}

Answer create_server_pool(const Call& call, std::string alias, const PoolId& pool,
                          std::string virtual_ip, std::int64_t node_number,
                          const std::string& hostname, const std::string& ip,
                          const std::string& roles) {
  if (auto fault = refuse_member(call, virtual_ip, node_number, hostname, ip, roles)) return *fault;
  if (!members_of(call.estate, pool).empty())
    return exception("Server pool already exists: " + pool.text());
  call.host.pool = membership(std::move(alias), pool, std::move(virtual_ip), node_number);
  call.host.pool->member_ips = {ip};
  call.host.pool->leads = true;
  call.host.roles = roles;
  call.estate.touch();
  return Answer::nil();
}

Answer join_server_pool(const Call& call, std::string alias, const PoolId& pool,
                        std::string virtual_ip, std::int64_t node_number,
                        const std::string& hostname, const std::string& ip,
                        const std::string& roles) {
  if (auto fault = refuse_member(call, virtual_ip, node_number, hostname, ip, roles)) return *fault;
  const std::vector<Host*> members = members_of(call.estate, pool);
  if (members.empty()) return exception("Server pool does not exist: " + pool.text());
  for (const Host* member : members) {
    if (member->pool->node_number == node_number) {
      return exception("Node number " + std::to_string(node_number) + " is in use by " +
                       member->name);
    }
    if (member->ownership.manager_uuid != call.host.ownership.manager_uuid) {
      return exception("Server pool is owned by another manager: " +
                       member->ownership.manager_uuid);
    }
  }
  call.host.pool = membership(std::move(alias), pool, std::move(virtual_ip), node_number);
  call.host.roles = roles;
  call.estate.touch();
  return Answer::nil();
}

/// Takes the host out of its pool, with the pool's address if it carries it.
void forget_pool(const Call& call) {
  Host& host = call.host;
  if (!host.pool->virtual_ip.empty() && host.network.virtual_ip == host.pool->virtual_ip) {
    host.network.virtual_ip.clear();
    host.network.virtual_ip_interface.clear();
  }
  host.pool.reset();
  call.estate.touch();
}

/// A pool without an address has no carrier: the member with the lowest number follows its master.
void hand_over(Estate& estate, const PoolId& pool) {
  const std::vector<Host*> members = members_of(estate, pool);
  const auto lowest = std::ranges::min_element(
      members, {}, [](const Host* member) { return member->pool->node_number; });
  if (lowest != members.end()) (*lowest)->pool->leads = true;
}

std::optional<Fault> refuse_stranger(const Host& host, const PoolId& pool) {
  const auto own =
      host.pool ? PoolId::from_name(host.pool->uuid) : Result<PoolId>(fail(Code::kNotFound, ""));
  if (!own || !(*own == pool)) return exception("Server is not a member of pool " + pool.text());
  if (host.cluster && host.cluster->online) return exception("Cluster is online on this server");
  return std::nullopt;
}

Answer leave_server_pool(const Call& call, const PoolId& pool) {
  if (auto fault = refuse_stranger(call.host, pool)) return *fault;
  const bool led = call.host.pool->leads;
  forget_pool(call);
  if (led) hand_over(call.estate, pool);
  call.host.pool_filesystem.reset();  // it belongs to the pool, whose last member destroys it
  return Answer::nil();
}

Answer destroy_server_pool(const Call& call, const PoolId& pool) {
  if (auto fault = refuse_stranger(call.host, pool)) return *fault;
  const std::vector<Host*> members = members_of(call.estate, pool);
  if (members.size() > 1) {
    return exception("Server pool still has " + std::to_string(members.size() - 1) +
                     " other members");
  }
  forget_pool(call);
  return Answer::nil();
}

Answer not_in_pool() { return exception("Server is not in a server pool"); }

Answer set_members(const Call& call, std::vector<std::string> addresses) {
  if (!call.host.pool) return not_in_pool();
  call.host.pool->member_ips = std::move(addresses);
  call.estate.touch();
  return Answer::nil();
}

Answer set_alias(const Call& call, std::string alias) {
  if (!call.host.pool) return not_in_pool();
  call.host.pool->alias = std::move(alias);
  call.estate.touch();
  return Answer::nil();
}

Answer set_virtual_ip(const Call& call, std::string address) {
  if (!call.host.pool) return not_in_pool();
  if (address.empty() && !profile(call.host.release).virtual_ip_optional) {
    return exception("Invalid pool virtual ip: ''");
  }
  // The master takes the new address at once, so that there is never a pool without a master in
  // between.
  call.host.pool->leads = call.host.is_master();
  if (call.host.pool->leads && !call.host.pool->virtual_ip.empty()) {
    call.host.network.virtual_ip = address;
  }
  call.host.pool->virtual_ip = std::move(address);
  call.estate.touch();
  return Answer::nil();
}

Answer discover_server_pool(const Call& call) {
  DocumentWriter out;
  const auto& pool = call.host.pool;
  if (!pool) {
    out.empty("Discover_Server_Pool_Result");
    return Answer::untyped(std::move(out).finish());
  }
  out.open("Discover_Server_Pool_Result").open("Server_Pool").leaf("Unique_Id", pool->uuid);
  out.leaf("Pool_Alias", pool->alias)
      .leaf("Master_Virtual_Ip", pool->virtual_ip)
      .open("Member_List");
  for (const std::string& address : pool->member_ips) {
    out.open("Member").leaf("Registered_IP", address).close("Member");
  }
  out.close("Member_List").close("Server_Pool").close("Discover_Server_Pool_Result");
  return Answer::untyped(std::move(out).finish());
}

}  // namespace

void register_pool(Services& services) {
  services.on(api::create_server_pool, create_server_pool);
  services.on(api::join_server_pool, join_server_pool);
  services.on(api::leave_server_pool, leave_server_pool);
  services.on(api::destroy_server_pool, destroy_server_pool);
  services.on(api::set_pool_member_ip_list, set_members);
  services.on(api::set_server_pool_alias, set_alias);
  services.on(api::update_pool_virtual_ip, set_virtual_ip);
  services.on(api::discover_server_pool, discover_server_pool);
}

}  // namespace trestle::simulator
