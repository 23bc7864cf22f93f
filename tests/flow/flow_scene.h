// SPDX-License-Identifier: Apache-2.0
#ifndef TRESTLE_TESTS_FLOW_FLOW_SCENE_H_
#define TRESTLE_TESTS_FLOW_FLOW_SCENE_H_

#include <gtest/gtest.h>

#include <chrono>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "objects/core/call_context.h"
#include "objects/ovm3/agent.h"
#include "objects/wire/transport.h"
#include "tools/simulator/simulator.h"
#include "tools/simulator/world.h"

namespace trestle::flow {

/// One request that went out.
struct Sent {
  std::string host;
  std::string method;
  Effect effect;
  bool refused = false;  ///< the agent was away: it never saw the request
};

/// Notes every request before it goes on to the simulator.
class NotingTransport final : public Transport {
 public:
  NotingTransport(std::unique_ptr<Transport> inner, std::string host, std::vector<Sent>& sent)
      : inner_(std::move(inner)), host_(std::move(host)), sent_(&sent) {}
  Result<Reply> round_trip(const CallContext& ctx, const Request& request) override {
    const std::size_t place = sent_->size();
    sent_->push_back({host_, std::string(request.method), request.effect});
    auto reply = inner_->round_trip(ctx, request);
    (*sent_)[place].refused = !reply && reply.error().code == Code::kUnavailable &&
                              reply.error().what.starts_with("connection refused");
    return reply;
  }
  [[nodiscard]] std::string peer() const override { return inner_->peer(); }

 private:
  std::unique_ptr<Transport> inner_;
  std::string host_;
  std::vector<Sent>* sent_;
};

/// Hosts ovm-1, ovm-2, ... of one release and the empty export nfs-1:/export/a, in process, on a
/// stepped clock.
class FlowScene {
 public:
  static constexpr std::chrono::minutes kBudget{10};

  FlowScene(std::uint32_t hosts, simulator::Release release) : sim({.root = {}, .clock = &clock}) {
    const auto set = simulator::set_scene(sim, simulator::default_world(hosts, release));
    if (!set) ADD_FAILURE() << set.error().message();
    for (std::uint32_t i = 1; i <= hosts; ++i) {
      const std::string name = "ovm-" + std::to_string(i);
      auto transport = sim.transport(name);
      if (!transport) ADD_FAILURE() << transport.error().message();
      transports_.push_back(std::make_unique<NotingTransport>(*std::move(transport), name, sent));
    }
  }

  [[nodiscard]] CallContext ctx(std::chrono::nanoseconds budget = kBudget) const {
    return context_for(budget, clock);
  }
  /// Hosts count from 1.
  [[nodiscard]] ovm3::Agent agent(std::size_t host) const { return ovm3::Agent(transport(host)); }
  [[nodiscard]] Transport& transport(std::size_t host) const { return *transports_.at(host - 1); }
  [[nodiscard]] std::size_t hosts() const { return transports_.size(); }
  static std::string name(std::size_t host) { return "ovm-" + std::to_string(host); }
  static std::string address(std::size_t host) { return "127.0.1." + std::to_string(host); }

  /// The bytes of a reply as they would go over the wire.
  std::string body(std::size_t host, std::string_view method) {
    simulator::Host* target =
        sim.with_estate([&](simulator::Estate& estate) { return estate.hosts.at(host - 1).get(); });
    std::optional<simulator::Outcome> outcome;
    sim.submit(*target, method, {}, [&](simulator::Outcome done) { outcome = std::move(done); });
    return outcome ? std::move(outcome->body) : "the call takes time";
  }

  /// VMs that run on more than one host. There must be none, whatever goes wrong.
  std::vector<std::string> doubled_vms() {
    return sim.with_estate([](simulator::Estate& estate) {
      std::set<std::string> seen;
      std::vector<std::string> doubled;
      for (const auto& host : estate.hosts) {
        for (const simulator::Domain& domain : host->domains) {
          if (!seen.insert(domain.uuid).second) doubled.push_back(domain.name);
        }
      }
      return doubled;
    });
  }
  /// Methods of the requests that an agent has seen, in order.
  [[nodiscard]] std::vector<std::string> seen() const {
    std::vector<std::string> methods;
    for (const Sent& one : sent) {
      if (!one.refused) methods.push_back(one.method);
    }
    return methods;
  }
  /// How often each changing call went out, by host.
  [[nodiscard]] std::map<std::string, int> changing_calls() const {
    std::map<std::string, int> counts;
    for (const Sent& one : sent) {
      if (one.effect == Effect::kMutates) ++counts[one.host + " " + one.method];
    }
    return counts;
  }

  SteppedClock clock;
  simulator::Simulator sim;
  std::vector<Sent> sent;

 private:
  std::vector<std::unique_ptr<Transport>> transports_;
};

}  // namespace trestle::flow

#endif  // TRESTLE_TESTS_FLOW_FLOW_SCENE_H_
