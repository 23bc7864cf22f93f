// SPDX-License-Identifier: Apache-2.0
#ifndef TRESTLE_TESTS_UNIT_SIMULATOR_SERVICES_THREE_HOSTS_H_
#define TRESTLE_TESTS_UNIT_SIMULATOR_SERVICES_THREE_HOSTS_H_

#include <gtest/gtest.h>

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <fstream>
#include <memory>
#include <optional>
#include <ostream>
#include <sstream>
#include <string>
#include <string_view>
#include <utility>

#include "objects/core/call_context.h"
#include "objects/wire/transport.h"
#include "tools/simulator/simulator.h"
#include "tools/simulator/world.h"

namespace trestle::simulator {

inline void PrintTo(Release release, std::ostream* out) { *out << to_string(release); }

/// Three hosts (ovm-1 to ovm-3 at 127.0.1.1 to 127.0.1.3) of one release and the empty export
/// nfs-1:/export/a, on a stepped clock, without sockets.
class ThreeHosts {
 public:
  static constexpr std::string_view kManager = "0004fb00000100001234567890abcdef";
  static constexpr std::string_view kStranger = "0004fb0000010000ffffffffffffffff";
  static constexpr std::string_view kRepository = "0004fb0000030000aaaaaaaaaaaaaaaa";
  static constexpr std::string_view kDevice = "nfs-1:/export/a";
  static constexpr std::string_view kPool = "0004fb0000020000ba9aaf00ae5e2d73";
  static constexpr std::string_view kMountPoint =
      "/OVS/Repositories/0004fb0000030000aaaaaaaaaaaaaaaa";
  enum class Owner { kNobody, kManager };

  explicit ThreeHosts(Release release = Release::k321, Owner owner = Owner::kManager)
      : simulator({.root = {}, .clock = &clock}) {
    World world = default_world(3, release);
    if (owner == Owner::kManager) world.generate.manager_uuid = kManager;
    const auto set = set_scene(simulator, world);
    if (!set) ADD_FAILURE() << set.error().message();
  }

  Result<Reply> call(std::string_view host, std::string_view method, const Array& params = {},
                     std::chrono::nanoseconds budget = std::chrono::minutes(10)) {
    auto transport = simulator.transport(host);
    if (!transport) return fail(std::move(transport).error());
    const CallContext ctx = context_for(budget, clock);
    return (*transport)->round_trip(ctx, {.method = method, .params = params});
  }

  /// The outcome as one text: "nil", "true", "false", a number, the text of a string, "struct",
  /// "array", the whole faultString, or "CODE: what" for an error that is no fault.
  std::string says(std::string_view host, std::string_view method, const Array& params = {}) {
    const auto reply = call(host, method, params);
    if (!reply) {
      const Error& error = reply.error();
      return error.fault ? error.fault->text
                         : std::string(to_string(error.code)) + ": " + error.what;
    }
    const ValueView root = reply->root();
    if (const auto flag = root.boolean()) return *flag ? "true" : "false";
    if (const auto number = root.integer()) return std::to_string(*number);
    if (const auto text = root.string()) return std::string(*text);
    return std::string(to_string(root.kind()));
  }

  /// The bytes of the reply as they would go over the wire.
  std::string body(std::string_view host, std::string_view method, const Array& params = {}) {
    Host* target = simulator.with_estate([&](Estate& estate) { return estate.find_host(host); });
    std::optional<Outcome> outcome;
    simulator.submit(*target, method, params, [&](Outcome done) { outcome = std::move(done); });
    while (!outcome) {
      const auto due = simulator.next_due();
      if (!due) return "nothing is due and the call has not ended";
      clock.advance(*due - clock.now());
      simulator.advance();
    }
    return std::move(outcome->body);
  }

  /// A member of a struct reply as text; "" if it is not there.
  static std::string member(const Result<Reply>& reply, std::string_view name) {
    if (!reply) return "error: " + reply.error().message();
    const auto found = reply->root().find(name);
    const auto text = found ? found->string() : std::nullopt;
    return text ? std::string(*text) : std::string();
  }

  /// Changes one host of the model.
  template <class F>
  void change(std::string_view host, F&& use) {
    simulator.with_estate([&](Estate& estate) { use(*estate.find_host(host)); });
  }

  /// The real directory behind nfs-1:/export/a.
  std::filesystem::path share() {
    return simulator.with_estate(
        [](Estate& estate) { return estate.find_export(kDevice)->directory; });
  }

  std::string make_repository(std::string_view host = "ovm-1") {
    return says(host, "create_repository", {kDevice, kMountPoint, kRepository, "one"});
  }
  std::string add_repository(std::string_view host) {
    return says(host, "add_repository", {kDevice, kMountPoint});
  }
  /// A guest that runs, with one disk in the repository and one interface on xenbr0.
  std::string run_guest(std::string_view host, std::string_view vm) {
    const std::string disk = std::string(kMountPoint) + "/VirtualDisks/" + std::string(vm) + ".img";
    std::ofstream(share() / "VirtualDisks" / (std::string(vm) + ".img")) << "disk";
    const std::string made = says(host, "create_vm",
                                  {kRepository, vm,
                                   Struct{{"name", vm},
                                          {"memory", 512},
                                          {"vcpus", 1},
                                          {"disk", Array{"file:" + disk + ",xvda,w"}},
                                          {"vif", Array{"mac=00:21:f6:00:00:01,bridge=xenbr0"}}}});
    return made == "nil" ? says(host, "start_vm", {kRepository, vm}) : made;
  }

  SteppedClock clock;
  Simulator simulator;
};

/// The whole file, "" if it cannot be read.
inline std::string file_text(const std::filesystem::path& path) {
  std::ostringstream text;
  text << std::ifstream(path, std::ios::binary).rdbuf();
  return text.str();
}

}  // namespace trestle::simulator

#endif  // TRESTLE_TESTS_UNIT_SIMULATOR_SERVICES_THREE_HOSTS_H_
