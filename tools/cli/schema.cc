// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <utility>

#include "integration/schema/codec.h"
#include "tools/cli/call.h"
#include "tools/cli/nouns.h"
#include "tools/cli/text.h"

namespace trestle::cli {
namespace {

constexpr int kFailed = 1;
constexpr std::size_t kShown = 48;  // bytes of each side from a difference on

std::string from(std::string_view text, std::size_t at) {
  return std::string(text.substr(std::min(at, text.size()), kShown));
}

Value ignored_document(const std::vector<schema::Ignored>& ignored) {
  Array documents;
  for (const schema::Ignored& one : ignored) {
    documents.emplace_back(Struct{{"member", one.path},
                                  {"begin", static_cast<std::int64_t>(one.begin)},
                                  {"end", static_cast<std::int64_t>(one.end)}});
  }
  return documents;
}

Value difference_document(const schema::Check& check, std::string_view body) {
  if (!check.difference) return {};
  return Struct{{"byte", static_cast<std::int64_t>(*check.difference)},
                {"there", from(body, *check.difference)},
                {"back", from(check.rewritten, check.rewritten_at)}};
}

/// What people see of a body that could be read.
std::string lines_of(const std::string& name, const schema::Check& check, std::string_view body) {
  std::string text = printable(name) + ": " + (check.difference ? "differs" : "comes back") + "\n";
  for (const std::string& java_class : check.classes) text += "  " + java_class + "\n";
  for (const schema::Ignored& one : check.ignored) {
    text += "  ignored: " + printable(one.path) + " (bytes " + std::to_string(one.begin) + " to " +
            std::to_string(one.end) + ")\n";
  }
  if (check.difference) {
    text += "  first difference at byte " + std::to_string(*check.difference) + "\n";
    text += "    there: " + printable(from(body, *check.difference)) + "\n";
    text += "    back:  " + printable(from(check.rewritten, check.rewritten_at)) + "\n";
  }
  return text;
}

/// One file; its document, and its lines and exit status added to `outcome`.
Value check_file(const Call& call, const std::string& name, Outcome& outcome) {
  const auto failed = [&](const Error& error) {
    outcome.exit = kFailed;
    outcome.text += printable(name) + ": " + printable(error.message()) + "\n";
    return Value(Struct{{"file", name},
                        {"equal", false},
                        {"classes", Array{}},
                        {"ignored", Array{}},
                        {"difference", Value{}},
                        {"error", error.message()}});
  };
  const auto body = call.read_file(name);
  if (!body) return failed(body.error());
  const auto check = schema::check_body(*body);
  if (!check) return failed(check.error());
  if (check->difference && outcome.exit == 0) outcome.exit = kDifferences;
  outcome.text += lines_of(name, *check, *body);
  return Struct{{"file", name},
                {"equal", !check->difference},
                {"classes", Array(check->classes.begin(), check->classes.end())},
                {"ignored", ignored_document(check->ignored)},
                {"difference", difference_document(*check, *body)},
                {"error", Value{}}};
}

Result<Outcome> check(Call& call) {
  Outcome outcome;
  Array documents;
  for (const std::string& name : call.args.list("FILE")) {
    documents.push_back(check_file(call, name, outcome));
  }
  outcome.document = std::move(documents);
  return outcome;
}

}  // namespace

Noun schema_noun() {
  return {
      .name = "schema",
      .what = "the messages of an orchestrator as Trestle knows them",
      .verbs = {
          {.name = "check",
           .what = "Decodes bodies of messages, encodes them again and compares the bytes",
           .operands = {{.name = "FILE",
                         .help = "body of a message, a JSON array; - reads standard input",
                         .many = true,
                         .complete = Complete::kFile}},
           .schema =
               R"([{"file": "text", "equal": "boolean", "classes": ["text"], "ignored": [{"member": "text", )"
               R"("begin": "integer", "end": "integer"}], "difference": {"byte": "integer", )"
               R"("there": "text", "back": "text", "?": "or null"}, "error": "text?"}])",
           .examples =
               {"schema check bodies/synthetic_start.body",
                "schema check bodies/synthetic_start.body bodies/synthetic_ping.body --json"},
           .run = check,
           .more =
               "Members that their class lacks are named and left out of the comparison. Exit "
               "status 3 if a\n"
               "body differs, 1 if one cannot be read or holds a class that Trestle does not know.",
           .reach = Reach::kLocal},
      }};
}

}  // namespace trestle::cli
