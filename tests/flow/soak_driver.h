// SPDX-License-Identifier: Apache-2.0
#ifndef TRESTLE_TESTS_FLOW_SOAK_DRIVER_H_
#define TRESTLE_TESTS_FLOW_SOAK_DRIVER_H_

#include <array>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <map>
#include <optional>
#include <random>
#include <string>
#include <string_view>
#include <vector>

#include "objects/core/result.h"
#include "objects/ovm3/storage_records.h"
#include "objects/ovm3/vm.h"
#include "tests/flow/flow_scene.h"

namespace trestle::flow {

/// What the driver knows of a file or a folder on the hosts. After a call whose outcome is unknown
/// it knows nothing until it has looked.
enum class Known : std::uint8_t { kAbsent, kPresent, kUnknown };

/// Does random things to five hosts through the handles, as an orchestrator would: after an unknown
/// outcome it asks before it acts again, and it starts a VM only where it has seen it nowhere.
/// Everything follows from the seed.
class SoakDriver {
 public:
  static constexpr std::size_t kHosts = 5;
  static constexpr std::size_t kVms = 12;

  explicit SoakDriver(std::uint64_t seed);

  /// One random step, then the invariants. Says what is broken.
  [[nodiscard]] std::vector<std::string> step();

  /// The last few steps, one to a line, for a person who looks for what broke an invariant.
  [[nodiscard]] std::string trail() const;
  /// Over every reply of list_vms, every outcome and every error text so far.
  [[nodiscard]] std::uint64_t digest() const { return digest_; }
  [[nodiscard]] const std::map<std::string, std::uint64_t>& outcomes() const { return outcomes_; }

 private:
  struct Vm {
    std::string name;
    Known disk = Known::kAbsent;
    Known config = Known::kAbsent;
  };
  struct Operation {
    std::string_view name;
    Result<void> (SoakDriver::*run)();
  };
  static const std::array<Operation, 17>& operations();

  void set_up();
  void set_rules(std::uint64_t seed);

  // Operations. Each picks its own host and VM.
  Result<void> make_disk();
  Result<void> destroy_disk();
  Result<void> look_at_disk();
  Result<void> create_vm();
  Result<void> configure_vm();
  Result<void> delete_vm();
  Result<void> look_at_config();
  Result<void> start_vm();
  Result<void> stop_vm();
  Result<void> kill_vm();
  Result<void> reboot_vm();
  Result<void> pause_vm();
  Result<void> unpause_vm();
  Result<void> migrate_vm();
  Result<void> change_bridge();
  Result<void> cut_power();
  Result<void> let_time_pass();

  std::size_t pick(std::size_t count);
  std::size_t pick_host() { return 1 + pick(kHosts); }
  Vm& pick_vm() { return vms_[pick(kVms)]; }
  [[nodiscard]] ovm3::Vm handle(std::size_t host, const Vm& vm) const;
  [[nodiscard]] bool is_on(std::size_t host);
  /// Hosts on which the VM is listed now; an error if a living host does not tell.
  Result<std::vector<std::size_t>> where_is(const Vm& vm);
  /// The one host that runs the VM; absent if none does.
  Result<std::optional<std::size_t>> host_of(const Vm& vm);

  // Invariants.
  [[nodiscard]] std::vector<std::string> broken();
  void check_lists(std::vector<std::string>& out);
  void check_disks(std::vector<std::string>& out);

  void absorb(std::string_view text);
  void note(const std::string& line);

  FlowScene scene_;
  std::mt19937_64 random_;
  std::vector<Vm> vms_;
  std::uint64_t digest_ = 14'695'981'039'346'656'037U;  // FNV-1a's offset
  std::map<std::string, std::uint64_t> outcomes_;
  std::deque<std::string> trail_;
  std::size_t first_sent_ = 0;  ///< of this step
};

}  // namespace trestle::flow

#endif  // TRESTLE_TESTS_FLOW_SOAK_DRIVER_H_
