// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>
#include <string>

#include "integration/contracts/orchestrator.h"
#include "tests/unit/commands/vm_scene.h"

namespace trestle::ovm3 {
namespace {

using simulator::Action;
using simulator::DomainState;
using testing::HasSubstr;
using testing::Not;

/// Passes commands on to the other hosts of a scene.
class SceneOrchestrator final : public contracts::Orchestrator {
 public:
  explicit SceneOrchestrator(VmScene& scene) : scene_(&scene) {}
  Result<std::vector<contracts::HostRecord>> hosts_of_cluster(const CallContext&,
                                                              std::int64_t) override {
    return std::vector<contracts::HostRecord>();
  }
  Result<std::optional<contracts::HostRecord>> host_by_guid(const CallContext&,
                                                            std::string_view guid) override {
    if (guid != "guid-of-ovm-2") return std::optional<contracts::HostRecord>();
    return std::optional(contracts::HostRecord{.id = 2, .guid = std::string(guid)});
  }
  Result<std::optional<contracts::HostRecord>> host_by_id(const CallContext&,
                                                          std::int64_t) override {
    return std::optional<contracts::HostRecord>();
  }
  Result<schema::Object> send(const CallContext& ctx, std::int64_t host,
                              const schema::Object& command) override {
    return scene_->resource(static_cast<std::size_t>(host)).execute(ctx, command);
  }

 private:
  VmScene* scene_;
};

class VmMigration : public testing::Test {
 protected:
  VmMigration()
      : source_(
            [this](const contracts::Configuration&) -> Result<std::unique_ptr<Transport>> {
              return std::make_unique<LentTransport>(scene_.flow.transport(1));
            },
            no_log(), &orchestrator_) {
    const auto set = source_.configure(
        {.values = {
             {"guid", "guid-of-ovm-1"}, {"host", "ovm-1"}, {"ip", flow::FlowScene::address(1)}}});
    if (!set) ADD_FAILURE() << set.error().message();
    expect_done(scene_.start_vm());
  }

  schema::PrepareForMigrationAnswer prepare(
      const schema::VirtualMachineTO& vm = VmScene::user_vm()) {
    return scene_.run<schema::PrepareForMigrationAnswer>(
        schema::PrepareForMigrationCommand{.vm = vm}, 2);
  }
  static schema::MigrateCommand order() {
    return {.vmName = "i-2-7-VM",
            .destIp = flow::FlowScene::address(2),
            .hostGuid = "guid-of-ovm-2",
            .vmTO = VmScene::user_vm()};
  }
  /// By a host that may ask back.
  schema::MigrateAnswer move() {
    const auto answer = source_.execute(scene_.flow.ctx(), schema::Object(order()));
    const auto* const typed = answer.as<schema::MigrateAnswer>();
    return typed == nullptr ? schema::MigrateAnswer{} : *typed;
  }
  /// By one that may not.
  schema::MigrateAnswer move_alone() { return scene_.run<schema::MigrateAnswer>(order()); }

  void expect_runs_at_the_source() {
    ASSERT_TRUE(scene_.domain("i-2-7-VM", 1));
    EXPECT_EQ(scene_.domain("i-2-7-VM", 1)->state, DomainState::kBlocked);
    EXPECT_FALSE(scene_.domain("i-2-7-VM", 2));
    EXPECT_EQ(scene_.calls("stop_vm"), 0) << "a move never stops a VM";
    EXPECT_TRUE(scene_.stored("i-2-7-VM"));
  }

