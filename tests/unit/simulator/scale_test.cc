// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>
#include <sys/resource.h>
#include <unistd.h>

#include <chrono>
#include <cstdio>
#include <fstream>
#include <optional>
#include <string>

#include "objects/wire/codec.h"
#include "tools/simulator/simulator.h"
#include "tools/simulator/world.h"

namespace trestle::simulator {
namespace {

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
constexpr bool kSanitized = true;
#elif defined(__has_feature)
constexpr bool kSanitized = __has_feature(address_sanitizer) || __has_feature(thread_sanitizer);
#else
constexpr bool kSanitized = false;
#endif

/// Resident bytes of this process.
std::uint64_t resident() {
  std::ifstream in("/proc/self/statm");
  std::uint64_t all = 0;
  std::uint64_t pages = 0;
  in >> all >> pages;
  return pages * static_cast<std::uint64_t>(::sysconf(_SC_PAGESIZE));
}

std::string body(Simulator& simulator, Host& host, std::string_view service) {
  std::optional<Outcome> outcome;
  simulator.submit(host, service, {}, [&](Outcome done) { outcome = std::move(done); });
  return outcome ? std::move(outcome->body) : std::string();
}

/// The estate of the promise: 5,000 hosts and 50,000 guests in one process under 1 GiB.
TEST(Scale, FiveThousandHostsAndFiftyThousandGuestsFitOneGibibyte) {
  const std::uint64_t before = resident();
  SteppedClock clock;
  Simulator simulator({.root = {}, .clock = &clock});
  // Under a sanitizer a tenth: shadow memory is not the estate's.
  World world = default_world(kSanitized ? 500 : 5000);
  world.generate.vms_per_host = 10;
  const auto set = set_scene(simulator, world);
  ASSERT_TRUE(set) << set.error().message();
  std::size_t guests = 0;
  std::vector<Host*> hosts;
  simulator.with_estate([&](Estate& estate) {
    for (const auto& host : estate.hosts) {
      guests += host->domains.size();
      hosts.push_back(host.get());
    }
  });
  EXPECT_EQ(guests, hosts.size() * 10);
  const std::string listed = body(simulator, *hosts.back(), "list_vms");
  const auto decoded = wire::decode_reply(listed);
  ASSERT_TRUE(decoded) << decoded.error().message();
  const std::uint64_t used = resident() - before;
  std::printf("%zu hosts, %zu guests: %llu MiB resident\n", hosts.size(), guests,
              static_cast<unsigned long long>(used >> 20U));
  if (!kSanitized) {
    EXPECT_LT(used, std::uint64_t{1} << 30U);
  }
}

/// Not a gate on time: it prints what a pass costs and checks what came.
TEST(Scale, ListsTwentyGuestsOfAThousandHosts) {
  SteppedClock clock;
  Simulator simulator({.root = {}, .clock = &clock});
  World world = default_world(100);
  world.generate.vms_per_host = 20;
  ASSERT_TRUE(set_scene(simulator, world));
  std::vector<Host*> hosts;
  simulator.with_estate([&](Estate& estate) {
    for (const auto& host : estate.hosts) hosts.push_back(host.get());
  });
  std::size_t bytes = 0;
  const auto begun = std::chrono::steady_clock::now();
  for (int pass = 0; pass < 10; ++pass) {
    for (Host* host : hosts) bytes += body(simulator, *host, "list_vms").size();
  }
  const std::chrono::duration<double> took = std::chrono::steady_clock::now() - begun;
  EXPECT_GT(bytes, 80'000'000U);
  std::printf("1000 replies of %zu bytes in %.3f s: %.0f MB/s\n", bytes / 1000, took.count(),
              static_cast<double>(bytes) / 1e6 / took.count());
}

/// One seed, one world, one run: the same bytes.
TEST(Determinism, TheSameWorldGivesTheSameBytes) {
  const auto run = [] {
    SteppedClock clock;
    Simulator simulator({.root = {}, .clock = &clock, .seed = 5});
    World world = default_world(3);
    world.generate.vms_per_host = 3;
    world.generate.manager_uuid = "0004fb00000100001234567890abcdef";
    Rule rule;
    rule.service = "get_ntp";
    rule.probability = 0.5;
    world.faults.push_back(rule);
    world.seed = 5;
    EXPECT_TRUE(set_scene(simulator, world));
    std::string all;
    for (int round = 0; round < 20; ++round) {
      for (const char* name : {"ovm-1", "ovm-2", "ovm-3"}) {
        Host* host = simulator.with_estate([&](Estate& estate) { return estate.find_host(name); });
        for (const char* service : {"list_vms", "discover_server", "discover_hardware", "get_ntp",
                                    "discover_network", "get_last_boot_time"}) {
          all += body(simulator, *host, service);
        }
      }
      clock.advance(std::chrono::milliseconds(777));
    }
    return all;
  };
  EXPECT_EQ(run(), run());
}

}  // namespace
}  // namespace trestle::simulator
