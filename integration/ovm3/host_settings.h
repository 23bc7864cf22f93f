// SPDX-License-Identifier: Apache-2.0
#ifndef TRESTLE_INTEGRATION_OVM3_HOST_SETTINGS_H_
#define TRESTLE_INTEGRATION_OVM3_HOST_SETTINGS_H_

#include <chrono>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "integration/contracts/configuration.h"
#include "objects/core/ids.h"
#include "objects/core/result.h"
#include "objects/core/secret.h"

namespace trestle::ovm3 {

/// Which device each kind of traffic uses: a NIC, bond, bridge or VLAN by its name on the host.
/// Resolved: what is not set follows along public, private, guest, storage. Empty: the bridge that
/// holds the agent's address.
struct TrafficLabels {
  std::string management = {};  ///< private.network.device
  std::string guest = {};
  std::string public_net = {};
  std::string storage = {};
  friend bool operator==(const TrafficLabels&, const TrafficLabels&) = default;
};

/// What is set for one host. A value; printing it shows no secret.
struct HostSettings {
  std::string guid = {};  ///< by which the orchestrator knows the host
  std::string name = {};
  std::string address = {};  ///< of the agent, as the orchestrator reaches it
  std::string zone = {};
  std::string pod = {};
  std::string cluster = {};

  TrafficLabels labels = {};
  std::string control_device = "control0";

  /// By which this installation owns hosts and repositories (known defect 43). None: ownership is
  /// neither taken nor looked at.
  std::optional<ManagerId> manager = std::nullopt;
  bool pooled = false;          ///< ovm3pool: hosts of the cluster form a server pool
  std::string virtual_ip = {};  ///< of the pool's master; needed where pooled

  std::string vnc_listen = "127.0.0.1";  ///< address that consoles of VMs listen on
  std::chrono::seconds stop_patience{90};
  std::chrono::seconds system_vm_patience{300};  ///< until its SSH answers
  /// systemvm.iso: name of the CD for system VMs in the repository. Empty: the only systemvm*.iso.
  std::string system_vm_iso = {};
  std::chrono::seconds heartbeat_timeout{120};
  std::chrono::seconds heartbeat_interval{10};
};

/// By which a host marks the VMs that it runs (vm_mark.h): its guid, else its name or address; one
/// word.
[[nodiscard]] std::string host_mark(const HostSettings& settings);

/// One setting, for the reference and for error texts.
struct SettingRow {
  std::string_view name;
  std::string_view otherwise;  ///< what holds without it
  std::string_view what;
};
[[nodiscard]] const std::vector<SettingRow>& setting_rows();

/// Reads the settings that an orchestrator hands over. Unknown names are ignored: a server hands
/// over much that is meant for others. Errors: kInvalidArgument naming every bad setting at once.
[[nodiscard]] Result<HostSettings> parse_host_settings(const contracts::Configuration& given);

}  // namespace trestle::ovm3

#endif  // TRESTLE_INTEGRATION_OVM3_HOST_SETTINGS_H_
