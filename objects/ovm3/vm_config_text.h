// SPDX-License-Identifier: Apache-2.0
#ifndef TRESTLE_OBJECTS_OVM3_VM_CONFIG_TEXT_H_
#define TRESTLE_OBJECTS_OVM3_VM_CONFIG_TEXT_H_

#include <cstddef>
#include <string>
#include <string_view>

#include "objects/core/result.h"
#include "objects/wire/value.h"

/// vm.cfg as it lies on disk: assignments in the grammar of Python 2. Only literals are read;
/// nothing is ever evaluated.
namespace trestle::ovm3 {

/// Largest text that is read. The files on hosts have 1 to 2 kB; a description may be long.
inline constexpr std::size_t kMaxConfigBytes = std::size_t{1} << 20U;
/// Deepest nesting of lists and dictionaries; vm.cfg has one level.
inline constexpr std::size_t kMaxConfigDepth = 32;
/// Most values of all levels together.
inline constexpr std::size_t kMaxConfigValues = std::size_t{1} << 16U;

/// True for a name that can stand left of '=': letters, digits and '_', no word of the grammar.
[[nodiscard]] bool is_python_name(std::string_view name);

/// Reads `NAME = LITERAL` lines: texts in single, double or triple quotes with Python's escapes and
/// the prefixes u and r, whole and real numbers, lists, tuples (as arrays), dictionaries with texts
/// as keys, True, False, None, comments. A name that is assigned twice has its last value.
/// Errors: kCorruptImage with line and column; kResourceExhausted if a limit is met.
[[nodiscard]] Result<Struct> parse_vm_config_text(std::string_view text);

/// One line a member, in the order given; pure ASCII. parse_vm_config_text reads back the same.
/// Errors: kInvalidArgument naming the member if its name is no Python name, or its value is of a
/// kind that vm.cfg cannot hold (base64, dateTime, a number that is not finite).
[[nodiscard]] Result<std::string> to_vm_config_text(const Struct& members);

}  // namespace trestle::ovm3

#endif  // TRESTLE_OBJECTS_OVM3_VM_CONFIG_TEXT_H_
