// SPDX-License-Identifier: Apache-2.0
#include <utility>

#include "objects/ovm3/api/all.h"
#include "tools/api/catalog.h"
#include "tools/api/compare.h"
#include "tools/api/draft.h"
#include "tools/api/drift.h"
#include "tools/api/listing.h"
#include "tools/cli/call.h"
#include "tools/cli/json_value.h"
#include "tools/cli/nouns.h"
#include "tools/cli/text.h"

namespace trestle::cli {
namespace {

Result<Outcome> list(Call& call) {
  const std::string& group = call.args.text("group");
  if (call.args.has("markdown") && call.args.has("json")) {
    return usage("--markdown and --json exclude each other; give one");
  }
  TRESTLE_ASSIGN_OR_RETURN(const std::string json, api_tools::list_json(group));
  TRESTLE_ASSIGN_OR_RETURN(std::string text, call.args.has("markdown")
                                                 ? api_tools::list_markdown(group)
                                                 : api_tools::list_table(group));
  TRESTLE_ASSIGN_OR_RETURN(Value document, from_json(json));
  return Outcome{.document = std::move(document), .columns = {}, .text = std::move(text)};
}

/// A folder of catalogue files against the rows of this program.
Result<Outcome> check(Call& call) {
  TRESTLE_ASSIGN_OR_RETURN(const auto catalogs, api_tools::load_catalogs(call.args.text("FOLDER")));
  const auto findings =
      api_tools::drift(ovm3::api::all_rows(), ovm3::api::variant_rows(), catalogs);
  Outcome outcome{.document = Struct{{"differences", Array(findings.begin(), findings.end())}}};
  outcome.exit = findings.empty() ? 0 : kDifferences;
  for (const std::string& finding : findings) outcome.text += printable(finding) + "\n";
  if (findings.empty()) outcome.text = "rows and catalogues agree\n";
  return outcome;
}

/// Two listings of one agent or of two.
Result<Outcome> diff(Call& call) {
  TRESTLE_ASSIGN_OR_RETURN(const auto before, api_tools::load_listing(call.args.text("BEFORE")));
  TRESTLE_ASSIGN_OR_RETURN(const auto after, api_tools::load_listing(call.args.text("AFTER")));
  Array differences;
  std::string text;
  for (const api_tools::Difference& found : api_tools::compare(before, after)) {
    differences.push_back(Struct{
        {"service", found.service}, {"kind", std::string(found.kind)}, {"detail", found.detail}});
    text += printable(found.service) + ": " + std::string(found.kind);
    text += (found.detail.empty() ? "" : " " + printable(found.detail)) + "\n";
  }
  Outcome outcome{.document = Struct{{"differences", differences}}};
  outcome.exit = differences.empty() ? 0 : kDifferences;
  outcome.text = differences.empty() ? "both list the same services\n" : std::move(text);
  return outcome;
}

Result<Outcome> rows(Call& call) {
  TRESTLE_ASSIGN_OR_RETURN(const auto catalog, api_tools::load_catalog(call.args.text("FILE")));
  std::string draft = api_tools::draft_rows(catalog, ovm3::api::all_rows());
  Outcome outcome{.document = Struct{{"rows", draft}}};
  outcome.text = draft.empty() ? "every service of this catalogue has its row\n" : std::move(draft);
  return outcome;
}

}  // namespace

Noun api_noun() {
  return {
      .name = "api",
      .what = "the services of the agent as Trestle knows them",
      .verbs = {
          {.name = "list",
           .what = "Lists all services with arguments, reply, releases and effect",
           .options =
               {{.name = "group",
                 .value = "GROUP",
                 .help = "only this group, e.g. hypervisor or storageplugin"},
                {.name = "markdown", .value = "", .help = "print Markdown, a table a group"}},
           .schema =
               R"([{"name": "text", "group": "text", "args": [{"name": "text", "type": "text", )"
               R"("optional": "boolean", "repeated?": "boolean"}], "reply": "text", "versions": ["text"], )"
               R"("effect": "text", "what": "text", "variants?": [{"versions": ["text"], "args": )"
               R"([{"name": "text", "type": "text", "optional": "boolean", "repeated?": "boolean"}]}]}])",
           .examples = {"api list --group hypervisor", "api list --json"},
           .run = list,
           .reach = Reach::kLocal},
          {.name = "check",
           .what = "Compares the services this program knows with a folder of catalogues",
           .operands = {{.name = "FOLDER",
                         .help = "folder of catalogue files, e.g. objects/ovm3/api/catalog",
                         .complete = Complete::kDirectory}},
           .schema = R"({"differences": ["text"]})",
           .examples = {"api check catalog", "api check catalog --json"},
           .run = check,
           .more = "Exit status 3 if they differ.",
           .reach = Reach::kLocal},
          {.name = "diff",
           .what = "Compares two listings of services: catalogues, or what introspect.py prints",
           .operands = {{.name = "BEFORE",
                         .help = "catalogue, or output of hypervisor-scripts/introspect.py",
                         .complete = Complete::kFile},
                        {.name = "AFTER", .help = "the other one", .complete = Complete::kFile}},
           .schema = R"({"differences": [{"service": "text", "kind": "text", "detail": "text"}]})",
           .examples = {"api diff catalog/3.3.json catalog/3.3.json",
                        "api diff catalog/3.4.json catalog/3.4.json --json"},
           .run = diff,
           .more = "Kinds: added, removed, argument-added, argument-removed, reordered, default. "
                   "Exit status 3 if they differ.",
           .reach = Reach::kLocal},
          {.name = "rows",
           .what = "Drafts a row for every service of a catalogue that has none",
           .operands = {{.name = "FILE", .help = "catalogue file", .complete = Complete::kFile}},
           .schema = R"({"rows": "text"})",
           .examples = {"api rows catalog/3.4.json", "api rows catalog/3.4.json --json"},
           .run = rows,
           .reach = Reach::kLocal},
      }};
}

}  // namespace trestle::cli
