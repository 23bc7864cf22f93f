// SPDX-License-Identifier: Apache-2.0
#ifndef TRESTLE_TESTS_UNIT_COMMANDS_ROUTER_SCENE_H_
#define TRESTLE_TESTS_UNIT_COMMANDS_ROUTER_SCENE_H_

#include <gtest/gtest.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "integration/schema/generated/routing.h"
#include "integration/schema/generated/services.h"
#include "tests/unit/commands/command_scene.h"

namespace trestle::ovm3 {

/// Router r-4-VM runs on the host with three NICs and answers at its link-local address.
class RouterScene : public CommandScene {
 protected:
  static constexpr const char* kRouter = "r-4-VM";
  static constexpr const char* kRouterIp = "169.254.2.44";
  static constexpr const char* kGuestMac = "02:00:1a:2b:00:02";
  static constexpr const char* kControlMac = "0e:00:a9:fe:02:2c";
  static constexpr const char* kPublicMac = "06:5f:9a:00:00:15";

  RouterScene() {
    const auto vif = [](const char* mac) { return "mac=" + std::string(mac) + ",bridge=xenbr0"; };
    const VmConfig config(
        Struct{{"name", kRouter},
               {"memory", 256},
               {"vcpus", 1},
               {"OVM_domain_type", "xen_pvm"},
               {"vif", Array{vif(kGuestMac), vif(kControlMac), vif(kPublicMac)}}});
    const auto made = vm(kRouter).create(ctx(), config);
    if (!made) ADD_FAILURE() << made.error().message();
    const auto started = vm(kRouter).start(ctx());
    if (!started) ADD_FAILURE() << started.error().message();
    with_router([](simulator::SystemVm& router) { router.name = kRouter; });
  }

  void with_router(const std::function<void(simulator::SystemVm&)>& use) {
    sim_.with_estate(
        [&](simulator::Estate& estate) { use(estate.system_vms[std::string(kRouterIp)]); });
  }
  void reply(const std::string& part, std::int64_t rc, const std::string& out,
             const std::string& err = "") {
    with_router([&](simulator::SystemVm& router) {
      router.replies.push_back({.part = part, .rc = rc, .out = out, .err = err});
    });
  }
  template <class Command>
  static Command for_router(Command command = {}) {
    command.accessDetails = schema::StringMap{
        {"router.name", kRouter}, {"router.ip", kRouterIp}, {"router.guest.ip", "10.1.1.1"}};
    return command;
  }

  /// The file as the router has it now; null if there is none.
  nlohmann::json file(const std::string& name) {
    nlohmann::json content;
    with_router([&](simulator::SystemVm& router) {
      const auto found = router.files.find("/var/cache/cloud/" + name);
      if (found != router.files.end()) content = nlohmann::json::parse(found->second);
    });
    return content;
  }
  /// The command lines of scripts that ran in the router, without the looks at files.
  std::vector<std::string> scripts() {
    std::vector<std::string> lines;
    with_router([&](simulator::SystemVm& router) {
      for (const simulator::DomrRun& run : router.runs) {
        if (run.line.find("/opt/cloud/bin/") != std::string::npos) lines.push_back(run.line);
      }
    });
    return lines;
  }
  bool ran(const std::string& words) {
    const auto lines = scripts();
    return std::ranges::any_of(lines,
                               [&](const std::string& line) { return line.ends_with(words); });
  }
};

}  // namespace trestle::ovm3

#endif  // TRESTLE_TESTS_UNIT_COMMANDS_ROUTER_SCENE_H_
