// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "helpers/ovm3/host_guid.h"
#include "integration/ovm3/discoverer.h"
#include "integration/ovm3/state_adapter.h"
#include "integration/schema/generated/startup.h"
#include "objects/ovm3/host.h"
#include "objects/ovm3/ownership.h"
#include "objects/wire/lent_transport.h"
#include "tests/unit/commands/books.h"
#include "tests/unit/commands/resource_scene.h"

namespace trestle::ovm3 {
namespace {

using contracts::DiscoveryRequest;
using contracts::HostState;
using testing::HasSubstr;

constexpr std::string_view kOurs = "0004fb000001000011112222333344aa";
constexpr std::string_view kTheirs = "0004fb0000010000ffffeeeeddddccbb";

/// SSH to the first simulated host, without SSH.
class SceneDoor final : public HostDoor {
 public:
  explicit SceneDoor(flow::FlowScene& scene) : scene_(scene) {}

  Result<HostSight> look(const CallContext& /*ctx*/, const DiscoveryRequest& request) override {
    steps.emplace_back("look");
    if (request.password.reveal() == "wrong") {
      return fail(Code::kUnauthenticated, "the host refuses the login of root");
    }
    return sight;
  }
  Result<std::unique_ptr<Transport>> agent(const DiscoveryRequest& /*request*/,
                                           const HostSight& /*sight*/) override {
    return std::make_unique<LentTransport>(scene_.transport(1));
  }
  Result<HostDeployment> prepare(const CallContext& /*ctx*/,
                                 const DiscoveryRequest& /*request*/) override {
    steps.emplace_back("prepare");
    if (refuses) return fail(Code::kFailedPrecondition, "no room in /opt");
    return HostDeployment{.changed = true};
  }
  Result<void> unprepare(const CallContext& /*ctx*/, const DiscoveryRequest& /*request*/) override {
    steps.emplace_back("unprepare");
    if (refuses_undo) return fail(Code::kUnavailable, "the link is cut");
    scene_.sim.with_estate(
        [](simulator::Estate& estate) { estate.hosts[0]->heartbeat_guid.clear(); });
    return {};
  }

  HostSight sight{.release = "Oracle VM server release 3.3.1\n", .agent_url = "https://ovm-1:8899"};
  bool refuses = false;
  bool refuses_undo = false;
  std::vector<std::string> steps;

 private:
  flow::FlowScene& scene_;
};

struct Setting {
  Setting() : scene(2), door(scene.flow), discoverer(door, books) {
    request.zone = 1;
    request.pod = 2;
    request.cluster = 3;
    request.url = "http://ovm-1";
    request.settings.values["manager.uuid"] = kOurs;
  }
  [[nodiscard]] std::optional<ManagerId> owner() {
    const auto server = Host(scene.flow.agent(1)).discover(scene.flow.ctx());
    EXPECT_TRUE(server);
    return server ? server->manager_id : std::nullopt;
  }
  Result<contracts::Discovery> find() { return discoverer.find(scene.flow.ctx(), request); }
  std::string guid() {
    const auto server = Host(scene.flow.agent(1)).discover(scene.flow.ctx());
    return guid_of(*server).value_or("");
  }

