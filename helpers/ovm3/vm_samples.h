// SPDX-License-Identifier: Apache-2.0
#ifndef TRESTLE_HELPERS_OVM3_VM_SAMPLES_H_
#define TRESTLE_HELPERS_OVM3_VM_SAMPLES_H_

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "objects/core/thread_annotations.h"
#include "objects/ovm3/module_reply.h"
#include "objects/ovm3/vm_list.h"

namespace trestle::ovm3 {

/// The counters of a domain at one moment, and what they were counted over.
struct VmSample {
  GuestStats stats;
  std::optional<std::int64_t> domid = std::nullopt;
  std::vector<std::string> devices = {};  ///< MAC addresses and images
};
[[nodiscard]] VmSample sample_of(const VmInfo& live, GuestStats stats);

/// What a guest did between two samples: amounts, not rates, as the server adds them up.
struct VmActivity {
  double cpu_percent = 0;  ///< of all its vCPUs together, 0 to 100
  double net_read_kib = 0;
  double net_written_kib = 0;
  double disk_reads = 0;
  double disk_writes = 0;
  double disk_read_kib = 0;
  double disk_written_kib = 0;
  friend bool operator==(const VmActivity&, const VmActivity&) = default;
};

/// The difference of two samples. Absent if they cannot be compared: another domain, one that was
/// restarted, other devices, or no time in between (known defect 124). Network counters are those
/// of the host's side, so that what the host received is what the guest wrote; one that has become
/// smaller has wrapped at 32 bits (known defect 125). Pure.
[[nodiscard]] std::optional<VmActivity> activity_between(const VmSample& before,
                                                         const VmSample& now);

/// The last sample of each VM of a host. Thread-safe.
class VmSamples {
 public:
  /// What the VM did since its last sample, in whose place this one comes. Absent for the first
  /// one, and where activity_between is. Of two samples at one moment the first stays.
  [[nodiscard]] std::optional<VmActivity> put(const std::string& name, VmSample now);
  /// Forgets all VMs but those of these domains.
  void keep_only(const std::vector<VmInfo>& living);
  [[nodiscard]] std::size_t size() const;

 private:
  mutable Mutex mutex_;
  std::map<std::string, VmSample, std::less<>> last_ TRESTLE_GUARDED_BY(mutex_);
};

}  // namespace trestle::ovm3

#endif  // TRESTLE_HELPERS_OVM3_VM_SAMPLES_H_
