// SPDX-License-Identifier: Apache-2.0
#include "objects/ovm3/cluster.h"

#include <utility>

#include "objects/ovm3/api/cluster.h"
#include "objects/ovm3/call_read.h"
#include "objects/ovm3/describe.h"
#include "objects/ovm3/xml_document.h"

namespace trestle::ovm3 {
namespace {

namespace rows = api::cluster;

constexpr std::size_t kUuidDigits = 32;
constexpr std::size_t kClusterNameDigits = 16;
constexpr std::string_view kGlobalHeartbeat = "global";

Result<std::string> uuid_digits(std::string_view key) {
  if (key.size() == kUuidDigits && !detail::uuid_key(key).empty()) return std::string(key);
  return fail(Code::kInvalidArgument,
              "'" + std::string(key) +
                  "' is no UUID, so no cluster name can be made of it; give pool and pool file "
                  "system ids of 32 hexadecimal digits");
}

std::optional<std::chrono::milliseconds> milliseconds_of(XmlElement element,
                                                         std::string_view name) {
  const auto count = element.integer_of(name);
  return count ? std::optional<std::chrono::milliseconds>(*count) : std::nullopt;
}

std::string text_or_blank(XmlElement element, std::string_view name) {
  return element.text_of(name).value_or(std::string());
}

O2cbSettings settings_of(XmlElement config) {
  return {.heartbeat_threshold = config.integer_of("O2CB_HEARTBEAT_THRESHOLD"),
          .reconnect_delay = milliseconds_of(config, "O2CB_RECONNECT_DELAY_MS"),
          .keepalive_delay = milliseconds_of(config, "O2CB_KEEPALIVE_DELAY_MS"),
          .idle_timeout = milliseconds_of(config, "O2CB_IDLE_TIMEOUT_MS"),
          .boot_cluster = config.text_of("O2CB_BOOTCLUSTER"),
          .enabled = config.flag_of("O2CB_ENABLED"),
          .stack = config.text_of("O2CB_STACK")};
}

ClusterLayout layout_of(XmlElement stored) {
  ClusterLayout layout;
  for (const XmlElement entry : stored.child("Clusters").children("Cluster")) {
    layout.clusters.push_back({.name = text_or_blank(entry, "Name"),
                               .node_count = entry.integer_of("Node_Count"),
                               .heartbeat_mode = entry.text_of("Heartbeat_Mode")});
  }
  for (const XmlElement entry : stored.child("Heartbeats").children("Heartbeat")) {
    layout.heartbeats.push_back(
        {.region = text_or_blank(entry, "Region"), .cluster = text_or_blank(entry, "Cluster")});
  }
  for (const XmlElement entry : stored.child("Nodes").children("Node")) {
    layout.nodes.push_back({.number = entry.integer_of("Number"),
                            .name = text_or_blank(entry, "Name"),
                            .ip_address = text_or_blank(entry, "IP_Address"),
                            .ip_port = entry.integer_of("IP_Port"),
                            .cluster = text_or_blank(entry, "Cluster_Name")});
  }
  return layout;
}

template <class T>
void add(Struct& out, std::string_view name, const std::optional<T>& maybe) {
  if (maybe) out.push_back({std::string(name), Value(*maybe)});
}

// Settings are texts on the wire, numbers and flags included.
void add_text(Struct& out, std::string_view name, std::optional<std::int64_t> number) {
  if (number) out.push_back({std::string(name), std::to_string(*number)});
}

std::optional<std::int64_t> count_of(const std::optional<std::chrono::milliseconds>& span) {
  return span ? std::optional<std::int64_t>(span->count()) : std::nullopt;
}

}  // namespace

O2cbSettings O2cbSettings::standard(std::string cluster_name) {
  using std::chrono::milliseconds;
  return {.heartbeat_threshold = 61,
          .reconnect_delay = milliseconds(2000),
          .keepalive_delay = milliseconds(2000),
          .idle_timeout = milliseconds(60000),
          .boot_cluster = std::move(cluster_name),
          .enabled = true,
          .stack = "o2cb"};
}

Result<ClusterLayout> ClusterLayout::of(const PoolId& pool, const PoolFilesystemId& heartbeat,
                                        std::vector<ClusterNode> nodes) {
  TRESTLE_ASSIGN_OR_RETURN(const std::string name, cluster_name(pool));
  TRESTLE_ASSIGN_OR_RETURN(const std::string region, heartbeat_region(heartbeat));
  for (ClusterNode& node : nodes) node.cluster = name;
  ClusterLayout layout;
  layout.clusters = {{.name = name,
                      .node_count = static_cast<std::int64_t>(nodes.size()),
                      .heartbeat_mode = std::string(kGlobalHeartbeat)}};
  layout.heartbeats = {{.region = region, .cluster = name}};
  layout.nodes = std::move(nodes);
  return layout;
}

Result<std::string> cluster_name(const PoolId& pool) {
  TRESTLE_ASSIGN_OR_RETURN(const std::string digits, uuid_digits(pool.key()));
  return digits.substr(kUuidDigits - kClusterNameDigits);
}

Result<std::string> heartbeat_region(const PoolFilesystemId& id) {
  TRESTLE_ASSIGN_OR_RETURN(std::string digits, uuid_digits(id.key()));
  for (char& c : digits) {
    if (c >= 'a' && c <= 'f') c = static_cast<char>(c - 'a' + 'A');
  }
  return digits;
}

Result<ClusterInfo> discover_cluster(const CallContext& ctx, const Agent& agent) {
  // known defect 18: the document was thrown away.
  return call_read(agent, ctx, rows::discover_cluster, read_cluster);
}

Result<bool> is_cluster_online(const CallContext& ctx, const Agent& agent) {
  return call_read(agent, ctx, rows::is_cluster_online, read_cluster_online);
}

Result<void> configure_server_for_cluster(const CallContext& ctx, const Agent& agent,
                                          const O2cbSettings& settings, const ClusterLayout& layout,
                                          const PoolFilesystemPlace& place) {
  return agent.call(ctx, rows::configure_server_for_cluster, to_wire(settings), to_wire(layout),
                    place.type, place.target, place.id, place.nfs_base);
}

Result<void> deconfigure_server_for_cluster(const CallContext& ctx, const Agent& agent,
                                            const PoolFilesystemId& id) {
  return agent.call(ctx, rows::deconfigure_server_for_cluster, id);
}

Result<void> create_cluster(const CallContext& ctx, const Agent& agent,
                            const PoolFilesystemId& id) {
  return agent.call(ctx, rows::create_cluster, id);
}

Result<void> join_cluster(const CallContext& ctx, const Agent& agent, const PoolFilesystemId& id) {
  return agent.call(ctx, rows::join_cluster, id);
}

Result<void> leave_cluster(const CallContext& ctx, const Agent& agent, const PoolFilesystemId& id) {
  return agent.call(ctx, rows::leave_cluster, id);
}

Result<void> destroy_cluster(const CallContext& ctx, const Agent& agent,
                             const PoolFilesystemId& id) {
  return agent.call(ctx, rows::destroy_cluster, id);
}

Result<void> update_cluster_configuration(const CallContext& ctx, const Agent& agent,
                                          const ClusterLayout& layout) {
  return agent.call(ctx, rows::update_clusterConfiguration, to_wire(layout));
}

Struct to_wire(const O2cbSettings& settings) {
  Struct out;
  add_text(out, "O2CB_HEARTBEAT_THRESHOLD", settings.heartbeat_threshold);
  add_text(out, "O2CB_RECONNECT_DELAY_MS", count_of(settings.reconnect_delay));
  add_text(out, "O2CB_KEEPALIVE_DELAY_MS", count_of(settings.keepalive_delay));
  add_text(out, "O2CB_IDLE_TIMEOUT_MS", count_of(settings.idle_timeout));
  add(out, "O2CB_BOOTCLUSTER", settings.boot_cluster);
  if (settings.enabled) out.push_back({"O2CB_ENABLED", *settings.enabled ? "true" : "false"});
  add(out, "O2CB_STACK", settings.stack);
  return out;
}

Struct to_wire(const ClusterLayout& layout) {
  Array nodes;
  for (const ClusterNode& node : layout.nodes) {
    Struct entry{{"name", node.name}, {"ip_address", node.ip_address}, {"cluster", node.cluster}};
    add(entry, "number", node.number);
    add(entry, "ip_port", node.ip_port);
    nodes.push_back(std::move(entry));
  }
  Array heartbeats;
  for (const ClusterHeartbeat& heartbeat : layout.heartbeats) {
    heartbeats.push_back(Struct{{"region", heartbeat.region}, {"cluster", heartbeat.cluster}});
  }
  Array clusters;
  for (const ClusterEntry& cluster : layout.clusters) {
    Struct entry{{"name", cluster.name}};
    add(entry, "node_count", cluster.node_count);
    add(entry, "heartbeat_mode", cluster.heartbeat_mode);
    clusters.push_back(std::move(entry));
  }
  return {{"node", std::move(nodes)},
          {"heartbeat", std::move(heartbeats)},
          {"cluster", std::move(clusters)}};
}

Result<ClusterInfo> read_cluster(ValueView reply) {
  TRESTLE_ASSIGN_OR_RETURN(const XmlDocument document,
                           XmlDocument::parse(reply, "Discover_Cluster_Result"));
  ClusterInfo info;
  const XmlElement config = document.root().child("O2CB_Config");
  if (config) info.o2cb = settings_of(config);
  info.stored = layout_of(document.root().child("Cluster_Information").child("Stored"));
  return info;
}

Result<bool> read_cluster_online(ValueView reply) {
  // known defect 9: any reply counted as true; only the boolean says it.
  return api::Wire<bool>::decode(reply);
}

Value describe(const O2cbSettings& settings) {
  return Struct{{"heartbeat_threshold", describe(settings.heartbeat_threshold)},
                {"reconnect_delay_ms", describe(count_of(settings.reconnect_delay))},
                {"keepalive_delay_ms", describe(count_of(settings.keepalive_delay))},
                {"idle_timeout_ms", describe(count_of(settings.idle_timeout))},
                {"boot_cluster", describe(settings.boot_cluster)},
                {"enabled", describe(settings.enabled)},
                {"stack", describe(settings.stack)}};
}

Value describe(const ClusterEntry& entry) {
  return Struct{{"name", describe(entry.name)},
                {"node_count", describe(entry.node_count)},
                {"heartbeat_mode", describe(entry.heartbeat_mode)}};
}

Value describe(const ClusterHeartbeat& heartbeat) {
  return Struct{{"region", describe(heartbeat.region)}, {"cluster", describe(heartbeat.cluster)}};
}

Value describe(const ClusterNode& node) {
  return Struct{{"number", describe(node.number)},
                {"name", describe(node.name)},
                {"ip_address", describe(node.ip_address)},
                {"ip_port", describe(node.ip_port)},
                {"cluster", describe(node.cluster)}};
}

Value describe(const ClusterInfo& info) {
  return Struct{{"o2cb", describe(info.o2cb)},
                {"clusters", describe(info.stored.clusters)},
                {"heartbeats", describe(info.stored.heartbeats)},
                {"nodes", describe(info.stored.nodes)}};
}

}  // namespace trestle::ovm3
