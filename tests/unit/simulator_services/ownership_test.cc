// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <string>

#include "tests/unit/simulator_services/three_hosts.h"

namespace trestle::simulator {
namespace {

using std::chrono::milliseconds;
using testing::HasSubstr;

constexpr std::string_view kManager = ThreeHosts::kManager;

Array texts_form(std::string_view manager = kManager) { return {manager, ""}; }
Array struct_form(std::string_view manager = kManager) {
  return {Struct{{"manager_uuid", manager},
                 {"manager_event_url", "https://127.0.0.1:7002/event"},
                 {"manager_statistic_url", "https://127.0.0.1:7002/statistic"},
                 {"manager_certificate", "None"},
                 {"signed_server_certificate", "None"}}};
}

class OwnershipPerRelease : public testing::TestWithParam<Release> {
 protected:
  Array right_form(std::string_view manager = kManager) {
    return later() ? struct_form(manager) : texts_form(manager);
  }
  [[nodiscard]] static bool later() { return GetParam() != Release::k321; }
  std::string own(std::string_view manager = kManager) {
    const std::string said = scene.says("ovm-1", "take_ownership", right_form(manager));
    scene.clock.advance(std::chrono::seconds(3));
    return said;
  }
  /// The text of a fault of this release.
  static std::string fault(std::string_view name, std::string_view text) {
    const std::string type = "exceptions." + std::string(name);
    return (later() ? "<type '" + type + "'>:" : type + ":") + std::string(text);
  }
  std::string server() { return scene.says("ovm-1", "discover_server"); }

