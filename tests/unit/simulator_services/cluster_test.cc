// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <string>

#include "tests/unit/simulator_services/three_hosts.h"

namespace trestle::simulator {
namespace {

namespace fs = std::filesystem;
using testing::HasSubstr;
using testing::Not;

constexpr std::string_view kPool = ThreeHosts::kPool;
constexpr std::string_view kPoolFs = "0004fb0000050000cccccccccccccccc";
constexpr std::string_view kBase = "b8ca41cb-3469-4f74-a086-dddffe37dc2d";
constexpr std::string_view kTarget = "nfs-1:/export/a";
constexpr std::string_view kName = "ba9aaf00ae5e2d73";

Struct o2cb() {
  return {{"O2CB_HEARTBEAT_THRESHOLD", "61"},
          {"O2CB_BOOTCLUSTER", kName},
          {"O2CB_ENABLED", "true"},
          {"O2CB_STACK", "o2cb"}};
}

Struct layout(int nodes) {
  Array list;
  for (int i = 0; i < nodes; ++i) {
    list.push_back(Struct{{"number", i},
                          {"ip_port", 7777},
                          {"ip_address", "127.0.1." + std::to_string(i + 1)},
                          {"name", "ovm-" + std::to_string(i + 1)},
                          {"cluster", kName}});
  }
  return {{"cluster",
           Array{Struct{{"name", kName}, {"node_count", nodes}, {"heartbeat_mode", "global"}}}},
          {"heartbeat",
           Array{Struct{{"region", "0004FB0000050000CCCCCCCCCCCCCCCC"}, {"cluster", kName}}}},
          {"node", list}};
}

class Clusters : public testing::Test {
 protected:
  std::string make_poolfs(std::string_view host = "ovm-1") {
    return scene.says(host, "create_pool_filesystem",
                      {"nfs", kTarget, kName, kPoolFs, kBase, ThreeHosts::kManager, kPool});
  }
  std::string destroy_poolfs(std::string_view host = "ovm-1") {
    return scene.says(host, "destroy_pool_filesystem", {"nfs", kTarget, kPoolFs, kBase});
  }
  std::string pool(std::string_view host, std::string_view method, int number) {
    const std::string n = std::to_string(number);
    return scene.says(
        host, method,
        {"Pool 0", kPool, "127.0.1.200", number, host, "127.0.1." + n, "xen,utility"});
  }
  std::string configure(std::string_view host, int nodes = 2) {
    return scene.says(host, "configure_server_for_cluster",
                      {o2cb(), layout(nodes), "nfs", kTarget, kPoolFs, kBase});
  }
  std::string cluster(std::string_view host, std::string_view method) {
    return scene.says(host, method, {kPoolFs});
  }
  std::string online(std::string_view host) { return scene.says(host, "is_cluster_online"); }
  /// ovm-1 runs the cluster, ovm-2 is in the pool and configured.
  void half_way() {
    ASSERT_EQ(make_poolfs(), "nil");
    ASSERT_EQ(pool("ovm-1", "create_server_pool", 1), "nil");
    ASSERT_EQ(configure("ovm-1"), "nil");
    ASSERT_EQ(cluster("ovm-1", "create_cluster"), "nil");
    ASSERT_EQ(pool("ovm-2", "join_server_pool", 2), "nil");
    ASSERT_EQ(configure("ovm-2"), "nil");
  }

