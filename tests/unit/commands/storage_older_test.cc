// SPDX-License-Identifier: Apache-2.0
// The older commands of the storage family, and those that move no byte.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "integration/ovm3/storage_processor.h"
#include "tests/unit/commands/storage_scene.h"

namespace trestle::ovm3 {
namespace {

using schema::Answer;
using testing::HasSubstr;

class StorageOlder : public testing::Test {
 protected:
  StorageOlder() { scene.add_pools(); }
  std::filesystem::path disk(const std::string& name) {
    return scene.on_primary("VirtualDisks/" + name);
  }
  StorageScene scene;
};

TEST_F(StorageOlder, MakesAndDestroysVolumes) {
  // known defect 74
  // proves CreateCommand, DestroyCommand
  schema::CreateCommand command{
      .volId = 20,
      .pool = StorageScene::filer(),
      .diskCharacteristics = schema::DiskProfile{.size = 1 << 20, .name = "DATA-20"}};
  const auto made = scene.run<schema::CreateAnswer>(command);
  expect_done(made);
  EXPECT_EQ(made.volume->path, "DATA-20.raw");
  EXPECT_EQ(made.volume->size, 1 << 20);
  EXPECT_EQ(std::filesystem::file_size(disk("DATA-20.raw")), std::size_t{1} << 20U);
  const schema::DestroyCommand destroy{
      .volume = schema::VolumeTO{.path = "DATA-20.raw",
                                 .storagePoolType = schema::StoragePoolType::NetworkFilesystem,
                                 .storagePoolUuid = std::string(StorageScene::kPool)}};
  expect_done(scene.run<Answer>(destroy));
  EXPECT_FALSE(StorageScene::exists(disk("DATA-20.raw")));
  const auto again = scene.run<Answer>(destroy);
  expect_done(again);
  EXPECT_THAT(*again.details, HasSubstr("was not there"));
  StorageScene::write(scene.on_primary("Templates/base.raw"), "image");
  command.templateUrl = "base";
  command.diskCharacteristics->size = 0;
  expect_done(scene.run<schema::CreateAnswer>(command));
  EXPECT_EQ(StorageScene::read(disk("DATA-20.raw")), "image");
  command.diskCharacteristics = std::nullopt;
  expect_refused(scene.run<schema::CreateAnswer>(command), "diskCharacteristics");
}

TEST_F(StorageOlder, CopiesVolumesToSecondaryStorageAndBack) {
  // known defect 76: an NFS URL went to the agent as a path.
  // proves CopyVolumeCommand
  StorageScene::write(disk("data.raw"), "volume");
  schema::CopyVolumeCommand command{.volumeId = 20,
                                    .volumePath = "data.raw",
                                    .pool = StorageScene::filer(),
                                    .secondaryStorageURL = std::string(StorageScene::kSecondary),
                                    .toSecondaryStorage = true};
  const auto there = scene.run<schema::CopyVolumeAnswer>(command);
  expect_done(there);
  EXPECT_EQ(there.volumeFolder, "volumes/20");
  EXPECT_EQ(StorageScene::read(scene.on_secondary("volumes/20/" + *there.volumePath)), "volume");
  std::filesystem::remove(disk("data.raw"));
  command.toSecondaryStorage = false;
  expect_done(scene.run<schema::CopyVolumeAnswer>(command));
  EXPECT_EQ(StorageScene::read(disk("data.raw")), "volume");
  command.secondaryStorageURL = "cifs://192.168.1.61/share";
  expect_refused(scene.run<schema::CopyVolumeAnswer>(command), "cifs");
}

TEST_F(StorageOlder, MakesATemplateOfAVolume) {
  // known defect 75
  // proves CreatePrivateTemplateFromVolumeCommand
  StorageScene::write(disk("root.raw"), "image");
  const schema::CreatePrivateTemplateFromVolumeCommand command{
      ._vmName = "i-2-7-VM",
      ._volumePath = "root.raw",
      ._uniqueName = "5e3c1a",
      ._templateId = 210,
      ._accountId = 2,
      ._primaryPool = StorageScene::filer(),
      ._secondaryStorageUrl = std::string(StorageScene::kSecondary)};
  scene.make_vm("i-2-7-VM", StorageScene::disk_path("root.raw"), 1, true);
  expect_refused(scene.run<schema::CreatePrivateTemplateAnswer>(command), "while VM i-2-7-VM runs");
  ASSERT_TRUE(Vm(scene.flow.agent(1), *RepositoryId::from_name(StorageScene::kRepository),
                 vm_id_of_name("i-2-7-VM"))
                  .stop(scene.flow.ctx(), StopMode::kForce));
  ASSERT_TRUE(Vm(scene.flow.agent(1), *RepositoryId::from_name(StorageScene::kRepository),
                 vm_id_of_name("i-2-7-VM"))
                  .remove(scene.flow.ctx()));
  const auto answer = scene.run<schema::CreatePrivateTemplateAnswer>(command);
  expect_done(answer);
  EXPECT_EQ(answer._path, "template/tmpl/2/210/5e3c1a.raw");
  EXPECT_EQ(answer._virtualSize, 5);
  EXPECT_EQ(answer._format, schema::ImageFormat::RAW);
  EXPECT_EQ(StorageScene::read(scene.on_secondary(*answer._path)), "image");
  EXPECT_THAT(StorageScene::read(scene.on_secondary("template/tmpl/2/210/template.properties")),
              HasSubstr("uniquename=5e3c1a\n"));
}

TEST_F(StorageOlder, FetchesTemplatesToPrimaryStorage) {
  // known defect 62: a good download was reported as failed, without a size.
  // proves PrimaryStorageDownloadCommand
  StorageScene::write(scene.on_secondary("template/tmpl/2/202/4a1f.raw"), "image");
  schema::PrimaryStorageDownloadCommand command{
      .poolUuid = std::string(StorageScene::kPool),
      .primaryPool = StorageScene::filer(),
      .secondaryStorageUrl = std::string(StorageScene::kSecondary),
      .url = std::string(StorageScene::kSecondary) + "/template/tmpl/2/202/",
      .format = schema::ImageFormat::RAW,
      .name = "4a1f"};
  const auto answer = scene.run<schema::PrimaryStorageDownloadAnswer>(command);
  expect_done(answer);
  EXPECT_EQ(answer.installPath, "4a1f");
  EXPECT_EQ(answer.templateSize, 5);
  EXPECT_EQ(StorageScene::read(scene.on_primary("Templates/4a1f.raw")), "image");
  // refuses PrimaryStorageDownloadCommand: other URLs than NFS ones
  command.url = "http://example.com/x.raw";
  expect_refused(scene.run<schema::PrimaryStorageDownloadAnswer>(command), "http");
  command.url = "nfs://elsewhere/x/y.raw";
  expect_refused(scene.run<schema::PrimaryStorageDownloadAnswer>(command), "does not lie below");
}

TEST_F(StorageOlder, SnapshotsAndCopiesBetweenPools) {
  // known defect 83: not there at all.
  // proves SnapshotAndCopyCommand
  // refuses SnapshotAndCopyCommand: iSCSI volumes
  StorageScene::write(disk("data.raw"), "volume");
  schema::SnapshotAndCopyCommand command{
      ._uuidOfSourceVdi = "data",
      ._sourceDetails = schema::StringMap{{"storagePoolUuid", std::string(StorageScene::kPool)}},
      ._destDetails =
          schema::StringMap{{"storagePoolUuid", std::string(StorageScene::kOtherPool)}}};
  const auto answer = scene.run<schema::SnapshotAndCopyAnswer>(command);
  expect_done(answer);
  EXPECT_EQ(StorageScene::read(scene.on_second("VirtualDisks/" + *answer._path)), "volume");
  command._destDetails = schema::StringMap{{"iqn", "iqn.2010-01.com.example:1"}};
  expect_refused(scene.run<schema::SnapshotAndCopyAnswer>(command), "iSCSI");
  command._destDetails = std::nullopt;
  expect_refused(scene.run<schema::SnapshotAndCopyAnswer>(command), "storagePoolUuid");
}

TEST_F(StorageOlder, IntroducesAndForgetsWithoutMovingAByte) {
  // known defect 83
  // proves IntroduceObjectCmd, ForgetObjectCmd
  StorageScene::write(disk("data.raw"), "volume");
  schema::VolumeObjectTO volume{.dataStore = StorageScene::primary(), .path = "data.raw"};
  const auto known =
      scene.run<schema::IntroduceObjectAnswer>(schema::IntroduceObjectCmd{.dataTO = volume});
  expect_done(known);
  EXPECT_EQ(known.dataTO.as<schema::VolumeObjectTO>()->size, 6);
  volume.size = 7;
  expect_refused(scene.run<Answer>(schema::IntroduceObjectCmd{.dataTO = volume}), "6 bytes");
  const auto forgotten = scene.run<Answer>(schema::ForgetObjectCmd{.dataTO = volume});
  expect_done(forgotten);
  EXPECT_EQ(StorageScene::read(disk("data.raw")), "volume");
  scene.make_vm("i-2-7-VM", StorageScene::disk_path("data.raw"));
  expect_refused(scene.run<Answer>(schema::ForgetObjectCmd{.dataTO = volume}), "i-2-7-VM");
  volume.path = "none.raw";
  expect_refused(scene.run<Answer>(schema::IntroduceObjectCmd{.dataTO = volume}), "none.raw");
  expect_done(scene.run<Answer>(schema::ForgetObjectCmd{.dataTO = volume}));
  EXPECT_EQ(scene.calls("copy_file"), 0U);
}

TEST_F(StorageOlder, RefusesToResizeByName) {
  // known defect 66, 83
  // refuses ResizeVolumeCommand: a new size, since the agent's call is unknown
  const schema::ResizeVolumeCommand command{.path = "data.raw",
                                            .pool = StorageScene::filer(),
                                            .newSize = 2 << 20,
                                            .currentSize = 1 << 20};
  const std::size_t before = scene.flow.seen().size();
  expect_refused(scene.run<schema::ResizeVolumeAnswer>(command), "storage_plugin_resize");
  EXPECT_EQ(scene.flow.seen().size(), before);
}

TEST_F(StorageOlder, IsServedByTheProcessorToo) {
  StorageProcessor processor(*scene.resource().host());
  contracts::StorageProcessor& contract = processor;
  const CallContext ctx = scene.flow.ctx();
  const schema::VolumeObjectTO volume{.uuid = "20202020-0020-4abc-8def-121212121212",
                                      .dataStore = StorageScene::primary(),
                                      .name = "DATA-20",
                                      .size = 4096};
  const auto made = contract.create(ctx, {.data = volume});
  ASSERT_TRUE(schema::result_of(made));
  auto there = volume;
  there.path = "20202020-0020-4abc-8def-121212121212.raw";
  schema::VolumeObjectTO target{.uuid = "aaaa2020-0020-4abc-8def-121212121212",
                                .dataStore = StorageScene::primary(StorageScene::kOtherPool)};
  EXPECT_TRUE(schema::result_of(contract.copy(ctx, {.srcTO = there, .destTO = target})));
  EXPECT_TRUE(schema::result_of(contract.introduce(ctx, {.dataTO = there})));
  EXPECT_TRUE(schema::result_of(contract.forget(ctx, {.dataTO = there})));
  scene.make_vm("i-2-7-VM", StorageScene::disk_path("root.raw"));
  const schema::DiskTO disk{.data = there, .diskSeq = 1};
  EXPECT_TRUE(schema::result_of(contract.attach(ctx, {.disk = disk, .vmName = "i-2-7-VM"})));
  EXPECT_FALSE(schema::result_of(contract.remove(ctx, {.data = there})));
  EXPECT_TRUE(schema::result_of(contract.detach(ctx, {.disk = disk, .vmName = "i-2-7-VM"})));
  EXPECT_FALSE(schema::result_of(contract.snapshot_and_copy(ctx, {})));
  EXPECT_TRUE(schema::result_of(contract.remove(ctx, {.data = there})));
}

}  // namespace
}  // namespace trestle::ovm3
