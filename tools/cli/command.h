// SPDX-License-Identifier: Apache-2.0
#ifndef TRESTLE_TOOLS_CLI_COMMAND_H_
#define TRESTLE_TOOLS_CLI_COMMAND_H_

#include <array>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "objects/core/result.h"
#include "objects/wire/value.h"

namespace trestle::cli {

class Call;

/// What a shell offers for an option or an operand.
enum class Complete : unsigned char { kNothing, kFile, kDirectory };

/// One option of a verb. Options without a value name are flags.
struct Option {
  std::string_view name;   ///< long name without dashes, e.g. "repo"
  std::string_view value;  ///< name of its value in help, e.g. "ID"; empty for a flag
  std::string_view help;   ///< one clause, no full stop
  bool required = false;
  bool many = false;                         ///< may be given several times
  std::vector<std::string_view> words = {};  ///< the only values it takes; empty for any
  Complete complete = Complete::kNothing;
  char letter = 0;  ///< short name, 0 for none
};

/// One operand of a verb, in order. Only the last may be optional or repeated.
struct Operand {
  std::string_view name;  ///< e.g. "VM"
  std::string_view help;
  bool required = true;
  bool many = false;
  std::vector<std::string_view> words = {};
  Complete complete = Complete::kNothing;
};

/// One column of a table for people: a heading and the member (dotted path) it shows.
struct Column {
  std::string_view title;
  std::string_view member;
};

/// Exit status of a comparison that worked and found differences.
inline constexpr int kDifferences = 3;

/// What a verb found: the document that --json prints, and how people see it.
struct Outcome {
  Value document;
  std::vector<Column> columns = {};  ///< of a list; empty: every plain member is a column
  std::string text = {};             ///< shown to people in place of a table; may have many lines
  int exit = 0;
};

/// Which options of the connection a verb takes.
enum class Reach : unsigned char {
  kLocal,    ///< touches no host
  kHost,     ///< talks to the host that --url or TRESTLE_URL names
  kPassing,  ///< hands all its arguments on to another program
};

/// One verb, all that parser, help, completion, man page and README know about it.
struct Verb {
  std::string_view name;  ///< empty for a noun that is a command by itself
  std::string_view what;  ///< one sentence without a full stop
  std::vector<Operand> operands = {};
  std::vector<Option> options = {};
  /// Shape of the --json document: JSON whose leaves name a type: text, integer, number, boolean,
  /// any; a '?' behind it says "or null", behind a member's name "may be missing". A list has one
  /// item, which stands for all; the member "*" stands for any name. An object with a member "?",
  /// or a list with a second item "?", may be null.
  std::string_view schema;
  /// Two command lines without the word trestle; both run against the example world (README).
  std::array<std::string_view, 2> examples;
  std::function<Result<Outcome>(Call&)> run;
  std::string_view more = {};  ///< further lines of help
  Reach reach = Reach::kHost;
};

/// A noun and its verbs.
struct Noun {
  std::string_view name;
  std::string_view what;
  std::vector<Verb> verbs;
  bool hidden = false;  ///< not in help, completion and manual
};

/// Every command, in the order of the help.
[[nodiscard]] std::vector<Noun> command_tree();

/// Options that every command takes, and those of every command that reaches a host.
[[nodiscard]] std::vector<Option> common_options();
[[nodiscard]] std::vector<Option> connection_options();

/// "vm list", or "about".
[[nodiscard]] std::string full_name(const Noun& noun, const Verb& verb);

/// All verbs of the parts, in order: long lists are declared in several functions.
[[nodiscard]] std::vector<Verb> together(const std::vector<std::vector<Verb>>& parts);

/// All options that this verb takes, its own first.
[[nodiscard]] std::vector<Option> all_options(const Verb& verb);

}  // namespace trestle::cli

#endif  // TRESTLE_TOOLS_CLI_COMMAND_H_
