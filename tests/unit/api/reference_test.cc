// SPDX-License-Identifier: Apache-2.0
// The rows against the call catalogue that lies beside the checkout on machines that have it; and
// the comparison itself against a small made-up catalogue, so that it is known to find mistakes.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <map>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "objects/ovm3/api/all.h"

namespace trestle::ovm3::api {
namespace {

using nlohmann::json;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

/// What a row says where the catalogue says `type`.
std::string row_type(const std::string& type, bool sure) {
  static const std::map<std::string, std::string> kTypes{
      {"string", "string"}, {"boolean", "boolean"}, {"int", "int"},
      {"int or i8", "int"}, {"struct", "struct"},   {"array of string", "array of string"},
      {"array", "array"},   {"nil", "nil"},         {"xml_document", "xml_document"}};
  const auto known = kTypes.find(type);
  return sure && known != kTypes.end() ? known->second : "any";
}

std::string row_reply(const json& service) {
  // Nil or true, as its own description and two recordings say, so no one type.
  if (service["name"] == "ovs_mkdirs") return "any";
  const json& reply = service["reply"];
  return row_type(reply["type"], reply["type"] == "nil" || reply.value("sure", true));
}

Versions proven_by(const json& service) {
  if (!service.contains("versions")) return 0;
  const json& versions = service["versions"];
  Versions bits = 0;
  const auto says = [&](const char* release, const char* word) {
    return versions.value(release, "").starts_with(word);
  };
  if (says("3.2.1", "listed")) bits |= k32;
  if (says("3.3.1", "used") || says("3.3.1", "differs: reply")) bits |= k33;
  if (says("3.4", "seen")) bits |= k34;
  return bits;
}

std::string presence(const Parameter& parameter) {
  return parameter.repeated ? "any number" : parameter.optional ? "optional" : "required";
}

class Comparison {
 public:
  std::vector<std::string> run(const json& reference, const std::vector<Row>& rows) {
    std::map<std::string, json> services;
    for (const char* list : {"services", "newer_services"}) {
      for (const json& service : reference[list]) services[service["name"]] = service;
    }
    for (json service : reference["module_calls"]["calls"]) {
      service["group"] = "module";
      services[service["name"]] = service;
    }
    for (const auto& [name, service] : services) {
      const auto row = std::ranges::find(rows, name, &Row::name);
      if (row == rows.end()) {
        say(name, "has no row");
      } else {
        compare(*row, service);
      }
    }
    for (const Row& row : rows) {
      if (!services.contains(std::string(row.name))) say(row.name, "is not in the reference");
    }
    return findings_;
  }

 private:
  void say(std::string_view name, const std::string& what) {
    findings_.push_back(std::string(name) + " " + what);
  }
  void compare(const Row& row, const json& service) {
    if (row.group != service["group"]) say(row.name, "is in another group");
    if (service.contains("versions") && row.proven != proven_by(service)) {
      say(row.name, "has other proven releases");
    }
    if (row.reply != row_reply(service)) say(row.name, "replies with " + std::string(row.reply));
    const json& args = service["args"];
    if (args.size() != row.parameters.size()) {
      say(row.name, "has " + std::to_string(row.parameters.size()) + " arguments");
      return;
    }
    for (std::size_t i = 0; i < args.size(); ++i) compare(row, row.parameters[i], args[i]);
  }
  void compare(const Row& row, const Parameter& parameter, const json& arg) {
    const std::string name(parameter.name);
    if (name != arg["name"]) say(row.name, "names " + name);
    std::string wanted = arg.value("presence", "required");
    if (wanted == "not shown, likely optional") wanted = "optional";
    if (presence(parameter) != wanted) say(row.name, "has " + name + " " + presence(parameter));
    if (parameter.type != row_type(arg.value("type", "unknown"), arg.value("type_sure", false))) {
      say(row.name, "types " + name + " as " + std::string(parameter.type));
    }
  }
  std::vector<std::string> findings_;
};

/// A reference with two of our rows, as the catalogue would have them.
json small_reference() {
  return json::parse(R"({
    "services": [{"name": "copy_file", "group": "host",
      "args": [{"name": "src", "presence": "required", "type": "string", "type_sure": true},
               {"name": "dst", "presence": "required", "type": "string", "type_sure": true},
               {"name": "sparse", "presence": "not shown, likely optional", "type": "boolean",
                "type_sure": true},
               {"name": "update_period", "presence": "optional", "type": "int",
                "type_sure": false}],
      "reply": {"type": "nil", "sure": true},
      "versions": {"3.2.1": "listed", "3.3.1": "used", "3.4": "unknown"}}],
    "newer_services": [],
    "module_calls": {"calls": [{"name": "ping",
      "args": [{"name": "host", "presence": "required"},
               {"name": "count", "presence": "optional"}],
      "reply": {"type": "boolean"}}]}})");
}

std::vector<Row> two_rows() { return {find_row("copy_file").value(), find_row("ping").value()}; }

TEST(ReferenceComparison, IsSilentWhenBothAgree) {
  EXPECT_THAT(Comparison().run(small_reference(), two_rows()), IsEmpty());
}

TEST(ReferenceComparison, FindsEachKindOfMistake) {
  const auto findings = [](const auto& spoil) {
    std::vector<Row> rows = two_rows();
    spoil(rows);
    return Comparison().run(small_reference(), rows);
  };
  using Rows = std::vector<Row>;
  EXPECT_THAT(findings([](Rows& r) { r.pop_back(); }), ElementsAre("ping has no row"));
  EXPECT_THAT(findings([](Rows& r) { r.push_back(find_row("echo").value()); }),
              ElementsAre("echo is not in the reference"));
  EXPECT_THAT(findings([](Rows& r) { r[0].parameters[0].name = "source"; }),
              ElementsAre("copy_file names source"));
  EXPECT_THAT(findings([](Rows& r) { r[0].parameters[3].type = "int"; }),
              ElementsAre("copy_file types update_period as int"));
  EXPECT_THAT(findings([](Rows& r) { r[0].parameters[2].optional = false; }),
              ElementsAre("copy_file has sparse required"));
  EXPECT_THAT(findings([](Rows& r) { r[0].parameters.pop_back(); }),
              ElementsAre("copy_file has 3 arguments"));
  EXPECT_THAT(findings([](Rows& r) { r[0].proven = k32; }),
              ElementsAre("copy_file has other proven releases"));
  EXPECT_THAT(findings([](Rows& r) { r[1].reply = "any"; }), ElementsAre("ping replies with any"));
  EXPECT_THAT(findings([](Rows& r) { r[1].group = "host"; }),
              ElementsAre("ping is in another group"));
}

class SharedReference : public testing::TestWithParam<std::string> {};
GTEST_ALLOW_UNINSTANTIATED_PARAMETERIZED_TEST(SharedReference);

TEST_P(SharedReference, AgreesWithTheRows) {
  std::ifstream in(GetParam());
  EXPECT_THAT(Comparison().run(json::parse(in), all_rows()), IsEmpty());
}

std::vector<std::string> present_references() {
  const std::string path = TRESTLE_SHARED_DIR "/reference/ovm3-agent-api.json";
  if (std::filesystem::exists(path)) return {path};
  return {};
}
INSTANTIATE_TEST_SUITE_P(Catalogue, SharedReference, testing::ValuesIn(present_references()),
                         [](const auto& /*test*/) { return std::string("BesideTheCheckout"); });

}  // namespace
}  // namespace trestle::ovm3::api
