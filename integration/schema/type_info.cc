// SPDX-License-Identifier: Apache-2.0
#include "integration/schema/type_info.h"

#include <algorithm>

#include "integration/schema/generated/base.h"
#include "integration/schema/generated/machine.h"
#include "integration/schema/shapes.h"

namespace trestle::schema {
namespace {

/// CloudStack starts routers out of turn, whatever the member says.
bool is_router(const Object& command) {
  const std::string* name = nullptr;
  if (const auto* start = command.as<StartCommand>(); start != nullptr && start->vm) {
    name = start->vm->name ? &*start->vm->name : nullptr;
  } else if (const auto* vm_name = member_as<std::optional<std::string>>(command, "vmName")) {
    name = *vm_name ? &**vm_name : nullptr;
  }
  return name != nullptr && name->starts_with("r-");
}

}  // namespace

bool equal_members(const TypeInfo& type, const void* a, const void* b) {
  return std::all_of(type.members.begin(), type.members.end(), [&](const Member& member) {
    return member.shape->equal(address_of(member, a), address_of(member, b));
  });
}

bool is_a(const TypeInfo& type, const TypeInfo& ancestor) {
  const TypeInfo* at = &type;
  while (at != &ancestor) {
    if (at->parent == nullptr) return false;
    at = &at->parent();
  }
  return true;
}

const TypeInfo* find_class(std::string_view java_class) {
  const auto types = all_types();  // sorted by class name
  const auto less = [](const TypeInfo* type, std::string_view name) {
    return type->java_class < name;
  };
  const auto at = std::lower_bound(types.begin(), types.end(), java_class, less);
  return at != types.end() && (*at)->java_class == java_class ? *at : nullptr;
}

const TypeInfo* find_type(std::string_view name) {
  const auto types = all_types();
  const auto at = std::find_if(types.begin(), types.end(),
                               [&](const TypeInfo* type) { return type->name == name; });
  return at == types.end() ? nullptr : *at;
}

const Member* find_member(const TypeInfo& type, std::string_view name) {
  const auto at = std::find_if(type.members.begin(), type.members.end(),
                               [&](const Member& member) { return member.name == name; });
  return at == type.members.end() ? nullptr : &*at;
}

bool in_sequence(const Object& command) {
  const TypeInfo& type = command.type();
  switch (type.sequence) {
    case Sequence::kNever:
      return false;
    case Sequence::kAlways:
      return true;
    case Sequence::kMemberButRouters:
      if (is_router(command)) return false;
      [[fallthrough]];
    case Sequence::kMember:
      break;
  }
  const bool* flag = member_as<bool>(command, type.sequence_member);
  return flag != nullptr && *flag;
}

bool result_of(const Object& answer) {
  const bool* result =
      answer.type().role == Role::kAnswer ? member_as<bool>(answer, "result") : nullptr;
  return result != nullptr && *result;
}

const std::string* details_of(const Object& answer) {
  if (answer.type().role != Role::kAnswer) return nullptr;
  const auto* details = member_as<std::optional<std::string>>(answer, "details");
  return details != nullptr && *details ? &**details : nullptr;
}

}  // namespace trestle::schema
