// SPDX-License-Identifier: Apache-2.0
#ifndef TRESTLE_HELPERS_OVM3_PROVISION_H_
#define TRESTLE_HELPERS_OVM3_PROVISION_H_

#include "helpers/ovm3/vm_spec.h"
#include "objects/core/call_context.h"
#include "objects/core/log.h"
#include "objects/core/result.h"
#include "objects/ovm3/agent.h"

namespace trestle::ovm3 {

/// What came of a request for a VM.
struct Provisioned {
  RepositoryId repository;
  VmId id;
  bool made = false;  ///< false: it was there already
};

/// Makes the VM and starts it; afterwards it runs, and there is one of it.
///
/// - One that is complete is started if it does not run. One that another request is making is
///   waited for; one whose maker is dead (making.h) is removed and made anew.
/// - Name, memory, template, image, networks and repository are checked before anything is made.
/// - What fails half-way is removed again within `undo`; the first error is reported. What could
///   not be removed is found by the next request for this VM, or by its removal.
/// - After a kill the next request finishes the work: nothing is remembered but on the host.
///
/// `ctx` bounds the work, `undo` the removal after a failure; its deadline is the later one.
/// Errors: kAlreadyExists for a name that another VM bears; kResourceExhausted for memory or space;
/// kNotFound for template, image or network; kAborted if another request removed it meanwhile.
[[nodiscard]] Result<Provisioned> provision(const CallContext& ctx, const CallContext& undo,
                                            const Agent& agent, Log& log, const VmSpec& spec);

}  // namespace trestle::ovm3

#endif  // TRESTLE_HELPERS_OVM3_PROVISION_H_
