// SPDX-License-Identifier: Apache-2.0
// Server pools over three hosts.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <string>
#include <vector>

#include "tests/unit/simulator_services/three_hosts.h"

namespace trestle::simulator {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

constexpr std::string_view kPool = ThreeHosts::kPool;
constexpr std::string_view kAddress = "127.0.1.200";

class Pools : public ThreeHosts {
 public:
  using ThreeHosts::ThreeHosts;

  static Array member_args(int number, std::string_view virtual_ip = kAddress) {
    const std::string n = std::to_string(number);
    return {"Pool 0", kPool, virtual_ip, number, "ovm-" + n, "127.0.1." + n, "xen,utility"};
  }
  std::string create(int number = 1, std::string_view virtual_ip = kAddress) {
    return says("ovm-" + std::to_string(number), "create_server_pool",
                member_args(number, virtual_ip));
  }
  std::string join(int number, std::string_view virtual_ip = kAddress) {
    return says("ovm-" + std::to_string(number), "join_server_pool",
                member_args(number, virtual_ip));
  }
  std::string carry(int number) {
    const std::string n = std::to_string(number);
    return says("ovm-" + n, "configure_virtual_ip", {kAddress, "127.0.1." + n});
  }
  std::string leave(int number) {
    return says("ovm-" + std::to_string(number), "leave_server_pool", {kPool});
  }
  std::string destroy(int number) {
    return says("ovm-" + std::to_string(number), "destroy_server_pool", {kPool});
  }
  std::string server(int number) {
    return says("ovm-" + std::to_string(number), "discover_server");
  }
  /// Numbers of the hosts that say they are the master.
  std::vector<int> masters() {
    std::vector<int> all;
    for (int number = 1; number <= 3; ++number) {
      if (server(number).find("<Is_Current_Master>true<") != std::string::npos) {
        all.push_back(number);
      }
    }
    return all;
  }
  /// A pool of all three, the address on ovm-1.
  void fill() {
    ASSERT_EQ(create(), "nil");
    ASSERT_EQ(join(2), "nil");
    ASSERT_EQ(join(3), "nil");
    ASSERT_EQ(carry(1), "nil");
  }
};

TEST(Pool, HasExactlyOneMasterWhichCarriesTheAddress) {
  Pools scene;
  scene.fill();
  EXPECT_THAT(scene.masters(), ElementsAre(1));
  EXPECT_EQ(scene.carry(2), "exceptions.Exception:Address 127.0.1.200 is in use by another host");
  EXPECT_THAT(scene.masters(), ElementsAre(1));
  ASSERT_EQ(scene.says("ovm-1", "deconfigure_virtual_ip", {kAddress}), "nil");
  EXPECT_THAT(scene.masters(), IsEmpty());
  ASSERT_EQ(scene.carry(2), "nil");
  EXPECT_THAT(scene.masters(), ElementsAre(2));
}

TEST(Pool, AddressOfADeadMasterGoesToAnother) {
  Pools scene;
  scene.fill();
  ASSERT_TRUE(scene.simulator.power_off("ovm-1"));
  EXPECT_EQ(scene.carry(2), "nil");
  ASSERT_TRUE(scene.simulator.power_on("ovm-1"));
  scene.clock.advance(std::chrono::seconds(5));
  EXPECT_THAT(scene.masters(), ElementsAre(2)) << "the old one does not come back as master";
}

TEST(Pool, IsToldByEachMemberAsRecorded) {
  Pools scene;
  scene.fill();
  const Array addresses{Value(Array{"127.0.1.1", "127.0.1.2", "127.0.1.3"})};
  for (const char* host : {"ovm-1", "ovm-2", "ovm-3"}) {
    ASSERT_EQ(scene.says(host, "set_pool_member_ip_list", addresses), "nil");
    EXPECT_EQ(scene.says(host, "discover_server_pool"),
              "<?xml version=\"1.0\" ?><Discover_Server_Pool_Result><Server_Pool>"
              "<Unique_Id>0004fb0000020000ba9aaf00ae5e2d73</Unique_Id>"
              "<Pool_Alias>Pool 0</Pool_Alias><Master_Virtual_Ip>127.0.1.200</Master_Virtual_Ip>"
              "<Member_List><Member><Registered_IP>127.0.1.1</Registered_IP></Member>"
              "<Member><Registered_IP>127.0.1.2</Registered_IP></Member>"
              "<Member><Registered_IP>127.0.1.3</Registered_IP></Member></Member_List>"
              "</Server_Pool></Discover_Server_Pool_Result>");
  }
  EXPECT_THAT(scene.server(2), HasSubstr("<Pool_Unique_Id>" + std::string(kPool)));
  EXPECT_THAT(scene.server(2), HasSubstr("<Node_Number>2</Node_Number>"));
  EXPECT_THAT(scene.server(2), HasSubstr("<Membership_State>Pooled</Membership_State>"));
}

TEST(Pool, IsAnEmptyDocumentOutsideOfOne) {
  Pools scene;
  EXPECT_EQ(scene.says("ovm-1", "discover_server_pool"),
            "<?xml version=\"1.0\" ?><Discover_Server_Pool_Result/>");
  EXPECT_EQ(scene.says("ovm-1", "set_pool_member_ip_list", {Value(Array{"127.0.1.1"})}),
            "exceptions.Exception:Server is not in a server pool");
  EXPECT_EQ(scene.says("ovm-1", "set_server_pool_alias", {"x"}),
            "exceptions.Exception:Server is not in a server pool");
  EXPECT_EQ(scene.says("ovm-1", "update_pool_virtual_ip", {"127.0.1.9"}),
            "exceptions.Exception:Server is not in a server pool");
}

// The recorded fault of 3.4.1, create_server_pool--fault-hostname.xml, but for the host's name.
TEST(Pool, RefusesAHostWhoseNameIsLoopback) {
  Pools scene(Release::k34);
  scene.change("ovm-1", [](Host& host) { host.name_is_loopback = true; });
  EXPECT_EQ(scene.says("ovm-1", "create_server_pool",
                       {"p", kPool, "", 1, "lab01", "127.0.1.1", "xen,utility"}),
            "<type 'exceptions.Exception'>:Invalid hostname resolution: lab01 -> 127.0.0.1");
  EXPECT_THAT(scene.server(1), Not(HasSubstr("Pooled")));
  ASSERT_EQ(scene.create(2), "nil") << "the others may";
  EXPECT_EQ(scene.join(1),
            "<type 'exceptions.Exception'>:Invalid hostname resolution: ovm-1 -> 127.0.0.1");
  EXPECT_EQ(scene.call("ovm-1", "join_server_pool", Pools::member_args(1)).error().code,
            Code::kFailedPrecondition);
}

TEST(Pool, GivesEachNodeNumberOnce) {
  Pools scene;
  ASSERT_EQ(scene.create(1), "nil");
  Array args = Pools::member_args(2);
  args[3] = 1;
  EXPECT_EQ(scene.says("ovm-2", "join_server_pool", args),
            "exceptions.Exception:Node number 1 is in use by ovm-1");
  EXPECT_THAT(scene.server(2), Not(HasSubstr("Pooled")));
  args[3] = -1;
  EXPECT_EQ(scene.says("ovm-2", "join_server_pool", args),
            "exceptions.Exception:Invalid node number: -1");
  args[3] = 2;
  EXPECT_EQ(scene.says("ovm-2", "join_server_pool", args), "nil");
  ASSERT_EQ(scene.leave(2), "nil");
  EXPECT_EQ(scene.join(2), "nil") << "a number is free again when its host has left";
}

TEST(Pool, TakesOnlyHostsThatFit) {
  Pools scene;
  EXPECT_EQ(scene.join(2),
            "exceptions.Exception:Server pool does not exist: " + std::string(kPool));
  ASSERT_EQ(scene.create(1), "nil");
  EXPECT_EQ(scene.create(1),
            "exceptions.Exception:Server is already a member of pool " + std::string(kPool));
  EXPECT_EQ(scene.create(2),
            "exceptions.Exception:Server pool already exists: " + std::string(kPool));
  Array args = Pools::member_args(2);
  args[5] = "127.0.1.77";
  EXPECT_EQ(scene.says("ovm-2", "join_server_pool", args),
            "exceptions.Exception:Invalid server ip: 127.0.1.77");
  args = Pools::member_args(2);
  args[6] = "xen,master";
  EXPECT_EQ(scene.says("ovm-2", "join_server_pool", args),
            "exceptions.Exception:Invalid roles: xen,master");
  scene.change("ovm-3", [](Host& host) { host.ownership.manager_uuid = ThreeHosts::kStranger; });
  EXPECT_EQ(scene.join(3), "exceptions.Exception:Server pool is owned by another manager: " +
                               std::string(ThreeHosts::kManager));
  EXPECT_EQ(scene.join(2), "nil");
}

TEST(Pool, MasterMaySendTheOthersByDispatch) {
  Pools scene;
  ASSERT_EQ(scene.create(1), "nil");
  Array args{"https://oracle:simulated@127.0.1.2:8899/api/3/", "join_server_pool"};
  for (Value& arg : Pools::member_args(2)) args.push_back(arg);
  EXPECT_EQ(scene.says("ovm-1", "dispatch", args), "nil");
  EXPECT_THAT(scene.server(2), HasSubstr("<Node_Number>2</Node_Number>"));
}

TEST(Pool, IsLeftByItsMembersAndDestroyedByTheLast) {
  Pools scene;
  scene.fill();
  EXPECT_EQ(scene.destroy(1), "exceptions.Exception:Server pool still has 2 other members");
  EXPECT_EQ(scene.says("ovm-1", "release_ownership", {ThreeHosts::kManager}),
            "exceptions.Exception:Server is in a server pool: " + std::string(kPool));
  EXPECT_EQ(scene.says("ovm-2", "leave_server_pool", {"0004fb0000020000bbbbbbbbbbbbbbbb"}),
            "exceptions.Exception:Server is not a member of pool 0004fb0000020000bbbbbbbbbbbbbbbb");
  ASSERT_EQ(scene.leave(2), "nil");
  EXPECT_EQ(scene.leave(2),
            "exceptions.Exception:Server is not a member of pool " + std::string(kPool));
  ASSERT_EQ(scene.leave(3), "nil");
  EXPECT_EQ(scene.destroy(1), "nil");
  EXPECT_EQ(scene.says("ovm-1", "discover_server_pool"),
            "<?xml version=\"1.0\" ?><Discover_Server_Pool_Result/>");
  EXPECT_EQ(scene.says("ovm-1", "deconfigure_virtual_ip", {kAddress}),
            "exceptions.Exception:Address 127.0.1.200 is not on this server")
      << "the address went with the pool";
  EXPECT_EQ(scene.says("ovm-1", "release_ownership", {ThreeHosts::kManager}), "nil");
}

TEST(Pool, NeedsAnAddressBefore34) {
  for (const Release release : {Release::k321, Release::k331}) {
    Pools scene(release);
    EXPECT_THAT(scene.create(1, ""), HasSubstr("Invalid pool virtual ip: ''"));
    ASSERT_EQ(scene.create(1), "nil");
    EXPECT_THAT(scene.says("ovm-1", "update_pool_virtual_ip", {""}),
                HasSubstr("Invalid pool virtual ip"));
  }
  Pools scene(Release::k34);
  EXPECT_EQ(scene.create(1, ""), "nil");
}

TEST(Pool, WithoutAnAddressHasExactlyOneMasterToo) {
  Pools scene(Release::k34);
  Array first = Pools::member_args(1, "");
  first[3] = 0;  // numbers of a cluster start at 0
  ASSERT_EQ(scene.says("ovm-1", "create_server_pool", first), "nil");
  Array second = Pools::member_args(2, "");
  second[3] = 1;
  ASSERT_EQ(scene.says("ovm-2", "join_server_pool", second), "nil");
  ASSERT_EQ(scene.join(3, ""), "nil");
  EXPECT_THAT(scene.masters(), ElementsAre(1));
  ASSERT_EQ(scene.leave(1), "nil");
  EXPECT_THAT(scene.masters(), ElementsAre(2)) << "the lowest number follows";
  ASSERT_EQ(scene.leave(3), "nil");
  EXPECT_THAT(scene.masters(), ElementsAre(2));
}

TEST(Pool, NewAddressKeepsTheMaster) {
  Pools scene(Release::k34);
  scene.fill();
  for (const char* host : {"ovm-1", "ovm-2", "ovm-3"}) {
    ASSERT_EQ(scene.says(host, "update_pool_virtual_ip", {"127.0.1.201"}), "nil");
  }
  EXPECT_THAT(scene.masters(), ElementsAre(1));
  EXPECT_EQ(scene.says("ovm-1", "deconfigure_virtual_ip", {kAddress}),
            "<type 'exceptions.Exception'>:Address 127.0.1.200 is not on this server");
  for (const char* host : {"ovm-3", "ovm-2", "ovm-1"}) {
    ASSERT_EQ(scene.says(host, "update_pool_virtual_ip", {""}), "nil");
  }
  EXPECT_THAT(scene.masters(), ElementsAre(1)) << "3.4 may go without an address";
  EXPECT_EQ(scene.says("ovm-1", "set_server_pool_alias", {"new name"}), "nil");
  EXPECT_THAT(scene.says("ovm-1", "discover_server_pool"), HasSubstr("new name"));
}

}  // namespace
}  // namespace trestle::simulator
