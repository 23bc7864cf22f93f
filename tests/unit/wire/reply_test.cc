// SPDX-License-Identifier: Apache-2.0
#include "objects/wire/reply.h"

#include <gtest/gtest.h>

#include <string>
#include <utility>
#include <vector>

#include "objects/wire/transport.h"

namespace trestle {
namespace {

Value sample() {
  return Struct{{"flag", true},
                {"count", 7},
                {"share", 0.5},
                {"name", "web"},
                {"bytes", Base64{"\x01\x02"}},
                {"when", DateTime{"20141020T19:46:48"}},
                {"none", Nil{}},
                {"list", Array{1, Array{2, 3}, Struct{{"a", 4}}, 5}}};
}

TEST(Reply, GivesBackTheValueItWasMadeFrom) {
  EXPECT_EQ(Reply::from(sample()).root().to_value(), sample());
  EXPECT_EQ(Reply::from(Nil{}).root().to_value(), Value());
}

TEST(Reply, KeepsItsViewsWhenItMoves) {
  Reply first = Reply::from(sample());
  const ValueView name = *first.root().find("name");
  const std::string_view text = *name.string();
  const Reply second = std::move(first);
  EXPECT_EQ(name.string(), "web");
  EXPECT_EQ(text, "web");
  EXPECT_EQ(second.root().size(), 8U);
}

TEST(ValueView, GivesOnlyWhatTheKindHolds) {
  const Reply reply = Reply::from(sample());
  const ValueView root = reply.root();
  EXPECT_EQ(root.find("flag")->boolean(), true);
  EXPECT_EQ(root.find("count")->integer(), 7);
  EXPECT_EQ(root.find("share")->real(), 0.5);
  EXPECT_EQ(root.find("name")->string(), "web");
  EXPECT_EQ(root.find("bytes")->base64(), "\x01\x02");
  EXPECT_EQ(root.find("when")->date_time(), "20141020T19:46:48");
  EXPECT_TRUE(root.find("none")->is_nil());
}

// known defect 9: a boolean is read as one, and nothing that is none counts as true.
TEST(ValueView, NeverConvertsSilently) {
  const Reply reply = Reply::from(sample());
  for (const ValueView member : reply.root()) {
    EXPECT_EQ(member.boolean().has_value(), member.kind() == Kind::kBool) << member.name();
    EXPECT_EQ(member.integer().has_value(), member.kind() == Kind::kInt) << member.name();
    EXPECT_EQ(member.real().has_value(), member.kind() == Kind::kDouble) << member.name();
    EXPECT_EQ(member.string().has_value(), member.kind() == Kind::kString) << member.name();
    EXPECT_EQ(member.base64().has_value(), member.kind() == Kind::kBase64) << member.name();
    EXPECT_EQ(member.date_time().has_value(), member.kind() == Kind::kDateTime) << member.name();
  }
}

TEST(ValueView, WalksDirectChildrenOnly) {
  const Reply reply = Reply::from(sample());
  const ValueView list = *reply.root().find("list");
  EXPECT_EQ(list.size(), 4U);
  std::vector<Kind> kinds;
  for (const ValueView item : list) kinds.push_back(item.kind());
  EXPECT_EQ(kinds, (std::vector<Kind>{Kind::kInt, Kind::kArray, Kind::kStruct, Kind::kInt}));
}

TEST(ValueView, FindsMembersOfStructsOnly) {
  const Reply reply = Reply::from(sample());
  EXPECT_FALSE(reply.root().find("absent"));
  EXPECT_FALSE(reply.root().find("list")->find("a"));
  EXPECT_FALSE(reply.root().find("name")->find(""));
}

TEST(ValueView, HasNoChildrenAsAScalar) {
  const Reply reply = Reply::from(Array{1, 2});
  for (const ValueView item : reply.root()) {
    EXPECT_EQ(item.size(), 0U);
    EXPECT_EQ(item.begin(), item.end());
  }
}

TEST(ValueView, HasANameOnlyInAStruct) {
  const Reply reply = Reply::from(Struct{{"a", Array{1}}});
  const ValueView a = *reply.root().begin();
  EXPECT_EQ(a.name(), "a");
  EXPECT_EQ((*a.begin()).name(), "");
  EXPECT_EQ(reply.root().name(), "");
}

TEST(Kind, HasANameForEachOne) {
  EXPECT_EQ(to_string(Kind::kNil), "nil");
  EXPECT_EQ(to_string(Kind::kBool), "boolean");
  EXPECT_EQ(to_string(Kind::kInt), "int");
  EXPECT_EQ(to_string(Kind::kDouble), "double");
  EXPECT_EQ(to_string(Kind::kString), "string");
  EXPECT_EQ(to_string(Kind::kBase64), "base64");
  EXPECT_EQ(to_string(Kind::kDateTime), "dateTime");
  EXPECT_EQ(to_string(Kind::kArray), "array");
  EXPECT_EQ(to_string(Kind::kStruct), "struct");
}

TEST(Effect, HasANameForEachOne) {
  EXPECT_EQ(to_string(Effect::kReads), "reads");
  EXPECT_EQ(to_string(Effect::kIdempotent), "idempotent");
  EXPECT_EQ(to_string(Effect::kMutates), "mutates");
}

TEST(Value, TellsItsKindsApart) {
  EXPECT_NE(Value(true), Value(1));
  EXPECT_NE(Value(1), Value(1.0));
  EXPECT_NE(Value("1"), Value(1));
  EXPECT_NE(Value("x"), Value(Base64{"x"}));
  EXPECT_NE(Value(), Value(""));
  EXPECT_EQ(Value(std::uint32_t{7}), Value(std::int64_t{7}));
}

TEST(Value, FindsTheMemberOfAStruct) {
  const Value value = Struct{{"a", 1}, {"b", 2}};
  ASSERT_NE(value.find("b"), nullptr);
  EXPECT_EQ(*value.find("b"), Value(2));
  EXPECT_EQ(value.find("c"), nullptr);
  EXPECT_EQ(Value(1).find("a"), nullptr);
}

}  // namespace
}  // namespace trestle