  ThreeHosts scene;
};

TEST_F(Clusters, PoolFileSystemIsARealSparseImage) {
  ASSERT_EQ(make_poolfs(), "nil");
  const fs::path image = scene.share() / "ovspoolfs.img";
  ASSERT_TRUE(fs::is_regular_file(image));
  EXPECT_EQ(fs::file_size(image), std::uint64_t{10} << 30U);
  struct stat info {};
  ASSERT_EQ(stat(image.c_str(), &info), 0);
  EXPECT_LT(info.st_blocks, 100);
  EXPECT_EQ(scene.says("ovm-1", "discover_pool_filesystem"),
            "<?xml version=\"1.0\" ?><Discover_Pool_Filesystem_Result><Pool_Filesystem>"
            "<Pool_Filesystem_Type>nfs</Pool_Filesystem_Type>"
            "<Pool_Filesystem_Target>nfs-1:/export/a</Pool_Filesystem_Target>"
            "<Pool_Filesystem_Uuid>0004fb0000050000cccccccccccccccc</Pool_Filesystem_Uuid>"
            "<Pool_Filesystem_Nfsbase_Uuid>b8ca41cb-3469-4f74-a086-dddffe37dc2d"
            "</Pool_Filesystem_Nfsbase_Uuid>"
            "<Pool_Filesystem_Manager_Uuid>0004fb00000100001234567890abcdef"
            "</Pool_Filesystem_Manager_Uuid><Pool_Filesystem_Version>3.0</Pool_Filesystem_Version>"
            "<Pool_Filesystem_Pool_Uuid>0004fb0000020000ba9aaf00ae5e2d73"
            "</Pool_Filesystem_Pool_Uuid></Pool_Filesystem></Discover_Pool_Filesystem_Result>");
  EXPECT_EQ(make_poolfs("ovm-2"),
            "exceptions.Exception:Pool filesystem already exists: nfs-1:/export/a");
  EXPECT_THAT(destroy_poolfs("ovm-2"), HasSubstr("Pool filesystem not found"));
  EXPECT_TRUE(fs::exists(image));
  EXPECT_EQ(destroy_poolfs(), "nil");
  EXPECT_FALSE(fs::exists(image));
  EXPECT_THAT(scene.says("ovm-1", "discover_pool_filesystem"), Not(HasSubstr("<Pool_Filesystem>")));
}

TEST_F(Clusters, PoolFileSystemNeedsAPlace) {
  EXPECT_THAT(
      scene.says("ovm-1", "create_pool_filesystem",
                 {"lun", "/dev/mapper/x", kName, kPoolFs, kBase, ThreeHosts::kManager, kPool}),
      HasSubstr("Invalid pool filesystem type: lun"));
  EXPECT_THAT(
      scene.says("ovm-1", "create_pool_filesystem",
                 {"nfs", "nfs-9:/none", kName, kPoolFs, kBase, ThreeHosts::kManager, kPool}),
      HasSubstr("[Errno 2]"));
  EXPECT_EQ(make_poolfs(), "nil");
}

TEST_F(Clusters, ComeUpOnTheFirstAndThenOnTheOthers) {
  EXPECT_EQ(online("ovm-1"), "false");
  half_way();
  EXPECT_EQ(online("ovm-1"), "true");
  EXPECT_EQ(online("ovm-2"), "false");
  EXPECT_EQ(cluster("ovm-2", "create_cluster"),
            "exceptions.Exception:Cluster already exists: " + std::string(kPoolFs));
  EXPECT_EQ(cluster("ovm-2", "join_cluster"), "nil");
  EXPECT_EQ(online("ovm-2"), "true");
  EXPECT_EQ(cluster("ovm-2", "join_cluster"),
            "exceptions.Exception:Server is already a member of cluster " + std::string(kPoolFs));
  EXPECT_THAT(scene.says("ovm-2", "discover_server"),
              HasSubstr("<Cluster_State>Online</Cluster_State>"));
  EXPECT_THAT(scene.says("ovm-3", "discover_server"),
              HasSubstr("<Cluster_State>Offline</Cluster_State>"));
}

TEST_F(Clusters, NeedPoolAndPoolFileSystemAndSettingsFirst) {
  EXPECT_EQ(configure("ovm-1"), "exceptions.Exception:Server is not in a server pool");
  ASSERT_EQ(pool("ovm-1", "create_server_pool", 1), "nil");
  EXPECT_EQ(configure("ovm-1"), "exceptions.Exception:Pool filesystem not found: nfs-1:/export/a");
  EXPECT_EQ(cluster("ovm-1", "create_cluster"),
            "exceptions.Exception:Server is not configured for cluster " + std::string(kPoolFs));
  ASSERT_EQ(make_poolfs(), "nil");
  ASSERT_EQ(configure("ovm-1"), "nil");
  EXPECT_EQ(cluster("ovm-1", "join_cluster"),
            "exceptions.Exception:Cluster is not online: " + std::string(kPoolFs))
      << "there is nothing to join yet";
  EXPECT_EQ(scene.says("ovm-1", "create_cluster", {"0004fb0000050000dddddddddddddddd"}),
            "exceptions.Exception:Server is not configured for cluster "
            "0004fb0000050000dddddddddddddddd");
  EXPECT_EQ(cluster("ovm-1", "create_cluster"), "nil");
}

TEST_F(Clusters, AreTakenApartInOrder) {
  half_way();
  ASSERT_EQ(cluster("ovm-2", "join_cluster"), "nil");
  const std::string up = "exceptions.Exception:Cluster is online on this server";
  EXPECT_EQ(scene.says("ovm-2", "leave_server_pool", {kPool}), up);
  EXPECT_EQ(cluster("ovm-2", "deconfigure_server_for_cluster"), up);
  EXPECT_EQ(configure("ovm-2"), up);
  EXPECT_EQ(destroy_poolfs(), up);
  EXPECT_EQ(cluster("ovm-1", "destroy_cluster"),
            "exceptions.Exception:Cluster still has other members");
  ASSERT_EQ(cluster("ovm-2", "leave_cluster"), "nil");
  EXPECT_EQ(cluster("ovm-2", "leave_cluster"),
            "exceptions.Exception:Cluster is not online: " + std::string(kPoolFs));
  ASSERT_EQ(cluster("ovm-2", "deconfigure_server_for_cluster"), "nil");
  ASSERT_EQ(scene.says("ovm-2", "leave_server_pool", {kPool}), "nil");
  EXPECT_THAT(scene.says("ovm-2", "discover_pool_filesystem"),
              Not(HasSubstr("Pool_Filesystem_Uuid")));
  ASSERT_EQ(cluster("ovm-1", "destroy_cluster"), "nil");
  ASSERT_EQ(cluster("ovm-1", "deconfigure_server_for_cluster"), "nil");
  ASSERT_EQ(scene.says("ovm-1", "destroy_server_pool", {kPool}), "nil");
  ASSERT_EQ(destroy_poolfs(), "nil");
  EXPECT_EQ(scene.says("ovm-1", "release_ownership", {ThreeHosts::kManager}), "nil");
  EXPECT_TRUE(fs::is_empty(scene.share()));
}

TEST_F(Clusters, AreDescribedAsStored) {
  EXPECT_EQ(scene.says("ovm-1", "discover_cluster"),
            "<?xml version=\"1.0\" ?><Discover_Cluster_Result></Discover_Cluster_Result>");
  half_way();
  const std::string document = scene.says("ovm-1", "discover_cluster");
  EXPECT_THAT(document, HasSubstr("<O2CB_HEARTBEAT_THRESHOLD>61</O2CB_HEARTBEAT_THRESHOLD>"));
  EXPECT_THAT(document, HasSubstr("<Clusters><Cluster><Name>ba9aaf00ae5e2d73</Name>"
                                  "<Node_Count>2</Node_Count>"
                                  "<Heartbeat_Mode>global</Heartbeat_Mode></Cluster></Clusters>"));
  EXPECT_THAT(document, HasSubstr("<Region>0004FB0000050000CCCCCCCCCCCCCCCC</Region>"));
  EXPECT_THAT(document, HasSubstr("<Node><Number>1</Number><IP_Port>7777</IP_Port>"
                                  "<IP_Address>127.0.1.2</IP_Address><Name>ovm-2</Name>"
                                  "<Cluster_Name>ba9aaf00ae5e2d73</Cluster_Name></Node>"));
}

TEST_F(Clusters, LearnOfNewNodes) {
  EXPECT_EQ(scene.says("ovm-1", "update_clusterConfiguration", {layout(3)}),
            "exceptions.Exception:Server is not configured for a cluster");
  half_way();
  EXPECT_EQ(scene.says("ovm-1", "update_clusterConfiguration", {layout(3)}), "nil");
  EXPECT_THAT(scene.says("ovm-1", "discover_cluster"), HasSubstr("<Name>ovm-3</Name>"));
  EXPECT_THAT(scene.says("ovm-1", "update_clusterConfiguration", {"node:\n"}),
              HasSubstr("TypeError"));
}

TEST_F(Clusters, AreOfflineWhileTheHostIsOff) {
  half_way();
  ASSERT_EQ(cluster("ovm-2", "join_cluster"), "nil");
  ASSERT_TRUE(scene.simulator.power_off("ovm-2"));
  EXPECT_EQ(cluster("ovm-1", "destroy_cluster"), "nil") << "a dead node is no member";
  ASSERT_TRUE(scene.simulator.power_on("ovm-2"));
}

}  // namespace
}  // namespace trestle::simulator
