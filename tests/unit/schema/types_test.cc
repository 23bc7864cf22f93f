// SPDX-License-Identifier: Apache-2.0
// Every type: each member goes there and back, and the types are those of the reference.
#include <gtest/gtest.h>

#include <algorithm>
#include <fstream>
#include <nlohmann/json.hpp>
#include <set>
#include <string>
#include <vector>

#include "integration/schema/codec.h"
#include "integration/schema/writer.h"

namespace trestle::schema {
namespace {

/// Reads `members` as a value of `type` by itself and writes it again; empty if it cannot be read.
std::string there_and_back(const TypeInfo& type, const std::string& members, std::string& error) {
  Reader reader(members, ReadLimits{});
  const auto value = type.make();
  if (!reader.read_members(type, value.get())) {
    error = reader.error().what;
    return "";
  }
  std::string text;
  Writer writer(text);
  EXPECT_TRUE(writer.write_members(type, value.get())) << writer.error().what;
  return text;
}

/// Values worth a try for a member whose type nobody tells us.
std::vector<std::string> candidates(const std::string& error) {
  std::vector<std::string> found{"9223372036854775807",
                                 "2147483647",
                                 "32767",
                                 "127",
                                 "true",
                                 "0.5",
                                 R"("a\u003db")",
                                 R"(["a",null])",
                                 R"([["a",null]])",
                                 R"([["a"]])",
                                 R"(["a"])",
                                 "[9]",
                                 "[{}]",
                                 R"({"k":"v"})",
                                 R"({"k":true})",
                                 R"({"k":[9]})",
                                 R"({"k":[9,null]})",
                                 R"({"k":{"l":{}}})",
                                 R"({"k":{}})",
                                 R"({"k":[{}]})",
                                 "{}",
                                 R"({"any":[1,"x"]})"};
  if (const auto at = error.find("is none of: "); at != std::string::npos) {
    const std::string names = error.substr(at + 12);
    found.push_back("\"" + names.substr(0, names.find(' ')) + "\"");
  }
  if (const auto at = error.find("classes that may: "); at != std::string::npos) {
    const std::string names = error.substr(at + 18);
    found.push_back("{\"" + names.substr(0, names.find(' ')) + "\":{}}");
  }
  return found;
}

/// True if some value of this member comes back and stays what it is from then on.
bool member_comes_back(const TypeInfo& type, const Member& member) {
  std::string error;
  std::string first;
  for (const char* probe : {"\"?\"", R"({"?":{}})"}) {
    std::string why;
    (void)there_and_back(type, "{" + std::string(member.key) + probe + "}", why);
    if (why.find(" of: ") != std::string::npos || why.find("may: ") != std::string::npos)
      error = why;
  }
  for (const std::string& value : candidates(error)) {
    const std::string once =
        there_and_back(type, "{" + std::string(member.key) + value + "}", first);
    if (once.find(member.key) == std::string::npos) continue;
    if (there_and_back(type, once, first) != once) continue;
    // A number must not have been cut, nor a list emptied.
    if (once.find(std::string(member.key) +
                  value.substr(0, value.find_first_of("{[") == 0 ? 1 : value.size())) !=
        std::string::npos) {
      return true;
    }
  }
  return false;
}

TEST(Types, HaveMembersThatAllComeBack) {
  std::size_t members = 0;
  for (const TypeInfo* type : all_types()) {
    if (type->as_array) continue;
    for (const Member& member : type->members) {
      EXPECT_TRUE(member_comes_back(*type, member)) << type->name << "." << member.name;
      ++members;
    }
  }
  EXPECT_GT(members, 2300U);
}

TEST(Types, AreSortedByClassForTheSearch) {
  const auto types = all_types();
  EXPECT_TRUE(std::is_sorted(types.begin(), types.end(), [](const TypeInfo* a, const TypeInfo* b) {
    return a->java_class < b->java_class;
  }));
  for (const TypeInfo* type : types) EXPECT_EQ(find_class(type->java_class), type);
  EXPECT_EQ(find_class("com.cloud.agent.api.Nothing"), nullptr);
  EXPECT_EQ(find_class(""), nullptr);
}

}  // namespace
}  // namespace trestle::schema
