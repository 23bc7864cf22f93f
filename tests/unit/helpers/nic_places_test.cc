// SPDX-License-Identifier: Apache-2.0
#include "helpers/ovm3/nic_places.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <optional>
#include <string>
#include <vector>

#include "helpers/ovm3/bridge_backend.h"
#include "objects/ovm3/network.h"
#include "tests/unit/helpers/place_scene.h"

namespace trestle::ovm3 {
namespace {

NicSpec nic(const std::string& label, std::optional<std::uint16_t> vlan) {
  return {.mac = "02:00:00:00:00:01", .parent = label, .vlan = vlan};
}

class NicPlaces : public PlaceScene {
 protected:
  [[nodiscard]] PlaceHost host() { return {.agent = agent(), .log = log_, .address = kAddress}; }
  Result<Places> ensure(const std::vector<NicSpec>& nics) {
    return ensure_places(ctx(), ctx(), host(), nics);
  }
  Result<std::vector<std::string>> release(const std::vector<std::string>& bridges,
                                           const std::optional<VmId>& leaving = std::nullopt) {
    return release_places(ctx(), host(), bridges, leaving);
  }
};

TEST_F(NicPlaces, AreMadeOnTheBridgeOfTheNicsOwnLabel) {
  const auto places = ensure({nic("xenbr0", 100), nic("xenbr1", 200), nic("bond1", 201),
                              nic("xenbr1", std::nullopt), nic("", 300)});
  ASSERT_TRUE(places) << places.error().message();
  EXPECT_EQ(places->bridges, (std::vector<std::string>{"xenbr0.100", "xenbr1.200", "br-bond1.201",
                                                       "xenbr1", "xenbr0.300"}));
  EXPECT_TRUE(has("xenbr0.100 over bond0.100"));
  EXPECT_TRUE(has("xenbr1.200 over bond1.200"));
  EXPECT_TRUE(has("br-bond1.201 over bond1.201"));
  EXPECT_TRUE(has("xenbr0.300 over bond0.300"));
}

TEST_F(NicPlaces, AreMadeOnceHoweverOftenTheyAreAskedFor) {
  ASSERT_TRUE(ensure({nic("xenbr0", 100), nic("xenbr0", 100)}));
  const auto again = ensure({nic("xenbr0", 100)});
  ASSERT_TRUE(again);
  EXPECT_TRUE(again->made.empty());
  EXPECT_EQ(calls("ovs_vlan_bridge"), 1);
}

TEST_F(NicPlaces, AreMadeOnceWhenTwoProcessesAskAtOnce) {
  // Both have planned before either of them makes: that is what two processes can do.
  const auto first = plan_places(ctx(), host(), {nic("xenbr0", 100)});
  const auto second = plan_places(ctx(), host(), {nic("xenbr0", 100)});
  ASSERT_TRUE(first && second);
  const auto made = make_places(ctx(), ctx(), host(), *first);
  const auto found = make_places(ctx(), ctx(), host(), *second);
  ASSERT_TRUE(made && found);
  EXPECT_EQ(*made, std::vector<std::string>{"xenbr0.100"});
  EXPECT_TRUE(found->empty());
  const auto all = bridges();
  EXPECT_EQ(std::ranges::count(all, "xenbr0.100 over bond0.100"), 1);
}

TEST_F(NicPlaces, AreRefusedWhereSomebodyMadeThemOverAnotherDeviceMeanwhile) {
  const auto plan = plan_places(ctx(), host(), {nic("xenbr0", 100)});
  ASSERT_TRUE(plan);
  const auto foreign = Network(agent()).start_vlan_bridge(ctx(), "xenbr0.100", "bond1", 100);
  ASSERT_TRUE(foreign) << foreign.error().message();
  const auto made = make_places(ctx(), ctx(), host(), *plan);
  ASSERT_FALSE(made);
  EXPECT_EQ(made.error().code, Code::kFailedPrecondition);
  EXPECT_TRUE(has("xenbr0.100 over bond1.100"));
}

TEST_F(NicPlaces, ThatFailHalfWayLeaveNothing) {
  add_rule({.id = {},
            .service = "ovs_vlan_bridge",
            .nth = 2,
            .times = 1,
            .action = simulator::Action::kFault,
            .fault_class = "exceptions.RuntimeError",
            .fault_text = "no such luck"});
  const auto before = bridges();
  const auto places = ensure({nic("xenbr0", 100), nic("xenbr1", 200)});
  ASSERT_FALSE(places);
  EXPECT_NE(places.error().message().find("no such luck"), std::string::npos);
  EXPECT_EQ(bridges(), before);
}

TEST_F(NicPlaces, AskingNeverMakes) {
  const auto before = bridges();
  ASSERT_TRUE(plan_places(ctx(), host(), {nic("xenbr0", 100), nic("bond1", 7)}));
  EXPECT_EQ(bridges(), before);
  EXPECT_TRUE(changed_nothing());
}

// known defect 110: up to three discover_network calls for one question.
TEST_F(NicPlaces, AreLookedUpWithOneQuestion) {
  ASSERT_TRUE(
      plan_places(ctx(), host(), {nic("xenbr0", 100), nic("bond1", 7), nic("", std::nullopt)}));
  EXPECT_EQ(calls("discover_network"), 1);
}

// known defect 109: bridges and VLANs were never removed.
TEST_F(NicPlaces, AreRemovedWithTheirLastUserAndNotBefore) {
  ASSERT_TRUE(ensure({nic("xenbr0", 100)}));
  vm_on("i-2-3-VM", "xenbr0.100", true);
  vm_on("i-2-4-VM", "xenbr0.100", false);
  // The domain of one and the vm.cfg of the other.
  EXPECT_TRUE(release({"xenbr0.100"})->empty());
  EXPECT_TRUE(release({"xenbr0.100"}, *VmId::from_name("i-2-3-VM"))->empty());
  const Vm stored = vm("i-2-4-VM");
  ASSERT_TRUE(stored.remove(ctx()));
  EXPECT_TRUE(release({"xenbr0.100"})->empty());
  const Vm running = vm("i-2-3-VM");
  ASSERT_TRUE(running.stop(ctx(), StopMode::kForce));
  ASSERT_TRUE(running.remove(ctx()));
  const auto gone = release({"xenbr0.100", "xenbr0"});
  ASSERT_TRUE(gone) << gone.error().message();
  EXPECT_EQ(*gone, std::vector<std::string>{"xenbr0.100"});
  EXPECT_FALSE(has("xenbr0.100 over bond0.100"));
  EXPECT_TRUE(has("xenbr0 over bond0"));
  with_host([](simulator::Host& real) { EXPECT_TRUE(real.network.vlans.empty()); });
  EXPECT_TRUE(release({"xenbr0.100"})->empty());  // twice is once
}

TEST_F(NicPlaces, OfSomebodyElseAreUsedAndNeverRemoved) {
  // The very name that we would have given it.
  ASSERT_TRUE(Network(agent()).start_vlan_bridge(ctx(), "xenbr0.100", "bond0", 100));
  const auto places = ensure({nic("xenbr0", 100)});
  ASSERT_TRUE(places);
  EXPECT_EQ(places->bridges, std::vector<std::string>{"xenbr0.100"});
  EXPECT_TRUE(release({"xenbr0.100"})->empty());
  EXPECT_TRUE(has("xenbr0.100 over bond0.100"));
}

TEST_F(NicPlaces, OfABareNicAreABridgeThatGoesAgain) {
  with_host([](simulator::Host& real) {
    real.network.nics.push_back({.name = "eth9", .mac = "00:21:f6:00:00:99"});
  });
  const auto places = ensure({nic("eth9", std::nullopt)});
  ASSERT_TRUE(places) << places.error().message();
  EXPECT_TRUE(has("br-eth9 over eth9"));
  EXPECT_EQ(release(places->bridges)->size(), 1U);
  EXPECT_FALSE(has("br-eth9 over eth9"));
}

TEST_F(NicPlaces, WhoseMakersReplyIsLostAreStillOurs) {
  add_rule({.id = {},
            .service = "ovs_vlan_bridge",
            .times = 1,
            .action = simulator::Action::kDropAfter});
  const auto places = ensure({nic("xenbr0", 100)});
  ASSERT_TRUE(places) << places.error().message();
  EXPECT_TRUE(has("xenbr0.100 over bond0.100"));
  EXPECT_EQ(release(places->bridges)->size(), 1U);
}

TEST_F(NicPlaces, AreTheSameOnOpenVswitch) {
  with_host([](simulator::Host& real) { real.open_vswitch = true; });
  const auto backend = bridge_backend(ctx(), agent());
  ASSERT_TRUE(backend);
  EXPECT_EQ((*backend)->name(), "Open vSwitch");
  const auto places = ensure({nic("xenbr0", 100), nic("xenbr1", std::nullopt), nic("", 300)});
  ASSERT_TRUE(places) << places.error().message();
  EXPECT_EQ(places->bridges, (std::vector<std::string>{"xenbr0.100", "xenbr1", "xenbr0.300"}));
  EXPECT_EQ(places->made.size(), 2U);
  EXPECT_EQ(calls("ovs_vlan_bridge"), 0);  // the agent's own call does not manage these
  EXPECT_EQ(calls("add_vswitch_vlan_bridge"), 2);
  const auto again = ensure({nic("xenbr0", 100)});
  EXPECT_TRUE(again->made.empty());
  vm_on("i-2-3-VM", "xenbr0.100", true);
  EXPECT_EQ(*release({"xenbr0.100", "xenbr0.300"}), std::vector<std::string>{"xenbr0.300"});
  EXPECT_EQ(ensure({nic("nosuch", 5)}).error().code, Code::kNotFound);
}

TEST_F(NicPlaces, OnAHostWithoutTheModuleAreLinuxBridges) {
  with_host([](simulator::Host& real) { real.module_installed = false; });
  ASSERT_TRUE(ensure({nic("xenbr0", 100)}));
  EXPECT_TRUE(has("xenbr0.100 over bond0.100"));
}

TEST_F(NicPlaces, OfControlTrafficAreCheckedEachTimeAndNeverReleased) {
  PlaceHost with_control = host();
  with_control.control = "control0";
  const std::vector<NicSpec> nics{nic("xenbr1", std::nullopt), nic("control0", std::nullopt),
                                  nic("xenbr0", 100)};
  const auto before = bridges();
  const auto plans = plan_places(ctx(), with_control, nics);
  ASSERT_TRUE(plans) << plans.error().message();
  EXPECT_EQ(bridges(), before);
  const auto places = ensure_places(ctx(), ctx(), with_control, nics);
  ASSERT_TRUE(places) << places.error().message();
  EXPECT_EQ(places->bridges, (std::vector<std::string>{"xenbr1", "control0", "xenbr0.100"}));
  EXPECT_EQ(places->made, std::vector<std::string>{"xenbr0.100"});
  EXPECT_TRUE(has("control0 over "));
  EXPECT_NE(lines_.str().find("CONTROL_LINK_REPAIRED"), std::string::npos);
  // The host reboots: the bridge is there, its address is not.
  with_host([](simulator::Host& real) {
    for (auto& bridge : real.network.bridges) {
      if (bridge.name == "control0") bridge.ip = {};
    }
  });
  ASSERT_TRUE(ensure_places(ctx(), ctx(), with_control, nics));
  with_host([](simulator::Host& real) {
    for (const auto& bridge : real.network.bridges) {
      if (bridge.name == "control0") {
        EXPECT_EQ(bridge.ip.address, "169.254.0.1");
      }
    }
  });
  EXPECT_EQ(*release({"control0", "xenbr0.100"}), std::vector<std::string>{"xenbr0.100"});
  EXPECT_TRUE(has("control0 over "));
}

TEST_F(NicPlaces, AreNotReleasedWhileUsersCannotBeAsked) {
  ASSERT_TRUE(ensure({nic("xenbr0", 100)}));
  add_rule({.id = {},
            .service = "list_vms",
            .action = simulator::Action::kFault,
            .fault_class = "exceptions.RuntimeError",
            .fault_text = "xend is away"});
  EXPECT_FALSE(release({"xenbr0.100"}));
  EXPECT_TRUE(has("xenbr0.100 over bond0.100"));
}

TEST_F(NicPlaces, AreMadeAgainWhereTheirUsersCannotBeAskedAfterTheyWent) {
  ASSERT_TRUE(ensure({nic("xenbr0", 100)}));
  add_rule({.id = {},
            .service = "list_vms",
            .nth = 2,
            .times = 1,
            .action = simulator::Action::kFault,
            .fault_class = "exceptions.RuntimeError",
            .fault_text = "xend is away"});
  const auto gone = release({"xenbr0.100"});
  ASSERT_FALSE(gone);
  EXPECT_NE(gone.error().message().find("made again"), std::string::npos);
  EXPECT_NE(gone.error().message().find("xend is away"), std::string::npos);
  EXPECT_TRUE(has("xenbr0.100 over bond0.100"));
  // And it is still ours to take away.
  EXPECT_EQ(*release({"xenbr0.100"}), std::vector<std::string>{"xenbr0.100"});
}

}  // namespace
}  // namespace trestle::ovm3
