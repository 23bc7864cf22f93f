// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <string>
#include <thread>
#include <vector>

#include "helpers/ovm3/vm_samples.h"
#include "tests/unit/commands/vm_scene.h"

namespace trestle::ovm3 {
namespace {

using simulator::Action;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

GuestStats stats(double seconds, double cpu, std::uint64_t count) {
  return {.vcpus = 2,
          .cpu_time = Seconds(cpu),
          .uptime = Seconds(seconds),
          .disk_read = Bytes{count},
          .disk_written = Bytes{2 * count},
          .disk_reads = count / 1024,
          .disk_writes = count / 512,
          .host_received = Bytes{3 * count},
          .host_sent = Bytes{4 * count}};
}
VmSample sample(double seconds, double cpu, std::uint64_t count) {
  return {.stats = stats(seconds, cpu, count), .domid = 5, .devices = {"a"}};
}

// known defect 123
// known defect 124
// known defect 125
TEST(VmSamples, TellAmountsInKibFromTheGuestsSide) {
  const auto seen = activity_between(sample(10, 1, 1024), sample(20, 6, 1024 + (100U << 20U)));
  ASSERT_TRUE(seen);
  EXPECT_DOUBLE_EQ(seen->cpu_percent, 25) << "5 s of CPU in 10 s on 2 vCPUs";
  EXPECT_DOUBLE_EQ(seen->disk_read_kib, 100 * 1024);
  EXPECT_DOUBLE_EQ(seen->disk_written_kib, 200 * 1024);
  EXPECT_DOUBLE_EQ(seen->disk_reads, 100 * 1024);
  EXPECT_DOUBLE_EQ(seen->disk_writes, 200 * 1024);
  EXPECT_DOUBLE_EQ(seen->net_written_kib, 300 * 1024) << "what the host received";
  EXPECT_DOUBLE_EQ(seen->net_read_kib, 400 * 1024) << "what the host sent";
}

// known defect 124
TEST(VmSamples, HaveNoDifferenceWithoutTimeOrAcrossARestart) {
  EXPECT_FALSE(activity_between(sample(10, 1, 1), sample(10, 1, 1)));
  EXPECT_FALSE(activity_between(sample(10, 1, 1), sample(9, 0, 0))) << "restarted";
  auto other = sample(20, 2, 2);
  other.domid = 6;
  EXPECT_FALSE(activity_between(sample(10, 1, 1), other)) << "another domain";
  other = sample(20, 2, 2);
  other.devices = {"a", "b"};
  EXPECT_FALSE(activity_between(sample(10, 1, 1), other)) << "a device came";
  other = sample(20, 2, 2);
  other.stats.uptime.reset();
  EXPECT_FALSE(activity_between(sample(10, 1, 1), other)) << "a blank";
}

TEST(VmSamples, TakeABlankForNoZero) {
  auto before = sample(10, 1, 1U << 20U);
  before.stats.disk_read.reset();
  before.stats.host_sent.reset();
  auto seen = activity_between(before, sample(20, 2, 2U << 20U));
  ASSERT_TRUE(seen);
  EXPECT_EQ(seen->disk_read_kib, 0);
  EXPECT_EQ(seen->net_read_kib, 0);
  EXPECT_GT(seen->disk_written_kib, 0);
  auto after = sample(20, 2, 2U << 20U);
  after.stats.host_received.reset();
  seen = activity_between(sample(10, 1, 1U << 20U), after);
  ASSERT_TRUE(seen);
  EXPECT_EQ(seen->net_written_kib, 0) << "no wrap either";
}

// known defect 125
TEST(VmSamples, ReadACounterThatBecameSmallerAsWrapped) {
  const auto with = [](std::uint64_t sent) {
    VmSample one = sample(10, 1, 0);
    one.stats.host_sent = Bytes{sent};
    return one;
  };
  VmSample after = with(1024);
  after.stats.uptime = Seconds(20);
  const auto wrapped = activity_between(with((std::uint64_t{1} << 32U) - 1024), after);
  ASSERT_TRUE(wrapped);
  EXPECT_DOUBLE_EQ(wrapped->net_read_kib, 2);
  // No counter of 32 bits can have done this: nothing is made up, and nothing is negative.
  const auto strange = activity_between(with(std::uint64_t{1} << 40U), after);
  ASSERT_TRUE(strange);
  EXPECT_DOUBLE_EQ(strange->net_read_kib, 0);
  VmSample disk = sample(20, 2, 0);
  EXPECT_DOUBLE_EQ(activity_between(sample(10, 1, 4096), disk)->disk_written_kib, 0);
}

TEST(VmSamples, KeepTheFirstOfTwoAtOneMomentAndForgetWhatIsGone) {
  VmSamples samples;
  EXPECT_FALSE(samples.put("i-2-7-VM", sample(10, 1, 0)));
  EXPECT_FALSE(samples.put("i-2-7-VM", sample(10, 1, 0)));
  EXPECT_TRUE(samples.put("i-2-7-VM", sample(20, 2, 1024)));
  EXPECT_EQ(samples.size(), 1U);
  samples.keep_only({});
  EXPECT_EQ(samples.size(), 0U);
}

TEST(VmSamples, TakeSamplesFromManyThreads) {
  VmSamples samples;
  std::vector<std::jthread> threads;
  for (int i = 0; i < 4; ++i) {
    threads.emplace_back([&samples, i] {
      for (int n = 1; n <= 200; ++n) {
        static_cast<void>(samples.put("vm-" + std::to_string(i % 2), sample(n, n, 1)));
        if (n % 50 == 0) samples.keep_only({});
      }
    });
  }
  threads.clear();
  EXPECT_LE(samples.size(), 2U);
}

schema::GetVmStatsAnswer figures(VmScene& scene, std::vector<std::string> names) {
  return scene.run<schema::GetVmStatsAnswer>(
      schema::GetVmStatsCommand{.vmNames = std::move(names)});
}

// proves GetVmStatsCommand
// known defect 123
// known defect 124
TEST(VmFigures, AreTheDifferenceOfTwoSamples) {
  VmScene scene;
  expect_done(scene.start_vm());
  scene.change("i-2-7-VM", [](auto& one) {
    one.guest = {
        .load_permille = 500, .net_bytes_per_second = 2048, .disk_bytes_per_second = 10U << 20U};
  });
  const auto first = figures(scene, {"i-2-7-VM"});
  expect_done(first);
  EXPECT_THAT(*first.details, HasSubstr("no difference yet, first sample: i-2-7-VM"));
  ASSERT_NE(first.vmStatsMap->find("i-2-7-VM"), nullptr);
  EXPECT_EQ(first.vmStatsMap->find("i-2-7-VM")->numCPUs, 2);
  EXPECT_EQ(first.vmStatsMap->find("i-2-7-VM")->diskWriteKBs, 0);
  scene.clock_forward(std::chrono::seconds(10));
  const auto second = figures(scene, {"i-2-7-VM"});
  expect_done(second);
  EXPECT_THAT(*second.details, Not(HasSubstr("no difference")));
  const auto* const seen = second.vmStatsMap->find("i-2-7-VM");
  ASSERT_NE(seen, nullptr);
  EXPECT_NEAR(seen->cpuUtilization, 50, 2) << "not times the number of vCPUs";
  EXPECT_NEAR(seen->diskWriteKBs, 100 * 1024, 5 * 1024) << "100 MiB within 5 percent";
  EXPECT_NEAR(seen->diskReadKBs, 25 * 1024, 2 * 1024);
  EXPECT_GT(seen->diskWriteIOs, 0);
  EXPECT_NEAR(seen->networkWriteKBs, 20, 2) << "the host received 2048 bytes a second";
  EXPECT_NEAR(seen->networkReadKBs, 10, 1) << "and sent half of that";
  EXPECT_EQ(seen->entityType, "vm");
}

TEST(VmFigures, LeaveOutAVmThatCannotBeReadAndSayWhy) {
  VmScene scene;
  expect_done(scene.start_vm());
  expect_done(scene.start_vm(VmScene::user_vm("i-2-8-VM")));
  scene.add_rule({.id = {}, .service = "ovs_domU_stats", .nth = 1, .fault_text = "no such device"});
  const auto answer = figures(scene, {"i-2-7-VM", "i-2-8-VM", "i-2-9-VM"});
  expect_done(answer);
  EXPECT_EQ(answer.vmStatsMap->size(), 1U);
  EXPECT_NE(answer.vmStatsMap->find("i-2-8-VM"), nullptr);
  EXPECT_THAT(*answer.details, HasSubstr("i-2-7-VM: "));
  EXPECT_THAT(*answer.details, HasSubstr("no such device"));
  EXPECT_THAT(*answer.details, HasSubstr("i-2-9-VM does not run"));
}

TEST(VmFigures, FailWithoutTheModuleAndWhenNothingCanBeRead) {
  VmScene scene;
  expect_done(scene.start_vm());
  scene.add_rule({.id = {}, .service = "ovs_domU_stats", .times = 1, .fault_text = "broken"});
  expect_refused(figures(scene, {"i-2-7-VM"}), "broken");
  scene.flow.sim.with_estate(
      [](simulator::Estate& estate) { estate.hosts.front()->module_installed = false; });
  expect_refused(figures(scene, {"i-2-7-VM"}), "host prepare");
  expect_refused(scene.run<schema::GetVmStatsAnswer>(schema::GetVmStatsCommand{}), "'vmNames'");
}

// proves GetVmDiskStatsCommand
// known defect 123
TEST(VmFigures, OfDisksAreCountsSinceTheStart) {
  VmScene scene;
  expect_done(scene.start_vm());
  auto two = VmScene::user_vm("i-2-8-VM");
  two.disks->push_back(VmScene::disk("data-7.raw", 1, schema::VolumeType::DATADISK));
  expect_done(scene.start_vm(two));
  scene.clock_forward(std::chrono::seconds(100));
  const auto answer = scene.run<schema::GetVmDiskStatsAnswer>(
      schema::GetVmDiskStatsCommand{.vmNames = {{"i-2-7-VM", "i-2-8-VM"}}});
  expect_done(answer);
  EXPECT_EQ(answer.hostName, "ovm-1");
  const auto* const disks = answer.vmDiskStatsMap->find("i-2-7-VM");
  ASSERT_NE(disks, nullptr);
  ASSERT_EQ(disks->size(), 1U);
  EXPECT_EQ(disks->front().path, "root-7.raw");
  EXPECT_NEAR(static_cast<double>(disks->front().bytesWrite), 4e6, 2e5);
  EXPECT_GT(disks->front().ioWrite, 0);
  EXPECT_EQ(answer.vmDiskStatsMap->find("i-2-8-VM"), nullptr);
  EXPECT_THAT(*answer.details, HasSubstr("VM i-2-8-VM has not exactly one disk"));
  const auto later = scene.run<schema::GetVmDiskStatsAnswer>(
      schema::GetVmDiskStatsCommand{.vmNames = {{"i-2-7-VM"}}});
  EXPECT_GE(later.vmDiskStatsMap->find("i-2-7-VM")->front().bytesWrite, disks->front().bytesWrite);
}

// proves GetVncPortCommand
// known defect 92
TEST(VmConsole, IsWhereTheLiveListSaysAndAnErrorForAnUnknownVm) {
  VmScene scene;
  expect_done(scene.start_vm(VmScene::user_vm("i-2-6-VM")));
  scene.set(1, {{"vnc.listen", "127.0.1.1"}});
  expect_done(scene.start_vm());
  const auto port = [&](const std::string& name) {
    return scene.run<schema::GetVncPortAnswer>(schema::GetVncPortCommand{.id = 7, .name = name});
  };
  const auto answer = port("i-2-7-VM");
  expect_done(answer);
  EXPECT_EQ(answer.address, "127.0.1.1");
  EXPECT_EQ(answer.port, 5901);
  EXPECT_THAT(*port("i-2-6-VM").details, HasSubstr("only the host itself reaches"));
  expect_refused(port("i-2-9-VM"), "VM i-2-9-VM does not run on this host");
  expect_refused(port("i-2-"), "does not run");
  expect_refused(scene.run<schema::GetVncPortAnswer>(schema::GetVncPortCommand{}), "'name'");
  scene.change("i-2-7-VM", [](auto& one) { one.vfb = {}; });
  expect_refused(port("i-2-7-VM"), "no VNC console");
}

}  // namespace
}  // namespace trestle::ovm3
