// SPDX-License-Identifier: Apache-2.0
#include <string>

#include "tools/cli/generate.h"
#include "tools/cli/parse.h"

namespace trestle::cli {
namespace {

/// A text as roff prints it: no line is taken for a command, hyphens can be copied.
std::string roff(std::string_view text) {
  std::string out;
  bool line_start = true;
  for (const char c : text) {
    if (line_start && (c == '.' || c == '\'')) out += "\\&";
    if (c == '\\') {
      out += "\\e";
    } else if (c == '-') {
      out += "\\-";
    } else {
      out += c;
    }
    line_start = c == '\n';
  }
  return out;
}

void put_options(std::string& out, const std::vector<Option>& options) {
  for (const Option& option : options) {
    out += ".TP\n\\fB" + roff("--" + std::string(option.name)) + "\\fR";
    if (!option.value.empty()) out += " \\fI" + roff(option.value) + "\\fR";
    out += '\n' + roff(option.help);
    std::string words;
    for (const std::string_view word : option.words) {
      words += (words.empty() ? " (one of: " : ", ") + std::string(word);
    }
    if (!words.empty()) out += roff(words) + ")";
    out += option.required ? " (needed)\n" : "\n";
  }
}

void put_verb(std::string& out, const Noun& noun, const Verb& verb) {
  out += ".SS " + roff(full_name(noun, verb)) + "\n";
  out += roff(verb.what) + ".\n.PP\n\\fB" + roff(usage_line(noun, verb)) + "\\fR\n";
  if (!verb.more.empty()) out += ".PP\n" + roff(verb.more) + "\n";
  for (const Operand& operand : verb.operands) {
    out += ".TP\n\\fI" + roff(operand.name) + "\\fR\n" + roff(operand.help) + "\n";
  }
  put_options(out, verb.options);
}

}  // namespace

std::string manual_page(const std::vector<Noun>& tree) {
  std::string out =
      ".\\\" SPDX-License-Identifier: Apache-2.0\n"
      ".\\\" Made by 'trestle completion man'; a test compares it with the program.\n"
      ".TH TRESTLE 1 \"\" \"trestle " TRESTLE_VERSION
      "\" \"Trestle\"\n"
      ".SH NAME\ntrestle \\- drive Oracle VM 3 hosts through their agents\n"
      ".SH SYNOPSIS\n\\fBtrestle\\fR \\fINOUN\\fR \\fIVERB\\fR [\\fIOPTIONS\\fR] ...\n"
      ".SH DESCRIPTION\n"
      "Results go to standard output, as tables for people or as one JSON document with\n"
      "\\fB\\-\\-json\\fR; everything else goes to standard error. Words that begin with a dash "
      "are\n"
      "options, except negative numbers and what follows \\fB\\-\\-\\fR.\n"
      ".SH OPTIONS OF EVERY COMMAND\n";
  put_options(out, common_options());
  out += ".SH OPTIONS OF COMMANDS THAT TALK TO A HOST\n";
  put_options(out, connection_options());
  out += ".SH COMMANDS\n";
  for (const Noun& noun : tree) {
    if (noun.hidden) continue;
    for (const Verb& verb : noun.verbs) put_verb(out, noun, verb);
  }
  out +=
      ".SH EXIT STATUS\n"
      ".TP\n0\ndone\n.TP\n1\nfailed; the reason is one line on standard error, and with\n"
      "\\fB\\-\\-json\\fR an object {\"error\": ...} on standard output\n"
      ".TP\n2\nwrong command line; nothing was sent to any host\n"
      ".TP\n3\ndone, and differences were found\n"
      ".SH ENVIRONMENT\n"
      ".TP\n\\fBTRESTLE_URL\\fR\nthe host's agent, https://HOST[:8899]; a password in it is "
      "refused\n"
      ".TP\n\\fBTRESTLE_USER\\fR\nuser of the agent, oracle if it is not set\n"
      ".TP\n\\fBTRESTLE_PASSWORD\\fR\nthe password; without it and \\fB\\-\\-password\\-file\\fR "
      "it is\n"
      "asked for on the terminal\n"
      ".TP\n\\fBTRESTLE_PIN\\fR, \\fBTRESTLE_CA_FILE\\fR\nhow a host proves who it is\n"
      ".SH SEE ALSO\n.BR trestle\\-sim (1)\n";
  return out;
}

std::string reference(const std::vector<Noun>& tree) {
  std::string out;
  for (const Noun& noun : tree) {
    if (noun.hidden) continue;
    out += "\n### " + std::string(noun.name) + "\n\n" + std::string(noun.what) + "\n";
    for (const Verb& verb : noun.verbs) {
      out += "\n`" + usage_line(noun, verb) + "`: " + std::string(verb.what) + ".\n";
      if (!verb.schema.empty()) out += "\n```\n" + std::string(verb.schema) + "\n```\n";
    }
  }
  return out;
}

}  // namespace trestle::cli
