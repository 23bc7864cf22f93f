// SPDX-License-Identifier: Apache-2.0
#include "objects/ovm3/vm_config.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "objects/ovm3/vm_config_text.h"
#include "tests/support/mock_transport.h"
#include "tests/unit/ovm3/vm_fixtures.h"

namespace trestle::ovm3 {
namespace {

using ::testing::ElementsAre;
using testing::FailsWith;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;
using testing::Succeeds;

VmConfig hvm() {
  const Reply reply = testing::synthetic_reply("get_vm_config--hvm");
  const auto config = read_vm_config(reply.root());
  EXPECT_THAT(config, Succeeds());
  return config && *config ? **config : VmConfig();
}

TEST(VmConfig, KeepsEveryKeyAsItCame) {
  const Reply reply = testing::synthetic_reply("get_vm_config--hvm");
  EXPECT_EQ(Value(hvm().members()), reply.root().to_value());
  EXPECT_EQ(*hvm().find("x_site_rack"), Value(Array{"7", Struct{{"row", 3}}}));
}

TEST(VmConfig, TellsKnownKeysTyped) {
  const VmConfig config = hvm();
  EXPECT_EQ(config.name(), "0004fb0000060000aaaabbbbccccdd03");
  EXPECT_EQ(config.memory(), MiB{2048});
  EXPECT_EQ(config.maxmem(), MiB{4096});
  EXPECT_EQ(config.vcpus(), 2);
  EXPECT_EQ(config.maxvcpus(), 4);
  EXPECT_EQ(config.domain_type(), "xen_hvm");
  EXPECT_TRUE(config.high_availability());
  EXPECT_EQ(config.number("videoram"), std::nullopt) << "a blank number is absent, never 0";
  EXPECT_EQ(config.number("memory_that_is_not_there"), std::nullopt);
  const auto disks = config.disks();
  ASSERT_THAT(disks, Succeeds());
  ASSERT_THAT(*disks, SizeIs(3));
  EXPECT_EQ(disks->at(0).dev, "hda");
  EXPECT_TRUE(disks->at(1).cdrom);
  EXPECT_EQ(disks->at(2).mode, DiskMode::kSharedReadWrite);
  ASSERT_THAT(config.vifs(), SizeIs(1));
  EXPECT_EQ(config.vifs()[0].mac, "00:21:f6:00:00:03");
  EXPECT_EQ(config.vifs()[0].type, "ioemu");
}

TEST(VmConfig, TakesANumberThatCameAsAText) {
  const VmConfig config(Struct{{"memory", "512"}, {"vcpus", "two"}, {"maxmem", -1}});
  EXPECT_EQ(config.memory(), MiB{512});
  EXPECT_EQ(config.vcpus(), std::nullopt);
  EXPECT_EQ(config.maxmem(), std::nullopt);
}

// known defect 103: a VM without disks, network or screen is an ordinary VM.
TEST(VmConfig, HasNoDevicesWhereKeysAreMissing) {
  const VmConfig bare(Struct{{"name", "bare"}});
  EXPECT_THAT(bare.disks().value(), IsEmpty());
  EXPECT_THAT(bare.vifs(), IsEmpty());
  EXPECT_THAT(bare.vfbs(), IsEmpty());
  EXPECT_FALSE(bare.high_availability());
}

// known defect 103: nil is "there is none" and not an empty VM.
TEST(VmConfig, IsAbsentForNil) {
  const Reply nil = testing::synthetic_reply("get_vm_config--none");
  const auto config = read_vm_config(nil.root());
  ASSERT_THAT(config, Succeeds());
  EXPECT_FALSE(config->has_value());
  EXPECT_THAT(read_vm_config(Reply::from(Array{}).root()), FailsWith(Code::kBadReply));
}

TEST(VmConfig, SaysWhichDiskIsNone) {
  const auto broken = VmConfig(Struct{{"disk", Array{"xvda"}}}).disks();
  ASSERT_THAT(broken, FailsWith(Code::kInvalidArgument));
  EXPECT_THAT(broken.error().what, HasSubstr("'xvda'"));
  EXPECT_THAT(VmConfig(Struct{{"disk", "file:/a,xvda,w"}}).disks(),
              FailsWith(Code::kInvalidArgument));
}

TEST(VmConfig, ChangesACopy) {
  const VmConfig before = hvm();
  const VmConfig after = before.with("memory", 1024).with("OVM_os_type", "Oracle Linux 6");
  EXPECT_EQ(before.memory(), MiB{2048});
  EXPECT_EQ(after.memory(), MiB{1024});
  EXPECT_EQ(after.members().back().name, "OVM_os_type");
  EXPECT_EQ(after.without("OVM_os_type").with("memory", 2048), before);
}

TEST(VmConfig, WritesDevicesBack) {
  const VmConfig config = hvm();
  EXPECT_EQ(config.with_disks(config.disks().value()).value(), config);
  const auto moved = config.with_vifs({VifConfig{.mac = "00:21:f6:00:00:09", .bridge = "xenbr0"}});
  ASSERT_THAT(moved, Succeeds());
  EXPECT_THAT(moved->list("vif"), ElementsAre("mac=00:21:f6:00:00:09,bridge=xenbr0"));
  EXPECT_THAT(config.with_disks({DiskConfig{.backend = "file", .path = "/a"}}),
              FailsWith(Code::kInvalidArgument));
  EXPECT_EQ(config.with_vfbs({}).value().list("vfb"), std::vector<std::string>());
}

// known defect 106: what another client changed meanwhile must survive.
TEST(ConfigChange, HoldsOnlyWhatDiffers) {
  const VmConfig before = hvm();
  const VmConfig after = before.with("memory", 1024).with("boot", "c").with("name", before.name());
  const ConfigChange change = changes(before, after);
  EXPECT_EQ(change.set, (Struct{{"memory", 1024}, {"boot", "c"}}));
  EXPECT_THAT(change.removed, IsEmpty());
  EXPECT_THAT(change.at_next_start(), ElementsAre("boot"));
  EXPECT_TRUE(changes(before, before).empty());
}

TEST(ConfigChange, NamesKeysThatAreGone) {
  const ConfigChange change = changes(hvm(), hvm().without("serial"));
  EXPECT_THAT(change.set, IsEmpty());
  EXPECT_THAT(change.removed, ElementsAre("serial"));
  EXPECT_FALSE(change.empty());
  EXPECT_THAT(change.at_next_start(), ElementsAre("serial"));
}

struct TypeCase {
  const char* name;
  const char* key;
  Value value;
  const char* says;  // null: the agent takes it
};

class ConfigTypeTest : public ::testing::TestWithParam<TypeCase> {};

TEST_P(ConfigTypeTest, IsCheckedBeforeItIsSent) {
  const TypeCase& given = GetParam();
  const auto checked = VmConfig(Struct{{"name", "a"}}).with(given.key, given.value).check();
  if (given.says == nullptr) {
    EXPECT_THAT(checked, Succeeds());
  } else {
    ASSERT_THAT(checked, FailsWith(Code::kInvalidArgument));
    EXPECT_THAT(checked.error().what, HasSubstr(given.says));
  }
}

INSTANTIATE_TEST_SUITE_P(
    Keys, ConfigTypeTest,
    ::testing::Values(
        TypeCase{"MemoryIsAnInt", "memory", 512, nullptr},
        TypeCase{"MemoryIsAText", "memory", "512", "'memory' of vm.cfg must be an integer"},
        TypeCase{"MemoryIsABool", "memory", true, "'memory'"},
        TypeCase{"MemoryIsADouble", "memory", 512.0, "'memory'"},
        TypeCase{"NameIsAnInt", "name", 5, "'name' of vm.cfg must be a text"},
        TypeCase{"DiskIsAText", "disk", "file:/a,xvda,w", "'disk' of vm.cfg must be a list"},
        TypeCase{"DiskIsAList", "disk", Array{"file:/a,xvda,w"}, nullptr},
        TypeCase{"CpusAreAText", "cpus", "0-3", nullptr},
        TypeCase{"CpusAreAList", "cpus", Array{"0", "1"}, nullptr},
        TypeCase{"CpusAreAnInt", "cpus", 0, "must be a text or a list"},
        TypeCase{"HaIsABool", "OVM_high_availability", true, nullptr},
        TypeCase{"HaIsAnInt", "OVM_high_availability", 1, "must be true or false"},
        TypeCase{"HostUuidIsNil", "uuid", Nil{}, "not nil"},
        TypeCase{"UnknownKeysMayBeAnything", "x_site_rack", Struct{}, nullptr},
        // known defect 105: the key is vncunused.
        TypeCase{"MisspeltKey", "vncused", 1, "vncunused"},
        TypeCase{"RightKey", "vncunused", 1, nullptr},
        TypeCase{"NoName", "on crash", "x", "is no name"}),
    [](const auto& tested) { return std::string(tested.param.name); });

TEST(VmConfig, RefusesAKeyThatStandsTwice) {
  EXPECT_THAT(VmConfig(Struct{{"name", "a"}, {"name", "b"}}).check(),
              FailsWith(Code::kInvalidArgument));
}

TEST(ConfigKeys, AreFoundByName) {
  for (const ConfigKey& key : config_keys()) EXPECT_EQ(find_config_key(key.name), &key);
  EXPECT_EQ(find_config_key("vncused"), nullptr);
  EXPECT_EQ(find_config_key(""), nullptr);
  ASSERT_NE(find_config_key("vif"), nullptr);
  EXPECT_TRUE(find_config_key("vif")->live);
  EXPECT_FALSE(find_config_key("boot")->live);
}

TEST(VmConfigText, IsWrittenAndReadBack) {
  const auto text = to_text(hvm().with("videoram", 4));
  ASSERT_THAT(text, Succeeds());
  EXPECT_THAT(*text, HasSubstr("OVM_simple_name = \"Ann's box\"\n"));
  EXPECT_THAT(*text, HasSubstr("OVM_high_availability = True\n"));
  EXPECT_EQ(parse_vm_config(*text).value(), hvm().with("videoram", 4));
  EXPECT_THAT(to_text(hvm()), FailsWith(Code::kInvalidArgument)) << "videoram is blank";
}

TEST(VmConfigDescription, HidesPasswordsUnlessToldOtherwise) {
  const VmConfig config = hvm().with("vfb", Array{"type=vnc,vncpasswd=hush,vncunused=1"});
  const Value hidden = describe(config);
  EXPECT_EQ(hidden.find("vncpasswd"), nullptr);
  EXPECT_EQ(*hidden.find("vncpasswd_set"), Value(true));
  EXPECT_EQ(*hidden.find("vfb"),
            Value(Array{Struct{{"type", "vnc"}, {"vncpasswd_set", true}, {"vncunused", "1"}}}));
  const Value shown = describe(config, Passwords::kShow);
  EXPECT_EQ(*shown.find("vncpasswd"), Value("synthetic"));
  EXPECT_EQ(*(*shown.find("vfb")->get_if<Array>())[0].find("vncpasswd"), Value("hush"));
}

TEST(VmConfigDescription, ConvertsWhatIsKnownAndKeepsTheRest) {
  const Value json = describe(hvm());
  EXPECT_EQ(*json.find("memory"), Value(2048));
  EXPECT_EQ(*json.find("memory_mib"), Value(2048));
  EXPECT_EQ(*json.find("videoram"), Value(Nil{}));
  EXPECT_EQ(*json.find("x_site_rack"), *hvm().find("x_site_rack"));
  const Array& disks = *json.find("disks")->get_if<Array>();
  ASSERT_THAT(disks, SizeIs(3));
  EXPECT_EQ(*disks[0].find("dev"), Value("hda"));
  EXPECT_EQ(*disks[2].find("shared"), Value(true));
  const Value odd = describe(VmConfig(Struct{{"disk", Array{"xvda"}}, {"vif", "a=b"}}));
  EXPECT_EQ(*odd.find("disks"), Value(Array{Struct{{"text", "xvda"}}}));
  EXPECT_EQ(*odd.find("vif"), Value("a=b"));
}

}  // namespace
}  // namespace trestle::ovm3
