// SPDX-License-Identifier: Apache-2.0
#include "tools/api/draft.h"

#include <algorithm>
#include <array>
#include <string_view>
#include <utility>

#include "tools/api/drift.h"

namespace trestle::api_tools {
namespace {

std::string cpp_type(std::string_view type) {
  static constexpr std::array<std::pair<std::string_view, std::string_view>, 8> kTypes{
      {{"nil", "void"},
       {"boolean", "bool"},
       {"int", "std::int64_t"},
       {"string", "std::string"},
       {"array", "Array"},
       {"array of string", "std::vector<std::string>"},
       {"struct", "Struct"},
       {"xml_document", "XmlText"}}};
  for (const auto& [name, cpp] : kTypes) {
    if (name == type) return std::string(cpp);
  }
  return "Value";
}

std::string argument_type(const CatalogArgument& argument) {
  std::string type = cpp_type(row_type(argument.type));
  switch (argument.presence) {
    case Presence::kRequired:
      return type;
    case Presence::kOptional:
    case Presence::kLikelyOptional:
      return "std::optional<" + type + ">";
    case Presence::kRepeated:
      return "Rest<" + type + ">";
  }
  return type;
}

std::string_view effect_constant(Effect effect) {
  switch (effect) {
    case Effect::kReads:
      return "Effect::kReads";
    case Effect::kIdempotent:
      return "Effect::kIdempotent";
    case Effect::kMutates:
      return "Effect::kMutates";
  }
  return "Effect::kMutates";
}

/// "3.2.1" is k32, "3.5" will be k35.
std::string version_constant(std::string_view release) {
  std::string digits;
  for (const char c : release) {
    if (c >= '0' && c <= '9' && digits.size() < 2) digits += c;
  }
  return "k" + digits;
}

std::string draft_row(const CatalogService& service, std::string_view release) {
  std::string types;
  std::string names;
  for (const CatalogArgument& argument : service.arguments) {
    if (!types.empty()) types += ", ";
    if (!names.empty()) names += ", ";
    types += argument_type(argument);
    names += "\"" + argument.name + "\"";
  }
  std::string reply = cpp_type(row_reply(service.reply));
  if (service.reply.or_nil) reply = "std::optional<" + reply + ">";
  std::string text = "inline constexpr Service<" + reply + "(" + types + ")> " + service.name +
                     "{\n    \"" + service.name + "\", {" + names + "}, " +
                     version_constant(release) + ", ";
  text += effect_constant(service.effect);
  return text + ", \"\"};\n";
}

}  // namespace

std::string draft_rows(const Catalog& catalog, const std::vector<ovm3::api::Row>& rows) {
  std::string text;
  std::string_view group;
  for (const CatalogService& service : catalog.services) {
    if (std::ranges::find(rows, service.name, &ovm3::api::Row::name) != rows.end()) continue;
    if (service.group != group) {
      group = service.group;
      text += (text.empty() ? "// group " : "\n// group ") + service.group + "\n";
    }
    text += draft_row(service, catalog.release);
  }
  return text;
}

}  // namespace trestle::api_tools
