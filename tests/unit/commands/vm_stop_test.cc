// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "helpers/ovm3/vm_files.h"
#include "tests/unit/commands/vm_scene.h"

namespace trestle::ovm3 {
namespace {

using simulator::Action;
using simulator::DomainState;
using simulator::Release;
using testing::HasSubstr;
using testing::Not;

// proves StopCommand
TEST(VmStop, EndsTheVmAndRemovesItsConfigurationButNoDisk) {
  VmScene scene;
  expect_done(scene.start_vm());
  const auto answer = scene.stop_vm();
  expect_done(answer);
  EXPECT_THAT(*answer.details, HasSubstr("shut down by itself; it is gone"));
  EXPECT_THAT(*answer.details, HasSubstr("configuration was removed"));
  EXPECT_FALSE(scene.domain("i-2-7-VM"));
  EXPECT_FALSE(scene.stored("i-2-7-VM"));
  EXPECT_TRUE(scene.has_disk("root-7.raw"));
  EXPECT_FALSE(scene.has_bridge("xenbr0.160")) << "nobody uses that VLAN any more";
}

TEST(VmStop, LeavesTheBridgeThatAnotherVmUses) {
  VmScene scene;
  auto other = VmScene::user_vm("i-2-8-VM");
  other.nics->front().mac = "02:00:4d:5e:00:02";
  expect_done(scene.start_vm());
  expect_done(scene.start_vm(other));
  expect_done(scene.stop_vm());
  EXPECT_TRUE(scene.has_bridge("xenbr0.160"));
  expect_done(scene.stop_vm("i-2-8-VM"));
  EXPECT_FALSE(scene.has_bridge("xenbr0.160"));
}

TEST(VmStop, RemovesABridgeThatOnlyAnotherHostStillNeeds) {
  VmScene scene(2);
  auto other = VmScene::user_vm("i-2-8-VM");
  other.nics->front().mac = "02:00:4d:5e:00:02";
  expect_done(scene.start_vm());
  expect_done(scene.start_vm(other, 2));
  expect_done(scene.stop_vm());
  EXPECT_FALSE(scene.has_bridge("xenbr0.160", 1));
  EXPECT_TRUE(scene.has_bridge("xenbr0.160", 2));
}

TEST(VmStop, OfAVmThatIsNotThereIsDoneAndSaysSo) {
  VmScene scene;
  expect_done(scene.start_vm());
  expect_done(scene.stop_vm());
  const auto again = scene.stop_vm();
  expect_done(again);
  EXPECT_THAT(*again.details, HasSubstr("was not there"));
  EXPECT_EQ(scene.calls("stop_vm"), 1);
}

TEST(VmStop, TouchesNoVmWhoseNameOnlyBeginsAlike) {
  VmScene scene;
  expect_done(scene.start_vm(VmScene::user_vm("i-2-77-VM")));
  expect_done(scene.stop_vm("i-2-7-VM"));
  expect_done(scene.stop_vm("i-2-77"));
  EXPECT_TRUE(scene.domain("i-2-77-VM"));
  EXPECT_TRUE(scene.stored("i-2-77-VM"));
}

// known defect 90
TEST(VmStop, CutsOffAGuestThatIgnoresTheRequest) {
  VmScene scene;
  expect_done(scene.start_vm());
  scene.change("i-2-7-VM", [](auto& one) { one.guest.ignores_stop = true; });
  const auto answer = scene.stop_vm();
  expect_done(answer);
  EXPECT_THAT(*answer.details, HasSubstr("cut off"));
  EXPECT_FALSE(scene.domain("i-2-7-VM"));
  EXPECT_FALSE(scene.stored("i-2-7-VM"));
}

// known defect 90
TEST(VmStop, NeverRemovesTheConfigurationOfAVmThatStillRuns) {
  VmScene scene;
  expect_done(scene.start_vm());
  scene.add_rule({.id = {}, .service = "stop_vm", .fault_text = "xend does not listen"});
  expect_refused(scene.stop_vm(), "xend does not listen");
  EXPECT_TRUE(scene.domain("i-2-7-VM"));
  EXPECT_TRUE(scene.stored("i-2-7-VM"));
  scene.clear_rules();
  expect_done(scene.stop_vm());
}

// known defect 89
TEST(VmStop, CleansUpAfterAVmThatEndedByItself) {
  VmScene scene;
  expect_done(scene.start_vm());
  scene.flow.sim.with_estate(
      [](simulator::Estate& estate) { estate.hosts.front()->domains.clear(); });
  ASSERT_TRUE(scene.stored("i-2-7-VM"));
  const auto answer = scene.stop_vm();
  expect_done(answer);
  EXPECT_THAT(*answer.details, HasSubstr("did not run on this host"));
  EXPECT_FALSE(scene.stored("i-2-7-VM"));
}

// known defect 89
TEST(VmStop, FailsWhenTheHostCannotSayWhatRuns) {
  VmScene scene;
  expect_done(scene.start_vm());
  scene.add_rule({.id = {}, .service = "list_vms", .fault_text = "xend is away"});
  expect_refused(scene.stop_vm(), "xend is away");
  EXPECT_TRUE(scene.domain("i-2-7-VM"));
  EXPECT_TRUE(scene.stored("i-2-7-VM"));
}

// known defect 89
TEST(VmStop, LeavesTheConfigurationOfAVmThatRunsElsewhere) {
  VmScene scene(2);
  expect_done(scene.start_vm());
  const auto answer = scene.stop_vm("i-2-7-VM", 2);
  expect_done(answer);
  EXPECT_THAT(*answer.details, HasSubstr("belongs to host guid-of-ovm-1"));
  EXPECT_TRUE(scene.stored("i-2-7-VM"));
  EXPECT_TRUE(scene.domain("i-2-7-VM", 1));
  expect_done(scene.stop_vm("i-2-7-VM", 1));
  EXPECT_FALSE(scene.stored("i-2-7-VM"));
}

// known defect 89
TEST(VmStop, LeavesAConfigurationThatDoesNotSayWhoseItIs) {
  VmScene scene;
  const Vm old(scene.flow.agent(1), *RepositoryId::from_name(VmScene::kRepository),
               vm_id_of_name("i-2-7-VM"));
  ASSERT_TRUE(old.create(
      scene.flow.ctx(),
      VmConfig(Struct{{"name", "i-2-7-VM"}, {"OVM_simple_name", "i-2-7-VM"}, {"memory", 64}})));
  const auto answer = scene.stop_vm();
  expect_done(answer);
  EXPECT_THAT(*answer.details, HasSubstr("belongs to a host that it does not name"));
  EXPECT_TRUE(scene.stored("i-2-7-VM"));
}

TEST(VmStop, StopsAVmOfTheOldPlugin) {
  VmScene scene;
  const Vm old(scene.flow.agent(1), *RepositoryId::from_name(VmScene::kRepository),
               vm_id_of_name("i-2-7-VM"));
  const std::string disk =
      "file:/OVS/Repositories/f12842ebf5ed3fe78da1eb0e17f5ede8/VirtualDisks/"
      "root-7.raw,xvda,w";
  ASSERT_TRUE(old.create(scene.flow.ctx(), VmConfig(Struct{{"name", "i-2-7-VM"},
                                                           {"uuid", name_uuid("i-2-7-VM")},
                                                           {"OVM_simple_name", "i-2-7-VM"},
                                                           {"OVM_domain_type", "xen_pvm"},
                                                           {"memory", 64},
                                                           {"disk", Array{disk}}})));
  ASSERT_TRUE(old.start(scene.flow.ctx()));
  expect_done(scene.stop_vm());
  EXPECT_FALSE(scene.domain("i-2-7-VM"));
  EXPECT_FALSE(scene.stored("i-2-7-VM"));
  EXPECT_TRUE(scene.has_disk("root-7.raw"));
}

TEST(VmStop, SaysThatTheVmIsStoppedWhenOnlyItsConfigurationStays) {
  VmScene scene;
  expect_done(scene.start_vm());
  scene.add_rule({.id = {}, .service = "delete_vm", .times = 1, .fault_text = "[Errno 13] denied"});
  const auto answer = scene.stop_vm();
  expect_refused(answer, "the VM is stopped, but its configuration could not be removed");
  EXPECT_FALSE(scene.domain("i-2-7-VM"));
  const auto again = scene.stop_vm();
  expect_done(again);
  EXPECT_FALSE(scene.stored("i-2-7-VM"));
}

TEST(VmStop, LooksWhenTheAnswerIsLost) {
  for (const char* service : {"stop_vm", "delete_vm"}) {
    VmScene scene;
    expect_done(scene.start_vm());
    scene.add_rule({.id = {}, .service = service, .times = 1, .action = Action::kDropAfter});
    expect_done(scene.stop_vm());
    EXPECT_FALSE(scene.domain("i-2-7-VM")) << service;
    EXPECT_FALSE(scene.stored("i-2-7-VM")) << service;
  }
}

TEST(VmStop, NamesTwoDomainsOfOneName) {
  VmScene scene;
  expect_done(scene.start_vm());
  scene.flow.sim.with_estate([](simulator::Estate& estate) {
    auto& domains = estate.hosts.front()->domains;
    auto twin = domains.front();
    twin.uuid = "00000000-0000-4000-8000-000000000001";
    twin.vm_id = "twin";
    domains.push_back(twin);
  });
  expect_refused(scene.stop_vm(), "two domains of this host bear the name i-2-7-VM");
}

/// What the removal of a VM with its disks takes (remove_vm); a stop takes none.
TEST(VmDisks, AreTakenFromTheirFolderOnly) {
  VmScene scene;
  std::ofstream(scene.directory() / "Templates" / "golden.img") << "for all";
  const RepositoryId repository = *RepositoryId::from_name(VmScene::kRepository);
  const auto all = mounted_repositories(scene.flow.ctx(), scene.flow.agent(1), repository);
  ASSERT_TRUE(all) << all.error().message();
  const std::string folder = RepositoryPaths(repository).folder(kVirtualDisks);
  const VmConfig config(Struct{{"name", "i-2-7-VM"},
                               {"disk", Array{"file:" + folder + "/../Templates/golden.img,xvda,w",
                                              "file:" + folder + "/root-7.raw,xvdb,w"}}});
  const auto gone = destroy_disks(scene.flow.ctx(), scene.flow.agent(1), no_log(), *all, repository,
                                  vm_id_of_name("i-2-7-VM"), config);
  EXPECT_TRUE(gone) << gone.error().message();
  EXPECT_FALSE(scene.has_disk("root-7.raw"));
  EXPECT_TRUE(std::filesystem::exists(scene.directory() / "Templates" / "golden.img"));
}

// proves RebootCommand
TEST(VmReboot, GivesTheNewConsolePort) {
  VmScene scene(1, Release::k34);
  expect_done(scene.start_vm(VmScene::user_vm("i-2-6-VM")));  // takes port 5900
  expect_done(scene.start_vm());
  expect_done(scene.stop_vm("i-2-6-VM"));
  scene.clock_forward(std::chrono::minutes(2));
  const auto before = scene.domain("i-2-7-VM")->domid;
  const auto answer = scene.run<schema::RebootAnswer>(schema::RebootCommand{.vmName = "i-2-7-VM"});
  expect_done(answer);
  EXPECT_EQ(answer.vncPort, 5900) << "the port of the domain that runs now";
  EXPECT_NE(scene.domain("i-2-7-VM")->domid, before);
}

// known defect 91
TEST(VmReboot, SurvivesTheMomentInWhichTheVmIsNotThere) {
  VmScene scene(1, Release::k321);
  expect_done(scene.start_vm());
  // xend of 3.2.1 destroys a guest that reboots within its first minute: it must be started anew.
  const auto answer = scene.run<schema::RebootAnswer>(schema::RebootCommand{.vmName = "i-2-7-VM"});
  expect_done(answer);
  EXPECT_TRUE(answer.vncPort);
  ASSERT_TRUE(scene.domain("i-2-7-VM"));
  EXPECT_EQ(scene.domain("i-2-7-VM")->state, DomainState::kBlocked);
}

TEST(VmReboot, OfAGuestThatDoesNotListenCutsItOff) {
  VmScene scene;
  expect_done(scene.start_vm());
  scene.change("i-2-7-VM", [](auto& one) { one.guest.ignores_stop = true; });
  expect_done(scene.run<schema::RebootAnswer>(schema::RebootCommand{.vmName = "i-2-7-VM"}));
  EXPECT_EQ(scene.domain("i-2-7-VM")->domid, 2U);
}

TEST(VmReboot, RefusesWhatDoesNotRunHere) {
  VmScene scene;
  expect_refused(scene.run<schema::RebootAnswer>(schema::RebootCommand{.vmName = "r-12-VM"}),
                 "does not run on this host");
  expect_done(scene.start_vm());
  scene.flow.sim.with_estate(
      [](simulator::Estate& estate) { estate.hosts.front()->domains.clear(); });
  expect_refused(scene.run<schema::RebootAnswer>(schema::RebootCommand{.vmName = "i-2-7-VM"}),
                 "only its configuration is there");
  EXPECT_EQ(scene.calls("reboot_vm"), 0);
}

schema::CheckVirtualMachineAnswer check(VmScene& scene, const std::string& name = "i-2-7-VM") {
  return scene.run<schema::CheckVirtualMachineAnswer>(
      schema::CheckVirtualMachineCommand{.vmName = name});
}

// proves CheckVirtualMachineCommand
// known defect 93
TEST(VmCheck, TellsWhatRunsAndChangesNothing) {
  VmScene scene;
  EXPECT_EQ(check(scene).state, schema::PowerState::PowerOff);
  expect_done(scene.start_vm());
  const auto answer = check(scene);
  expect_done(answer);
  EXPECT_EQ(answer.state, schema::PowerState::PowerOn);
  EXPECT_EQ(answer.vncPort, 5900);
  scene.flow.sim.with_estate(
      [](simulator::Estate& estate) { estate.hosts.front()->domains.clear(); });
  EXPECT_EQ(check(scene).state, schema::PowerState::PowerOff) << "asking has changed nothing";
  EXPECT_THAT(scene.resource().host()->last_report(), testing::IsEmpty());
  EXPECT_EQ(check(scene, "i-2-7").state, schema::PowerState::PowerOff) << "matched as a whole";
}

// known defect 94
TEST(VmCheck, ReadsTheStateByItsFlags) {
  VmScene scene;
  expect_done(scene.start_vm());
  scene.change("i-2-7-VM", [](auto& one) { one.state = DomainState::kCrashed; });
  EXPECT_EQ(check(scene).state, schema::PowerState::PowerUnknown);
  scene.change("i-2-7-VM", [](auto& one) { one.state = DomainState::kPaused; });
  const auto paused = check(scene);
  EXPECT_EQ(paused.state, schema::PowerState::PowerOn);
  EXPECT_THAT(*paused.details, HasSubstr("is paused"));
}

// known defect 104
TEST(VmCheck, KnowsDom0ByItsUuidAndNotByItsName) {
  VmScene scene;
  EXPECT_EQ(check(scene, "Domain-0").state, schema::PowerState::PowerOff);
  auto vm = VmScene::user_vm("Domain-0");
  expect_done(scene.start_vm(vm));
  EXPECT_EQ(check(scene, "Domain-0").state, schema::PowerState::PowerOn) << "a guest of that name";
}

TEST(VmCheck, FailsWhenTheHostCannotSayWhatRuns) {
  VmScene scene;
  expect_done(scene.start_vm());
  scene.add_rule({.id = {}, .service = "list_vms", .fault_text = "xend is away"});
  expect_refused(check(scene), "xend is away");
}

}  // namespace
}  // namespace trestle::ovm3
