// SPDX-License-Identifier: Apache-2.0
#include <map>
#include <nlohmann/json.hpp>
#include <string>
#include <utility>

#include "tools/simulator/control.h"
#include "tools/simulator/vm_life.h"
#include "tools/simulator/world.h"

namespace trestle::simulator {
namespace {

using Json = nlohmann::ordered_json;

/// One request while it is carried out. Functions give the members of the answer or an error text.
struct Request {
  Simulator& simulator;
  const ControlHooks& hooks;
  const Json& json;

  [[nodiscard]] std::string text(const char* name) const {
    const auto found = json.find(name);
    return found != json.end() && found->is_string() ? found->get<std::string>() : std::string();
  }
  void changed() const {
    if (hooks.changed) hooks.changed();
  }
};

Json wrong(const std::string& error) { return {{"ok", false}, {"error", error}}; }

Json no_host(const Request& request) {
  return wrong("there is no host '" + request.text("host") + "'; inspect lists them");
}

Json summary(const Host& host) {
  const char* power = host.power == Power::kOn        ? "on"
                      : host.power == Power::kBooting ? "booting"
                                                      : "off";
  return {{"name", host.name},
          {"address", host.address},
          {"port", host.port},
          {"release", to_string(host.release)},
          {"power", power},
          {"owner", host.ownership.manager_uuid},
          {"pool", host.pool ? host.pool->uuid : ""},
          {"guests", host.domains.size()}};
}

Json inspect(const Request& request) {
  return request.simulator.with_estate([&](Estate& estate) -> Json {
    if (request.json.contains("host")) {
      const Host* host = estate.find_host(request.text("host"));
      if (host == nullptr) return no_host(request);
      Json described = Json::parse(write_host(*host));
      described.erase("password");
      return {{"ok", true}, {"host", std::move(described)}};
    }
    Json hosts = Json::array();
    for (const auto& host : estate.hosts) hosts.push_back(summary(*host));
    Json exports = Json::array();
    for (const auto& share : estate.exports) {
      exports.push_back({{"device", share->device}, {"directory", share->directory.string()}});
    }
    return {{"ok", true},
            {"now_ns", estate.now().count()},
            {"hosts", std::move(hosts)},
            {"exports", std::move(exports)}};
  });
}

Json rules(const Request& request) {
  const std::string text =
      request.simulator.with_rules([](const RuleBook& book) { return write_rules(book.rules()); });
  return {{"ok", true}, {"rules", Json::parse(text)}};
}

Json set_rule(const Request& request) {
  const auto found = request.json.find("rule");
  if (found == request.json.end()) return wrong("the member 'rule' is missing");
  auto rule = read_rule(found->dump());
  if (!rule) return wrong(rule.error().what);
  const std::string id =
      request.simulator.with_rules([&](RuleBook& book) { return book.set(*std::move(rule)); });
  request.changed();
  return {{"ok", true}, {"id", id}};
}

Json clear_rules(const Request& request) {
  const std::string id = request.text("id");
  const bool found = request.simulator.with_rules([&](RuleBook& book) { return book.clear(id); });
  request.changed();
  if (!found && !id.empty()) return wrong("there is no rule '" + id + "'");
  return {{"ok", true}};
}

Json power(const Request& request, bool on) {
  const std::string host = request.text("host");
  if (!(on ? request.simulator.power_on(host) : request.simulator.power_off(host))) {
    return no_host(request);
  }
  request.changed();
  return {{"ok", true}};
}

Json crash(const Request& request) {
  const std::string vm = request.text("vm");
  const Json answer = request.simulator.with_estate([&](Estate& estate) -> Json {
    Host* host = estate.find_host(request.text("host"));
    if (host == nullptr) return no_host(request);
    if (host->find_domain(vm) == nullptr) {
      return wrong("no guest '" + vm + "' runs on " + host->name);
    }
    crash_domain(estate, *host, vm);
    return {{"ok", true}};
  });
  request.changed();
  return answer;
}

/// What was done in a system VM: its commands and files, by its link-local address.
Json system_vm(const Request& request) {
  return request.simulator.with_estate([&](Estate& estate) -> Json {
    const auto found = estate.system_vms.find(request.text("address"));
    if (found == estate.system_vms.end()) {
      return wrong("nobody has called a system VM at '" + request.text("address") + "'");
    }
    Json runs = Json::array();
    for (const DomrRun& run : found->second.runs) {
      runs.push_back({{"host", run.host}, {"line", run.line}, {"timeout", run.timeout}});
    }
    return {{"ok", true}, {"runs", std::move(runs)}, {"files", found->second.files}};
  });
}

Json step(const Request& request) {
  const auto found = request.json.find("seconds");
  constexpr double kMost = 1e9;
  if (found == request.json.end() || !found->is_number() || found->get<double>() < 0 ||
      found->get<double>() > kMost) {
    return wrong("the member 'seconds' must be a number from 0 to 1e9");
  }
  if (!request.hooks.step) return wrong("the clock of this simulator cannot be stepped");
  request.hooks.step(std::chrono::duration_cast<std::chrono::nanoseconds>(
      std::chrono::duration<double>(found->get<double>())));
  request.simulator.advance();
  request.changed();
  return {{"ok", true}};
}

Json shut_down(const Request& request) {
  if (request.hooks.shut_down) request.hooks.shut_down();
  return {{"ok", true}};
}

Json carry_out(const Request& request) {
  using Function = Json (*)(const Request&);
  static const std::map<std::string, Function> kFunctions{
      {"inspect", inspect},
      {"rules", rules},
      {"set_rule", set_rule},
      {"clear_rules", clear_rules},
      {"power_off", [](const Request& r) { return power(r, false); }},
      {"power_on", [](const Request& r) { return power(r, true); }},
      {"crash", crash},
      {"step", step},
      {"system_vm", system_vm},
      {"shutdown", shut_down}};
  const auto found = kFunctions.find(request.text("do"));
  if (found != kFunctions.end()) return found->second(request);
  std::string all;
  for (const auto& [name, function] : kFunctions) all += (all.empty() ? "" : ", ") + name;
  return wrong("the member 'do' must be one of " + all);
}

}  // namespace

std::string control(Simulator& simulator, const ControlHooks& hooks, std::string_view line) {
  const Json json = Json::parse(line, nullptr, false);
  const Json answer = json.is_object() ? carry_out({simulator, hooks, json})
                                       : wrong("a request is a JSON object on one line");
  return answer.dump(-1, ' ', false, Json::error_handler_t::replace);
}

}  // namespace trestle::simulator
