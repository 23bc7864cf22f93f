// SPDX-License-Identifier: Apache-2.0
#ifndef TRESTLE_OBJECTS_OVM3_API_SERVER_POOL_H_
#define TRESTLE_OBJECTS_OVM3_API_SERVER_POOL_H_

#include <cstdint>
#include <string>
#include <vector>

#include "objects/ovm3/api/service.h"

/// Services of agent.api.serverpool.ServerPool.
namespace trestle::ovm3::api::server_pool {

inline constexpr Service<void(std::string, PoolId, std::string, std::int64_t, std::string,
                              std::string, std::string)>
    create_server_pool{"create_server_pool",
                       {"pool_alias", "pool_uuid", "pool_virtual_ip", "node_number",
                        "server_hostname", "server_ip", "roles"},
                       k32 | k33 | k34,
                       Effect::kMutates,
                       "Founds a pool with this host as its master."};

inline constexpr Service<void(PoolId)> destroy_server_pool{"destroy_server_pool",
                                                           {"pool_uuid"},
                                                           k32,
                                                           Effect::kMutates,
                                                           "Ends the pool from its last member."};

inline constexpr Service<XmlText()> discover_server_pool{
    "discover_server_pool",
    {},
    k32 | k33 | k34,
    Effect::kReads,
    "Tells the pool of this host; an empty document if there is none."};

inline constexpr Service<void(std::string, PoolId, std::string, std::int64_t, std::string,
                              std::string, std::string)>
    join_server_pool{"join_server_pool",
                     {"pool_alias", "pool_uuid", "pool_virtual_ip", "node_number",
                      "server_hostname", "server_ip", "roles"},
                     k32 | k33,
                     Effect::kMutates,
                     "Makes this host a further member of a pool."};

inline constexpr Service<void(PoolId)> leave_server_pool{
    "leave_server_pool",
    {"pool_uuid"},
    k32 | k33,
    Effect::kMutates,
    "Ends this host's membership in its pool."};

inline constexpr Service<void(ManagerId)> release_ownership{"release_ownership",
                                                            {"manager_uuid"},
                                                            k32,
                                                            Effect::kMutates,
                                                            "Ends a manager's hold on this host."};

inline constexpr Service<void(std::vector<std::string>)> set_pool_member_ip_list{
    "set_pool_member_ip_list",
    {"ip_list"},
    k32 | k33,
    Effect::kIdempotent,
    "Tells this host the addresses of all members of its pool."};

inline constexpr Service<void(std::string)> set_server_pool_alias{"set_server_pool_alias",
                                                                  {"pool_alias"},
                                                                  k32,
                                                                  Effect::kIdempotent,
                                                                  "Gives the pool another name."};

inline constexpr Service<void(ManagerId, std::string)> take_ownership{
    "take_ownership",
    {"manager_uuid", "manager_core_api_url"},
    k32,
    Effect::kMutates,
    "Binds an unowned host to a manager, which most changing calls ask for."};

inline constexpr Service<void(Struct)> take_ownership_33{
    "take_ownership",
    {"params"},
    k33,
    Effect::kMutates,
    "The form of 3.3 and later: one struct of texts; the agent restarts afterwards."};

inline constexpr Service<void(std::string)> update_pool_virtual_ip{
    "update_pool_virtual_ip",
    {"new_pool_vip"},
    k32,
    Effect::kMutates,
    "Moves the pool to another address."};

inline constexpr Service<void(std::string)> update_server_roles{
    "update_server_roles",
    {"roles"},
    k32 | k33,
    Effect::kIdempotent,
    "Sets the roles of this host, such as \"xen,utility\"."};

}  // namespace trestle::ovm3::api::server_pool

#endif  // TRESTLE_OBJECTS_OVM3_API_SERVER_POOL_H_
