// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <string>

#include "tests/unit/simulator/scene.h"
#include "tools/simulator/world.h"

namespace trestle::simulator {
namespace {

using testing::HasSubstr;
using testing::StartsWith;

constexpr std::string_view kWorld = R"({
  "version": 1,
  "seed": 7,
  "start_seconds": 1414082517,
  "password": "secret",
  "durations": {"start_ms": 1500, "stop_patience_ms": 0.25},
  "exports": [{"device": "nfs-1:/export/a", "size_bytes": 1000000000}],
  "hosts": [
    {"name": "ovm-1", "address": "127.0.0.1", "port": 0, "release": "3.2.1",
     "ownership": {"manager_uuid": "0004fb00000100001234567890abcdef"},
     "hardware": {"nodes": 2, "memory_mib": 8192}},
    {"name": "ovm-2", "address": "127.0.0.2", "port": 0, "release": "3.4", "power": "off",
     "network": {"bridges": [{"name": "c0a80100", "ports": ["eth0"]}], "nics": [{"name": "eth0"}]}}
  ],
  "repositories": [
    {"id": "0004fb0000030000aaaaaaaaaaaaaaaa", "alias": "first", "device": "nfs-1:/export/a",
     "manager_uuid": "0004fb00000100001234567890abcdef", "hosts": ["ovm-1"],
     "files": [{"path": "VirtualDisks/a.img", "size_bytes": 10737418240},
               {"path": "ISOs/b.iso", "text": "image"}]}
  ],
  "vms": [
    {"id": "vm1", "repository": "0004fb0000030000aaaaaaaaaaaaaaaa", "host": "ovm-1",
     "state": "paused", "config": {"memory": 1024, "vcpus": 2, "OVM_high_availability": true},
     "guest": {"ignores_stop": true}},
    {"id": "vm2", "repository": "0004fb0000030000aaaaaaaaaaaaaaaa"}
  ],
  "faults": [{"service": "echo", "action": "delay", "delay_ms": 250}]
})";

std::string replaced(std::string_view what, std::string_view with) {
  std::string text(kWorld);
  const std::size_t at = text.find(what);
  EXPECT_NE(at, std::string::npos) << what;
  return text.replace(at, what.size(), with);
}

struct Mistake {
  const char* name;
  const char* what;
  const char* with;
  const char* error;  ///< how the message begins
};

class WorldMistake : public testing::TestWithParam<Mistake> {};

TEST_P(WorldMistake, IsNamedWithItsPlace) {
  const Mistake& mistake = GetParam();
  const auto world = read_world(replaced(mistake.what, mistake.with));
  ASSERT_FALSE(world) << "accepted";
  EXPECT_EQ(world.error().code, Code::kInvalidArgument);
  EXPECT_THAT(world.error().what, StartsWith(mistake.error));
}

INSTANTIATE_TEST_SUITE_P(
    Each, WorldMistake,
    testing::Values(
        Mistake{"UnknownRelease", R"("release": "3.4")", R"("release": "9")",
                "hosts[1].release: expected is one of 3.2.1, 3.3.1, 3.4"},
        Mistake{"UnknownField", R"("seed": 7)", R"("sead": 7)",
                "the document: no field is called 'sead'"},
        Mistake{"NestedUnknownField", R"("nodes": 2)", R"("nodez": 2)",
                "hosts[0].hardware: no field is called 'nodez'"},
        Mistake{"WrongType", R"("seed": 7)", R"("seed": "7")", "seed: a whole number"},
        Mistake{"NumberTooLarge", R"("port": 0, "release": "3.2.1")",
                R"("port": 65536, "release": "3.2.1")", "hosts[0].port: a whole number from 0 to"},
        Mistake{"NegativeNumber", R"("memory_mib": 8192)", R"("memory_mib": -1)",
                "hosts[0].hardware.memory_mib: a whole number"},
        Mistake{"NegativeDuration", R"("start_ms": 1500)", R"("start_ms": -1)",
                "durations.start_ms: milliseconds from 0"},
        Mistake{"MissingField", R"("id": "vm2", )", "", "vms[1]: the field 'id' is missing"},
        Mistake{"OtherVersion", R"("version": 1)", R"("version": 2)", "version: 2 is not known"},
        Mistake{"FieldTwice", R"("seed": 7)", R"("seed": 7, "seed": 8)",
                "the field 'seed' stands twice"},
        Mistake{"NoJson", R"("seed": 7)", R"("seed" 7)", "not JSON: "},
        Mistake{"ControlCharacter", R"("password": "secret")", R"("password": "a\u0000b")",
                "password: the text holds a control character"},
        Mistake{"RuntimeField", R"("power": "off")", R"("domains": [])",
                "hosts[1]: no field is called 'domains'"},
        Mistake{"UnknownAction", R"("action": "delay")", R"("action": "melt")",
                "faults[0].action: expected is one of fault, http_status, delay"}),
    [](const auto& entry) { return std::string(entry.param.name); });

