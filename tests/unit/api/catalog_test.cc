// SPDX-License-Identifier: Apache-2.0
#include "tools/api/catalog.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <nlohmann/json.hpp>
#include <sstream>
#include <string>
#include <vector>

namespace trestle::api_tools {
namespace {

using testing::HasSubstr;
using testing::StartsWith;

constexpr const char* kSmall = R"({
  "format": 1, "release": "3.2.1", "agent": "made up for this test",
  "groups": [{"group": "host", "class": "agent.Linux", "services": [
    {"name": "copy_file", "evidence": ["introspection", "plugin"], "plugin_use": "called",
     "arguments": [
       {"name": "src", "type": "string", "evidence": ["plugin"]},
       {"name": "fs", "type": "struct", "evidence": ["plugin"], "members": {"uuid": "string"}},
       {"name": "sparse", "type": "boolean", "evidence": ["inferred"], "optional": "likely"},
       {"name": "args", "type": "unknown", "evidence": [], "repeated": true}],
     "reply": {"type": "struct", "evidence": ["recording"], "or_nil": true},
     "effect": "mutates", "facts": ["holds the connection"]}]}]
})";

TEST(Catalogue, ReadsWhatTheFormatHas) {
  const Catalog catalog = parse_catalog(kSmall, "small.json").value();
  EXPECT_EQ(catalog.release, "3.2.1");
  ASSERT_EQ(catalog.services.size(), 1U);
  const CatalogService& service = *catalog.find("copy_file");
  EXPECT_EQ(catalog.find("copy_files"), nullptr);
  EXPECT_EQ(service.group, "host");
  ASSERT_EQ(service.arguments.size(), 4U);
  EXPECT_TRUE(service.arguments[0].type.proven());
  EXPECT_FALSE(service.arguments[2].type.proven());
  EXPECT_EQ(service.arguments[2].presence, Presence::kLikelyOptional);
  EXPECT_EQ(service.arguments[3].presence, Presence::kRepeated);
  EXPECT_TRUE(service.reply.or_nil);
  EXPECT_EQ(service.effect, Effect::kMutates);
  EXPECT_THAT(service.facts, testing::ElementsAre("holds the connection"));
}

struct Spoiled {
  const char* name;
  const char* from;  ///< text of kSmall
  const char* to;
  const char* says;
};
void PrintTo(const Spoiled& spoiled, std::ostream* out) { *out << spoiled.name; }

class SpoiledCatalogue : public testing::TestWithParam<Spoiled> {};

TEST_P(SpoiledCatalogue, IsRefusedWithFileAndPlace) {
  std::string text = kSmall;
  const std::size_t at = text.find(GetParam().from);
  ASSERT_NE(at, std::string::npos);
  text.replace(at, std::string(GetParam().from).size(), GetParam().to);
  const auto catalog = parse_catalog(text, "small.json");
  ASSERT_FALSE(catalog.has_value());
  EXPECT_EQ(catalog.error().code, Code::kInvalidArgument);
  EXPECT_THAT(catalog.error().what, StartsWith("small.json: "));
  EXPECT_THAT(catalog.error().what, HasSubstr(GetParam().says));
}

