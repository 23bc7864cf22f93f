// SPDX-License-Identifier: Apache-2.0
// A reply in which any value has another type gives a value or kBadReply, never anything else.
#include <gtest/gtest.h>

#include <cstddef>
#include <functional>
#include <string>
#include <vector>

#include "objects/ovm3/typed.h"
#include "tests/unit/ovm3_storage/fixtures.h"

namespace trestle::ovm3 {
namespace {

const std::vector<Value>& impostors() {
  static const std::vector<Value> values{Nil{},
                                         true,
                                         std::int64_t{-1},
                                         std::int64_t{1} << 62U,
                                         1e300,
                                         "",
                                         "text",
                                         std::string("a/b\x01"),
                                         Base64{"bytes"},
                                         DateTime{"20141020T19:46:48"},
                                         Array{},
                                         Array{Array{1}, Nil{}},
                                         Struct{},
                                         Struct{{"uuid", Struct{}}}};
  return values;
}

// Gives `visit` every variant of `whole` in which one value, at any depth, is `other`.
void each_swap(const Value& whole, const Value& other,
               const std::function<void(const Value&)>& visit) {
  visit(other);
  if (const auto* items = whole.get_if<Array>()) {
    for (std::size_t i = 0; i < items->size(); ++i) {
      each_swap((*items)[i], other, [&](const Value& swapped) {
        Array variant = *items;
        variant[i] = swapped;
        visit(variant);
      });
    }
  }
  if (const auto* members = whole.get_if<Struct>()) {
    for (std::size_t i = 0; i < members->size(); ++i) {
      each_swap((*members)[i].value, other, [&](const Value& swapped) {
        Struct variant = *members;
        variant[i].value = swapped;
        visit(variant);
      });
    }
  }
}

struct Swapped {
  const char* name;
  const char* sample;
  const char* method;
};

class TypeSwapTest : public ::testing::TestWithParam<Swapped> {};

TEST_P(TypeSwapTest, IsAValueOrABadReply) {
  const Value whole = testing::synthetic(GetParam().sample).root().to_value();
  std::size_t refused = 0;
  std::size_t seen = 0;
  for (const Value& other : impostors()) {
    each_swap(whole, other, [&](const Value& swapped) {
      const Reply reply = Reply::from(swapped);
      const auto typed = typed_reply(GetParam().method, reply.root());
      ++seen;
      if (typed.has_value()) return;
      ++refused;
      EXPECT_EQ(typed.error().code, Code::kBadReply) << typed.error().message();
      EXPECT_FALSE(typed.error().what.empty());
    });
  }
  EXPECT_GE(seen, impostors().size());
  EXPECT_GT(refused, 0U);
}

INSTANTIATE_TEST_SUITE_P(
    Replies, TypeSwapTest,
    ::testing::Values(
        Swapped{"Repositories", "discover_repositories--two", "discover_repositories"},
        Swapped{"RepositoryDb", "discover_repository_db--two", "discover_repository_db"},
        Swapped{"Pool", "discover_server_pool--three", "discover_server_pool"},
        Swapped{"PoolFilesystem", "discover_pool_filesystem--lun", "discover_pool_filesystem"},
        Swapped{"Cluster", "discover_cluster--two-nodes", "discover_cluster"},
        Swapped{"Mount", "storage_plugin_mount--without-sizes", "storage_plugin_mount"},
        Swapped{"Folder", "storage_plugin_create--folder", "storage_plugin_create"},
        Swapped{"FileSystems", "storage_plugin_listFileSystems--two",
                "storage_plugin_listFileSystems"},
        Swapped{"MountPoints", "storage_plugin_listMountPoints--one",
                "storage_plugin_listMountPoints"},
        Swapped{"Server", "storage_plugin_getStorageServerInfo",
                "storage_plugin_getStorageServerInfo"}),
    [](const auto& each) { return std::string(each.param.name); });

}  // namespace
}  // namespace trestle::ovm3
