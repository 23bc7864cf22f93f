// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <chrono>
#include <filesystem>
#include <fstream>
#include <string>

#include "tests/unit/simulator/scene.h"
#include "tools/simulator/vm_cfg.h"

namespace trestle::simulator {
namespace {

namespace fs = std::filesystem;
using std::chrono::seconds;
using testing::HasSubstr;

std::string disks() {
  return "/OVS/Repositories/" + std::string(Scene::kRepository) + "/VirtualDisks/";
}

fs::path share(Scene& scene) {
  return scene.simulator.with_estate(
      [](const Estate& estate) { return estate.exports[0]->directory; });
}

std::string fault(const Result<Reply>& reply) {
  if (reply) return "no fault";
  return reply.error().fault ? reply.error().fault->text : reply.error().message();
}

TEST(CopyFile, CopiesBytesAndKeepsHoles) {
  Scene scene;
  const fs::path source = share(scene) / "VirtualDisks" / "a.img";
  {
    std::ofstream out(source, std::ios::binary);
    out.seekp(std::int64_t{3} << 30U);
    out << "the end";
  }
  const auto before = scene.clock.now();
  const auto copied =
      scene.call("ovm-1", "copy_file", {disks() + "a.img", disks() + "b.img", true});
  ASSERT_TRUE(copied) << copied.error().message();
  EXPECT_GT(scene.clock.now(), before);
  const fs::path copy = share(scene) / "VirtualDisks" / "b.img";
  EXPECT_EQ(fs::file_size(copy), fs::file_size(source));
  struct stat facts {};
  ASSERT_EQ(::stat(copy.c_str(), &facts), 0);
  EXPECT_LT(facts.st_blocks * 512, 1 << 20);
  std::ifstream in(copy, std::ios::binary);
  in.seekg(std::int64_t{3} << 30U);
  std::string end;
  std::getline(in, end);
  EXPECT_EQ(end, "the end");
}

TEST(CopyFile, LeavesAPartWhenTheHostDiesHalfWay) {
  Scene scene;
  const fs::path source = share(scene) / "VirtualDisks" / "a.img";
  std::ofstream(source, std::ios::binary) << std::string(40 << 20, 'x');
  scene.simulator.with_estate([](Estate& estate) {
    estate.durations.copy_per_gib = seconds(1024);
    estate.after(seconds(20), [&estate] { cut_power(estate, *estate.find_host("ovm-1")); });
  });
  const auto copied = scene.call("ovm-1", "copy_file", {disks() + "a.img", disks() + "b.img"});
  EXPECT_EQ(copied.error().code, Code::kUnavailable);
  struct stat facts {};
  ASSERT_EQ(::stat((share(scene) / "VirtualDisks" / "b.img").c_str(), &facts), 0);
  EXPECT_GT(facts.st_blocks, 0);
  EXPECT_LT(facts.st_blocks * 512, 40 << 20);
}

TEST(CopyFile, SaysWhatIsMissing) {
  Scene scene;
  EXPECT_THAT(fault(scene.call("ovm-1", "copy_file", {disks() + "no.img", disks() + "b.img"})),
              HasSubstr("IOError'>:[Errno 2]"));
  EXPECT_THAT(fault(scene.call("ovm-1", "copy_file", {"/etc/../x", disks() + "b.img"})),
              HasSubstr("[Errno 13]"));
}

TEST(AgentPassword, TakesTheOldOneFrom33OnOnly) {
  Scene later(Release::k331);
  EXPECT_THAT(fault(later.call("ovm-1", "update_agent_password", {"oracle", "new"})),
              HasSubstr("takes exactly 3 arguments (2 given)"));
  EXPECT_THAT(fault(later.call("ovm-1", "update_agent_password", {"oracle", "new", "wrong"})),
              HasSubstr("Invalid old password"));
  EXPECT_TRUE(later.call("ovm-1", "update_agent_password", {"oracle", "new", "secret"}));
  Scene before(Release::k321);
  EXPECT_TRUE(before.call("ovm-1", "update_agent_password", {"oracle", "new"}));
  before.simulator.with_estate([](Estate& estate) { EXPECT_EQ(estate.hosts[0]->password, "new"); });
}

TEST(HostClock, GoesWithTheSimulatedClockAndCanBeSet) {
  Scene scene;
  const auto now = [&] {
    const auto reply = scene.call("ovm-1", "get_datetime");
    std::string text;
    for (const ValueView part : reply->root()) text += std::to_string(*part.integer()) + " ";
    return text;
  };
  EXPECT_EQ(now(), "2014 10 23 16 41 57 ");
  scene.clock.advance(seconds(3));
  EXPECT_EQ(now(), "2014 10 23 16 42 0 ");
  ASSERT_TRUE(scene.call("ovm-1", "set_datetime", {2020, 2, 29, 23, 59, 59}));
  scene.clock.advance(seconds(1));
  EXPECT_EQ(now(), "2020 3 1 0 0 0 ");
  EXPECT_THAT(fault(scene.call("ovm-1", "set_datetime", {2021, 2, 29, 0, 0, 0})),
              HasSubstr("ValueError"));
}

TEST(HostSettings, RefuseWhatIsInvalid) {
  Scene scene;
  EXPECT_THAT(fault(scene.call("ovm-1", "set_timezone", {"../../etc", true})),
              HasSubstr("Invalid timezone"));
  EXPECT_THAT(fault(scene.call("ovm-1", "get_log", {Value(Array{"shadow"})})),
              HasSubstr("Invalid log name"));
  EXPECT_THAT(fault(scene.call("ovm-1", "set_statistic_interval", {0})),
              HasSubstr("Invalid interval"));
  EXPECT_TRUE(scene.call("ovm-1", "set_statistic_interval", {60}));
}

TEST(HostPower, RebootBringsRepositoriesBackAndHandMadeMountsNot) {
  Scene scene;
  scene.simulator.with_estate([](Estate& estate) {
    Host& host = *estate.find_host("ovm-1");
    host.repositories.push_back({.uuid = std::string(Scene::kRepository),
                                 .fs_location = "nfs-1:/export/a",
                                 .mount_point = host.mounts[0].dir,
                                 .alias = "",
                                 .manager_uuid = ""});
    host.mounts.push_back({.dir = "/nfsmnt/x", .device = "nfs-1:/export/a", .options = ""});
  });
  ASSERT_TRUE(scene.create("vm1"));
  ASSERT_TRUE(scene.vm_call("ovm-1", "start_vm", "vm1"));
  ASSERT_TRUE(scene.call("ovm-1", "sys_reboot"));
  scene.clock.advance(std::chrono::milliseconds(500));
  EXPECT_EQ(scene.call("ovm-1", "echo", {"x"}).error().code, Code::kUnavailable);
  scene.clock.advance(seconds(5));
  ASSERT_TRUE(scene.call("ovm-1", "echo", {"x"}));
  EXPECT_EQ(scene.call("ovm-1", "list_vms")->root().size(), 1U);
  scene.simulator.with_estate([](Estate& estate) {
    const Host& host = *estate.find_host("ovm-1");
    ASSERT_EQ(host.mounts.size(), 1U);
    EXPECT_EQ(host.mounts[0].dir, "/OVS/Repositories/" + std::string(Scene::kRepository));
  });
  EXPECT_TRUE(scene.vm_call("ovm-1", "start_vm", "vm1"));
}

TEST(Module, IsThereOnlyWhereItIsInstalled) {
  Scene scene;
  EXPECT_EQ(scene.call("ovm-1", "get_module_version")->root().string(), "0.4");
  scene.simulator.with_estate([](Estate& estate) { estate.hosts[0]->module_installed = false; });
  EXPECT_EQ(scene.call("ovm-1", "get_module_version").error().code, Code::kUnimplemented);
}

TEST(Module, WritesFilesInsideTheHostOnly) {
  Scene scene;
  ASSERT_TRUE(scene.call("ovm-1", "ovs_upload_file", {"/opt/cloudstack", "a.py", "text"}));
  EXPECT_EQ(scene.call("ovm-1", "ovs_check_file", {"/opt/cloudstack/a.py"})->root().boolean(),
            true);
  EXPECT_EQ(scene.call("ovm-2", "ovs_check_file", {"/opt/cloudstack/a.py"})->root().boolean(),
            false);
  EXPECT_EQ(scene.call("ovm-1", "ovs_check_file", {"/etc/passwd"})->root().boolean(), false);
  EXPECT_THAT(fault(scene.call("ovm-1", "ovs_upload_file", {"/opt/../../x", "a", "text"})),
              HasSubstr("[Errno 13]"));
}

TEST(Module, HeartbeatIsFreshUntilItsHostDies) {
  Scene scene;
  const auto fresh = [&] {
    return scene.call("ovm-2", "check_dom0_storage_health", {"p", "s", "guid-1", 120})
        ->root()
        .boolean();
  };
  EXPECT_EQ(fresh(), false);
  ASSERT_TRUE(scene.call("ovm-1", "check_dom0_storage_health_check", {"p", "s", "guid-1", 120, 1}));
  scene.clock.advance(std::chrono::hours(1));
  EXPECT_EQ(fresh(), true);
  ASSERT_TRUE(scene.simulator.power_off("ovm-1"));
  scene.clock.advance(seconds(100));
  EXPECT_EQ(fresh(), true);
  scene.clock.advance(seconds(30));
  EXPECT_EQ(fresh(), false);
}

TEST(Module, FiguresOfAGuestMove) {
  Scene scene;
  ASSERT_TRUE(scene.create("i-2-3-VM"));
  ASSERT_TRUE(scene.vm_call("ovm-1", "start_vm", "i-2-3-VM"));
  EXPECT_EQ(scene.call("ovm-1", "get_vncport", {"i-2-3-VM"})->root().string(), "5900");
  const auto bytes = [&] {
    const auto reply = scene.call("ovm-1", "ovs_domU_stats", {"i-2-3-VM"});
    return std::stoull(std::string(*reply->root().find("rx_bytes")->string()));
  };
  const auto before = bytes();
  scene.clock.advance(seconds(10));
  EXPECT_EQ(bytes() - before, 120'000U);
  EXPECT_THAT(fault(scene.call("ovm-1", "ovs_domU_stats", {"none"})), HasSubstr("does not exist"));
}

TEST(VmLock, MakesASecondCallWaitForTheFirst) {
  Scene scene;
  ASSERT_TRUE(scene.create("vm1"));
  scene.simulator.with_estate([](Estate& estate) { estate.durations.start = seconds(10); });
  int done = 0;
  scene.simulator.with_estate([](Estate&) {});
  Host* host =
      scene.simulator.with_estate([](Estate& estate) { return estate.find_host("ovm-1"); });
  const Array vm{std::string(Scene::kRepository), "vm1"};
  std::string order;
  scene.simulator.submit(*host, "start_vm", vm, [&](const Outcome&) {
    order += "start ";
    ++done;
  });
  scene.simulator.submit(*host, "stop_vm", vm, [&](const Outcome&) {
    order += "stop ";
    ++done;
  });
  for (int i = 0; i < 20'000 && done < 2; ++i) {
    scene.clock.advance(std::chrono::milliseconds(10));
    scene.simulator.advance();
  }
  EXPECT_EQ(order, "start stop ");
}

TEST(VmLock, GivesUpAfterSixMinutesAsTheAgentDoes) {
  Scene scene;
  ASSERT_TRUE(scene.create("vm1"));
  scene.simulator.with_estate(
      [](Estate& estate) { estate.lock(*estate.find_host("ovm-1"), "vm-vm1"); });
  const auto before = scene.clock.now();
  EXPECT_THAT(fault(scene.vm_call("ovm-1", "start_vm", "vm1")),
              HasSubstr("<class 'agent.lib.filelock.LockError'>"));
  EXPECT_EQ(scene.clock.now() - before, seconds(360));
}

}  // namespace
}  // namespace trestle::simulator
