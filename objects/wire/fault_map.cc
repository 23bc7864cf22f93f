// SPDX-License-Identifier: Apache-2.0
#include "objects/wire/fault_map.h"

#include <algorithm>
#include <array>
#include <charconv>

namespace trestle::wire {
namespace {

char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

bool is_letter(char c) { return lower(c) >= 'a' && lower(c) <= 'z'; }
bool is_digit(char c) { return c >= '0' && c <= '9'; }

// `words` is written in lower case.
bool contains(std::string_view text, std::string_view words) {
  const auto same = [](char a, char b) { return lower(a) == b; };
  return std::search(text.begin(), text.end(), words.begin(), words.end(), same) != text.end() ||
         words.empty();
}

bool begins(std::string_view text, std::string_view words) {
  return text.size() >= words.size() && contains(text.substr(0, words.size()), words);
}

std::string_view trimmed(std::string_view text) {
  constexpr std::string_view kBlank = " \t\r\n";
  const std::size_t first = text.find_first_not_of(kBlank);
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(kBlank) - first + 1);
}

// A dotted path of identifiers: single dots, none at the ends.
bool is_dotted(std::string_view text) {
  bool at_start = true;
  for (const char c : text) {
    const bool starts = is_letter(c) || c == '_';
    if (at_start ? !starts : !starts && !is_digit(c) && c != '.') return false;
    at_start = c == '.';
  }
  return !text.empty() && !at_start;
}

// The class path with dots only: "exceptions .OSError" was seen, the blank stands for a dot. Empty
// if the text is no path.
std::string class_path(std::string_view text) {
  std::string path;
  for (const char c : trimmed(text)) {
    const bool gap = c == ' ' || c == '.';
    if (!gap) {
      path.push_back(c);
    } else if (!path.ends_with('.')) {
      path.push_back('.');
    }
  }
  return is_dotted(path) ? path : std::string();
}

struct Split {
  std::string class_name;
  std::string_view message;
};

// Python 2.6 prints a class as <type 'exceptions.X'> or <class 'agent.lib.X'>.
bool split_wrapped(std::string_view text, Split& split) {
  constexpr std::array<std::string_view, 2> kOpenings = {"<type '", "<class '"};
  for (const std::string_view opening : kOpenings) {
    if (!text.starts_with(opening)) continue;
    const std::size_t end = text.find("'>", opening.size());
    if (end == std::string_view::npos) return false;
    split.class_name = class_path(text.substr(opening.size(), end - opening.size()));
    if (split.class_name.empty()) return false;
    std::string_view rest = trimmed(text.substr(end + 2));
    if (rest.starts_with(':')) rest.remove_prefix(1);
    split.message = trimmed(rest);
    return true;
  }
  return false;
}

Split split(std::string_view text) {
  Split result;
  if (split_wrapped(trimmed(text), result)) return result;
  result.message = trimmed(text);
  const std::size_t colon = text.find(':');
  if (colon == std::string_view::npos) return result;
  const std::string_view head = trimmed(text.substr(0, colon));
  // A message may have a colon of its own: "No space left: /OVS" has no class before it. Only
  // "exceptions" was ever seen with a blank behind it.
  const bool has_blank = head.find(' ') != std::string_view::npos;
  if (has_blank && !head.starts_with("exceptions ") && !head.starts_with("exceptions. ")) {
    return result;
  }
  const std::string path = class_path(head);
  const bool is_class =
      path.find('.') != std::string::npos || path.ends_with("Error") || path.ends_with("Exception");
  if (!is_class) return result;
  result.class_name = path;
  result.message = trimmed(text.substr(colon + 1));
  return result;
}

// N of "[Errno N]"; "[Errno.N]" was seen too.
std::optional<int> find_errno(std::string_view text) {
  constexpr std::string_view kOpening = "[Errno";
  for (std::size_t at = text.find(kOpening); at != std::string_view::npos;
       at = text.find(kOpening, at + 1)) {
    std::string_view rest = text.substr(at + kOpening.size());
    rest.remove_prefix(std::min(rest.find_first_not_of(" ."), rest.size()));
    int number = 0;
    const auto [end, status] = std::from_chars(rest.data(), rest.data() + rest.size(), number);
    if (status == std::errc() && end != rest.data() + rest.size() && *end == ']') return number;
  }
  return std::nullopt;
}

/// One row: every condition that is set must hold; texts are compared without regard to case.
struct Rule {
  int error_number = 0;             // of Linux, as the agent's host prints it
  std::string_view class_end = {};  // last part of the class path
  std::string_view begins = {};
  std::string_view contains = {};
  Code code = Code::kAgentFault;
  std::string_view advice = {};
};

constexpr std::string_view kStartLocks =
    "start statd and lockd (service nfslock) on this host and on the NFS server, then repeat";
constexpr std::string_view kLook = "check the path or id it names on the host";
constexpr std::string_view kUseOther = "use the one that is there, or choose another name";
constexpr std::string_view kRights =
    "give root of this host the right to it: rights of the file, or no_root_squash on the export";
constexpr std::string_view kMakeSpace = "free space on the file system it names, or use another";
constexpr std::string_view kWait = "another operation holds it: wait and repeat";
constexpr std::string_view kOlder =
    "the agent's release is too old for this service, or its module is not installed";
constexpr std::string_view kArguments =
    "this release of the agent takes other arguments: compare `trestle api list`";
constexpr std::string_view kHosts =
    "in /etc/hosts on the host, give its own name the management address instead of loopback";
constexpr std::string_view kCorrect = "correct the argument it names";
constexpr std::string_view kTake = "take ownership of the host first";
constexpr std::string_view kRelease =
    "release it in the manager that owns it, or call with that manager's id";

/// The first row that fits gives the code. The order matters: an errno is surer than a word.
constexpr std::array kRules = {
    Rule{.error_number = 37, .code = Code::kFailedPrecondition, .advice = kStartLocks},
    Rule{.class_end = "LockError", .code = Code::kFailedPrecondition, .advice = kStartLocks},
    Rule{
        .contains = "no locks available", .code = Code::kFailedPrecondition, .advice = kStartLocks},
    Rule{.error_number = 2, .code = Code::kNotFound, .advice = kLook},
    Rule{.error_number = 17, .code = Code::kAlreadyExists, .advice = kUseOther},
    Rule{.error_number = 13, .code = Code::kPermissionDenied, .advice = kRights},
    Rule{.error_number = 28, .code = Code::kResourceExhausted, .advice = kMakeSpace},
    Rule{.error_number = 16, .code = Code::kAborted, .advice = kWait},
    Rule{.begins = "method ",
         .contains = "is not supported",
         .code = Code::kUnimplemented,
         .advice = kOlder},
    Rule{.class_end = "TypeError",
         .contains = "takes",
         .code = Code::kInvalidArgument,
         .advice = kArguments},
    Rule{.contains = "invalid hostname resolution",
         .code = Code::kFailedPrecondition,
         .advice = kHosts},
    Rule{.begins = "invalid ", .code = Code::kInvalidArgument, .advice = kCorrect},
    Rule{.contains = "not owned", .code = Code::kFailedPrecondition, .advice = kTake},
    Rule{.contains = "owned by", .code = Code::kPermissionDenied, .advice = kRelease},
    Rule{.contains = "already owned", .code = Code::kPermissionDenied, .advice = kRelease},
    Rule{.contains = "not the owner", .code = Code::kPermissionDenied, .advice = kRelease},
    Rule{.contains = "already exists", .code = Code::kAlreadyExists, .advice = kUseOther},
    Rule{.contains = "already a member", .code = Code::kAlreadyExists, .advice = kUseOther},
    // Messages of helper programs carry the system's words without its number.
    Rule{.contains = "file exists", .code = Code::kAlreadyExists, .advice = kUseOther},
    Rule{.contains = "permission denied", .code = Code::kPermissionDenied, .advice = kRights},
    Rule{.contains = "no space left", .code = Code::kResourceExhausted, .advice = kMakeSpace},
    Rule{.contains = "no such file or directory", .code = Code::kNotFound, .advice = kLook},
    Rule{.begins = "busy", .code = Code::kAborted, .advice = kWait},
    Rule{.contains = " busy", .code = Code::kAborted, .advice = kWait},
};

constexpr Rule kAnythingElse{.code = Code::kAgentFault,
                             .advice = "see /var/log/ovs-agent/ovs-agent.log on the host"};

const Rule& rule_for(const AgentFault& fault, std::string_view message) {
  const auto fits = [&](const Rule& rule) {
    if (rule.error_number != 0 && fault.errno_value != rule.error_number) return false;
    if (!rule.class_end.empty() && fault.class_name != rule.class_end &&
        !fault.class_name.ends_with("." + std::string(rule.class_end))) {
      return false;
    }
    return begins(message, rule.begins) && contains(message, rule.contains);
  };
  const auto* const found = std::ranges::find_if(kRules, fits);
  return found == kRules.end() ? kAnythingElse : *found;
}

// One line: line breaks of a trace and control characters become blanks.
std::string one_line(std::string_view text) {
  std::string line;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    const bool blank = byte <= 0x20 || byte == 0x7f;
    if (!blank) {
      line.push_back(c);
    } else if (!line.empty() && line.back() != ' ') {
      line.push_back(' ');
    }
  }
  while (line.ends_with(' ') || line.ends_with('.')) line.pop_back();
  return line;
}

}  // namespace

Error to_error(const Fault& fault) {
  const Split parts = split(fault.text);
  AgentFault agent{.code = fault.code,
                   .class_name = parts.class_name,
                   .errno_value = find_errno(parts.message),
                   .text = fault.text};
  const Rule& rule = rule_for(agent, parts.message);
  std::string what = one_line(parts.message);
  if (what.empty()) {
    what = "the agent raised " +
           (agent.class_name.empty() ? std::string("a fault") : agent.class_name) +
           " without a message";
  }
  what += "; ";
  what += rule.advice;
  return {.code = rule.code, .what = std::move(what), .fault = std::move(agent)};
}

}  // namespace trestle::wire
