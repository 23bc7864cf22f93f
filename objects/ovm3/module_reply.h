// SPDX-License-Identifier: Apache-2.0
#ifndef TRESTLE_OBJECTS_OVM3_MODULE_REPLY_H_
#define TRESTLE_OBJECTS_OVM3_MODULE_REPLY_H_

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "objects/core/result.h"
#include "objects/core/units.h"
#include "objects/ovm3/field_table.h"
#include "objects/wire/reply.h"
#include "objects/wire/value.h"

/// What the calls of the CloudStack module answer. Every reader gives kBadReply if the reply is of
/// another kind than it can be; a blank number is absent.
namespace trestle::ovm3 {

/// How a command in a system VM ended. rc came as int on one host and as i8 on another
/// (known defect 25).
struct CommandResult {
  std::int64_t rc = 0;
  std::string out;
  std::string err;
  friend bool operator==(const CommandResult&, const CommandResult&) = default;
};

/// Figures of a host. The counters are those of one bridge; the module reads packets, not bytes,
/// and gives those received as "tx" and those sent as "rx", so their names here are the reply's.
struct HostStats {
  std::optional<double> cpu_busy_percent;
  std::optional<Bytes> free;   ///< memory of the hypervisor
  std::optional<Bytes> total;  ///< memory of the hypervisor
  std::optional<std::uint64_t> packets_named_rx;
  std::optional<std::uint64_t> packets_named_tx;
  friend bool operator==(const HostStats&, const HostStats&) = default;
};

/// Figures of a guest since it started. Network counters are read at the host's side of its
/// interfaces: what the host received there is what the guest sent.
struct GuestStats {
  std::optional<std::uint64_t> vcpus;
  std::optional<Seconds> cpu_time;
  std::optional<Seconds> uptime;
  std::optional<Bytes> disk_read;
  std::optional<Bytes> disk_written;
  std::optional<std::uint64_t> disk_reads;
  std::optional<std::uint64_t> disk_writes;
  std::optional<Bytes> host_received;
  std::optional<Bytes> host_sent;
  friend bool operator==(const GuestStats&, const GuestStats&) = default;
};

/// Answer of check_dom0_storage_health_check.
struct HeartbeatStart {
  bool was_running = false;
  bool started_now = false;
  friend bool operator==(const HeartbeatStart&, const HeartbeatStart&) = default;
};

/// An interface of a host as the Open vSwitch branch of the module describes it.
struct VswitchInterface {
  std::string name;
  std::string mac;
  std::string bridge;
  std::string ip;                              ///< empty if it has no address
  std::optional<std::uint64_t> prefix_length;  ///< "mask" in the reply
  friend bool operator==(const VswitchInterface&, const VswitchInterface&) = default;
};

enum class BridgeType : std::uint8_t { kLinuxBridge, kOpenVswitch };
/// "linuxbridge", "openvswitch".
std::string_view to_string(BridgeType type);

enum class MadeFolder : std::uint8_t { kMade, kExisted };

/// A plain boolean (known defect 9: anything that was not nil passed for true).
[[nodiscard]] Result<bool> read_module_flag(ValueView reply);
/// A text without white space at its ends.
[[nodiscard]] Result<std::string> read_module_text(ValueView reply);
/// Answer of get_vncport; absent for "0" and for a blank text: no port is known.
[[nodiscard]] Result<std::optional<std::uint16_t>> read_vnc_port(ValueView reply);
[[nodiscard]] Result<CommandResult> read_command_result(ValueView reply);
[[nodiscard]] Result<HostStats> read_host_stats(ValueView reply);
/// Times are seconds if they have a decimal point and nanoseconds if they are whole: both were
/// seen, and Python prints every float with a point.
[[nodiscard]] Result<GuestStats> read_guest_stats(ValueView reply);
[[nodiscard]] Result<HeartbeatStart> read_heartbeat_start(ValueView reply);
/// Absent for nil: there is no such interface.
[[nodiscard]] Result<std::optional<VswitchInterface>> read_vswitch_interface(ValueView reply);
[[nodiscard]] Result<BridgeType> read_bridge_type(ValueView reply);
/// nil is made, true is existed (known defect 10).
[[nodiscard]] Result<MadeFolder> read_made_folder(ValueView reply);

[[nodiscard]] Value describe(const CommandResult& result);
[[nodiscard]] Value describe(const HostStats& stats);
[[nodiscard]] Value describe(const GuestStats& stats);
[[nodiscard]] Value describe(const HeartbeatStart& start);
[[nodiscard]] Value describe(const VswitchInterface& interface);
[[nodiscard]] Value describe(BridgeType type);
[[nodiscard]] Value describe(MadeFolder made);
/// {"port"}.
[[nodiscard]] Value describe_vnc_port(std::optional<std::uint16_t> port);

}  // namespace trestle::ovm3

#endif  // TRESTLE_OBJECTS_OVM3_MODULE_REPLY_H_
