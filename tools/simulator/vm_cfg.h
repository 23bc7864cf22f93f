// SPDX-License-Identifier: Apache-2.0
#ifndef TRESTLE_TOOLS_SIMULATOR_VM_CFG_H_
#define TRESTLE_TOOLS_SIMULATOR_VM_CFG_H_

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>

#include "objects/wire/value.h"
#include "tools/simulator/model.h"

namespace trestle::simulator {

/// The text of a vm.cfg: one Python assignment per key.
[[nodiscard]] std::string write_vm_cfg(const Struct& config);
/// Reads Python assignments of texts, numbers, booleans, None, lists, tuples and dictionaries;
/// comments are skipped. A fault of class exceptions.SyntaxError names the line.
[[nodiscard]] Try<Struct> read_vm_cfg(std::string_view text);

/// Holds the known keys to their types as the agent does; numbers that came as texts become
/// numbers. A fault names the first key that does not fit.
[[nodiscard]] std::optional<Fault> check_config(Struct& config);
/// Sets the given keys and leaves the others as they are.
void merge_config(Struct& config, const Struct& changes);

/// The member's text, or number as text; empty if it is missing.
[[nodiscard]] std::string config_text(const Struct& config, std::string_view key);
/// The member's number, or `otherwise`.
[[nodiscard]] std::int64_t config_number(const Struct& config, std::string_view key,
                                         std::int64_t otherwise);
/// The texts of a list member.
[[nodiscard]] std::vector<std::string> config_list(const Struct& config, std::string_view key);

/// A guest as its configuration describes it; not yet placed on a host (no domid, no VNC port).
[[nodiscard]] Domain domain_from_config(const Struct& config);
/// Applies the keys that can change while a guest runs.
void apply_live(Domain& domain, const Struct& config);

/// Writes a file so that a reader sees the old text or the new one, never half of it.
[[nodiscard]] std::optional<Fault> write_file(const std::filesystem::path& file,
                                              std::string_view text, std::string_view shown);
[[nodiscard]] Try<std::string> read_file(const std::filesystem::path& file, std::string_view shown);

}  // namespace trestle::simulator

#endif  // TRESTLE_TOOLS_SIMULATOR_VM_CFG_H_
