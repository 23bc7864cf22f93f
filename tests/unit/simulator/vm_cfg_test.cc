// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "tools/simulator/vm_cfg.h"

namespace trestle::simulator {
namespace {

using testing::HasSubstr;

TEST(VmCfg, ComesBackAsItWasWritten) {
  const Struct config{{"name", "a'b\\c\nd\x01"},
                      {"memory", 512},
                      {"big", std::int64_t{1} << 40},
                      {"OVM_high_availability", true},
                      {"nothing", Value()},
                      {"disk", Array{"file:/a,xvda,w", "phy:/dev/x,xvdb:cdrom,r"}},
                      {"empty", Array{}},
                      {"nested", Struct{{"a", Array{1, 2}}, {"b", 1.5}}}};
  const auto read = read_vm_cfg(write_vm_cfg(config));
  ASSERT_TRUE(read) << read.error().text;
  EXPECT_EQ(Value(*read), Value(config));
}

TEST(VmCfg, ReadsWhatPeopleWrite) {
  const auto read = read_vm_cfg(
      "# made by hand\n"
      "name = \"vm\"  # its name\n"
      "memory=1024L; vcpus = 2\n"
      "disk = [ 'file:/a,xvda,w',\n"
      "         'file:/b,xvdb,w', ]\n"
      "text = '''two\nlines'''\n"
      "pair = (1, -2)\n");
  ASSERT_TRUE(read) << read.error().text;
  EXPECT_EQ(config_number(*read, "memory", 0), 1024);
  EXPECT_EQ(config_number(*read, "vcpus", 0), 2);
  EXPECT_EQ(config_list(*read, "disk").size(), 2U);
  EXPECT_EQ(config_text(*read, "text"), "two\nlines");
}

struct Bad {
  const char* name;
  const char* text;
  const char* error;
};
class BadVmCfg : public testing::TestWithParam<Bad> {};

TEST_P(BadVmCfg, NamesTheLine) {
  const auto read = read_vm_cfg(GetParam().text);
  ASSERT_FALSE(read);
  EXPECT_THAT(read.error().text, HasSubstr(GetParam().error));
}

INSTANTIATE_TEST_SUITE_P(
    Each, BadVmCfg,
    testing::Values(Bad{"NoEnd", "a = 1\nb = 'x\n", "a text has no end (vm.cfg, line 2)"},
                    Bad{"NoValue", "a =", "a value is expected (vm.cfg, line 1)"},
                    Bad{"NoEquals", "a 1", "'=' is expected"},
                    Bad{"Code", "import os", "'=' is expected"},
                    Bad{"Call", "a = open('/etc/passwd')", "not a value: 'open'"},
                    Bad{"OpenList", "a = [1, 2", "',' is expected"},
                    Bad{"TwoValues", "a = 1 2", "text behind the value of a"},
                    Bad{"Deep", "a = [[[[[[[[[[[[[[[[[[[[[[1", "nested too deeply"},
                    Bad{"Escape", "a = '\\x4", "an escape is cut off"}),
    [](const auto& entry) { return std::string(entry.param.name); });

TEST(VmConfigTypes, AreHeldToTheTable) {
  Struct good{{"memory", "512"}, {"name", "x"}, {"disk", Array{}}, {"OVM_high_availability", 1}};
  ASSERT_FALSE(check_config(good));
  EXPECT_EQ(*good[0].value.get_if<std::int64_t>(), 512);
  EXPECT_EQ(*good[3].value.get_if<bool>(), true);
  for (const Member& bad : {Member{"memory", "x"}, Member{"name", 1}, Member{"disk", "file:/a"},
                            Member{"OVM_high_availability", "perhaps"}, Member{"a/b", 1}}) {
    Struct config{bad};
    EXPECT_TRUE(check_config(config)) << bad.name;
  }
}

TEST(DomainFromConfig, ReadsDevicesFromTheirTexts) {
  const Struct config{{"name", "vm"},
                      {"uuid", "868a6627-c3b0-3d9b-aea4-f279cbaa253b"},
                      {"memory", 512},
                      {"vcpus", 2},
                      {"maxvcpus", 4},
                      {"builder", "hvm"},
                      {"disk", Array{"file:/OVS/a,b.img,xvda,w", "file:/x.iso,hdc:cdrom,r"}},
                      {"vif", Array{"bridge=xenbr0,mac=02:00:50:9a:00:01,type=ioemu"}},
                      {"vnc", 1},
                      {"vnclisten", "0.0.0.0"}};
  const Domain domain = domain_from_config(config);
  EXPECT_TRUE(domain.hvm);
  ASSERT_EQ(domain.disks.size(), 2U);
  EXPECT_EQ(domain.disks[0].uname, "file:/OVS/a,b.img");
  EXPECT_EQ(domain.disks[1].device, "hdc:cdrom");
  EXPECT_EQ(domain.vifs[0].mac, "02:00:50:9a:00:01");
  EXPECT_EQ(domain.vifs[0].type, "ioemu");
  EXPECT_EQ(domain.vfb.listen, "0.0.0.0");
  EXPECT_EQ(domain.max_vcpus, 4U);
  EXPECT_EQ(domain.max_memory_mib, 512U);
}

}  // namespace
}  // namespace trestle::simulator