class SceneMistake : public testing::TestWithParam<Mistake> {};

TEST_P(SceneMistake, IsNamedWithItsPlace) {
  const Mistake& mistake = GetParam();
  const auto world = read_world(replaced(mistake.what, mistake.with));
  ASSERT_TRUE(world) << world.error().what;
  SteppedClock clock;
  Simulator simulator({.root = {}, .clock = &clock});
  const auto set = set_scene(simulator, *world);
  ASSERT_FALSE(set) << "accepted";
  EXPECT_THAT(set.error().what, StartsWith(mistake.error));
}

INSTANTIATE_TEST_SUITE_P(
    Each, SceneMistake,
    testing::Values(
        Mistake{"HostTwice", R"("name": "ovm-2")", R"("name": "ovm-1")", "hosts[1].name: "},
        Mistake{"HostNameIsPath", R"("name": "ovm-2")", R"("name": "../x")", "hosts[1].name: "},
        Mistake{"BadAddress", "127.0.0.2", "127.0.0", "hosts[1].address: "},
        Mistake{"UnknownRepository", R"("id": "vm2", "repository": "0004fb)",
                R"("id": "vm2", "repository": "1114fb)", "vms[1].repository: "},
        Mistake{"RunsNowhere", R"("host": "ovm-1",)", R"("host": "ovm-9",)", "vms[0].host: "},
        Mistake{"VmIdIsPath", R"("id": "vm2")", R"("id": "a/b")", "vms[1].id: "},
        Mistake{"FileLeaves", "VirtualDisks/a.img", "../../a.img",
                "repositories[0].files[0].path: "},
        Mistake{"UnknownMember", R"("hosts": ["ovm-1"])", R"("hosts": ["ovm-7"])",
                "repositories[0].hosts[0]: "},
        Mistake{"WrongConfig", R"("memory": 1024)", R"("memory": "much")", "vms[0].config: "},
        Mistake{"ExportTwice", R"("exports": [)", R"("exports": [{"device": "nfs-1:/export/a"}, )",
                "exports[1].device: "}),
    [](const auto& entry) { return std::string(entry.param.name); });

TEST(World, ComesBackAsItWasWritten) {
  const auto world = read_world(kWorld);
  ASSERT_TRUE(world) << world.error().what;
  const std::string written = write_world(*world);
  const auto again = read_world(written);
  ASSERT_TRUE(again) << again.error().what;
  EXPECT_EQ(write_world(*again), written);
  EXPECT_EQ(again->durations.stop_patience, std::chrono::microseconds(250));
}

