// SPDX-License-Identifier: Apache-2.0
#ifndef TRESTLE_HELPERS_OVM3_TEMPLATE_SOURCE_H_
#define TRESTLE_HELPERS_OVM3_TEMPLATE_SOURCE_H_

#include <string>
#include <vector>

#include "helpers/ovm3/hosted_vm.h"
#include "objects/core/call_context.h"
#include "objects/core/result.h"
#include "objects/ovm3/agent.h"
#include "objects/ovm3/vm_config.h"

namespace trestle::ovm3 {

/// What a VM is copied from: images on the host, and the configuration that goes with them.
struct TemplateSource {
  VmConfig config = {};                 ///< empty where there is none
  std::vector<DiskConfig> images = {};  ///< `dev` is empty where the template does not say
};

/// Looks for `wanted` in the mounted repositories: a template's id, or the path of an image in a
/// folder Templates; with `any_image` also the name of a file in VirtualDisks (its ending may be
/// left out), or any path below /OVS/Repositories.
/// Errors: kNotFound that names it; kInvalidArgument for a path that leaves the repositories;
/// kPermissionDenied for one that leaves Templates; kFailedPrecondition for a template without an
/// image, or a file in VirtualDisks that is half a copy.
[[nodiscard]] Result<TemplateSource> find_template(const CallContext& ctx, const Agent& agent,
                                                   const Repositories& all,
                                                   const std::string& wanted, bool any_image);

/// The path of an ISO image by its name or its path in a folder ISOs. Errors: kNotFound,
/// kInvalidArgument, kPermissionDenied.
[[nodiscard]] Result<std::string> find_iso(const Repositories& all, const std::string& wanted);

/// A path below a mounted repository, without "..", as it came. Errors: kInvalidArgument.
[[nodiscard]] Result<std::string> repository_path(const Repositories& all, const std::string& path);

}  // namespace trestle::ovm3

#endif  // TRESTLE_HELPERS_OVM3_TEMPLATE_SOURCE_H_
