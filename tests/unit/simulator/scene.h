// SPDX-License-Identifier: Apache-2.0
#ifndef TRESTLE_TESTS_UNIT_SIMULATOR_SCENE_H_
#define TRESTLE_TESTS_UNIT_SIMULATOR_SCENE_H_

#include <chrono>
#include <filesystem>
#include <memory>
#include <string>
#include <string_view>
#include <utility>

#include "objects/core/call_context.h"
#include "objects/wire/transport.h"
#include "tools/simulator/simulator.h"

namespace trestle::simulator {

/// Two hosts that see one repository, on a stepped clock, without sockets.
class Scene {
 public:
  static constexpr std::string_view kRepository = "0004fb0000030000aaaaaaaaaaaaaaaa";
  static constexpr std::string_view kManager = "0004fb00000100001234567890abcdef";

  explicit Scene(Release release = Release::k331) : simulator({.root = {}, .clock = &clock}) {
    simulator.with_estate([&](Estate& estate) {
      Export& share = estate.add_export("nfs-1:/export/a");
      for (const char* folder :
           {"VirtualDisks", "VirtualMachines", "Templates", "ISOs", "Assemblies"}) {
        std::filesystem::create_directories(share.directory / folder);
      }
      for (const char* name : {"ovm-1", "ovm-2"}) {
        auto host = std::make_unique<Host>();
        host->name = name;
        host->address = std::string("127.0.0.") + name[4];
        host->release = release;
        host->password = "secret";
        host->booted = estate.now();
        host->ownership.manager_uuid = kManager;
        host->mounts.push_back({.dir = "/OVS/Repositories/" + std::string(kRepository),
                                .device = "nfs-1:/export/a",
                                .options = ""});
        host->network.bridges.push_back({.name = "xenbr0",
                                         .mac = "02:00:00:00:00:01",
                                         .ports = {"bond0"},
                                         .ip = {},
                                         .metadata = ""});
        estate.hosts.push_back(std::move(host));
      }
    });
  }

  Result<Reply> call(std::string_view host, std::string_view method, const Array& params = {},
                     std::chrono::nanoseconds budget = std::chrono::minutes(10)) {
    auto transport = simulator.transport(host);
    if (!transport) return fail(std::move(transport).error());
    const CallContext ctx = context_for(budget, clock);
    return (*transport)->round_trip(ctx, {.method = method, .params = params});
  }

  /// A stored VM with one disk of `disk_bytes`.
  Result<Reply> create(std::string_view vm, std::int64_t memory = 512) {
    const std::string repo(kRepository);
    return call("ovm-1", "create_vm",
                {repo, vm,
                 Struct{{"name", vm},
                        {"memory", memory},
                        {"vcpus", 2},
                        {"vif", Array{"mac=00:21:f6:00:00:01,bridge=xenbr0"}},
                        {"vfb", Array{"type=vnc,vncunused=1,vnclisten=0.0.0.0,keymap=en-us"}}}});
  }
  Result<Reply> vm_call(std::string_view host, std::string_view method, std::string_view vm,
                        Array more = {}) {
    Array params{std::string(kRepository), vm};
    params.insert(params.end(), more.begin(), more.end());
    return call(host, method, params);
  }

  SteppedClock clock;
  Simulator simulator;
};

}  // namespace trestle::simulator

#endif  // TRESTLE_TESTS_UNIT_SIMULATOR_SCENE_H_
