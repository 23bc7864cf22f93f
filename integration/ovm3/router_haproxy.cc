// SPDX-License-Identifier: Apache-2.0
// The load balancer of a router: HAProxy's own configuration, and the addresses that its packet
// filter lets through.
#include <algorithm>
#include <cctype>
#include <cstdint>
#include <limits>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "integration/ovm3/router_files.h"
#include "objects/ovm3/text_number.h"

namespace trestle::ovm3 {
namespace {

using Json = nlohmann::ordered_json;
using Lines = std::vector<std::string>;

constexpr std::uint32_t kMostPort = std::numeric_limits<std::uint16_t>::max();
/// HAProxy reads it as an int.
constexpr std::uint32_t kMostConnections = std::numeric_limits<std::int32_t>::max();

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

tl::unexpected<Error> wrong(std::string_view member, std::string_view why) {
  return fail(Code::kInvalidArgument,
              "member '" + std::string(member) + "' of the load balancer " + std::string(why));
}

/// Whatever stands in a configuration line must be one word: a blank or a line break would be
/// another directive. The text is not shown, for it may be a login.
Result<std::string> word(const std::string& text, std::string_view member) {
  const bool plain = !text.empty() && std::ranges::all_of(text, [](unsigned char c) {
    return c > ' ' && c < 0x7f && c != '#' && c != '"' && c != '\'' && c != '\\';
  });
  if (plain) return text;
  return wrong(member,
               "is empty or has characters that its configuration does not take; leave out "
               "blanks, line breaks, quotes, '#' and backslashes");
}

Result<std::string> number(const std::string& text, std::string_view member, std::uint32_t most) {
  const auto value = to_unsigned(text);
  if (value && *value >= 1 && *value <= most) return std::to_string(*value);
  return wrong(member, "is no number from 1 to " + std::to_string(most));
}

Result<std::string> port_at(const Json& object, const char* member,
                            const std::string& otherwise = "") {
  return number(text_at(object, member, otherwise), member, kMostPort);
}

/// Also of what goes into rules of the packet filter, whose parts are told apart by colons.
Result<std::string> address_at(const Json& object, const char* member) {
  const std::string text = text_at(object, member);
  if (ipv4_of(text)) return text;
  return wrong(member, "is no IPv4 address");
}

/// "0/0", "10.0.0.0/8,192.0.2.7".
Result<std::string> networks_at(const Json& object, const char* member) {
  const std::string text = text_at(object, member, "0/0");
  const bool plain = text.front() != ',' && text.back() != ',' &&
                     text.find(",,") == std::string::npos &&
                     text.find_first_not_of("0123456789./,") == std::string::npos;
  if (plain) return text;
  return wrong(member, "is no list of networks like 10.0.0.0/8,192.0.2.0/24");
}

std::string underlined(std::string text) {
  std::ranges::replace(text, '.', '_');
  return text;
}

/// The server takes names of methods and parameters in any case, and hands them on as they came.
bool same_name(std::string_view a, std::string_view b) {
  return std::ranges::equal(
      a, b, [](unsigned char x, unsigned char y) { return std::tolower(x) == std::tolower(y); });
}

struct Stickiness {
  std::string method = {};
  std::vector<std::pair<std::string, std::string>> parameters = {};

