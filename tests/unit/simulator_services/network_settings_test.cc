// SPDX-License-Identifier: Apache-2.0
// Addresses, MTU, metadata, bonds, VLAN interfaces and the pool's address.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "tests/unit/simulator_services/three_hosts.h"

namespace trestle::simulator {
namespace {

using testing::HasSubstr;
using testing::Not;

class NetworkSettings : public testing::Test {
 protected:
  std::string set(std::string_view method, const Array& args) {
    return scene.says("ovm-1", method, args);
  }
  std::string document() { return scene.says("ovm-1", "discover_network"); }
  /// What the document says of one physical device or bond; `part` names the list.
  std::string device(std::string_view name, std::string_view part = "<Network><Device") {
    const std::string all = document();
    const std::size_t list = all.find(part);
    const std::size_t begin = all.find("<Device Name=\"" + std::string(name) + "\">", list);
    if (begin == std::string::npos) return {};
    return all.substr(begin, all.find("</Device>", begin) - begin);
  }
  std::uint32_t mtu(std::string_view name) {
    return scene.simulator.with_estate([&](Estate& estate) {
      Network& network = estate.find_host("ovm-1")->network;
      for (const Nic& nic : network.nics) {
        if (nic.name == name) return nic.mtu;
      }
      for (const Bond& bond : network.bonds) {
        if (bond.name == name) return bond.mtu;
      }
      for (const Vlan& vlan : network.vlans) {
        if (interface_name(vlan) == name) return vlan.mtu;
      }
      for (const Bridge& bridge : network.bridges) {
        if (bridge.name == name) return bridge.mtu;
      }
      return 0U;
    });
  }

