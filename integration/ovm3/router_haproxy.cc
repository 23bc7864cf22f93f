// SPDX-License-Identifier: Apache-2.0
// The load balancer of a router: HAProxy's own configuration, and the addresses that its packet
// filter lets through.
#include <algorithm>
#include <cstdint>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "integration/ovm3/router_files.h"

namespace trestle::ovm3 {
namespace {

using Json = nlohmann::ordered_json;
using Lines = std::vector<std::string>;

std::string text_at(const Json& object, const char* name, const std::string& otherwise = "") {
  const auto found = object.find(name);
  if (found == object.end()) return otherwise;
  if (found->is_number_integer()) return std::to_string(found->get<std::int64_t>());
  return found->is_string() && !found->get<std::string>().empty() ? found->get<std::string>()
                                                                  : otherwise;
}

bool flag_at(const Json& object, const char* name) {
  const auto found = object.find(name);
  return found != object.end() && found->is_boolean() && found->get<bool>();
}

Json list_at(const Json& object, const char* name) {
  const auto found = object.find(name);
  return found != object.end() && found->is_array() ? *found : Json::array();
}

/// Whatever stands in a configuration line must be one word: a blank or a line break would be
/// another directive.
Result<std::string> word(const std::string& text, std::string_view what) {
  const bool plain = !text.empty() && std::ranges::all_of(text, [](unsigned char c) {
    return c > ' ' && c < 0x7f && c != '#' && c != '"' && c != '\'' && c != '\\';
  });
  if (plain) return text;
  return fail(Code::kInvalidArgument,
              std::string(what) +
                  " of the load balancer is empty or has characters that its "
                  "configuration does not take");
}

std::string underlined(std::string text) {
  std::ranges::replace(text, '.', '_');
  return text;
}

struct Stickiness {
  std::string method = {};
  std::vector<std::pair<std::string, std::string>> parameters = {};

