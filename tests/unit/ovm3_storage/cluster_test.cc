// SPDX-License-Identifier: Apache-2.0
#include "objects/ovm3/cluster.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/mock_transport.h"
#include "tests/unit/ovm3_storage/fixtures.h"

namespace trestle::ovm3 {
namespace {

using std::chrono::milliseconds;
using ::testing::_;
using testing::a_minute;
using testing::Answers;
using testing::Calls;
using ::testing::ElementsAre;
using testing::FailsWith;
using testing::MockTransport;
using ::testing::StrictMock;
using testing::Succeeds;
using testing::synthetic;

const std::string kName = "ba9aaf00ae5e2d73";

TEST(ClusterDiscovery, KeepsTheDocument) {
  // known defects 10, 18: the document counted as a failure and was thrown away.
  StrictMock<MockTransport> transport;
  EXPECT_CALL(transport, round_trip(_, Calls("discover_cluster", Array{})))
      .WillOnce(Answers(synthetic("discover_cluster--two-nodes").root().to_value()));
  const auto found = discover_cluster(a_minute(), Agent(transport));
  ASSERT_THAT(found, Succeeds());
  ASSERT_TRUE(found->o2cb.has_value());
  EXPECT_EQ(found->o2cb->heartbeat_threshold, 61);
  EXPECT_EQ(found->o2cb->reconnect_delay, milliseconds(2000));
  EXPECT_EQ(found->o2cb->keepalive_delay, std::nullopt);
  EXPECT_EQ(found->o2cb->idle_timeout, milliseconds(60000));
  EXPECT_EQ(found->o2cb->boot_cluster, kName);
  EXPECT_EQ(found->o2cb->enabled, true);
  EXPECT_EQ(found->o2cb->stack, "o2cb");
  EXPECT_THAT(
      found->stored.clusters,
      ElementsAre(ClusterEntry{.name = kName, .node_count = 2, .heartbeat_mode = "global"}));
  EXPECT_THAT(found->stored.heartbeats,
              ElementsAre(ClusterHeartbeat{.region = "0004FB0000050000E70FBDDEB802208F",
                                           .cluster = kName}));
  EXPECT_THAT(
      found->stored.nodes,
      ElementsAre(
          ClusterNode{.number = 0, .name = "ovm-1", .ip_address = "192.0.2.1", .cluster = kName},
          ClusterNode{.number = 1,
                      .name = "ovm-2",
                      .ip_address = "192.0.2.2",
                      .ip_port = std::nullopt,
                      .cluster = kName}));
}

TEST(ClusterDiscovery, AHostWithoutClusterHasNone) {
  const auto found = read_cluster(synthetic("discover_cluster--none").root());
  ASSERT_THAT(found, Succeeds());
  EXPECT_EQ(*found, ClusterInfo{});
}

TEST(ClusterOnline, IsWhatTheBooleanSays) {
  // known defect 9: any reply that was not nil counted as true.
  StrictMock<MockTransport> transport;
  EXPECT_CALL(transport, round_trip(_, Calls("is_cluster_online", Array{})))
      .WillOnce(Answers(true))
      .WillOnce(Answers(false))
      .WillOnce(Answers("yes"));
  const Agent agent(transport);
  EXPECT_EQ(is_cluster_online(a_minute(), agent).value(), true);
  EXPECT_EQ(is_cluster_online(a_minute(), agent).value(), false);
  EXPECT_THAT(is_cluster_online(a_minute(), agent), FailsWith(Code::kBadReply));
}

TEST(ClusterName, IsTheLastHalfOfThePoolsIdInAnyForm) {
  EXPECT_EQ(cluster_name(testing::pool_id()).value(), kName);
  EXPECT_EQ(cluster_name(PoolId::parse("0004fb00-0002-0000-BA9A-AF00AE5E2D73").value()).value(),
            kName);
  EXPECT_THAT(cluster_name(PoolId::from_name("pool").value()), FailsWith(Code::kInvalidArgument));
}

TEST(HeartbeatRegion, IsThePoolFileSystemInCapitalsWithoutDashes) {
  const auto id = PoolFilesystemId::parse("0004fb00-0005-0000-e70f-bddeb802208f").value();
  EXPECT_EQ(heartbeat_region(id).value(), "0004FB0000050000E70FBDDEB802208F");
  EXPECT_THAT(heartbeat_region(PoolFilesystemId::from_name("x").value()),
              FailsWith(Code::kInvalidArgument));
}

TEST(ClusterLayout, CountsItsNodesAndGivesThemItsName) {
  const auto layout = ClusterLayout::of(testing::pool_id(), testing::pool_filesystem_id(),
                                        {{.number = 0, .name = "a", .ip_address = "192.0.2.1"},
                                         {.number = 1, .name = "b", .ip_address = "192.0.2.2"}});
  ASSERT_THAT(layout, Succeeds());
  EXPECT_EQ(layout->clusters.at(0).node_count, 2);
  EXPECT_EQ(layout->nodes.at(1).cluster, kName);
  EXPECT_EQ(layout->nodes.at(1).ip_port, kClusterPort);
  EXPECT_THAT(
      ClusterLayout::of(PoolId::from_name("pool").value(), testing::pool_filesystem_id(), {}),
      FailsWith(Code::kInvalidArgument));
}

TEST(O2cbSettings, SendsOnlyWhatIsSet) {
  O2cbSettings settings;
  settings.enabled = false;
  settings.idle_timeout = milliseconds(30000);
  EXPECT_EQ(to_wire(settings),
            (Struct{{"O2CB_IDLE_TIMEOUT_MS", "30000"}, {"O2CB_ENABLED", "false"}}));
}

}  // namespace
}  // namespace trestle::ovm3
