// SPDX-License-Identifier: Apache-2.0
#ifndef TRESTLE_OBJECTS_OVM3_CLUSTER_H_
#define TRESTLE_OBJECTS_OVM3_CLUSTER_H_

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "objects/core/call_context.h"
#include "objects/core/ids.h"
#include "objects/core/result.h"
#include "objects/ovm3/agent.h"
#include "objects/ovm3/pool_filesystem.h"
#include "objects/wire/reply.h"
#include "objects/wire/value.h"

namespace trestle::ovm3 {

/// Port of the cluster's own traffic between nodes.
inline constexpr std::int64_t kClusterPort = 7777;

/// Settings of the O2CB stack of one host. Absent members are left out of what is sent.
struct O2cbSettings {
  /// A node that misses this many heartbeats (two seconds each) resets itself: 61 is 120 s.
  std::optional<std::int64_t> heartbeat_threshold = std::nullopt;
  std::optional<std::chrono::milliseconds> reconnect_delay = std::nullopt;
  std::optional<std::chrono::milliseconds> keepalive_delay = std::nullopt;
  std::optional<std::chrono::milliseconds> idle_timeout = std::nullopt;
  std::optional<std::string> boot_cluster = std::nullopt;  ///< name of the cluster
  std::optional<bool> enabled = std::nullopt;
  std::optional<std::string> stack = std::nullopt;  ///< "o2cb"

  /// What the vendor's manager uses for a cluster of that name.
  static O2cbSettings standard(std::string cluster_name);

  friend bool operator==(const O2cbSettings&, const O2cbSettings&) = default;
};

struct ClusterEntry {
  std::string name;
  std::optional<std::int64_t> node_count = std::nullopt;
  std::optional<std::string> heartbeat_mode = std::nullopt;  ///< "global"
  friend bool operator==(const ClusterEntry&, const ClusterEntry&) = default;
};

struct ClusterHeartbeat {
  std::string region;  ///< id of the pool file system in capitals
  std::string cluster = {};
  friend bool operator==(const ClusterHeartbeat&, const ClusterHeartbeat&) = default;
};

struct ClusterNode {
  std::optional<std::int64_t> number = std::nullopt;  ///< counted from 0
  std::string name = {};                              ///< host name
  std::string ip_address = {};
  std::optional<std::int64_t> ip_port = kClusterPort;
  std::string cluster = {};
  friend bool operator==(const ClusterNode&, const ClusterNode&) = default;
};

/// Which nodes form which cluster, and where they heartbeat.
struct ClusterLayout {
  std::vector<ClusterEntry> clusters = {};
  std::vector<ClusterHeartbeat> heartbeats = {};
  std::vector<ClusterNode> nodes = {};

  /// One cluster with a global heartbeat on the pool file system; the nodes get its name, and the
  /// count is theirs. Errors: kInvalidArgument if an id is no UUID.
  static Result<ClusterLayout> of(const PoolId& pool, const PoolFilesystemId& heartbeat,
                                  std::vector<ClusterNode> nodes);

  friend bool operator==(const ClusterLayout&, const ClusterLayout&) = default;
};

/// A whole Discover_Cluster_Result: settings and stored layout of this host.
struct ClusterInfo {
  std::optional<O2cbSettings> o2cb = std::nullopt;
  ClusterLayout stored = {};
  friend bool operator==(const ClusterInfo&, const ClusterInfo&) = default;
};

/// The agent's name for the cluster of a pool: the last 16 hexadecimal digits of the pool's id.
/// Errors: kInvalidArgument if the id is no UUID.
[[nodiscard]] Result<std::string> cluster_name(const PoolId& pool);
/// The heartbeat region of a pool file system: its id in capitals without dashes. Errors as above.
[[nodiscard]] Result<std::string> heartbeat_region(const PoolFilesystemId& id);

/// Errors of every call: the agent's fault, as Agent::call maps it.
[[nodiscard]] Result<ClusterInfo> discover_cluster(const CallContext& ctx, const Agent& agent);
/// True if the cluster stack of this host runs.
[[nodiscard]] Result<bool> is_cluster_online(const CallContext& ctx, const Agent& agent);

/// Writes settings and layout on this host and names its pool file system. Next: create_cluster on
/// the first host, update_cluster_configuration on running members and join_cluster on others.
[[nodiscard]] Result<void> configure_server_for_cluster(const CallContext& ctx, const Agent& agent,
                                                        const O2cbSettings& settings,
                                                        const ClusterLayout& layout,
                                                        const PoolFilesystemPlace& place);
[[nodiscard]] Result<void> deconfigure_server_for_cluster(const CallContext& ctx,
                                                          const Agent& agent,
                                                          const PoolFilesystemId& id);
[[nodiscard]] Result<void> create_cluster(const CallContext& ctx, const Agent& agent,
                                          const PoolFilesystemId& id);
[[nodiscard]] Result<void> join_cluster(const CallContext& ctx, const Agent& agent,
                                        const PoolFilesystemId& id);
[[nodiscard]] Result<void> leave_cluster(const CallContext& ctx, const Agent& agent,
                                         const PoolFilesystemId& id);
/// Ends the cluster from its last host.
[[nodiscard]] Result<void> destroy_cluster(const CallContext& ctx, const Agent& agent,
                                           const PoolFilesystemId& id);
/// Hands a running member the whole new layout (update_clusterConfiguration).
[[nodiscard]] Result<void> update_cluster_configuration(const CallContext& ctx, const Agent& agent,
                                                        const ClusterLayout& layout);

/// The structs o2cb_conf and clusterConf.
[[nodiscard]] Struct to_wire(const O2cbSettings& settings);
[[nodiscard]] Struct to_wire(const ClusterLayout& layout);

/// A host without a cluster gives an empty layout. Errors: kBadReply.
[[nodiscard]] Result<ClusterInfo> read_cluster(ValueView reply);
/// Errors: kBadReply if it is no boolean.
[[nodiscard]] Result<bool> read_cluster_online(ValueView reply);

/// Typed form for `--json` and `trestle agent decode --typed`.
[[nodiscard]] Value describe(const O2cbSettings& settings);
[[nodiscard]] Value describe(const ClusterEntry& entry);
[[nodiscard]] Value describe(const ClusterHeartbeat& heartbeat);
[[nodiscard]] Value describe(const ClusterNode& node);
[[nodiscard]] Value describe(const ClusterInfo& info);

}  // namespace trestle::ovm3

#endif  // TRESTLE_OBJECTS_OVM3_CLUSTER_H_
