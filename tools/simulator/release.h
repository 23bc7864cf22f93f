// SPDX-License-Identifier: Apache-2.0
#ifndef TRESTLE_TOOLS_SIMULATOR_RELEASE_H_
#define TRESTLE_TOOLS_SIMULATOR_RELEASE_H_

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace trestle::simulator {

/// Release of Oracle VM Server that a host plays.
enum class Release : std::uint8_t { k321, k331, k34 };

/// What differs between releases, stated once. Sources: the recordings of 3.2.1 and 3.4.1 and the
/// version table of the agent reference.
struct ReleaseProfile {
  Release release;
  std::string_view name;           ///< "3.2.1", "3.3.1", "3.4"
  std::string_view agent_version;  ///< "3.2.1-183"
  std::string_view ovm_version;    ///< "3.2.1-517"
  std::string_view os_major;
  std::string_view os_minor;
  std::string_view kernel_release;
  std::string_view kernel_version;
  std::string_view xen_minor;  ///< Xen is 4.<minor><extra>
  std::string_view xen_extra;
  std::string_view manager_core_api;
  bool python24;                      ///< faults are "exceptions.X:..." without <type '...'>
  bool ownership_is_struct;           ///< take_ownership has one struct
  bool password_needs_old;            ///< update_agent_password has a third argument
  bool vlan_bridge_says_added;        ///< reply of ovs_vlan_bridge start
  bool restarts_when_owned;           ///< the agent is away for 2 s after take_ownership
  bool virtual_ip_optional;           ///< a pool may be without a virtual address
  bool checks_paths;                  ///< 404 for a path that is no API path
  std::uint32_t min_restart_seconds;  ///< xend destroys a guest that reboots sooner; lowered
                                      ///< from 3.3.1 on, here to 0 (guests boot in milliseconds)
};

[[nodiscard]] const ReleaseProfile& profile(Release release);
/// "3.2.1", "3.2", "3.3.1", "3.3", "3.4", "3.4.1"; absent for any other text.
[[nodiscard]] std::optional<Release> parse_release(std::string_view text);
[[nodiscard]] std::string_view to_string(Release release);

/// An exception that a service raises. The text form on the wire depends on the host's release.
struct Fault {
  std::string class_name;  ///< "exceptions.OSError", "agent.lib.filelock.LockError"
  std::string text;

  friend bool operator==(const Fault&, const Fault&) = default;
};

/// "exceptions.OSError:..." on 3.2, "<type 'exceptions.OSError'>:..." and "<class 'agent...'>:..."
/// on later releases.
[[nodiscard]] std::string fault_string(const Fault& fault, Release release);

/// exceptions.Exception with the text.
[[nodiscard]] Fault exception(std::string text);
/// exceptions.OSError "[Errno N] message: 'path'", message of the system's errno.
[[nodiscard]] Fault os_error(int errno_value, std::string_view path);
/// exceptions.RuntimeError of a helper program that failed:
/// "Command: ['a', 'b'] failed (1): stderr: MESSAGE".
[[nodiscard]] Fault command_failed(std::string_view argv, int status, std::string_view message);

}  // namespace trestle::simulator

#endif  // TRESTLE_TOOLS_SIMULATOR_RELEASE_H_
