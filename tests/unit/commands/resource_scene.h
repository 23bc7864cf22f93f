// SPDX-License-Identifier: Apache-2.0
#ifndef TRESTLE_TESTS_UNIT_COMMANDS_RESOURCE_SCENE_H_
#define TRESTLE_TESTS_UNIT_COMMANDS_RESOURCE_SCENE_H_

#include <gtest/gtest.h>

#include <cstdint>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "integration/ovm3/resource.h"
#include "integration/schema/type_info.h"
#include "objects/wire/lent_transport.h"
#include "tests/flow/flow_scene.h"

namespace trestle::ovm3 {

/// Simulated hosts, each behind a Resource as a door would load it. Hosts count from 1.
class ResourceScene {
 public:
  explicit ResourceScene(std::uint32_t hosts = 1,
                         simulator::Release release = simulator::Release::k331)
      : flow(hosts, release) {
    for (std::uint32_t host = 1; host <= hosts; ++host) {
      resources_.push_back(std::make_unique<Resource>(
          [this, host](const contracts::Configuration&) -> Result<std::unique_ptr<Transport>> {
            return std::make_unique<LentTransport>(flow.transport(host));
          }));
      configure(host, {});
    }
  }

  /// The settings of a host: those given, and who it is.
  void configure(std::size_t host, std::map<std::string, std::string, std::less<>> settings) {
    settings.emplace("guid", "guid-of-" + flow::FlowScene::name(host));
    settings.emplace("host", flow::FlowScene::name(host));
    const auto set = resource(host).configure({.values = std::move(settings)});
    if (!set) ADD_FAILURE() << set.error().message();
  }

  [[nodiscard]] Resource& resource(std::size_t host = 1) { return *resources_.at(host - 1); }

  /// Does a command; the answer must be an A.
  template <class A, class C>
  A run(const C& command, std::size_t host = 1,
        std::chrono::nanoseconds budget = flow::FlowScene::kBudget) {
    const schema::Object answer = resource(host).execute(flow.ctx(budget), schema::Object(command));
    if (const A* const typed = answer.as<A>()) return *typed;
    ADD_FAILURE() << "the answer is a " << answer.type().name;
    return A{};
  }

  flow::FlowScene flow;

 private:
  std::vector<std::unique_ptr<Resource>> resources_;
};

/// Expects an answer that says yes.
template <class A>
void expect_done(const A& answer) {
  EXPECT_TRUE(answer.result) << answer.details.value_or("(no details)");
}
/// Expects an answer that says no, with a text in its details.
template <class A>
void expect_refused(const A& answer, const std::string& part) {
  EXPECT_FALSE(answer.result);
  EXPECT_NE(answer.details.value_or("").find(part), std::string::npos)
      << answer.details.value_or("(no details)");
}

}  // namespace trestle::ovm3

#endif  // TRESTLE_TESTS_UNIT_COMMANDS_RESOURCE_SCENE_H_
