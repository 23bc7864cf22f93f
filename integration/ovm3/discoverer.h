// SPDX-License-Identifier: Apache-2.0
#ifndef TRESTLE_INTEGRATION_OVM3_DISCOVERER_H_
#define TRESTLE_INTEGRATION_OVM3_DISCOVERER_H_

#include <string>

#include "integration/contracts/discoverer.h"
#include "integration/contracts/orchestrator.h"
#include "integration/ovm3/host_door.h"
#include "objects/core/log.h"

namespace trestle::ovm3 {

/// Finds Oracle VM 3 hosts. Looks at everything before it changes anything: another platform,
/// another owner and a host in the books are told before the host is touched. Callable from any
/// thread.
class Discoverer final : public contracts::Discoverer {
 public:
  /// All must outlive it, and the resources that it finds: these ask the books back.
  Discoverer(HostDoor& door, contracts::Orchestrator& books, Log& log = no_log())
      : door_(door), books_(books), log_(log) {}

  [[nodiscard]] Result<contracts::Discovery> find(
      const CallContext& ctx, const contracts::DiscoveryRequest& request) override;
  [[nodiscard]] std::string platform() const override;

 private:
  HostDoor& door_;
  contracts::Orchestrator& books_;
  Log& log_;
};

}  // namespace trestle::ovm3

#endif  // TRESTLE_INTEGRATION_OVM3_DISCOVERER_H_
