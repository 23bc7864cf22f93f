// SPDX-License-Identifier: Apache-2.0
#ifndef TRESTLE_HELPERS_OVM3_VM_FILES_H_
#define TRESTLE_HELPERS_OVM3_VM_FILES_H_

#include <string>
#include <string_view>
#include <vector>

#include "helpers/ovm3/hosted_vm.h"
#include "helpers/ovm3/vm_mark.h"
#include "objects/core/call_context.h"
#include "objects/core/ids.h"
#include "objects/core/log.h"
#include "objects/core/result.h"
#include "objects/core/units.h"
#include "objects/ovm3/agent.h"

/// Files that belong to a VM: disks in VirtualDisks whose names begin with its id, and the marker
/// file in its folder. Everything here may be done twice.
namespace trestle::ovm3 {

/// "ID-TAG-0.img": the tag keeps the files of two attempts apart, so that one that is cut off late
/// never removes what the other one made.
[[nodiscard]] std::string disk_file(const VmId& id, std::string_view tag, std::size_t index);
/// Paths of all files in VirtualDisks that begin with the VM's id.
[[nodiscard]] std::vector<std::string> own_files(const RepositoryContents& contents,
                                                 const VmId& id);

/// Makes an empty, sparse file. The file system is mounted for the storage plugin first if it is
/// not yet, since the plugin writes nowhere else. Errors: the agent's, of the first call.
[[nodiscard]] Result<void> create_disk(const CallContext& ctx, const Agent& agent,
                                       const RepositoryRecord& record, const std::string& path,
                                       Bytes size);
/// Size of a file. Errors: kNotFound.
[[nodiscard]] Result<Bytes> file_size(const CallContext& ctx, const Agent& agent,
                                      const Repositories& all, const std::string& path);
/// Removes a file of a mounted repository; one that is not there is done.
[[nodiscard]] Result<void> destroy_file(const CallContext& ctx, const Agent& agent,
                                        const Repositories& all, const std::string& path);

/// Removes the disks of a VM: the writable images of its configuration that lie in VirtualDisks
/// and all files that bear its id. What is shared, read-only, elsewhere or in use by another
/// domain of this host stays, and the log says so. Errors: of the first file that could not be
/// removed; the others were tried.
[[nodiscard]] Result<void> destroy_disks(const CallContext& ctx, const Agent& agent, Log& log,
                                         const Repositories& all, const RepositoryId& repository,
                                         const VmId& id, const VmConfig& config);

/// Puts the marker into the VM's folder and takes away those of other hosts or earlier stages,
/// which `files` (the names in the folder) tells. The file is a copy of vm.cfg: the agent has no
/// call that makes an empty file everywhere.
[[nodiscard]] Result<void> set_marker(const CallContext& ctx, const Agent& agent,
                                      const Repositories& all, const RepositoryId& repository,
                                      const VmId& id, const VmMarker& marker,
                                      const std::vector<std::string>& files);

/// The names in the folder of a VM; empty if there is none.
[[nodiscard]] std::vector<std::string> files_of(const Repositories& all,
                                                const RepositoryId& repository, const VmId& id);

}  // namespace trestle::ovm3

#endif  // TRESTLE_HELPERS_OVM3_VM_FILES_H_
