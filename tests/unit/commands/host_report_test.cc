// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <string>

#include "helpers/ovm3/host_capacity.h"
#include "helpers/ovm3/host_guid.h"
#include "integration/schema/codec.h"
#include "integration/schema/generated/machine_types.h"
#include "integration/schema/generated/session.h"
#include "integration/schema/generated/startup.h"
#include "objects/ovm3/host.h"
#include "tests/unit/commands/resource_scene.h"

namespace trestle::ovm3 {
namespace {

schema::StartupRoutingCommand startup_of(ResourceScene& scene) {
  const auto commands = scene.resource().initialize(scene.flow.ctx());
  if (!commands) {
    ADD_FAILURE() << commands.error().message();
    return {};
  }
  EXPECT_EQ(commands->size(), 2U);
  const auto* const routing = commands->at(0).as<schema::StartupRoutingCommand>();
  EXPECT_NE(commands->at(1).as<schema::StartupStorageCommand>(), nullptr);
  EXPECT_TRUE(schema::encode_body(*commands));
  return routing == nullptr ? schema::StartupRoutingCommand{} : *routing;
}

// proves StartupRoutingCommand, StartupStorageCommand
// known defects 27, 28 and 29
TEST(Startup, CountsMegahertzAllNodesAndTheMemoryOfDomain0) {
  ResourceScene scene;
  scene.flow.sim.with_estate([](simulator::Estate& estate) {
    simulator::Hardware& hardware = estate.hosts[0]->hardware;
    hardware.nodes = 2;
    hardware.sockets_per_node = 1;
    hardware.cores_per_socket = 4;
    hardware.threads_per_core = 2;
    hardware.cpu_khz = 2'400'123;
  });
  const auto before = startup_of(scene);
  EXPECT_EQ(before.cpus, 16);
  EXPECT_EQ(before.cpuSockets, 2);
  EXPECT_EQ(before.speed, 2400);
  EXPECT_EQ(before.hypervisorType, schema::HypervisorType::Ovm3);
  EXPECT_EQ(before.hypervisorVersion, "3.3.1");
  EXPECT_EQ(before.guid, "guid-of-ovm-1");
  EXPECT_EQ(before.privateIpAddress, flow::FlowScene::address(1));
  // A guest that runs must not be taken for dom0's memory after a reconnect.
  scene.flow.sim.with_estate([](simulator::Estate& estate) {
    simulator::Domain domain;
    domain.name = "i-2-3-VM";
    domain.uuid = "6e1d6a2a-39a2-4f7c-8f6e-7d7e3f5f0a01";
    domain.vm_id = domain.uuid;
    domain.memory_mib = 2048;
    estate.hosts[0]->domains.push_back(domain);
  });
  const auto after = startup_of(scene);
  EXPECT_EQ(after.dom0MinMemory, before.dom0MinMemory);
  EXPECT_GT(after.dom0MinMemory, 0);
  EXPECT_LT(after.dom0MinMemory, after.memory);
}

// known defect 35
TEST(Startup, WithoutASetGuidTellsTheOneThatADiscovererFinds) {
  ResourceScene scene;
  scene.configure(1, {{"guid", " "}});
  const auto server = Host(scene.flow.agent(1)).discover(scene.flow.ctx());
  ASSERT_TRUE(server);
  EXPECT_EQ(startup_of(scene).guid, guid_of(*server).value_or("none"));
}

// known defect 30
TEST(Startup, NamesTheAddressThatNoDeviceBears) {
  ResourceScene scene;
  scene.configure(1, {{"ip", "192.0.2.77"}});
  const auto commands = scene.resource().initialize(scene.flow.ctx());
  ASSERT_FALSE(commands);
  EXPECT_EQ(commands.error().code, Code::kFailedPrecondition);
  EXPECT_NE(commands.error().what.find("192.0.2.77"), std::string::npos);
  EXPECT_NE(commands.error().what.find(flow::FlowScene::address(1)), std::string::npos)
      << "it should list what there is: " << commands.error().what;
}

TEST(Startup, ALabelOfAnUnknownDeviceIsNamed) {
  ResourceScene scene;
  scene.configure(1, {{"storage.network.device", "bond9"}});
  const auto commands = scene.resource().initialize(scene.flow.ctx());
  ASSERT_FALSE(commands);
  EXPECT_NE(commands.error().what.find("bond9"), std::string::npos);
}

// known defect 31
TEST(Startup, TakesEveryKnownReleaseAndNamesAnUnknownOne) {
  for (const auto release :
       {simulator::Release::k321, simulator::Release::k331, simulator::Release::k34}) {
    ResourceScene scene(1, release);
    EXPECT_TRUE(startup_of(scene).hypervisorVersion);
  }
  ServerInfo future;
  future.unique_id = "00:01";
  future.ovm_version = "3.9.1-1";
  future.release = Release::parse("3.9.1-1");
  const auto refused = host_capacity(future, {}, {}, {}, {});
  ASSERT_FALSE(refused);
  EXPECT_NE(refused.error().what.find("3.9.1-1"), std::string::npos);
}

// known defect 32
TEST(Startup, LabelsFollowTheirChain) {
  ResourceScene scene;
  const auto label = [&](const char* name) {
    const auto startup = startup_of(scene);
    const std::string* const found = startup.hostDetails->find(name);
    return found == nullptr ? std::string("(none)") : *found;
  };
  const std::string bridge = label("private.network.device");
  EXPECT_EQ(label("storage.network.device"), bridge);
  EXPECT_EQ(label("guest.network.device"), bridge);
}

schema::PingRoutingCommand ping_of(ResourceScene& scene) {
  const auto ping = scene.resource().current_status(scene.flow.ctx());
  if (!ping) {
    ADD_FAILURE() << ping.error().message();
    return {};
  }
  const auto* const typed = ping->as<schema::PingRoutingCommand>();
  return typed == nullptr ? schema::PingRoutingCommand{} : *typed;
}

void add(ResourceScene& scene, const std::string& name, char digit, simulator::DomainState state) {
  scene.flow.sim.with_estate([&](simulator::Estate& estate) {
    simulator::Domain domain;
    domain.name = name;
    domain.uuid = std::string("6e1d6a2a-39a2-4f7c-8f6e-7d7e3f5f0a0") + digit;
    domain.vm_id = domain.uuid;
    domain.state = state;
    estate.hosts[0]->domains.push_back(domain);
  });
}

// proves PingRoutingCommand
// known defects 94, 95 and 96
TEST(Ping, ReportsEachVmAsItWasSeenAndKeepsNothingOfIt) {
  ResourceScene scene;
  add(scene, "i-2-3-VM", '1', simulator::DomainState::kRunning);
  add(scene, "i-2-4-VM", '2', simulator::DomainState::kPaused);
  add(scene, "i-2-5-VM", '3', simulator::DomainState::kCrashed);
  auto report = ping_of(scene)._hostVmStateReport;
  ASSERT_TRUE(report);
  ASSERT_EQ(report->size(), 3U);
  EXPECT_EQ(report->find("i-2-3-VM")->state, schema::PowerState::PowerOn);
  EXPECT_EQ(report->find("i-2-4-VM")->state, schema::PowerState::PowerOn);
  EXPECT_EQ(report->find("i-2-5-VM")->state, schema::PowerState::PowerUnknown);
  // Killed behind our back: gone from the next report, not "stopping", not "running".
  scene.flow.sim.with_estate([](simulator::Estate& estate) {
    auto& domains = estate.hosts[0]->domains;
    domains.erase(domains.begin());
  });
  report = ping_of(scene)._hostVmStateReport;
  EXPECT_EQ(report->find("i-2-3-VM"), nullptr);
  EXPECT_EQ(report->size(), 2U);
}

TEST(Ping, AHostThatCannotBeReadGivesNoReport) {
  ResourceScene scene;
  scene.flow.sim.with_rules([](simulator::RuleBook& rules) {
    simulator::Rule rule;
    rule.service = "list_vms";
    rules.set(rule);
  });
  EXPECT_FALSE(scene.resource().current_status(scene.flow.ctx()));
}

TEST(Ping, TwoDomainsOfOneNameAreUnknown) {
  ResourceScene scene;
  add(scene, "i-2-3-VM", '1', simulator::DomainState::kRunning);
  add(scene, "i-2-3-VM", '2', simulator::DomainState::kRunning);
  const auto report = ping_of(scene)._hostVmStateReport;
  EXPECT_EQ(report->find("i-2-3-VM")->state, schema::PowerState::PowerUnknown);
}

TEST(Ping, DoesNotReportAVmThatACommandIsStopping) {
  ResourceScene scene;
  add(scene, "i-2-3-VM", '1', simulator::DomainState::kRunning);
  const auto flight = scene.resource().host()->flights().begin("i-2-3-VM", PowerChange::kStop);
  EXPECT_EQ(ping_of(scene)._hostVmStateReport->find("i-2-3-VM"), nullptr);
}

}  // namespace
}  // namespace trestle::ovm3
