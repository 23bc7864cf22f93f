// SPDX-License-Identifier: Apache-2.0
#ifndef TRESTLE_HELPERS_OVM3_MIGRATION_H_
#define TRESTLE_HELPERS_OVM3_MIGRATION_H_

#include <functional>
#include <string>
#include <vector>

#include "helpers/ovm3/instance.h"
#include "objects/core/call_context.h"
#include "objects/core/log.h"
#include "objects/core/result.h"
#include "objects/ovm3/agent.h"

/// Moving VMs between hosts while they run. A VM is never stopped on the way: what cannot be moved
/// stays where it is.
namespace trestle::ovm3 {

/// Readies this host to receive the VM: its configuration and the repositories of its disks are in
/// sight, memory and CPUs suffice, its bridges are there under the names it knows; then the agent's
/// own set-up. What was made is taken back when any of it fails (known defect 99). Gives what was
/// found, for people. Errors: kFailedPrecondition or kResourceExhausted naming what is missing.
[[nodiscard]] Result<std::string> prepare_migration(const CallContext& ctx, const CallContext& undo,
                                                    const Agent& agent, Log& log,
                                                    const InstanceSpec& spec);

/// Undoes the agent's set-up on a host that does not receive the VM after all. One that was not set
/// up is done.
[[nodiscard]] Result<void> forget_migration(const CallContext& ctx, const Vm& vm);

/// A move that is wanted.
struct MoveOrder {
  std::string name;          ///< of the VM
  std::string destination;   ///< as this host reaches it
  std::string to_host = {};  ///< guid of the destination, which the VM is marked with
};

/// What is known of the VM on its destination.
enum class Arrival { kRuns, kDoesNotRun, kCannotTell };
using AskDestination = std::function<Arrival(const CallContext&)>;

struct MoveOutcome {
  bool was_there = false;  ///< it had moved before; then its mark says so if nobody is asked
  Arrival arrival = Arrival::kCannotTell;
  std::string note = {};                  ///< what went on degraded; empty if nothing did
  std::vector<std::string> bridges = {};  ///< that it used here
};

/// Moves it live, looks that it is gone here, and asks the destination (known defect 98). A host
/// that is busy with another move is asked again until the deadline; hosts give one at a time.
/// `undo` is for looking where the VM is when no answer came. One that does not run here has moved
/// before if the destination runs it, or cannot tell and its mark names it. Errors: kNotFound if it
/// does not run here and has not moved; the agent's, saying whether the VM still runs here or
/// whether its whereabouts are not known; kInternal if it has left and does not run there.
[[nodiscard]] Result<MoveOutcome> move_instance(const CallContext& ctx, const CallContext& undo,
                                                const Agent& agent, Log& log,
                                                const MoveOrder& order, const AskDestination& ask);

}  // namespace trestle::ovm3

#endif  // TRESTLE_HELPERS_OVM3_MIGRATION_H_
