// SPDX-License-Identifier: Apache-2.0
#ifndef TRESTLE_OBJECTS_OVM3_SERVER_INFO_H_
#define TRESTLE_OBJECTS_OVM3_SERVER_INFO_H_

#include <chrono>
#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "objects/core/ids.h"
#include "objects/core/result.h"
#include "objects/core/units.h"
#include "objects/ovm3/release.h"
#include "objects/wire/reply.h"
#include "objects/wire/value.h"

namespace trestle::ovm3 {

/// Where a server stands between its manager and a pool.
enum class Membership : std::uint8_t { kUnknown, kUnowned, kOwned, kPooled };

/// One entry of the capability block: a flag, a number, or a text of another form.
using Capability = std::variant<bool, std::int64_t, std::string>;

/// The hypervisor below the server (element VMM).
struct HypervisorBuild {
  std::optional<std::string> version;  ///< Major "." Minor Extra, e.g. "4.1.3OVM"
  std::optional<std::string> compiler;
  std::optional<std::string> compiled_by;
  std::optional<std::string> compiled_at;    ///< domain of the build machine
  std::optional<std::string> compiled_when;  ///< a date text, as it came
  std::vector<std::string> capabilities;     ///< "xen-3.0-x86_64", ...
  friend bool operator==(const HypervisorBuild&, const HypervisorBuild&) = default;
};

/// What discover_server tells. Absent is what the document leaves out, leaves blank, or calls
/// "none": a server outside a pool has no pool, no number and no virtual address.
/// Source: recordings/ovm-3.2.1/discover_server.xml.
struct ServerInfo {
  std::optional<std::string> unique_id;  ///< system UUID, 16 bytes with colons
  std::optional<std::chrono::sys_seconds> boot_time;
  std::optional<std::string> time_zone;
  std::optional<bool> utc;  ///< the hardware clock runs in UTC
  std::optional<bool> ntp_local_time_source;
  std::optional<bool> ntp_running;
  std::optional<std::string> agent_version;
  std::optional<std::string> rpm_version;
  std::optional<std::string> ovm_version;
  std::optional<Release> release;  ///< from ovm_version
  std::optional<std::string> cpu_type;
  std::optional<std::string> os_type;
  std::optional<std::string> os_name;
  std::optional<std::uint64_t> os_major_version;
  std::optional<std::uint64_t> os_minor_version;
  std::optional<std::string> hypervisor_type;
  std::optional<std::string> hypervisor_name;
  HypervisorBuild hypervisor;
  std::optional<std::string> kernel_release;
  std::optional<std::string> kernel_version;
  std::optional<PoolId> pool_id;
  std::optional<ManagerId> manager_id;
  std::optional<std::string> hostname;
  std::optional<std::string> registered_ip;
  std::optional<std::uint64_t> node_number;
  std::vector<std::string> roles;  ///< "xen" runs guests, "utility" does storage work
  std::optional<bool> is_current_master;
  std::optional<std::string> master_virtual_ip;
  std::optional<std::string> manager_core_api_version;
  std::optional<std::string> membership_state;  ///< as it came; `membership` reads it
  std::optional<std::string> cluster_state;     ///< "Offline", "Online", ...
  std::optional<std::chrono::seconds> statistic_interval;
  std::optional<std::string> exports;
  std::map<std::string, Capability, std::less<>> capabilities;  ///< by the agent's own names

  [[nodiscard]] Membership membership() const;
  /// A capability that is a flag, e.g. "HIGH_AVAILABILITY"; absent if it is missing or no flag.
  [[nodiscard]] std::optional<bool> can(std::string_view capability) const;
  /// A capability that is a number, e.g. "HVM_MAX_VNICS"; absent if it is missing or no number.
  [[nodiscard]] std::optional<std::int64_t> limit(std::string_view capability) const;
  /// Guest memory must be a multiple of this (VM_MEMORY_ALIGNMENT).
  [[nodiscard]] std::optional<Bytes> vm_memory_alignment() const;

  friend bool operator==(const ServerInfo&, const ServerInfo&) = default;
};

/// Reads a Discover_Server_Result. Errors: kBadReply if it is no such document, if it has no Server
/// element, or if an identity could not be part of a path; those of XmlDocument::parse.
[[nodiscard]] Result<ServerInfo> read_server_info(ValueView reply);

[[nodiscard]] Value describe(const Release& release);
[[nodiscard]] Value describe(const ServerInfo& server);

}  // namespace trestle::ovm3

#endif  // TRESTLE_OBJECTS_OVM3_SERVER_INFO_H_
