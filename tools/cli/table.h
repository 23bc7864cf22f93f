// SPDX-License-Identifier: Apache-2.0
#ifndef TRESTLE_TOOLS_CLI_TABLE_H_
#define TRESTLE_TOOLS_CLI_TABLE_H_

#include <string>
#include <vector>

#include "objects/wire/value.h"
#include "tools/cli/command.h"

namespace trestle::cli {

/// A document as people read it: a list of structs is a table, a struct is one aligned line per
/// member with nested structs as "cpu.cores", lists of structs inside follow as tables of their
/// own. Members whose names end in _bytes or _mib show units, nil shows "-", flags yes and no.
/// Every text passes through `printable`. Ends with a line feed unless empty.
[[nodiscard]] std::string to_text(const Value& document, const std::vector<Column>& columns);

}  // namespace trestle::cli

#endif  // TRESTLE_TOOLS_CLI_TABLE_H_