TEST(World, SetsTheScene) {
  const auto world = read_world(kWorld);
  ASSERT_TRUE(world) << world.error().what;
  SteppedClock clock;
  Simulator simulator({.root = {}, .clock = &clock});
  const auto set = set_scene(simulator, *world);
  ASSERT_TRUE(set) << set.error().what;
  simulator.with_estate([&](Estate& estate) {
    const Host& host = *estate.find_host("ovm-1");
    EXPECT_EQ(host.password, "secret");
    EXPECT_EQ(host.release, Release::k321);
    ASSERT_EQ(host.domains.size(), 1U);
    EXPECT_EQ(host.domains[0].state, DomainState::kPaused);
    EXPECT_EQ(host.domains[0].memory_mib, 1024U);
    EXPECT_TRUE(host.domains[0].high_availability);
    EXPECT_TRUE(estate.guests.at("vm1").ignores_stop);
    EXPECT_EQ(host.free_memory_mib(), 8192U - 1024U - host.hardware.dom0_memory_mib);
    const auto disk = estate.local_path(
        host, "/OVS/Repositories/0004fb0000030000aaaaaaaaaaaaaaaa/VirtualDisks/a.img");
    ASSERT_TRUE(disk) << disk.error().text;
    EXPECT_EQ(std::filesystem::file_size(*disk), 10'737'418'240U);
    EXPECT_TRUE(
        std::filesystem::exists(disk->parent_path().parent_path() / "VirtualMachines/vm2/vm.cfg"));
    EXPECT_EQ(estate.find_host("ovm-2")->network.bridges[0].name, "c0a80100");
    EXPECT_TRUE(estate.find_host("ovm-2")->repositories.empty());
  });
}

TEST(World, DefaultHostsHaveTheirOwnAddressesAndIds) {
  SteppedClock clock;
  Simulator simulator({.root = {}, .clock = &clock});
  ASSERT_TRUE(set_scene(simulator, default_world(3)));
  simulator.with_estate([](Estate& estate) {
    ASSERT_EQ(estate.hosts.size(), 3U);
    EXPECT_EQ(estate.hosts[2]->address, "127.0.1.3");
    EXPECT_NE(estate.hosts[0]->unique_id, estate.hosts[1]->unique_id);
    EXPECT_EQ(estate.hosts[0]->unique_id.size(), 47U);
    EXPECT_NE(estate.hosts[0]->network.nics[0].mac, estate.hosts[1]->network.nics[0].mac);
  });
}

TEST(Paths, StayInsideTheirMount) {
  Scene scene;
  scene.simulator.with_estate([](Estate& estate) {
    const Host& host = *estate.find_host("ovm-1");
    const std::string repository = "/OVS/Repositories/" + std::string(Scene::kRepository);
    const auto directory = estate.exports[0]->directory;
    std::filesystem::create_symlink("/etc", directory / "VirtualDisks" / "out");
    std::filesystem::create_symlink("/nowhere/at/all", directory / "VirtualDisks" / "dangling");
    std::filesystem::create_symlink("..", directory / "VirtualDisks" / "up");
    std::filesystem::create_symlink("../..", directory / "VirtualDisks" / "upup");
    EXPECT_TRUE(estate.local_path(host, repository + "/VirtualDisks/new.img"));
    EXPECT_TRUE(estate.local_path(host, repository + "/VirtualDisks/up/ISOs"));
    for (const char* escape :
         {"/../../x", "/VirtualDisks/../../../x", "/VirtualDisks/out/passwd", "/VirtualDisks/out",
          "/VirtualDisks/dangling", "/VirtualDisks/upup/x"}) {
      const auto path = estate.local_path(host, repository + escape);
      ASSERT_FALSE(path) << escape << " became " << path->string();
      EXPECT_THAT(path.error().text, HasSubstr("[Errno 13]")) << escape;
    }
    EXPECT_THAT(estate.local_path(host, "relative").error().text, HasSubstr("[Errno 2]"));
    EXPECT_THAT(estate.local_path(host, repository + "/missing/x").error().text,
                HasSubstr("[Errno 2]"));
  });
}

}  // namespace
}  // namespace trestle::simulator
