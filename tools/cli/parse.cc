// SPDX-License-Identifier: Apache-2.0
#include "tools/cli/parse.h"

#include <CLI/CLI.hpp>
#include <algorithm>
#include <deque>
#include <map>
#include <memory>
#include <utility>

namespace trestle::cli {
namespace {

// CLI11 cuts the line into options and the rest. What is required, known and allowed is decided
// here, because its messages repeat the words they complain about, and one may be a password.

/// Put before a value such as -5, which would otherwise be taken for an option.
constexpr char kValueMark = '\x01';

/// One CLI11 command with the places its options are read into.
struct Slot {
  CLI::App* app = nullptr;
  std::vector<Option> options;
  std::deque<std::vector<std::string>> values;  // a deque, so that CLI11 may keep references
  std::deque<std::int64_t> flags;
};

struct Slots {
  Slot root;
  std::map<const Noun*, Slot> nouns;
  std::map<const Verb*, Slot> verbs;
};

void declare(Slot& slot) {
  for (const Option& option : slot.options) {
    std::string names = "--" + std::string(option.name);
    if (option.letter != 0) names.insert(0, {'-', option.letter, ','});
    if (option.value.empty()) {
      slot.flags.push_back(0);
      slot.values.emplace_back();
      slot.app->add_flag(names, slot.flags.back());
    } else {
      slot.flags.push_back(0);
      slot.values.emplace_back();
      slot.app->add_option(names, slot.values.back())
          ->allow_extra_args(false)
          ->multi_option_policy(CLI::MultiOptionPolicy::TakeAll);
    }
  }
}

std::vector<Option> shared_options() {
  std::vector<Option> options = common_options();
  const std::vector<Option> connection = connection_options();
  options.insert(options.end(), connection.begin(), connection.end());
  return options;
}

void build(CLI::App& root, const std::vector<Noun>& tree, Slots& slots) {
  slots.root = {.app = &root, .options = shared_options(), .values = {}, .flags = {}};
  root.set_help_flag("-h,--help", "");
  root.allow_extras();
  root.require_subcommand(0, 1);
  declare(slots.root);
  root.add_flag("--version");
  for (const Noun& noun : tree) {
    CLI::App* const app = root.add_subcommand(std::string(noun.name), "");
    app->allow_extras();
    app->require_subcommand(0, 1);
    for (const Verb& verb : noun.verbs) {
      CLI::App* const leaf =
          verb.name.empty() ? app : app->add_subcommand(std::string(verb.name), "");
      leaf->allow_extras();
      if (verb.reach == Reach::kPassing) leaf->prefix_command();
      Slot& slot = slots.verbs[&verb];
      slot = {.app = leaf, .options = all_options(verb), .values = {}, .flags = {}};
      declare(slot);
    }
    if (noun.verbs.front().name.empty()) continue;
    Slot& slot = slots.nouns[&noun];
    slot = {.app = app, .options = shared_options(), .values = {}, .flags = {}};
    declare(slot);
  }
}

std::string unmark(std::string text) {
  if (!text.empty() && text[0] == kValueMark) text.erase(0, 1);
  return text;
}

Result<void> collect(const Slot& slot, Arguments& out) {
  for (std::size_t i = 0; i < slot.options.size(); ++i) {
    const Option& option = slot.options[i];
    if (slot.flags[i] > 0) out.add(option.name, "");
    const auto& values = slot.values[i];
    if (!option.many && values.size() + (out.has(option.name) ? 1 : 0) > 1) {
      return usage("--" + std::string(option.name) + " is given twice; give it once");
    }
    for (const std::string& value : values) out.add(option.name, unmark(value));
  }
  return {};
}

std::string join(const std::vector<std::string_view>& words) {
  std::string text;
  for (const std::string_view word : words) {
    if (!text.empty()) text += ", ";
    text += word;
  }
  return text;
}

Result<void> check_word(std::string_view name, const std::vector<std::string_view>& words,
                        const std::string& given) {
  if (words.empty() || std::ranges::find(words, std::string_view(given)) != words.end()) return {};
  return usage(std::string(name) + " is one of: " + join(words));
}

Result<void> check_options(const std::string& command, const Slot& slot, const Arguments& given) {
  for (const Option& option : slot.options) {
    const std::string name = "--" + std::string(option.name);
    if (option.required && !given.has(option.name)) {
      std::string what = command;
      what.append(" needs ").append(name).append(" ").append(option.value);
      what.append(" (").append(option.help).append(")");
      return usage(std::move(what));
    }
    for (const std::string& text : given.list(option.name)) {
      TRESTLE_RETURN_IF_ERROR(check_word(name, option.words, text));
    }
  }
  return {};
}

/// A word that begins with a dash and is no option of this command.
tl::unexpected<Error> unknown_option(const std::string& command, const std::string& word) {
  if (word.starts_with("--pass") || word == "-p" || word.starts_with("-p=")) {
    return usage(
        "there is no option for a password, because every user of the machine could read it; set "
        "TRESTLE_PASSWORD or give --password-file FILE");
  }
  return usage(command + " has no option " + word.substr(0, word.find('=')) + "; see '" + command +
               " --help'");
}

Result<std::vector<std::string>> operands_of(const std::string& command,
                                             const std::vector<std::string>& rest) {
  std::vector<std::string> operands;
  for (const std::string& word : rest) {
    if (word.size() > 1 && word[0] == '-') return unknown_option(command, word);
    operands.push_back(unmark(word));
  }
  return operands;
}

Result<void> take_operands(const std::string& command, const Verb& verb,
                           std::vector<std::string> given, Arguments& out) {
  std::size_t next = 0;
  for (const Operand& operand : verb.operands) {
    if (operand.required && next >= given.size()) {
      return usage(command + " needs " + std::string(operand.name) + " (" +
                   std::string(operand.help) + ")");
    }
    const std::size_t end = operand.many ? given.size() : std::min(next + 1, given.size());
    for (; next < end; ++next) {
      TRESTLE_RETURN_IF_ERROR(check_word(operand.name, operand.words, given[next]));
      out.add(operand.name, std::move(given[next]));
    }
  }
  if (next < given.size()) {
    return usage(command + " takes no further operand '" + given[next] + "'; see '" + command +
                 " --help'");
  }
  return {};
}

/// Letters to add, drop, change or swap with their neighbour to get from `a` to `b`.
std::size_t distance(std::string_view a, std::string_view b) {
  std::vector<std::vector<std::size_t>> d(a.size() + 1, std::vector<std::size_t>(b.size() + 1));
  for (std::size_t i = 0; i <= a.size(); ++i) {
    for (std::size_t j = 0; j <= b.size(); ++j) {
      if (i == 0 || j == 0) {
        d[i][j] = i + j;
        continue;
      }
      const std::size_t change = a[i - 1] == b[j - 1] ? 0 : 1;
      d[i][j] = std::min({d[i - 1][j] + 1, d[i][j - 1] + 1, d[i - 1][j - 1] + change});
      if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1]) {
        d[i][j] = std::min(d[i][j], d[i - 2][j - 2] + 1);
      }
    }
  }
  return d[a.size()][b.size()];
}

