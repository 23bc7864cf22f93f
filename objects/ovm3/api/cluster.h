// SPDX-License-Identifier: Apache-2.0
#ifndef TRESTLE_OBJECTS_OVM3_API_CLUSTER_H_
#define TRESTLE_OBJECTS_OVM3_API_CLUSTER_H_

#include <string>

#include "objects/ovm3/api/service.h"

/// Services of agent.api.cluster.o2cb.ClusterO2CB.
namespace trestle::ovm3::api::cluster {

inline constexpr Service<void(Struct, Struct, std::string, std::string, PoolFilesystemId,
                              FileSystemId)>
    configure_server_for_cluster{"configure_server_for_cluster",
                                 {"o2cb_conf", "clusterConf", "poolfs_type", "poolfs_target",
                                  "poolfsUuid", "poolfs_nfsbase_uuid"},
                                 k32,
                                 Effect::kMutates,
                                 "Writes O2CB settings and cluster layout on this host and names "
                                 "the pool file system it will heartbeat on."};

inline constexpr Service<void(PoolFilesystemId)> create_cluster{
    "create_cluster",
    {"poolfsUuid"},
    k32,
    Effect::kMutates,
    "Brings the cluster up on the first host of a pool."};

inline constexpr Service<void(PoolFilesystemId)> deconfigure_server_for_cluster{
    "deconfigure_server_for_cluster",
    {"poolfsUuid"},
    k32,
    Effect::kMutates,
    "Removes the cluster settings from this host."};

inline constexpr Service<void(PoolFilesystemId)> destroy_cluster{
    "destroy_cluster",
    {"poolfsUuid"},
    k32,
    Effect::kMutates,
    "Ends the cluster from its last host."};

inline constexpr Service<XmlText()> discover_cluster{
    "discover_cluster",
    {},
    k32 | k34,
    Effect::kReads,
    "Describes the cluster as this host has it stored: O2CB settings, clusters, heartbeats, "
    "nodes."};

inline constexpr Service<bool()> is_cluster_online{"is_cluster_online",
                                                   {},
                                                   k32 | k34,
                                                   Effect::kReads,
                                                   "Says whether this host's cluster stack runs."};

inline constexpr Service<void(PoolFilesystemId)> join_cluster{
    "join_cluster",
    {"poolfsUuid"},
    k32,
    Effect::kMutates,
    "Makes a configured host a running member of the cluster."};

inline constexpr Service<void(PoolFilesystemId)> leave_cluster{
    "leave_cluster",
    {"poolfsUuid"},
    k32,
    Effect::kMutates,
    "Ends this host's membership in the running cluster."};

inline constexpr Service<void(Value)> update_clusterConfiguration{
    "update_clusterConfiguration",
    {"cluster_conf"},
    k32,
    Effect::kMutates,
    "Hands a running member the new cluster layout after a node came or went."};

}  // namespace trestle::ovm3::api::cluster

#endif  // TRESTLE_OBJECTS_OVM3_API_CLUSTER_H_
