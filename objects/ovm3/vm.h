// SPDX-License-Identifier: Apache-2.0
#ifndef TRESTLE_OBJECTS_OVM3_VM_H_
#define TRESTLE_OBJECTS_OVM3_VM_H_

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>

#include "objects/core/call_context.h"
#include "objects/core/ids.h"
#include "objects/core/result.h"
#include "objects/ovm3/agent.h"
#include "objects/ovm3/vm_config.h"
#include "objects/ovm3/vm_list.h"

namespace trestle::ovm3 {

enum class StopMode : std::uint8_t {
  kAskGuest,  ///< the guest shuts down by itself, or does not
  kForce,     ///< cut off at once, as by pulling the plug
};

enum class SaveMode : std::uint8_t {
  kEnd,         ///< the VM ends when its memory is on disk
  kCheckpoint,  ///< the VM goes on
};

struct MigrateOptions {
  bool live = true;  ///< false: frozen for the whole move
  bool ssl = false;  ///< true: the memory stream is encrypted
};

/// One VM of a host, by the repository that holds its vm.cfg and its identity. A handle: it caches
/// nothing, every call is a question to the agent. Cheap to copy; thread-safe as Agent is.
///
/// A call without result has succeeded when there is no fault, whatever it answers (known
/// defect 10). All calls give the errors of Agent::call; what is said below comes on top. None is
/// repeated by itself if it changes anything: after kDeadlineExceeded ask `live` before acting.
class Vm {
 public:
  Vm(Agent agent, RepositoryId repository, VmId id)
      : agent_(agent), repository_(std::move(repository)), id_(std::move(id)) {}

  [[nodiscard]] const RepositoryId& repository() const { return repository_; }
  [[nodiscard]] const VmId& id() const { return id_; }

  /// Writes the VM's folder and vm.cfg; does not start it.
  /// Errors: kInvalidArgument naming a key of a wrong type, before anything is sent;
  /// kAlreadyExists.
  [[nodiscard]] Result<void> create(const CallContext& ctx, const VmConfig& config) const;

  /// Sends only what changed; live keys take effect at once, the others at the next start
  /// (ConfigChange::at_next_start). Sends nothing if nothing changed.
  /// Errors: kInvalidArgument for a wrong type, or if keys are to be removed.
  [[nodiscard]] Result<void> configure(const CallContext& ctx, const ConfigChange& change) const;

  /// Replaces the stored configuration as a whole, overwriting what others changed meanwhile.
  /// Errors: kInvalidArgument naming a key of a wrong type.
  [[nodiscard]] Result<void> set_config(const CallContext& ctx, const VmConfig& config) const;

  /// The stored configuration. Errors: kNotFound if the agent knows no such VM.
  [[nodiscard]] Result<VmConfig> config(const CallContext& ctx) const;

  /// State and devices as they are now. Errors: kNotFound if the agent knows no such VM.
  [[nodiscard]] Result<VmInfo> live(const CallContext& ctx) const;

  /// Where its VNC server listens, which only the live list knows; absent if it has none now.
  /// Errors: as `live`.
  [[nodiscard]] Result<std::optional<VncLocation>> vnc(const CallContext& ctx) const;

  /// Boots it from its stored configuration.
  [[nodiscard]] Result<void> start(const CallContext& ctx) const;
  /// With kAskGuest the call may return before the guest is down: poll `live`.
  [[nodiscard]] Result<void> stop(const CallContext& ctx, StopMode mode) const;
  /// `wait` is how long the agent waits for the guest, in whole seconds. The VM may be missing from
  /// the list for a moment afterwards. Errors: kInvalidArgument for a negative wait.
  [[nodiscard]] Result<void> reboot(const CallContext& ctx, std::chrono::seconds wait) const;
  [[nodiscard]] Result<void> pause(const CallContext& ctx) const;
  [[nodiscard]] Result<void> unpause(const CallContext& ctx) const;
  /// Writes its memory to disk.
  [[nodiscard]] Result<void> save(const CallContext& ctx, SaveMode mode = SaveMode::kEnd) const;
  /// Brings a saved VM back, frozen if `paused`.
  [[nodiscard]] Result<void> restore(const CallContext& ctx, bool paused = false) const;

  /// Moves it to the host `destination`, a name or an address as this host reaches it; both must
  /// see the repository. Hosts take and give one VM at a time.
  /// Errors: kInvalidArgument if the destination is empty.
  [[nodiscard]] Result<void> migrate(const CallContext& ctx, const std::string& destination,
                                     const MigrateOptions& options = {}) const;
  /// Readies this host to receive the VM, and undoes that. Called on the destination's agent.
  [[nodiscard]] Result<void> setup_migration_target(const CallContext& ctx) const;
  [[nodiscard]] Result<void> cleanup_migration_target(const CallContext& ctx) const;

  /// Removes its folder and configuration; its disks stay. The agent does not refuse to remove the
  /// configuration of a VM that runs: look at `live` first.
  [[nodiscard]] Result<void> remove(const CallContext& ctx) const;

  /// Marks it to be restarted by the pool when its host fails, or takes the mark off.
  [[nodiscard]] Result<void> set_high_availability(const CallContext& ctx, bool enable) const;

  /// The memory dumps of the VM as the agent lists them: what stands in an item is not documented.
  /// Errors: kBadReply if the reply is no list.
  [[nodiscard]] Result<Array> cores(const CallContext& ctx) const;

 private:
  [[nodiscard]] tl::unexpected<Error> not_found(std::string_view service) const;

  Agent agent_;
  RepositoryId repository_;
  VmId id_;
};

/// Reads the reply of list_vm_core; nil is an empty list.
[[nodiscard]] Result<Array> read_cores(ValueView reply);

}  // namespace trestle::ovm3

#endif  // TRESTLE_OBJECTS_OVM3_VM_H_
