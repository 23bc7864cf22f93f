// SPDX-License-Identifier: Apache-2.0
#ifndef TRESTLE_TOOLS_CLI_GENERATE_H_
#define TRESTLE_TOOLS_CLI_GENERATE_H_

#include <string>
#include <vector>

#include "tools/cli/command.h"

/// Texts that are made from the command tree, so that they cannot lag behind it.
namespace trestle::cli {

/// A completion script for bash (no helper package needed) and for zsh. They hold every name
/// themselves: completing starts no program and asks no host.
[[nodiscard]] std::string bash_completion(const std::vector<Noun>& tree);
[[nodiscard]] std::string zsh_completion(const std::vector<Noun>& tree);

/// The manual page trestle(1) as roff source.
[[nodiscard]] std::string manual_page(const std::vector<Noun>& tree);

/// Every command with its --json document as Markdown, the second half of tools/cli/README.md.
[[nodiscard]] std::string reference(const std::vector<Noun>& tree);

}  // namespace trestle::cli

#endif  // TRESTLE_TOOLS_CLI_GENERATE_H_
