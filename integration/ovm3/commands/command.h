// SPDX-License-Identifier: Apache-2.0
#ifndef TRESTLE_INTEGRATION_OVM3_COMMANDS_COMMAND_H_
#define TRESTLE_INTEGRATION_OVM3_COMMANDS_COMMAND_H_

#include <cstdint>
#include <span>
#include <string_view>
#include <utility>

#include "integration/ovm3/managed_host.h"
#include "integration/schema/type_info.h"
#include "integration/schema/values.h"
#include "objects/core/call_context.h"
#include "objects/core/result.h"

/// How a command is written: one function in one file named after it, one row in the table of its
/// family. The function gets the typed command and gives the typed answer; an Error becomes the
/// failed answer of the command's own class (the server casts to it), with the whole chain in
/// `details`.
namespace trestle::ovm3 {

/// What a command works with.
struct Task {
  const CallContext& ctx;   ///< for the work
  const CallContext& undo;  ///< for taking back what a failed work made; ends later than ctx
  ManagedHost& host;

  [[nodiscard]] Agent agent() const { return host.agent(); }
  [[nodiscard]] Log& log() const { return host.log(); }
  [[nodiscard]] const HostSettings& settings() const { return host.settings(); }
};

/// What a command waits for before it begins.
enum class Order : std::uint8_t {
  kFree,    ///< nothing: it reads, or what it does may happen beside anything
  kVm,      ///< earlier commands of the VM that it names
  kRouter,  ///< earlier commands of the router VM that it names
};

/// One command that is done here.
struct CommandRow {
  const schema::TypeInfo& (*type)();
  Result<schema::Object> (*run)(const Task& task, const schema::Object& command);
  Order order = Order::kFree;
};

/// The row of `Result<Answer> kRun(const Task&, const Command&)`.
template <class Command, auto kRun>
[[nodiscard]] constexpr CommandRow row(Order order = Order::kFree) {
  return {.type = &Command::type_info,
          .run = [](const Task& task, const schema::Object& command) -> Result<schema::Object> {
            auto answer = kRun(task, *command.as<Command>());
            if (!answer) return fail(std::move(answer).error());
            return schema::Object(*std::move(answer));
          },
          .order = order};
}

// The families, each in its folder.
[[nodiscard]] std::span<const CommandRow> host_commands();
[[nodiscard]] std::span<const CommandRow> vm_commands();
[[nodiscard]] std::span<const CommandRow> pool_commands();
[[nodiscard]] std::span<const CommandRow> storage_commands();
[[nodiscard]] std::span<const CommandRow> network_commands();
[[nodiscard]] std::span<const CommandRow> router_commands();

/// The row of a command, nullptr if it is not done here.
[[nodiscard]] const CommandRow* find_command(const schema::TypeInfo& type);

/// Every row.
[[nodiscard]] std::vector<const CommandRow*> all_commands();

/// The answer that says that this command failed: of the class that the server expects, `result`
/// false, the chain of causes in `details`.
[[nodiscard]] schema::Object failed_answer(const schema::TypeInfo& command, const Error& error);
/// The answer to a command that is not done here; `details` names it.
[[nodiscard]] schema::Object unsupported_answer(const schema::TypeInfo& command);

/// The VM that a command names (vmName, instanceName, name of vm, router.name in accessDetails);
/// empty if it names none.
[[nodiscard]] std::string vm_of(const schema::Object& command);

/// A member that the command must have. Errors: kInvalidArgument naming it.
template <class T>
[[nodiscard]] Result<T> needed(const std::optional<T>& member, std::string_view name) {
  if (!member) {
    return fail(Code::kInvalidArgument, "the command lacks its member '" + std::string(name) + "'");
  }
  return *member;
}

/// An answer of class A that says yes, with what was observed.
template <class A>
[[nodiscard]] A done(std::string details) {  // NOLINT(performance-unnecessary-value-param): moved
  A answer;
  answer.result = true;
  answer.details = std::move(details);
  return answer;
}

}  // namespace trestle::ovm3

#endif  // TRESTLE_INTEGRATION_OVM3_COMMANDS_COMMAND_H_