  VmScene scene_{2};
  SceneOrchestrator orchestrator_{scene_};
  Resource source_;
};

// proves PrepareForMigrationCommand, MigrateCommand
// known defect 97
// known defect 98
TEST_F(VmMigration, OutsideAPoolMovesTheVmWhileItRuns) {
  const auto prepared = prepare();
  expect_done(prepared);
  EXPECT_THAT(*prepared.details, HasSubstr("1 NICs have their bridges (1 made)"));
  EXPECT_TRUE(scene_.has_bridge("xenbr0.160", 2));
  const auto uuid = scene_.domain("i-2-7-VM", 1)->uuid;
  const auto answer = move();
  expect_done(answer);
  EXPECT_THAT(*answer.details, HasSubstr("moved live"));
  EXPECT_THAT(*answer.details, HasSubstr("it runs there"));
  EXPECT_EQ(answer.vncPort, 5900);
  EXPECT_FALSE(scene_.domain("i-2-7-VM", 1));
  ASSERT_TRUE(scene_.domain("i-2-7-VM", 2));
  EXPECT_EQ(scene_.domain("i-2-7-VM", 2)->uuid, uuid);
  EXPECT_EQ(scene_.calls("stop_vm"), 0);
  EXPECT_FALSE(scene_.has_bridge("xenbr0.160", 1)) << "nobody uses it here any more";
  EXPECT_THAT(scene_.stored("i-2-7-VM")->text("OVM_description").value_or(""),
              HasSubstr("cloudstack-host=guid-of-ovm-2"));
  // Its new host is its own; the old one leaves it alone.
  expect_done(scene_.stop_vm("i-2-7-VM", 1));
  EXPECT_TRUE(scene_.domain("i-2-7-VM", 2));
  expect_done(scene_.stop_vm("i-2-7-VM", 2));
  EXPECT_FALSE(scene_.stored("i-2-7-VM"));
}

// known defect 98
TEST_F(VmMigration, InAPoolIsTheSame) {
  for (const std::size_t host : {1U, 2U}) {
    scene_.set(host, {{"ovm3pool", "true"}, {"ovm3vip", "127.0.1.200"}});
  }
  expect_done(prepare());
  const auto answer = move_alone();
  expect_done(answer);
  EXPECT_THAT(*answer.details, HasSubstr("the destination was not asked"));
  EXPECT_TRUE(scene_.domain("i-2-7-VM", 2));
}

TEST_F(VmMigration, ThatIsRepeatedSaysThatTheVmHasMoved) {
  expect_done(prepare());
  expect_done(move());
  const auto again = move();
  expect_done(again);
  EXPECT_THAT(*again.details, HasSubstr("has moved"));
  EXPECT_EQ(scene_.calls("migrate_vm"), 1);
  const auto prepared = prepare();
  expect_done(prepared);
  EXPECT_THAT(*prepared.details, HasSubstr("runs on this host already"));
}

// known defect 98
TEST_F(VmMigration, ThatFailsHalfWayLeavesTheVmRunningWhereItIs) {
  expect_done(prepare());
  scene_.change("i-2-7-VM", [](auto& one) { one.guest.ignores_migration = true; });
  const auto answer = move();
  expect_refused(answer, "it runs on this host as before");
  expect_refused(answer, "xc_save failed");
  expect_runs_at_the_source();
  // The server now cleans up on the destination by telling it to stop the VM.
  const auto stopped = scene_.stop_vm("i-2-7-VM", 2);
  expect_done(stopped);
  EXPECT_THAT(*stopped.details, HasSubstr("belongs to host guid-of-ovm-1"));
  expect_runs_at_the_source();
  EXPECT_FALSE(scene_.has_bridge("xenbr0.160", 2)) << "what was prepared is gone";
  EXPECT_EQ(scene_.calls("cleanup_migration_target"), 1);
}

// known defect 97
TEST_F(VmMigration, ToAHostThatDoesNotSeeTheStorageIsRefused) {
  scene_.flow.sim.with_estate([](simulator::Estate& estate) {
    estate.hosts.at(1)->mounts.clear();
    estate.hosts.at(1)->repositories.clear();
  });
  expect_refused(prepare(), "lies in no repository that is mounted on this host");
  expect_refused(move(), "it runs on this host as before");
  expect_runs_at_the_source();
}

// known defect 99
TEST_F(VmMigration, IsPreparedOnlyWhereThereIsRoom) {
  auto big = VmScene::user_vm();
  big.minRam = big.maxRam = std::int64_t{1} << 50U;
  expect_refused(prepare(big), "MiB free");
  auto wide = VmScene::user_vm();
  wide.cpus = 4096;
  expect_refused(prepare(wide), "4096 vCPUs");
  EXPECT_FALSE(scene_.has_bridge("xenbr0.160", 2));
}

// known defect 99
TEST_F(VmMigration, ThatCannotBePreparedLeavesNoBridge) {
  scene_.add_rule({.id = {}, .service = "setup_migration_target", .times = 1});
  expect_refused(prepare(), "made to fail");
  EXPECT_FALSE(scene_.has_bridge("xenbr0.160", 2));
  const auto report = scene_.resource(2).current_status(scene_.flow.ctx());
  ASSERT_TRUE(report);
  expect_done(prepare());
}

// known defect 99
TEST_F(VmMigration, WhoseSetUpIsNotAnsweredIsUndoneOnTheDestination) {
  scene_.add_rule(
      {.id = {}, .service = "setup_migration_target", .times = 1, .action = Action::kDropAfter});
  EXPECT_FALSE(prepare().result);
  EXPECT_EQ(scene_.calls("cleanup_migration_target"), 1);
  EXPECT_FALSE(scene_.has_bridge("xenbr0.160", 2));
}

// known defect 99
TEST_F(VmMigration, NeedsTheConfigurationInSight) {
  auto other = VmScene::user_vm("i-2-9-VM");
  expect_refused(prepare(other), "does not see the configuration of VM i-2-9-VM");
}

TEST_F(VmMigration, IsRefusedWhereTheBridgeBearsAnotherName) {
  scene_.set(2, {{"guest.network.device", "xenbr1"}});
  expect_refused(prepare(), "name the bridges alike");
  EXPECT_FALSE(scene_.has_bridge("xenbr1.160", 2));
}

TEST_F(VmMigration, IsRefusedByADestinationInMaintenance) {
  scene_.resource(2).host()->set_maintenance(true);
  expect_refused(prepare(), "in maintenance");
}

TEST_F(VmMigration, WaitsForAHostThatIsBusyWithAnother) {
  expect_done(prepare());
  scene_.add_rule({.id = {},
                   .service = "migrate_vm",
                   .times = 2,
                   .fault_text = "Resource busy: another migration enters ovm-2"});
  expect_done(move());
  EXPECT_TRUE(scene_.domain("i-2-7-VM", 2));
  EXPECT_EQ(scene_.calls("migrate_vm"), 3);
}

TEST_F(VmMigration, WhoseAnswerIsLostAsksTheDestination) {
  expect_done(prepare());
  scene_.add_rule({.id = {}, .service = "migrate_vm", .times = 1, .action = Action::kDropAfter});
  expect_done(move());
  EXPECT_TRUE(scene_.domain("i-2-7-VM", 2));
}

TEST_F(VmMigration, WhoseAnswerIsLostIsNoSuccessWithoutEvidence) {
  expect_done(prepare());
  scene_.add_rule({.id = {}, .service = "migrate_vm", .times = 1, .action = Action::kDropAfter});
  expect_refused(move_alone(), "is not known; ask that host");
}

TEST_F(VmMigration, WhoseAnswerCannotBeReadAsksTheDestination) {
  expect_done(prepare());
  scene_.add_rule(
      {.id = {}, .service = "migrate_vm", .times = 1, .action = Action::kTruncate, .bytes = 20});
  expect_done(move());
  EXPECT_TRUE(scene_.domain("i-2-7-VM", 2));
}

TEST_F(VmMigration, WhoseTimeRunsOutLooksWithWhatIsKeptForThat) {
  expect_done(prepare());
  scene_.add_rule({.id = {},
                   .service = "migrate_vm",
                   .times = 1,
                   .action = Action::kSlowDrip,
                   .delay = std::chrono::hours(1),
                   .bytes = 1});
  const auto answer = move();
  expect_done(answer);
  EXPECT_THAT(*answer.details, HasSubstr("it runs there"));
  EXPECT_THAT(scene_.stored("i-2-7-VM")->text("OVM_description").value_or(""),
              HasSubstr("cloudstack-host=guid-of-ovm-2"));
}

TEST_F(VmMigration, ThawsAVmOnlyWhenTheMoveIsOver) {
  expect_done(prepare());
  scene_.change("i-2-7-VM", [](auto& one) {
    one.state = DomainState::kPaused;
    one.guest.ignores_migration = true;
  });
  scene_.add_rule({.id = {}, .service = "migrate_vm", .times = 1, .action = Action::kHang});
  expect_refused(move(), "it is still on this host");
  EXPECT_EQ(scene_.calls("unpause_vm"), 0) << "it may be on its way";
  EXPECT_EQ(scene_.domain("i-2-7-VM")->state, DomainState::kPaused);
  expect_refused(move(), "it runs on this host as before");
  EXPECT_EQ(scene_.domain("i-2-7-VM")->state, DomainState::kBlocked);
}

TEST_F(VmMigration, OfAVmThatCannotBeThawedSaysSo) {
  expect_done(prepare());
  scene_.change("i-2-7-VM", [](auto& one) {
    one.state = DomainState::kPaused;
    one.guest.ignores_migration = true;
  });
  scene_.add_rule({.id = {}, .service = "unpause_vm", .fault_text = "xend does not listen"});
  const auto answer = move();
  expect_refused(answer, "xc_save failed");
  expect_refused(answer, "frozen on this host");
  expect_refused(answer, "xend does not listen");
}

TEST_F(VmMigration, ThatIsRepeatedAfterTheVmHasEndedThereIsNoSuccess) {
  expect_done(prepare());
  expect_done(move());
  scene_.flow.sim.with_estate(
      [](simulator::Estate& estate) { estate.hosts.at(1)->domains.clear(); });
  expect_refused(move(), "does not run there either");
}

// known defect 89
TEST_F(VmMigration, ThatIsRepeatedFinishesWhatTheFirstOneLeft) {
  expect_done(prepare());
  scene_.add_rule({.id = {}, .service = "configure_vm", .host = "ovm-1", .times = 1});
  scene_.add_rule({.id = {}, .service = "discover_network", .host = "ovm-1", .times = 1});
  const auto first = move();
  expect_done(first);
  EXPECT_THAT(*first.details, HasSubstr("could not be marked"));
  EXPECT_THAT(*first.details, HasSubstr("could not all be released"));
  EXPECT_TRUE(scene_.has_bridge("xenbr0.160", 1));
  const auto again = move();
  expect_done(again);
  EXPECT_THAT(*again.details, HasSubstr("has moved"));
  EXPECT_THAT(*again.details, HasSubstr("it runs there"));
  EXPECT_FALSE(scene_.has_bridge("xenbr0.160", 1));
  expect_done(scene_.stop_vm("i-2-7-VM", 1));
  EXPECT_TRUE(scene_.stored("i-2-7-VM")) << "it is the other host's now";
}

// known defect 89
TEST_F(VmMigration, WithoutEvidenceLeavesTheConfigurationToTheDestination) {
  expect_done(prepare());
  scene_.add_rule({.id = {}, .service = "migrate_vm", .times = 1, .action = Action::kDropAfter});
  expect_refused(move_alone(), "is not known");
  expect_done(scene_.stop_vm("i-2-7-VM", 1));
  EXPECT_TRUE(scene_.stored("i-2-7-VM")) << "it may run there";
}

// known defect 98
TEST_F(VmMigration, OfAVmThatDoesNotArriveIsAFailure) {
  expect_done(prepare());
  scene_.flow.sim.with_estate([](simulator::Estate& estate) {
    simulator::Host& there = *estate.hosts.at(1);
    estate.after(std::chrono::seconds(5), there, [&there] { there.domains.clear(); });
  });
  scene_.add_rule({.id = {},
                   .service = "list_vm",
                   .host = "ovm-1",
                   .action = Action::kDelay,
                   .delay = std::chrono::seconds(20)});
  expect_refused(move(), "does not run on 127.0.1.2 either");
}

TEST_F(VmMigration, NeedsAVmThatRunsHere) {
  expect_done(scene_.stop_vm());
  expect_refused(move(), "does not run on this host");
  expect_refused(scene_.run<schema::MigrateAnswer>(schema::MigrateCommand{}), "'vmName'");
  expect_refused(scene_.run<schema::MigrateAnswer>(schema::MigrateCommand{.vmName = "i-2-7-VM"}),
                 "'destIp'");
}

}  // namespace
}  // namespace trestle::ovm3
