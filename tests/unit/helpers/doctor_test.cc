// SPDX-License-Identifier: Apache-2.0
#include "helpers/ovm3/doctor.h"

#include <gmock/gmock.h>

#include <algorithm>

#include "helpers/ovm3/deploy.h"

namespace trestle::ovm3 {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

/// A host that meets everything.
constexpr const char* kReady = R"({"facts": 1, "time": 1.5,
  "python": {"executable": "/usr/bin/python", "version": "2.6.6"}, "user": 0, "record": true,
  "release": "Oracle VM server release 3.3.1", "uploads": [], "files": {"/a": null},
  "agent": {"ini": true, "port": "8899", "ssl": "enable", "certificate": null},
  "bridges": [{"name": "xenbr0", "up": true, "ports": ["bond0", "vif1.0"]}],
  "bonds": [{"name": "bond0", "up": true, "slaves": ["eth0"]}],
  "routes": [{"device": "xenbr0", "destination": "192.0.2.0", "mask": "255.255.255.0"}],
  "nozeroconf": "yes", "own_name": {"name": "ovm1", "address": "192.0.2.7"},
  "space": [{"path": "/", "free_bytes": 99000000000}],
  "mounts": [{"device": "nfs1:/export", "dir": "/nfsmnt/a", "type": "nfs", "read_only": false}]})";

HostFacts ready_host() {
  HostFacts facts = *parse_host_facts(kReady);
  facts.clock_ahead = std::chrono::milliseconds(5);
  return facts;
}

AgentFacts ready_agent() {
  ServerInfo server;
  server.agent_version = "3.3.1-276";
  server.release = Release{};
  server.roles = {"xen", "utility"};
  return {.server = server, .module_version = "0.1", .error = {}};
}

std::vector<std::string> unmet(const HostFacts& host, const AgentFacts& agent,
                               const DoctorWishes& wishes = {}) {
  std::vector<std::string> names;
  for (const Finding& finding : examine(host, agent, wishes)) {
    if (!finding.ok) names.push_back(finding.check);
    EXPECT_EQ(finding.ok, finding.advice.empty()) << finding.check;
  }
  return names;
}

TEST(Doctor, FindsNothingWrongWithAHostThatIsReady) {
  EXPECT_THAT(unmet(ready_host(), ready_agent()), IsEmpty());
}

// known defects 30, 34 and 38: everything that is missing is named, at once and with its cause
TEST(Doctor, NamesEverythingThatABareHostLacksAtOnce) {
  HostFacts bare;
  bare.own_name = "ovm1";
  bare.clock_ahead = std::chrono::hours(1);
  bare.space = {{"/var", Bytes{1024}}};
  bare.routes = {{"eth0", "169.254.0.0", "255.255.0.0"}};
  bare.mounts = {{"nfs1:/export", "/nfsmnt/a", true}};
  EXPECT_THAT(unmet(bare, {}), ElementsAre("agent", "agent_version", "roles", "module", "bridge",
                                           "bond", "link_local_route", "nozeroconf", "own_name",
                                           "clock", "free_space", "nfs_mounts"));
}

struct Lacking {
  const char* check;
  void (*spoil)(HostFacts&, AgentFacts&, DoctorWishes&);
  const char* found;
};

class LackingTest : public testing::TestWithParam<Lacking> {};

TEST_P(LackingTest, IsTheOnlyThingNamed) {
  HostFacts host = ready_host();
  AgentFacts agent = ready_agent();
  DoctorWishes wishes;
  GetParam().spoil(host, agent, wishes);
  EXPECT_THAT(unmet(host, agent, wishes), ElementsAre(GetParam().check));
  const auto findings = examine(host, agent, wishes);
  const auto finding = std::ranges::find_if(findings, [](const Finding& each) { return !each.ok; });
  ASSERT_NE(finding, findings.end());
  EXPECT_THAT(finding->found, HasSubstr(GetParam().found));
}

