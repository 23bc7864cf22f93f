// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <optional>
#include <string>
#include <vector>

#include "helpers/ovm3/host_traffic.h"
#include "integration/schema/generated/host.h"
#include "integration/schema/generated/machine.h"
#include "integration/schema/generated/session.h"
#include "objects/ovm3/module.h"
#include "tests/unit/commands/resource_scene.h"

namespace trestle::ovm3 {
namespace {

using std::chrono::seconds;

void add_domain(ResourceScene& scene, const std::string& name, const std::string& uuid) {
  scene.flow.sim.with_estate([&](simulator::Estate& estate) {
    simulator::Domain domain;
    domain.name = name;
    domain.uuid = uuid;
    domain.vm_id = uuid;
    domain.memory_mib = 512;
    domain.domid = estate.hosts[0]->next_domid++;
    estate.hosts[0]->domains.push_back(domain);
  });
}

/// What happens to every call of a service on the first host.
void set_rule(ResourceScene& scene, const std::string& service, simulator::Action action) {
  simulator::Rule rule;
  rule.service = service;
  rule.host = "ovm-1";
  rule.action = action;
  scene.flow.sim.with_rules([&](simulator::RuleBook& rules) { rules.set(rule); });
}

simulator::Host& host_of(simulator::Estate& estate, std::size_t host = 1) {
  return *estate.hosts.at(host - 1);
}

// proves CheckHealthCommand
TEST(CheckHealth, IsYesOnlyWhenTheAgentAnswers) {
  ResourceScene scene;
  expect_done(scene.run<schema::CheckHealthAnswer>(schema::CheckHealthCommand{}));
  scene.flow.sim.power_off("ovm-1");
  const auto dead =
      scene.run<schema::CheckHealthAnswer>(schema::CheckHealthCommand{}, 1, seconds{5});
  expect_refused(dead, "connection refused");
}

TEST(CheckHealth, EndsAtTheServersLimit) {
  ResourceScene scene;
  set_rule(scene, "echo", simulator::Action::kHang);
  const auto before = scene.flow.clock.now();
  const auto answer = scene.run<schema::CheckHealthAnswer>(schema::CheckHealthCommand{.wait = 20});
  EXPECT_FALSE(answer.result);
  EXPECT_LE(scene.flow.clock.now() - before, seconds{20});
}

// proves PingTestCommand
TEST(PingTest, AsksFromTheHost) {
  ResourceScene scene(2);
  const auto there = scene.run<schema::Answer>(
      schema::PingTestCommand{._computingHostIp = flow::FlowScene::address(2)});
  expect_done(there);
  scene.flow.sim.power_off("ovm-2");
  const auto gone = scene.run<schema::Answer>(
      schema::PingTestCommand{._computingHostIp = flow::FlowScene::address(2)});
  expect_refused(gone, "does not answer");
}

TEST(PingTest, NamesTheMemberThatIsMissing) {
  ResourceScene scene;
  expect_refused(scene.run<schema::Answer>(schema::PingTestCommand{}), "_routerIp");
  expect_refused(scene.run<schema::Answer>(schema::PingTestCommand{._routerIp = "169.254.1.2"}),
                 "_privateIp");
}

TEST(PingTest, TellsARouterNoOptionInPlaceOfAnAddress) {
  ResourceScene scene;
  const auto answer = scene.run<schema::Answer>(
      schema::PingTestCommand{._routerIp = "169.254.1.2", ._privateIp = "-f"});
  expect_refused(answer, "no IP address");
  EXPECT_TRUE(scene.flow.sent.empty());
}

TEST(PingTest, ARouterThatIsNotThereIsNoUnansweredPing) {
  ResourceScene scene;
  const auto answer = scene.run<schema::Answer>(
      schema::PingTestCommand{._routerIp = "169.254.1.2", ._privateIp = "10.1.1.1"});
  expect_refused(answer, "no ping could be sent from the router at 169.254.1.2");
}

// proves GetHostStatsCommand
// known defects 126 and 127
TEST(GetHostStats, CountsKibibytesAndKnowsDirections) {
  ResourceScene scene;
  scene.flow.clock.advance(std::chrono::hours{1});
  const auto answer =
      scene.run<schema::GetHostStatsAnswer>(schema::GetHostStatsCommand{.hostId = 7});
  expect_done(answer);
  ASSERT_TRUE(answer.hostStats);
  scene.flow.sim.with_estate([&](simulator::Estate& estate) {
    const simulator::Host& host = host_of(estate);
    EXPECT_EQ(answer.hostStats->totalMemoryKBs,
              static_cast<double>(host.hardware.memory_mib) * 1024);
    EXPECT_EQ(answer.hostStats->freeMemoryKBs, static_cast<double>(host.free_memory_mib()) * 1024);
  });
  // The simulated host receives 1500 bytes a second and sends 900.
  EXPECT_NEAR(answer.hostStats->networkReadKBs, 3600 * 1500 / 1024.0, 10);
  EXPECT_NEAR(answer.hostStats->networkWriteKBs, 3600 * 900 / 1024.0, 10);
  EXPECT_EQ(answer.hostStats->hostId, 7);
  EXPECT_EQ(answer.hostStats->entityType, "host");
}

TEST(GetHostStats, SaysThatPacketsAreNoBytes) {
  ResourceScene scene;
  scene.flow.sim.with_estate(
      [](simulator::Estate& estate) { host_of(estate).module_version = "0.1"; });
  scene.flow.clock.advance(std::chrono::hours{1});
  const auto answer = scene.run<schema::GetHostStatsAnswer>(schema::GetHostStatsCommand{});
  expect_done(answer);
  EXPECT_EQ(answer.hostStats->networkReadKBs, 0);
  EXPECT_GT(answer.hostStats->totalMemoryKBs, 0);
  EXPECT_NE(answer.details->find("counts packets"), std::string::npos) << *answer.details;
}

// known defect 126
TEST(GetHostStats, AnUnknownDeviceFailsNoOtherFigure) {
  ResourceScene scene;
  scene.configure(1, {{"private.network.device", "bond7"}});
  const auto answer = scene.run<schema::GetHostStatsAnswer>(schema::GetHostStatsCommand{});
  expect_done(answer);
  EXPECT_GT(answer.hostStats->totalMemoryKBs, 0);
  EXPECT_NE(answer.details->find("bond7"), std::string::npos) << *answer.details;
}

// proves MaintainCommand
// known defect 40
TEST(Maintain, NamesWhatStillRunsAndEndsWithReady) {
  ResourceScene scene;
  add_domain(scene, "i-2-3-VM", "6e1d6a2a-39a2-4f7c-8f6e-7d7e3f5f0a01");
  add_domain(scene, "r-4-VM", "6e1d6a2a-39a2-4f7c-8f6e-7d7e3f5f0a02");
  const auto answer = scene.run<schema::MaintainAnswer>(schema::MaintainCommand{});
  expect_done(answer);
  EXPECT_TRUE(answer.willMigrate);
  EXPECT_NE(answer.details->find("i-2-3-VM, r-4-VM"), std::string::npos) << *answer.details;
  EXPECT_TRUE(scene.resource().host()->in_maintenance());
  expect_done(scene.run<schema::ReadyAnswer>(schema::ReadyCommand{}));
  EXPECT_FALSE(scene.resource().host()->in_maintenance());
}

TEST(Maintain, AHostThatCannotBeReadIsNotInMaintenance) {
  ResourceScene scene;
  set_rule(scene, "list_vms", simulator::Action::kFault);
  EXPECT_FALSE(scene.run<schema::MaintainAnswer>(schema::MaintainCommand{}).result);
  EXPECT_FALSE(scene.resource().host()->in_maintenance());
}

TEST(Maintain, ThatIsRepeatedAndFailsEndsNoMaintenance) {
  ResourceScene scene;
  expect_done(scene.run<schema::MaintainAnswer>(schema::MaintainCommand{}));
  set_rule(scene, "list_vms", simulator::Action::kFault);
  EXPECT_FALSE(scene.run<schema::MaintainAnswer>(schema::MaintainCommand{}).result);
  EXPECT_TRUE(scene.resource().host()->in_maintenance());
}

TEST(Maintain, NamesAVmThatIsOnItsWay) {
  ResourceScene scene;
  VmsInFlight& flights = scene.resource().host()->flights();
  const auto start = flights.begin("i-2-9-VM", PowerChange::kStart);
  const auto stop = flights.begin("i-2-8-VM", PowerChange::kStop);
  const auto answer = scene.run<schema::MaintainAnswer>(schema::MaintainCommand{});
  expect_done(answer);
  EXPECT_NE(answer.details->find("on its way before this began: i-2-9-VM"), std::string::npos)
      << *answer.details;
  EXPECT_EQ(answer.details->find("i-2-8-VM"), std::string::npos) << *answer.details;
}

// proves ModifySshKeysCommand
TEST(ModifySshKeys, PutsBothKeysOnTheHostAndPrintsNone) {
  ResourceScene scene;
  const std::string key =
      "-----BEGIN RSA PRIVATE KEY-----\nc2VjcmV0\n-----END RSA PRIVATE KEY-----\n";
  const schema::ModifySshKeysCommand command{._pubKey = "ssh-rsa AAAA cloud@ms",
                                             ._prvKey = Secret(key)};
  for (int turn = 0; turn < 2; ++turn) {
    const auto answer = scene.run<schema::Answer>(command);
    expect_done(answer);
    EXPECT_EQ(answer.details->find("c2VjcmV0"), std::string::npos);
  }
  const HostModule module(scene.flow.agent(1));
  for (const char* const name : {"/root/.ssh/id_rsa.cloud", "/root/.ssh/id_rsa.pub.cloud"}) {
    const auto there = module.file_exists(scene.flow.ctx(), name);
    ASSERT_TRUE(there) << there.error().message();
    EXPECT_TRUE(*there) << name;
  }
}

TEST(ModifySshKeys, RefusesWhatIsNoKey) {
  ResourceScene scene;
  const auto no_key = scene.run<schema::Answer>(
      schema::ModifySshKeysCommand{._pubKey = "ssh-rsa AAAA", ._prvKey = Secret("hunter2")});
  expect_refused(no_key, "no private key");
  EXPECT_EQ(no_key.details->find("hunter2"), std::string::npos);
  const auto two_lines = scene.run<schema::Answer>(schema::ModifySshKeysCommand{
      ._pubKey = "ssh-rsa AAAA\nssh-rsa BBBB", ._prvKey = Secret("-----BEGIN PRIVATE KEY-----")});
  expect_refused(two_lines, "not one line");
}

// proves ReadyCommand
TEST(Ready, StartsTheHeartbeatOnce) {
  ResourceScene scene;
  const auto first = scene.run<schema::ReadyAnswer>(schema::ReadyCommand{});
  expect_done(first);
  EXPECT_NE(first.details->find("was started"), std::string::npos) << *first.details;
  const auto second = scene.run<schema::ReadyAnswer>(schema::ReadyCommand{});
  expect_done(second);
  EXPECT_NE(second.details->find("the heartbeat runs"), std::string::npos) << *second.details;
  scene.flow.sim.with_estate([](simulator::Estate& estate) {
    EXPECT_EQ(host_of(estate).heartbeat_guid, "guid-of-ovm-1");
  });
}

std::string heartbeat_of(ResourceScene& scene) {
  return scene.flow.sim.with_estate(
      [](simulator::Estate& estate) { return host_of(estate).heartbeat_guid; });
}
void ping(ResourceScene& scene) {
  const auto report = scene.resource().current_status(scene.flow.ctx());
  EXPECT_TRUE(report) << report.error().message();
}

TEST(Heartbeat, OfAHostThatWasRebootedWhileConnectedIsBackAfterOnePing) {
  ResourceScene scene;
  expect_done(scene.run<schema::ReadyAnswer>(schema::ReadyCommand{}));
  scene.flow.sim.power_off("ovm-1");
  scene.flow.sim.power_on("ovm-1");
  scene.flow.clock.advance(std::chrono::minutes{20});
  EXPECT_EQ(heartbeat_of(scene), "") << "nothing on the host starts it";
  ping(scene);
  EXPECT_EQ(heartbeat_of(scene), "guid-of-ovm-1");
}

TEST(Heartbeat, IsStartedByNoPingBeforeReadyOrAfterTheServerHasLeft) {
  ResourceScene scene;
  ping(scene);
  EXPECT_EQ(heartbeat_of(scene), "");
  const auto end = [&] {
    scene.flow.sim.with_estate(
        [](simulator::Estate& estate) { host_of(estate).heartbeat_guid.clear(); });
    ping(scene);
    EXPECT_EQ(heartbeat_of(scene), "");
  };
  expect_done(scene.run<schema::ReadyAnswer>(schema::ReadyCommand{}));
  scene.resource().disconnected();
  end();
  expect_done(scene.run<schema::ReadyAnswer>(schema::ReadyCommand{}));
  expect_done(scene.run<schema::Answer>(schema::ShutdownCommand{}));
  end();
}

TEST(Heartbeat, ThatDiesAgainAndAgainIsToldAndLeftAlone) {
  ResourceScene scene;
  expect_done(scene.run<schema::ReadyAnswer>(schema::ReadyCommand{}));
  const auto kill = [&] {
    scene.flow.sim.with_estate(
        [](simulator::Estate& estate) { host_of(estate).heartbeat_guid.clear(); });
  };
  for (int turn = 0; turn < HeartbeatKeeper::kMostRestarts; ++turn) {
    kill();
    ping(scene);
    EXPECT_EQ(heartbeat_of(scene), "guid-of-ovm-1") << turn;
  }
  kill();
  ping(scene);
  EXPECT_EQ(heartbeat_of(scene), "") << "a crash loop is not gone on with";
  expect_done(scene.run<schema::ReadyAnswer>(schema::ReadyCommand{}));
  kill();
  ping(scene);
  EXPECT_EQ(heartbeat_of(scene), "guid-of-ovm-1") << "a new connection tries anew";
}

TEST(Heartbeat, ThatCannotBeLookedAtHidesNoVm) {
  ResourceScene scene;
  add_domain(scene, "i-2-3-VM", "6e1d6a2a-39a2-4f7c-8f6e-7d7e3f5f0a01");
  expect_done(scene.run<schema::ReadyAnswer>(schema::ReadyCommand{}));
  set_rule(scene, "check_dom0_storage_health_check", simulator::Action::kHang);
  const auto before = scene.flow.clock.now();
  const auto report = scene.resource().current_status(scene.flow.ctx());
  ASSERT_TRUE(report);
  EXPECT_LE(scene.flow.clock.now() - before, HeartbeatKeeper::kBudget + seconds{1});
  const auto* const typed = report->as<schema::PingRoutingCommand>();
  ASSERT_NE(typed, nullptr);
  EXPECT_NE(typed->_hostVmStateReport->find("i-2-3-VM"), nullptr);
}

TEST(Ready, SendsTheOperatorToPrepare) {
  ResourceScene scene;
  scene.flow.sim.with_estate(
      [](simulator::Estate& estate) { host_of(estate).module_installed = false; });
  expect_refused(scene.run<schema::ReadyAnswer>(schema::ReadyCommand{}), "trestle host prepare");
}

// known defect 41
TEST(Ready, APooledHostNeedsItsPoolButNotToBeMaster) {
  ResourceScene scene;
  scene.configure(1, {{"ovm3pool", "true"}, {"ovm3vip", "192.168.1.230"}});
  expect_refused(scene.run<schema::ReadyAnswer>(schema::ReadyCommand{}), "in no server pool");
  scene.flow.sim.with_estate([](simulator::Estate& estate) {
    simulator::PoolMembership pool;
    pool.uuid = "0004fb0000020000ba9aaf00ae5e2d73";
    pool.virtual_ip = "192.168.1.230";
    host_of(estate).pool = pool;
  });
  expect_done(scene.run<schema::ReadyAnswer>(schema::ReadyCommand{}));
  scene.configure(1, {{"ovm3pool", "true"}, {"ovm3vip", "192.168.1.231"}});
  expect_refused(scene.run<schema::ReadyAnswer>(schema::ReadyCommand{}), "192.168.1.230");
}

TEST(Ready, AServerThatRefusedTheHostIsToldNo) {
  ResourceScene scene;
  expect_refused(scene.run<schema::ReadyAnswer>(schema::ReadyCommand{._details = "wrong cluster"}),
                 "wrong cluster");
}

// proves ShutdownCommand
TEST(Shutdown, LeavesHostAndVmsRunning) {
  ResourceScene scene;
  add_domain(scene, "i-2-3-VM", "6e1d6a2a-39a2-4f7c-8f6e-7d7e3f5f0a01");
  expect_done(scene.run<schema::Answer>(schema::ShutdownCommand{.reason = "sig.kill"}));
  scene.flow.sim.with_estate([](simulator::Estate& estate) {
    EXPECT_EQ(host_of(estate).power, simulator::Power::kOn);
    EXPECT_EQ(host_of(estate).domains.size(), 1U);
  });
  EXPECT_TRUE(scene.flow.changing_calls().empty());
}

schema::CheckOnHostCommand check_of(const std::string& guid) {
  return {.host = schema::HostTO{.guid = guid}};
}

/// Both hosts see one repository, and the second writes its heartbeat there.
void share_storage(ResourceScene& scene) {
  for (std::size_t host = 1; host <= 2; ++host) {
    scene.flow.sim.with_estate([&](simulator::Estate& estate) {
      simulator::Mount mount;
      mount.dir = "/OVS/Repositories/0004fb0000030000aaaaaaaaaaaaaaaa";
      mount.device = estate.exports.at(0)->device;
      mount.type = "nfs";
      host_of(estate, host).mounts.push_back(mount);
    });
  }
  expect_done(scene.run<schema::ReadyAnswer>(schema::ReadyCommand{}, 2));
}

// proves CheckOnHostCommand
// known defects 119, 120 and 133
TEST(CheckOnHost, OnlyAFreshHeartbeatDeterminesAnything) {
  ResourceScene scene(2);
  const auto nothing_shared = scene.run<schema::CheckOnHostAnswer>(check_of("guid-of-ovm-2"));
  EXPECT_FALSE(nothing_shared.result);
  EXPECT_FALSE(nothing_shared.determined);
  share_storage(scene);
  const auto alive = scene.run<schema::CheckOnHostAnswer>(check_of("guid-of-ovm-2"));
  expect_done(alive);
  EXPECT_TRUE(alive.determined);
  EXPECT_TRUE(alive.alive);
  scene.flow.sim.power_off("ovm-2");
  scene.flow.clock.advance(std::chrono::minutes{10});
  const auto silent = scene.run<schema::CheckOnHostAnswer>(check_of("guid-of-ovm-2"));
  EXPECT_FALSE(silent.determined);
  EXPECT_FALSE(silent.alive);
  expect_refused(silent, "nothing is determined");
}

// known defects 120 and 122
TEST(CheckOnHost, AnErrorWhileAskingDeterminesNothing) {
  ResourceScene scene(2);
  share_storage(scene);
  set_rule(scene, "check_dom0_storage_health", simulator::Action::kFault);
  const auto answer = scene.run<schema::CheckOnHostAnswer>(check_of("guid-of-ovm-2"));
  EXPECT_FALSE(answer.result);
  EXPECT_FALSE(answer.determined);
}

// known defects 119 and 133
TEST(CheckOnHost, ThePluginsModuleCannotProveALife) {
  ResourceScene scene(2);
  scene.flow.sim.with_estate(
      [](simulator::Estate& estate) { host_of(estate).module_version = "0.1"; });
  const auto answer = scene.run<schema::CheckOnHostAnswer>(check_of("guid-of-ovm-2"));
  EXPECT_FALSE(answer.determined);
}

// proves FenceCommand
// known defect 118
TEST(Fence, IsNeverYesWithoutProof) {
  ResourceScene scene(2);
  share_storage(scene);
  const schema::FenceCommand command{.vmName = "i-2-3-VM", .hostGuid = "guid-of-ovm-2"};
  expect_refused(scene.run<schema::FenceAnswer>(command), "so it lives");
  scene.flow.sim.power_off("ovm-2");
  scene.flow.clock.advance(std::chrono::minutes{10});
  expect_refused(scene.run<schema::FenceAnswer>(command), "does not prove that it is off");
}

TEST(HostTraffic, ABlankCounterIsNoZero) {
  HostStats stats;
  stats.packets_named_rx = 5;
  const HostTraffic traffic = host_traffic(stats, true);
  EXPECT_FALSE(traffic.received);
  EXPECT_EQ(traffic.reason, "the host has no such device");
}

}  // namespace
}  // namespace trestle::ovm3
