// SPDX-License-Identifier: Apache-2.0
#ifndef TRESTLE_TESTS_UNIT_HELPERS_PLACE_SCENE_H_
#define TRESTLE_TESTS_UNIT_HELPERS_PLACE_SCENE_H_

#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <functional>
#include <memory>
#include <sstream>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "objects/core/log.h"
#include "objects/ovm3/agent.h"
#include "objects/ovm3/vm.h"
#include "tests/flow/flow_scene.h"
#include "tools/simulator/simulator.h"
#include "tools/simulator/world.h"

namespace trestle::ovm3 {

/// One host, ovm-1, with the bridges xenbr0 over bond0, which has the address, and xenbr1 over
/// bond1, and one repository, on a stepped clock.
class PlaceScene : public ::testing::Test {
 protected:
  static constexpr const char* kRepository = "0004fb0000030000aaaaaaaaaaaaaaaa";
  static constexpr const char* kManager = "0004fb00000100001234567890abcdef";
  static constexpr const char* kAddress = "127.0.1.1";

  PlaceScene() : sim_({.root = {}, .clock = &clock_}) {
    simulator::World world = simulator::default_world(1, simulator::Release::k331);
    world.generate.manager_uuid = kManager;
    world.repositories.push_back({.id = kRepository,
                                  .alias = "r",
                                  .device = "nfs-1:/export/a",
                                  .manager_uuid = kManager,
                                  .hosts = {},
                                  .files = {}});
    const auto set = simulator::set_scene(sim_, world);
    if (!set) ADD_FAILURE() << set.error().message();
    auto way = sim_.transport("ovm-1");
    if (!way) ADD_FAILURE() << way.error().message();
    transport_ = std::make_unique<flow::NotingTransport>(*std::move(way), "ovm-1", sent_);
  }

  [[nodiscard]] CallContext ctx() const { return context_for(std::chrono::minutes(10), clock_); }
  [[nodiscard]] Agent agent() { return Agent(*transport_); }

  /// "bridge over port" of every bridge that the host really has.
  std::vector<std::string> bridges() {
    return sim_.with_estate([&](simulator::Estate& estate) {
      std::vector<std::string> all;
      for (const auto& bridge : estate.hosts.front()->network.bridges) {
        all.push_back(bridge.name + " over " + (bridge.ports.empty() ? "" : bridge.ports.front()));
      }
      return all;
    });
  }
  bool has(const std::string& text) {
    const auto all = bridges();
    return std::ranges::find(all, text) != all.end();
  }
  void with_host(const std::function<void(simulator::Host&)>& use) {
    sim_.with_estate([&](simulator::Estate& estate) { use(*estate.hosts.front()); });
  }
  void add_rule(simulator::Rule rule) {
    sim_.with_rules([&](simulator::RuleBook& rules) { rules.set(std::move(rule)); });
  }
  [[nodiscard]] std::ptrdiff_t calls(std::string_view method) const {
    return std::ranges::count(sent_, method, &flow::Sent::method);
  }
  [[nodiscard]] bool changed_nothing() const {
    return std::ranges::none_of(
        sent_, [](const flow::Sent& one) { return one.effect == Effect::kMutates; });
  }
  Vm vm(const std::string& name) {
    return {agent(), *RepositoryId::parse(kRepository), *VmId::from_name(name)};
  }
  /// A VM with a NIC on a bridge; it runs if `run`.
  void vm_on(const std::string& name, const std::string& bridge, bool run) {
    const VmConfig config(Struct{{"name", name},
                                 {"memory", 256},
                                 {"vcpus", 1},
                                 {"OVM_domain_type", "xen_pvm"},
                                 {"vif", Array{"mac=00:21:f6:00:00:01,bridge=" + bridge}}});
    const auto made = vm(name).create(ctx(), config);
    ASSERT_TRUE(made) << made.error().message();
    if (!run) return;
    const auto started = vm(name).start(ctx());
    ASSERT_TRUE(started) << started.error().message();
  }

  SteppedClock clock_;
  simulator::Simulator sim_;
  std::vector<flow::Sent> sent_;
  std::ostringstream lines_;
  StreamLog log_{lines_, Level::kDebug};

 private:
  std::unique_ptr<Transport> transport_;
};

}  // namespace trestle::ovm3

#endif  // TRESTLE_TESTS_UNIT_HELPERS_PLACE_SCENE_H_
