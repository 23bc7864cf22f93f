// SPDX-License-Identifier: Apache-2.0
#ifndef TRESTLE_INTEGRATION_OVM3_EXTENSION_H_
#define TRESTLE_INTEGRATION_OVM3_EXTENSION_H_

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "objects/core/call_context.h"
#include "objects/core/log.h"
#include "objects/core/result.h"
#include "objects/core/secret.h"

/// What CloudStack asks of an external orchestrator, for hosts of Oracle VM 3: requests and answers
/// as plain values, whatever text they travel in.
namespace trestle::ovm3 {

using Details = std::map<std::string, std::string, std::less<>>;

struct ExtensionNic {
  std::int64_t device_id = 0;
  std::string mac = {};
  std::string broadcast_uri = {};  ///< "vlan://1577", "vlan://untagged"
  std::string label = {};          ///< the traffic label, if there is one
};

/// One call of the program.
struct ExtensionRequest {
  std::string action = {};  ///< as the caller spelled it
  bool custom = false;      ///< an action that an admin has added

  // Details by level; they are not merged, since users may set the last two.
  Details extension = {};
  Details resourcemap = {};
  Details host = {};
  Details virtualmachine = {};
  Details vm_details = {};  ///< cloudstack.vm.details.details

  std::string vm_uuid = {};  ///< empty where no VM is involved
  std::string vm_name = {};
  std::string vm_state = {};  ///< as CloudStack believes
  std::optional<std::int64_t> cpus = std::nullopt;
  std::optional<std::int64_t> memory_bytes = std::nullopt;
  Secret vnc_password = {};
  std::vector<ExtensionNic> nics = {};

  std::string caller = {};       ///< empty where the server does not tell
  std::string caller_role = {};  ///< role type: "Admin", "User", ...
  Details parameters = {};       ///< of a custom action, as texts
};

struct ConsolePlace {
  std::string host;
  std::uint16_t port = 0;
  Secret password = {};
};

/// Rows of names and texts, for people.
using TextRow = std::vector<std::pair<std::string, std::string>>;

/// What to print after a success.
struct ExtensionAnswer {
  std::string message = {};
  std::optional<std::string> power_state = std::nullopt;
  std::optional<std::map<std::string, std::string>> power_states = std::nullopt;
  std::optional<ConsolePlace> console = std::nullopt;
  Details vm_details = {};  ///< to be kept with the VM (prepare)
  std::optional<std::vector<TextRow>> table = std::nullopt;
};

/// Time for one call: `work` ends first and leaves room to take back what failed in `undo`.
struct ExtensionTime {
  CallContext work;
  CallContext undo;
};

/// Power states as CloudStack spells them.
inline constexpr std::string_view kPowerOn = "PowerOn";
inline constexpr std::string_view kPowerOff = "PowerOff";
inline constexpr std::string_view kPowerUnknown = "PowerUnknown";

/// How long the actions of a ping may take, whatever the caller allows: the next one comes soon.
inline constexpr std::chrono::seconds kPingLimit{28};
[[nodiscard]] bool is_ping(std::string_view action);

/// Does what is asked. Errors: kUnimplemented naming an action that nobody knows or that the agent
/// cannot do; kInvalidArgument naming what is missing in the details and where to set it; those of
/// the helpers.
[[nodiscard]] Result<ExtensionAnswer> run_extension(const ExtensionTime& time, Log& log,
                                                    const ExtensionRequest& request);

/// The calls that run_extension would send, one line each: reads are really sent, changes are not.
[[nodiscard]] Result<std::vector<std::string>> explain_extension(const ExtensionTime& time,
                                                                 Log& log,
                                                                 const ExtensionRequest& request);

/// One thing that was looked at.
struct Finding {
  std::string what;
  bool good = true;
  std::string text;  ///< what was found, or what to do
};
/// Login, release, ownership, repository, bridge, template of the details in a request, as far as
/// one needs the other. Never fails: what is wrong is a finding.
[[nodiscard]] std::vector<Finding> check_extension(const ExtensionTime& time, Log& log,
                                                   const ExtensionRequest& request);

}  // namespace trestle::ovm3

#endif  // TRESTLE_INTEGRATION_OVM3_EXTENSION_H_
