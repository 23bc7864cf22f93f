// SPDX-License-Identifier: Apache-2.0
#ifndef TRESTLE_TOOLS_CLI_PARSE_H_
#define TRESTLE_TOOLS_CLI_PARSE_H_

#include <span>
#include <string>
#include <vector>

#include "objects/core/result.h"
#include "tools/cli/arguments.h"
#include "tools/cli/command.h"

namespace trestle::cli {

/// What one command line asks for. Pointers lead into the tree that was given to parse().
struct Parsed {
  const Noun* noun = nullptr;  ///< absent: help or version of the program itself
  const Verb* verb = nullptr;  ///< absent: help of a noun
  Arguments arguments = {};
  bool help = false;
  bool version = false;
  std::vector<std::string> passed = {};  ///< all arguments of a verb that hands them on
};

/// Reads a command line (without the program's name) against the tree: names, required options and
/// operands, words of closed sets, nothing given twice that may stand once. Values that look like
/// negative numbers are values. Errors: kInvalidArgument, one line that says what to do; it never
/// repeats what stood behind a word that looks like a password option.
[[nodiscard]] Result<Parsed> parse(std::span<const std::string> args,
                                   const std::vector<Noun>& tree);

/// The help of the program, of a noun, or of a verb; ends with two examples.
[[nodiscard]] std::string program_help(const std::vector<Noun>& tree);
[[nodiscard]] std::string noun_help(const Noun& noun);
[[nodiscard]] std::string verb_help(const Noun& noun, const Verb& verb);

/// "trestle vm start [OPTIONS] VM".
[[nodiscard]] std::string usage_line(const Noun& noun, const Verb& verb);

}  // namespace trestle::cli

#endif  // TRESTLE_TOOLS_CLI_PARSE_H_
