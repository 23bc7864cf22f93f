// SPDX-License-Identifier: Apache-2.0
#ifndef TRESTLE_HELPERS_OVM3_NFS_MOUNTS_H_
#define TRESTLE_HELPERS_OVM3_NFS_MOUNTS_H_

#include <cstddef>
#include <map>
#include <string>

#include "helpers/ovm3/lanes.h"
#include "helpers/ovm3/storage_place.h"
#include "helpers/ovm3/work.h"
#include "objects/core/result.h"
#include "objects/core/thread_annotations.h"

namespace trestle::ovm3 {

/// Exports that one host mounts for the length of some work, each under an id that follows from
/// server and path: two jobs mount it once, the last one unmounts it. A handle that has gone stale
/// and a missing stamp (without which the storage plugin writes nothing) are repaired by mounting
/// anew. Thread-safe; no lock is held while the host works.
class NfsMounts {
 public:
  NfsMounts() = default;
  NfsMounts(const NfsMounts&) = delete;
  NfsMounts& operator=(const NfsMounts&) = delete;

  /// Mounts the export if it is not, proves that it can be read, and counts one user more. Errors:
  /// those of nfs_place and of the storage plugin; then nothing is counted, and what it mounted is
  /// unmounted again.
  [[nodiscard]] Result<NfsPlace> use(const Work& work, const std::string& location);
  /// One user less; the last one unmounts, unless a guest of this host has a disk there or somebody
  /// else is busy on it. Works within work.undo.
  [[nodiscard]] Result<void> release(const Work& work, const NfsPlace& place);

  /// How many use it now.
  [[nodiscard]] std::size_t users(const NfsPlace& place) const;

 private:
  void count(const std::string& mount_point, bool up);

  Lanes lanes_;
  mutable Mutex mutex_;
  std::map<std::string, std::size_t> users_ TRESTLE_GUARDED_BY(mutex_);
};

}  // namespace trestle::ovm3

#endif  // TRESTLE_HELPERS_OVM3_NFS_MOUNTS_H_
