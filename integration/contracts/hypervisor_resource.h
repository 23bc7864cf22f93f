// SPDX-License-Identifier: Apache-2.0
#ifndef TRESTLE_INTEGRATION_CONTRACTS_HYPERVISOR_RESOURCE_H_
#define TRESTLE_INTEGRATION_CONTRACTS_HYPERVISOR_RESOURCE_H_

#include <string>
#include <vector>

#include "integration/contracts/configuration.h"
#include "objects/core/call_context.h"
#include "objects/core/result.h"

namespace trestle::schema {
class Object;  // a command or an answer; integration/schema/values.h
}  // namespace trestle::schema

namespace trestle::contracts {

/// One host, as an orchestrator drives it. Life: configure once, initialize at each connect, then
/// current_status and execute, disconnected when the link is gone; after that initialize may come
/// again. `execute` and `current_status` may be called from any thread, also at the same time; the
/// others not beside any call.
class HypervisorResource {
 public:
  HypervisorResource() = default;
  HypervisorResource(const HypervisorResource&) = delete;
  HypervisorResource& operator=(const HypervisorResource&) = delete;
  virtual ~HypervisorResource() = default;

  /// Takes the settings. Asks the host nothing and changes nothing there. Errors: kInvalidArgument
  /// naming every bad setting at once.
  [[nodiscard]] virtual Result<void> configure(const Configuration& configuration) = 0;

  /// Looks at the host and gives the startup commands (StartupRoutingCommand first) by which the
  /// orchestrator will know it. Makes ready what commands need; doing it twice changes nothing.
  /// Errors: those of the agent; kFailedPrecondition naming what an operator has to put right.
  [[nodiscard]] virtual Result<std::vector<schema::Object>> initialize(const CallContext& ctx) = 0;

  /// What a ping carries: a PingRoutingCommand with the power states seen now. Asking changes no
  /// VM; of what it said only the last report is kept, for VMs whose command is under way. What the
  /// server readied by ReadyCommand and a reboot of the host ended (its heartbeat) is started
  /// again. Errors: those of the agent. A host that cannot be read gives an error and no report,
  /// never an empty one: to CloudStack an empty report says that every VM is gone.
  [[nodiscard]] virtual Result<schema::Object> current_status(const CallContext& ctx) = 0;

  /// Does one command and gives its answer. Never fails by itself: a failure is an answer with
  /// `result` false and the whole chain of causes in `details`; a command nobody knows gets an
  /// UnsupportedAnswer with its name. Repeating a command gives the same end and says so. Waits no
  /// longer than the context allows, and then says that the outcome is not known, if it is not.
  [[nodiscard]] virtual schema::Object execute(const CallContext& ctx,
                                               const schema::Object& command) = 0;

  /// The link to the orchestrator is gone. Commands that run are finished; nothing on the host is
  /// undone. Does not wait.
  virtual void disconnected() = 0;

  /// "Ovm3": the word by which the orchestrator knows hosts of this kind.
  [[nodiscard]] virtual std::string platform() const = 0;
};

}  // namespace trestle::contracts

#endif  // TRESTLE_INTEGRATION_CONTRACTS_HYPERVISOR_RESOURCE_H_
