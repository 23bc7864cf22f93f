// SPDX-License-Identifier: Apache-2.0
// Commands through the resource, in process: what a ping costs beside the agent, and whether starts
// and stops of many VMs overlap.
#include <algorithm>
#include <atomic>
#include <chrono>
#include <filesystem>
#include <fstream>
#include <memory>
#include <string>
#include <thread>
#include <utility>
#include <variant>
#include <vector>

#include "integration/ovm3/resource.h"
#include "integration/schema/codec.h"
#include "integration/schema/generated/machine.h"
#include "integration/schema/type_info.h"
#include "objects/wire/codec.h"
#include "tests/bench/bodies.h"
#include "tests/bench/cases.h"
#include "tools/simulator/simulator.h"
#include "tools/simulator/world.h"

namespace trestle::bench {
namespace {

using std::chrono::duration;
using std::chrono::steady_clock;
using Micros = duration<double, std::micro>;
using Seconds = duration<double>;

/// An agent that answers list_vms from stored bytes, and knows how long it took.
class CannedAgent final : public Transport {
 public:
  explicit CannedAgent(std::string body) : body_(std::move(body)) {}
  Result<Reply> round_trip(const CallContext& /*ctx*/, const Request& /*request*/) override {
    const auto begun = steady_clock::now();
    auto decoded = wire::decode_reply(body_);
    spent += steady_clock::now() - begun;
    if (!decoded) return fail(decoded.error());
    Reply* const reply = std::get_if<Reply>(&*decoded);
    if (reply == nullptr) give_up("the canned agent answers a fault");
    return std::move(*reply);
  }
  [[nodiscard]] std::string peer() const override { return "canned:0"; }

  steady_clock::duration spent{};

 private:
  std::string body_;
};

double median(std::vector<double> values) {
  std::ranges::nth_element(values, values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2));
  return values[values.size() / 2];
}

Row ping_row() {
  constexpr int kPings = 2000;
  constexpr std::size_t kVms = 20;
  CannedAgent* agent = nullptr;
  ovm3::Resource resource([&](const contracts::Configuration&) {
    auto made = std::make_unique<CannedAgent>(list_vms_body(kVms));
    agent = made.get();
    return Result<std::unique_ptr<Transport>>(std::move(made));
  });
  if (!resource.configure({.values = {{"host", "canned"}}}))
    give_up("the resource has no settings");
  std::vector<double> ours;
  for (int i = 0; i < kPings; ++i) {
    agent->spent = {};
    const auto begun = steady_clock::now();
    const auto ping = resource.current_status(context_for(std::chrono::seconds{10}));
    if (!ping) give_up("ping: " + ping.error().message());
    if (!schema::encode_body(*ping)) give_up("the ping has no body");
    ours.push_back(Micros(steady_clock::now() - begun - agent->spent).count());
  }
  return ceiling_row("PingRoutingCommand of 20 VMs, without the agent's own time, median",
                     median(std::move(ours)), "us", 100);
}

constexpr std::size_t kHosts = 50;
constexpr std::size_t kPairs = 200;
constexpr std::string_view kRepository = "f12842ebf5ed3fe78da1eb0e17f5ede8";
constexpr std::string_view kPool = "f12842eb-f5ed-3fe7-8da1-eb0e17f5ede8";

/// An agent that takes 100 ms for every call. The caller's own thread waits: the simulator would
/// wake all who wait on it for each one who is served, and that would be measured.
class SlowAgent final : public Transport {
 public:
  explicit SlowAgent(std::unique_ptr<Transport> agent) : agent_(std::move(agent)) {}
  Result<Reply> round_trip(const CallContext& ctx, const Request& request) override {
    const auto answered = ctx.now() + std::chrono::milliseconds{100};
    if (!ctx.clock->wait_until(answered, ctx.stop)) give_up("somebody stopped the benchmark");
    return agent_->round_trip(ctx, request);
  }
  [[nodiscard]] std::string peer() const override { return agent_->peer(); }

