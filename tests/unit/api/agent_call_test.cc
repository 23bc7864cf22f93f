// SPDX-License-Identifier: Apache-2.0
// Rows on their way through Agent::call: what reaches the transport, what comes back as C++.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <optional>
#include <string>

#include "objects/ovm3/agent.h"
#include "objects/ovm3/api/all.h"
#include "tests/support/mock_transport.h"

namespace trestle::ovm3 {
namespace {

using ::testing::_;
using ::testing::StrictMock;
using trestle::testing::Answers;
using trestle::testing::Calls;
using trestle::testing::FailsWith;
using trestle::testing::MockTransport;

CallContext a_minute() { return context_for(std::chrono::minutes(1)); }
RepositoryId a_repository() {
  return RepositoryId::parse("0004fb0000030000b2a5ee5c3f4f93a1").value();
}
VmId a_vm() { return VmId::from_name("i-2-7-VM").value(); }

TEST(AgentCall, SendsNothingIfAnArgumentIsLeftOffBeforeAGivenOne) {
  StrictMock<MockTransport> transport;
  const auto result = Agent(transport).call(a_minute(), api::hypervisor::migrate_vm, a_repository(),
                                            a_vm(), "10.0.0.2", std::nullopt, true);
  EXPECT_THAT(result, FailsWith(Code::kInvalidArgument));
  EXPECT_EQ(result.error().service, "migrate_vm");
}

TEST(AgentCall, SendsTheArgumentsOfTheRow) {
  StrictMock<MockTransport> transport;
  const Array sent{a_repository().text(), "i-2-7-VM", "10.0.0.2", true};
  EXPECT_CALL(transport, round_trip(_, Calls("migrate_vm", sent))).WillOnce(Answers(Nil{}));
  EXPECT_TRUE(Agent(transport)
                  .call(a_minute(), api::hypervisor::migrate_vm, a_repository(), a_vm(), "10.0.0.2",
                        true, std::nullopt)
                  .has_value());
}

// known defect 11: the inner arguments of dispatch reach the wire one by one, and a reply of
// several items comes back whole.
TEST(AgentCall, DispatchesOneByOneAndKeepsListsInReplies) {
  StrictMock<MockTransport> transport;
  const Array sent{"https://host/api/3/", "sleep", 1, 2};
  EXPECT_CALL(transport, round_trip(_, Calls("dispatch", sent))).WillOnce(Answers(Array{1, "two"}));
  const auto reply = Agent(transport).call(a_minute(), api::common::dispatch, "https://host/api/3/",
                                           "sleep", api::Rest<Value>{{1, 2}});
  EXPECT_EQ(reply.value(), Value(Array{1, "two"}));
}

TEST(AgentCall, ReadsNilAsNoneWhereTheRowSaysSo) {
  StrictMock<MockTransport> transport;
  EXPECT_CALL(transport, round_trip(_, _)).WillOnce(Answers(Nil{}));
  const auto vm =
      Agent(transport).call(a_minute(), api::hypervisor::list_vm, a_repository(), a_vm());
  ASSERT_TRUE(vm.has_value());
  EXPECT_EQ(*vm, std::nullopt);
}

TEST(AgentCall, RefusesAReplyOfAnotherKind) {
  StrictMock<MockTransport> transport;
  EXPECT_CALL(transport, round_trip(_, _)).WillOnce(Answers("yes"));
  const auto online = Agent(transport).call(a_minute(), api::cluster::is_cluster_online);
  EXPECT_THAT(online, FailsWith(Code::kBadReply));
  EXPECT_EQ(online.error().service, "is_cluster_online");
}

}  // namespace
}  // namespace trestle::ovm3
