// SPDX-License-Identifier: Apache-2.0
#include "tools/cli/table.h"

#include <gtest/gtest.h>

namespace trestle::cli {
namespace {

TEST(Table, LinesUpAListOfStructs) {
  const Value rows = Array{Struct{{"name", "web1"}, {"memory_mib", 512}, {"ha", true}},
                           Struct{{"name", "database"}, {"memory_mib", Nil{}}, {"ha", false}}};
  EXPECT_EQ(to_text(rows, {{"NAME", "name"}, {"MEMORY", "memory_mib"}, {"HA", "ha"}}),
            "NAME      MEMORY   HA\n"
            "web1      512 MiB  yes\n"
            "database  -        no\n");
}

TEST(Table, WithoutColumnsShowsEveryPlainMember) {
  const Value rows = Array{Struct{{"a_b", 1}, {"deep", Struct{{"x", 1}}}}, Struct{{"c", "z"}}};
  EXPECT_EQ(to_text(rows, {}), "A B  C\n1    -\n-    z\n");
}

TEST(Table, FollowsPathsIntoMembers) {
  const Value rows = Array{Struct{{"error", Struct{{"what", "no"}}}}, Struct{{"error", Nil{}}}};
  EXPECT_EQ(to_text(rows, {{"ERROR", "error.what"}}), "ERROR\nno\n-\n");
}

TEST(Table, GathersAMemberOfAllItems) {
  const Value document = Struct{{"disks", Array{Struct{{"dev", "xvda"}}, Struct{{"dev", "xvdb"}}}}};
  EXPECT_EQ(to_text(document, {{"Disks", "disks[].dev"}}), "Disks  xvda, xvdb\n");
}

TEST(Table, ShowsAStructAsLinesAndItsListsAsTables) {
  const Value document = Struct{{"name", "h"},
                                {"cpu", Struct{{"cores", 4}}},
                                {"tags", Array{"a", "b"}},
                                {"nics", Array{Struct{{"mac", "m"}}}}};
  EXPECT_EQ(to_text(document, {}),
            "name       h\ncpu.cores  4\ntags       a, b\n\nnics:\n  MAC\n  m\n");
}

TEST(Table, ShowsChosenMembersUnderTheirTitles) {
  const Value document = Struct{{"size_bytes", 1536}, {"other", 1}};
  EXPECT_EQ(to_text(document, {{"Size", "size_bytes"}, {"Gone", "gone"}}),
            "Size  1.5 KiB\nGone  -\n");
}

TEST(Table, NeverShowsAHostsControlCharacters) {
  const Value rows = Array{Struct{{"na\x1bme", "evil\x1b[2J\nforged line"}}};
  EXPECT_EQ(to_text(rows, {}), "NA\\X1BME\nevil\\x1b[2J\\nforged line\n");
  const Value document = Struct{{"k\r", Array{"\x9b"}}, {"list", Array{Struct{{"\n", "\a"}}}}};
  for (const char c : to_text(document, {}))
    EXPECT_TRUE(c == '\n' || (c >= ' ' && c != 0x7F)) << int{c};
}

TEST(Table, ShowsNothingForNothing) {
  EXPECT_EQ(to_text(Nil{}, {}), "");
  EXPECT_EQ(to_text(Array{}, {}), "");
}

TEST(Table, ShowsPlainListsOneALine) { EXPECT_EQ(to_text(Array{"a", 1}, {}), "a\n1\n"); }

}  // namespace
}  // namespace trestle::cli