  ThreeHosts scene{GetParam(), ThreeHosts::Owner::kNobody};
};

INSTANTIATE_TEST_SUITE_P(Of, OwnershipPerRelease,
                         testing::Values(Release::k321, Release::k331, Release::k34),
                         [](const auto& test) {
                           std::string name = "Release" + std::string(to_string(test.param));
                           std::erase(name, '.');
                           return name;
                         });

TEST_P(OwnershipPerRelease, IsTakenInTheFormOfTheRelease) {
  EXPECT_THAT(server(), HasSubstr("<Manager_Unique_Id>none</Manager_Unique_Id>"));
  EXPECT_THAT(server(), HasSubstr("<Membership_State>Unowned</Membership_State>"));
  EXPECT_EQ(own(), "nil");
  EXPECT_THAT(server(), HasSubstr("<Manager_Unique_Id>" + std::string(kManager)));
  EXPECT_THAT(server(), HasSubstr("<Membership_State>Owned</Membership_State>"));
}

TEST_P(OwnershipPerRelease, TheOtherReleasesFormIsATypeError) {
  const Array wrong = later() ? texts_form() : struct_form();
  EXPECT_EQ(scene.says("ovm-1", "take_ownership", wrong),
            later() ? fault("TypeError", "take_ownership() takes exactly 1 argument (2 given)")
                    : fault("TypeError", "take_ownership() takes exactly 2 arguments (1 given)"));
  EXPECT_EQ(scene.call("ovm-1", "take_ownership", wrong).error().code, Code::kInvalidArgument);
  EXPECT_THAT(server(), HasSubstr("Unowned"));
}

TEST_P(OwnershipPerRelease, ArgumentsOfAnotherKindAreATypeError) {
  const Array wrong = later() ? Array{std::string(kManager)} : Array{kManager, 4};
  EXPECT_THAT(scene.says("ovm-1", "take_ownership", wrong), HasSubstr("TypeError"));
  EXPECT_THAT(server(), HasSubstr("Unowned"));
}

TEST_P(OwnershipPerRelease, EachMemberOfTheStructIsNeeded) {
  if (!later()) {
    EXPECT_EQ(scene.says("ovm-1", "take_ownership", {kManager}),
              fault("TypeError", "take_ownership() takes exactly 2 arguments (1 given)"));
    return;
  }
  const Array form = struct_form();
  for (const Member& missing : *form[0].get_if<Struct>()) {
    Struct members = *form[0].get_if<Struct>();
    std::erase_if(members, [&](const Member& member) { return member.name == missing.name; });
    EXPECT_EQ(scene.says("ovm-1", "take_ownership", {members}),
              fault("KeyError", "'" + missing.name + "'"));
  }
  EXPECT_THAT(server(), HasSubstr("Unowned"));
}

TEST_P(OwnershipPerRelease, TheAgentIsAwayAfterwardsFrom33On) {
  ASSERT_EQ(scene.says("ovm-1", "take_ownership", right_form()), "nil");
  const auto at_once = scene.call("ovm-1", "discover_server");
  if (!later()) {
    EXPECT_TRUE(at_once) << "3.2.1 does not restart";
    return;
  }
  ASSERT_FALSE(at_once);
  EXPECT_EQ(at_once.error().code, Code::kUnavailable);
  EXPECT_THAT(at_once.error().what, HasSubstr("refused"));
  EXPECT_TRUE(scene.call("ovm-2", "discover_server")) << "the others are not touched";
  scene.clock.advance(milliseconds(1999));
  EXPECT_FALSE(scene.call("ovm-1", "discover_server"));
  scene.clock.advance(milliseconds(1));
  EXPECT_TRUE(scene.call("ovm-1", "discover_server"));
}

TEST_P(OwnershipPerRelease, BelongsToOneManager) {
  ASSERT_EQ(own(), "nil");
  EXPECT_EQ(own("0004FB00-0001-0000-1234-567890ABCDEF"), "nil") << "the same one, with dashes";
  EXPECT_EQ(own(), "nil") << "again by the same one";
  EXPECT_EQ(
      own(ThreeHosts::kStranger),
      fault("Exception", "Server is already owned by another manager: " + std::string(kManager)));
}

TEST_P(OwnershipPerRelease, NeedsAManager) {
  EXPECT_EQ(own(""), fault("Exception", "Invalid manager uuid: ''"));
  EXPECT_EQ(own("me"), fault("Exception", "Invalid manager uuid: 'me'"));
  EXPECT_THAT(own(kManager.substr(1)), HasSubstr("Invalid manager uuid")) << "31 digits";
  EXPECT_THAT(server(), HasSubstr("Unowned"));
}

TEST_P(OwnershipPerRelease, IsReleasedByTheOwnerOnly) {
  EXPECT_EQ(scene.says("ovm-1", "release_ownership", {kManager}),
            fault("Exception", "Server is not owned by any manager"));
  ASSERT_EQ(own(), "nil");
  EXPECT_EQ(scene.says("ovm-1", "release_ownership", {ThreeHosts::kStranger}),
            fault("Exception", "Server is owned by another manager: " + std::string(kManager)));
  EXPECT_THAT(server(), HasSubstr("<Membership_State>Owned<"));
  EXPECT_EQ(scene.says("ovm-1", "release_ownership", {kManager}), "nil");
  EXPECT_THAT(server(), HasSubstr("Unowned"));
}

TEST_P(OwnershipPerRelease, RolesAreXenAndUtilityOnly) {
  EXPECT_EQ(scene.says("ovm-1", "update_server_roles", {"xen"}),
            fault("Exception", "Server is not owned by any manager"));
  ASSERT_EQ(own(), "nil");
  EXPECT_EQ(scene.says("ovm-1", "update_server_roles", {"utility"}), "nil");
  EXPECT_THAT(server(), HasSubstr("<Server_Roles>utility</Server_Roles>"));
  EXPECT_EQ(scene.says("ovm-1", "update_server_roles", {"xen,utility"}), "nil");
  for (const char* wrong : {"", "xen,", "xen, utility", "Xen", "xen,storage"}) {
    EXPECT_EQ(scene.says("ovm-1", "update_server_roles", {wrong}),
              fault("Exception", "Invalid roles: " + std::string(wrong)));
  }
  EXPECT_THAT(server(), HasSubstr("<Server_Roles>xen,utility</Server_Roles>"));
}

struct Changing {
  std::string method;
  Array args;
};

TEST_P(OwnershipPerRelease, ChangesAreRefusedWithoutIt) {
  const std::string refused = fault("Exception", "Server is not owned by any manager");
  const std::string id(ThreeHosts::kRepository);
  const std::vector<Changing> calls{
      {"create_vm", {id, "vm1", Struct{{"name", "vm1"}}}},
      {"start_vm", {id, "vm1"}},
      {"delete_repository", {id, true}},
      {"add_repository", {ThreeHosts::kDevice, "/x"}},
      {"mount_repository_fs", {ThreeHosts::kDevice, "/x"}},
      {"unmount_repository_fs", {"/x"}},
      {"create_server_pool", {"p", id, "", 1, "ovm-1", "127.0.1.1", "xen"}},
      {"set_pool_member_ip_list", {Value(Array{"127.0.1.1"})}},
      {"create_cluster", {id}}};
  for (const Changing& call : calls) {
    EXPECT_EQ(scene.says("ovm-1", call.method, call.args), refused) << call.method;
  }
  for (const char* reading : {"discover_server", "discover_network", "list_vms", "discover_cluster",
                              "discover_repository_db", "discover_server_pool"}) {
    EXPECT_TRUE(scene.call("ovm-1", reading)) << reading;
  }
}

}  // namespace
}  // namespace trestle::simulator
