// SPDX-License-Identifier: Apache-2.0
#include "integration/ovm3/investigator.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "integration/ovm3/guru.h"
#include "integration/ovm3/maintenance.h"
#include "integration/schema/generated/base.h"
#include "integration/schema/generated/host.h"
#include "integration/schema/generated/machine.h"
#include "integration/schema/generated/storage.h"
#include "tests/unit/commands/books.h"
#include "tests/unit/commands/resource_scene.h"

namespace trestle::ovm3 {
namespace {

using contracts::FenceOutcome;
using contracts::HostState;
using contracts::Verdict;
using std::chrono::seconds;
using testing::HasSubstr;

CallContext a_minute() { return context_for(std::chrono::minutes{1}); }

Result<schema::Object> said(schema::CheckOnHostAnswer answer) {
  return schema::Object(std::move(answer));
}

/// Host 1 is asked about; hosts 2 to 4 are its neighbours.
struct Cluster {
  Cluster() {
    for (std::int64_t id = 1; id <= 4; ++id) books.add(id, "guid-" + std::to_string(id));
  }
  [[nodiscard]] const contracts::HostRecord& suspect() const { return books.hosts[0]; }
  Books books;
};

// known defects 119, 120 and 121
TEST(Investigator, OneNeighbourThatSeesAHeartbeatIsEnoughAndAnErrorIsNone) {
  Cluster cluster;
  std::vector<std::int64_t> asked;
  cluster.books.on_send = [&](const CallContext&, std::int64_t host, const schema::Object&) {
    asked.push_back(host);
    if (host == 4) {
      return said({.determined = true, .alive = true, .result = true, .details = "fresh"});
    }
    return Result<schema::Object>(fail(Code::kAborted, "the agent is busy"));
  };
  Investigator investigator(cluster.books);
  const auto alive = investigator.host_alive(a_minute(), cluster.suspect());
  EXPECT_EQ(alive.verdict(), Verdict::kAlive);
  EXPECT_EQ(alive.witness(), "host-4");
  EXPECT_THAT(asked, testing::ElementsAre(2, 3, 4));
}

// known defects 119 and 122
TEST(Investigator, AnAnswerOfAnotherClassOrUndeterminedIsNoVerdict) {
  Cluster cluster;
  cluster.books.on_send = [&](const CallContext&, std::int64_t host,
                              const schema::Object&) -> Result<schema::Object> {
    if (host == 2) return schema::Object(schema::Answer{.result = true, .details = "fine"});
    return said({.result = true, .details = "true, and nothing determined"});
  };
  Investigator investigator(cluster.books);
  EXPECT_EQ(investigator.host_alive(a_minute(), cluster.suspect()).verdict(), Verdict::kCannotTell);
}

// known defect 121
TEST(Investigator, WithoutNeighboursNobodyCanTell) {
  Cluster cluster;
  for (std::size_t i = 1; i < 4; ++i) cluster.books.hosts[i].state = HostState::kDown;
  Investigator investigator(cluster.books);
  EXPECT_EQ(investigator.host_alive(a_minute(), cluster.suspect()).verdict(), Verdict::kCannotTell);
  EXPECT_EQ(investigator.vm_alive(a_minute(), "i-2-3-VM", cluster.suspect()).verdict(),
            Verdict::kCannotTell);
  cluster.books.closed = true;
  EXPECT_EQ(investigator.host_alive(a_minute(), cluster.suspect()).verdict(), Verdict::kCannotTell);
}

TEST(Investigator, TheHostsOwnWordDecidesAboutAVm) {
  Cluster cluster;
  auto state = schema::PowerState::PowerOn;
  cluster.books.on_send = [&](const CallContext&, std::int64_t host,
                              const schema::Object& command) -> Result<schema::Object> {
    EXPECT_EQ(host, 1);
    EXPECT_EQ(command.as<schema::CheckVirtualMachineCommand>()->vmName, "i-2-3-VM");
    return schema::Object(schema::CheckVirtualMachineAnswer{.state = state, .result = true});
  };
  Investigator investigator(cluster.books);
  EXPECT_EQ(investigator.vm_alive(a_minute(), "i-2-3-VM", cluster.suspect()).verdict(),
            Verdict::kAlive);
  state = schema::PowerState::PowerOff;
  EXPECT_EQ(investigator.vm_alive(a_minute(), "i-2-3-VM", cluster.suspect()).verdict(),
            Verdict::kDead);
}

TEST(Investigator, AVmIsDeadOnlyWithItsHost) {
  Cluster cluster;
  cluster.books.hosts[0].state = HostState::kDisconnected;
  bool dead = false;
  cluster.books.on_send = [&](const CallContext&, std::int64_t, const schema::Object&) {
    return said({.determined = dead, .alive = false, .result = dead, .details = "power is off"});
  };
  Investigator investigator(cluster.books);
  EXPECT_EQ(investigator.vm_alive(a_minute(), "i-2-3-VM", cluster.suspect()).verdict(),
            Verdict::kCannotTell);
  dead = true;
  EXPECT_EQ(investigator.vm_alive(a_minute(), "i-2-3-VM", cluster.suspect()).verdict(),
            Verdict::kDead);
}

TEST(Investigator, ANeighbourThatHangsLeavesTimeForTheOthers) {
  Cluster cluster;
  std::vector<double> shares;
  cluster.books.on_send = [&](const CallContext& ctx, std::int64_t, const schema::Object&) {
    shares.push_back(std::chrono::duration<double>(ctx.remaining()).count());
    return Result<schema::Object>(fail(Code::kDeadlineExceeded, "no answer"));
  };
  Investigator investigator(cluster.books);
  EXPECT_EQ(investigator.host_alive(a_minute(), cluster.suspect()).verdict(), Verdict::kCannotTell);
  ASSERT_EQ(shares.size(), 3U);
  EXPECT_NEAR(shares[0], 20, 1);
}

// known defects 118 and 122
TEST(FenceBuilder, WantsAWitnessWhoSaysYes) {
  Cluster cluster;
  bool proven = false;
  cluster.books.on_send = [&](const CallContext&, std::int64_t host,
                              const schema::Object&) -> Result<schema::Object> {
    if (host == 2) return schema::Object(schema::Answer{.result = true});
    return schema::Object(schema::FenceAnswer{.result = proven && host == 3,
                                              .details = "seen by " + std::to_string(host)});
  };
  FenceBuilder builder(cluster.books);
  auto fencing = builder.fence_off(a_minute(), "i-2-3-VM", cluster.suspect());
  EXPECT_EQ(fencing.outcome, FenceOutcome::kNotProven);
  EXPECT_THAT(fencing.reason, HasSubstr("host-4: seen by 4"));
  proven = true;
  fencing = builder.fence_off(a_minute(), "i-2-3-VM", cluster.suspect());
  EXPECT_EQ(fencing.outcome, FenceOutcome::kFenced);
  EXPECT_EQ(fencing.witness, "host-3");
  cluster.books.closed = true;
  EXPECT_EQ(builder.fence_off(a_minute(), "i-2-3-VM", cluster.suspect()).outcome,
            FenceOutcome::kNotProven);
}

TEST(Guru, KnowsGuestTypes) {
  Books books;
  const Guru guru(books);
  EXPECT_TRUE(guru.guest_type("CentOS 6.5 (64-bit)").known);
  const auto unknown = guru.guest_type("Plan 9 from Bell Labs");
  EXPECT_FALSE(unknown.known);
  EXPECT_EQ(unknown.domain_type, "xen_hvm");
}

TEST(Guru, SendsACopyToAHostThatIsUp) {
  Cluster cluster;
  Guru guru(cluster.books);
  const schema::Object copy(schema::CopyCommand{.executeInSequence = true});
  auto delegation = guru.delegate(a_minute(), 1, copy);
  ASSERT_TRUE(delegation);
  EXPECT_EQ(delegation->host, 1);
  EXPECT_TRUE(delegation->in_sequence);
  cluster.books.hosts[0].state = HostState::kDown;
  delegation = guru.delegate(a_minute(), 1, copy);
  ASSERT_TRUE(delegation);
  EXPECT_EQ(delegation->host, 2);
  for (auto& host : cluster.books.hosts) host.state = HostState::kDown;
  EXPECT_EQ(guru.delegate(a_minute(), 1, copy).error().code, Code::kFailedPrecondition);
  EXPECT_EQ(guru.delegate(a_minute(), 99, copy).error().code, Code::kNotFound);
  // What is about a VM stays with its host, up or not.
  const schema::Object stop(schema::StopCommand{.vmName = "i-2-3-VM"});
  EXPECT_EQ(guru.delegate(a_minute(), 1, stop)->host, 1);
}

TEST(Maintenance, EndsWhenTheBooksSaySo) {
  ResourceScene scene;
  Books books;
  books.add(1, "guid-1").state = HostState::kMaintenance;
  ManagedHost host({.guid = "guid-1"}, scene.flow.transport(1), no_log(), &books);
  const CallContext ctx = scene.flow.ctx();
  const Task task{.ctx = ctx, .undo = ctx, .host = host};
  EXPECT_TRUE(takes_new_vms(task));
  host.set_maintenance(true);
  EXPECT_FALSE(takes_new_vms(task));
  books.closed = true;
  EXPECT_FALSE(takes_new_vms(task));
  books.closed = false;
  books.hosts[0].state = HostState::kUp;
  EXPECT_TRUE(takes_new_vms(task));
  EXPECT_FALSE(host.in_maintenance());
}

}  // namespace
}  // namespace trestle::ovm3
