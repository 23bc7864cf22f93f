// SPDX-License-Identifier: Apache-2.0
// What happens to images while they are copied or removed: another host, another command, a VM.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <functional>
#include <memory>
#include <string>

#include "helpers/ovm3/host_owner.h"
#include "integration/ovm3/store.h"
#include "integration/schema/generated/machine.h"
#include "tests/unit/commands/interruption.h"
#include "tests/unit/commands/storage_scene.h"

namespace trestle::ovm3 {
namespace {

using schema::Answer;
using schema::CopyCmdAnswer;
using schema::CopyCommand;
using schema::CreateObjectAnswer;
using schema::CreateObjectCommand;
using testing::HasSubstr;
using Moment = Interruption::Moment;

constexpr const char* kSecondaryDevice = "192.168.1.61:/volumes/cs/secondary";

class StorageTraps : public testing::Test {
 protected:
  StorageTraps() {
    scene.add_pools();
    StorageScene::write(scene.on_secondary("t/base.raw"), "an image");
    StorageScene::write(scene.on_primary("VirtualDisks/data.raw"), "a volume");
  }

  static schema::TemplateObjectTO base(const schema::DataStoreTO& store) {
    return {.path = "t/base.raw",
            .uuid = "2f3e4d5c-0202-4bbb-8ccc-0a0b0c0d0e0f",
            .id = 202,
            .imageDataStore = store,
            .name = "202-2-oel64"};
  }
  /// A template from secondary to primary storage.
  static CopyCommand fetch() {
    auto to = base(StorageScene::primary());
    to.path = std::nullopt;
    return {.srcTO = base(StorageScene::secondary()), .destTO = to};
  }
  static schema::VolumeObjectTO volume(const schema::DataStoreTO& store,
                                       std::optional<std::string> path) {
    return {.uuid = "20202020-0020-4abc-8def-121212121212",
            .dataStore = store,
            .name = "DATA-20",
            .path = std::move(path),
            .accountId = 2,
            .id = 20};
  }
  /// A volume to secondary storage.
  static CopyCommand save() {
    return {.srcTO = volume(StorageScene::primary(), "data.raw"),
            .destTO = volume(StorageScene::secondary(), std::nullopt)};
  }
  static CreateObjectCommand snapshot() {
    return {.data = schema::SnapshotObjectTO{.volume = volume(StorageScene::primary(), "data.raw"),
                                             .dataStore = StorageScene::primary(),
                                             .id = 31}};
  }

  /// Does a command on host 1 while something else happens.
  template <class A, class C>
  A run_interrupted(const C& command, Interruption::When when, Moment moment,
                    std::function<void()> deed) {
    Resource resource([&](const contracts::Configuration&) -> Result<std::unique_ptr<Transport>> {
      TRESTLE_ASSIGN_OR_RETURN(auto inner, scene.flow.sim.transport("ovm-1"));
      return std::make_unique<Interruption>(std::move(inner), when, moment, deed);
    });
    const auto set = resource.configure({.values = {{"guid", "guid-of-ovm-1"}, {"host", "ovm-1"}}});
    if (!set) ADD_FAILURE() << set.error().message();
    const auto answer = resource.execute(scene.flow.ctx(), schema::Object(command));
    return *answer.as<A>();
  }

  std::filesystem::path fetched() { return scene.on_primary("Templates/base.raw"); }
  std::filesystem::path mark() { return scene.on_primary("Templates/base.raw.copying"); }
  std::filesystem::path saved() {
    return scene.on_secondary("volumes/2/20/20202020-0020-4abc-8def-121212121212.raw");
  }