/// "no command 'strat'; did you mean 'start'?", or the list of what there is.
tl::unexpected<Error> unknown_word(const std::string& where, const std::string& word,
                                   const std::vector<std::string_view>& known) {
  if (word.size() > 1 && word[0] == '-') return unknown_option(where, word);
  constexpr std::size_t kClose = 2;
  constexpr std::size_t kLongestName = 32;
  std::string_view nearest;
  std::size_t best = kClose + 1;
  for (const std::string_view name : known) {
    const std::size_t far = word.size() <= kLongestName ? distance(word, name) : best;
    if (far < best) {
      best = far;
      nearest = name;
    }
  }
  if (!nearest.empty()) {
    return usage(where + " has no command '" + word + "'; did you mean '" + std::string(nearest) +
                 "'?");
  }
  return usage(where + " has no command '" + word + "'; it has: " + join(known));
}

std::vector<std::string_view> verb_names(const Noun& noun) {
  std::vector<std::string_view> names;
  for (const Verb& verb : noun.verbs) names.push_back(verb.name);
  return names;
}

/// A line that names no noun.
Result<Parsed> without_noun(const std::vector<Noun>& tree, const Slots& slots, Parsed parsed) {
  std::vector<std::string_view> names;
  for (const Noun& noun : tree) {
    if (!noun.hidden) names.push_back(noun.name);
  }
  const auto rest = slots.root.app->remaining();
  if (!rest.empty()) return unknown_word("trestle", rest.front(), names);
  if (parsed.help || parsed.version) return parsed;
  return usage("trestle needs a command: " + join(names) + "; see 'trestle --help'");
}

