// SPDX-License-Identifier: Apache-2.0
// Bridges over VLANs, over devices and over nothing, and how the host describes them.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <string>

#include "tests/unit/simulator_services/three_hosts.h"

namespace trestle::simulator {
namespace {

using std::chrono::milliseconds;
using testing::HasSubstr;
using testing::Not;

class BridgesPerRelease : public testing::TestWithParam<Release> {
 protected:
  std::string vlan(std::string_view action, std::string_view bridge, std::string_view device,
                   std::int64_t id) {
    return scene.says("ovm-1", "ovs_vlan_bridge", {action, bridge, device, id});
  }
  std::string local(std::string_view action, std::string_view bridge) {
    return scene.says("ovm-1", "ovs_local_config", {action, bridge});
  }
  std::string over(std::string_view action, std::string_view bridge, std::string_view device) {
    return scene.says("ovm-1", "ovs_br_config", {action, bridge, device});
  }
  std::string document() { return scene.says("ovm-1", "discover_network"); }
  /// The part of the document that describes one bridge; "" if there is none.
  std::string bridge(std::string_view name) {
    const std::string all = document();
    const std::size_t list = all.find("<Bridges>");
    const std::size_t begin = all.find("<Device Name=\"" + std::string(name) + "\">", list);
    if (begin == std::string::npos) return {};
    return all.substr(begin, all.find("</Device>", begin) - begin);
  }
  static std::string fault(std::string_view text, std::string_view name = "Exception") {
    const std::string type = "exceptions." + std::string(name);
    return (GetParam() == Release::k321 ? type + ":" : "<type '" + type + "'>:") +
           std::string(text);
  }

