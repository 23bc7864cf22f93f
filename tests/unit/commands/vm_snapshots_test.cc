// SPDX-License-Identifier: Apache-2.0
// Snapshots of stopped VMs, with what happens to them while disks are copied.
#include "helpers/ovm3/snapshots.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "helpers/ovm3/disk_attach.h"
#include "helpers/ovm3/template_source.h"
#include "tests/unit/commands/interruption.h"
#include "tests/unit/commands/storage_scene.h"

namespace trestle::ovm3 {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using Moment = Interruption::Moment;

constexpr const char* kVm = "i-2-7-VM";

class VmSnapshots : public testing::Test {
 protected:
  VmSnapshots() {
    scene.add_pools();
    StorageScene::write(disk("root.raw"), "as it was");
    scene.make_vm(kVm, StorageScene::disk_path("root.raw"));
  }

  std::filesystem::path disk(const std::string& name) {
    return scene.on_primary("VirtualDisks/" + name);
  }
  /// The files beside the disk of the VM.
  std::vector<std::string> others() {
    std::vector<std::string> names;
    for (const auto& one : std::filesystem::directory_iterator(disk(""))) {
      if (one.path().filename() != "root.raw") names.push_back(one.path().filename());
    }
    std::ranges::sort(names);
    return names;
  }
  static RepositoryId repository() { return *RepositoryId::from_name(StorageScene::kRepository); }
  Vm vm() { return Vm(scene.flow.agent(1), repository(), vm_id_of_name(kVm)); }
  Repositories all() { return *mounted_repositories(ctx, scene.flow.agent(1), repository()); }
  HostedVm hosted() {
    return {.repository = repository(),
            .id = vm_id_of_name(kVm),
            .config = *vm().config(ctx),
            .mark = {}};
  }
  Result<void> take(const Agent& agent) {
    return create_snapshot(ctx, ctx, agent, no_log(), all(), hosted(), "one");
  }
  Result<void> put_back(const Agent& agent) {
    return restore_snapshot(ctx, ctx, agent, no_log(), all(), hosted(), "one");
  }
  Interruption interrupted(const char* service, Moment moment, std::function<void()> deed) {
    return Interruption(*scene.flow.sim.transport("ovm-1"), Interruption::at(service), moment,
                        std::move(deed));
  }
  void start() { ASSERT_TRUE(vm().start(ctx)); }
  /// The path of the VM's one disk.
  std::string disk_now() { return hosted().config.disks()->at(0).path; }

