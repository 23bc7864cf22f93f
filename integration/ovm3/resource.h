// SPDX-License-Identifier: Apache-2.0
#ifndef TRESTLE_INTEGRATION_OVM3_RESOURCE_H_
#define TRESTLE_INTEGRATION_OVM3_RESOURCE_H_

#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "helpers/ovm3/heartbeat.h"
#include "integration/contracts/hypervisor_resource.h"
#include "integration/ovm3/managed_host.h"
#include "integration/schema/values.h"
#include "objects/core/log.h"
#include "objects/wire/transport.h"

namespace trestle::ovm3 {

/// The orchestrator's word for hosts of this kind.
inline constexpr std::string_view kPlatform = "Ovm3";

/// A host of Oracle VM 3 as contracts::HypervisorResource wants it. See there for threads. From a
/// ReadyCommand until the server leaves, every ping keeps the host's heartbeat going.
class Resource final : public contracts::HypervisorResource {
 public:
  /// Makes the way to a host out of its settings; the door decides how (TLS, pins, a simulator).
  using Connector =
      std::function<Result<std::unique_ptr<Transport>>(const contracts::Configuration&)>;

  /// `log` and `orchestrator` must outlive it; the latter is null where nobody can be asked back.
  explicit Resource(Connector connect, Log& log = no_log(),
                    contracts::Orchestrator* orchestrator = nullptr)
      : connect_(std::move(connect)), log_(log), orchestrator_(orchestrator) {}

  [[nodiscard]] Result<void> configure(const contracts::Configuration& configuration) override;
  [[nodiscard]] Result<std::vector<schema::Object>> initialize(const CallContext& ctx) override;
  [[nodiscard]] Result<schema::Object> current_status(const CallContext& ctx) override;
  [[nodiscard]] schema::Object execute(const CallContext& ctx,
                                       const schema::Object& command) override;
  void disconnected() override;
  [[nodiscard]] std::string platform() const override { return std::string(kPlatform); }

  /// The host, nullptr before configure.
  [[nodiscard]] ManagedHost* host() const { return host_.get(); }

 private:
  void note_session(const schema::Object& command);

  Connector connect_;
  Log& log_;
  HeartbeatKeeper heartbeat_;
  contracts::Orchestrator* orchestrator_;
  std::unique_ptr<Transport> transport_;
  std::unique_ptr<ManagedHost> host_;  // after the transport, which it uses
};

}  // namespace trestle::ovm3

#endif  // TRESTLE_INTEGRATION_OVM3_RESOURCE_H_
