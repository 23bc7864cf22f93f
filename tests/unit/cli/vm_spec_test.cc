// SPDX-License-Identifier: Apache-2.0
#include "tools/cli/vm_spec.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <utility>
#include <vector>

namespace trestle::cli {
namespace {

using ovm3::VmConfig;
using testing::ElementsAre;
using testing::HasSubstr;

const VmId kId = *VmId::parse("0004fb00000600001111222233334444");
const ovm3::RepositoryPaths kPaths(*RepositoryId::parse("0004fb0000030000aaaabbbbccccdddd"));
const std::string kDisks = "/OVS/Repositories/0004fb0000030000aaaabbbbccccdddd/VirtualDisks/";

Arguments options(const std::vector<std::pair<std::string, std::string>>& given) {
  Arguments args;
  for (const auto& [name, text] : given) args.add(name, text);
  return args;
}

VmConfig complete(const std::vector<std::pair<std::string, std::string>>& given,
                  VmConfig base = {}) {
  const auto config = complete_spec(std::move(base), options(given), kId, kPaths);
  EXPECT_TRUE(config.has_value()) << config.error().what;
  return config ? *config : VmConfig();
}

std::string refused(const std::vector<std::pair<std::string, std::string>>& given,
                    VmConfig base = {}) {
  const auto config = complete_spec(std::move(base), options(given), kId, kPaths);
  EXPECT_FALSE(config.has_value());
  return config ? "" : config.error().what;
}

TEST(VmSpec, FillsInWhatNobodySays) {
  const VmConfig config = complete({{"name", "web1"}, {"memory", "512"}});
  EXPECT_EQ(config.name(), "web1");
  EXPECT_EQ(config.uuid(), "0004fb00-0006-0000-1111-222233334444");
  EXPECT_EQ(config.memory(), MiB{512});
  EXPECT_EQ(config.maxmem(), MiB{512});
  EXPECT_EQ(config.vcpus(), 1);
  EXPECT_EQ(config.domain_type(), "xen_pvm");
  EXPECT_EQ(config.text("bootloader"), "/usr/bin/pygrub");
  EXPECT_EQ(config.text("OVM_simple_name"), "web1");
  EXPECT_FALSE(config.high_availability());
}

TEST(VmSpec, LetsVncListenOnTheHostItselfOnly) {
  const VmConfig para = complete({{"name", "a"}, {"memory", "1G"}});
  ASSERT_EQ(para.vfbs().size(), 1U);
  EXPECT_EQ(para.vfbs()[0].vnclisten, "127.0.0.1");
  const VmConfig full = complete({{"name", "a"}, {"memory", "1G"}, {"type", "xen_hvm"}});
  EXPECT_EQ(full.text("vnclisten"), "127.0.0.1");
  EXPECT_EQ(full.text("builder"), "hvm");
  EXPECT_TRUE(full.vfbs().empty()) << "an emulated machine has its VNC keys at the top";
}

TEST(VmSpec, PlacesDisksAndTheCd) {
  const VmConfig config = complete({{"name", "a"},
                                    {"memory", "1G"},
                                    {"disk", "a.img"},
                                    {"disk", "/mnt/b.img,w!"},
                                    {"iso", "os.iso"}});
  EXPECT_THAT(config.list("disk"),
              ElementsAre("file:/OVS/Repositories/0004fb0000030000aaaabbbbccccdddd/ISOs/os.iso,"
                          "xvdy:cdrom,r",
                          "file:" + kDisks + "a.img,xvda,w", "file:/mnt/b.img,xvdb,w!"));
}

TEST(VmSpec, KeepsHdcForTheCdOfAnEmulatedMachine) {
  const VmConfig config = complete({{"name", "a"},
                                    {"memory", "1G"},
                                    {"type", "xen_hvm"},
                                    {"iso", "os.iso"},
                                    {"disk", "1"},
                                    {"disk", "2"},
                                    {"disk", "3"}});
  const auto disks = config.disks();
  ASSERT_TRUE(disks.has_value());
  std::vector<std::string> devices;
  for (const auto& disk : *disks) devices.push_back(disk.dev + (disk.cdrom ? ":cdrom" : ""));
  EXPECT_THAT(devices, ElementsAre("hdc:cdrom", "hda", "hdb", "hdd"));
  EXPECT_EQ(config.text("boot"), "dc");
}

TEST(VmSpec, MakesAddressesThatStayTheSame) {
  const VmConfig one = complete({{"name", "a"}, {"memory", "1G"}, {"nic", "xenbr0"}, {"nic", "b"}});
  const VmConfig two = complete({{"name", "a"}, {"memory", "1G"}, {"nic", "xenbr0"}, {"nic", "b"}});
  EXPECT_EQ(one, two);
  ASSERT_EQ(one.vifs().size(), 2U);
  EXPECT_TRUE(one.vifs()[0].mac.starts_with("00:21:f6:"));
  EXPECT_NE(one.vifs()[0].mac, one.vifs()[1].mac);
  const VmConfig own =
      complete({{"name", "a"}, {"memory", "1G"}, {"nic", "xenbr0,00:21:f6:01:02:03"}});
  EXPECT_EQ(own.vifs()[0].mac, "00:21:f6:01:02:03");
}

TEST(VmSpec, OptionsGoOverTheFile) {
  const auto spec = read_spec(R"({"name": "file", "memory": 256, "vcpus": 4, "extra": "x"})");
  ASSERT_TRUE(spec.has_value()) << spec.error().what;
  const VmConfig config = complete({{"name", "option"}}, *spec);
  EXPECT_EQ(config.name(), "option");
  EXPECT_EQ(config.memory(), MiB{256});
  EXPECT_EQ(config.vcpus(), 4);
  EXPECT_EQ(config.maxvcpus(), 4);
  EXPECT_EQ(config.text("extra"), "x");
}

TEST(VmSpec, RefusesWhatCannotBe) {
  EXPECT_THAT(refused({{"memory", "1G"}}), HasSubstr("--name"));
  EXPECT_THAT(refused({{"name", "a"}}), HasSubstr("--memory"));
  EXPECT_THAT(refused({{"name", "a"}, {"memory", "1G"}, {"disk", "../x"}}), HasSubstr("../x"));
  EXPECT_THAT(refused({{"name", "a"}, {"memory", "1G"}, {"disk", "x,rw"}}), HasSubstr("--disk"));
  EXPECT_THAT(refused({{"name", "a"}, {"memory", "1G"}, {"nic", ",mac"}}), HasSubstr("--nic"));
  EXPECT_FALSE(read_spec(R"({"memory": "512"})").has_value()) << "the agent wants an integer";
  EXPECT_FALSE(read_spec("[1]").has_value());
}

TEST(VmSpec, ChangesOnlyWhatIsSaid) {
  const VmConfig before = complete(
      {{"name", "a"}, {"memory", "512"}, {"disk", "a.img"}, {"disk", "b.img"}, {"nic", "br"}});
  const auto after = changed_spec(
      before, options({{"memory", "1024"}, {"remove-disk", "xvda"}, {"disk", "c.img"}}), kId,
      kPaths);
  ASSERT_TRUE(after.has_value()) << after.error().what;
  EXPECT_EQ(after->maxmem(), MiB{1024}) << "more memory than the most would be refused";
  EXPECT_THAT(after->list("disk"),
              ElementsAre("file:" + kDisks + "b.img,xvdb,w", "file:" + kDisks + "c.img,xvda,w"));
  const auto change = ovm3::changes(before, *after);
  std::vector<std::string> keys;
  for (const Member& member : change.set) keys.push_back(member.name);
  EXPECT_THAT(keys, testing::UnorderedElementsAre("memory", "maxmem", "disk"));
  EXPECT_FALSE(changed_spec(before, options({{"remove-disk", "xvdq"}}), kId, kPaths).has_value());
  EXPECT_FALSE(changed_spec(before, options({{"remove-nic", "00:00:00:00:00:00"}}), kId, kPaths)
                   .has_value());
}

}  // namespace
}  // namespace trestle::cli
