// SPDX-License-Identifier: Apache-2.0
#include "helpers/ovm3/guest_types.h"

#include <gtest/gtest.h>

#include <set>
#include <string>

namespace trestle::ovm3 {
namespace {

TEST(GuestTypes, AreFoundByTheNamesThatServersSend) {
  const auto type = [](std::string_view name) { return std::string(guest_type(name).domain_type); };
  EXPECT_EQ(type("Debian GNU/Linux 7(64-bit)"), "xen_pvm");
  EXPECT_EQ(type("Oracle Enterprise Linux 6.4 (64-bit)"), "xen_pvm");
  EXPECT_EQ(type("CentOS 7.1"), "xen_hvm_pv_drivers");
  EXPECT_EQ(type("Windows Server 2008 R2 (64-bit)"), "xen_hvm");
  EXPECT_EQ(guest_type("Windows 7 (32-bit)").kind, "windows");
  EXPECT_EQ(guest_type("Ubuntu 12.04 (64-bit)").kind, "linux");
}

TEST(GuestTypes, PreferTheLongestMatch) {
  EXPECT_EQ(guest_type("Windows PV").domain_type, "xen_hvm_pv_drivers");
  EXPECT_EQ(guest_type("Windows PV+").domain_type, "xen_hvm");
  EXPECT_EQ(guest_type("FreeBSD (64-bit)").domain_type, "xen_hvm");
  EXPECT_EQ(guest_type("FreeBSD 10 (64-bit)").domain_type, "xen_hvm_pv_drivers");
}

// known defect 84
TEST(GuestTypes, GiveAnUnknownSystemADefaultThatTheAgentKnowsAndSaySo) {
  for (const char* name : {"", "Plan 9", "default", "centos 6.5", "CentOS"}) {
    const GuestType type = guest_type(name);
    EXPECT_EQ(type.domain_type, "xen_hvm") << name;
    EXPECT_FALSE(type.known) << name;
    EXPECT_NE(guest_type_note(type, name).find("xen_hvm"), std::string::npos) << name;
  }
  EXPECT_EQ(guest_type_note(guest_type("None"), "None"), "");
}

// known defect 84
TEST(GuestTypes, HaveOnlyWordsOfTheAgentAndEachNameOnce) {
  const std::set<std::string_view> types{"xen_pvm", "xen_hvm", "xen_hvm_pv_drivers"};
  const std::set<std::string_view> kinds{"linux", "windows", "other"};
  std::set<std::string_view> names;
  EXPECT_GE(guest_type_rows().size(), 60U);
  for (const GuestTypeRow& row : guest_type_rows()) {
    EXPECT_TRUE(types.contains(row.type.domain_type)) << row.name;
    EXPECT_TRUE(kinds.contains(row.type.kind)) << row.name;
    EXPECT_FALSE(row.name.empty());
    EXPECT_TRUE(names.insert(row.name).second) << row.name << " stands twice";
  }
}

}  // namespace
}  // namespace trestle::ovm3
