// SPDX-License-Identifier: Apache-2.0
#include "integration/ovm3/commands/command.h"

#include <array>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "integration/schema/generated/base.h"
#include "integration/schema/generated/machine_types.h"
#include "integration/schema/shapes.h"

namespace trestle::ovm3 {
namespace {

constexpr std::array kFamilies{host_commands,    vm_commands,      pool_commands,
                               storage_commands, network_commands, router_commands};

using Index = std::map<const schema::TypeInfo*, const CommandRow*>;

Index index_of_all() {
  Index index;
  for (const auto family : kFamilies) {
    for (const CommandRow& row : family()) index.emplace(&row.type(), &row);
  }
  return index;
}

using Text = std::optional<std::string>;

}  // namespace

const CommandRow* find_command(const schema::TypeInfo& type) {
  static const Index index = index_of_all();
  const auto found = index.find(&type);
  return found == index.end() ? nullptr : found->second;
}

std::vector<const CommandRow*> all_commands() {
  std::vector<const CommandRow*> all;
  for (const auto family : kFamilies) {
    for (const CommandRow& row : family()) all.push_back(&row);
  }
  return all;
}

schema::Object failed_answer(const schema::TypeInfo& command, const Error& error) {
  const schema::TypeInfo* type =
      command.answers.empty() ? nullptr : schema::find_type(command.answers.front());
  if (type == nullptr || type->make == nullptr || type->is_abstract) {
    return schema::Object(schema::Answer{.result = false, .details = error.message()});
  }
  const std::shared_ptr<void> answer = type->make();
  if (const auto* const result = schema::find_member(*type, "result")) {
    *static_cast<bool*>(schema::address_of(*result, answer.get())) = false;
  }
  if (const auto* const details = schema::find_member(*type, "details");
      details != nullptr && details->shape == &schema::kShape<Text>) {
    *static_cast<Text*>(schema::address_of(*details, answer.get())) = error.message();
  }
  return {*type, answer};
}

schema::Object unsupported_answer(const schema::TypeInfo& command) {
  return schema::Object(schema::UnsupportedAnswer{.result = false,
                                                  .details = "hosts of type Ovm3 have no command " +
                                                             std::string(command.name) +
                                                             "; nothing was done"});
}

std::string vm_of(const schema::Object& command) {
  for (const std::string_view member : {"vmName", "instanceName"}) {
    const Text* const name = schema::member_as<Text>(command, member);
    if (name != nullptr && *name) return **name;
  }
  if (const auto* const vm =
          schema::member_as<std::optional<schema::VirtualMachineTO>>(command, "vm");
      vm != nullptr && *vm) {
    return (*vm)->name.value_or("");
  }
  if (const auto* const access = schema::member_as<schema::StringMap>(command, "accessDetails")) {
    if (const std::string* const router = access->find("router.name")) return *router;
  }
  if (const auto* const access =
          schema::member_as<std::optional<schema::StringMap>>(command, "accessDetails");
      access != nullptr && *access) {
    if (const std::string* const router = (*access)->find("router.name")) return *router;
  }
  return {};
}

}  // namespace trestle::ovm3
