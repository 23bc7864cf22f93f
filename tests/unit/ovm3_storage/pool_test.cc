// SPDX-License-Identifier: Apache-2.0
#include "objects/ovm3/pool.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <sstream>

#include "objects/ovm3/ownership.h"
#include "objects/ovm3/pool_filesystem.h"
#include "tests/support/mock_transport.h"
#include "tests/unit/ovm3_storage/fixtures.h"

namespace trestle::ovm3 {
namespace {

using ::testing::_;
using testing::a_minute;
using testing::Answers;
using testing::Calls;
using ::testing::ElementsAre;
using testing::Fails;
using testing::FailsWith;
using ::testing::HasSubstr;
using testing::MockTransport;
using ::testing::Not;
using ::testing::StrictMock;
using testing::Succeeds;
using testing::synthetic;

Value document_of(const char* sample) { return synthetic(sample).root().to_value(); }

TEST(ServerPoolDiscovery, GivesTheSameMembersHoweverOftenItIsAsked) {
  // known defect 20: members were appended at each discovery and never cleared.
  StrictMock<MockTransport> transport;
  EXPECT_CALL(transport, round_trip(_, Calls("discover_server_pool", Array{})))
      .Times(3)
      .WillRepeatedly(Answers(document_of("discover_server_pool--three")));
  const Agent agent(transport);
  for (int i = 0; i < 3; ++i) {
    const auto pool = discover_server_pool(a_minute(), agent);
    ASSERT_THAT(pool, Succeeds());
    ASSERT_TRUE(pool->has_value());
    EXPECT_EQ((*pool)->id, testing::pool_id());
    EXPECT_EQ((*pool)->alias, "Pool 0");
    EXPECT_EQ((*pool)->virtual_ip, std::nullopt);
    EXPECT_THAT((*pool)->members, ElementsAre("192.0.2.1", "192.0.2.2", "192.0.2.3"));
  }
}

TEST(ServerPoolDiscovery, AHostInNoPoolHasNone) {
  StrictMock<MockTransport> transport;
  EXPECT_CALL(transport, round_trip(_, _))
      .WillOnce(Answers(document_of("discover_server_pool--none")));
  const auto pool = discover_server_pool(a_minute(), Agent(transport));
  ASSERT_THAT(pool, Succeeds());
  EXPECT_FALSE(pool->has_value());
}

TEST(ServerPoolDiscovery, APoolWithoutIdIsABadReply) {
  const Reply reply = Reply::from(
      "<Discover_Server_Pool_Result><Server_Pool><Pool_Alias>x</Pool_Alias></Server_Pool>"
      "</Discover_Server_Pool_Result>");
  EXPECT_THAT(read_server_pool(reply.root()), FailsWith(Code::kBadReply));
}

TEST(ServerRoles, ThatCannotBeOneAreNotSent) {
  StrictMock<MockTransport> transport;
  for (const char* role : {"", "xen,utility"}) {
    EXPECT_THAT(update_server_roles(a_minute(), Agent(transport), {role}),
                FailsWith(Code::kInvalidArgument));
  }
}

TEST(Ownership, IsNeverTakenTwiceByItself) {
  StrictMock<MockTransport> transport;
  EXPECT_CALL(transport, round_trip(_, _)).WillOnce(Fails(Code::kUnavailable));
  EXPECT_THAT(
      take_ownership(a_minute(), Agent(transport), kRelease33, {.manager = testing::manager_id()}),
      FailsWith(Code::kUnavailable));
}

TEST(Ownership, KeepsThePasswordsOfItsUrlsOutOfErrorsAndStreams) {
  const Owner owner{.manager = testing::manager_id(),
                    .core_api_url = Secret("https://u:opensesame@m:7002/core")};
  StrictMock<MockTransport> transport;
  EXPECT_CALL(transport, round_trip(_, _)).WillOnce(Fails(Code::kFailedPrecondition));
  const auto taken = take_ownership(a_minute(), Agent(transport), kRelease32, owner);
  ASSERT_FALSE(taken.has_value());
  std::ostringstream out;
  out << owner.core_api_url << taken.error().message();
  EXPECT_THAT(out.str(), Not(HasSubstr("opensesame")));
}

TEST(PoolFilesystem, IsAbsentWhereThereIsNone) {
  StrictMock<MockTransport> transport;
  EXPECT_CALL(transport, round_trip(_, Calls("discover_pool_filesystem", Array{})))
      .WillOnce(Answers(document_of("discover_pool_filesystem--none")))
      .WillOnce(Answers(document_of("discover_pool_filesystem--lun")));
  const Agent agent(transport);
  const auto none = discover_pool_filesystem(a_minute(), agent);
  ASSERT_THAT(none, Succeeds());
  EXPECT_FALSE(none->has_value());
  const auto lun = discover_pool_filesystem(a_minute(), agent);
  ASSERT_THAT(lun, Succeeds());
  ASSERT_TRUE(lun->has_value());
  EXPECT_EQ((*lun)->type, std::string(kLunPoolFilesystem));
  EXPECT_EQ((*lun)->id, testing::pool_filesystem_id());
  EXPECT_EQ((*lun)->nfs_base, std::nullopt);
}

TEST(PoolFilesystem, AnIdThatCannotBeOneIsABadReply) {
  const Reply reply = Reply::from(
      "<Discover_Pool_Filesystem_Result><Pool_Filesystem><Pool_Filesystem_Uuid>a/b"
      "</Pool_Filesystem_Uuid></Pool_Filesystem></Discover_Pool_Filesystem_Result>");
  EXPECT_THAT(read_pool_filesystem(reply.root()), FailsWith(Code::kBadReply));
}

TEST(PoolFilesystem, SizesWithAGapAreNotSent) {
  StrictMock<MockTransport> transport;
  const PoolFilesystemPlace place{.target = "filer:/x",
                                  .id = testing::pool_filesystem_id(),
                                  .nfs_base = testing::file_system_id()};
  const auto make = [&](const PoolFilesystemGeometry& geometry) {
    return create_pool_filesystem(a_minute(), Agent(transport), place, "ba9aaf00ae5e2d73",
                                  testing::manager_id(), testing::pool_id(), geometry);
  };
  EXPECT_THAT(make({.cluster_size = 1}), FailsWith(Code::kInvalidArgument));
  EXPECT_THAT(make({.block_size = 1, .journal_size = 1}), FailsWith(Code::kInvalidArgument));
}

}  // namespace
}  // namespace trestle::ovm3
