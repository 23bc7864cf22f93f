// SPDX-License-Identifier: Apache-2.0
#include "objects/ovm3/pool.h"

#include <algorithm>

#include "objects/ovm3/api/server_pool.h"
#include "objects/ovm3/call_read.h"
#include "objects/ovm3/describe.h"
#include "objects/ovm3/xml_document.h"

namespace trestle::ovm3 {
namespace {

namespace rows = api::server_pool;

// Each text once, in the order given.
std::vector<std::string> once_each(const std::vector<std::string>& texts) {
  std::vector<std::string> unique;
  for (const std::string& text : texts) {
    if (std::ranges::find(unique, text) == unique.end()) unique.push_back(text);
  }
  return unique;
}

// "xen,utility", as the agent wants roles.
Result<std::string> roles_text(const std::vector<std::string>& roles) {
  std::string joined;
  for (const std::string& role : once_each(roles)) {
    if (role.empty() || role.find(',') != std::string::npos) {
      return fail(Code::kInvalidArgument,
                  "'" + role + "' cannot be a role of a server; use xen and utility");
    }
    joined += (joined.empty() ? "" : ",") + role;
  }
  return joined;
}

}  // namespace

Result<void> ServerPool::create(const CallContext& ctx, const PoolMember& first) const {
  TRESTLE_ASSIGN_OR_RETURN(const std::string roles, roles_text(first.roles));
  return agent_.call(ctx, rows::create_server_pool, first.pool_alias, id_, first.virtual_ip,
                     first.node_number, first.hostname, first.ip, roles);
}

Result<void> ServerPool::join(const CallContext& ctx, const PoolMember& member) const {
  TRESTLE_ASSIGN_OR_RETURN(const std::string roles, roles_text(member.roles));
  return agent_.call(ctx, rows::join_server_pool, member.pool_alias, id_, member.virtual_ip,
                     member.node_number, member.hostname, member.ip, roles);
}

Result<void> ServerPool::leave(const CallContext& ctx) const {
  return agent_.call(ctx, rows::leave_server_pool, id_);
}

Result<void> ServerPool::destroy(const CallContext& ctx) const {
  return agent_.call(ctx, rows::destroy_server_pool, id_);
}

Result<std::optional<ServerPoolInfo>> discover_server_pool(const CallContext& ctx,
                                                           const Agent& agent) {
  TRESTLE_ASSIGN_OR_RETURN(ServerPoolMembership membership,
                           call_read(agent, ctx, rows::discover_server_pool, read_server_pool));
  return std::move(membership.pool);
}

Result<void> set_pool_member_ip_list(const CallContext& ctx, const Agent& agent,
                                     const std::vector<std::string>& addresses) {
  // known defect 20: duplicates went back to the hosts.
  return agent.call(ctx, rows::set_pool_member_ip_list, once_each(addresses));
}

Result<void> set_server_pool_alias(const CallContext& ctx, const Agent& agent,
                                   const std::string& alias) {
  return agent.call(ctx, rows::set_server_pool_alias, alias);
}

Result<void> update_pool_virtual_ip(const CallContext& ctx, const Agent& agent,
                                    const std::string& address) {
  return agent.call(ctx, rows::update_pool_virtual_ip, address);
}

Result<void> update_server_roles(const CallContext& ctx, const Agent& agent,
                                 const std::vector<std::string>& roles) {
  TRESTLE_ASSIGN_OR_RETURN(const std::string joined, roles_text(roles));
  return agent.call(ctx, rows::update_server_roles, joined);
}

Result<ServerPoolMembership> read_server_pool(ValueView reply) {
  TRESTLE_ASSIGN_OR_RETURN(const XmlDocument document,
                           XmlDocument::parse(reply, "Discover_Server_Pool_Result"));
  const XmlElement pool = document.root().child("Server_Pool");
  if (!pool) return ServerPoolMembership{};
  auto id = PoolId::from_name(pool.text_of("Unique_Id").value_or(std::string()));
  if (!id) {
    return fail(
        wrap("the pool of the reply has no usable id; compare the raw reply (trestle "
             "agent call)",
             {.code = Code::kBadReply, .what = id.error().what}));
  }
  ServerPoolInfo info{.id = *std::move(id),
                      .alias = pool.text_of("Pool_Alias"),
                      .virtual_ip = pool.text_of("Master_Virtual_Ip")};
  for (const XmlElement member : pool.child("Member_List").children("Member")) {
    if (auto address = member.text_of("Registered_IP")) info.members.push_back(*std::move(address));
  }
  return ServerPoolMembership{std::move(info)};
}

Value describe(const ServerPoolInfo& pool) {
  return Struct{{"id", describe(pool.id)},
                {"alias", describe(pool.alias)},
                {"virtual_ip", describe(pool.virtual_ip)},
                {"members", describe(pool.members)}};
}

Value describe(const ServerPoolMembership& membership) {
  return Struct{{"pool", describe(membership.pool)}};
}

}  // namespace trestle::ovm3
