// SPDX-License-Identifier: Apache-2.0
#include "objects/ovm3/network_info.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <utility>

#include "tests/support/mock_transport.h"
#include "tests/support/recordings.h"
#include "tests/support/replay_transport.h"

namespace trestle::ovm3 {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::trestle::testing::FailsWith;
using ::trestle::testing::reply_of_body;
using ::trestle::testing::Succeeds;
using ::trestle::testing::synthetic_body;

NetworkInfo pretty_network() {
  const auto reply = reply_of_body(synthetic_body("discover_network--pretty"));
  EXPECT_THAT(reply, Succeeds());
  auto network = read_network(reply->root());
  EXPECT_THAT(network, Succeeds());
  return network ? std::move(*network) : NetworkInfo{};
}

TEST(NetworkInfo, ReadsNicsWithTheirIpv4AddressOnly) {
  const NetworkInfo network = pretty_network();
  ASSERT_EQ(network.physical.size(), 2U);
  const NicInfo& nic = network.physical[0];
  EXPECT_EQ(nic.name, "eth0");
  EXPECT_EQ(nic.mac, "00:21:28:aa:bb:cc");
  EXPECT_EQ(nic.ipv4.address, "10.8.0.7");
  EXPECT_EQ(nic.ipv4.netmask, "255.255.0.0");
  EXPECT_EQ(nic.link, "no");
  EXPECT_EQ(nic.carrier, false);
  EXPECT_EQ(nic.mtu, 9000U);
  EXPECT_EQ(nic.wake_on_lan, "g");
  EXPECT_EQ(nic.boot_proto, "dhcp");
  EXPECT_FALSE(nic.slave());
}

TEST(NetworkInfo, TellsNoSpeedWhenTheKernelKnowsNone) {
  const NetworkInfo network = pretty_network();
  EXPECT_EQ(network.physical.at(0).speed, std::nullopt);
  EXPECT_EQ(network.physical.at(1).speed, std::nullopt);
  EXPECT_EQ(network.physical.at(1).mtu, std::nullopt);
  EXPECT_EQ(network.physical.at(1).mac, std::nullopt);
  EXPECT_EQ(network.physical.at(1).boot_proto, std::nullopt);
}

TEST(NetworkInfo, ReadsBondsWithTheirSlaves) {
  const NetworkInfo network = pretty_network();
  ASSERT_EQ(network.bonds.size(), 1U);
  const BondInfo& bond = network.bonds[0];
  EXPECT_EQ(bond.mode, "802.3ad");
  EXPECT_EQ(bond.primary_slave, std::nullopt);
  EXPECT_EQ(bond.active_slave, std::nullopt);
  EXPECT_EQ(bond.mtu, 9000U);
  EXPECT_EQ(bond.ipv4.address, "172.16.4.9");
  EXPECT_EQ(bond.ipv4.broadcast, std::nullopt);
  ASSERT_EQ(bond.slaves.size(), 2U);
  EXPECT_EQ(bond.slaves[0].name, "eth4");
  EXPECT_EQ(bond.slaves[0].link_failures, 3U);
  EXPECT_EQ(bond.slaves[1].link_failures, std::nullopt);
  ASSERT_TRUE(bond.metadata.has_value());
  EXPECT_THAT(bond.metadata->roles, ElementsAre("LIVE_MIGRATE", "CLUSTER_HEARTBEAT"));
}

TEST(NetworkInfo, FindsTheUplinkAmongPortsOfGuests) {
  const NetworkInfo network = pretty_network();
  const BridgeInfo* const bridge = network.bridge("0a080000");
  ASSERT_NE(bridge, nullptr);
  EXPECT_THAT(bridge->ports, ElementsAre("vif12.0", "bond9.3001", "tap12.0"));
  EXPECT_EQ(bridge->uplink(), "bond9.3001");
  EXPECT_EQ(bridge->vlan(), 3001U);
  EXPECT_FALSE(bridge->local());
}

TEST(NetworkInfo, CallsABridgeLocalThatOnlyGuestsAreOn) {
  const NetworkInfo network = pretty_network();
  const BridgeInfo* const bridge = network.bridge("guests");
  ASSERT_NE(bridge, nullptr);
  EXPECT_TRUE(bridge->local());
  EXPECT_EQ(bridge->vlan(), std::nullopt);
  EXPECT_EQ(bridge->mac, std::nullopt);
}

TEST(NetworkInfo, ReadsTheActiveSetUpOnly) {
  const NetworkInfo network = pretty_network();
  EXPECT_EQ(network.bridge("never"), nullptr);
  EXPECT_THAT(network.infiniband, ElementsAre("ib0"));
}

TEST(NetworkInfo, IsEmptyForAnEmptyAnswer) {
  const Reply reply = Reply::from(Value("<Discover_Network_Result></Discover_Network_Result>"));
  const auto network = read_network(reply.root());
  ASSERT_THAT(network, Succeeds());
  EXPECT_EQ(*network, NetworkInfo{});
}

TEST(NetworkInfo, PassesOverStrayText) {
  const Reply reply = Reply::from(
      Value("<Discover_Network_Result><Network><Active><Bridges>'<Device Name=\"control0\"> \""
            "<Family Type=\"AF_INET\"><MAC>B2:D1:75:69:8C:58</MAC></Family>\"<Interfaces/>"
            "</Device>'</Bridges></Active></Network></Discover_Network_Result>"));
  const auto network = read_network(reply.root());
  ASSERT_THAT(network, Succeeds());
  ASSERT_NE(network->bridge("control0"), nullptr);
  EXPECT_EQ(network->bridge("control0")->mac, "B2:D1:75:69:8C:58");
  EXPECT_TRUE(network->bridge("control0")->local());
}

TEST(NetworkInfo, RefusesAnotherDocument) {
  const Reply reply = Reply::from(Value("<Discover_Server_Result/>"));
  EXPECT_THAT(read_network(reply.root()), FailsWith(Code::kBadReply));
}

TEST(Metadata, IsTakenApart) {
  const InterfaceMetadata metadata =
      parse_metadata("ethernet:c0a80100{192.168.1.0}:MANAGEMENT, STORAGE");
  EXPECT_EQ(metadata.kind, "ethernet");
  EXPECT_EQ(metadata.network_id, "c0a80100");
  EXPECT_EQ(metadata.network, "192.168.1.0");
  EXPECT_THAT(metadata.roles, ElementsAre("MANAGEMENT", "STORAGE"));
}

TEST(Metadata, OfAnotherFormIsKeptAsATextOnly) {
  for (const std::string text :
       {"noted by hand", "a:b", "a:{", "{}:", "a:b}:c{", ":", "", "a{}:"}) {
    const InterfaceMetadata metadata = parse_metadata(text);
    EXPECT_EQ(metadata.text, text);
    EXPECT_EQ(metadata.network, std::nullopt) << text;
    EXPECT_THAT(metadata.roles, IsEmpty()) << text;
  }
}

}  // namespace
}  // namespace trestle::ovm3
