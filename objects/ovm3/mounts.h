// SPDX-License-Identifier: Apache-2.0
#ifndef TRESTLE_OBJECTS_OVM3_MOUNTS_H_
#define TRESTLE_OBJECTS_OVM3_MOUNTS_H_

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "objects/core/result.h"
#include "objects/wire/reply.h"
#include "objects/wire/value.h"

namespace trestle::ovm3 {

/// One mounted file system of a host.
struct Mount {
  std::string type;                   ///< the kernel's word: "nfs", "nfs4", "ocfs2", "rootfs"
  std::string dir;                    ///< where it is mounted
  std::optional<std::string> device;  ///< as it came: "host:/path", "/dev/mapper/...", "rootfs"
  std::optional<std::string> host;    ///< of an NFS device
  std::optional<std::string> remote_path;  ///< of an NFS device, as it came: may end in a slash
  std::vector<std::string> options;        ///< the kernel's, in its order

  /// The last name of `dir`, which is an identity below /OVS/Repositories and /nfsmnt.
  [[nodiscard]] std::string_view last_path_part() const;

  friend bool operator==(const Mount&, const Mount&) = default;
};

/// Reads a Discover_Mounted_File_Systems_Result; no mounts is an empty list.
/// Errors: kBadReply if it is no such document; those of XmlDocument::parse.
/// Source: recordings/ovm-3.2.1/discover_mounted_file_systems--nfs.xml.
[[nodiscard]] Result<std::vector<Mount>> read_mounts(ValueView reply);

[[nodiscard]] Value describe(const Mount& mount);

}  // namespace trestle::ovm3

#endif  // TRESTLE_OBJECTS_OVM3_MOUNTS_H_