  [[nodiscard]] bool is(std::string_view name) const { return same_name(method, name); }
  [[nodiscard]] bool has(std::string_view name) const {
    return std::ranges::any_of(parameters,
                               [&](const auto& one) { return same_name(one.first, name); });
  }
  /// Of a parameter that needs a value where it is given.
  [[nodiscard]] Result<std::string> get(std::string_view name, const std::string& otherwise) const {
    for (const auto& [key, value] : parameters) {
      if (same_name(key, name)) return word(value, "stickinessPolicies." + std::string(name));
    }
    return otherwise;
  }
  [[nodiscard]] bool needs_http() const { return is("LbCookie") || is("AppCookie"); }
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

Result<std::string> balancer_cookie(const Stickiness& policy, const std::string& name) {
  TRESTLE_ASSIGN_OR_RETURN(const std::string cookie, policy.get("cookie-name", name));
  TRESTLE_ASSIGN_OR_RETURN(const std::string mode, policy.get("mode", "insert"));
  std::string line = "\tcookie " + cookie + " " + mode;
  for (const char* option : {"nocache", "indirect", "postonly"}) {
    if (policy.has(option)) line += std::string(" ") + option;
  }
  for (const auto& [key, value] : policy.parameters) {
    if (!same_name(key, "domain")) continue;
    TRESTLE_ASSIGN_OR_RETURN(const std::string domain, word(value, "stickinessPolicies.domain"));
    line += " domain " + domain;
  }
  return line;
}

Result<std::string> application_cookie(const Stickiness& policy, const std::string& name) {
  TRESTLE_ASSIGN_OR_RETURN(const std::string cookie, policy.get("cookie-name", name));
  TRESTLE_ASSIGN_OR_RETURN(const std::string length, policy.get("length", "52"));
  TRESTLE_ASSIGN_OR_RETURN(const std::string held, policy.get("holdtime", "3h"));
  std::string line = "\tappsession " + cookie + " len " + length + " timeout " + held;
  if (policy.has("request-learn")) line += " request-learn";
  if (policy.has("prefix")) line += " prefix";
  if (!policy.has("mode")) return line;
  TRESTLE_ASSIGN_OR_RETURN(const std::string mode, policy.get("mode", ""));
  return line + " mode " + mode;
}

Result<void> add_stickiness(const Stickiness& policy, const std::string& name, Lines& lines) {
  for (const auto& [key, value] : policy.parameters) {
    if (value.empty()) continue;  // a switch
    TRESTLE_RETURN_IF_ERROR(word(value, "stickinessPolicies." + key));
  }
  if (policy.method.empty()) return {};
  if (policy.is("LbCookie")) {
    TRESTLE_ASSIGN_OR_RETURN(std::string line, balancer_cookie(policy, name));
    lines.push_back(std::move(line));
  } else if (policy.is("AppCookie")) {
    TRESTLE_ASSIGN_OR_RETURN(std::string line, application_cookie(policy, name));
    lines.push_back(std::move(line));
  } else if (policy.is("SourceBased")) {
    TRESTLE_ASSIGN_OR_RETURN(const std::string size, policy.get("tablesize", "200k"));
    TRESTLE_ASSIGN_OR_RETURN(const std::string expire, policy.get("expire", "30m"));
    lines.push_back("\tstick-table type ip size " + size + " expire " + expire);
    lines.push_back("\tstick on src");
  } else {
    return wrong("stickinessPolicies",
                 "has a method that routers do not know; use LbCookie, AppCookie or SourceBased");
  }
  return {};
}

/// Where a balancer listens.
struct Opening {
  std::string ip;
  std::string port;
};

Result<Opening> opening_of(const Json& balancer) {
  TRESTLE_ASSIGN_OR_RETURN(std::string ip, address_at(balancer, "srcIp"));
  TRESTLE_ASSIGN_OR_RETURN(std::string port, port_at(balancer, "srcPort"));
  return Opening{.ip = std::move(ip), .port = std::move(port)};
}

Result<void> add_servers(const Json& balancer, const std::string& name, bool cookies,
                         Lines& lines) {
  const bool proxied = text_at(balancer, "lbProtocol") == "tcp-proxy";
  int count = 0;
  for (const Json& destination : list_at(balancer, "destinations")) {
    if (flag_at(destination, "revoked")) continue;
    TRESTLE_ASSIGN_OR_RETURN(const std::string to, address_at(destination, "destIp"));
    TRESTLE_ASSIGN_OR_RETURN(const std::string at, port_at(destination, "destPort"));
    const std::string server = name + "_" + std::to_string(count++);
    std::string line = "\tserver " + server;
    line.append(" ").append(to).append(":").append(at).append(" check");
    if (proxied) line += " send-proxy";
    if (cookies) line.append(" cookie ").append(server);
    lines.push_back(std::move(line));
  }
  return {};
}

Result<void> add_balancer(const Json& balancer, bool keep_alive, Lines& lines) {
  if (flag_at(balancer, "revoked")) return {};
  TRESTLE_ASSIGN_OR_RETURN(const Opening opening, opening_of(balancer));
  TRESTLE_ASSIGN_OR_RETURN(const std::string algorithm,
                           word(text_at(balancer, "algorithm", "roundrobin"), "algorithm"));
  const Stickiness policy = stickiness_of(balancer);
  const std::string name = underlined(opening.ip) + "-" + opening.port;
  lines.push_back("");
  lines.push_back("listen " + name);
  lines.push_back("\tbind " + opening.ip + ":" + opening.port);
  lines.push_back("\tbalance " + algorithm);
  TRESTLE_RETURN_IF_ERROR(add_stickiness(policy, name, lines));
  // HTTP is looked into only where something needs it.
  if (policy.needs_http() || opening.port == "80") {
    lines.push_back("\tmode http");
    lines.push_back(keep_alive ? "\tno option forceclose" : "\toption httpclose");
  }
  return add_servers(balancer, name, policy.is("LbCookie"), lines);
}

struct StatsPage {
  std::string name;
  std::string ip;
  std::string port;
};

/// Where the statistics are shown; those without an address are left out.
Result<std::vector<StatsPage>> stats_pages(const Json& command) {
  struct Place {
    std::string_view where;
    const char* name;
    const char* member;
  };
  constexpr Place kPlaces[] = {{"global", "stats_on_public", "lbStatsPublicIP"},
                               {"guest-network", "stats_on_guest", "lbStatsGuestIP"},
                               {"link-local", "stats_on_private", "lbStatsPrivateIP"}};
  const std::string where = text_at(command, "lbStatsVisibility", "disabled");
  bool known = where == "disabled" || where == "all";
  std::vector<StatsPage> pages;
  for (const Place& place : kPlaces) {
    known = known || where == place.where;
    if ((where != place.where && where != "all") || text_at(command, place.member).empty()) {
      continue;
    }
    TRESTLE_ASSIGN_OR_RETURN(std::string ip, address_at(command, place.member));
    TRESTLE_ASSIGN_OR_RETURN(std::string port, port_at(command, "lbStatsPort", "8081"));
    pages.push_back({.name = place.name, .ip = std::move(ip), .port = std::move(port)});
  }
  if (known) return pages;
  return wrong("lbStatsVisibility",
               "is none of disabled, global, guest-network, link-local and all");
}

Result<void> add_stats(const Json& command, const std::vector<StatsPage>& pages, Lines& lines) {
  for (const StatsPage& page : pages) {
    TRESTLE_ASSIGN_OR_RETURN(const std::string uri,
                             word(text_at(command, "lbStatsUri", "/"), "lbStatsUri"));
    TRESTLE_ASSIGN_OR_RETURN(const std::string login,
                             word(text_at(command, "lbStatsAuth"), "lbStatsAuth"));
    lines.push_back("");
    lines.push_back("listen " + page.name);
    lines.push_back("\tbind " + page.ip + ":" + page.port);
    lines.push_back("\tmode http");
    lines.push_back("\toption httpclose");
    lines.push_back("\tstats enable");
    lines.push_back("\tstats uri " + uri);
    lines.push_back("\tstats realm Haproxy\\ Statistics");
    lines.push_back("\tstats auth " + login);
  }
  return {};
}

Result<Lines> frame(const Json& command) {
  TRESTLE_ASSIGN_OR_RETURN(const std::string most, number(text_at(command, "maxconn", "4096"),
                                                          "maxconn", kMostConnections));
  return Lines{"global",
               "\tlog 127.0.0.1:3914 local0 warning",
               "\tmaxconn " + most,
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
Result<Json> openings(const Json& balancers, bool revoked) {
  Json all = Json::array();
  for (const Json& one : balancers) {
    if (flag_at(one, "revoked") != revoked) continue;
    TRESTLE_ASSIGN_OR_RETURN(const Opening opening, opening_of(one));
    const Json rule = opening.ip + ":" + opening.port + ":";
    if (std::ranges::find(all, rule) == all.end()) all.push_back(rule);
  }
  return all;
}

/// "ADDRESS:PORT:NETWORKS" of the pages of statistics.
Result<Json> stats_openings(const Json& command, const std::vector<StatsPage>& pages) {
  Json all = Json::array();
  for (const StatsPage& page : pages) {
    TRESTLE_ASSIGN_OR_RETURN(const std::string from, networks_at(command, "lbStatsSrcCidrs"));
    all.push_back(page.ip + ":" + page.port + ":" + from);
  }
  return all;
}

std::string router_address(const Json& command) {
  const auto access = command.find("accessDetails");
  const bool vpc = command.contains("vpcId");
  if (!vpc && access != command.end()) return text_at(*access, "router.ip");
  const auto nic = command.find("nic");
  return nic == command.end() ? "" : text_at(*nic, "ip");
}

}  // namespace

Result<std::string> load_balancer(const std::string& json, const NicNumbers& /*nics*/) {
  const Json command = Json::parse(json);
  if (!command.contains("loadBalancers")) {
    return fail(Code::kInvalidArgument, "the command lacks its member 'loadBalancers'");
  }
  const Json balancers = list_at(command, "loadBalancers");
  TRESTLE_ASSIGN_OR_RETURN(Lines lines, frame(command));
  TRESTLE_ASSIGN_OR_RETURN(const std::vector<StatsPage> pages, stats_pages(command));
  TRESTLE_RETURN_IF_ERROR(add_stats(command, pages, lines));
  for (const Json& one : balancers) {
    TRESTLE_RETURN_IF_ERROR(add_balancer(one, flag_at(command, "keepAliveEnabled"), lines));
  }
  TRESTLE_ASSIGN_OR_RETURN(Json added, openings(balancers, false));
  TRESTLE_ASSIGN_OR_RETURN(Json removed, openings(balancers, true));
  TRESTLE_ASSIGN_OR_RETURN(Json stats, stats_openings(command, pages));
  if (added.empty()) {
    // HAProxy does not start without a listener.
    lines.insert(lines.end(), {"", "listen vmops", "\tbind 0.0.0.0:9", "\toption transparent"});
  }
  Json rule{{"configuration", std::move(lines)},      {"tmp_cfg_file_path", "/etc/haproxy/"},
            {"tmp_cfg_file_name", "haproxy.cfg.new"}, {"add_rules", std::move(added)},
            {"remove_rules", std::move(removed)},     {"stat_rules", std::move(stats)},
            {"router_ip", router_address(command)}};
  return Json{{"rules", Json::array({std::move(rule)})}}.dump();
}

}  // namespace trestle::ovm3
