// SPDX-License-Identifier: Apache-2.0
// The simulator models every service that a handle calls: both lists are read when the test runs.
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <map>
#include <regex>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "objects/ovm3/api/all.h"
#include "tests/support/recordings.h"
#include "tools/simulator/services.h"

namespace trestle::simulator {
namespace {

namespace fs = std::filesystem;

/// "network", "take_ownership_33" (the names in C++) to "take_ownership" (the name on the wire).
using RowNames = std::map<std::pair<std::string, std::string>, std::string>;

std::vector<std::smatch> matches(const std::string& text, const std::regex& pattern) {
  return {std::sregex_iterator(text.begin(), text.end(), pattern), std::sregex_iterator()};
}

const std::regex& table_pattern() {
  static const std::regex pattern(R"(namespace trestle::ovm3::api::(\w+) \{)");
  return pattern;
}

RowNames rows_of_tables() {
  const std::regex row(R"re((\w+)\s*\{\s*"(\w+)"\s*,)re");
  RowNames names;
  for (const auto& file :
       fs::directory_iterator(fs::path(TRESTLE_SOURCE_DIR) / "objects/ovm3/api")) {
    if (file.path().extension() != ".h") continue;
    const std::string text = ::trestle::testing::read_file(file.path());
    std::smatch table;
    if (!std::regex_search(text, table, table_pattern())) continue;
    for (const std::smatch& match : matches(text, row)) {
      names[{table[1].str(), match[1].str()}] = match[2].str();
    }
  }
  return names;
}

struct Use {
  std::string file;
  std::string service;
};

/// Every row that a source beside the handles' headers names, by an alias of its table or in full.
std::vector<Use> rows_used_by_handles(const RowNames& rows) {
  const std::regex alias(R"(namespace (\w+) = (?:ovm3::)?api::(\w+);)");
  const std::regex name(R"((?:api::\s*)?\b(\w+)::\s*(\w+))");
  std::vector<Use> uses;
  for (const auto& file : fs::directory_iterator(fs::path(TRESTLE_SOURCE_DIR) / "objects/ovm3")) {
    if (file.path().extension() != ".cc") continue;
    const std::string text = ::trestle::testing::read_file(file.path());
    std::map<std::string, std::string> tables;  // how it is written, what it is
    for (const std::smatch& match : matches(text, alias)) tables[match[1]] = match[2];
    for (const std::smatch& match : matches(text, name)) {
      const bool in_full = match[0].str().starts_with("api::");
      const auto table = tables.find(match[1].str());
      if (!in_full && table == tables.end()) continue;
      const auto row = rows.find({in_full ? match[1].str() : table->second, match[2].str()});
      if (row != rows.end()) uses.push_back({file.path().filename(), row->second});
    }
  }
  return uses;
}

TEST(ModelledRows, TablesAreReadWhole) {
  std::set<std::string> read;
  for (const auto& [key, service] : rows_of_tables()) read.insert(service);
  for (const ovm3::api::Row& row : ovm3::api::all_rows()) {
    EXPECT_TRUE(read.contains(std::string(row.name))) << row.name;
  }
  EXPECT_EQ(read.size(), ovm3::api::all_rows().size());
}

TEST(ModelledRows, CoverEveryServiceThatAHandleCalls) {
  const RowNames rows = rows_of_tables();
  const std::vector<Use> uses = rows_used_by_handles(rows);
  std::set<std::string> services;
  for (const Use& use : uses) services.insert(use.service);
  EXPECT_GT(services.size(), 100U) << "the handles call more than a hundred services";
  const std::vector<std::string> names = all_services().names();
  for (const Use& use : uses) {
    EXPECT_TRUE(std::ranges::binary_search(names, use.service))
        << use.file << " calls " << use.service << ", which the simulator does not model";
  }
}

TEST(ModelledRows, AreAllServicesOfTheCatalogue) {
  for (const std::string& name : all_services().names()) {
    EXPECT_TRUE(ovm3::api::find_row(name)) << name;
  }
}

TEST(ModelledRows, AreNotEverything) {
  // What nobody has seen the arguments of is refused in words, not made up.
  const auto names = all_services().names();
  EXPECT_FALSE(std::ranges::binary_search(names, "ocfs2_get_meta_data"));
  EXPECT_LT(names.size(), ovm3::api::all_rows().size());
}

}  // namespace
}  // namespace trestle::simulator
