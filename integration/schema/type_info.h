// SPDX-License-Identifier: Apache-2.0
#ifndef TRESTLE_INTEGRATION_SCHEMA_TYPE_INFO_H_
#define TRESTLE_INTEGRATION_SCHEMA_TYPE_INFO_H_

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string_view>

#include "integration/schema/values.h"

/// What the generator says about each type. One interpreter works from these tables: code for
/// every one of the types would be larger, slower to compile and no faster.
namespace trestle::schema {

class Reader;
class Writer;

/// How a member of one C++ type is read, written and compared. `read` and `write` return false
/// after they noted why. `present` is null for members that are always written.
struct Shape {
  bool (*read)(Reader& reader, void* target);
  bool (*write)(Writer& writer, const void* source);
  bool (*present)(const void* source);
  bool (*is_empty)(const void* source);  ///< of a present list or map; null for all else
  bool (*equal)(const void* a, const void* b);
};

/// One member, in the order of the wire.
struct Member {
  std::string_view name;  ///< as on the wire
  std::string_view key;   ///< the name in quotes with a colon, as it is written
  std::size_t offset;
  const Shape* shape;
  bool omit_empty = false;  ///< an empty list is left out
};

enum class Role : std::uint8_t { kCommand, kAnswer, kTransfer };

/// Who sends a command.
enum class Sender : std::uint8_t { kNobody, kServer, kAgent, kPeer, kBoth };

/// Whether a command asks to be alone on its host.
enum class Sequence : std::uint8_t {
  kNever,
  kAlways,
  kMember,            ///< the member that `sequence_member` names says so
  kMemberButRouters,  ///< the same, but never for a VM whose name starts with "r-"
};

/// A generated type.
struct TypeInfo {
  std::string_view name;        ///< in C++ and in the IDL: StartCommand
  std::string_view java_class;  ///< on the wire; empty for types that never carry a tag
  Role role = Role::kTransfer;
  bool is_abstract = false;  ///< a base class, never on the wire by itself
  /// True if a missing `result` reads as true and a missing map as empty (the Java class has a
  /// constructor that says so), false if as false and null.
  bool has_defaults = true;
  bool as_array = false;  ///< members are written as an array without names
  Sender sender = Sender::kNobody;
  Sequence sequence = Sequence::kNever;
  std::string_view sequence_member = {};
  std::span<const std::string_view> answers = {};  ///< names; the first is the one of success
  const TypeInfo& (*parent)() = nullptr;           ///< null if there is none
  std::span<const Member> members = {};
  std::shared_ptr<void> (*make)() = nullptr;  ///< a new value with the defaults of C++
};

/// True if `type` is `ancestor` or comes from it (a CheckRouterCommand is a NetworkElementCommand).
[[nodiscard]] bool is_a(const TypeInfo& type, const TypeInfo& ancestor);

/// Every command, answer, transfer object that carries a class name on the wire, by that name.
[[nodiscard]] std::span<const TypeInfo* const> all_types();
/// The type of a class name, nullptr if there is none.
[[nodiscard]] const TypeInfo* find_class(std::string_view java_class);
/// The type by its short name (StartCommand), nullptr if there is none.
[[nodiscard]] const TypeInfo* find_type(std::string_view name);

/// The member of that name, nullptr if the type has none.
[[nodiscard]] const Member* find_member(const TypeInfo& type, std::string_view name);

/// True if this command must not run beside another such command of the same host.
[[nodiscard]] bool in_sequence(const Object& command);

/// What every answer carries. False and nullptr for what is no answer.
[[nodiscard]] bool result_of(const Object& answer);
[[nodiscard]] const std::string* details_of(const Object& answer);

/// The names of a generated enum's constants, in their order.
template <class E>
concept NamedEnum = requires(E e) {
  { names_of(e) } -> std::same_as<std::span<const std::string_view>>;
};

/// The name of a constant, as on the wire.
template <NamedEnum E>
[[nodiscard]] std::string_view to_string(E constant) {
  return names_of(constant)[static_cast<std::size_t>(constant)];
}

}  // namespace trestle::schema

#endif  // TRESTLE_INTEGRATION_SCHEMA_TYPE_INFO_H_
