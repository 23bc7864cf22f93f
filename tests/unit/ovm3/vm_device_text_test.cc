// SPDX-License-Identifier: Apache-2.0
#include "objects/ovm3/vm_device_text.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "tests/support/mock_transport.h"

namespace trestle::ovm3 {
namespace {

using ::testing::ElementsAre;
using testing::FailsWith;
using ::testing::HasSubstr;
using ::testing::Not;
using testing::Succeeds;

struct DiskCase {
  const char* name;
  const char* text;
  DiskConfig want;
};

class DiskTextTest : public ::testing::TestWithParam<DiskCase> {};

TEST_P(DiskTextTest, ReadsAndWritesTheSame) {
  const auto disk = parse_disk(GetParam().text);
  ASSERT_THAT(disk, Succeeds());
  EXPECT_EQ(*disk, GetParam().want);
  EXPECT_EQ(to_text(*disk).value(), GetParam().text);
}

INSTANTIATE_TEST_SUITE_P(
    Texts, DiskTextTest,
    ::testing::Values(
        DiskCase{"Image",
                 "file:/OVS/Repositories/r/VirtualDisks/a.img,xvda,w",
                 {"file", "/OVS/Repositories/r/VirtualDisks/a.img", "xvda", false,
                  DiskMode::kReadWrite}},
        DiskCase{"Device",
                 "phy:/dev/mapper/36000,hdb,w!",
                 {"phy", "/dev/mapper/36000", "hdb", false, DiskMode::kSharedReadWrite}},
        DiskCase{"ReadOnly",
                 "file:/a.img,xvdb,r",
                 {"file", "/a.img", "xvdb", false, DiskMode::kReadOnly}},
        DiskCase{"SharedReadOnly",
                 "file:/a.img,xvdb,r!",
                 {"file", "/a.img", "xvdb", false, DiskMode::kSharedReadOnly}},
        DiskCase{"Cdrom",
                 "file:/x.iso,xvdc:cdrom,r",
                 {"file", "/x.iso", "xvdc", true, DiskMode::kReadOnly}},
        DiskCase{"EmptyDrive", ",hdc:cdrom,r", {"", "", "hdc", true, DiskMode::kReadOnly}},
        DiskCase{"TwoWordBackend",
                 "tap:aio:/a.img,xvda,w",
                 {"tap:aio", "/a.img", "xvda", false, DiskMode::kReadWrite}},
        DiskCase{"RelativeDevice",
                 "phy:sdb1,xvda,w",
                 {"phy", "sdb1", "xvda", false, DiskMode::kReadWrite}},
        DiskCase{"CommaInThePath",
                 "file:/a,b.img,xvda,w",
                 {"file", "/a,b.img", "xvda", false, DiskMode::kReadWrite}}),
    [](const auto& tested) { return std::string(tested.param.name); });

TEST(DiskText, DropsTheKindOfTheLiveList) {
  EXPECT_EQ(parse_disk("file:/a,xvda:disk,w")->dev, "xvda");
}

class BadDiskTextTest : public ::testing::TestWithParam<const char*> {};

TEST_P(BadDiskTextTest, IsShownInTheError) {
  const auto disk = parse_disk(GetParam());
  ASSERT_THAT(disk, FailsWith(Code::kInvalidArgument));
  EXPECT_THAT(disk.error().what, HasSubstr("'" + std::string(GetParam()) + "'"));
}

INSTANTIATE_TEST_SUITE_P(Texts, BadDiskTextTest,
                         ::testing::Values("", ",", "a,b", "file:/a,xvda", "file:/a,xvda,x",
                                           "file:/a,,w", "file:/a,/dev/x,w", "/a,xvda,w",
                                           ":/a,xvda,w", "file:/a,xvda,ww", "file:/a,:cdrom,r"));

TEST(DiskText, RefusesPartsThatWouldMoveOthers) {
  const DiskConfig good{"file", "/a.img", "xvda", false, DiskMode::kReadWrite};
  EXPECT_THAT(to_text(good), Succeeds());
  DiskConfig disk = good;
  disk.dev = "xvda,w";
  EXPECT_THAT(to_text(disk), FailsWith(Code::kInvalidArgument));
  disk = good;
  disk.dev = "";
  EXPECT_THAT(to_text(disk), FailsWith(Code::kInvalidArgument));
  disk = good;
  disk.path = "/a\n.img";
  EXPECT_THAT(to_text(disk), FailsWith(Code::kInvalidArgument));
  disk = good;
  disk.backend = "fi,le";
  EXPECT_THAT(to_text(disk), FailsWith(Code::kInvalidArgument));
  disk = good;
  disk.backend = "";
  EXPECT_THAT(to_text(disk), FailsWith(Code::kInvalidArgument));
  disk = good;
  disk.cdrom = true;
  EXPECT_THAT(to_text(disk), FailsWith(Code::kInvalidArgument));
}

// known defect 101: the same interface whatever the order of its pairs.
TEST(VifText, IsTheSameInAnyOrder) {
  const VifConfig want{.mac = "00:21:f6:00:00:01",
                       .bridge = "xenbr0.160",
                       .type = "ioemu",
                       .model = "e1000",
                       .others = {{"script", "vif-bridge"}}};
  const char* const orders[] = {
      "type=ioemu,mac=00:21:f6:00:00:01,bridge=xenbr0.160,model=e1000,script=vif-bridge",
      "script=vif-bridge,bridge=xenbr0.160,model=e1000,mac=00:21:f6:00:00:01,type=ioemu",
      " bridge = xenbr0.160 , mac=00:21:f6:00:00:01,,model=e1000,script=vif-bridge,type=ioemu "};
  for (const char* const text : orders) {
    EXPECT_EQ(parse_vif(text), want) << text;
    EXPECT_EQ(to_text(parse_vif(text)).value(), orders[0]);
  }
}

TEST(VifText, KeepsWhatItDoesNotKnow) {
  const VifConfig vif = parse_vif("mac=a,bridge=b,rate=10Mb/s,quiet");
  EXPECT_THAT(vif.others, ElementsAre(TextPair{"rate", "10Mb/s"}, TextPair{"quiet", ""}));
  EXPECT_EQ(to_text(vif).value(), "mac=a,bridge=b,rate=10Mb/s,quiet=");
}

TEST(VifText, TakesTheLastOfTwoPairsOfOneName) {
  const VifConfig vif = parse_vif("bridge=,mac=a,bridge=b");
  EXPECT_EQ(vif.bridge, "b");
  EXPECT_EQ(to_text(vif).value(), "mac=a,bridge=b");
}

TEST(VifText, RefusesWhatWouldBecomeAnotherPair) {
  EXPECT_THAT(to_text(VifConfig{.mac = "a,bridge=evil"}), FailsWith(Code::kInvalidArgument));
  EXPECT_THAT(to_text(VifConfig{.bridge = "a\nb"}), FailsWith(Code::kInvalidArgument));
  EXPECT_THAT(to_text(VifConfig{.others = {{"a=b", "c"}}}), FailsWith(Code::kInvalidArgument));
  EXPECT_THAT(to_text(VifConfig{.others = {{"", "c"}}}), FailsWith(Code::kInvalidArgument));
}

TEST(VifText, ComparesAddressesWithoutRegardToCase) {
  EXPECT_TRUE(same_mac("00:21:F6:00:00:0a", "00:21:f6:00:00:0A"));
  EXPECT_FALSE(same_mac("00:21:f6:00:00:0a", "00:21:f6:00:00:0b"));
  EXPECT_FALSE(same_mac("00:21:f6", "00:21:f6:00:00:0b"));
}

// known defect 105: the key is vncunused.
TEST(VfbText, SpellsVncunusedAsTheAgentDoes) {
  const VfbConfig vfb{.vncunused = true, .vnclisten = "127.0.0.1", .keymap = "en-us"};
  EXPECT_EQ(to_text(vfb).value(), "type=vnc,vncunused=1,vnclisten=127.0.0.1,keymap=en-us");
  EXPECT_EQ(parse_vfb(to_text(vfb).value()), vfb);
}

TEST(VfbText, KeepsPasswordAndDisplay) {
  const VfbConfig vfb = parse_vfb("vncpasswd=hush,vncdisplay=7,type=vnc,vncunused=0,extra=1");
  EXPECT_EQ(vfb.vncpasswd, Secret("hush"));
  EXPECT_EQ(vfb.vncdisplay, 7);
  EXPECT_EQ(vfb.vncunused, false);
  EXPECT_EQ(parse_vfb(to_text(vfb).value()), vfb);
}

TEST(VfbText, KeepsANumberThatIsNone) {
  const VfbConfig vfb = parse_vfb("type=vnc,vncunused=maybe,vncdisplay=x");
  EXPECT_EQ(vfb.vncunused, std::nullopt);
  EXPECT_THAT(vfb.others, ElementsAre(TextPair{"vncunused", "maybe"}, TextPair{"vncdisplay", "x"}));
}

TEST(VfbText, ShowsNoPasswordInAnError) {
  VfbConfig vfb;
  vfb.vncpasswd = Secret("hush,hush");
  const auto text = to_text(vfb);
  ASSERT_THAT(text, FailsWith(Code::kInvalidArgument));
  EXPECT_THAT(text.error().message(), Not(HasSubstr("hush")));
  EXPECT_THAT(text.error().message(), HasSubstr("vncpasswd"));
}

}  // namespace
}  // namespace trestle::ovm3
