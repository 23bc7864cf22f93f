// SPDX-License-Identifier: Apache-2.0
#ifndef TRESTLE_OBJECTS_OVM3_HOST_H_
#define TRESTLE_OBJECTS_OVM3_HOST_H_

#include <chrono>
#include <optional>
#include <string>
#include <vector>

#include "objects/core/call_context.h"
#include "objects/core/result.h"
#include "objects/core/secret.h"
#include "objects/ovm3/agent.h"
#include "objects/ovm3/hardware.h"
#include "objects/ovm3/host_settings.h"
#include "objects/ovm3/mounts.h"
#include "objects/ovm3/physical_luns.h"
#include "objects/ovm3/release.h"
#include "objects/ovm3/server_info.h"
#include "objects/ovm3/storage_plugin_info.h"

namespace trestle::ovm3 {

/// A host as its agent shows it: a handle, cheap to copy, no cached state (known defect 20),
/// thread-safe as its Agent. Every call may fail as Transport::round_trip says; a reply that is
/// not what it should be is kBadReply.
class Host {
 public:
  explicit Host(const Agent& agent) : agent_(agent) {}

  /// Identity, versions, owner, pool, roles, clock state and capabilities.
  [[nodiscard]] Result<ServerInfo> discover(const CallContext& ctx) const;
  /// CPUs, memory, SCSI hosts, firmware.
  [[nodiscard]] Result<HardwareInfo> discover_hardware(const CallContext& ctx) const;
  /// Mounts of the named types ("nfs", "nfs4", "ocfs2", "rootfs"), of all types if none is named.
  [[nodiscard]] Result<std::vector<Mount>> discover_mounts(
      const CallContext& ctx, const std::vector<std::string>& types = {}) const;
  [[nodiscard]] Result<std::vector<StoragePluginInfo>> discover_storage_plugins(
      const CallContext& ctx) const;
  /// Disks and iSCSI targets that the host sees.
  [[nodiscard]] Result<std::vector<LunList>> discover_physical_luns(const CallContext& ctx) const;

  [[nodiscard]] Result<NtpSettings> ntp(const CallContext& ctx) const;
  /// Writes servers and both flags: `local_time_source` lets the host fall back on its own clock,
  /// `allow_query` lets others ask it. All three go on the wire (known defect 17).
  [[nodiscard]] Result<void> set_ntp(const CallContext& ctx,
                                     const std::vector<std::string>& servers,
                                     bool local_time_source, bool allow_query) const;
  [[nodiscard]] Result<void> enable_ntp(const CallContext& ctx) const;
  [[nodiscard]] Result<void> disable_ntp(const CallContext& ctx) const;

  [[nodiscard]] Result<TimeZone> time_zone(const CallContext& ctx) const;
  [[nodiscard]] Result<void> set_time_zone(const CallContext& ctx, const std::string& zone,
                                           bool utc) const;
  [[nodiscard]] Result<WallClock> wall_clock(const CallContext& ctx) const;
  /// kInvalidArgument if it is no date.
  [[nodiscard]] Result<void> set_wall_clock(const CallContext& ctx, const WallClock& clock) const;
  [[nodiscard]] Result<BootTime> boot_time(const CallContext& ctx) const;

  [[nodiscard]] Result<ApiLevels> api_levels(const CallContext& ctx) const;
  /// The argument as the agent gives it back.
  [[nodiscard]] Result<Value> echo(const CallContext& ctx, const Value& message) const;
  /// Lets the agent wait before it answers; the context must leave that long, else
  /// kDeadlineExceeded before anything is sent.
  [[nodiscard]] Result<void> sleep(const CallContext& ctx, std::chrono::seconds duration) const;

  /// Texts of the named logs ("messages", "dmesg", "xend", "ovs-agent"); logs that the host does
  /// not have are missing from the answer.
  [[nodiscard]] Result<Logs> logs(const CallContext& ctx,
                                  const std::vector<std::string>& names) const;
  /// How often statistics go to the manager. By its real name, set_statistic_interval (known
  /// defect 15). kInvalidArgument if not positive.
  [[nodiscard]] Result<void> set_statistic_interval(const CallContext& ctx,
                                                    std::chrono::seconds interval) const;

  /// Changes the password of the agent's user in the form of the release: from 3.3 on the old one
  /// goes along (known defect 16).
  [[nodiscard]] Result<void> update_agent_password(const CallContext& ctx, const Release& release,
                                                   const std::string& user, const Secret& password,
                                                   const Secret& old_password) const;

  /// Copies a file within the host. Lasts as long as the copy: the caller sets the deadline, hours
  /// for a full image (known defect 4). After kDeadlineExceeded the agent may still be writing.
  /// Without `sparse` the agent decides.
  [[nodiscard]] Result<void> copy_file(const CallContext& ctx, const std::string& source,
                                       const std::string& target,
                                       std::optional<bool> sparse = {}) const;

 private:
  Agent agent_;
};

}  // namespace trestle::ovm3

#endif  // TRESTLE_OBJECTS_OVM3_HOST_H_
