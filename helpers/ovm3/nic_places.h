// SPDX-License-Identifier: Apache-2.0
#ifndef TRESTLE_HELPERS_OVM3_NIC_PLACES_H_
#define TRESTLE_HELPERS_OVM3_NIC_PLACES_H_

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "helpers/ovm3/network_map.h"
#include "helpers/ovm3/vm_spec.h"
#include "objects/core/call_context.h"
#include "objects/core/ids.h"
#include "objects/core/log.h"
#include "objects/core/result.h"
#include "objects/ovm3/agent.h"

/// Bridges for the NICs of VMs: made when a VM needs them, removed when the last one has left.
///
/// The order that is safe beside other VMs and other processes: `plan_places`, write the bridges
/// into vm.cfg, `make_places`, start; and after a VM has gone (its vm.cfg removed or its NIC taken
/// out), `release_places`. Whoever releases reads the vm.cfg of whoever starts.
///
/// What is made bears a note (the agent's metadata of an interface), and only what bears it is ever
/// removed: a VLAN that somebody else made stays, whatever its name. See adr/0002.
namespace trestle::ovm3 {

/// The note on a bridge that was made here.
inline constexpr std::string_view kMadeHere = "trestle:made-for-vms";

/// What every function here needs beside a context.
struct PlaceHost {
  Agent agent;
  Log& log;
  /// The host's own; NICs without a label go to the bridge that has it. Empty: the one that the
  /// host is registered with.
  std::string address = {};
  /// The bridge of link-local traffic to system VMs. Whenever a NIC goes there, make_places checks
  /// it and puts it right (system_vm.h). Empty: there are no system VMs.
  std::string control = {};
  /// Guid that it marks its VMs with (vm_mark.h): a VM marked by another host is no user here.
  std::string mark = {};
};

/// Bridges for `nics`, in their order; one look at the host, which changes nothing. Errors: as
/// plan_bridge, naming the NIC.
[[nodiscard]] Result<std::vector<BridgePlan>> plan_places(const CallContext& ctx,
                                                          const PlaceHost& host,
                                                          const std::vector<NicSpec>& nics);

/// Makes what is not there yet, and gives the names of the bridges that this call made. When one
/// fails, those made before are taken away again (with `undo`), unless somebody uses them by now.
[[nodiscard]] Result<std::vector<std::string>> make_places(const CallContext& ctx,
                                                           const CallContext& undo,
                                                           const PlaceHost& host,
                                                           const std::vector<BridgePlan>& plans);

struct Places {
  std::vector<std::string> bridges = {};  ///< one for each NIC
  std::vector<std::string> made = {};     ///< by this call: what an undo hands to release_places
};

/// Both of the above.
[[nodiscard]] Result<Places> ensure_places(const CallContext& ctx, const CallContext& undo,
                                           const PlaceHost& host, const std::vector<NicSpec>& nics);

/// Removes those of `bridges` that were made here and that no VM uses any more (bridge_users.h);
/// `leaving` is a VM that does not count. One that gets a user while it is removed is made again.
/// Gives the names of what was removed; what stays is logged with its reason. Errors: those of
/// asking; a bridge that could not be removed, after the others were tried.
[[nodiscard]] Result<std::vector<std::string>> release_places(
    const CallContext& ctx, const PlaceHost& host, const std::vector<std::string>& bridges,
    const std::optional<VmId>& leaving = std::nullopt);

/// What is wrong with a traffic label.
struct LabelFault {
  std::string label = {};
  std::string why = {};
  friend bool operator==(const LabelFault&, const LabelFault&) = default;
};
/// The labels that lead nowhere on this host, each once, in the order given. Reads only. Errors:
/// those of asking.
[[nodiscard]] Result<std::vector<LabelFault>> check_labels(const CallContext& ctx,
                                                           const PlaceHost& host,
                                                           const std::vector<std::string>& labels);

/// The names of the bridges of a configuration or of live VIFs, each once: what to release.
[[nodiscard]] std::vector<std::string> bridges_of(const std::vector<VifConfig>& vifs);
/// The names of planned bridges, one for each plan, in their order.
[[nodiscard]] std::vector<std::string> bridges_of(const std::vector<BridgePlan>& plans);

}  // namespace trestle::ovm3

#endif  // TRESTLE_HELPERS_OVM3_NIC_PLACES_H_