  StorageScene scene;
  CallContext ctx = scene.flow.ctx();
};

TEST_F(VmSnapshots, GiveBackTheDisksThatTheVmHad) {
  ASSERT_TRUE(take(scene.flow.agent(1)));
  EXPECT_THAT(snapshots_of(*all().find(repository()), vm_id_of_name(kVm)), ElementsAre("one"));
  StorageScene::write(disk("root.raw"), "changed");
  ASSERT_TRUE(put_back(scene.flow.agent(1)));
  EXPECT_FALSE(StorageScene::exists(disk("root.raw")));
  EXPECT_EQ(StorageScene::read(disk(std::filesystem::path(disk_now()).filename())), "as it was");
}

TEST_F(VmSnapshots, AreTornByAVmThatStartsMeanwhile) {
  auto line = interrupted("copy_file", Moment::kAfter, [&] { start(); });
  const auto taken = take(Agent(line));
  ASSERT_FALSE(taken);
  EXPECT_THAT(taken.error().message(), HasSubstr("runs"));
  EXPECT_THAT(others(), ElementsAre());
}

TEST_F(VmSnapshots, NeverTakeTheDiskOfAVmThatStartsMeanwhile) {
  ASSERT_TRUE(take(scene.flow.agent(1)));
  const auto before = others();
  auto line = interrupted("copy_file", Moment::kAfter, [&] { start(); });
  const auto back = put_back(Agent(line));
  ASSERT_FALSE(back);
  EXPECT_EQ(disk_now(), StorageScene::disk_path("root.raw"));
  EXPECT_TRUE(StorageScene::exists(disk("root.raw"))) << "it runs from it";
  EXPECT_EQ(others(), before) << "what was copied is removed again";
}

TEST_F(VmSnapshots, AreNotTakenForWholeWhenACopyIsShorter) {
  auto line = interrupted("copy_file", Moment::kAfter, [&] {
    for (const std::string& name : others()) std::filesystem::resize_file(disk(name), 3);
  });
  const auto taken = take(Agent(line));
  ASSERT_FALSE(taken);
  EXPECT_EQ(taken.error().code, Code::kCorruptImage);
  EXPECT_THAT(others(), ElementsAre());
}

TEST_F(VmSnapshots, ComeBackAlthoughTheAnswerIsLost) {
  ASSERT_TRUE(take(scene.flow.agent(1)));
  StorageScene::write(disk("root.raw"), "changed");
  scene.flow.sim.with_rules([](simulator::RuleBook& rules) {
    return rules.set(
        {.id = {}, .service = "configure_vm", .times = 1, .action = simulator::Action::kDropAfter});
  });
  const auto back = put_back(scene.flow.agent(1));
  ASSERT_TRUE(back) << back.error().message();
  EXPECT_FALSE(StorageScene::exists(disk("root.raw")));
  EXPECT_EQ(StorageScene::read(disk(std::filesystem::path(disk_now()).filename())), "as it was");
}

TEST_F(VmSnapshots, LeaveNothingOfARestoreThatTheAgentRefused) {
  ASSERT_TRUE(take(scene.flow.agent(1)));
  const auto before = others();
  scene.fault("configure_vm", "[Errno 28] No space left on device", 1, 1);
  ASSERT_FALSE(put_back(scene.flow.agent(1)));
  EXPECT_EQ(others(), before);
  EXPECT_EQ(disk_now(), StorageScene::disk_path("root.raw"));
  EXPECT_TRUE(StorageScene::exists(disk("root.raw")));
}

TEST_F(VmSnapshots, RemoveNoImageOutsideOfVirtualDisks) {
  const std::string base =
      "/OVS/Repositories/" + std::string(StorageScene::kRepository) + "/Templates/base.img";
  StorageScene::write(scene.on_primary("Templates/base.img"), "everybody's");
  auto disks = *hosted().config.disks();
  disks.at(0).path = base;
  const auto config = *hosted().config.with_disks(disks);
  ASSERT_TRUE(vm().configure(ctx, changes(hosted().config, config)));
  ASSERT_TRUE(take(scene.flow.agent(1)));
  ASSERT_TRUE(put_back(scene.flow.agent(1)));
  EXPECT_NE(disk_now(), base);
  EXPECT_TRUE(StorageScene::exists(scene.on_primary("Templates/base.img")));
}

TEST_F(VmSnapshots, HaveNames) {
  RepositoryContents contents{.id = repository()};
  const std::string id = vm_id_of_name(kVm).text();
  contents.virtual_disks = {id + "-snap.cfg", id + "-snap..cfg", id + "-snap.a.cfg"};
  EXPECT_THAT(snapshots_of(contents, vm_id_of_name(kVm)), ElementsAre("a"));
}

TEST_F(VmSnapshots, AndTemplatesAreNotMadeOfHalfACopy) {
  StorageScene::write(disk("root.raw.copying"), "");
  const auto half = find_template(ctx, scene.flow.agent(1), all(), "root.raw", true);
  ASSERT_FALSE(half);
  EXPECT_THAT(half.error().what, HasSubstr("half a copy"));
  std::filesystem::remove(disk("root.raw.copying"));
  EXPECT_TRUE(find_template(ctx, scene.flow.agent(1), all(), "root.raw", true));
}

TEST_F(VmSnapshots, AndDisksThatOthersAttachAtOnceStay) {
  // The configuration is written by another server right after ours, without our disk.
  StorageScene::write(disk("ours.raw"), "ours");
  StorageScene::write(disk("theirs.raw"), "theirs");
  auto line = interrupted("configure_vm", Moment::kAfter, [&] {
    const auto stored = *vm().config(ctx);
    auto disks = *stored.disks();
    disks.pop_back();
    disks.push_back({.backend = "file",
                     .path = StorageScene::disk_path("theirs.raw"),
                     .dev = "xvdc",
                     .mode = DiskMode::kReadWrite});
    ASSERT_TRUE(vm().configure(ctx, changes(stored, *stored.with_disks(disks))));
  });
  const Work work{.ctx = ctx, .undo = ctx, .agent = Agent(line), .log = no_log()};
  const DiskOwner owner{.vm = Vm(Agent(line), repository(), vm_id_of_name(kVm)),
                        .name = kVm,
                        .config = *vm().config(ctx)};
  const auto attached =
      attach_disk(work, all(), owner, {.path = StorageScene::disk_path("ours.raw"), .place = 1});
  ASSERT_FALSE(attached);
  EXPECT_THAT(scene.stored_disks(kVm),
              ElementsAre(HasSubstr("root.raw"), HasSubstr("theirs.raw,xvdc")));
}

}  // namespace
}  // namespace trestle::ovm3
