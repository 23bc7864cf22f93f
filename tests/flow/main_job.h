// SPDX-License-Identifier: Apache-2.0
#ifndef TRESTLE_TESTS_FLOW_MAIN_JOB_H_
#define TRESTLE_TESTS_FLOW_MAIN_JOB_H_

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "objects/core/result.h"
#include "objects/ovm3/release.h"
#include "objects/ovm3/storage_records.h"
#include "objects/ovm3/vm.h"
#include "tests/flow/flow_scene.h"

namespace trestle::flow {

/// The main job, told with the handles alone: two hosts are owned and pooled, storage is mounted, a
/// repository and a disk are made, a VM lives its life on both, and everything is given back.
class MainJob {
 public:
  explicit MainJob(simulator::Release release) : scene(2, release) {}

  struct Step {
    std::string_view name;
    Result<void> (MainJob::*run)();
  };
  static const std::vector<Step>& steps();

  /// All steps, up to the first that fails. kInternal is a step whose outcome is not what it should
  /// be although no call failed.
  Result<void> run();
  /// Name of the step that ran last.
  [[nodiscard]] std::string_view last_step() const { return last_step_; }
  /// Gives back whatever is there, in whatever state an interrupted job left it; errors are
  /// ignored.
  void clean_up();
  /// True if hosts and storage are as they were before the job; says what is not.
  [[nodiscard]] std::vector<std::string> left_over();

  FlowScene scene;

 private:
  Result<void> discover();
  Result<void> own();
  Result<void> set_roles();
  Result<void> make_pool();
  Result<void> mount_storage();
  Result<void> make_repository();
  Result<void> make_disk();
  Result<void> create_vm();
  Result<void> start_vm();
  Result<void> reboot_vm();
  Result<void> migrate_vm();
  Result<void> read_statistics();
  Result<void> stop_vm();
  Result<void> delete_vm();
  Result<void> delete_disk();
  Result<void> give_back_repository();
  Result<void> give_back_storage();
  Result<void> give_back_pool();
  Result<void> release_hosts();

  [[nodiscard]] ovm3::Vm vm(std::size_t host) const;
  [[nodiscard]] ovm3::VmConfig config() const;
  /// The state of the VM on a host: "running", ..., or "none".
  Result<std::string> power(std::size_t host);

  ovm3::Release release_;
  std::string_view last_step_;
};

}  // namespace trestle::flow

#endif  // TRESTLE_TESTS_FLOW_MAIN_JOB_H_
