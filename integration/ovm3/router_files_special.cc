// SPDX-License-Identifier: Apache-2.0
// Files of routers that are more than the members of a command under other names.
#include <algorithm>
#include <bit>
#include <charconv>
#include <cstdint>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <vector>

#include "integration/ovm3/router_files.h"
#include "objects/ovm3/text_number.h"

namespace trestle::ovm3 {
namespace {

using Json = nlohmann::ordered_json;

std::string text_at(const Json& object, const char* name) {
  const auto found = object.find(name);
  return found != object.end() && found->is_string() ? found->get<std::string>() : "";
}

bool flag_at(const Json& object, const char* name) {
  const auto found = object.find(name);
  return found != object.end() && found->is_boolean() && found->get<bool>();
}

std::int64_t number_at(const Json& object, const char* name, std::int64_t otherwise) {
  const auto found = object.find(name);
  return found != object.end() && found->is_number_integer() ? found->get<std::int64_t>()
                                                             : otherwise;
}

/// What the server says about the router itself.
std::string access_detail(const Json& command, const char* name) {
  const auto all = command.find("accessDetails");
  return all == command.end() || !all->is_object() ? "" : text_at(*all, name);
}

tl::unexpected<Error> lacks(std::string_view member) {
  return fail(Code::kInvalidArgument, "the command lacks its member '" + std::string(member) + "'");
}

Result<const Json*> list_at(const Json& command, const char* name) {
  const auto found = command.find(name);
  if (found == command.end() || !found->is_array()) return lacks(name);
  return &*found;
}

std::string dotted(std::uint32_t bits) {
  return std::to_string(bits >> 24U) + "." + std::to_string((bits >> 16U) & 255U) + "." +
         std::to_string((bits >> 8U) & 255U) + "." + std::to_string(bits & 255U);
}

/// "255.255.255.0" has 24.
Result<std::string> prefix_length(const Json& nic) {
  const std::string netmask = text_at(nic, "netmask");
  const auto bits = ipv4_of(netmask);
  const int ones = bits ? std::countl_one(*bits) : 0;
  if (!bits || ones != std::popcount(*bits)) {
    return fail(Code::kInvalidArgument,
                "member 'netmask' of the NIC is '" + netmask + "', and no netmask");
  }
  return std::to_string(ones);
}

/// "172.20.3.0/16" is the network "172.20.0.0/16".
Result<std::string> network_of(const std::string& cidr) {
  const auto slash = cidr.find('/');
  const auto bits = ipv4_of(std::string_view(cidr).substr(0, slash));
  unsigned length = 33;
  if (slash != std::string::npos) {
    const char* const end = cidr.data() + cidr.size();
    const auto read = std::from_chars(cidr.data() + slash + 1, end, length);
    if (read.ptr != end) length = 33;
  }
  if (!bits || length > 32) {
    return fail(Code::kInvalidArgument,
                "member 'targetCidr' is '" + cidr + "', and no network; use ADDRESS/LENGTH");
  }
  const std::uint32_t mask = length == 0 ? 0 : ~std::uint32_t{0} << (32U - length);
  return dotted(*bits & mask) + "/" + std::to_string(length);
}

/// The guest's name of the NIC with this MAC address.
Result<std::string> interface_of(const Json& nic, const NicNumbers& nics) {
  TRESTLE_ASSIGN_OR_RETURN(const std::int32_t number, nics.number(text_at(nic, "mac")));
  return "eth" + std::to_string(number);
}

void put(Json& object, const char* name, const std::string& text) {
  if (!text.empty()) object[name] = text;
}

/// One word of the monitor's configuration, whose parts end with colons, commas and brackets.
Result<std::string> monitor_word(const Json& service, const char* member) {
  std::string text = text_at(service, member);
  const bool plain = std::ranges::all_of(text, [](unsigned char c) {
    return c > ' ' && c < 0x7f && c != ':' && c != ',' && c != '[' && c != ']';
  });
  if (plain) return text;
  return fail(Code::kInvalidArgument,
              "member '" + std::string(member) +
                  "' of a monitored service has a blank, colon, comma or bracket, which the "
                  "monitor's configuration does not take");
}

/// One rule for each network: the router's packet filter takes one at a time, in this order.
Result<void> add_acl_rules(const Json& rule, Json& out) {
  std::string protocol = text_at(rule, "protocol");
  std::ranges::transform(protocol, protocol.begin(), [](char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  });
  Json made = Json::object();
  const auto ports = rule.find("portRange");
  if (protocol == "icmp") {
    made = {{"type", "icmp"},
            {"icmp_type", number_at(rule, "icmpType", -1)},
            {"icmp_code", number_at(rule, "icmpCode", -1)}};
  } else if (protocol == "tcp" || protocol == "udp") {
    if (ports == rule.end() || !ports->is_array() || ports->size() != 2) return lacks("portRange");
    made = {{"type", protocol}, {"first_port", (*ports)[0]}, {"last_port", (*ports)[1]}};
  } else if (protocol == "all") {
    made = {{"type", "all"}};
  } else {
    unsigned number = 256;
    const auto read = std::from_chars(protocol.data(), protocol.data() + protocol.size(), number);
    if (protocol.empty() || read.ptr != protocol.data() + protocol.size() || number > 255) {
      return fail(Code::kInvalidArgument, "'" + protocol +
                                              "' is no protocol of an ACL rule: use tcp, udp, "
                                              "icmp, all or a number to 255");
    }
    made = {{"type", "protocol"}, {"protocol", number}};
  }
  made["allowed"] = text_at(rule, "action") == "ACCEPT";
  const auto cidrs = rule.find("cidrList");
  if (cidrs == rule.end() || !cidrs->is_array()) return lacks("cidrList");
  // A rule for nobody would be none: what it was to keep out would come in.
  if (cidrs->empty()) {
    return fail(Code::kInvalidArgument,
                "member 'cidrList' of an ACL rule is empty; name its networks, 0.0.0.0/0 for all");
  }
  for (const Json& cidr : *cidrs) {
    made["cidr"] = cidr;
    out.push_back(made);
  }
  return {};
}

Result<void> add_aliases(const Json& list, bool revoke, Json& out) {
  for (const Json& one : list) {
    const std::string count = text_at(one, "aliasCount");
    const auto number = to_integer(count);
    if (!number) {
      return fail(Code::kInvalidArgument, "member 'aliasCount' is '" + count + "', and no number");
    }
    Json alias{{"revoke", revoke}};
    put(alias, "ip_address", text_at(one, "routerip"));
    put(alias, "netmask", text_at(one, "netmask"));
    alias["count"] = *number;
    out.push_back(std::move(alias));
  }
  return {};
}

}  // namespace

std::optional<std::uint32_t> ipv4_of(std::string_view text) {
  std::uint32_t bits = 0;
  const char* at = text.data();
  const char* const end = at + text.size();
  for (int part = 0; part < 4; ++part) {
    unsigned number = 0;
    const auto read = std::from_chars(at, end, number);
    if (read.ec != std::errc() || number > 255) return std::nullopt;
    bits = (bits << 8U) | number;
    at = read.ptr;
    if (part == 3) break;
    if (at == end || *at != '.') return std::nullopt;
    ++at;
  }
  return at == end ? std::optional(bits) : std::nullopt;
}

Result<std::string> ip_association(const std::string& json, const NicNumbers& nics) {
  const Json command = Json::parse(json);
  TRESTLE_ASSIGN_OR_RETURN(const Json* addresses, list_at(command, "ipAddresses"));
  Json list = Json::array();
  for (const Json& one : *addresses) {
    const std::string mac = text_at(one, "vifMacAddress");
    if (mac.empty()) return lacks("vifMacAddress");
    const bool add = flag_at(one, "add");
    // An address went with its NIC.
    if (!add && !nics.has(mac)) continue;
    TRESTLE_ASSIGN_OR_RETURN(const std::int32_t number, nics.number(mac));
    Json address = Json::object();
    put(address, "public_ip", text_at(one, "publicIp"));
    address["source_nat"] = flag_at(one, "sourceNat");
    address["add"] = add;
    address["one_to_one_nat"] = flag_at(one, "oneToOneNat");
    address["first_i_p"] = flag_at(one, "firstIP");
    put(address, "gateway", text_at(one, "vlanGateway"));
    put(address, "netmask", text_at(one, "vlanNetmask"));
    put(address, "vif_mac_address", mac);
    address["nic_dev_id"] = number;
    address["new_nic"] = flag_at(one, "newNic");
    std::string traffic = text_at(one, "trafficType");
    if (!traffic.empty()) traffic[0] = static_cast<char>(traffic[0] | 0x20);
    put(address, "nw_type", traffic);
    list.push_back(std::move(address));
  }
  return Json{{"ip_address", std::move(list)}}.dump();
}

Result<std::string> guest_network(const std::string& json, const NicNumbers& nics) {
  const Json command = Json::parse(json);
  const auto nic = command.find("nic");
  if (nic == command.end()) return lacks("nic");
  TRESTLE_ASSIGN_OR_RETURN(const std::string device, interface_of(*nic, nics));
  TRESTLE_ASSIGN_OR_RETURN(const std::string length, prefix_length(*nic));
  std::string dns = text_at(command, "defaultDns1");
  const std::string second = text_at(command, "defaultDns2");
  if (!second.empty()) dns += (dns.empty() ? "" : ",") + second;
  Json out{{"add", flag_at(command, "add")}, {"mac_address", text_at(*nic, "mac")}};
  out["device"] = device;
  put(out, "router_guest_ip", access_detail(command, "router.guest.ip"));
  put(out, "router_guest_netmask", text_at(*nic, "netmask"));
  put(out, "router_guest_gateway", access_detail(command, "guest.network.gateway"));
  put(out, "cidr", length);
  put(out, "dns", dns);
  put(out, "domain_name", text_at(command, "networkDomain"));
  return out.dump();
}

Result<std::string> network_acl(const std::string& json, const NicNumbers& nics) {
  const Json command = Json::parse(json);
  const auto nic = command.find("nic");
  if (nic == command.end()) return lacks("nic");
  TRESTLE_ASSIGN_OR_RETURN(const Json* rules, list_at(command, "rules"));
  TRESTLE_ASSIGN_OR_RETURN(const std::string device, interface_of(*nic, nics));
  TRESTLE_ASSIGN_OR_RETURN(const std::string length, prefix_length(*nic));
  std::vector<Json> ordered(rules->begin(), rules->end());
  std::ranges::stable_sort(ordered, {},
                           [](const Json& rule) { return number_at(rule, "number", 0); });
  Json ingress = Json::array();
  Json egress = Json::array();
  for (const Json& rule : ordered) {
    if (flag_at(rule, "revoked")) continue;
    const std::string traffic = text_at(rule, "trafficType");
    if (traffic.empty()) return lacks("trafficType");
    TRESTLE_RETURN_IF_ERROR(add_acl_rules(rule, traffic == "Ingress" ? ingress : egress));
  }
  return Json{{"device", device},
              {"mac_address", text_at(*nic, "mac")},
              {"private_gateway_acl", !access_detail(command, "vpc.gateway.private").empty()},
              {"nic_ip", text_at(*nic, "ip")},
              {"nic_netmask", length},
              {"ingress_rules", std::move(ingress)},
              {"egress_rules", std::move(egress)}}
      .dump();
}

Result<std::string> static_routes(const std::string& json, const NicNumbers& /*nics*/) {
  const Json command = Json::parse(json);
  TRESTLE_ASSIGN_OR_RETURN(const Json* given, list_at(command, "staticRoutes"));
  Json routes = Json::array();
  for (const Json& one : *given) {
    const std::string state = text_at(one, "state");
    TRESTLE_ASSIGN_OR_RETURN(const std::string network, network_of(text_at(one, "targetCidr")));
    Json route{{"revoke", state != "Active" && state != "Add"}};
    put(route, "ip_address", text_at(one, "ipAddress"));
    put(route, "gateway", text_at(one, "gateway"));
    put(route, "network", network);
    routes.push_back(std::move(route));
  }
  return Json{{"routes", std::move(routes)}}.dump();
}

Result<std::string> monitor_service(const std::string& json, const NicNumbers& /*nics*/) {
  const Json command = Json::parse(json);
  TRESTLE_ASSIGN_OR_RETURN(const Json* services, list_at(command, "services"));
  std::string config;
  for (const Json& one : *services) {
    TRESTLE_ASSIGN_OR_RETURN(const std::string service, monitor_word(one, "service"));
    TRESTLE_ASSIGN_OR_RETURN(const std::string process, monitor_word(one, "processname"));
    TRESTLE_ASSIGN_OR_RETURN(const std::string name, monitor_word(one, "serviceName"));
    TRESTLE_ASSIGN_OR_RETURN(const std::string pid, monitor_word(one, "pidFile"));
    config.append("[").append(service).append("]:processname=").append(process);
    config.append(":servicename=").append(name).append(":pidfile=").append(pid).append(":,");
  }
  Json out{{"config", config}};
  put(out, "disable_monitoring", access_detail(command, "router.monitor.enable"));
  return out.dump();
}

Result<std::string> ip_aliases(const std::string& json, const NicNumbers& /*nics*/) {
  const Json command = Json::parse(json);
  Json aliases = Json::array();
  if (const auto gone = command.find("deleteIpAliasTOs"); gone != command.end()) {
    TRESTLE_RETURN_IF_ERROR(add_aliases(*gone, true, aliases));
  }
  // The two commands spell the list of those to keep differently.
  for (const char* name : {"ipAliasTOs", "createIpAliasTos"}) {
    const auto kept = command.find(name);
    if (kept != command.end()) TRESTLE_RETURN_IF_ERROR(add_aliases(*kept, false, aliases));
  }
  return Json{{"aliases", std::move(aliases)}}.dump();
}

}  // namespace trestle::ovm3
