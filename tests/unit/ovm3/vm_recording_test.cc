// SPDX-License-Identifier: Apache-2.0
// Replies of VM and module calls: the stored ones of ours, and the real ones where there are any.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <string>
#include <vector>

#include "objects/ovm3/typed.h"
#include "tests/support/mock_transport.h"
#include "tests/support/recordings.h"
#include "tests/support/replay_transport.h"
#include "tests/support/value_json.h"

namespace trestle::ovm3 {
namespace {

using Json = nlohmann::ordered_json;
using testing::Recording;

constexpr std::array kServices{"list_vms",
                               "list_vm",
                               "get_vm_config",
                               "configure_vm",
                               "configure_vm_ha",
                               "create_vm",
                               "migrate_vm",
                               "pause_vm",
                               "reboot_vm",
                               "start_vm",
                               "stop_vm",
                               "check_dom0_ip",
                               "check_dom0_port",
                               "ping",
                               "check_dom0_storage_health",
                               "exec_domr",
                               "get_vncport",
                               "check_dom0_storage_health_check",
                               "ovs_dom0_stats",
                               "ovs_domU_stats",
                               "get_bridge_type",
                               "ovs_mkdirs",
                               "ovs_upload_file",
                               "get_vswitch_interface_by_name"};

/// Recordings of the services above; those of ours have the service in their name.
std::vector<Recording> recordings() {
  constexpr std::string_view kPrefix = "synthetic_";
  std::vector<Recording> all = testing::shared_recordings();
  for (Recording& own : testing::synthetic_recordings()) {
    const std::string name = own.name.substr(kPrefix.size());
    own.method = name.substr(0, name.find("--"));
    all.push_back(std::move(own));
  }
  std::erase_if(all, [](const Recording& one) {
    return std::ranges::find(kServices, one.method) == kServices.end();
  });
  return all;
}

/// Numbers may have come as texts: equal if they print the same.
bool same_fact(const Json& typed, const nlohmann::json& expected) {
  const auto text = [](const auto& json) {
    return json.is_string() ? json.template get<std::string>() : json.dump();
  };
  if (expected.is_array() || expected.is_object()) {
    if (typed.size() != expected.size() && expected.is_array()) return false;
    for (const auto& [key, part] : expected.items()) {
      const bool has = expected.is_array() || typed.contains(key);
      if (!has) return false;
      const Json& mine = expected.is_array() ? typed[std::stoul(key)] : typed[key];
      if (!same_fact(mine, part)) return false;
    }
    return true;
  }
  if (expected.is_number())
    return typed.is_number() && typed.get<double>() == expected.get<double>();
  return typed.is_number() ? text(typed) == text(expected) : typed == Json(expected);
}

class VmRecordingTest : public ::testing::TestWithParam<Recording> {};

TEST_P(VmRecordingTest, DecodesToItsTypedForm) {
  const auto reply = testing::reply_of_body(GetParam().body);
  ASSERT_TRUE(reply.has_value()) << reply.error().message();
  const auto typed = typed_reply(GetParam().method, reply->root());
  ASSERT_TRUE(typed.has_value()) << typed.error().message();
  const nlohmann::json& expect = GetParam().expect;
  if (!expect.is_object()) return;
  const Json json = testing::to_json(*typed);
  for (const auto& [key, fact] : expect.items()) {
    if (key == "kind" || key == "wire_tags" || key == "value" || key == "numbers") continue;
    EXPECT_TRUE(json.contains(key)) << key;
    if (!json.contains(key)) continue;
    EXPECT_TRUE(same_fact(json[key], fact)) << key << " " << json[key];
  }
  if (expect.contains("numbers")) {
    EXPECT_TRUE(same_fact(json, expect["numbers"])) << json;
  }
  if (GetParam().method == "ovs_mkdirs") return;  // nil and true have a meaning of their own there
  if (expect["kind"] == "nil") {
    EXPECT_TRUE(json.is_null());
  }
  if (expect["kind"] == "boolean") {
    EXPECT_EQ(json, Json(expect["value"]));
  }
}

/// The tree with one member left out, for each member of each struct in it.
std::vector<Value> with_a_member_less(const Value& value) {
  std::vector<Value> out;
  if (const auto* const items = value.get_if<Array>()) {
    // The first two items of a list stand for all: their readers are the same.
    for (std::size_t i = 0; i < std::min<std::size_t>(items->size(), 2); ++i) {
      for (Value& other : with_a_member_less((*items)[i])) {
        Array copy = *items;
        copy[i] = std::move(other);
        out.emplace_back(std::move(copy));
      }
    }
  }
  if (const auto* const members = value.get_if<Struct>()) {
    for (std::size_t i = 0; i < members->size(); ++i) {
      for (Value& other : with_a_member_less((*members)[i].value)) {
        Struct copy = *members;
        copy[i].value = std::move(other);
        out.emplace_back(std::move(copy));
      }
      Struct without = *members;
      without.erase(without.begin() + static_cast<std::ptrdiff_t>(i));
      out.emplace_back(std::move(without));
    }
  }
  return out;
}

// typed_test.cc swaps the types of every recording; here members are missing.
TEST_P(VmRecordingTest, WithAMemberMissingIsAValueUnlessItSaysWhoItIs) {
  const auto reply = testing::reply_of_body(GetParam().body);
  ASSERT_TRUE(reply.has_value());
  for (const Value& other : with_a_member_less(reply->root().to_value())) {
    const Reply lesser = Reply::from(other);
    const auto typed = typed_reply(GetParam().method, lesser.root());
    if (typed) continue;
    EXPECT_EQ(typed.error().code, Code::kBadReply) << typed.error().message();
    EXPECT_THAT(typed.error().what, ::testing::AnyOf(::testing::HasSubstr("has no name"),
                                                     ::testing::HasSubstr("has no uuid"),
                                                     ::testing::HasSubstr("no exit code")));
  }
}

INSTANTIATE_TEST_SUITE_P(Stored, VmRecordingTest, ::testing::ValuesIn(recordings()),
                         [](const auto& tested) {
                           std::string name = tested.param.release + "_" + tested.param.name;
                           std::ranges::replace_if(
                               name, [](char c) { return c == '.' || c == '-'; }, '_');
                           return name;
                         });

}  // namespace
}  // namespace trestle::ovm3
