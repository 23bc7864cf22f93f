// SPDX-License-Identifier: Apache-2.0
#include "objects/ovm3/typed.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cctype>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "objects/ovm3/text_number.h"
#include "objects/wire/codec.h"
#include "tests/support/mock_transport.h"
#include "tests/support/recordings.h"
#include "tests/support/replay_transport.h"
#include "tests/support/value_json.h"

namespace trestle::ovm3 {
namespace {

using nlohmann::json;
using nlohmann::ordered_json;
using ::testing::HasSubstr;
using ::trestle::testing::FailsWith;
using ::trestle::testing::read_file;
using ::trestle::testing::Recording;
using ::trestle::testing::reply_of_body;
using ::trestle::testing::Succeeds;
using ::trestle::testing::to_json;

std::vector<Recording> all_recordings() {
  std::vector<Recording> all = trestle::testing::synthetic_recordings();
  std::ranges::move(trestle::testing::shared_recordings(), std::back_inserter(all));
  return all;
}

/// What `trestle agent decode --typed` says besides the raw value.
ordered_json outcome_of(const Recording& recording) {
  const auto reply = reply_of_body(recording.body);
  if (!reply) {
    const Error& error = reply.error();
    if (!error.fault) return {{"error", error.message()}};
    ordered_json fault{{"code", error.fault->code}, {"class", error.fault->class_name}};
    fault["errno"] = error.fault->errno_value ? ordered_json(*error.fault->errno_value) : nullptr;
    fault["text"] = error.fault->text;
    fault["error"] = to_string(error.code);
    return {{"fault", fault}};
  }
  const auto typed = typed_reply(recording.method, reply->root());
  if (!typed) return {{"typed_error", typed.error().message()}};
  return {{"typed", to_json(*typed)}};
}

std::string case_name(const ::testing::TestParamInfo<Recording>& info) {
  std::string name = info.param.release + "_" + info.param.name;
  std::ranges::replace_if(
      name, [](char c) { return std::isalnum(static_cast<unsigned char>(c)) == 0; }, '_');
  return name;
}

class EveryRecording : public ::testing::TestWithParam<Recording> {};

// Set TRESTLE_UPDATE_GOLDEN=1 to write the files anew, then review the difference.
TEST_P(EveryRecording, HasTheTypedFormOfItsGoldenFile) {
  const std::filesystem::path file = std::filesystem::path(TRESTLE_SOURCE_DIR) / "tests" /
                                     "golden" / "typed" / GetParam().release /
                                     (GetParam().name + ".json");
  const ordered_json outcome = outcome_of(GetParam());
  const std::string text = outcome.dump(2) + "\n";
  if (std::getenv("TRESTLE_UPDATE_GOLDEN") != nullptr) {
    std::filesystem::create_directories(file.parent_path());
    std::ofstream(file, std::ios::binary) << text;
  }
  EXPECT_EQ(text, read_file(file));
}

TEST_P(EveryRecording, IsTypedOrAFault) {
  const ordered_json outcome = outcome_of(GetParam());
  const bool expect_fault =
      GetParam().expect.is_object() && GetParam().expect.value("kind", "") == "fault";
  EXPECT_TRUE(outcome.contains(expect_fault ? "fault" : "typed")) << outcome.dump(2);
}

/// One value of each kind, to stand where another kind belongs.
std::vector<Value> one_of_each_kind() {
  return {Nil{},
          true,
          std::int64_t{-7},
          1e300,
          "not what was there",
          "",
          Base64{"\x01"},
          DateTime{"20141020T19:46:48"},
          Array{"x", Array{1}},
          Struct{{"name", 1}, {"x", Struct{}}}};
}

/// Calls `check` with a copy of `whole` for each place below `at` and each kind put there.
template <class Check>
void swap_kinds(Value& whole, Value& at, const Check& check) {
  const Value kept = at;
  for (const Value& other : one_of_each_kind()) {
    at = other;
    check(whole);
  }
  at = kept;
  if (const auto* const items = at.get_if<Array>()) {
    // Lists of 160 CPU numbers are alike from the third on.
    constexpr std::size_t kAlike = 3;
    for (std::size_t i = 0; i < std::min(items->size(), kAlike); ++i) {
      swap_kinds(whole, const_cast<Value&>((*at.get_if<Array>())[i]), check);
    }
  } else if (const auto* const members = at.get_if<Struct>()) {
    for (std::size_t i = 0; i < members->size(); ++i) {
      swap_kinds(whole, const_cast<Value&>((*at.get_if<Struct>())[i].value), check);
    }
  }
}

TEST_P(EveryRecording, WithAnyKindSwappedIsAValueOrATypedError) {
  const auto reply = reply_of_body(GetParam().body);
  if (!reply) return;  // a fault carries no value
  Value whole = reply->root().to_value();
  swap_kinds(whole, whole, [](const Value& swapped) {
    const Reply changed = Reply::from(swapped);
    const auto typed = typed_reply(GetParam().method, changed.root());
    if (typed.has_value()) return;
    EXPECT_EQ(typed.error().code, Code::kBadReply) << typed.error().message();
    EXPECT_FALSE(typed.error().what.empty());
  });
}

TEST_P(EveryRecording, WithItsDocumentCutAnywhereIsABadReply) {
  const auto reply = reply_of_body(GetParam().body);
  if (!reply || !reply->root().string()) return;  // holds no document
  const std::string document(*reply->root().string());
  if (!document.starts_with("<?xml")) return;  // a plain text
  std::string bare(trimmed(document));
  for (std::size_t size = 0; size < bare.size(); ++size) {
    const Reply cut = Reply::from(Value(bare.substr(0, size)));
    ASSERT_THAT(typed_reply(GetParam().method, cut.root()), FailsWith(Code::kBadReply)) << size;
  }
}

INSTANTIATE_TEST_SUITE_P(Stored, EveryRecording, ::testing::ValuesIn(all_recordings()), case_name);

TEST(TypedReply, SaysThatNoHandleTypesAService) {
  const Reply reply = Reply::from(Value());
  const auto typed = typed_reply("get_support_files", reply.root());
  ASSERT_THAT(typed, FailsWith(Code::kUnimplemented));
  EXPECT_THAT(typed.error().what, HasSubstr("get_support_files"));
}

TEST(TypedReply, HasOneRowPerService) {
  std::set<std::string_view> names;
  for (const TypedRow& row : typed_rows())
    EXPECT_TRUE(names.insert(row.method).second) << row.method;
}

// known defect 10: a text is a success and is shown; nothing else is made of it.
TEST(TypedReply, OfASpokenReplyIsItsText) {
  const Reply spoken = Reply::from(Value("Added bridge x"));
  EXPECT_EQ(typed_reply("ovs_vlan_bridge", spoken.root()), Value("Added bridge x"));
  const Reply silent = Reply::from(Value());
  EXPECT_EQ(typed_reply("ovs_vlan_bridge", silent.root()), Value());
}

/// "Registered_IP" as "registered_ip".
std::string snake_case(std::string text) {
  std::ranges::transform(text, text.begin(),
                         [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return text;
}

bool says_the_same(const json& fact, const json& typed);

bool scalar_says_the_same(const json& fact, const json& typed) {
  if (fact == typed) return true;
  if (!fact.is_string()) return fact.is_number() && typed.is_number() && fact == typed;
  const std::string text = fact.get<std::string>();
  if (typed.is_null()) return !present(text);
  if (typed.is_boolean()) return to_flag(text) == typed.get<bool>();
  if (typed.is_number_integer()) return to_integer(text) == typed.get<std::int64_t>();
  if (typed.is_number_float()) return to_real(text) == typed.get<double>();
  return false;
}

bool says_the_same(const json& fact, const json& typed) {
  if (fact.is_array()) {
    return typed.is_array() &&
           std::equal(fact.begin(), fact.end(), typed.begin(), typed.end(), says_the_same);
  }
  if (!fact.is_object()) return scalar_says_the_same(fact, typed);
  if (!typed.is_object()) return false;
  return std::ranges::all_of(fact.items(), [&](const auto& entry) {
    return typed.contains(entry.key()) && says_the_same(entry.value(), typed.at(entry.key()));
  });
}

/// Facts of the index about a document, with the agent's names in the house's case.
json document_facts(const Recording& recording) {
  json facts = recording.expect.at("document").at("facts");
  if (!facts.contains("scalars")) return facts;
  for (const auto& [name, text] : facts.at("scalars").items()) {
    // The roles are a list in the typed form, which the index has as a fact of its own.
    if (name != "Server_Roles") facts[snake_case(name)] = text;
  }
  facts.erase("scalars");
  return facts;
}

std::vector<Recording> recordings_with_facts() {
  std::vector<Recording> all = trestle::testing::shared_recordings();
  std::erase_if(all, [](const Recording& recording) {
    return !recording.expect.contains("document") && !recording.expect.contains("numbers");
  });
  return all;
}

TEST(TypedReply, AgreesWithTheFactsOfTheIndex) {
  for (const Recording& recording : recordings_with_facts()) {
    const auto outcome = json::parse(outcome_of(recording).dump());
    ASSERT_TRUE(outcome.contains("typed")) << recording << outcome.dump(2);
    const json facts = recording.expect.contains("document") ? document_facts(recording)
                                                             : recording.expect.at("numbers");
    for (const auto& [name, fact] : facts.items()) {
      ASSERT_TRUE(outcome.at("typed").contains(name)) << recording << " " << name;
      EXPECT_TRUE(says_the_same(fact, outcome.at("typed").at(name)))
          << recording << " " << name << ": " << fact.dump() << " against "
          << outcome.at("typed").at(name).dump();
    }
  }
}

TEST(TypedReply, CannotAgreeWithOtherFacts) {
  EXPECT_TRUE(says_the_same(json{{"a", "1500"}, {"b", nullptr}, {"c", "True"}},
                            json{{"a", 1500}, {"b", nullptr}, {"c", true}, {"d", 1}}));
  EXPECT_FALSE(says_the_same(json{{"a", "1500"}}, json{{"a", 1501}}));
  EXPECT_FALSE(says_the_same(json{{"a", "1500"}}, json{{"a", nullptr}}));
  EXPECT_FALSE(says_the_same(json{{"a", nullptr}}, json{{"a", 0}}));
  EXPECT_FALSE(says_the_same(json{{"a", 1}}, json::object()));
  EXPECT_FALSE(says_the_same(json::array({1, 2}), json::array({1})));
  EXPECT_TRUE(says_the_same(json("None"), json(nullptr)));
}

}  // namespace
}  // namespace trestle::ovm3
