// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "integration/schema/generated/machine_state.h"
#include "objects/ovm3/api/hypervisor.h"
#include "tests/unit/commands/vm_scene.h"

namespace trestle::ovm3 {
namespace {

using simulator::Action;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

constexpr std::string_view kMac = "02:00:4d:5e:00:02";

schema::PlugNicAnswer plug(VmScene& scene, const schema::NicTO& nic,
                           const std::string& vm = "i-2-7-VM") {
  return scene.run<schema::PlugNicAnswer>(schema::PlugNicCommand{.nic = nic, .instanceName = vm});
}
schema::UnPlugNicAnswer unplug(VmScene& scene, const std::string& mac,
                               const std::string& vm = "i-2-7-VM") {
  return scene.run<schema::UnPlugNicAnswer>(
      schema::UnPlugNicCommand{.nic = schema::NicTO{.mac = mac}, .instanceName = vm});
}
schema::NicTO second_nic(const std::string& uri = "vlan://161") {
  return VmScene::nic(1, std::string(kMac), uri);
}

// proves PlugNicCommand
TEST(VmNics, AreSeenInTheVmAfterTheyArePlugged) {
  VmScene scene;
  expect_done(scene.start_vm());
  const auto answer = plug(scene, second_nic());
  expect_done(answer);
  EXPECT_THAT(*answer.details, HasSubstr("on bridge xenbr0.161"));
  const auto domain = scene.domain("i-2-7-VM");
  ASSERT_EQ(domain->vifs.size(), 2U);
  EXPECT_EQ(domain->vifs[1].mac, kMac);
  EXPECT_EQ(domain->vifs[1].bridge, "xenbr0.161");
  EXPECT_EQ(scene.stored("i-2-7-VM")->vifs().size(), 2U) << "it outlives the next start";
}

// known defect 100
TEST(VmNics, ArePluggedOnceEvenTheFirst) {
  VmScene scene;
  expect_done(scene.start_vm());
  const int before = scene.calls("configure_vm");
  auto first = VmScene::user_vm().nics->front();
  first.mac = "02:00:4D:5E:00:01";  // the same in capitals
  const auto answer = plug(scene, first);
  expect_done(answer);
  EXPECT_THAT(*answer.details, HasSubstr("already"));
  EXPECT_EQ(scene.domain("i-2-7-VM")->vifs.size(), 1U);
  EXPECT_EQ(scene.calls("configure_vm"), before);
  expect_refused(plug(scene, VmScene::nic(0, *first.mac, "vlan://162")), "unplug that one first");
  EXPECT_FALSE(scene.has_bridge("xenbr0.162"));
}

// known defect 100
TEST(VmNics, AreAsManyAsTheAgentAllows) {
  VmScene scene;
  auto vm = VmScene::user_vm();
  vm.os = "Windows 7 (64-bit)";
  expect_done(scene.start_vm(vm));
  for (int i = 2; i <= 8; ++i) {
    expect_done(plug(scene, VmScene::nic(i, "02:00:4d:5e:01:0" + std::to_string(i), "vlan://160")));
  }
  EXPECT_EQ(scene.domain("i-2-7-VM")->vifs.size(), 8U);
  expect_refused(plug(scene, VmScene::nic(9, "02:00:4d:5e:01:09", "vlan://160")), "room for 8");
  EXPECT_EQ(scene.domain("i-2-7-VM")->vifs.size(), 8U);
  EXPECT_EQ(scene.stored("i-2-7-VM")->vifs()[7].type, "ioemu");
}

TEST(VmNics, ThatDoNotComeAreTakenBackWithTheirBridge) {
  VmScene scene;
  expect_done(scene.start_vm());
  scene.add_rule({.id = {}, .service = "configure_vm", .times = 1, .fault_text = "no hotplug"});
  expect_refused(plug(scene, second_nic()), "no hotplug");
  EXPECT_EQ(scene.stored("i-2-7-VM")->vifs().size(), 1U);
  EXPECT_FALSE(scene.has_bridge("xenbr0.161"));
  expect_done(plug(scene, second_nic()));
}

TEST(VmNics, AreLookedForWhenTheAnswerIsLost) {
  VmScene scene;
  expect_done(scene.start_vm());
  scene.add_rule({.id = {}, .service = "configure_vm", .times = 1, .action = Action::kDropAfter});
  expect_done(plug(scene, second_nic()));
  EXPECT_EQ(scene.domain("i-2-7-VM")->vifs.size(), 2U);
}

// known defect 106
TEST(VmNics, LeaveWhatOthersChangedMeanwhile) {
  VmScene scene;
  expect_done(scene.start_vm());
  const auto file = scene.directory() / "VirtualMachines" / name_uuid("i-2-7-VM") / "vm.cfg";
  // Somebody else changes a key between our look and our change.
  scene.flow.sim.with_estate([&](simulator::Estate& estate) {
    estate.after(std::chrono::seconds(5), *estate.hosts.front(),
                 [file] { std::ofstream(file, std::ios::app) << "cpu_cap = 40\n"; });
  });
  scene.add_rule({.id = {},
                  .service = "configure_vm",
                  .action = Action::kDelay,
                  .delay = std::chrono::seconds(20)});
  expect_done(plug(scene, second_nic()));
  EXPECT_EQ(scene.stored("i-2-7-VM")->number("cpu_cap"), 40);
  EXPECT_EQ(scene.stored("i-2-7-VM")->vifs().size(), 2U);
}

// proves UnPlugNicCommand
// known defect 101
TEST(VmNics, AreUnpluggedWhateverElseTheirTextSays) {
  VmScene scene;
  auto vm = VmScene::user_vm();
  vm.os = "Windows 7 (64-bit)";  // with a type and a model in its text
  vm.nics->push_back(second_nic());
  expect_done(scene.start_vm(vm));
  ASSERT_EQ(scene.domain("i-2-7-VM")->vifs.size(), 2U);
  const auto answer = unplug(scene, "02:00:4D:5E:00:02");
  expect_done(answer);
  EXPECT_THAT(*answer.details, HasSubstr("no more"));
  const auto left = scene.domain("i-2-7-VM")->vifs;
  ASSERT_EQ(left.size(), 1U);
  EXPECT_EQ(left[0].mac, "02:00:4d:5e:00:01");
  EXPECT_EQ(scene.stored("i-2-7-VM")->vifs().size(), 1U);
  EXPECT_FALSE(scene.has_bridge("xenbr0.161")) << "its last user has left";
  const auto again = unplug(scene, std::string(kMac));
  expect_done(again);
  EXPECT_THAT(*again.details, HasSubstr("nothing to do"));
}

// known defect 102
TEST(VmNics, AreFoundByTheirMacAndByNothingElse) {
  VmScene scene;
  expect_done(scene.start_vm());
  auto other = VmScene::user_vm().nics->front();
  other.mac = "02:00:4d:5e:00:99";
  other.ip = "10.1.1.87";  // the address of a NIC is known to its guest only
  expect_done(scene.run<schema::UnPlugNicAnswer>(
      schema::UnPlugNicCommand{.nic = other, .instanceName = "i-2-7-VM"}));
  EXPECT_EQ(scene.domain("i-2-7-VM")->vifs.size(), 1U);
}

TEST(VmNics, NeedAVmThatRunsHere) {
  VmScene scene;
  expect_refused(plug(scene, second_nic()), "does not run on this host");
  expect_refused(unplug(scene, std::string(kMac)), "does not run on this host");
  EXPECT_THAT(scene.flow.changing_calls(), IsEmpty());
  expect_refused(scene.run<schema::PlugNicAnswer>(schema::PlugNicCommand{}), "'instanceName'");
  expect_refused(scene.run<schema::UnPlugNicAnswer>(
                     schema::UnPlugNicCommand{.nic = schema::NicTO{}, .instanceName = "i-2-7-VM"}),
                 "'nic.mac'");
}

// known defect 103
TEST(VmNics, ComeToAVmWhoseConfigurationHasNoneYet) {
  VmScene scene;
  auto vm = VmScene::user_vm();
  vm.nics.reset();
  expect_done(scene.start_vm(vm));
  const Vm handle(scene.flow.agent(1), *RepositoryId::from_name(VmScene::kRepository),
                  vm_id_of_name("i-2-7-VM"));
  ASSERT_TRUE(scene.flow.agent(1).call(scene.flow.ctx(), api::hypervisor::unconfigure_vm,
                                       handle.repository(), handle.id(),
                                       Value(Array{"vif", "vfb"})));
  ASSERT_FALSE(scene.stored("i-2-7-VM")->find("vif"));
  expect_done(plug(scene, second_nic()));
  EXPECT_EQ(scene.domain("i-2-7-VM")->vifs.size(), 1U);
}

schema::ScaleVmAnswer scale(VmScene& scene, std::int32_t cpus, std::int64_t mib,
                            const std::string& name = "i-2-7-VM") {
  return scene.run<schema::ScaleVmAnswer>(schema::ScaleVmCommand{
      .vm =
          schema::VirtualMachineTO{
              .name = name, .cpus = cpus, .minRam = mib << 20U, .maxRam = mib << 20U},
      .vmName = name,
      .cpus = cpus,
      .minRam = mib << 20U,
      .maxRam = mib << 20U});
}
schema::VirtualMachineTO scalable() {
  auto vm = VmScene::user_vm();
  vm.enableDynamicallyScaleVm = true;
  vm.vcpuMaxLimit = 8;
  return vm;
}

// proves ScaleVmCommand
TEST(VmScale, IsSeenInTheVm) {
  VmScene scene;
  expect_done(scene.start_vm(scalable()));
  const auto answer = scale(scene, 4, 2048);
  expect_done(answer);
  EXPECT_THAT(*answer.details, HasSubstr("shows 4 vCPUs and 2048 MiB"));
  EXPECT_EQ(scene.domain("i-2-7-VM")->vcpus, 4);
  EXPECT_EQ(scene.domain("i-2-7-VM")->memory_mib, 2048U);
  const auto again = scale(scene, 4, 2048);
  expect_done(again);
  EXPECT_THAT(*again.details, HasSubstr("already"));
}

TEST(VmScale, IsRefusedBeyondTheRoomThatTheVmWasStartedWith) {
  VmScene scene;
  expect_done(scene.start_vm());
  expect_refused(scale(scene, 4, 1024), "room for 2 vCPUs");
  EXPECT_EQ(scene.domain("i-2-7-VM")->vcpus, 2);
}

TEST(VmScale, IsTakenBackWhenTheHostHasNoRoom) {
  VmScene scene;
  expect_done(scene.start_vm(scalable()));
  const auto before = scene.stored("i-2-7-VM");
  expect_refused(scale(scene, 4, std::int64_t{1} << 22U), "not enough free memory");
  EXPECT_EQ(scene.domain("i-2-7-VM")->vcpus, 2);
  EXPECT_EQ(scene.stored("i-2-7-VM"), before);
}

TEST(VmScale, NeedsAVmThatRunsHereAndSizes) {
  VmScene scene;
  expect_refused(scale(scene, 4, 1024), "does not run on this host");
  expect_refused(scale(scene, 0, 0), "cpus, minRam");
  expect_refused(scene.run<schema::ScaleVmAnswer>(schema::ScaleVmCommand{}), "'vmName'");
}

// refuses CreateVMSnapshotCommand: snapshots of a VM, with its memory or of all disks at once
// refuses DeleteVMSnapshotCommand: the same
// refuses RevertToVMSnapshotCommand: the same
TEST(VmSnapshots, AreRefusedByNameBeforeAnythingIsTouched) {
  VmScene scene;
  const schema::VMSnapshotTO whole{.snapshotName = "one",
                                   .type = schema::VMSnapshotType::DiskAndMemory};
  expect_refused(scene.run<schema::CreateVMSnapshotAnswer>(
                     schema::CreateVMSnapshotCommand{.target = whole, .vmName = "i-2-7-VM"}),
                 "CreateVMSnapshotCommand for VM i-2-7-VM: snapshots of a VM with its memory");
  expect_refused(scene.run<schema::DeleteVMSnapshotAnswer>(
                     schema::DeleteVMSnapshotCommand{.target = whole, .vmName = "i-2-7-VM"}),
                 "DeleteVMSnapshotCommand");
  expect_refused(scene.run<schema::RevertToVMSnapshotAnswer>(
                     schema::RevertToVMSnapshotCommand{.target = whole, .vmName = "i-2-7-VM"}),
                 "RevertToVMSnapshotCommand");
  EXPECT_THAT(scene.flow.sent, IsEmpty());
}

}  // namespace
}  // namespace trestle::ovm3
