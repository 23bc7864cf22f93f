// SPDX-License-Identifier: Apache-2.0
// What lies beside the checkout: CloudStack's own bodies and the list of its classes. Built only
// where that folder is; then nothing in it may be missing.
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "integration/schema/codec.h"

namespace trestle::schema {
namespace {

namespace fs = std::filesystem;

TEST(Bodies, OfCloudStackItselfComeBackByteForByte) {
  std::size_t count = 0;
  for (const auto& entry :
       fs::directory_iterator(fs::path(TRESTLE_SHARED_DIR) / "golden" / "agent-protocol")) {
    if (entry.path().extension() != ".body") continue;
    std::ifstream in(entry.path(), std::ios::binary);
    const std::string text{std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
    const auto check = check_body(text);
    ASSERT_TRUE(check) << entry.path() << ": " << check.error().message();
    EXPECT_FALSE(check->difference)
        << entry.path() << "\n  there: " << text.substr(check->difference.value_or(0), 60)
        << "\n  back:  " << check->rewritten.substr(check->rewritten_at, 60);
    ++count;
  }
  EXPECT_GE(count, 150U);
}

std::vector<std::string> member_names(const TypeInfo& type) {
  std::vector<std::string> names;
  for (const Member& member : type.members) names.emplace_back(member.name);
  return names;
}

std::vector<std::string> reference_names(const nlohmann::json& fields) {
  std::vector<std::string> names;
  for (const auto& field : fields) {
    const auto& name = field.at("name").get_ref<const std::string&>();
    // A name in class and superclass is one member, at the subclass's place.
    if (std::find(names.begin(), names.end(), name) == names.end()) names.push_back(name);
  }
  return names;
}

nlohmann::json reference() {
  std::ifstream in(TRESTLE_SHARED_DIR "/reference/commands.json");
  return nlohmann::json::parse(in);  // a file that is missing fails the test
}

TEST(Types, HaveTheMembersOfTheReferenceInItsOrder) {
  const auto all = reference();
  std::size_t count = 0;
  for (const char* section : {"commands", "answers", "types"}) {
    for (const auto& entry : all.at(section)) {
      const auto name = entry.at("class").get<std::string>();
      if (name == "com.cloud.utils.Pair" || name == "com.cloud.utils.Ternary")
        continue;  // one type a use
      const TypeInfo* type = find_class(name);
      ASSERT_NE(type, nullptr) << name;
      EXPECT_EQ(member_names(*type), reference_names(entry.at("fields"))) << name;
      EXPECT_EQ(type->has_defaults, entry.at("noArgConstructor").get<bool>()) << name;
      ++count;
    }
  }
  EXPECT_EQ(count, all_types().size());
}

TEST(Types, AskToBeAloneAsTheReferenceSays) {
  const auto all = reference();
  for (const auto& entry : all.at("commands")) {
    const TypeInfo* type = find_class(entry.at("class").get<std::string>());
    ASSERT_NE(type, nullptr);
    EXPECT_EQ(type->is_abstract, entry.value("abstract", false)) << type->name;
    if (!entry.contains("executeInSequence")) continue;
    const auto& asked = entry.at("executeInSequence");
    const bool never = asked.is_boolean() && !asked.get<bool>();
    const bool always = asked.is_boolean() && asked.get<bool>();
    EXPECT_EQ(type->sequence == Sequence::kNever, never) << type->name;
    EXPECT_EQ(type->sequence == Sequence::kAlways, always) << type->name;
    for (const std::string_view answer : type->answers)
      EXPECT_NE(find_type(answer), nullptr) << type->name;
  }
}

}  // namespace
}  // namespace trestle::schema
