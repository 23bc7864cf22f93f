// SPDX-License-Identifier: Apache-2.0
#ifndef TRESTLE_OBJECTS_OVM3_OWNERSHIP_H_
#define TRESTLE_OBJECTS_OVM3_OWNERSHIP_H_

#include <string>

#include "objects/core/call_context.h"
#include "objects/core/ids.h"
#include "objects/core/result.h"
#include "objects/core/secret.h"
#include "objects/ovm3/agent.h"
#include "objects/ovm3/release.h"

namespace trestle::ovm3 {

/// Who takes a host over, and where the host then reports to. URLs are secrets because they may
/// hold a password ("https://user:password@manager:7002/..."). Which members are used depends on
/// the release of the host.
struct Owner {
  ManagerId manager;
  Secret core_api_url = {};  ///< 3.2; empty is fine
  /// 3.3 and later: the host pushes events and statistics there from now on, so these must be
  /// answered or harmless.
  Secret event_url = {};
  Secret statistic_url = {};
  /// 3.3 and later: PEM texts. "None" is what is known to work without certificates.
  std::string manager_certificate = "None";
  std::string signed_server_certificate = "None";

  friend bool operator==(const Owner&, const Owner&) = default;
};

/// Binds an unowned host to a manager; without an owner a host refuses nearly every change. Hosts
/// of 3.2 get two texts, later ones a struct; those restart their agent afterwards and refuse
/// connections for about 2 s. Errors: the agent's fault, also if another manager owns the host.
[[nodiscard]] Result<void> take_ownership(const CallContext& ctx, const Agent& agent,
                                          const Release& release, const Owner& owner);

/// Frees the host of this manager.
[[nodiscard]] Result<void> release_ownership(const CallContext& ctx, const Agent& agent,
                                             const ManagerId& manager);

}  // namespace trestle::ovm3

#endif  // TRESTLE_OBJECTS_OVM3_OWNERSHIP_H_