using H = HostFacts;
using A = AgentFacts;
using W = DoctorWishes;
INSTANTIATE_TEST_SUITE_P(
    Each, LackingTest,
    testing::Values(
        Lacking{"roles", [](H&, A& agent, W&) { agent.server->roles = {"xen"}; }, "xen"},
        Lacking{"module", [](H&, A& agent, W&) { agent.module_version = ""; }, "does not serve"},
        Lacking{"agent_version", [](H&, A& agent, W&) { agent.server->release.reset(); }, "3.3.1"},
        Lacking{"bridge", [](H& host, A&, W&) { host.bridges[0].up = false; }, "xenbr0"},
        Lacking{"bridge", [](H& host, A&, W&) { host.bridges[0].ports = {"vif1.0"}; },
                "without a NIC"},
        Lacking{"bridge",
                [](H&, A&, W& wishes) {
                  wishes.bridges = {"xenbr0", "guest", "public"};
                },
                "guest (not there), public (not there)"},
        Lacking{"bond", [](H& host, A&, W&) { host.bonds.clear(); }, "none"},
        Lacking{"bond", [](H& host, A&, W&) { host.bonds[0].slaves.clear(); }, "slave"},
        Lacking{"link_local_route",
                [](H& host, A&, W&) {
                  host.routes.push_back({"bond0", "169.254.0.0", "255.255.0.0"});
                },
                "bond0"},
        Lacking{"link_local_route",
                [](H& host, A&, W&) {
                  host.bridges.push_back({"control0", true, {}});
                },
                "without its route"},
        Lacking{"nozeroconf", [](H& host, A&, W&) { host.nozeroconf = ""; }, "not set"},
        Lacking{"own_name", [](H& host, A&, W&) { host.own_address = "127.0.0.1"; }, "127.0.0.1"},
        Lacking{"clock",
                [](H& host, A&, W&) { host.clock_ahead = std::chrono::milliseconds(-2001); },
                "behind"},
        Lacking{"free_space",
                [](H& host, A&, W&) {
                  host.space.push_back({"/opt", Bytes{1}});
                },
                "/opt"},
        Lacking{"nfs_mounts", [](H& host, A&, W&) { host.mounts[0].read_only = true; },
                "read-only"},
        Lacking{"nfs_mounts", [](H&, A&, W& wishes) { wishes.mounts = {"nfs2:/x"}; }, "nfs2:/x"}));

TEST(Doctor, LetsTheControlBridgeHaveTheLinkLocalRoute) {
  HostFacts host = ready_host();
  host.bridges.push_back({"control0", true, {}});
  host.routes.push_back({"control0", "169.254.0.0", "255.255.0.0"});
  EXPECT_THAT(unmet(host, ready_agent()), IsEmpty());
}

TEST(HostFactsReading, RefusesWhatIsNoSuchDocument) {
  for (const char* text : {"", "{}", "[]", "null", R"({"python": 1})", R"({"time": "x"})"}) {
    EXPECT_EQ(parse_host_facts(text).error().code, Code::kBadReply) << text;
    EXPECT_EQ(parse_install_report(text).error().code, Code::kBadReply) << text;
  }
}

TEST(AgentPlaceReading, FollowsTheIniFile) {
  HostFacts facts = ready_host();
  facts.agent_port = "9000";
  EXPECT_EQ(agent_place("ovm1", facts)->url(), "https://ovm1:9000");
  facts.agent_ssl = "disable";
  EXPECT_EQ(agent_place("fe80::1", facts)->url(), "http://[fe80::1]:9000");
  for (const char* port : {"", "x", "0", "70000", "89 99"}) {
    facts.agent_port = port;
    EXPECT_EQ(agent_place("ovm1", facts).error().code, Code::kBadReply) << port;
  }
  facts.agent_there = false;
  EXPECT_EQ(agent_place("ovm1", facts).error().code, Code::kFailedPrecondition);
}

}  // namespace
}  // namespace trestle::ovm3