/// Sets the verb of a line that names a noun; absent after "trestle vm --help".
Result<void> find_verb(const Slots& slots, Parsed& parsed) {
  const Noun& noun = *parsed.noun;
  const auto slot = slots.nouns.find(&noun);
  if (slot == slots.nouns.end()) {
    parsed.verb = &noun.verbs.front();
    return {};
  }
  for (const Verb& verb : noun.verbs) {
    if (slot->second.app->got_subcommand(std::string(verb.name))) parsed.verb = &verb;
  }
  const std::string where = "trestle " + std::string(noun.name);
  TRESTLE_RETURN_IF_ERROR(collect(slot->second, parsed.arguments));
  const auto rest = slot->second.app->remaining();
  if (!rest.empty()) return unknown_word(where, rest.front(), verb_names(noun));
  if (parsed.help || parsed.verb != nullptr) return {};
  return usage(where + " needs a verb: " + join(verb_names(noun)) + "; see '" + where + " --help'");
}

Result<Parsed> interpret(const std::vector<Noun>& tree, const Slots& slots, Parsed parsed,
                         std::span<const std::string> behind_dashes) {
  TRESTLE_RETURN_IF_ERROR(collect(slots.root, parsed.arguments));
  for (const Noun& noun : tree) {
    if (slots.root.app->got_subcommand(std::string(noun.name))) parsed.noun = &noun;
  }
  if (parsed.noun == nullptr) return without_noun(tree, slots, std::move(parsed));
  const auto before = slots.root.app->remaining();
  if (!before.empty()) return unknown_option("trestle", before.front());
  TRESTLE_RETURN_IF_ERROR(find_verb(slots, parsed));
  if (parsed.help) return parsed;
  const Slot& slot = slots.verbs.at(parsed.verb);
  const std::string command = "trestle " + full_name(*parsed.noun, *parsed.verb);
  TRESTLE_RETURN_IF_ERROR(collect(slot, parsed.arguments));
  if (parsed.verb->reach == Reach::kPassing) {
    for (const std::string& word : slot.app->remaining()) parsed.passed.push_back(unmark(word));
    parsed.passed.insert(parsed.passed.end(), behind_dashes.begin(), behind_dashes.end());
    return parsed;
  }
  TRESTLE_ASSIGN_OR_RETURN(auto operands, operands_of(command, slot.app->remaining()));
  operands.insert(operands.end(), behind_dashes.begin(), behind_dashes.end());
  TRESTLE_RETURN_IF_ERROR(
      take_operands(command, *parsed.verb, std::move(operands), parsed.arguments));
  TRESTLE_RETURN_IF_ERROR(check_options(command, slot, parsed.arguments));
  return parsed;
}

}  // namespace

Result<Parsed> parse(std::span<const std::string> args, const std::vector<Noun>& tree) {
  CLI::App root;
  Slots slots;
  build(root, tree, slots);
  // CLI11 hands what follows "--" to the wrong command, so it never sees it.
  const auto dashes = std::ranges::find(args, "--");
  const std::span<const std::string> behind_dashes(dashes == args.end() ? dashes : dashes + 1,
                                                   args.end());
  std::vector<std::string> words;
  for (const std::string& arg : std::span(args.begin(), dashes)) {
    const bool number =
        arg.size() > 1 && arg[0] == '-' && ((arg[1] >= '0' && arg[1] <= '9') || arg[1] == '.');
    words.push_back(number ? kValueMark + arg : arg);
  }
  std::ranges::reverse(words);  // CLI11 takes them from the back
  Parsed parsed;
  try {
    root.parse(words);
  } catch (const CLI::CallForHelp&) {
    parsed.help = true;
  } catch (const CLI::ArgumentMismatch& error) {
    return usage(error.what());
  } catch (const CLI::Error& error) {
    return usage(error.what());
  }
  parsed.version = root.count("--version") > 0;
  return interpret(tree, slots, std::move(parsed), behind_dashes);
}

}  // namespace trestle::cli
