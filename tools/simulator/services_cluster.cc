// SPDX-License-Identifier: Apache-2.0
// The pool file system and the cluster that beats on it. OCFS2 itself is not played: states and
// records are.
#include <fstream>
#include <string>
#include <string_view>
#include <system_error>
#include <utility>

#include "objects/ovm3/api/cluster.h"
#include "objects/ovm3/api/pool_filesystem.h"
#include "tools/simulator/services.h"

namespace trestle::simulator {
namespace {

namespace fs = std::filesystem;
namespace api = ovm3::api::cluster;
namespace poolfs = ovm3::api::pool_filesystem;

constexpr std::string_view kImage = "ovspoolfs.img";
constexpr std::uint64_t kImageBytes = std::uint64_t{10}
                                      << 30U;  // sparse; the size that the agent makes

Answer create_pool_filesystem(const Call& call, const std::string& type, const std::string& target,
                              std::string cluster_name, const PoolFilesystemId& id,
                              const FileSystemId& base, const ManagerId& manager,
                              const PoolId& pool, std::optional<std::int64_t> /*block*/,
                              std::optional<std::int64_t> /*cluster*/,
                              std::optional<std::int64_t> /*journal*/) {
  if (!call.host.owned()) return not_owned();
  if (type != "nfs")
    return exception("Invalid pool filesystem type: " + type + " (the simulator has no LUNs)");
  const auto folder = call.estate.device_directory(target);
  if (!folder) return folder.error();
  const fs::path image = *folder / kImage;
  std::error_code error;
  if (fs::exists(image, error)) return exception("Pool filesystem already exists: " + target);
  std::ofstream(image, std::ios::binary).close();
  fs::resize_file(image, kImageBytes, error);
  if (error) return os_error(error.value(), image.filename().native());
  call.host.pool_filesystem = PoolFilesystem{
      type, target, id.text(), base.text(), manager.text(), pool.text(), std::move(cluster_name)};
  call.estate.touch();
  return Answer::nil();
}

Answer destroy_pool_filesystem(const Call& call, const std::string& /*type*/,
                               const std::string& target, const PoolFilesystemId& id,
                               const FileSystemId& /*base*/) {
  auto& mine = call.host.pool_filesystem;
  const auto own = mine ? PoolFilesystemId::from_name(mine->uuid)
                        : Result<PoolFilesystemId>(fail(Code::kNotFound, ""));
  if (!own || !(*own == id)) return exception("Pool filesystem not found: " + id.text());
  if (call.host.cluster && call.host.cluster->online)
    return exception("Cluster is online on this server");
  const auto folder = call.estate.device_directory(target);
  if (!folder) return folder.error();
  std::error_code error;
  fs::remove(*folder / kImage, error);
  mine.reset();
  call.estate.touch();
  return Answer::nil();
}

Answer discover_pool_filesystem(const Call& call) {
  DocumentWriter out;
  out.open("Discover_Pool_Filesystem_Result");
  if (const auto& mine = call.host.pool_filesystem) {
    out.open("Pool_Filesystem").leaf("Pool_Filesystem_Type", mine->type);
    out.leaf("Pool_Filesystem_Target", mine->target).leaf("Pool_Filesystem_Uuid", mine->uuid);
    out.leaf("Pool_Filesystem_Nfsbase_Uuid", mine->nfsbase_uuid);
    out.leaf("Pool_Filesystem_Manager_Uuid", mine->manager_uuid)
        .leaf("Pool_Filesystem_Version", "3.0");
    out.leaf("Pool_Filesystem_Pool_Uuid", mine->pool_uuid).close("Pool_Filesystem");
  }
  out.close("Discover_Pool_Filesystem_Result");
  return Answer::untyped(std::move(out).finish());
}

Answer configure_server(const Call& call, Struct o2cb, Struct layout, const std::string& type,
                        const std::string& target, const PoolFilesystemId& id,
                        const FileSystemId& base) {
  Host& host = call.host;
  if (!host.owned()) return not_owned();
  if (!host.pool) return exception("Server is not in a server pool");
  if (host.cluster && host.cluster->online) return exception("Cluster is online on this server");
  const auto folder = call.estate.device_directory(target);
  if (!folder) return folder.error();
  std::error_code error;
  if (!fs::exists(*folder / kImage, error))
    return exception("Pool filesystem not found: " + target);
  if (!host.pool_filesystem) {
    host.pool_filesystem = PoolFilesystem{
        type, target, id.text(), base.text(), host.ownership.manager_uuid, host.pool->uuid, {}};
  }
  host.cluster = Cluster{std::move(o2cb), std::move(layout), id.text()};
  call.estate.touch();
  return Answer::nil();
}

std::optional<Fault> refuse_cluster(const Host& host, const PoolFilesystemId& id) {
  const auto own = host.cluster ? PoolFilesystemId::from_name(host.cluster->poolfs_uuid)
                                : Result<PoolFilesystemId>(fail(Code::kNotFound, ""));
  if (!own || !(*own == id)) return exception("Server is not configured for cluster " + id.text());
  return std::nullopt;
}

/// Hosts of the estate whose cluster on this pool file system is up.
std::size_t online_members(const Estate& estate, const PoolFilesystemId& id) {
  std::size_t count = 0;
  for (const auto& host : estate.hosts) {
    if (host->cluster && host->cluster->online && !refuse_cluster(*host, id)) ++count;
  }
  return count;
}

Answer set_online(const Call& call, bool online) {
  call.host.cluster->online = online;
  call.estate.touch();
  return Answer::nil();
}

Answer create_cluster(const Call& call, const PoolFilesystemId& id) {
  if (auto fault = refuse_cluster(call.host, id)) return *fault;
  if (online_members(call.estate, id) > 0) return exception("Cluster already exists: " + id.text());
  return set_online(call, true);
}

Answer join_cluster(const Call& call, const PoolFilesystemId& id) {
  if (auto fault = refuse_cluster(call.host, id)) return *fault;
  if (call.host.cluster->online)
    return exception("Server is already a member of cluster " + id.text());
  if (online_members(call.estate, id) == 0) return exception("Cluster is not online: " + id.text());
  return set_online(call, true);
}

Answer leave_cluster(const Call& call, const PoolFilesystemId& id) {
  if (auto fault = refuse_cluster(call.host, id)) return *fault;
  if (!call.host.cluster->online) return exception("Cluster is not online: " + id.text());
  return set_online(call, false);
}

Answer destroy_cluster(const Call& call, const PoolFilesystemId& id) {
  if (auto fault = refuse_cluster(call.host, id)) return *fault;
  if (!call.host.cluster->online) return exception("Cluster is not online: " + id.text());
  if (online_members(call.estate, id) > 1) return exception("Cluster still has other members");
  return set_online(call, false);
}

Answer deconfigure_server(const Call& call, const PoolFilesystemId& id) {
  if (auto fault = refuse_cluster(call.host, id)) return *fault;
  if (call.host.cluster->online) return exception("Cluster is online on this server");
  call.host.cluster.reset();
  call.estate.touch();
  return Answer::nil();
}

Answer update_configuration(const Call& call, const Value& layout) {
  if (!call.host.cluster) return exception("Server is not configured for a cluster");
  const auto* members = layout.get_if<Struct>();
  // The agent also takes the text of an ocfs2 cluster.conf, whose layout nobody recorded.
  if (members == nullptr) return wrong_argument_type(call.service, 0, "a dictionary");
  call.host.cluster->layout = *members;
  call.estate.touch();
  return Answer::nil();
}

std::string shown(const Value& value) {
  if (const auto* text = value.get_if<std::string>()) return *text;
  if (const auto* number = value.get_if<std::int64_t>()) return std::to_string(*number);
  if (const auto* flag = value.get_if<bool>()) return *flag ? "true" : "false";
  return {};
}

/// One list of the layout: for each item an element with a leaf for each (member, element) pair.
void write_items(DocumentWriter& out, const Struct& layout, std::string_view list,
                 std::string_view outer, std::string_view inner,
                 std::initializer_list<std::pair<std::string_view, std::string_view>> leaves) {
  out.open(outer);
  for (const Member& member : layout) {
    const auto* items = member.value.get_if<Array>();
    if (member.name != list || items == nullptr) continue;
    for (const Value& item : *items) {
      out.open(inner);
      for (const auto& [name, element] : leaves) {
        if (const Value* value = item.find(name)) out.leaf(element, shown(*value));
      }
      out.close(inner);
    }
  }
  out.close(outer);
}

Answer discover_cluster(const Call& call) {
  DocumentWriter out;
  out.open("Discover_Cluster_Result");
  if (const auto& cluster = call.host.cluster) {
    out.open("O2CB_Config");
    for (const Member& member : cluster->o2cb) out.leaf(member.name, shown(member.value));
    out.close("O2CB_Config").open("Cluster_Information").open("Stored");
    write_items(
        out, cluster->layout, "cluster", "Clusters", "Cluster",
        {{"name", "Name"}, {"node_count", "Node_Count"}, {"heartbeat_mode", "Heartbeat_Mode"}});
    write_items(out, cluster->layout, "heartbeat", "Heartbeats", "Heartbeat",
                {{"region", "Region"}, {"cluster", "Cluster"}});
    write_items(out, cluster->layout, "node", "Nodes", "Node",
                {{"number", "Number"},
                 {"ip_port", "IP_Port"},
                 {"ip_address", "IP_Address"},
                 {"name", "Name"},
                 {"cluster", "Cluster_Name"}});
    out.close("Stored").close("Cluster_Information");
  }
  out.close("Discover_Cluster_Result");
  return Answer::untyped(std::move(out).finish());
}

}  // namespace

void register_cluster(Services& services) {
  services.on(poolfs::create_pool_filesystem, create_pool_filesystem);
  services.on(poolfs::destroy_pool_filesystem, destroy_pool_filesystem);
  services.on(poolfs::discover_pool_filesystem, discover_pool_filesystem);
  services.on(api::configure_server_for_cluster, configure_server);
  services.on(api::create_cluster, create_cluster);
  services.on(api::join_cluster, join_cluster);
  services.on(api::leave_cluster, leave_cluster);
  services.on(api::destroy_cluster, destroy_cluster);
  services.on(api::deconfigure_server_for_cluster, deconfigure_server);
  services.on(api::update_clusterConfiguration, update_configuration);
  services.on(api::is_cluster_online, [](const Call& call) {
    return Answer::boolean(call.host.cluster && call.host.cluster->online);
  });
  services.on(api::discover_cluster, discover_cluster);
}

}  // namespace trestle::simulator
