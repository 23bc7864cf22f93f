// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <sstream>
#include <string>

#include "integration/schema/codec.h"
#include "tests/unit/commands/vm_scene.h"

namespace trestle::ovm3 {
namespace {

using simulator::Action;
using simulator::Release;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

// proves StartCommand
TEST(VmStart, RunsTheVmAsItWasToldTo) {
  VmScene scene;
  const auto answer = scene.start_vm();
  expect_done(answer);
  ASSERT_TRUE(answer.vm);
  EXPECT_EQ(*answer.vm, VmScene::user_vm()) << "the server reads the VM from the answer";
  const auto domain = scene.domain("i-2-7-VM");
  ASSERT_TRUE(domain);
  EXPECT_EQ(domain->vm_id, "7efbdbe0-3d01-3b22-a8a0-1d41c6f2502f") << "Java's nameUUIDFromBytes";
  EXPECT_EQ(domain->uuid, "7efbdbe0-3d01-3b22-a8a0-1d41c6f2502f");
  EXPECT_EQ(domain->repository, VmScene::kRepository);
  EXPECT_EQ(domain->vcpus, 2);
  EXPECT_FALSE(domain->hvm);
  ASSERT_EQ(domain->disks.size(), 1U);
  EXPECT_EQ(domain->disks[0].uname,
            "file:/OVS/Repositories/f12842ebf5ed3fe78da1eb0e17f5ede8/VirtualDisks/root-7.raw");
  EXPECT_EQ(domain->disks[0].device, "xvda");
  ASSERT_EQ(domain->vifs.size(), 1U);
  EXPECT_EQ(domain->vifs[0].mac, "02:00:4d:5e:00:01");
  EXPECT_EQ(domain->vifs[0].bridge, "xenbr0.160");
  EXPECT_TRUE(scene.has_bridge("xenbr0.160"));
  const auto config = scene.stored("i-2-7-VM");
  ASSERT_TRUE(config);
  EXPECT_EQ(config->text("OVM_simple_name"), "i-2-7-VM");
  EXPECT_THAT(config->text("OVM_description").value_or(""),
              HasSubstr("cloudstack-uuid=5c1f0c5b-7a4e-4f6e-9f0b-5a4f5d1d8a01 "
                        "cloudstack-host=guid-of-ovm-1"));
  EXPECT_THAT(*answer.details, HasSubstr("runs: domain 1 on ovm-1, console at 127.0.0.1:5900"));
}

TEST(VmStart, DoesTheSameTwiceAndSaysSo) {
  VmScene scene;
  expect_done(scene.start_vm());
  const auto again = scene.start_vm();
  expect_done(again);
  EXPECT_THAT(*again.details, HasSubstr("runs already"));
  EXPECT_EQ(scene.calls("start_vm"), 1);
}

// known defect 85
TEST(VmStart, LetsMemoryGrowToItsMaximum) {
  VmScene scene;
  expect_done(scene.start_vm());
  const auto config = scene.stored("i-2-7-VM");
  ASSERT_TRUE(config);
  EXPECT_EQ(config->memory(), MiB{512});
  EXPECT_EQ(config->maxmem(), MiB{1024});
  // An emulated machine without drivers cannot give memory back: it gets all at once.
  auto emulated = VmScene::user_vm("i-2-8-VM");
  emulated.os = "Windows Server 2008 R2 (64-bit)";
  expect_done(scene.start_vm(emulated));
  EXPECT_EQ(scene.stored("i-2-8-VM")->memory(), MiB{1024});
}

// known defect 84
TEST(VmStart, GivesEmulatedGuestsAMachineAndUnknownOnesTheDefault) {
  VmScene scene;
  auto vm = VmScene::user_vm();
  vm.os = "Plan 9 from Bell Labs";
  vm.bootloader = schema::BootloaderType::CD;
  vm.params = schema::StringMap{{"nicAdapter", "E1000"}};
  vm.disks->push_back(VmScene::disk("data-7.raw", 1, schema::VolumeType::DATADISK));
  const auto answer = scene.start_vm(vm);
  expect_done(answer);
  EXPECT_THAT(*answer.details, HasSubstr("'Plan 9 from Bell Labs' is not in the table"));
  EXPECT_THAT(*answer.details, HasSubstr("xen_hvm"));
  const auto config = scene.stored("i-2-7-VM");
  ASSERT_TRUE(config);
  EXPECT_EQ(config->domain_type(), "xen_hvm");
  EXPECT_EQ(config->text("builder"), "hvm");
  EXPECT_EQ(config->text("boot"), "dc") << "asked to boot from CD";
  EXPECT_EQ(config->text("device_model"), "/usr/lib/xen/bin/qemu-dm");
  EXPECT_EQ(config->number("vnc"), 1);
  EXPECT_EQ(config->text("bootloader"), std::nullopt);
  const auto disks = config->disks();
  ASSERT_TRUE(disks);
  ASSERT_EQ(disks->size(), 2U);
  EXPECT_EQ((*disks)[0].dev, "hda");
  EXPECT_EQ((*disks)[1].dev, "hdb");
  ASSERT_EQ(config->vifs().size(), 1U);
  EXPECT_EQ(config->vifs()[0].type, "ioemu");
  EXPECT_EQ(config->vifs()[0].model, "e1000");
}

TEST(VmStart, SaysNothingOfTheTableForASystemThatIsInIt) {
  VmScene scene;
  EXPECT_THAT(*scene.start_vm().details, Not(HasSubstr("table")));
}

// known defect 88
TEST(VmStart, LetsTheConsoleListenWhereItIsConfiguredOnly) {
  VmScene scene;
  expect_done(scene.start_vm());
  EXPECT_EQ(scene.domain("i-2-7-VM")->vfb.listen, "127.0.0.1") << "the careful default";
  scene.set(1, {{"vnc.listen", "127.0.1.1"}});
  expect_done(scene.start_vm(VmScene::user_vm("i-2-8-VM")));
  EXPECT_EQ(scene.domain("i-2-8-VM")->vfb.listen, "127.0.1.1");
}

// known defect 105
TEST(VmStart, WritesTheKeyThatPicksAFreeConsolePort) {
  VmScene scene;
  expect_done(scene.start_vm());
  const auto config = scene.stored("i-2-7-VM");
  ASSERT_TRUE(config);
  EXPECT_THAT(config->list("vfb"), ElementsAre(HasSubstr("vncunused=1")));
  EXPECT_THAT(config->list("vfb"), ElementsAre(Not(HasSubstr("vncused"))));
}

// known defect 86
TEST(VmStart, TakesBackWhatItMadeWhenTheVmDoesNotStart) {
  VmScene scene;
  auto vm = VmScene::user_vm();
  vm.disks = {{VmScene::disk("gone.raw", 0, schema::VolumeType::ROOT)}};
  const auto answer = scene.start_vm(vm);
  expect_refused(answer, "Disk image does not exist");
  ASSERT_TRUE(answer.vm) << "the server reads the VM from a failed answer too";
  EXPECT_FALSE(scene.stored("i-2-7-VM"));
  EXPECT_FALSE(scene.domain("i-2-7-VM"));
  EXPECT_FALSE(scene.has_bridge("xenbr0.160"));
}

TEST(VmStart, TakesBackItsBridgesWhenTheConfigurationCannotBeWritten) {
  VmScene scene;
  scene.add_rule(
      {.id = {}, .service = "create_vm", .fault_text = "[Errno 28] No space left on device"});
  expect_refused(scene.start_vm(), "No space left");
  EXPECT_FALSE(scene.has_bridge("xenbr0.160"));
  EXPECT_FALSE(scene.stored("i-2-7-VM"));
  scene.clear_rules();
  expect_done(scene.start_vm());
}

TEST(VmStart, LooksWhenTheAnswerIsLost) {
  for (const char* service : {"create_vm", "start_vm"}) {
    for (const Action action : {Action::kDropAfter, Action::kTruncate}) {
      VmScene scene;
      scene.add_rule({.id = {}, .service = service, .times = 1, .action = action, .bytes = 20});
      const auto answer = scene.start_vm();
      expect_done(answer);
      EXPECT_THAT(*answer.details, Not(HasSubstr("took over")));
      EXPECT_TRUE(scene.domain("i-2-7-VM")) << service;
      EXPECT_EQ(scene.calls(service), 1) << "a changing call is not repeated";
    }
  }
}

TEST(VmStart, TellsTheFirstErrorWhenNothingWasWritten) {
  VmScene scene;
  scene.add_rule({.id = {}, .service = "create_vm", .times = 1, .action = Action::kDropBefore});
  const auto answer = scene.start_vm();
  expect_refused(answer, "create_vm");
  EXPECT_FALSE(scene.has_bridge("xenbr0.160"));
}

/// A configuration that was there before must neither be taken for the new one nor removed with it.
TEST(VmStart, KeepsApartWhatWasThereAndWhatItWrote) {
  VmScene scene;
  expect_done(scene.start_vm());
  scene.flow.sim.with_estate(
      [](simulator::Estate& estate) { estate.hosts.front()->domains.clear(); });
  const auto before = scene.stored("i-2-7-VM");
  auto larger = VmScene::user_vm();
  larger.cpus = 3;
  scene.add_rule({.id = {}, .service = "create_vm", .times = 2, .action = Action::kDropBefore});
  scene.add_rule({.id = {}, .service = "start_vm", .times = 1});
  expect_refused(scene.start_vm(larger), "made to fail");
  EXPECT_EQ(scene.stored("i-2-7-VM"), before);
  expect_done(scene.start_vm(larger));
  EXPECT_EQ(scene.domain("i-2-7-VM")->vcpus, 3);
}

TEST(VmStart, PutsAConfigurationBackThatMayHaveBeenReplaced) {
  VmScene scene(2);
  expect_done(scene.start_vm());
  ASSERT_TRUE(scene.flow.sim.power_off("ovm-1"));
  const auto before = scene.stored("i-2-7-VM");
  scene.add_rule(
      {.id = {}, .service = "set_vm_config", .times = 1, .action = Action::kTruncate, .bytes = 20});
  EXPECT_FALSE(scene.start_vm(VmScene::user_vm(), 2).result);
  EXPECT_EQ(scene.stored("i-2-7-VM"), before);
}

TEST(VmStart, TellsWhatItCouldNotTakeBack) {
  VmScene scene;
  scene.add_rule({.id = {}, .service = "start_vm", .fault_text = "no loader"});
  scene.add_rule({.id = {}, .service = "delete_vm", .fault_text = "the share is stale"});
  const auto answer = scene.start_vm();
  expect_refused(answer, "no loader");
  expect_refused(answer, "the share is stale");
  scene.clear_rules();
  const auto again = scene.start_vm();
  expect_done(again);
  EXPECT_THAT(*again.details, HasSubstr("took over the configuration that guid-of-ovm-1 had left"));
}

TEST(VmStart, PutsAnOlderConfigurationBackWhenItFails) {
  VmScene scene(2);
  expect_done(scene.start_vm());
  ASSERT_TRUE(scene.flow.sim.power_off("ovm-1"));
  const auto before = scene.stored("i-2-7-VM");
  scene.add_rule({.id = {}, .service = "start_vm", .host = "ovm-2", .times = 1});
  expect_refused(scene.start_vm(VmScene::user_vm(), 2), "made to fail");
  EXPECT_EQ(scene.stored("i-2-7-VM"), before);
  const auto answer = scene.start_vm(VmScene::user_vm(), 2);
  expect_done(answer);
  EXPECT_THAT(*answer.details, HasSubstr("took over the configuration that guid-of-ovm-1"));
  EXPECT_THAT(scene.stored("i-2-7-VM")->text("OVM_description").value_or(""),
              HasSubstr("cloudstack-host=guid-of-ovm-2"));
}

TEST(VmStart, RefusesAnIdThatBelongsToAnotherVm) {
  VmScene scene;
  const RepositoryId repository = *RepositoryId::from_name(VmScene::kRepository);
  const Vm other(scene.flow.agent(1), repository, vm_id_of_name("i-2-7-VM"));
  ASSERT_TRUE(other.create(
      scene.flow.ctx(),
      VmConfig(Struct{{"name", "i-2-70-VM"}, {"OVM_simple_name", "i-2-70-VM"}, {"memory", 64}})));
  expect_refused(scene.start_vm(), "the name 'i-2-70-VM'");
  EXPECT_EQ(scene.stored("i-2-7-VM")->name(), "i-2-70-VM") << "left as it was";
}

TEST(VmStart, NamesWhatTheCommandLacks) {
  VmScene scene;
  const auto without = [&](auto change) {
    auto vm = VmScene::user_vm();
    change(vm);
    return scene.start_vm(vm);
  };
  expect_refused(scene.run<schema::StartAnswer>(schema::StartCommand{}), "'vm'");
  expect_refused(without([](auto& vm) { vm.name.reset(); }), "'name'");
  expect_refused(without([](auto& vm) { vm.cpus = 0; }), "'cpus'");
  expect_refused(without([](auto& vm) { vm.minRam = vm.maxRam = 0; }), "'minRam'");
  expect_refused(without([](auto& vm) { vm.disks.reset(); }), "root disk");
  expect_refused(without([](auto& vm) { vm.nics->front().mac.reset(); }), "has no MAC");
  expect_refused(without([](auto& vm) { vm.nics->front().broadcastUri = "vlan://4095"; }), "4094");
  expect_refused(without([](auto& vm) { vm.nics->push_back(vm.nics->front()); }), "MAC address");
  expect_refused(without([](auto& vm) { vm.uuid = "no uuid"; }), "not a UUID");
  EXPECT_THAT(scene.flow.changing_calls(), IsEmpty());
}

TEST(VmStart, IsRefusedInMaintenance) {
  VmScene scene;
  scene.resource().host()->set_maintenance(true);
  expect_refused(scene.start_vm(), "in maintenance");
  EXPECT_THAT(scene.flow.changing_calls(), IsEmpty()) << "before anything is touched";
}

TEST(VmStart, OfAVmThatRunsAlreadyIsAnsweredInMaintenanceToo) {
  VmScene scene;
  expect_done(scene.start_vm());
  scene.resource().host()->set_maintenance(true);
  const auto before = scene.flow.changing_calls();
  const auto again = scene.start_vm();
  expect_done(again);
  EXPECT_THAT(*again.details, HasSubstr("runs already: domain 1 on ovm-1"));
  EXPECT_EQ(scene.flow.changing_calls(), before);
  EXPECT_TRUE(scene.resource().host()->in_maintenance());
  // One that would have to be started anew is new.
  scene.change("i-2-7-VM", [](auto& one) { one.state = simulator::DomainState::kCrashed; });
  expect_refused(scene.start_vm(), "in maintenance");
  EXPECT_EQ(scene.flow.changing_calls(), before);
}

TEST(VmStart, BringsAPausedOneBackAndACrashedOneAnew) {
  VmScene scene;
  expect_done(scene.start_vm());
  scene.change("i-2-7-VM", [](auto& one) { one.state = simulator::DomainState::kPaused; });
  expect_done(scene.start_vm());
  EXPECT_EQ(scene.domain("i-2-7-VM")->state, simulator::DomainState::kBlocked);
  EXPECT_EQ(scene.domain("i-2-7-VM")->domid, 1U);
  scene.change("i-2-7-VM", [](auto& one) { one.state = simulator::DomainState::kCrashed; });
  expect_done(scene.start_vm());
  EXPECT_EQ(scene.domain("i-2-7-VM")->state, simulator::DomainState::kBlocked);
  EXPECT_EQ(scene.domain("i-2-7-VM")->domid, 2U);
}

TEST(VmStart, GivesUpAsSoonAsTheDomainHasCrashed) {
  VmScene scene;
  scene.flow.sim.with_estate([](simulator::Estate& estate) {
    simulator::Host& host = *estate.hosts.front();
    estate.after(std::chrono::seconds(10), host, [&estate, &host] {
      if (auto* one = host.find_domain("i-2-7-VM")) one->state = simulator::DomainState::kCrashed;
      estate.touch();
    });
  });
  // The first look after the start comes late, so it sees the crash.
  scene.add_rule({.id = {},
                  .service = "list_vm",
                  .nth = 2,
                  .action = Action::kDelay,
                  .delay = std::chrono::seconds(20)});
  expect_refused(scene.start_vm(), "crashed while it started");
  EXPECT_FALSE(scene.domain("i-2-7-VM"));
  EXPECT_FALSE(scene.stored("i-2-7-VM"));
}

TEST(VmStart, GivesUpOnADomainThatIsGoneForGood) {
  VmScene scene;
  scene.flow.sim.with_estate([](simulator::Estate& estate) {
    simulator::Host& host = *estate.hosts.front();
    estate.after(std::chrono::seconds(10), host, [&host] { host.domains.clear(); });
  });
  scene.add_rule({.id = {},
                  .service = "list_vm",
                  .nth = 2,
                  .action = Action::kDelay,
                  .delay = std::chrono::seconds(20)});
  expect_refused(scene.start_vm(), "ended while it started");
  EXPECT_FALSE(scene.stored("i-2-7-VM"));
  EXPECT_FALSE(scene.has_bridge("xenbr0.160"));
}

TEST(VmStart, OfTheGoldenBodyRunsOnEveryRelease) {
  const std::string file =
      std::string(TRESTLE_SHARED_DIR) + "/golden/agent-protocol/start-user-vm.body";
  std::ifstream in(file);
  if (!in) {
    // Beside no reference there is nothing to read; the same VM is started by the tests above.
    SUCCEED() << file;
    return;
  }
  std::stringstream text;
  text << in.rdbuf();
  const auto body = schema::decode_body(text.str());
  ASSERT_TRUE(body) << body.error().message();
  for (const Release release : {Release::k321, Release::k331, Release::k34}) {
    VmScene scene(1, release);
    scene.add_disk("a2b3c4d5-0007-4abc-8def-1234567890ab.raw");
    const auto answer = scene.resource().execute(scene.flow.ctx(), body->messages.at(0));
    const auto* typed = answer.as<schema::StartAnswer>();
    ASSERT_NE(typed, nullptr);
    expect_done(*typed);
    EXPECT_EQ(typed->vm, body->messages.at(0).as<schema::StartCommand>()->vm);
    const auto domain = scene.domain("i-2-7-VM");
    ASSERT_TRUE(domain);
    EXPECT_EQ(domain->memory_mib, 512U);
    EXPECT_EQ(domain->vifs.at(0).bridge, "xenbr0.160");
  }
}

}  // namespace
}  // namespace trestle::ovm3