  ThreeHosts scene;
};

TEST_F(NetworkSettings, MtuNamesInterfaceAndValueAndReachesTheMembers) {
  EXPECT_EQ(set("ovs_change_mtu", {"xenbr0", 9000}), "interface xenbr0 mtu 9000");
  EXPECT_EQ(mtu("xenbr0"), 9000U);
  EXPECT_EQ(mtu("bond0"), 9000U) << "the port follows its bridge";
  EXPECT_EQ(mtu("eth0"), 9000U) << "the slave follows its bond";
  EXPECT_EQ(mtu("eth1"), 9000U);
  EXPECT_EQ(mtu("eth2"), 1500U);
  EXPECT_EQ(set("ovs_change_mtu", {"bond1", 4000}), "interface bond1 mtu 4000");
  EXPECT_EQ(mtu("eth3"), 4000U);
  EXPECT_EQ(mtu("xenbr1"), 1500U);
}

TEST_F(NetworkSettings, MtuHasARange) {
  EXPECT_EQ(set("ovs_change_mtu", {"xenbr0", 1499}),
            "exceptions.Exception:Invalid MTU: 1499, valid are 1500 to 64000");
  EXPECT_EQ(set("ovs_change_mtu", {"xenbr0", 64001}),
            "exceptions.Exception:Invalid MTU: 64001, valid are 1500 to 64000");
  EXPECT_EQ(mtu("xenbr0"), 1500U);
  EXPECT_EQ(set("ovs_change_mtu", {"xenbr0", 64000}), "interface xenbr0 mtu 64000");
  EXPECT_EQ(set("ovs_change_mtu", {"xenbr0", 1500}), "interface xenbr0 mtu 1500");
  EXPECT_EQ(set("ovs_change_mtu", {"none", 1500}),
            "exceptions.Exception:Interface none does not exist");
}

TEST_F(NetworkSettings, MtuOfALocalBridgeIsRefused) {
  ASSERT_EQ(set("ovs_local_config", {"start", "control0"}), "start local bridge control0");
  EXPECT_EQ(set("ovs_change_mtu", {"control0", 9000}),
            "exceptions.Exception:Bridge control0 has no ports");
}

TEST_F(NetworkSettings, MtuOfAVlanStaysBelowItsParents) {
  ASSERT_EQ(set("ovs_vlan_config", {"add", "bond0", 20}), "add vlan 20 on interface bond0");
  EXPECT_EQ(set("ovs_change_mtu", {"bond0.20", 9000}),
            "exceptions.Exception:Invalid MTU: 9000 is above that of bond0");
  EXPECT_EQ(mtu("bond0.20"), 1500U);
  ASSERT_EQ(set("ovs_change_mtu", {"bond0", 9000}), "interface bond0 mtu 9000");
  EXPECT_EQ(mtu("bond0.20"), 1500U) << "a VLAN does not grow by itself";
  EXPECT_EQ(set("ovs_change_mtu", {"bond0.20", 9000}), "interface bond0.20 mtu 9000");
  ASSERT_EQ(set("ovs_change_mtu", {"bond0", 2000}), "interface bond0 mtu 2000");
  EXPECT_EQ(mtu("bond0.20"), 2000U) << "but it shrinks with its parent";
}

TEST_F(NetworkSettings, MtuOfABridgeOverAVlanStaysBelowTheParentsToo) {
  ASSERT_EQ(set("ovs_vlan_bridge", {"start", "b20", "bond0", 20}),
            "start bridge=b20 netdev=bond0 vlan 20");
  EXPECT_EQ(set("ovs_change_mtu", {"b20", 9000}),
            "exceptions.Exception:Invalid MTU: 9000 is above that of bond0");
  EXPECT_EQ(mtu("bond0.20"), 1500U);
  EXPECT_EQ(mtu("b20"), 1500U);
  ASSERT_EQ(set("ovs_change_mtu", {"bond0", 9000}), "interface bond0 mtu 9000");
  EXPECT_EQ(set("ovs_change_mtu", {"b20", 9000}), "interface b20 mtu 9000");
  EXPECT_EQ(mtu("bond0.20"), 9000U);
}

TEST_F(NetworkSettings, VlanInterfacesHaveIdsFrom2To4095) {
  EXPECT_EQ(set("ovs_vlan_config", {"add", "bond0", 1}),
            "exceptions.Exception:Invalid VLAN ID: 1, valid are 2 to 4095");
  EXPECT_EQ(set("ovs_vlan_config", {"add", "bond0", 4096}),
            "exceptions.Exception:Invalid VLAN ID: 4096, valid are 2 to 4095");
  EXPECT_EQ(set("ovs_vlan_config", {"add", "bond0", 4095}), "add vlan 4095 on interface bond0");
  EXPECT_EQ(set("ovs_vlan_config", {"add", "bond0", 4095}),
            "exceptions.Exception:Interface bond0.4095 already exists");
  EXPECT_EQ(set("ovs_vlan_config", {"add", "eth0", 4}),
            "exceptions.Exception:Interface eth0 is a bond slave");
  EXPECT_EQ(set("ovs_vlan_config", {"replace", "bond0", 4}),
            "exceptions.Exception:Invalid action: 'replace'");
  EXPECT_EQ(set("ovs_vlan_config", {"remove", "bond0", 4095}),
            "remove vlan 4095 on interface bond0");
  EXPECT_EQ(set("ovs_vlan_config", {"remove", "bond0", 4095}),
            "exceptions.Exception:Interface bond0.4095 does not exist");
}

TEST_F(NetworkSettings, VlanInterfaceOfABridgeIsNotRemoved) {
  ASSERT_EQ(set("ovs_vlan_bridge", {"start", "b20", "bond0", 20}),
            "start bridge=b20 netdev=bond0 vlan 20");
  EXPECT_EQ(set("ovs_vlan_config", {"remove", "bond0", 20}),
            "exceptions.Exception:Interface bond0.20 is a bridge port");
}

TEST_F(NetworkSettings, AddressesAreStaticDynamicOrFlushed) {
  ASSERT_EQ(set("ovs_vlan_config", {"add", "bond0", 20}), "add vlan 20 on interface bond0");
  EXPECT_EQ(set("ovs_ip_config", {"bond0.20", "static", "10.0.0.5", "255.255.255.0"}),
            "static interface bond0.20 ip 10.0.0.5 netmask 255.255.255.0");
  EXPECT_THAT(set("ovs_ip_config", {"bond0.20", "dynamic"}), HasSubstr("dynamic"));
  EXPECT_THAT(set("ovs_ip_config", {"bond0.20", "flush"}), HasSubstr("flush"));
  EXPECT_EQ(set("ovs_ip_config", {"bond0.20", "auto"}),
            "exceptions.Exception:Invalid operation type: 'auto'");
}

TEST_F(NetworkSettings, AddressesAreDotted) {
  ASSERT_EQ(set("ovs_vlan_config", {"add", "bond0", 20}), "add vlan 20 on interface bond0");
  const std::string refused =
      "exceptions.Exception:Invalid address: static needs a dotted ip and a dotted netmask";
  for (const char* wrong : {"", "10.0.0", "10.0.0.256", "10.0.0.1.2", "10.0.0.", "10.0.0.1/24",
                            ".10.0.0.1", "fe80::1", "host"}) {
    EXPECT_EQ(set("ovs_ip_config", {"bond0.20", "static", wrong, "255.255.255.0"}), refused)
        << wrong;
    EXPECT_EQ(set("ovs_ip_config", {"bond0.20", "static", "10.0.0.5", wrong}), refused) << wrong;
  }
  EXPECT_EQ(set("ovs_ip_config", {"bond0.20", "static", "10.0.0.5"}), refused);
  EXPECT_EQ(set("ovs_ip_config", {"bond0.20", "static"}), refused);
}

TEST_F(NetworkSettings, AddressesDoNotGoOnPortsSlavesOrBridges) {
  const auto put = [&](const char* name) {
    return set("ovs_ip_config", {name, "static", "10.0.0.5", "255.255.255.0"});
  };
  EXPECT_EQ(put("bond0"), "exceptions.Exception:Interface bond0 is a bridge port");
  EXPECT_EQ(put("eth0"), "exceptions.Exception:Interface eth0 is a bond slave");
  EXPECT_EQ(put("xenbr0"), "exceptions.Exception:Interface xenbr0 is a bridge");
  EXPECT_EQ(put("eth7"), "exceptions.Exception:Interface eth7 does not exist");
}

TEST_F(NetworkSettings, MetadataComesBackInTheDocument) {
  EXPECT_EQ(set("ovs_if_meta", {"bond1", "ethernet:0a000000{10.0.0.0}:STORAGE"}),
            "interface bond1 meta ethernet:0a000000{10.0.0.0}:STORAGE");
  EXPECT_THAT(device("bond1", "<Bonding>"),
              HasSubstr("<MetaData>ethernet:0a000000{10.0.0.0}:STORAGE</MetaData>"));
  EXPECT_EQ(set("ovs_if_meta", {"bond1", " leading blank"}),
            "exceptions.Exception:Invalid metadata: it must not start with a blank");
  EXPECT_THAT(device("bond1", "<Bonding>"), HasSubstr("STORAGE"));
  EXPECT_EQ(set("ovs_if_meta", {"bond1", ""}), "interface bond1 meta ");
  EXPECT_THAT(device("bond1", "<Bonding>"), Not(HasSubstr("MetaData")));
  EXPECT_EQ(set("ovs_if_meta", {"none", "x"}),
            "exceptions.Exception:Interface none does not exist");
}

TEST_F(NetworkSettings, BondsHaveThreeModes) {
  EXPECT_EQ(set("ovs_bond_mode", {"bond0", 4}), "bond bond0 mode 4");
  EXPECT_THAT(device("bond0", "<Bonding>"), HasSubstr("<Bonding_Mode>802.3ad</Bonding_Mode>"));
  EXPECT_EQ(set("ovs_bond_mode", {"bond0", "6"}), "bond bond0 mode 6");
  for (const Value& wrong : Array{0, 2, 5, "4 ", "balance-alb", true}) {
    EXPECT_EQ(set("ovs_bond_mode", {"bond0", wrong}),
              "exceptions.Exception:Invalid bond mode, valid are 1, 4 and 6");
  }
  EXPECT_THAT(device("bond0", "<Bonding>"), HasSubstr("<Bonding_Mode>balance-alb</Bonding_Mode>"));
  EXPECT_EQ(set("ovs_bond_mode", {"bond7", 1}), "exceptions.Exception:Bond bond7 does not exist");
}

TEST_F(NetworkSettings, BondsTakeAndGiveInterfaces) {
  EXPECT_EQ(set("ovs_bond_op", {"add", "bond1", "eth0"}),
            "exceptions.Exception:Interface eth0 is a bond slave");
  EXPECT_EQ(set("ovs_bond_op", {"remove", "bond0", "eth1"}), "remove interface eth1 bond bond0");
  EXPECT_EQ(set("ovs_bond_op", {"remove", "bond0", "eth1"}),
            "exceptions.Exception:Interface eth1 is not in bond0");
  EXPECT_EQ(set("ovs_bond_op", {"add", "bond1", "eth1"}), "add interface eth1 bond bond1");
  EXPECT_THAT(device("bond1", "<Bonding>"), HasSubstr("<Slave_Interface Name=\"eth1\">"));
  EXPECT_EQ(set("ovs_bond_op", {"add", "bond1", "xenbr0"}),
            "exceptions.Exception:Interface does not exist");
  EXPECT_EQ(set("ovs_bond_config", {"start", "bond2"}), "start bond bond2");
  EXPECT_EQ(set("ovs_bond_config", {"start", "bond2"}),
            "exceptions.Exception:Bond bond2 already exists");
  EXPECT_EQ(set("ovs_bond_config", {"stop", "bond2"}), "stop bond bond2");
  EXPECT_EQ(set("ovs_bond_config", {"stop", "bond0"}),
            "exceptions.Exception:Bond bond0 is a bridge port");
}

TEST_F(NetworkSettings, BondUnderAVlanStays) {
  ASSERT_EQ(set("ovs_bond_config", {"start", "bond2"}), "start bond bond2");
  ASSERT_EQ(set("ovs_vlan_config", {"add", "bond2", 20}), "add vlan 20 on interface bond2");
  EXPECT_EQ(set("ovs_bond_config", {"stop", "bond2"}),
            "exceptions.Exception:Bond bond2 has VLAN interfaces");
  ASSERT_EQ(set("ovs_vlan_config", {"remove", "bond2", 20}), "remove vlan 20 on interface bond2");
  EXPECT_EQ(set("ovs_bond_config", {"stop", "bond2"}), "stop bond bond2");
}

TEST_F(NetworkSettings, PoolAddressIsOnOneHostOnly) {
  const auto put = [&](const char* host, const char* base) {
    return scene.says(host, "configure_virtual_ip", {"127.0.1.200", base});
  };
  EXPECT_EQ(put("ovm-1", "127.0.1.1"), "nil");
  EXPECT_EQ(put("ovm-1", "127.0.1.1"), "nil") << "again on the same host";
  EXPECT_EQ(put("ovm-2", "127.0.1.2"),
            "exceptions.Exception:Address 127.0.1.200 is in use by another host");
  EXPECT_EQ(scene.says("ovm-2", "deconfigure_virtual_ip", {"127.0.1.200"}),
            "exceptions.Exception:Address 127.0.1.200 is not on this server");
  EXPECT_EQ(scene.says("ovm-1", "deconfigure_virtual_ip", {"127.0.1.200"}), "nil");
  EXPECT_EQ(put("ovm-2", "127.0.1.2"), "nil");
}

TEST_F(NetworkSettings, PoolAddressNeedsAnInterface) {
  EXPECT_EQ(set("configure_virtual_ip", {"127.0.1.200", "10.9.9.9"}),
            "exceptions.Exception:No interface has the address 10.9.9.9");
  EXPECT_EQ(set("configure_virtual_ip", {"127.0.1", "127.0.1.1"}),
            "exceptions.Exception:Invalid virtual ip: '127.0.1'");
  EXPECT_EQ(set("configure_virtual_ip", {"127.0.1.2", "127.0.1.1"}),
            "exceptions.Exception:Address 127.0.1.2 is in use by another host")
      << "the own address of another host";
  EXPECT_EQ(set("configure_virtual_ip", {"127.0.1.200", ""}),
            "exceptions.Exception:No interface has the address ");
}

}  // namespace
}  // namespace trestle::simulator