  StorageScene scene{2};
};

TEST_F(StorageTraps, ACopyThatAnotherHostTookOverDoesNotSayYes) {
  // The first one has made its mark and then stands still, so the second one makes the copy anew.
  CopyCmdAnswer second;
  const auto first =
      run_interrupted<CopyCmdAnswer>(fetch(), Interruption::at("copy_file"), Moment::kBefore,
                                     [&] { second = scene.run<CopyCmdAnswer>(fetch(), 2); });
  expect_done(second);
  expect_refused(first, "another request copies to");
  EXPECT_EQ(StorageScene::read(fetched()), "an image");
  EXPECT_FALSE(StorageScene::exists(mark()));
}

TEST_F(StorageTraps, AFailedCopyLeavesAloneWhatAnotherHostMakes) {
  // The second one is at work when the first one fails.
  const auto first =
      run_interrupted<CopyCmdAnswer>(fetch(), Interruption::at("copy_file"), Moment::kBefore, [&] {
        StorageScene::write(mark(), "the number of another attempt");
        StorageScene::write(fetched(), "half an im");
        scene.fault("copy_file", "[Errno 5] Input/output error", 0, 1);
      });
  expect_refused(first, "another request copies to");
  EXPECT_EQ(StorageScene::read(fetched()), "half an im");
  EXPECT_TRUE(StorageScene::exists(mark()));
}

TEST_F(StorageTraps, ASecondCopyWaitsForTheFirstOfAnotherHost) {
  StorageScene::write(mark(), "1");
  StorageScene::write(fetched(), "an");
  const auto begun = scene.flow.ctx().now();
  int steps = 0;
  const auto answer = run_interrupted<CopyCmdAnswer>(
      fetch(),
      [&](const Request&) {
        // It goes on by a byte every 20 s, and ends after a minute and a half.
        const auto since = scene.flow.ctx().now() - begun;
        if (since >= std::chrono::seconds{20} * (steps + 1) && steps < 4) {
          StorageScene::write(fetched(),
                              "an imag" + std::string(static_cast<std::size_t>(++steps), 'e'));
        }
        return since >= std::chrono::seconds{90};
      },
      Moment::kBefore,
      [&] {
        StorageScene::write(fetched(), "an image");
        std::filesystem::remove(mark());
      });
  expect_done(answer);
  EXPECT_THAT(*answer.details, HasSubstr("is there already"));
  EXPECT_EQ(StorageScene::read(fetched()), "an image");
}

TEST_F(StorageTraps, ACopyIsTornByAVmThatStartsMeanwhile) {
  // known defect 69, 75
  const auto start = [&] {
    scene.make_vm("i-2-7-VM", StorageScene::disk_path("data.raw"), 1, true);
  };
  const auto copied =
      run_interrupted<CopyCmdAnswer>(save(), Interruption::at("copy_file"), Moment::kAfter, start);
  expect_refused(copied, "i-2-7-VM");
  EXPECT_FALSE(StorageScene::exists(saved()));
  EXPECT_FALSE(StorageScene::exists(saved().native() + ".copying"));
  EXPECT_EQ(StorageScene::read(scene.on_primary("VirtualDisks/data.raw")), "a volume");
}

TEST_F(StorageTraps, ASnapshotIsTornByAVmThatStartsMeanwhile) {
  // known defect 69, 70
  const auto taken = run_interrupted<CreateObjectAnswer>(
      snapshot(), Interruption::at("copy_file"), Moment::kAfter,
      [&] { scene.make_vm("i-2-7-VM", StorageScene::disk_path("data.raw"), 1, true); });
  expect_refused(taken, "i-2-7-VM");
  EXPECT_FALSE(StorageScene::exists(scene.on_primary("VirtualDisks/data-snap-31.raw")));
}

TEST_F(StorageTraps, ASourceThatVanishesLeavesNothingBehind) {
  const auto answer = run_interrupted<CopyCmdAnswer>(
      fetch(), Interruption::at("copy_file"), Moment::kBefore,
      [&] { std::filesystem::remove(scene.on_secondary("t/base.raw")); });
  expect_refused(answer, "No such file");
  EXPECT_FALSE(StorageScene::exists(fetched()));
  EXPECT_FALSE(StorageScene::exists(mark()));
  EXPECT_EQ(scene.plugin_mounts_of(kSecondaryDevice), 0U);
}

TEST_F(StorageTraps, ASourceThatIsWrittenAnewIsNoSource) {
  // It has its size again, and is half a copy itself.
  const auto source = scene.on_secondary("t/base.raw");
  const auto answer =
      run_interrupted<CopyCmdAnswer>(fetch(), Interruption::at("copy_file"), Moment::kAfter, [&] {
        StorageScene::write(source, "another!");
        StorageScene::write(source.native() + ".copying", "");
      });
  expect_refused(answer, "written anew while it was copied");
  EXPECT_FALSE(StorageScene::exists(fetched()));
  std::filesystem::remove(source.native() + ".copying");
  expect_done(scene.run<CopyCmdAnswer>(fetch()));
  EXPECT_EQ(StorageScene::read(fetched()), "another!");
}

TEST_F(StorageTraps, ATargetThatCannotBeReplacedStaysWhole) {
  StorageScene::write(saved(), "an earlier copy");
  scene.fault("storage_plugin_destroy", "[Errno 16] Device or resource busy", 1, 1);
  expect_refused(scene.run<CopyCmdAnswer>(save()), "busy");
  EXPECT_EQ(StorageScene::read(saved()), "an earlier copy");
  EXPECT_FALSE(StorageScene::exists(saved().native() + ".copying")) << "it is no half a copy";
  expect_done(scene.run<CopyCmdAnswer>(save()));
  EXPECT_EQ(StorageScene::read(saved()), "a volume");
}

TEST_F(StorageTraps, OneFileByTwoMountsIsNeverItsOwnTarget) {
  // Secondary storage that is the pool's own export: the target would be removed to be replaced.
  auto command = save();
  auto to = volume(StorageScene::secondary("nfs://192.168.1.61/volumes/cs/primary"),
                   "VirtualDisks/data.raw");
  command.destTO = to;
  expect_refused(scene.run<CopyCmdAnswer>(command), "the same file");
  EXPECT_EQ(StorageScene::read(scene.on_primary("VirtualDisks/data.raw")), "a volume");
  to.path = "VirtualDisks/other.raw";
  command.destTO = to;
  expect_done(scene.run<CopyCmdAnswer>(command));
}

TEST_F(StorageTraps, AVolumeIsNotFoundInHalfACopy) {
  auto wanted = volume(StorageScene::primary(), "half.raw");
  wanted.size = 8;
  StorageScene::write(scene.on_primary("VirtualDisks/half.raw"), "8 bytes.");
  StorageScene::write(scene.on_primary("VirtualDisks/half.raw.copying"), "");
  expect_refused(scene.run<CreateObjectAnswer>(CreateObjectCommand{.data = wanted}), "half a copy");
  wanted.path = "half.raw.copying";
  expect_refused(scene.run<Answer>(schema::DeleteCommand{.data = wanted}), "is no path of");
  wanted.path = "half.raw";
  std::filesystem::remove(scene.on_primary("VirtualDisks/half.raw.copying"));
  expect_done(scene.run<CreateObjectAnswer>(CreateObjectCommand{.data = wanted}));
}

TEST_F(StorageTraps, SnapshotsWithoutANumberAreRefused) {
  auto command = snapshot();
  auto without = *command.data.as<schema::SnapshotObjectTO>();
  without.id = 0;
  command.data = without;
  expect_refused(scene.run<CreateObjectAnswer>(command), "has no id");
  without.path = "data.raw";
  auto to = without;
  to.dataStore = StorageScene::secondary();
  to.path = "snapshots/2/19";
  expect_refused(scene.run<CopyCmdAnswer>(CopyCommand{.srcTO = without, .destTO = to}),
                 "has no id");
  EXPECT_EQ(scene.calls("copy_file"), 0U);
}

TEST_F(StorageTraps, ADescriptionGoesWithItsOwnImageOnly) {
  const std::string folder = "template/tmpl/2/203";
  StorageScene::write(scene.on_secondary(folder + "/right.raw"), "image");
  StorageScene::write(scene.on_secondary(folder + "/template.properties"), "id=203\n");
  auto gone = base(StorageScene::secondary());
  gone.path = folder + "/wrong.raw";
  expect_done(scene.run<Answer>(schema::DeleteCommand{.data = gone}));
  EXPECT_TRUE(StorageScene::exists(scene.on_secondary(folder + "/template.properties")));
  EXPECT_TRUE(StorageScene::exists(scene.on_secondary(folder + "/right.raw")));
  // The image went before, and the command was cut off then.
  std::filesystem::remove(scene.on_secondary(folder + "/right.raw"));
  gone.id = 203;
  expect_done(scene.run<Answer>(schema::DeleteCommand{.data = gone}));
  EXPECT_FALSE(StorageScene::exists(scene.on_secondary(folder)));
  // At the root of the export there is no folder of one template.
  StorageScene::write(scene.on_secondary("template.properties"), "whose?");
  StorageScene::write(scene.on_secondary("root.raw"), "image");
  gone.path = "root.raw";
  expect_done(scene.run<Answer>(schema::DeleteCommand{.data = gone}));
  EXPECT_TRUE(StorageScene::exists(scene.on_secondary("template.properties")));
}

TEST_F(StorageTraps, CommandsForOneImageShareALaneWhateverEndingTheySay) {
  const auto place = *nfs_place("h:/x");
  const std::string lane = image_lane({place, "/r/Templates/base"});
  EXPECT_EQ(image_lane({place, "/r/Templates/base.raw"}), lane);
  EXPECT_EQ(image_lane({place, "/r/Templates/base.img"}), lane);
  EXPECT_NE(image_lane({place, "/r/Templates/base.raw.raw"}), lane);
  EXPECT_NE(image_lane({place, "/r/VirtualDisks/base"}), lane);
}

TEST_F(StorageTraps, ASecondCopyOfAVolumeDoesNotReplaceTheFirst) {
  const schema::StringMap pool{{"storagePoolUuid", std::string(StorageScene::kPool)}};
  schema::SnapshotAndCopyCommand command{
      ._uuidOfSourceVdi = "data", ._sourceDetails = pool, ._destDetails = pool};
  expect_done(scene.run<schema::SnapshotAndCopyAnswer>(command));
  const auto first = scene.on_primary("VirtualDisks/data-copy.raw");
  StorageScene::write(first, "written since");
  expect_refused(scene.run<schema::SnapshotAndCopyAnswer>(command), "name another path");
  EXPECT_EQ(StorageScene::read(first), "written since");
  command._destDetails =
      schema::StringMap{{"storagePoolUuid", std::string(StorageScene::kPool)}, {"path", "second"}};
  expect_done(scene.run<schema::SnapshotAndCopyAnswer>(command));
  EXPECT_EQ(StorageScene::read(scene.on_primary("VirtualDisks/second.raw")), "a volume");
}

TEST_F(StorageTraps, AStoreIsNotTakenForAnotherWhoseNameBeginsSo) {
  EXPECT_EQ(path_below("nfs://h/sec/t/x.iso", "nfs://h/sec"), "t/x.iso");
  EXPECT_EQ(path_below("nfs://h/sec/t/x.iso", "nfs://h/sec/"), "t/x.iso");
  EXPECT_EQ(path_below("nfs://h/secondary/x.iso", "nfs://h/sec"), std::nullopt);
  EXPECT_EQ(path_below("nfs://h/sec/x.iso", ""), std::nullopt);
  scene.make_vm("i-2-7-VM", StorageScene::disk_path("data.raw"));
  const schema::AttachIsoCommand command{
      .vmName = "i-2-7-VM",
      .storeUrl = "nfs://192.168.1.61/volumes/cs/second",
      .isoPath = std::string(StorageScene::kSecondary) + "/template/x.iso",
      .attach = true};
  expect_refused(scene.run<Answer>(command), "does not lie below storeUrl");
}

TEST_F(StorageTraps, AnExportThatCannotBeReadIsUnmountedAgain) {
  scene.fault("storage_plugin_getFileInfo", "[Errno 5] Input/output error", 1, 1);
  expect_refused(scene.run<CopyCmdAnswer>(fetch()), "Input/output error");
  EXPECT_EQ(scene.plugin_mounts_of(kSecondaryDevice), 0U);
}

TEST(StorageAtOnce, TwoRequestsTakeAHostAndBothSayYes) {
  StorageScene scene;
  const auto manager = *ManagerId::parse(StorageScene::kManager);
  bool other = false;
  Interruption transport(
      *scene.flow.sim.transport("ovm-1"), Interruption::at("take_ownership"), Moment::kBefore, [&] {
        const auto taken = own_host(scene.flow.ctx(), scene.flow.agent(1), manager);
        other = taken && *taken == Ownership::kTaken;
        scene.fault("take_ownership", "Server is already owned", 0, 1);
      });
  const auto taken = own_host(scene.flow.ctx(), Agent(transport, no_log()), manager);
  EXPECT_TRUE(other);
  EXPECT_TRUE(taken) << taken.error().message();
}

TEST(StorageAtOnce, ARepositoryThatCouldNotBeProvenLeavesNoRecord) {
  StorageScene scene;
  // Of the looks at the records the second one comes after the work.
  scene.fault("discover_repository_db", "[Errno 5] Input/output error", 2, 1);
  expect_refused(scene.run<schema::ModifyStoragePoolAnswer>(StorageScene::add_pool()),
                 "Input/output error");
  EXPECT_TRUE(scene.records().empty());
  EXPECT_TRUE(scene.mounts().empty());
  expect_done(scene.run<schema::ModifyStoragePoolAnswer>(StorageScene::add_pool()));
}

}  // namespace
}  // namespace trestle::ovm3
