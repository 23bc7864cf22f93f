// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <string>

#include "integration/ovm3/router_items.h"
#include "integration/schema/codec.h"

namespace trestle::ovm3 {
namespace {

using Json = nlohmann::json;
using ::testing::HasSubstr;

/// The file that a command, given by its class and members, becomes.
Result<Json> file_for(const std::string& name, const Json& members) {
  const Json body = Json::array({{{"com.cloud.agent.api." + name, members}}});
  TRESTLE_ASSIGN_OR_RETURN(const schema::Body read, schema::decode_body(body.dump()));
  TRESTLE_ASSIGN_OR_RETURN(const auto items, router_items(read.messages.front(), NicNumbers()));
  if (items.size() != 2) return fail(Code::kInternal, "a file and a script are expected");
  EXPECT_EQ(items[1].shown(), "update_config.py " + items[0].name);
  return Json::parse(items[0].content.reveal());
}

void expect_file(const std::string& name, const Json& members, const Json& wanted) {
  const auto made = file_for(name, members);
  ASSERT_TRUE(made) << name << ": " << made.error().message();
  EXPECT_EQ(*made, wanted) << name;
}

// proves SetFirewallRulesCommand, SetPortForwardingRulesCommand, SetPortForwardingRulesVpcCommand
// proves SetStaticNatRulesCommand
TEST(RouterFiles, OfRulesNameThemAsTheRouterDoes) {
  expect_file("routing.SetFirewallRulesCommand",
              {{"rules",
                {{{"id", 11},
                  {"srcIp", "10.10.10.22"},
                  {"protocol", "tcp"},
                  {"srcPortRange", {22, 22}},
                  {"revoked", false},
                  {"alreadyAdded", false},
                  {"sourceCidrList", {"0.0.0.0/0"}},
                  {"purpose", "Firewall"},
                  {"trafficType", "Ingress"},
                  {"defaultEgressPolicy", false},
                  {"type", "User"}}}}},
              {{"rules",
                {{{"id", 11},
                  {"src_ip", "10.10.10.22"},
                  {"protocol", "tcp"},
                  {"src_port_range", {22, 22}},
                  {"revoked", false},
                  {"already_added", false},
                  {"source_cidr_list", {"0.0.0.0/0"}},
                  {"purpose", "Firewall"},
                  {"traffic_type", "Ingress"},
                  {"default_egress_policy", false}}}},
               {"type", "firewallrules"}});
  const Json rule{{"revoked", true},          {"protocol", "UDP"},   {"srcIp", "10.1.1.2"},
                  {"srcPortRange", {53, 60}}, {"dstIp", "10.1.1.9"}, {"dstPortRange", {153, 160}}};
  const Json forwarded{{"rules",
                        {{{"revoke", true},
                          {"protocol", "udp"},
                          {"source_ip_address", "10.1.1.2"},
                          {"source_port_range", "53:60"},
                          {"destination_ip_address", "10.1.1.9"},
                          {"destination_port_range", "153:160"}}}},
                       {"type", "forwardrules"}};
  expect_file("routing.SetPortForwardingRulesCommand", {{"rules", {rule}}}, forwarded);
  expect_file("routing.SetPortForwardingRulesVpcCommand", {{"rules", {rule}}}, forwarded);
  expect_file("routing.SetStaticNatRulesCommand",
              {{"rules", {{{"srcIp", "10.1.1.2"}, {"dstIp", "10.1.1.9"}}}}},
              {{"rules",
                {{{"revoke", false},
                  {"source_ip_address", "10.1.1.2"},
                  {"source_port_range", "0:0"},
                  {"destination_ip_address", "10.1.1.9"}}}},
               {"type", "staticnatrules"}});
  // Without the list nobody knows whether all rules are to go.
  EXPECT_EQ(file_for("routing.SetStaticNatRulesCommand", Json::object()).error().code,
            Code::kInvalidArgument);
  EXPECT_EQ(
      file_for("routing.SetPortForwardingRulesCommand", {{"rules", {{{"srcPortRange", {1}}}}}})
          .error()
          .code,
      Code::kInvalidArgument);
}

// proves DhcpEntryCommand, VmDataCommand, DnsMasqConfigCommand
TEST(RouterFiles, OfGuestsTellWhoTheyAre) {
  expect_file("routing.DhcpEntryCommand",
              {{"vmMac", "02:00:4d:5e:00:01"},
               {"vmIpAddress", "10.1.1.87"},
               {"vmName", "web01"},
               {"defaultRouter", "10.1.1.1"},
               {"defaultDns", "10.1.1.1"},
               {"isDefault", true}},
              {{"host_name", "web01"},
               {"mac_address", "02:00:4d:5e:00:01"},
               {"ipv4_address", "10.1.1.87"},
               {"dns_addresses", "10.1.1.1"},
               {"default_gateway", "10.1.1.1"},
               {"default_entry", true},
               {"type", "dhcpentry"}});
  const Json data = Json::array({Json::array({"userdata", "user-data", "I2Nsb3Vk"}),
                                 Json::array({"metadata", "public-keys", nullptr})});
  expect_file("routing.VmDataCommand", {{"vmIpAddress", "10.1.1.87"}, {"vmData", data}},
              {{"vm_ip_address", "10.1.1.87"}, {"vm_metadata", data}, {"type", "vmdata"}});
  expect_file("routing.DnsMasqConfigCommand",
              {{"dhcpTOs",
                {{{"routerIp", "10.1.1.1"},
                  {"gateway", "10.1.1.1"},
                  {"netmask", "255.255.255.0"},
                  {"startIpOfSubnet", "10.1.1.0"}}}}},
              {{"entries",
                {{{"router_ip_address", "10.1.1.1"},
                  {"gateway", "10.1.1.1"},
                  {"netmask", "255.255.255.0"},
                  {"first_ip_of_subnet", "10.1.1.0"}}}},
               {"type", "dhcpconfig"}});
}

// proves VpnUsersCfgCommand, RemoteAccessVpnCfgCommand, Site2SiteVpnCfgCommand
TEST(RouterFiles, OfVpnsCarryTheirKeys) {
  expect_file("routing.VpnUsersCfgCommand",
              {{"userpwds", {{{"username", "ann"}, {"password", "pw"}, {"add", true}}}}},
              {{"vpn_users", {{{"user", "ann"}, {"password", "pw"}, {"add", true}}}},
               {"type", "vpnuserlist"}});
  expect_file("routing.RemoteAccessVpnCfgCommand",
              {{"create", true},
               {"vpnServerIp", "10.10.10.22"},
               {"ipRange", "10.1.2.2-10.1.2.8"},
               {"presharedKey", "4uS2q7Xz"},
               {"localIp", "10.1.2.1"},
               {"localCidr", "10.1.1.0/24"},
               {"publicInterface", "eth2"}},
              {{"create", true},
               {"vpn_server_ip", "10.10.10.22"},
               {"ip_range", "10.1.2.2-10.1.2.8"},
               {"preshared_key", "4uS2q7Xz"},
               {"local_ip", "10.1.2.1"},
               {"local_cidr", "10.1.1.0/24"},
               {"public_interface", "eth2"},
               {"type", "remoteaccessvpn"}});
  const auto site = file_for("routing.Site2SiteVpnCfgCommand", {{"create", true},
                                                                {"localPublicIp", "10.10.10.22"},
                                                                {"peerGatewayIp", "198.51.100.7"},
                                                                {"ipsecPsk", "k3y"},
                                                                {"ikeLifetime", 86400},
                                                                {"dpd", true}});
  ASSERT_TRUE(site) << site.error().message();
  EXPECT_EQ(site->at("ipsec_psk"), "k3y");
  EXPECT_EQ(site->at("peer_gateway_ip"), "198.51.100.7");
  EXPECT_EQ(site->at("ike_lifetime"), 86400);
  EXPECT_EQ(site->at("type"), "site2sitevpn");
}

// proves SetStaticRouteCommand, SetMonitorServiceCommand, CreateIpAliasCommand
// proves DeleteIpAliasCommand
TEST(RouterFiles, OfRoutesAliasesAndServices) {
  expect_file("routing.SetStaticRouteCommand",
              {{"staticRoutes",
                {{{"targetCidr", "172.20.3.9/16"},
                  {"state", "Active"},
                  {"gateway", "10.99.0.1"},
                  {"ipAddress", "10.99.0.5"}},
                 {{"targetCidr", "172.21.0.0/16"}, {"state", "Revoke"}}}}},
              {{"routes",
                {{{"revoke", false},
                  {"ip_address", "10.99.0.5"},
                  {"gateway", "10.99.0.1"},
                  {"network", "172.20.0.0/16"}},
                 {{"revoke", true}, {"network", "172.21.0.0/16"}}}},
               {"type", "staticroutes"}});
  EXPECT_FALSE(file_for("routing.SetStaticRouteCommand",
                        {{"staticRoutes", {{{"targetCidr", "172.20.0.0/33"}}}}}));
  const Json alias{{"routerip", "10.1.1.201"}, {"netmask", "255.255.255.0"}, {"aliasCount", "1"}};
  const Json kept{
      {"revoke", false}, {"ip_address", "10.1.1.201"}, {"netmask", "255.255.255.0"}, {"count", 1}};
  Json gone = kept;
  gone["revoke"] = true;
  expect_file("routing.CreateIpAliasCommand", {{"ipAliasTOs", {alias}}},
              {{"aliases", {kept}}, {"type", "ipaliases"}});
  expect_file("routing.DeleteIpAliasCommand",
              {{"deleteIpAliasTOs", {alias}}, {"createIpAliasTos", {alias}}},
              {{"aliases", {gone, kept}}, {"type", "ipaliases"}});
  for (const char* count : {"one", "", "99999999999999999999"}) {
    const auto bad = file_for("routing.CreateIpAliasCommand",
                              {{"ipAliasTOs", {{{"routerip", "1.2.3.4"}, {"aliasCount", count}}}}});
    ASSERT_FALSE(bad) << count;
    EXPECT_THAT(bad.error().what, HasSubstr("'aliasCount'"));
  }
  expect_file("routing.SetMonitorServiceCommand",
              {{"services",
                {{{"id", 1},
                  {"service", "dhcp"},
                  {"processname", "dnsmasq"},
                  {"serviceName", "dnsmasq"},
                  {"pidFile", "/var/run/dnsmasq/dnsmasq.pid"}}}},
               {"accessDetails", {{"router.monitor.enable", "true"}}}},
              {{"config",
                "[dhcp]:processname=dnsmasq:servicename=dnsmasq:pidfile=/var/run/dnsmasq/"
                "dnsmasq.pid:,"},
               {"disable_monitoring", "true"},
               {"type", "monitorservice"}});
}

// The router's monitor takes its configuration apart at these characters.
TEST(RouterFiles, OfServicesAreOneWordEach) {
  for (const char* member : {"service", "processname", "serviceName", "pidFile"}) {
    for (const char* hostile : {"a:processname=b", "a,[c]", "a]", "a b", "a\nb"}) {
      Json service{{"service", "s"}, {"processname", "p"}, {"serviceName", "n"}, {"pidFile", "/f"}};
      service[member] = hostile;
      const auto made =
          file_for("routing.SetMonitorServiceCommand", {{"services", Json::array({service})}});
      ASSERT_FALSE(made) << member << " " << hostile;
      EXPECT_THAT(made.error().what, HasSubstr("'" + std::string(member) + "'"));
    }
  }
}

Json balancer() {
  return {{"srcIp", "10.10.10.22"},
          {"srcPort", 80},
          {"algorithm", "leastconn"},
          {"destinations",
           {{{"destIp", "10.1.1.87"}, {"destPort", 8080}},
            {{"destIp", "10.1.1.88"}, {"destPort", 8080}, {"revoked", true}}}},
          {"stickinessPolicies",
           {{{"_methodName", "LbCookie"},
             {"_paramsList", {{{"t", "cookie-name"}, {"u", "SRVID"}}, {{"t", "nocache"}}}}}}}};
}

std::string lines_of(const Json& file) {
  std::string all;
  for (const Json& line : file.at("rules")[0].at("configuration")) {
    all += line.get<std::string>() + "\n";
  }
  return all;
}

// proves LoadBalancerConfigCommand
TEST(RouterFiles, OfALoadBalancerAreAWholeConfiguration) {
  Json gone = balancer();
  gone["srcPort"] = 81;
  gone["revoked"] = true;
  const Json command{{"loadBalancers", {balancer(), gone}},
                     {"lbStatsVisibility", "guest-network"},
                     {"lbStatsGuestIP", "10.1.1.1"},
                     {"lbStatsPort", "8081"},
                     {"lbStatsSrcCidrs", "0/0"},
                     {"lbStatsAuth", "admin1:AdMiN123"},
                     {"lbStatsUri", "/admin?stats"},
                     {"maxconn", "4096"},
                     {"accessDetails", {{"router.ip", "169.254.2.44"}}}};
  const auto made = file_for("routing.LoadBalancerConfigCommand", command);
  ASSERT_TRUE(made) << made.error().message();
  const Json& rule = made->at("rules")[0];
  EXPECT_EQ(rule.at("add_rules"), Json::array({"10.10.10.22:80:"}));
  EXPECT_EQ(rule.at("remove_rules"), Json::array({"10.10.10.22:81:"}));
  EXPECT_EQ(rule.at("stat_rules"), Json::array({"10.1.1.1:8081:0/0"}));
  EXPECT_EQ(rule.at("router_ip"), "169.254.2.44");
  const std::string config = lines_of(*made);
  for (const char* line :
       {"listen 10_10_10_22-80\n\tbind 10.10.10.22:80\n\tbalance leastconn\n",
        "\tcookie SRVID insert nocache\n", "\tserver 10_10_10_22-80_0 10.1.1.87:8080 check cookie ",
        "\tstats auth admin1:AdMiN123\n", "listen stats_on_guest\n\tbind 10.1.1.1:8081\n"}) {
    EXPECT_THAT(config, HasSubstr(line));
  }
  EXPECT_EQ(config.find("10.1.1.88"), std::string::npos);
  EXPECT_EQ(config.find(":81"), std::string::npos);
}

TEST(RouterFiles, OfALoadBalancerTakeNoLinesFromTenants) {
  for (const char* hostile : {"x\n\tmode tcp", "a b", "x#y", ""}) {
    Json bad = balancer();
    bad["stickinessPolicies"][0]["_paramsList"][0]["u"] = hostile;
    const auto made = file_for("routing.LoadBalancerConfigCommand", {{"loadBalancers", {bad}}});
    if (std::string(hostile).empty()) {
      // An empty name would make a directive without its word.
      EXPECT_EQ(made.error().code, Code::kInvalidArgument);
      continue;
    }
    ASSERT_FALSE(made) << hostile;
    EXPECT_EQ(made.error().code, Code::kInvalidArgument);
  }
  const auto none =
      file_for("routing.LoadBalancerConfigCommand", {{"loadBalancers", Json::array()}});
  ASSERT_TRUE(none) << none.error().message();
  EXPECT_THAT(lines_of(*none), HasSubstr("listen vmops"));
}

/// A command with everything that may be in it.
Json balancing() {
  return {{"loadBalancers", Json::array({balancer()})},
          {"lbStatsVisibility", "all"},
          {"lbStatsPublicIP", "10.10.10.21"},
          {"lbStatsPrivateIP", "169.254.2.44"},
          {"lbStatsGuestIP", "10.1.1.1"},
          {"lbStatsPort", "8081"},
          {"lbStatsSrcCidrs", "10.0.0.0/8,192.0.2.7"},
          {"lbStatsAuth", "admin1:AdMiN123"},
          {"lbStatsUri", "/admin?stats"},
          {"maxconn", "4096"}};
}

void expect_refused(const Json& command, const std::string& member) {
  const auto made = file_for("routing.LoadBalancerConfigCommand", command);
  ASSERT_FALSE(made) << member << " in " << command.dump();
  EXPECT_EQ(made.error().code, Code::kInvalidArgument);
  EXPECT_THAT(made.error().what, HasSubstr("'" + member + "'")) << command.dump();
}

// maxconn, port and networks of the statistics, and what is taken away were not looked at.
TEST(RouterFiles, OfALoadBalancerNameTheMemberThatIsNoWordOfAConfiguration) {
  ASSERT_TRUE(file_for("routing.LoadBalancerConfigCommand", balancing()));
  for (const char* member :
       {"maxconn", "lbStatsPort", "lbStatsSrcCidrs", "lbStatsAuth", "lbStatsUri",
        "lbStatsVisibility", "lbStatsPublicIP", "lbStatsPrivateIP", "lbStatsGuestIP"}) {
    for (const char* hostile : {"1\n\tdaemon", "1 2", "1#", "\"1\"", "1\\"}) {
      Json bad = balancing();
      bad[member] = hostile;
      expect_refused(bad, member);
    }
  }
  for (const auto& [member, text] :
       std::vector<std::pair<std::string, std::string>>{{"maxconn", "many"},
                                                        {"maxconn", "0"},
                                                        {"maxconn", "4294967296"},
                                                        {"lbStatsPort", "65536"},
                                                        {"lbStatsPort", "80:81"},
                                                        {"lbStatsSrcCidrs", "0/0:"},
                                                        {"lbStatsSrcCidrs", ","},
                                                        {"lbStatsGuestIP", "10.1.1.1:80,0.0.0.0"},
                                                        {"lbStatsVisibility", "everywhere"}}) {
    Json bad = balancing();
    bad[member] = text;
    expect_refused(bad, member);
  }
  const auto shown = file_for("routing.LoadBalancerConfigCommand", [] {
    Json bad = balancing();
    bad["lbStatsAuth"] = "admin1:s3cr3t x";
    return bad;
  }());
  EXPECT_EQ(shown.error().message().find("s3cr3t"), std::string::npos);
}

TEST(RouterFiles, OfALoadBalancerNameTheMemberOfTheBalancerThatIsWrong) {
  // What is taken away goes into the packet filter's rules too.
  for (const bool revoked : {false, true}) {
    for (const auto& [member, value] :
         std::vector<std::pair<std::string, Json>>{{"srcIp", "10.1.1.1 -j ACCEPT"},
                                                   {"srcIp", "10.1.1.1:80,0.0.0.0"},
                                                   {"srcIp", nullptr},
                                                   {"srcPort", 0},
                                                   {"srcPort", 65536}}) {
      Json bad = balancing();
      bad["loadBalancers"][0]["revoked"] = revoked;
      bad["loadBalancers"][0][member] = value;
      expect_refused(bad, member);
    }
  }
  for (const auto& [member, value] : std::vector<std::pair<std::string, Json>>{
           {"destIp", "10.1.1.87 weight 0"}, {"destPort", 0}}) {
    Json bad = balancing();
    bad["loadBalancers"][0]["destinations"][0][member] = value;
    expect_refused(bad, member);
  }
  Json bad = balancing();
  bad["loadBalancers"][0]["algorithm"] = "source\n\tdaemon";
  expect_refused(bad, "algorithm");
  // A rule without the stickiness that was asked for would look as if it had it.
  bad = balancing();
  bad["loadBalancers"][0]["stickinessPolicies"][0]["_methodName"] = "Glue";
  expect_refused(bad, "stickinessPolicies");
  bad = balancing();
  bad["loadBalancers"][0]["stickinessPolicies"][0]["_paramsList"] = {{{"t", "mode"}}};
  expect_refused(bad, "stickinessPolicies.mode");
}

TEST(RouterFiles, OfALoadBalancerKeepWhatTheTenantChose) {
  Json command = balancing();
  Json& one = command["loadBalancers"][0];
  one["lbProtocol"] = "tcp-proxy";
  // The server hands names on in the case in which they came.
  one["stickinessPolicies"][0] = {{"_methodName", "lbcookie"},
                                  {"_paramsList",
                                   {{{"t", "Cookie-Name"}, {"u", "SRVID"}},
                                    {{"t", "domain"}, {"u", ".a.example"}},
                                    {{"t", "domain"}, {"u", ".b.example"}}}}};
  const auto made = file_for("routing.LoadBalancerConfigCommand", command);
  ASSERT_TRUE(made) << made.error().message();
  const std::string config = lines_of(*made);
  EXPECT_THAT(config, HasSubstr("\tcookie SRVID insert domain .a.example domain .b.example\n"));
  EXPECT_THAT(config, HasSubstr(" 10.1.1.87:8080 check send-proxy cookie "));
  one["lbProtocol"] = "tcp";
  one["stickinessPolicies"][0] = {{"_methodName", "SourceBased"},
                                  {"_paramsList", {{{"t", "TableSize"}, {"u", "50k"}}}}};
  const auto other = file_for("routing.LoadBalancerConfigCommand", command);
  ASSERT_TRUE(other) << other.error().message();
  EXPECT_THAT(lines_of(*other), HasSubstr("\tstick-table type ip size 50k expire 30m\n"));
  EXPECT_EQ(lines_of(*other).find("send-proxy"), std::string::npos);
}

TEST(RouterItems, OfACommandThatRoutersDoNotKnowAreRefusedByName) {
  const auto health = file_for("routing.HealthCheckLBConfigCommand", Json::object());
  ASSERT_FALSE(health);
  EXPECT_EQ(health.error().code, Code::kUnimplemented);
  EXPECT_THAT(health.error().what, HasSubstr("HealthCheckLBConfigCommand"));
}

TEST(RouterItems, AreHandedOverTogetherOnlyIfTheyArePlain) {
  const RouterItem hostile{.kind = RouterItem::Kind::kScript, .name = "a.sh", .arguments = {"a b"}};
  EXPECT_EQ(aggregated({hostile}, "1").error().code, Code::kInvalidArgument);
}

// vr_cfg.sh takes a file's lines apart at blanks and puts them together with one each.
TEST(RouterItems, AreHandedOverTogetherWithoutABlankInTheirContents) {
  const Json content{{"password", "two  blanks * and  a \"quote\" \\u0020"}, {"list", {1, " "}}};
  const RouterItem item{.kind = RouterItem::Kind::kFile,
                        .name = "vm_password.json",
                        .folder = "/var/cache/cloud",
                        .content = Secret(content.dump())};
  const auto steps = aggregated({item}, "1");
  ASSERT_TRUE(steps) << steps.error().message();
  const std::string text = steps->front().content.reveal();
  const std::string head = "<file>\n/var/cache/cloud/vm_password.json\n";
  const auto begin = text.find(head) + head.size();
  const std::string line = text.substr(begin, text.find('\n', begin) - begin);
  EXPECT_EQ(line.find(' '), std::string::npos) << line;
  EXPECT_EQ(Json::parse(line), content);
}

}  // namespace
}  // namespace trestle::ovm3
