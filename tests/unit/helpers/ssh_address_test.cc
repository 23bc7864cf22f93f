// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>

#include "helpers/ovm3/ssh.h"

namespace trestle::ovm3 {
namespace {

struct AddressCase {
  const char* name;
  const char* text;
  const char* expected;
};

class SshAddressTest : public testing::TestWithParam<AddressCase> {};

TEST_P(SshAddressTest, IsReadWithWhatItLeavesOut) {
  const SshAddress otherwise{.host = {}, .port = 2222, .user = "admin"};
  const auto address = SshAddress::parse(GetParam().text, otherwise);
  ASSERT_TRUE(address.has_value()) << address.error().what;
  EXPECT_EQ(address->name(), GetParam().expected);
}

INSTANTIATE_TEST_SUITE_P(
    Forms, SshAddressTest,
    testing::Values(AddressCase{"Name", "ovm1", "admin@ovm1:2222"},
                    AddressCase{"UserAndPort", "root@ovm1.example.org:22",
                                "root@ovm1.example.org:22"},
                    AddressCase{"Ipv4", "10.0.0.1:23", "admin@10.0.0.1:23"},
                    AddressCase{"Ipv6", "fe80::1%eth0", "admin@fe80::1%eth0:2222"},
                    AddressCase{"Ipv6WithPort", "root@[fe80::1]:22", "root@fe80::1:22"}),
    [](const auto& tested) { return std::string(tested.param.name); });

class BadSshAddressTest : public testing::TestWithParam<const char*> {};

TEST_P(BadSshAddressTest, IsRefusedWithAWordOnTheForm) {
  const auto address = SshAddress::parse(GetParam(), {});
  ASSERT_FALSE(address.has_value());
  EXPECT_EQ(address.error().code, Code::kInvalidArgument);
  EXPECT_THAT(address.error().what, testing::HasSubstr("[USER@]HOST[:PORT]"));
}

TEST(SshAddressOfDefaults, IsAsHostileAsTheText) {
  for (const char* const user : {"", "-oProxyCommand=x", "a b", "a:b", "a@b", "a\nb", "$(id)"}) {
    const auto address = SshAddress::parse("host", {.host = {}, .port = 22, .user = user});
    ASSERT_FALSE(address.has_value()) << user;
    EXPECT_THAT(address.error().what, testing::HasSubstr("the user is no plain name"));
  }
  EXPECT_TRUE(SshAddress::parse("me@host", {.host = {}, .port = 22, .user = ""}).has_value());
}

INSTANTIATE_TEST_SUITE_P(Hostile, BadSshAddressTest,
                         testing::Values("", "@", "root@", "@host", "-oProxyCommand=x", "a b",
                                         "a;b", "$(id)", "host:0", "host:65536", "host:x",
                                         "host:", "[::1", "[::1]x", "[::1]:", "a:b@host", "host\n",
                                         "h'ost"));

}  // namespace
}  // namespace trestle::ovm3
