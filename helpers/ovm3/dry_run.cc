// SPDX-License-Identifier: Apache-2.0
#include "helpers/ovm3/dry_run.h"

#include <utility>

#include "objects/wire/redact.h"

namespace trestle::ovm3 {
namespace {

/// Which changes carry a whole configuration, and where.
constexpr std::string_view kCreate = "create_vm";
constexpr std::string_view kReadConfig = "get_vm_config";
constexpr std::size_t kConfigAt = 2;
constexpr std::string_view kMakeBridge = "ovs_vlan_bridge";
constexpr std::string_view kReadNetwork = "discover_network";

/// Questions whose answer a change would have changed.
bool asks_for_outcome(std::string_view method) {
  return method == "list_vm" || method == "list_vms";
}

/// A network with these bridges only, each over its port: what a change that was noted is looked
/// for in.
std::string network_with(const std::vector<std::pair<std::string, std::string>>& bridges) {
  std::string text = "<?xml version=\"1.0\" ?><Discover_Network_Result><Network><Active><Bridges>";
  for (const auto& [name, port] : bridges) {
    text.append("<Device Name=\"").append(name).append("\"><Interfaces><PhyInterface>");
    text.append(port).append("</PhyInterface></Interfaces></Device>");
  }
  return text + "</Bridges></Active></Network></Discover_Network_Result>";
}

}  // namespace

Result<Reply> DryRunTransport::pretend(const Request& request) {
  changed_ = true;
  if (request.method == kCreate && request.params.size() > kConfigAt) {
    config_ = request.params[kConfigAt];
  }
  if (request.method == kMakeBridge && request.params.size() > 3) {
    const auto* const bridge = request.params[1].get_if<std::string>();
    const auto* const device = request.params[2].get_if<std::string>();
    const auto* const vlan = request.params[3].get_if<std::int64_t>();
    if (bridge != nullptr && device != nullptr && vlan != nullptr) {
      bridges_.emplace_back(*bridge, *device + "." + std::to_string(*vlan));
    }
  }
  // What the storage plugin tells of a file that it has made.
  if (request.method == "storage_plugin_create" && request.params.size() > 5) {
    return Reply::from(Struct{{"fr_type", request.params[4]},
                              {"fs_uuid", ""},
                              {"file_path", request.params[3]},
                              {"file_sz", ""},
                              {"ondisk_sz", ""}});
  }
  return Reply::from(Nil{});
}

Result<Reply> DryRunTransport::round_trip(const CallContext& ctx, const Request& request) {
  const bool reads = request.effect == Effect::kReads;
  {
    const MutexLock lock(mutex_);
    if (reads && changed_ && asks_for_outcome(request.method)) {
      ended_ = true;
      return fail(Code::kCancelled, "the dry run ends where the outcome would be waited for");
    }
    lines_.push_back(wire::redacted_call(request.method, request.params) +
                     (reads ? " reads" : " changes"));
    if (!reads) return pretend(request);
    if (!bridges_.empty() && request.method == kReadNetwork) {
      return Reply::from(network_with(bridges_));
    }
    if (config_ && request.method == kReadConfig) return Reply::from(*config_);
  }
  return inner_.round_trip(ctx, request);
}

std::vector<std::string> DryRunTransport::lines() const {
  const MutexLock lock(mutex_);
  return lines_;
}

bool DryRunTransport::ended() const {
  const MutexLock lock(mutex_);
  return ended_;
}

}  // namespace trestle::ovm3
