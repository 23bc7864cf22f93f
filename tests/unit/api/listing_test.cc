// SPDX-License-Identifier: Apache-2.0
#include "tools/api/listing.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <nlohmann/json.hpp>
#include <set>
#include <sstream>
#include <string>

#include "objects/ovm3/api/all.h"

namespace trestle::api_tools {
namespace {

using nlohmann::json;
using testing::ElementsAre;
using testing::HasSubstr;

json entry(std::string_view name) {
  for (const json& item : json::parse(list_json().value())) {
    if (item["name"] == name) return item;
  }
  return {};
}

TEST(ApiListJson, HasOneEntryPerServiceWithTheAgreedKeys) {
  const json list = json::parse(list_json().value());
  ASSERT_TRUE(list.is_array());
  EXPECT_EQ(list.size(), 227U);
  for (const json& item : list) {
    std::set<std::string> keys;
    for (const auto& member : item.items()) keys.insert(member.key());
    keys.erase("variants");
    EXPECT_THAT(keys, ElementsAre("args", "effect", "group", "name", "reply", "versions", "what"))
        << item["name"];
    for (const json& arg : item["args"]) {
      EXPECT_TRUE(arg["name"].is_string() && arg["type"].is_string() &&
                  arg["optional"].is_boolean())
          << item["name"];
      EXPECT_EQ(arg.size(), arg.contains("repeated") ? 4U : 3U) << item["name"];
    }
    EXPECT_FALSE(item["versions"].empty()) << item["name"];
  }
}

TEST(ApiListJson, PrintsARowAsItStands) {
  EXPECT_EQ(entry("stop_vm"), json::parse(R"({
    "name": "stop_vm", "group": "hypervisor",
    "args": [{"name": "repo_id", "type": "string", "optional": false},
             {"name": "vm_id", "type": "string", "optional": false},
             {"name": "force", "type": "boolean", "optional": true}],
    "reply": "nil", "versions": ["3.2.1", "3.3"], "effect": "mutates",
    "what": "Asks the guest to shut down, or cuts it off at once if force is true."})"));
}

TEST(ApiListJson, MarksVarargs) {
  EXPECT_EQ(entry("dispatch")["args"][2],
            json::parse(R"({"name": "args", "type": "any", "optional": true, "repeated": true})"));
}

TEST(ApiListJson, ShowsBothFormsOfAServiceThatChanged) {
  const json ownership = entry("take_ownership");
  EXPECT_EQ(ownership["versions"], json({"3.2.1", "3.3"}));
  EXPECT_EQ(ownership["args"].size(), 2U);
  ASSERT_EQ(ownership["variants"].size(), 2U);
  EXPECT_EQ(ownership["variants"][0]["versions"], json({"3.2.1"}));
  EXPECT_EQ(ownership["variants"][1]["versions"], json({"3.3"}));
  EXPECT_EQ(ownership["variants"][1]["args"][0]["name"], "params");
  EXPECT_EQ(entry("update_agent_password")["variants"][1]["args"].size(), 3U);
  EXPECT_FALSE(entry("echo").contains("variants"));
}

TEST(ApiListJson, ShowsOneGroupIfAsked) {
  std::size_t total = 0;
  for (const std::string_view group : groups()) {
    const json list = json::parse(list_json(group).value());
    for (const json& item : list) EXPECT_EQ(item["group"], group);
    total += list.size();
  }
  EXPECT_EQ(total, 227U);
  EXPECT_THAT(groups(),
              ElementsAre("cluster", "common", "host", "hypervisor", "network", "poolfs", "remote",
                          "repository", "serverpool", "storageplugin", "module"));
}

TEST(ApiList, NamesTheGroupsIfOneIsUnknown) {
  for (const auto& printed : {list_json("xen"), list_markdown("xen"), list_table("xen")}) {
    ASSERT_FALSE(printed.has_value());
    EXPECT_EQ(printed.error().code, Code::kInvalidArgument);
    EXPECT_THAT(printed.error().what, HasSubstr("no group 'xen'; the groups are cluster, common"));
  }
}

TEST(ApiListMarkdown, HasATableLinePerFormAndClosedCells) {
  std::istringstream lines(list_markdown().value());
  std::size_t headings = 0;
  std::size_t calls = 0;
  for (std::string line; std::getline(lines, line);) {
    if (line.starts_with("## ")) ++headings;
    if (!line.starts_with("| `")) continue;
    ++calls;
    EXPECT_EQ(std::ranges::count(line, '|') - std::ranges::count(line, '\\'), 6) << line;
  }
  EXPECT_EQ(headings, 11U);
  EXPECT_EQ(calls, 227U + ovm3::api::variant_rows().size());
}

TEST(ApiListTable, AlignsItsColumns) {
  EXPECT_EQ(list_table("common").value(),
            "GROUP   CALL                          REPLY  PROVEN ON   EFFECT\n"
            "common  dispatch(uri, func, args...)  any    3.2.1       mutates\n"
            "common  echo(msg)                     any    3.2.1, 3.3  reads\n"
            "common  get_api_version()             array  3.2.1       reads\n"
            "common  sleep(secs)                   nil    3.2.1       reads\n");
}

TEST(CallForm, MarksWhatMayBeLeftOff) {
  EXPECT_EQ(call_form(ovm3::api::find_row("copy_file").value()),
            "copy_file(src, dst, [sparse], [update_period])");
}

std::string read(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  std::ostringstream text;
  text << in.rdbuf();
  return std::move(text).str();
}

// The whole list as it was last reviewed; refreshed with TRESTLE_UPDATE_GOLDEN=1.
TEST(ApiListMarkdown, IsTheListThatWasReviewed) {
  const std::string path = TRESTLE_SOURCE_DIR "/tests/golden/api_list.md";
  const std::string printed = list_markdown().value();
  if (std::getenv("TRESTLE_UPDATE_GOLDEN") != nullptr) std::ofstream(path) << printed;
  EXPECT_EQ(read(path), printed) << "look at the change, then run with TRESTLE_UPDATE_GOLDEN=1";
}

}  // namespace
}  // namespace trestle::api_tools
