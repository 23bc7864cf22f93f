// SPDX-License-Identifier: Apache-2.0
#include <string>
#include <utility>

#include "tools/cli/call.h"
#include "tools/cli/generate.h"
#include "tools/cli/json_value.h"
#include "tools/cli/nouns.h"

namespace trestle::cli {
namespace {

std::string verb_list(const Noun& noun) {
  std::string names;
  for (const Verb& verb : noun.verbs) {
    if (!verb.name.empty()) names += (names.empty() ? "" : " ") + std::string(verb.name);
  }
  return names;
}

std::string noun_list(const std::vector<Noun>& tree) {
  std::string names;
  for (const Noun& noun : tree) {
    if (!noun.hidden) names += (names.empty() ? "" : " ") + std::string(noun.name);
  }
  return names;
}

std::string option_list(const std::vector<Option>& options) {
  std::string names;
  for (const Option& option : options) names += "--" + std::string(option.name) + " ";
  return names + "--help";
}

std::string joined(const std::vector<std::string_view>& words) {
  std::string text;
  for (const std::string_view word : words) text += (text.empty() ? "" : " ") + std::string(word);
  return text;
}

/// What the shell functions put behind an option or in an operand's place: a kind and its words.
std::string value_kind(Complete complete, const std::vector<std::string_view>& words) {
  if (!words.empty()) return "words " + joined(words);
  if (complete == Complete::kFile) return "file";
  if (complete == Complete::kDirectory) return "directory";
  return "none";
}

/// One line of a shell's `case`: what to print for a pattern.
void put_case(std::string& out, std::string_view pattern, std::string_view printed) {
  out += "    ";
  out += pattern;
  out += ") echo '";
  out += printed;
  out += "' ;;\n";
}

std::string quoted(std::string_view text) { return "'" + std::string(text) + "'"; }

std::vector<Option> shared_options() {
  std::vector<Option> shared = common_options();
  for (const Option& option : connection_options()) shared.push_back(option);
  return shared;
}

/// The four tables as functions that print one entry. Both shells read the same text.
struct Tables {
  std::string verbs;     ///< of a noun
  std::string options;   ///< of a command
  std::string values;    ///< of an option: nothing at all for a flag
  std::string operands;  ///< of a place behind a command

  void add(const std::string& path, const Verb& verb) {
    put_case(options, quoted(path), option_list(all_options(verb)));
    for (const Option& option : verb.options) {
      if (option.value.empty()) continue;
      put_case(values, quoted(path + " --" + std::string(option.name)),
               value_kind(option.complete, option.words));
    }
    for (std::size_t i = 0; i < verb.operands.size(); ++i) {
      const Operand& operand = verb.operands[i];
      const std::string kind = value_kind(operand.complete, operand.words);
      if (kind == "none") continue;
      put_case(operands, quoted(path + " ") + (operand.many ? "*" : std::to_string(i)), kind);
    }
  }
};

std::string tables(const std::vector<Noun>& tree) {
  Tables found;
  for (const Noun& noun : tree) {
    if (noun.hidden) continue;
    if (!verb_list(noun).empty()) put_case(found.verbs, noun.name, verb_list(noun));
    for (const Verb& verb : noun.verbs) found.add(full_name(noun, verb), verb);
  }
  for (const Option& option : shared_options()) {
    if (option.value.empty()) continue;
    put_case(found.values, "*" + quoted(" --" + std::string(option.name)),
             value_kind(option.complete, option.words));
  }
  put_case(found.options, "*", option_list(shared_options()) + " --version");
  std::string out;
  const std::vector<std::pair<std::string_view, const std::string*>> functions = {
      {"verbs", &found.verbs},
      {"options", &found.options},
      {"value", &found.values},
      {"operand", &found.operands}};
  for (const auto& [name, cases] : functions) {
    out.append("_trestle_").append(name).append("() {\n  case \"$1\" in\n");
    out.append(*cases).append("  esac\n}\n");
  }
  return out;
}

/// Finds noun, verb and number of operands before the word under the cursor. $words and $last are
/// set by the shell's own part; indices run from $first.
constexpr std::string_view kScan = R"sh(
# Sets noun, path, operands and expects (an option whose value stands under the cursor) from the
# words before the cursor.
_trestle_scan() {
  noun='' path='' operands=0 expects=''
  local word
  for word in "$@"; do
    if [ -n "$expects" ]; then expects=''; continue; fi
    case "$word" in
      --*=*) continue ;;
      -*) if [ -n "$(_trestle_value "$path $word")" ]; then expects="$word"; fi; continue ;;
    esac
    if [ -z "$noun" ]; then
      noun="$word" path="$word"
    elif [ "$path" = "$noun" ] && [ -n "$(_trestle_verbs "$noun")" ]; then
      path="$noun $word"
    else
      operands=$((operands + 1))
    fi
  done
}
# Prints the kind of what stands under the cursor and its words: "words A B", "options A B", "file".
_trestle_wanted() {
  local kind
  if [ -n "$expects" ]; then _trestle_value "$path $expects"; return; fi
  case "$1" in -*) echo "options $(_trestle_options "$path")"; return ;; esac
  if [ -z "$noun" ]; then echo "words $_trestle_nouns"; return; fi
  if [ "$path" = "$noun" ] && [ -n "$(_trestle_verbs "$noun")" ]; then
    echo "words $(_trestle_verbs "$noun")"; return
  fi
  kind="$(_trestle_operand "$path $operands")"
  echo "${kind:-none}"
}
)sh";

