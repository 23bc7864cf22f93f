// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <string>
#include <utility>
#include <vector>

#include "integration/ovm3/nic_request.h"
#include "integration/schema/generated/host.h"
#include "integration/schema/generated/network_types.h"
#include "tests/unit/commands/command_scene.h"

namespace trestle::ovm3 {
namespace {

using CheckNetwork = CommandScene;

schema::PhysicalNetworkSetupInfo network(std::int64_t id, const std::string& guest,
                                         const std::string& management,
                                         const std::string& public_net) {
  return {.physicalNetworkId = id,
          .privateNetworkName = management,
          .publicNetworkName = public_net,
          .guestNetworkName = guest};
}

// proves CheckNetworkCommand
TEST_F(CheckNetwork, TakesEveryKindOfLabel) {
  schema::CheckNetworkCommand command;
  command.networkInfoList = {network(200, "xenbr0", "bond1", "bond0.77")};
  schema::PhysicalNetworkSetupInfo other;
  other.storageNetworkName = "xenbr1";
  command.networkInfoList->push_back(other);
  const auto said = answer<schema::CheckNetworkAnswer>(command);
  EXPECT_TRUE(said.result) << said.details.value_or("");
  EXPECT_TRUE(changed_nothing());
}

// known defect 111: a bridge without a NIC has the type "Local" and was not found.
TEST_F(CheckNetwork, FindsALocalBridge) {
  with_host([](simulator::Host& host) {
    host.network.bridges.push_back({.name = "inside", .mac = "02:00:00:00:00:09"});
  });
  schema::CheckNetworkCommand command;
  command.networkInfoList = {network(1, "inside", "inside", "inside")};
  EXPECT_TRUE(answer<schema::CheckNetworkAnswer>(command).result);
}

TEST_F(CheckNetwork, NamesAllThatIsMissingInOneAnswer) {
  schema::CheckNetworkCommand command;
  command.networkInfoList = {network(200, "cloudbr0", "xenbr0", "cloudbr1"),
                             network(201, "xenbr1", "cloudbr2", "xenbr1")};
  const auto said = answer<schema::CheckNetworkAnswer>(command);
  EXPECT_FALSE(said.result);
  const std::string details = said.details.value_or("");
  for (const char* text : {"guest traffic of physical network 200", "cloudbr0",
                           "public traffic of physical network 200", "cloudbr1",
                           "private traffic of physical network 201", "cloudbr2"}) {
    EXPECT_NE(details.find(text), std::string::npos) << text << " in " << details;
  }
  EXPECT_EQ(details.find("private traffic of physical network 200"), std::string::npos) << details;
  EXPECT_EQ(calls("discover_network"), 1);  // known defect 110
  EXPECT_TRUE(changed_nothing());
}

TEST_F(CheckNetwork, OfAHostThatCannotBeReadFails) {
  add_rule({.id = {}, .service = "discover_network", .fault_text = "script is gone"});
  schema::CheckNetworkCommand command;
  command.networkInfoList = {network(1, "xenbr0", "xenbr0", "xenbr0")};
  const auto said = answer<schema::CheckNetworkAnswer>(command);
  EXPECT_FALSE(said.result);
  EXPECT_NE(said.details.value_or("").find("script is gone"), std::string::npos);
}

HostSettings labelled() {
  HostSettings settings;
  settings.labels = {
      .management = "mgmt", .guest = "guests", .public_net = "outside", .storage = "store"};
  return settings;
}

schema::NicTO nic(schema::NetworksTrafficType type, const std::string& uri) {
  schema::NicTO one;
  one.mac = "02:00:00:00:00:01";
  one.type = type;
  one.broadcastType = schema::BroadcastDomainType::Vlan;
  one.broadcastUri = uri;
  return one;
}

// known defect 107: VLANs were made for guest traffic only.
TEST(NicRequest, GoesToTheVlanOfItsOwnTrafficsLabel) {
  using enum schema::NetworksTrafficType;
  const std::vector<std::pair<schema::NetworksTrafficType, std::string>> labels{
      {Guest, "guests"}, {Public, "outside"}, {Storage, "store"}, {Management, "mgmt"}};
  for (const auto& [type, label] : labels) {
    const auto spec = nic_spec(nic(type, "vlan://30"), labelled());
    ASSERT_TRUE(spec) << spec.error().message();
    EXPECT_EQ(spec->parent, label);
    EXPECT_EQ(spec->vlan, 30);
  }
}

TEST(NicRequest, GoesToTheLabelThatItNames) {
  auto named = nic(schema::NetworksTrafficType::Public, "vlan://untagged");
  named.name = "xenbr0";
  named.networkRateMbps = 200;
  const auto spec = nic_spec(named, labelled());
  ASSERT_TRUE(spec);
  EXPECT_EQ(*spec, (NicSpec{.mac = "02:00:00:00:00:01", .parent = "xenbr0", .rate_mbps = 200}));
  named.networkRateMbps = -1;  // the server's word for no limit
  EXPECT_EQ(nic_spec(named, labelled())->rate_mbps, std::nullopt);
}

TEST(NicRequest, OfControlTrafficGoesToTheControlDevice) {
  schema::NicTO control;
  control.mac = "0e:00:a9:fe:02:2c";
  control.type = schema::NetworksTrafficType::Control;
  control.broadcastType = schema::BroadcastDomainType::LinkLocal;
  const auto spec = nic_spec(control, labelled());
  ASSERT_TRUE(spec);
  EXPECT_EQ(spec->parent, "control0");
  EXPECT_EQ(spec->vlan, std::nullopt);
}

TEST(NicRequest, ThatCannotBeDoneIsRefusedByName) {
  using enum schema::NetworksTrafficType;
  EXPECT_EQ(nic_spec(nic(Guest, "vxlan://5"), labelled()).error().code, Code::kUnimplemented);
  EXPECT_EQ(nic_spec(nic(Guest, "vlan://4095"), labelled()).error().code, Code::kInvalidArgument);
  auto bad = nic(Guest, "");
  bad.broadcastUri.reset();
  EXPECT_EQ(nic_spec(bad, labelled()).error().code, Code::kInvalidArgument);
  bad.mac.reset();
  EXPECT_EQ(nic_spec(bad, labelled()).error().code, Code::kInvalidArgument);
  const auto twice = nic_specs({nic(Guest, "vlan://5"), nic(Guest, "vlan://6")}, labelled());
  EXPECT_EQ(twice.error().code, Code::kInvalidArgument);
}

}  // namespace
}  // namespace trestle::ovm3
