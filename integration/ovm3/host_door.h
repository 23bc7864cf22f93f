// SPDX-License-Identifier: Apache-2.0
#ifndef TRESTLE_INTEGRATION_OVM3_HOST_DOOR_H_
#define TRESTLE_INTEGRATION_OVM3_HOST_DOOR_H_

#include <memory>
#include <optional>
#include <string>

#include "integration/contracts/discoverer.h"
#include "objects/core/call_context.h"
#include "objects/core/result.h"
#include "objects/wire/transport.h"

namespace trestle::ovm3 {

/// What the login on a host shows without changing anything.
struct HostSight {
  std::string release;         ///< text of /etc/ovs-release; empty if there is none
  std::string agent_url;       ///< empty if there is no agent
  std::string agent_pin = {};  ///< of its key, "sha256//..."; empty without TLS
};

/// What a deployment did.
struct HostDeployment {
  bool changed = false;
};

/// The way to a host that is not in the books yet: a login, and its agent. The seam between the
/// discoverer and SSH. Callable from any thread.
class HostDoor {
 public:
  HostDoor() = default;
  HostDoor(const HostDoor&) = delete;
  HostDoor& operator=(const HostDoor&) = delete;
  virtual ~HostDoor() = default;

  /// Looks over SSH. Errors: those of the login.
  [[nodiscard]] virtual Result<HostSight> look(const CallContext& ctx,
                                               const contracts::DiscoveryRequest& request) = 0;
  /// The agent at the place that `look` saw, trusted by the key that was read there.
  [[nodiscard]] virtual Result<std::unique_ptr<Transport>> agent(
      const contracts::DiscoveryRequest& request, const HostSight& sight) = 0;
  /// Puts our module on the host, or finds it there. Undoes what it did if it fails.
  [[nodiscard]] virtual Result<HostDeployment> prepare(
      const CallContext& ctx, const contracts::DiscoveryRequest& request) = 0;
  /// Takes off what prepare put there, the heartbeat too.
  [[nodiscard]] virtual Result<void> unprepare(const CallContext& ctx,
                                               const contracts::DiscoveryRequest& request) = 0;
};

}  // namespace trestle::ovm3

#endif  // TRESTLE_INTEGRATION_OVM3_HOST_DOOR_H_
