// SPDX-License-Identifier: Apache-2.0
#ifndef TRESTLE_TESTS_UNIT_OVM3_VM_FIXTURES_H_
#define TRESTLE_TESTS_UNIT_OVM3_VM_FIXTURES_H_

#include <gtest/gtest.h>

#include <chrono>
#include <string>
#include <string_view>
#include <utility>

#include "objects/core/call_context.h"
#include "objects/core/ids.h"
#include "objects/ovm3/agent.h"
#include "objects/ovm3/vm.h"
#include "objects/wire/reply.h"
#include "objects/wire/value.h"
#include "tests/support/recordings.h"
#include "tests/support/replay_transport.h"

namespace trestle::testing {

inline constexpr std::string_view kVmRepository = "0004fb0000030000a1b2c3d4e5f60718";
inline constexpr std::string_view kVmUuid = "0004fb00-0006-0000-aaaa-bbbbccccdd01";

/// Wide enough that no machine is too slow for it: nothing here waits.
inline CallContext in_a_minute() { return context_for(std::chrono::minutes(1)); }

inline ovm3::Vm a_vm(Transport& transport) {
  return {ovm3::Agent(transport), *RepositoryId::parse(kVmRepository), *VmId::parse(kVmUuid)};
}

/// A stored reply that is no fault, by its name without "synthetic_".
inline Reply synthetic_reply(std::string_view name) {
  Result<Reply> reply = reply_of_body(synthetic_body(name));
  if (!reply) {
    ADD_FAILURE() << name << ": " << reply.error().message();
    return Reply::from(Nil{});
  }
  return *std::move(reply);
}

/// The same value with the member of that name replaced, at any depth of structs and arrays.
inline Value with_member(const Value& value, std::string_view name, const Value& replacement) {
  if (const auto* const items = value.get_if<Array>()) {
    Array out;
    for (const Value& item : *items) out.push_back(with_member(item, name, replacement));
    return out;
  }
  const auto* const members = value.get_if<Struct>();
  if (members == nullptr) return value;
  Struct out;
  for (const Member& member : *members) {
    out.push_back({member.name, member.name == name
                                    ? replacement
                                    : with_member(member.value, name, replacement)});
  }
  return out;
}

}  // namespace trestle::testing

#endif  // TRESTLE_TESTS_UNIT_OVM3_VM_FIXTURES_H_