  ResourceScene scene;
  SceneDoor door;
  Books books;
  Discoverer discoverer;
  DiscoveryRequest request;
};

void own(Setting& setting, std::string_view manager) {
  const Owner owner{.manager = *ManagerId::parse(manager)};
  ASSERT_TRUE(
      take_ownership(setting.scene.flow.ctx(), setting.scene.flow.agent(1), kRelease33, owner));
  setting.scene.flow.clock.advance(std::chrono::seconds{10});
}

TEST(Discovery, PreparesOwnsAndIntroducesTheHost) {
  Setting setting;
  auto found = setting.find();
  ASSERT_TRUE(found) << found.error().message();
  EXPECT_EQ(found->record.platform, "Ovm3");
  EXPECT_EQ(found->record.guid, setting.guid());
  EXPECT_EQ(found->record.cluster, 3);
  ASSERT_TRUE(setting.owner());
  EXPECT_EQ(*setting.owner(), *ManagerId::parse(kOurs));
  EXPECT_TRUE(found->resource->current_status(setting.scene.flow.ctx()));
  EXPECT_THAT(setting.door.steps, testing::Contains("prepare"));
}

TEST(Discovery, GivesAResourceThatCanAskTheBooksBack) {
  Setting setting;
  auto found = setting.find();
  ASSERT_TRUE(found) << found.error().message();
  auto* const resource = dynamic_cast<Resource*>(found->resource.get());
  ASSERT_NE(resource, nullptr);
  EXPECT_EQ(resource->host()->orchestrator(), &setting.books);
}

TEST(Discovery, TakesAnEmptyFieldForNone) {
  Setting setting;
  setting.request.settings.values["host"] = "";
  setting.request.settings.values["ip"] = "";
  const auto found = setting.find();
  ASSERT_TRUE(found) << found.error().message();
  EXPECT_EQ(found->record.address, flow::FlowScene::address(1));
  EXPECT_FALSE(found->record.name.empty());
}

// known defect 35
TEST(Discovery, TheGuidIsTheServersOwnIdAndNotItsAddress) {
  Setting setting;
  const std::string before = setting.guid();
  setting.scene.flow.sim.with_estate(
      [](simulator::Estate& estate) { estate.hosts[0]->address = "127.0.9.9"; });
  EXPECT_EQ(setting.guid(), before);
  EXPECT_EQ(before.size(), 36U);
  ServerInfo server;
  EXPECT_FALSE(guid_of(server));
  server.unique_id = "00:11:22";
  EXPECT_FALSE(guid_of(server));
  server.unique_id = "unknown 0A:1b:2C:3d:4e:5f:60:71:82:93:a4:b5:c6:d7:e8:f9";
  EXPECT_FALSE(guid_of(server));
  server.unique_id = "0A:1b:2C:3d:4e:5f:60:71:82:93:a4:b5:c6:d7:e8:f9";
  EXPECT_EQ(guid_of(server).value_or(""), "0a1b2c3d-4e5f-6071-8293-a4b5c6d7e8f9");
}

// known defects 35 and 43
TEST(Discovery, RefusesAHostInTheBooksBeforeItTouchesIt) {
  Setting setting;
  setting.books.add(17, setting.guid());
  const auto found = setting.find();
  ASSERT_FALSE(found);
  EXPECT_EQ(found.error().code, Code::kAlreadyExists);
  EXPECT_THAT(found.error().what, HasSubstr("number 17"));
  EXPECT_EQ(setting.door.steps, std::vector<std::string>{"look"});
  EXPECT_FALSE(setting.owner());
  setting.books.hosts[0].state = HostState::kRemoved;
  EXPECT_TRUE(setting.find());
}

TEST(Discovery, BooksThatCannotBeReadEndItBeforeAnyChange) {
  Setting setting;
  setting.books.closed = true;
  ASSERT_FALSE(setting.find());
  EXPECT_EQ(setting.door.steps, std::vector<std::string>{"look"});
}

// known defects 43 and 46
TEST(Discovery, AHostOfAnotherOwnerIsNotEvenPrepared) {
  Setting setting;
  own(setting, kTheirs);
  const auto found = setting.find();
  ASSERT_FALSE(found);
  EXPECT_EQ(found.error().code, Code::kPermissionDenied);
  EXPECT_EQ(setting.door.steps, std::vector<std::string>{"look"});
  EXPECT_EQ(*setting.owner(), *ManagerId::parse(kTheirs));
}

TEST(Discovery, LeavesOtherPlatformsToTheirOwnDiscoverers) {
  Setting setting;
  for (const char* const release : {"", "Oracle VM server release 2.2.2\n", "XenServer 6.2\n"}) {
    setting.door.sight.release = release;
    const auto found = setting.find();
    ASSERT_FALSE(found);
    EXPECT_EQ(found.error().code, Code::kNotFound) << release;
  }
  EXPECT_TRUE(setting.scene.flow.changing_calls().empty());
}

// known defect 34
TEST(Discovery, TellsTheCause) {
  Setting setting;
  setting.request.password = Secret("wrong");
  const auto refused = setting.find();
  ASSERT_FALSE(refused);
  EXPECT_THAT(refused.error().message(), HasSubstr("refuses the login"));
  setting.request.password = Secret("right");
  setting.door.refuses = true;
  const auto full = setting.find();
  ASSERT_FALSE(full);
  EXPECT_THAT(full.error().message(), HasSubstr("no room in /opt"));
  EXPECT_FALSE(setting.owner());
}

TEST(Discovery, AFailureHalfWayGivesTheHostBack) {
  Setting setting;
  setting.request.settings.values["storage.network.device"] = "bond77";
  const auto found = setting.find();
  ASSERT_FALSE(found);
  EXPECT_THAT(found.error().what, HasSubstr("bond77"));
  setting.scene.flow.clock.advance(std::chrono::seconds{10});
  EXPECT_FALSE(setting.owner());
  EXPECT_EQ(setting.door.steps.back(), "unprepare");
}

TEST(Discovery, SaysWhatCouldNotBeTakenBack) {
  Setting setting;
  setting.request.settings.values["storage.network.device"] = "bond77";
  setting.door.refuses_undo = true;
  const auto found = setting.find();
  ASSERT_FALSE(found);
  EXPECT_THAT(found.error().what, HasSubstr("bond77"));
  EXPECT_THAT(found.error().what, HasSubstr("could not be taken back: the link is cut"));
}

TEST(Discovery, AHostThatWasOursStaysOursAfterAFailure) {
  Setting setting;
  own(setting, kOurs);
  setting.request.settings.values["storage.network.device"] = "bond77";
  ASSERT_FALSE(setting.find());
  ASSERT_TRUE(setting.owner());
}

struct RemovalSetting : Setting {
  RemovalSetting()
      : adapter(door, [this](const contracts::HostRecord&) -> Result<DiscoveryRequest> {
          return request;
        }) {}
  Result<contracts::Removal> remove(contracts::RemovalMode mode) {
    return adapter.delete_host(scene.flow.ctx(), {}, mode);
  }
  StateAdapter adapter;
};

// known defect 39
TEST(DeleteHost, GivesTheHostBack) {
  RemovalSetting setting;
  ASSERT_TRUE(setting.find());
  setting.scene.flow.sim.with_estate(
      [](simulator::Estate& estate) { estate.hosts[0]->heartbeat_guid = "g"; });
  const auto removal = setting.remove(contracts::RemovalMode::kOrderly);
  ASSERT_TRUE(removal) << removal.error().message();
  EXPECT_TRUE(removal->left.empty());
  setting.scene.flow.clock.advance(std::chrono::seconds{10});
  EXPECT_FALSE(setting.owner());
  setting.scene.flow.sim.with_estate([](simulator::Estate& estate) {
    EXPECT_EQ(estate.hosts[0]->heartbeat_guid, "");
    EXPECT_FALSE(estate.hosts[0]->pool);
  });
  EXPECT_TRUE(setting.remove(contracts::RemovalMode::kOrderly)) << "a second time changes nothing";
}

TEST(DeleteHost, StopsAtVmsThatRunUnlessForced) {
  RemovalSetting setting;
  ASSERT_TRUE(setting.find());
  setting.scene.flow.sim.with_estate([](simulator::Estate& estate) {
    simulator::Domain domain;
    domain.name = "i-2-3-VM";
    domain.uuid = "6e1d6a2a-39a2-4f7c-8f6e-7d7e3f5f0a01";
    domain.vm_id = domain.uuid;
    estate.hosts[0]->domains.push_back(domain);
  });
  const auto refused = setting.remove(contracts::RemovalMode::kOrderly);
  ASSERT_FALSE(refused);
  EXPECT_THAT(refused.error().what, HasSubstr("i-2-3-VM"));
  ASSERT_TRUE(setting.owner());
  const auto forced = setting.remove(contracts::RemovalMode::kForced);
  ASSERT_TRUE(forced) << forced.error().message();
  setting.scene.flow.sim.with_estate(
      [](simulator::Estate& estate) { EXPECT_EQ(estate.hosts[0]->domains.size(), 1U); });
}

TEST(DeleteHost, AnotherOwnersHostIsNotTouchedEvenByForce) {
  RemovalSetting setting;
  own(setting, kTheirs);
  const auto removal = setting.remove(contracts::RemovalMode::kForced);
  ASSERT_FALSE(removal);
  EXPECT_EQ(removal.error().code, Code::kPermissionDenied);
  EXPECT_THAT(setting.door.steps, testing::Not(testing::Contains("unprepare")));
}

TEST(DeleteHost, ByForceListsWhatIsLeftOfADeadHost) {
  RemovalSetting setting;
  setting.scene.flow.sim.power_off("ovm-1");
  setting.door.refuses_undo = true;
  EXPECT_FALSE(setting.adapter.delete_host(setting.scene.flow.ctx(std::chrono::seconds{5}), {},
                                           contracts::RemovalMode::kOrderly));
  const auto removal = setting.adapter.delete_host(setting.scene.flow.ctx(std::chrono::seconds{5}),
                                                   {}, contracts::RemovalMode::kForced);
  ASSERT_TRUE(removal);
  EXPECT_EQ(removal->left.size(), 2U);
}

TEST(StateAdapter, TakesOnlyHostsOfItsPlatformAndItsGuid) {
  RemovalSetting setting;
  const auto found = setting.find();
  ASSERT_TRUE(found);
  const auto startup = found->resource->initialize(setting.scene.flow.ctx());
  ASSERT_TRUE(startup);
  const auto record = setting.adapter.record_for({}, *startup);
  ASSERT_TRUE(record);
  ASSERT_TRUE(*record);
  EXPECT_EQ((*record)->guid, setting.guid());
  EXPECT_EQ((*record)->state, HostState::kUp);
  contracts::HostRecord other;
  other.guid = "another";
  EXPECT_FALSE(setting.adapter.record_for(other, *startup));
  contracts::HostRecord kept;
  kept.state = HostState::kMaintenance;
  const auto back = setting.adapter.record_for(kept, *startup);
  ASSERT_TRUE(back && *back);
  EXPECT_EQ((*back)->state, HostState::kMaintenance) << "a reconnect ends no maintenance";
  schema::StartupRoutingCommand kvm;
  kvm.hypervisorType = schema::HypervisorType::KVM;
  const std::vector foreign{schema::Object(kvm)};
  const auto none = setting.adapter.record_for({}, foreign);
  ASSERT_TRUE(none);
  EXPECT_FALSE(*none);
}

}  // namespace
}  // namespace trestle::ovm3
