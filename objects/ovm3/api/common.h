// SPDX-License-Identifier: Apache-2.0
#ifndef TRESTLE_OBJECTS_OVM3_API_COMMON_H_
#define TRESTLE_OBJECTS_OVM3_API_COMMON_H_

#include <cstdint>
#include <string>

#include "objects/ovm3/api/service.h"

/// Services of agent.api.common.Common.
namespace trestle::ovm3::api::common {

inline constexpr Service<Value(std::string, std::string, Rest<Value>)> dispatch{
    "dispatch",
    {"uri", "func", "args"},
    k32,
    Effect::kMutates,
    "Makes this agent call func with args on the agent at uri; the uri carries a password."};

inline constexpr Service<Value(Value)> echo{
    "echo",
    {"msg"},
    k32 | k33,
    Effect::kReads,
    "Answers with its own argument, which proves that the agent lives."};

inline constexpr Service<Array()> get_api_version{
    "get_api_version",
    {},
    k32,
    Effect::kReads,
    "Lists the API levels of the agent; 3.2.1 answers one int, 3."};

inline constexpr Service<void(std::int64_t)> sleep{
    "sleep", {"secs"}, k32, Effect::kReads, "Answers after the given number of seconds."};

}  // namespace trestle::ovm3::api::common

#endif  // TRESTLE_OBJECTS_OVM3_API_COMMON_H_
