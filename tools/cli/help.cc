// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "tools/cli/parse.h"

namespace trestle::cli {
namespace {

constexpr std::size_t kLineWidth = 100;

/// Words of `text` from column `indent` on, broken before the line gets too long.
void put_wrapped(std::string& out, std::string_view text, std::size_t column, std::size_t indent) {
  bool first = true;
  while (!text.empty()) {
    const std::size_t length = std::min(text.find(' '), text.size());
    if (!first && column + 1 + length > kLineWidth) {
      out += '\n';
      out.append(indent, ' ');
      column = indent;
    } else if (!first) {
      out += ' ';
      ++column;
    }
    out += text.substr(0, length);
    column += length;
    first = false;
    text.remove_prefix(std::min(length + 1, text.size()));
  }
  out += '\n';
}

struct Line {
  std::string left;
  std::string right;
};

/// Two columns, the left one as wide as its widest entry.
void put_lines(std::string& out, std::string_view title, const std::vector<Line>& lines) {
  if (lines.empty()) return;
  std::size_t width = 0;
  for (const Line& line : lines) width = std::max(width, line.left.size());
  out += '\n';
  out += title;
  out += '\n';
  for (const Line& line : lines) {
    out += "  " + line.left;
    out.append(width - line.left.size() + 2, ' ');
    put_wrapped(out, line.right, width + 4, width + 4);
  }
}

std::string words_of(const std::vector<std::string_view>& words) {
  std::string text;
  for (const std::string_view word : words) {
    text += text.empty() ? " (one of: " : ", ";
    text += word;
  }
  return text.empty() ? text : text + ")";
}

std::vector<Line> option_lines(const std::vector<Option>& options) {
  std::vector<Line> lines;
  for (const Option& option : options) {
    std::string left = option.letter != 0 ? std::string("-") + option.letter + ", " : "    ";
    left += "--" + std::string(option.name);
    if (!option.value.empty()) left += " " + std::string(option.value);
    if (option.many) left += " ...";
    std::string right = std::string(option.help) + words_of(option.words);
    if (option.required) right += " (needed)";
    lines.push_back({std::move(left), std::move(right)});
  }
  return lines;
}

void put_examples(std::string& out, const std::array<std::string_view, 2>& examples) {
  out += "\nExamples:\n";
  for (const std::string_view example : examples) out += "  trestle " + std::string(example) + "\n";
}

}  // namespace

std::string usage_line(const Noun& noun, const Verb& verb) {
  std::string line = "trestle " + full_name(noun, verb);
  for (const Option& option : verb.options) {
    if (option.required) line += " --" + std::string(option.name) + " " + std::string(option.value);
  }
  line += verb.reach == Reach::kPassing ? "" : " [OPTIONS]";
  for (const Operand& operand : verb.operands) {
    std::string name(operand.name);
    if (operand.many) name += "...";
    line += operand.required ? " " + name : " [" + name + "]";
  }
  return line;
}

std::string program_help(const std::vector<Noun>& tree) {
  std::string out =
      "trestle drives Oracle VM 3 hosts through their agents.\n\nUsage: trestle [OPTIONS] NOUN "
      "VERB "
      "...\n";
  std::vector<Line> nouns;
  for (const Noun& noun : tree) {
    if (!noun.hidden) nouns.push_back({std::string(noun.name), std::string(noun.what)});
  }
  put_lines(out, "Nouns ('trestle NOUN --help' lists the verbs):", nouns);
  put_lines(out, "Options of every command:", option_lines(common_options()));
  put_lines(out, "Options of commands that talk to a host:", option_lines(connection_options()));
  out +=
      "\nThe password is read from --password-file, from TRESTLE_PASSWORD, or asked for in the "
      "terminal.\nExit status: 0 done, 1 failed, 2 wrong command line, 3 differences found.\n";
  put_examples(out, {"host show", "vm list --running --json"});
  return out;
}

std::string noun_help(const Noun& noun) {
  std::string out = "trestle " + std::string(noun.name) + ": " + std::string(noun.what) +
                    "\n\nUsage: trestle " + std::string(noun.name) + " VERB [OPTIONS] ...\n";
  std::vector<Line> verbs;
  for (const Verb& verb : noun.verbs) {
    verbs.push_back({std::string(verb.name), std::string(verb.what)});
  }
  put_lines(out, "Verbs:", verbs);
  const Verb& other = noun.verbs.size() > 1 ? noun.verbs[1] : noun.verbs[0];
  put_examples(out, {noun.verbs[0].examples[0], other.examples[noun.verbs.size() > 1 ? 0 : 1]});
  return out;
}

std::string verb_help(const Noun& noun, const Verb& verb) {
  std::string out;
  put_wrapped(out, std::string(verb.what) + ".", 0, 0);
  out += "\nUsage: " + usage_line(noun, verb) + "\n";
  if (!verb.more.empty()) {
    out += '\n';
    out += verb.more;
    out += '\n';
  }
  std::vector<Line> operands;
  for (const Operand& operand : verb.operands) {
    operands.push_back(
        {std::string(operand.name), std::string(operand.help) + words_of(operand.words)});
  }
  put_lines(out, "Operands:", operands);
  put_lines(out, "Options:", option_lines(verb.options));
  if (verb.reach != Reach::kPassing) {
    put_lines(out, "Options of every command:", option_lines(common_options()));
  }
  if (verb.reach == Reach::kHost) {
    put_lines(out, "Options of commands that talk to a host:", option_lines(connection_options()));
  }
  if (!verb.schema.empty()) out += "\nDocument of --json:\n  " + std::string(verb.schema) + "\n";
  put_examples(out, verb.examples);
  return out;
}

}  // namespace trestle::cli
