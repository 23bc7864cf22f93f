// SPDX-License-Identifier: Apache-2.0
#ifndef TRESTLE_INTEGRATION_OVM3_STATE_ADAPTER_H_
#define TRESTLE_INTEGRATION_OVM3_STATE_ADAPTER_H_

#include <functional>
#include <optional>
#include <span>

#include "integration/contracts/discoverer.h"
#include "integration/contracts/resource_state_adapter.h"
#include "integration/ovm3/host_door.h"
#include "objects/core/log.h"

namespace trestle::ovm3 {

/// What the books hold of an Oracle VM 3 host when it comes and when it goes. Callable from any
/// thread.
class StateAdapter final : public contracts::ResourceStateAdapter {
 public:
  /// Gives the login on a host of the books again: address, user, password, settings. Errors are
  /// told to who removes the host.
  using Credentials =
      std::function<Result<contracts::DiscoveryRequest>(const contracts::HostRecord&)>;

  /// `door` and `log` must outlive it.
  StateAdapter(HostDoor& door, Credentials credentials, Log& log = no_log())
      : door_(door), credentials_(std::move(credentials)), log_(log) {}

  [[nodiscard]] Result<std::optional<contracts::HostRecord>> record_for(
      const contracts::HostRecord& known, std::span<const schema::Object> startup) override;

  /// The agent's side first, while our module still answers, then what prepare put on the host: the
  /// heartbeat goes with it.
  [[nodiscard]] Result<contracts::Removal> delete_host(const CallContext& ctx,
                                                       const contracts::HostRecord& host,
                                                       contracts::RemovalMode mode) override;

 private:
  HostDoor& door_;
  Credentials credentials_;
  Log& log_;
};

}  // namespace trestle::ovm3

#endif  // TRESTLE_INTEGRATION_OVM3_STATE_ADAPTER_H_
