// SPDX-License-Identifier: Apache-2.0
#include "tools/api/listing.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <nlohmann/json.hpp>
#include <utility>

#include "objects/ovm3/api/all.h"

namespace trestle::api_tools {
namespace {

using ovm3::api::Row;
using ovm3::api::Versions;
using Json = nlohmann::ordered_json;

constexpr std::array<std::pair<Versions, std::string_view>, 3> kReleases{
    {{ovm3::api::k32, "3.2.1"}, {ovm3::api::k33, "3.3"}, {ovm3::api::k34, "3.4"}}};

std::string joined(const std::vector<std::string_view>& words) {
  std::string text;
  for (const std::string_view word : words) {
    if (!text.empty()) text += ", ";
    text += word;
  }
  return text;
}

/// The rows of a group, in the order of the tables.
Result<std::vector<Row>> rows_of_group(std::string_view group) {
  std::vector<Row> rows;
  std::ranges::copy_if(ovm3::api::all_rows(), std::back_inserter(rows),
                       [&](const Row& row) { return group.empty() || row.group == group; });
  if (rows.empty()) {
    return fail(Code::kInvalidArgument, "there is no group '" + std::string(group) +
                                            "'; the groups are " + joined(groups()));
  }
  return rows;
}

std::vector<Row> variants_of(std::string_view name) {
  std::vector<Row> variants;
  std::ranges::copy_if(ovm3::api::variant_rows(), std::back_inserter(variants),
                       [&](const Row& row) { return row.name == name; });
  return variants;
}

/// Releases on which the service is proven in any of its forms.
Versions proven_in_any_form(const Row& row) {
  Versions versions = row.proven;
  for (const Row& variant : variants_of(row.name)) {
    versions = static_cast<Versions>(versions | variant.proven);
  }
  return versions;
}

Json args_json(const Row& row) {
  Json args = Json::array();
  for (const ovm3::api::Parameter& parameter : row.parameters) {
    Json arg{{"name", parameter.name}, {"type", parameter.type}, {"optional", parameter.optional}};
    if (parameter.repeated) arg["repeated"] = true;
    args.push_back(std::move(arg));
  }
  return args;
}

Json row_json(const Row& row) {
  Json json{{"name", row.name},
            {"group", row.group},
            {"args", args_json(row)},
            {"reply", row.reply},
            {"versions", release_names(proven_in_any_form(row))},
            {"effect", effect_name(row.effect)},
            {"what", row.what}};
  std::vector<Row> variants = variants_of(row.name);
  if (variants.empty()) return json;
  variants.insert(variants.begin(), row);
  Json forms = Json::array();
  for (const Row& variant : variants) {
    forms.push_back({{"versions", release_names(variant.proven)}, {"args", args_json(variant)}});
  }
  json["variants"] = std::move(forms);
  return json;
}

/// A cell of a Markdown table: a bar would end it.
std::string cell(std::string_view text) {
  std::string escaped;
  for (const char c : text) {
    if (c == '|') escaped += '\\';
    escaped += c;
  }
  return escaped;
}

std::string markdown_row(const Row& row, std::string_view what) {
  std::string line = "| `" + cell(call_form(row)) + "` | ";
  line += cell(row.reply);
  line += " | " + joined(release_names(row.proven)) + " | ";
  line += effect_name(row.effect);
  line += " | " + cell(what) + " |\n";
  return line;
}

using Line = std::array<std::string, 5>;

std::string aligned(const std::vector<Line>& lines) {
  std::array<std::size_t, 5> widths{};
  for (const Line& line : lines) {
    for (std::size_t i = 0; i < line.size(); ++i) widths[i] = std::max(widths[i], line[i].size());
  }
  std::string text;
  for (const Line& line : lines) {
    for (std::size_t i = 0; i + 1 < line.size(); ++i) {
      text += line[i] + std::string(widths[i] - line[i].size() + 2, ' ');
    }
    text += line.back() + "\n";
  }
  return text;
}

Line table_line(const Row& row) {
  return {std::string(row.group), call_form(row), std::string(row.reply),
          joined(release_names(row.proven)), std::string(effect_name(row.effect))};
}

}  // namespace

std::vector<std::string_view> groups() {
  std::vector<std::string_view> names;
  for (const Row& row : ovm3::api::all_rows()) {
    if (names.empty() || names.back() != row.group) names.push_back(row.group);
  }
  return names;
}

std::vector<std::string_view> release_names(Versions versions) {
  std::vector<std::string_view> names;
  for (const auto& [bit, name] : kReleases) {
    if ((versions & bit) != 0) names.push_back(name);
  }
  return names;
}

std::string_view effect_name(Effect effect) {
  switch (effect) {
    case Effect::kReads:
      return "reads";
    case Effect::kIdempotent:
      return "idempotent";
    case Effect::kMutates:
      return "mutates";
  }
  return "mutates";
}

std::string call_form(const Row& row) {
  std::string text = std::string(row.name) + "(";
  for (std::size_t i = 0; i < row.parameters.size(); ++i) {
    const ovm3::api::Parameter& parameter = row.parameters[i];
    if (i > 0) text += ", ";
    const std::string name(parameter.name);
    text += parameter.repeated ? name + "..." : parameter.optional ? "[" + name + "]" : name;
  }
  return text + ")";
}

Result<std::string> list_json(std::string_view group) {
  TRESTLE_ASSIGN_OR_RETURN(const std::vector<Row> rows, rows_of_group(group));
  Json list = Json::array();
  for (const Row& row : rows) list.push_back(row_json(row));
  return list.dump(2) + "\n";
}

Result<std::string> list_markdown(std::string_view group) {
  TRESTLE_ASSIGN_OR_RETURN(const std::vector<Row> rows, rows_of_group(group));
  std::string text =
      "Releases are those on which a call is proven; others were not looked at. `[name]` may be "
      "left "
      "off, `name...` is any number.\n";
  std::string_view open;
  for (const Row& row : rows) {
    if (row.group != open) {
      open = row.group;
      text += "\n## " + std::string(open) +
              "\n\n| call | reply | proven on | effect | what it does |\n|---|---|---|---|---|\n";
    }
    text += markdown_row(row, row.what);
    for (const Row& variant : variants_of(row.name)) text += markdown_row(variant, variant.what);
  }
  return text;
}

Result<std::string> list_table(std::string_view group) {
  TRESTLE_ASSIGN_OR_RETURN(const std::vector<Row> rows, rows_of_group(group));
  std::vector<Line> lines{{"GROUP", "CALL", "REPLY", "PROVEN ON", "EFFECT"}};
  for (const Row& row : rows) {
    lines.push_back(table_line(row));
    for (const Row& variant : variants_of(row.name)) lines.push_back(table_line(variant));
  }
  return aligned(lines);
}

}  // namespace trestle::api_tools
