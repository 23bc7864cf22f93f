// SPDX-License-Identifier: Apache-2.0
#include "tools/api/compare.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

namespace trestle::api_tools {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

constexpr std::string_view kBefore = R"({"format": "introspection", "services": [
  {"name": "copy", "args": [{"name": "src"}, {"name": "dst"}, {"name": "sparse", "default": true}],
   "varargs": null, "keywords": null},
  {"name": "echo", "args": [{"name": "msg"}], "varargs": null, "keywords": null},
  {"name": "old_name", "args": [], "varargs": "rest", "keywords": null}]})";

Listing listing(std::string_view text) {
  auto parsed = parse_listing(text, "file.json");
  EXPECT_TRUE(parsed.has_value()) << (parsed ? "" : parsed.error().what);
  return parsed.value_or(Listing{});
}

std::string replaced(std::string_view from, std::string_view to) {
  std::string text(kBefore);
  const std::size_t at = text.find(from);
  EXPECT_NE(at, std::string::npos) << from;
  return text.replace(at, from.size(), to);
}

std::vector<Difference> after(std::string_view from, std::string_view to) {
  return compare(listing(kBefore), listing(replaced(from, to)));
}

TEST(CompareListings, FindsNothingInEqualOnesWhateverTheirOrder) {
  EXPECT_THAT(compare(listing(kBefore), listing(kBefore)), IsEmpty());
  EXPECT_THAT(
      compare(listing(R"({"services": [{"name": "a", "args": []}, {"name": "b", "args": []}]})"),
              listing(R"({"services": [{"name": "b", "args": []}, {"name": "a", "args": []}]})")),
      IsEmpty());
}

TEST(CompareListings, FindsARenameAsOneGoneAndOneNew) {
  EXPECT_THAT(after("old_name", "new_name"), ElementsAre(Difference{"new_name", "added", ""},
                                                         Difference{"old_name", "removed", ""}));
}

TEST(CompareListings, FindsAnAddedAndARemovedArgument) {
  EXPECT_THAT(after(R"({"name": "msg"})", R"({"name": "msg"}, {"name": "level"})"),
              ElementsAre(Difference{"echo", "argument-added", "level"}));
  EXPECT_THAT(after(R"({"name": "dst"}, )", ""),
              ElementsAre(Difference{"copy", "argument-removed", "dst"}));
  EXPECT_THAT(after(R"("varargs": "rest")", R"("varargs": null)"),
              ElementsAre(Difference{"old_name", "argument-removed", "*rest"}));
}

TEST(CompareListings, FindsAnotherOrderAndNothingElseInIt) {
  EXPECT_THAT(after(R"({"name": "src"}, {"name": "dst"})", R"({"name": "dst"}, {"name": "src"})"),
              ElementsAre(Difference{"copy", "reordered", "src, dst, sparse -> dst, src, sparse"}));
}

TEST(CompareListings, FindsAnotherDefaultAndOneThatIsGone) {
  EXPECT_THAT(after(R"("default": true)", R"("default": "true")"),
              ElementsAre(Difference{"copy", "default", "sparse: true -> \"true\""}));
  EXPECT_THAT(after(R"(, "default": true)", ""),
              ElementsAre(Difference{"copy", "default", "sparse: true -> none"}));
}

TEST(CompareListings, LeavesDefaultsOutWhereOneSideDoesNotTellThem) {
  const Listing catalogue = listing(R"({"format": 1, "groups": [{"services": [
    {"name": "echo", "arguments": [{"name": "msg"}]},
    {"name": "copy", "arguments": [{"name": "src"}, {"name": "dst"}, {"name": "sparse"}]},
    {"name": "old_name", "arguments": [{"name": "rest", "repeated": true}]}]}]})");
  EXPECT_THAT(compare(listing(kBefore), catalogue), IsEmpty());
}

TEST(CompareListings, ReadsOurOwnCatalogues) {
  const std::filesystem::path folder =
      std::filesystem::path(TRESTLE_SOURCE_DIR) / "objects/ovm3/api/catalog";
  const auto older = load_listing(folder / "3.2.1.json");
  const auto newer = load_listing(folder / "3.3.json");
  ASSERT_TRUE(older && newer);
  EXPECT_THAT(compare(*older, *older), IsEmpty());
  EXPECT_FALSE(compare(*older, *newer).empty());
}

TEST(CompareListings, NamesTheFileAndThePlaceOfDamage) {
  for (const auto& [text, words] : std::vector<std::pair<std::string, std::string>>{
           {"", "file.json: document: JSON"},
           {"[1]", "a list `services` or a list `groups`"},
           {R"({"services": [1]})", "services[0]: an object with a text `name`"},
           {R"({"services": [{"name": "x"}]})", "services[0]: a list `args`"},
           {R"({"services": [{"name": "x", "args": [{}]}]})", "services[0].args[0]"},
           {R"({"groups": [{"services": []}, {}]})", "groups[1]: a list `services`"}}) {
    const auto parsed = parse_listing(text, "file.json");
    ASSERT_FALSE(parsed.has_value()) << text;
    EXPECT_EQ(parsed.error().code, Code::kInvalidArgument);
    EXPECT_THAT(parsed.error().what, HasSubstr(words));
  }
}

TEST(CompareListings, SaysWhichFileIsNotThereAndRefusesAHugeOne) {
  const auto gone = load_listing("/no/such/file.json");
  ASSERT_FALSE(gone.has_value());
  EXPECT_EQ(gone.error().code, Code::kNotFound);
  const std::filesystem::path huge = std::filesystem::path(::testing::TempDir()) / "huge.json";
  std::ofstream(huge) << std::string((std::size_t{4} << 20U) + 1, ' ');
  const auto refused = load_listing(huge);
  std::filesystem::remove(huge);
  ASSERT_FALSE(refused.has_value());
  EXPECT_EQ(refused.error().code, Code::kResourceExhausted);
}

}  // namespace
}  // namespace trestle::api_tools
