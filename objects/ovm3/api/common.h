// SPDX-License-Identifier: Apache-2.0
#ifndef TRESTLE_OBJECTS_OVM3_API_COMMON_H_
#define TRESTLE_OBJECTS_OVM3_API_COMMON_H_

#include "objects/ovm3/api/service.h"

/// Services of agent.api.common.Common.
namespace trestle::ovm3::api::common {

inline constexpr Service<Value(Value)> echo{
    "echo", {"msg"}, k32 | k33, Effect::kReads, "Gives the argument back; liveness test."};

}  // namespace trestle::ovm3::api::common

#endif  // TRESTLE_OBJECTS_OVM3_API_COMMON_H_
