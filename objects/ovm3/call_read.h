// SPDX-License-Identifier: Apache-2.0
#ifndef TRESTLE_OBJECTS_OVM3_CALL_READ_H_
#define TRESTLE_OBJECTS_OVM3_CALL_READ_H_

#include <type_traits>
#include <utility>

#include "objects/core/call_context.h"
#include "objects/core/result.h"
#include "objects/ovm3/agent.h"
#include "objects/ovm3/api/service.h"
#include "objects/wire/reply.h"

namespace trestle::ovm3 {

/// Calls a row's service and reads the raw reply with `read`, the same reader that typed.cc lists,
/// so that a handle and `agent decode --typed` cannot differ. Adds service and host to its errors.
template <class T, class R, class... A>
Result<T> call_read(const Agent& agent, const CallContext& ctx,
                    const api::Service<R(A...)>& service, Result<T> (*read)(ValueView),
                    const std::type_identity_t<A>&... args) {
  TRESTLE_ASSIGN_OR_RETURN(const Reply reply, agent.call_reply(ctx, service, args...));
  Result<T> object = read(reply.root());
  if (!object) return fail(agent.located(std::move(object).error(), service.name));
  return object;
}

}  // namespace trestle::ovm3

#endif  // TRESTLE_OBJECTS_OVM3_CALL_READ_H_