constexpr std::string_view kBash = R"sh(
_trestle() {
  local noun path operands expects wanted current line
  local -a given
  # Bash splits words at ':' and '=', which would take a URL apart; the line itself does not.
  line="${COMP_LINE:0:COMP_POINT}"
  read -ra given <<< "$line"
  current=''
  case "$line" in
    *[![:space:]]) current="${given[${#given[@]}-1]}"; unset "given[${#given[@]}-1]" ;;
  esac
  _trestle_scan "${given[@]:1}"
  wanted="$(_trestle_wanted "$current")"
  COMPREPLY=()
  case "$wanted" in
    words\ *|options\ *) mapfile -t COMPREPLY < <(compgen -W "${wanted#* }" -- "$current") ;;
    file) compopt -o filenames 2>/dev/null; mapfile -t COMPREPLY < <(compgen -f -- "$current") ;;
    directory) compopt -o filenames 2>/dev/null; mapfile -t COMPREPLY < <(compgen -d -- "$current") ;;
  esac
}
complete -F _trestle trestle
)sh";

constexpr std::string_view kZsh = R"sh(
_trestle() {
  emulate -L zsh
  local noun path operands expects wanted
  _trestle_scan "${(@)words[2,CURRENT-1]}"
  wanted="$(_trestle_wanted "$words[CURRENT]")"
  case "$wanted" in
    words\ *|options\ *) compadd -- ${=wanted#* } ;;
    file) _files ;;
    directory) _files -/ ;;
  esac
}
if [ "$funcstack[1]" = _trestle ]; then _trestle "$@"; else compdef _trestle trestle; fi
)sh";

/// In zsh `path` is tied to PATH, so a function must not have a variable of that name.
std::string for_zsh(std::string text) {
  for (std::size_t at = 0; (at = text.find("path", at)) != std::string::npos; at += 4) {
    const bool part_of_word = at + 4 < text.size() && text[at + 4] == '_';
    if (!part_of_word) text.insert(at + 4, "_");
  }
  return text;
}

Outcome text_outcome(const std::string& text) {
  return {.document = Struct{{"text", text}}, .text = text};
}

Verb generator(std::string_view name, std::string_view what,
               std::string (*make)(const std::vector<Noun>&),
               std::array<std::string_view, 2> examples) {
  return {.name = name,
          .what = what,
          .schema = R"({"text": "text"})",
          .examples = examples,
          .run = [make](Call&) -> Result<Outcome> { return text_outcome(make(command_tree())); },
          .reach = Reach::kLocal};
}

}  // namespace

std::string bash_completion(const std::vector<Noun>& tree) {
  return "# bash completion for trestle, made by 'trestle completion bash'.\n"
         "# SPDX-License-Identifier: Apache-2.0\n_trestle_nouns='" +
         noun_list(tree) + "'\n" + tables(tree) + std::string(kScan) + std::string(kBash);
}

std::string zsh_completion(const std::vector<Noun>& tree) {
  return "#compdef trestle\n# zsh completion for trestle, made by 'trestle completion zsh'.\n"
         "# SPDX-License-Identifier: Apache-2.0\n_trestle_nouns='" +
         noun_list(tree) + "'\n" + tables(tree) + for_zsh(std::string(kScan) + std::string(kZsh));
}

Noun completion_noun() {
  return {.name = "completion",
          .what = "texts made from the command tree: shell completion, manual page, reference",
          .verbs = {generator("bash", "Prints the completion script for bash", bash_completion,
                              {"completion bash", "completion bash --json"}),
                    generator("zsh", "Prints the completion script for zsh", zsh_completion,
                              {"completion zsh", "completion zsh --json"}),
                    generator("man", "Prints the manual page", manual_page,
                              {"completion man", "completion man --json"}),
                    generator("reference", "Prints every command and its JSON document", reference,
                              {"completion reference", "completion reference --json"})},
          .hidden = true};
}

}  // namespace trestle::cli
