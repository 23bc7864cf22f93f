// SPDX-License-Identifier: Apache-2.0
#ifndef TRESTLE_HELPERS_OVM3_VM_MARK_H_
#define TRESTLE_HELPERS_OVM3_VM_MARK_H_

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "objects/core/ids.h"
#include "objects/core/result.h"
#include "objects/ovm3/vm_config.h"

/// How a VM on a host is tied to the orchestrator's VM that it was made for. The tie lives on the
/// agent's side only, so that any server of the orchestrator finds it:
///
/// - in key OVM_description of vm.cfg, as words beside whatever else stands there:
///   `cloudstack-uuid=UUID`, while the VM is being made `cloudstack-making=ATTEMPT@SECONDS`, and
///   where an agent command started it `cloudstack-host=GUID`;
/// - in the name of a file in the VM's folder: `cloudstack.on.HOST.NAME` once it is complete,
///   `cloudstack.making.HOST.NAME` before that. The agent lists these names for all VMs in one
///   call, where reading a thousand configurations would need a thousand calls.
namespace trestle::ovm3 {

/// A UUID in the one form that is stored and compared: lower case, with dashes.
/// Errors: kInvalidArgument.
[[nodiscard]] Result<std::string> canonical_uuid(std::string_view text);

/// The id of the VM that is made for this UUID: who repeats a request names the same VM, and two at
/// once collide instead of making two. `uuid` is a canonical one.
[[nodiscard]] VmId vm_id_for(const std::string& uuid);

/// The words in OVM_description.
struct VmMark {
  std::string uuid = {};     ///< canonical
  std::string attempt = {};  ///< who is making it now; empty once it is complete
  std::int64_t beat = 0;     ///< seconds since 1970 on the host's clock when the maker last said so
  std::string host = {};     ///< guid of the host that it was last started on; empty if not said

  [[nodiscard]] bool complete() const { return attempt.empty(); }
  friend bool operator==(const VmMark&, const VmMark&) = default;
};

/// Absent if the configuration has no mark, or one that cannot be read.
[[nodiscard]] std::optional<VmMark> read_mark(const VmConfig& config);
/// Whether a description has the words of a mark: the list of domains tells it of those that run.
[[nodiscard]] bool bears_mark(std::string_view description);
/// OVM_description with this mark in place of the one it had; other words stay.
[[nodiscard]] std::string description_with(const VmConfig& config, const VmMark& mark);

/// The name of a marker file, taken apart.
struct VmMarker {
  bool complete = true;
  std::string host = {};  ///< the host's Unique_Id, 32 lower-case digits
  std::string name = {};  ///< the orchestrator's name of the VM

  [[nodiscard]] std::string file() const;
  friend bool operator==(const VmMarker&, const VmMarker&) = default;
};
[[nodiscard]] std::optional<VmMarker> read_marker(std::string_view file);

/// "44:45:4C:..." as 32 lower-case digits. Errors: kFailedPrecondition if the host tells none.
[[nodiscard]] Result<std::string> host_key(const std::optional<std::string>& unique_id);

}  // namespace trestle::ovm3

#endif  // TRESTLE_HELPERS_OVM3_VM_MARK_H_