  ThreeHosts scene{GetParam()};
};

INSTANTIATE_TEST_SUITE_P(Of, BridgesPerRelease,
                         testing::Values(Release::k321, Release::k331, Release::k34),
                         [](const auto& test) {
                           std::string name = "Release" + std::string(to_string(test.param));
                           std::erase(name, '.');
                           return name;
                         });

// The texts of ovs_vlan_bridge--start.xml and --stop.xml; from 3.3 on the first word differs.
TEST_P(BridgesPerRelease, OverAVlanAnswersInTheWordsOfTheRelease) {
  const std::string word = GetParam() == Release::k321 ? "start" : "Added";
  EXPECT_EQ(vlan("start", "xenbr0.200", "bond0", 200),
            word + " bridge=xenbr0.200 netdev=bond0 vlan 200");
  EXPECT_THAT(bridge("xenbr0.200"), HasSubstr("<PhyInterface>bond0.200</PhyInterface>"));
  EXPECT_EQ(vlan("stop", "xenbr0.200", "bond0", 200),
            "stop bridge=xenbr0.200 netdev=bond0 vlan 200");
  EXPECT_EQ(bridge("xenbr0.200"), "");
  EXPECT_EQ(vlan("start", "xenbr0.200", "bond0", 200),
            word + " bridge=xenbr0.200 netdev=bond0 vlan 200")
      << "nothing of the first one is left";
}

TEST_P(BridgesPerRelease, OverAVlanOfATakenNameIsBusy) {
  ASSERT_THAT(vlan("start", "xenbr0.200", "bond0", 200), HasSubstr("vlan 200"));
  EXPECT_EQ(vlan("start", "xenbr0.200", "bond1", 300),
            fault("Command: ['/etc/xen/scripts/linuxbridge/ovs-vlan-bridge', 'start', "
                  "'bridge=xenbr0.200', 'netdev=bond1'] failed (1): stderr: "
                  "Bridge xenbr0.200 Is Busy",
                  "RuntimeError"));
  EXPECT_EQ(vlan("start", "other", "bond0", 200), fault("Interface bond0.200 is a bridge port"));
  EXPECT_THAT(vlan("start", "other", "bond0", 201), HasSubstr("vlan 201"));
}

TEST_P(BridgesPerRelease, VlanOneMeansUntagged) {
  EXPECT_EQ(vlan("start", "plain", "bond0", 1), fault("Interface bond0 is a bridge port"));
  ASSERT_EQ(over("stop", "xenbr1", "bond1"), "stop bridge xenbr1 netdev bond1");
  EXPECT_THAT(vlan("start", "plain", "bond1", 1), HasSubstr("bridge=plain netdev=bond1 vlan 1"));
  EXPECT_THAT(bridge("plain"), HasSubstr("<PhyInterface>bond1</PhyInterface>"));
  EXPECT_THAT(vlan("stop", "plain", "bond1", 1), HasSubstr("stop bridge=plain"));
}

TEST_P(BridgesPerRelease, VlanIdsEndAt4095) {
  EXPECT_EQ(vlan("start", "b", "bond0", 0), fault("Invalid VLAN ID: 0, valid are 1 to 4095"));
  EXPECT_EQ(vlan("start", "b", "bond0", 4096), fault("Invalid VLAN ID: 4096, valid are 1 to 4095"));
  EXPECT_EQ(vlan("start", "b", "bond0", -1), fault("Invalid VLAN ID: -1, valid are 1 to 4095"));
  EXPECT_THAT(vlan("start", "b", "bond0", 4095), HasSubstr("vlan 4095"));
  EXPECT_THAT(vlan("start", "c", "bond0", 2), HasSubstr("vlan 2"));
}

TEST_P(BridgesPerRelease, NamesHaveAtMostFifteenCharacters) {
  EXPECT_EQ(vlan("start", "sixteen-letters.", "bond0", 7),
            fault("Invalid interface name: 'sixteen-letters.', it must have 1 to 15 characters"));
  EXPECT_THAT(vlan("start", "fifteen-letters", "bond0", 7), HasSubstr("bridge=fifteen-letters"));
  EXPECT_THAT(local("start", ""), HasSubstr("Invalid interface name"));
  EXPECT_THAT(local("start", "sixteen-letters."), HasSubstr("Invalid interface name"));
  EXPECT_THAT(over("start", "sixteen-letters.", "eth0"), HasSubstr("Invalid interface name"));
  ASSERT_EQ(scene.says("ovm-1", "ovs_bond_config", {"start", "bond-with-name"}),
            "start bond bond-with-name");
  EXPECT_THAT(vlan("start", "b", "bond-with-name", 7), HasSubstr("Invalid interface name"))
      << "bond-with-name.7 would be the port";
}

TEST_P(BridgesPerRelease, NeedADeviceThatIsFree) {
  EXPECT_EQ(vlan("start", "b", "eth9", 7), fault("Interface eth9 does not exist"));
  EXPECT_EQ(vlan("start", "b", "eth0", 7), fault("Interface eth0 is a bond slave"));
  EXPECT_EQ(over("start", "b", "eth0"), fault("Interface eth0 is a bond slave"));
  EXPECT_EQ(over("start", "b", "bond0"), fault("Interface bond0 is a bridge port"));
  EXPECT_EQ(bridge("b"), "");
}

TEST_P(BridgesPerRelease, AreStoppedByTheirOwnDeviceOnly) {
  ASSERT_THAT(vlan("start", "b", "bond0", 7), HasSubstr("vlan 7"));
  EXPECT_EQ(vlan("stop", "b", "bond1", 7), fault("Interface bond1.7 is not a port of b"));
  EXPECT_EQ(vlan("stop", "b", "bond0", 8), fault("Interface bond0.8 is not a port of b"));
  EXPECT_EQ(local("stop", "b"), fault("Bridge b is not a local bridge"));
  EXPECT_THAT(vlan("stop", "none", "bond0", 7), HasSubstr("Bridge none does not exist"));
  EXPECT_EQ(vlan("restart", "b", "bond0", 7), fault("Invalid action: 'restart'"));
  EXPECT_THAT(vlan("stop", "b", "bond0", 7), HasSubstr("stop bridge=b"));
}

// The fault of ovs_local_config--fault-busy.xml and the texts of its siblings.
TEST_P(BridgesPerRelease, OverNothingAreUsableALittleLater) {
  EXPECT_EQ(local("start", "control0"), "start local bridge control0");
  EXPECT_EQ(bridge("control0"), "") << "not yet";
  EXPECT_EQ(local("start", "control0"),
            fault("Command: ['/etc/xen/scripts/linuxbridge/ovs-local-bridge', 'start', "
                  "'bridge=control0'] failed (1): stderr: "
                  "Start local network: Bridge control0 Is Busy",
                  "RuntimeError"));
  scene.clock.advance(milliseconds(199));
  EXPECT_EQ(bridge("control0"), "");
  scene.clock.advance(milliseconds(1));
  EXPECT_THAT(bridge("control0"), Not(HasSubstr("PhyInterface")));
  EXPECT_THAT(bridge("control0"), HasSubstr("<Interfaces></Interfaces>"));
  EXPECT_EQ(local("stop", "control0"), "stop local bridge control0");
  EXPECT_EQ(bridge("control0"), "");
  EXPECT_THAT(local("stop", "control0"), HasSubstr("Bridge control0 does not exist"));
}

TEST_P(BridgesPerRelease, OverADeviceTakeItsAddressAndGiveItBack) {
  ASSERT_EQ(over("stop", "xenbr1", "bond1"), "stop bridge xenbr1 netdev bond1");
  ASSERT_THAT(
      scene.says("ovm-1", "ovs_ip_config", {"bond1", "static", "192.168.7.9", "255.255.255.0"}),
      HasSubstr("192.168.7.9"));
  EXPECT_EQ(over("start", "xenbr1", "bond1"), "start bridge xenbr1 netdev bond1");
  EXPECT_THAT(bridge("xenbr1"), HasSubstr("<Address>192.168.7.9</Address>"
                                          "<Netmask>255.255.255.0</Netmask>"
                                          "<Broadcast>192.168.7.255</Broadcast>"));
  EXPECT_EQ(over("start", "xenbr1", "bond1"), fault("Interface bond1 is a bridge port"));
  EXPECT_EQ(over("stop", "xenbr1", "bond0"), fault("Interface bond0 is not a port of xenbr1"));
  EXPECT_EQ(over("stop", "xenbr1", "bond1"), "stop bridge xenbr1 netdev bond1");
  const std::string all = document();
  const std::size_t bonding = all.find("<Bonding>");
  EXPECT_LT(all.find("<Address>192.168.7.9</Address>"), all.find("<Bridges>"));
  EXPECT_GT(all.find("<Address>192.168.7.9</Address>"), bonding);
}

TEST_P(BridgesPerRelease, ShowThePortsOfRunningGuestsAndStayForThem) {
  ASSERT_EQ(scene.make_repository(), "nil");
  EXPECT_THAT(bridge("xenbr0"), Not(HasSubstr("vif")));
  ASSERT_EQ(scene.run_guest("ovm-1", "vm1"), "nil");
  ASSERT_EQ(scene.run_guest("ovm-1", "vm2"), "nil");
  EXPECT_THAT(bridge("xenbr0"), HasSubstr("<Interfaces><PhyInterface>bond0</PhyInterface>"
                                          "<PhyInterface>vif1.0</PhyInterface>"
                                          "<PhyInterface>vif2.0</PhyInterface></Interfaces>"));
  EXPECT_THAT(bridge("xenbr1"), Not(HasSubstr("vif")));
  EXPECT_THAT(over("stop", "xenbr0", "bond0"), HasSubstr("Bridge xenbr0 Is Busy"));
  for (const char* vm : {"vm1", "vm2"}) {
    ASSERT_EQ(scene.says("ovm-1", "stop_vm", {ThreeHosts::kRepository, vm, true}), "nil");
  }
  EXPECT_THAT(bridge("xenbr0"), Not(HasSubstr("vif")));
  EXPECT_EQ(over("stop", "xenbr0", "bond0"), "stop bridge xenbr0 netdev bond0");
}

}  // namespace
}  // namespace trestle::simulator