INSTANTIATE_TEST_SUITE_P(
    Of, SpoiledCatalogue,
    testing::Values(
        Spoiled{"CutOff", "\"groups\"", "", "not JSON"},
        Spoiled{"OtherFormat", "\"format\": 1", "\"format\": 2",
                "document.format: format 2 is not known"},
        Spoiled{"FormatAsText", "\"format\": 1", "\"format\": \"1\"",
                "document.format: a whole number is wanted, this is string"},
        Spoiled{"NoRelease", "\"release\": \"3.2.1\", ", "", "document: key 'release' is missing"},
        Spoiled{"EmptyRelease", "\"3.2.1\"", "\"\"", "document.release: the text is empty"},
        Spoiled{"UnknownKey", "\"agent\"", "\"agnet\"", "document: unknown key 'agnet'"},
        Spoiled{"DoubledKey", "\"effect\": \"mutates\"",
                "\"effect\": \"reads\", \"effect\": \"mutates\"", "the key 'effect' stands twice"},
        Spoiled{"GroupsAsObject", "\"groups\": [{", "\"groups\": {\"a\": [{", "not JSON"},
        Spoiled{"UnknownEvidence", "[\"introspection\", \"plugin\"]", "[\"hearsay\"]",
                "document.groups[0].services[0].evidence[0]: 'hearsay' is not a word of evidence"},
        Spoiled{"EvidenceTwice", "[\"introspection\", \"plugin\"]", "[\"plugin\", \"plugin\"]",
                "evidence[1]: 'plugin' twice"},
        Spoiled{"ServiceWithoutProof", "[\"introspection\", \"plugin\"]", "[\"inferred\"]",
                "'copy_file' is not proven here"},
        Spoiled{"UnknownType", "\"type\": \"boolean\"", "\"type\": \"bool\"", "arguments[2]"},
        Spoiled{"HalfUnknownType", "\"type\": \"boolean\"", "\"type\": \"string or bool\"",
                "'string or bool' is not a type"},
        Spoiled{"TypeWithoutEvidence", "\"type\": \"boolean\", \"evidence\": [\"inferred\"]",
                "\"type\": \"boolean\", \"evidence\": []", "a type needs evidence"},
        Spoiled{"EvidenceOfNothing", "\"evidence\": [], \"repeated\"",
                "\"evidence\": [\"plugin\"], \"repeated\"", "'unknown' has none"},
        Spoiled{"UnknownDegree", "\"optional\": \"likely\"", "\"optional\": \"maybe\"",
                "arguments[2].optional: 'maybe' is not known here; use one of shown, likely"},
        Spoiled{"RepeatedAsText", "\"repeated\": true", "\"repeated\": \"yes\"",
                "true or false is wanted"},
        Spoiled{"RepeatedAndOptional", "\"repeated\": true",
                "\"repeated\": true, \"optional\": \"shown\"", "says 'optional' too"},
        Spoiled{"RequiredAfterOptional", ", \"repeated\": true", "",
                "'args' comes after an argument that may be left off"},
        Spoiled{"SameArgumentTwice", "\"name\": \"fs\"", "\"name\": \"src\"",
                "a second argument named 'src'"},
        Spoiled{"MemberOfUnknownType", "{\"uuid\": \"string\"}", "{\"uuid\": \"text\"}",
                "members.'uuid': 'text' is not a type"},
        Spoiled{"RootOfAStruct", "\"or_nil\": true", "\"root\": \"A\"",
                "an xml_document has a root"},
        Spoiled{"UnknownEffect", "\"effect\": \"mutates\"", "\"effect\": \"writes\"",
                "services[0].effect: 'writes' is not known here"},
        Spoiled{"UnknownUse", "\"plugin_use\": \"called\"", "\"plugin_use\": \"often\"",
                "plugin_use: 'often'"},
        Spoiled{"FactAsNumber", "[\"holds the connection\"]", "[7]",
                "facts[0]: a text is wanted, this is number"},
        Spoiled{"NotUtf8", "made up", "made \xff up", "not JSON"}),
    [](const auto& test) { return std::string(test.param.name); });

TEST(Catalogue, RefusesTheSameServiceOrGroupTwice) {
  nlohmann::json document = nlohmann::json::parse(kSmall);
  document["groups"].push_back(document["groups"][0]);
  EXPECT_THAT(parse_catalog(document.dump(), "a").error().what, HasSubstr("a second group 'host'"));
  document["groups"][1]["group"] = "common";
  EXPECT_THAT(parse_catalog(document.dump(), "a").error().what,
              HasSubstr("a second service 'copy_file'"));
}

TEST(Catalogue, RefusesDeepNestingAndLength) {
  const std::string deep = std::string(100'000, '[') + std::string(100'000, ']');
  EXPECT_THAT(parse_catalog(deep, "deep.json").error().what, HasSubstr("nested deeper than 16"));
  const auto longer = parse_catalog(std::string(kMaxCatalogBytes + 1, ' '), "long.json");
  EXPECT_EQ(longer.error().code, Code::kResourceExhausted);
}

// Cut at every byte: an error each time, never a catalogue and never a crash.
TEST(Catalogue, RefusesEveryCutOffForm) {
  const std::string text = kSmall;
  for (std::size_t size = 0; size + 1 < text.size(); ++size) {
    EXPECT_FALSE(parse_catalog(text.substr(0, size), "cut.json").has_value()) << size;
  }
}

TEST(CatalogueFile, NamesTheFileThatCannotBeRead) {
  const auto missing = load_catalog("/nonexistent/3.9.json");
  ASSERT_FALSE(missing.has_value());
  EXPECT_EQ(missing.error().code, Code::kNotFound);
  EXPECT_THAT(missing.error().what, StartsWith("/nonexistent/3.9.json: cannot be read"));
  EXPECT_EQ(load_catalogs("/nonexistent").error().code, Code::kNotFound);
}

TEST(CatalogueFolder, RefusesTwoFilesOfOneRelease) {
  const std::filesystem::path folder =
      std::filesystem::path(testing::TempDir()) / "trestle_catalog_two";
  std::filesystem::create_directories(folder);
  for (const char* name : {"a.json", "b.json"}) std::ofstream(folder / name) << kSmall;
  const auto catalogs = load_catalogs(folder);
  std::filesystem::remove_all(folder);
  ASSERT_FALSE(catalogs.has_value());
  EXPECT_THAT(catalogs.error().what, HasSubstr("a second catalogue of release 3.2.1"));
}

}  // namespace
}  // namespace trestle::api_tools