  [[nodiscard]] std::string get(std::string_view name, std::string otherwise = "") const {
    for (const auto& [key, value] : parameters) {
      if (key == name) return value;
    }
    return otherwise;
  }
  [[nodiscard]] bool has(std::string_view name) const {
    return std::ranges::any_of(parameters, [&](const auto& one) { return one.first == name; });
  }
  [[nodiscard]] bool needs_http() const { return method == "LbCookie" || method == "AppCookie"; }
};

/// The last policy holds, as the server replaces one by another.
Stickiness stickiness_of(const Json& balancer) {
  Stickiness found;
  for (const Json& policy : list_at(balancer, "stickinessPolicies")) {
    found = {.method = text_at(policy, "_methodName"), .parameters = {}};
    for (const Json& pair : list_at(policy, "_paramsList")) {
      found.parameters.emplace_back(text_at(pair, "t"), text_at(pair, "u"));
    }
  }
  return found;
}

Result<void> add_stickiness(const Stickiness& policy, const std::string& name, Lines& lines) {
  if (policy.method == "LbCookie") {
    TRESTLE_ASSIGN_OR_RETURN(const std::string cookie,
                             word(policy.get("cookie-name", name), "the cookie's name"));
    std::string line = "\tcookie " + cookie + " " + policy.get("mode", "insert");
    for (const char* option : {"nocache", "indirect", "postonly"}) {
      if (policy.has(option)) line += std::string(" ") + option;
    }
    if (policy.has("domain")) line += " domain " + policy.get("domain");
    lines.push_back(line);
  } else if (policy.method == "AppCookie") {
    TRESTLE_ASSIGN_OR_RETURN(const std::string cookie,
                             word(policy.get("cookie-name", name), "the cookie's name"));
    std::string line = "\tappsession " + cookie + " len " + policy.get("length", "52") +
                       " timeout " + policy.get("holdtime", "3h");
    if (policy.has("request-learn")) line += " request-learn";
    if (policy.has("prefix")) line += " prefix";
    if (policy.has("mode")) line += " mode " + policy.get("mode");
    lines.push_back(line);
  } else if (policy.method == "SourceBased") {
    lines.push_back("\tstick-table type ip size " + policy.get("tablesize", "200k") + " expire " +
                    policy.get("expire", "30m"));
    lines.push_back("\tstick on src");
  }
  return {};
}

Result<void> add_balancer(const Json& balancer, bool keep_alive, Lines& lines) {
  if (flag_at(balancer, "revoked")) return {};
  TRESTLE_ASSIGN_OR_RETURN(const std::string ip, word(text_at(balancer, "srcIp"), "the address"));
  TRESTLE_ASSIGN_OR_RETURN(const std::string port, word(text_at(balancer, "srcPort"), "the port"));
  TRESTLE_ASSIGN_OR_RETURN(const std::string algorithm,
                           word(text_at(balancer, "algorithm", "roundrobin"), "the algorithm"));
  const Stickiness policy = stickiness_of(balancer);
  for (const auto& [key, value] : policy.parameters) {
    if (value.empty()) continue;  // a switch
    TRESTLE_RETURN_IF_ERROR(word(value, "parameter " + key + " of the stickiness"));
  }
  const std::string name = underlined(ip) + "-" + port;
  lines.push_back("");
  lines.push_back("listen " + name);
  lines.push_back("\tbind " + ip + ":" + port);
  lines.push_back("\tbalance " + algorithm);
  TRESTLE_RETURN_IF_ERROR(add_stickiness(policy, name, lines));
  // HTTP is looked into only where something needs it.
  if (policy.needs_http() || port == "80") {
    lines.push_back("\tmode http");
    lines.push_back(keep_alive ? "\tno option forceclose" : "\toption httpclose");
  }
  int number = 0;
  for (const Json& destination : list_at(balancer, "destinations")) {
    if (flag_at(destination, "revoked")) continue;
    TRESTLE_ASSIGN_OR_RETURN(const std::string to,
                             word(text_at(destination, "destIp"), "a destination"));
    TRESTLE_ASSIGN_OR_RETURN(const std::string at,
                             word(text_at(destination, "destPort"), "a destination's port"));
    const std::string server = name + "_" + std::to_string(number++);
    lines.push_back("\tserver " + server + " " + to + ":" + at + " check" +
                    (policy.method == "LbCookie" ? " cookie " + server : ""));
  }
  return {};
}

struct StatsPage {
  std::string name;
  std::string ip;
};

/// Where the statistics are shown.
std::vector<StatsPage> stats_pages(const Json& command) {
  const std::string where = text_at(command, "lbStatsVisibility", "disabled");
  const StatsPage guest{"stats_on_guest", text_at(command, "lbStatsGuestIP")};
  const StatsPage open{"stats_on_public", text_at(command, "lbStatsPublicIP")};
  const StatsPage link{"stats_on_private", text_at(command, "lbStatsPrivateIP")};
  if (where == "guest-network") return {guest};
  if (where == "global") return {open};
  if (where == "link-local") return {link};
  if (where == "all") return {open, guest, link};
  return {};
}

Result<void> add_stats(const Json& command, Lines& lines) {
  for (const StatsPage& page : stats_pages(command)) {
    if (page.ip.empty()) continue;
    TRESTLE_ASSIGN_OR_RETURN(const std::string ip, word(page.ip, "the statistics' address"));
    TRESTLE_ASSIGN_OR_RETURN(const std::string uri,
                             word(text_at(command, "lbStatsUri", "/"), "the statistics' path"));
    TRESTLE_ASSIGN_OR_RETURN(const std::string login,
                             word(text_at(command, "lbStatsAuth"), "the statistics' login"));
    lines.push_back("");
    lines.push_back("listen " + page.name);
    lines.push_back("\tbind " + ip + ":" + text_at(command, "lbStatsPort", "8081"));
    lines.push_back("\tmode http");
    lines.push_back("\toption httpclose");
    lines.push_back("\tstats enable");
    lines.push_back("\tstats uri " + uri);
    lines.push_back("\tstats realm Haproxy\\ Statistics");
    lines.push_back("\tstats auth " + login);
  }
  return {};
}

Lines frame(const Json& command) {
  return {"global",
          "\tlog 127.0.0.1:3914 local0 warning",
          "\tmaxconn " + text_at(command, "maxconn", "4096"),
          "\tchroot /var/lib/haproxy",
          "\tuser haproxy",
          "\tgroup haproxy",
          "\tdaemon",
          "",
          "defaults",
          "\tlog global",
          "\tmode tcp",
          "\toption dontlognull",
          "\tretries 3",
          "\toption redispatch",
          "\toption forwardfor",
          "\ttimeout connect 5000",
          "\ttimeout client 50000",
          "\ttimeout server 50000"};
}

/// "ADDRESS:PORT:" of the balancers that are taken away, or of the others; each once.
Json openings(const Json& balancers, bool revoked) {
  Json all = Json::array();
  for (const Json& one : balancers) {
    if (flag_at(one, "revoked") != revoked) continue;
    const Json rule = text_at(one, "srcIp") + ":" + text_at(one, "srcPort") + ":";
    if (std::ranges::find(all, rule) == all.end()) all.push_back(rule);
  }
  return all;
}

}  // namespace

Result<std::string> load_balancer(const std::string& json, const NicNumbers& /*nics*/) {
  const Json command = Json::parse(json);
  if (!command.contains("loadBalancers")) {
    return fail(Code::kInvalidArgument, "the command lacks its member 'loadBalancers'");
  }
  const Json balancers = list_at(command, "loadBalancers");
  Lines lines = frame(command);
  TRESTLE_RETURN_IF_ERROR(add_stats(command, lines));
  bool any = false;
  for (const Json& one : balancers) {
    TRESTLE_RETURN_IF_ERROR(add_balancer(one, flag_at(command, "keepAliveEnabled"), lines));
    any = any || !flag_at(one, "revoked");
  }
  if (!any) {
    // HAProxy does not start without a listener.
    lines.insert(lines.end(), {"", "listen vmops", "\tbind 0.0.0.0:9", "\toption transparent"});
  }
  Json stats = Json::array();
  for (const StatsPage& page : stats_pages(command)) {
    if (page.ip.empty()) continue;
    stats.push_back(page.ip + ":" + text_at(command, "lbStatsPort", "8081") + ":" +
                    text_at(command, "lbStatsSrcCidrs", "0/0"));
  }
  const auto access = command.find("accessDetails");
  const bool vpc = command.contains("vpcId");
  const Json nic = command.contains("nic") ? command.at("nic") : Json::object();
  const std::string router =
      vpc || access == command.end() ? text_at(nic, "ip") : text_at(*access, "router.ip");
  Json rule{{"configuration", lines},
            {"tmp_cfg_file_path", "/etc/haproxy/"},
            {"tmp_cfg_file_name", "haproxy.cfg.new"},
            {"add_rules", openings(balancers, false)},
            {"remove_rules", openings(balancers, true)},
            {"stat_rules", std::move(stats)},
            {"router_ip", router}};
  return Json{{"rules", Json::array({std::move(rule)})}}.dump();
}

}  // namespace trestle::ovm3