 private:
  std::unique_ptr<Transport> agent_;
};

/// Fifty hosts with one repository.
class SlowEstate {
 public:
  SlowEstate() : sim_({.root = {}}) {
    simulator::World world = simulator::default_world(kHosts);
    world.durations.start = world.durations.stop = {};
    if (const auto set = simulator::set_scene(sim_, world); !set) give_up(set.error().message());
    sim_.with_estate([](simulator::Estate& estate) {
      simulator::Export& store = *estate.exports.at(0);
      for (const char* folder :
           {"VirtualDisks", "VirtualMachines", "Templates", "ISOs", "Assemblies"}) {
        std::filesystem::create_directories(store.directory / folder);
      }
      for (std::size_t i = 0; i <= kPairs; ++i) {
        std::ofstream(store.directory / "VirtualDisks" / disk_of(i)).put('\0');
      }
      for (const auto& host : estate.hosts) {
        const std::string dir = "/OVS/Repositories/" + std::string(kRepository);
        host->repositories.push_back({.uuid = std::string(kRepository),
                                      .fs_location = store.device,
                                      .mount_point = dir,
                                      .alias = "primary",
                                      .manager_uuid = ""});
        host->ownership.manager_uuid = "0004fb00000100001234567890abcdef";
        host->mounts.push_back({.dir = dir, .device = store.device, .type = "nfs", .options = {}});
      }
    });
    for (std::size_t i = 1; i <= kHosts; ++i) add_resource("ovm-" + std::to_string(i));
  }

  /// Starts and stops VM number `i`; ends the benchmark if either fails.
  void pair(std::size_t i) {
    const std::string name = "i-2-" + std::to_string(i) + "-VM";
    schema::VirtualMachineTO vm{.id = static_cast<std::int64_t>(i),
                                .name = name,
                                .type = schema::VirtualMachineType::User,
                                .cpus = 1,
                                .minRam = std::int64_t{256} << 20U,
                                .maxRam = std::int64_t{256} << 20U,
                                .os = "CentOS 6.5 (64-bit)"};
    vm.disks = {{schema::DiskTO{
        .data = schema::VolumeObjectTO{.uuid = disk_of(i),
                                       .volumeType = schema::VolumeType::ROOT,
                                       .dataStore =
                                           schema::PrimaryDataStoreTO{.uuid = std::string(kPool)},
                                       .name = disk_of(i),
                                       .path = disk_of(i)},
        .diskSeq = 0,
        .path = disk_of(i),
        .type = schema::VolumeType::ROOT}}};
    ovm3::Resource& resource = *resources_[i % kHosts];
    run(resource, schema::Object(schema::StartCommand{.vm = vm}));
    run(resource, schema::Object(schema::StopCommand{.vmName = name}));
  }

 private:
  static std::string disk_of(std::size_t i) { return "root-" + std::to_string(i) + ".raw"; }

  void add_resource(const std::string& host) {
    resources_.push_back(std::make_unique<ovm3::Resource>(
        [this, host](const contracts::Configuration&) -> Result<std::unique_ptr<Transport>> {
          TRESTLE_ASSIGN_OR_RETURN(auto agent, sim_.transport(host));
          return std::make_unique<SlowAgent>(std::move(agent));
        }));
    const auto set = resources_.back()->configure({.values = {{"host", host}}});
    if (!set) give_up(set.error().message());
  }

  static void run(ovm3::Resource& resource, const schema::Object& command) {
    const auto answer = resource.execute(context_for(std::chrono::minutes{5}), command);
    if (schema::result_of(answer)) return;
    const std::string* const details = schema::details_of(answer);
    give_up(std::string(command.type().name) + ": " + (details == nullptr ? "failed" : *details));
  }

  simulator::Simulator sim_;
  std::vector<std::unique_ptr<ovm3::Resource>> resources_;
};

Row pairs_row() {
  SlowEstate estate;
  std::vector<double> alone;
  for (int i = 0; i < 3; ++i) {
    const auto begun = steady_clock::now();
    estate.pair(kPairs);
    alone.push_back(Seconds(steady_clock::now() - begun).count());
  }
  const double chain = *std::ranges::max_element(alone);
  const auto begun = steady_clock::now();
  {
    std::vector<std::jthread> threads;
    for (std::size_t i = 0; i < kPairs; ++i) {
      threads.emplace_back([&estate, i] { estate.pair(i); });
    }
  }
  const double all = Seconds(steady_clock::now() - begun).count();
  constexpr double kMost = 1.3;
  return {
      .name = "200 Start/Stop pairs at once over 50 hosts, 100 ms a call",
      .value = all,
      .unit = "s",
      .ratio = all / chain,
      .peer = "one pair alone, the longest of three (" + std::to_string(chain).substr(0, 4) + " s)",
      .target = "<= 1.30 x",
      .pass = all <= kMost * chain};
}

}  // namespace

std::vector<Row> commands(const Stage& /*stage*/) { return {ping_row(), pairs_row()}; }

}  // namespace trestle::bench
