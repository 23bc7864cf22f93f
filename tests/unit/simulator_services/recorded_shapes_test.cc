// SPDX-License-Identifier: Apache-2.0
// Replies of repositories, storage, pools, clusters, ownership and networks have the member names
// and wire types of what agents were recorded to say, and of bodies of our own in the same shape.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <filesystem>
#include <fstream>
#include <functional>
#include <map>
#include <string>
#include <vector>

#include "objects/ovm3/api/all.h"
#include "tests/support/recordings.h"
#include "tests/unit/simulator_services/own_bodies.h"
#include "tests/unit/simulator_services/three_hosts.h"
#include "tests/unit/simulator_services/wire_shape.h"

namespace trestle::simulator {
namespace {

namespace fs = std::filesystem;
using ::testing::IsEmpty;
using ::trestle::testing::Recording;

constexpr std::string_view kPlugin = "oracle.generic.NFSPlugin.GenericNFSPlugin";
constexpr std::string_view kFileSystem = "b8ca41cb-3469-4f74-a086-dddffe37dc2d";
constexpr std::string_view kPoolFs = "0004fb0000050000cccccccccccccccc";

/// ovm-1 with all there is: a repository with files, the storage plugin's mount, a pool of two, a
/// cluster, a guest that runs. ovm-3 is empty.
class Stage : public ThreeHosts {
 public:
  explicit Stage(Release release) : ThreeHosts(release) {
    must(make_repository());
    must(run_guest("ovm-1", "vm1"));
    fs::create_directories(share() / "Templates" / "tpl");
    std::ofstream(share() / "Templates" / "tpl" / "tpl.raw") << "t";
    std::ofstream(share() / "ISOs" / "systemvm.iso") << "i";
    fs::create_directories(share() / "Assemblies" / "a");
    std::ofstream(share() / "Assemblies" / "a" / "a.ova") << "a";
    must(says("ovm-1", "create_pool_filesystem",
              {"nfs", kDevice, "c", kPoolFs, kFileSystem, kManager, kPool}));
    must(pool("create_server_pool", 1));
    must(pool("join_server_pool", 2));
    must(says("ovm-1", "configure_virtual_ip", {"127.0.1.200", "127.0.1.1"}));
    must(says("ovm-1", "configure_server_for_cluster",
              {o2cb(), layout(), "nfs", kDevice, kPoolFs, kFileSystem}));
  }

  std::string pool(std::string_view method, int number) {
    const std::string n = std::to_string(number);
    return says(
        "ovm-" + n, method,
        {"Pool 0", kPool, "127.0.1.200", number, "ovm-" + n, "127.0.1." + n, "xen,utility"});
  }
  std::string storage(std::string_view method, const Array& more = {}) {
    Array args{kPlugin, Struct{{"uuid", "0004fb00000900000c2461c2f62ba43e"},
                               {"access_host", "nfs-1"},
                               {"storage_type", "FileSys"}}};
    args.insert(args.end(), more.begin(), more.end());
    return body("ovm-1", method, args);
  }
  std::string on_file_system(std::string_view method, const Array& more = {}) {
    Array args{Struct{{"uuid", kFileSystem},
                      {"ss_uuid", "0004fb00000900000c2461c2f62ba43e"},
                      {"access_path", kDevice}}};
    args.insert(args.end(), more.begin(), more.end());
    return storage(method, args);
  }
  std::string mount() {
    return on_file_system("storage_plugin_mount", {mount_dir(), "", true, Array{}});
  }
  static std::string mount_dir() { return "/nfsmnt/" + std::string(kFileSystem); }
  std::string make_file(std::string_view type = "File") {
    mount();
    return on_file_system("storage_plugin_create", {mount_dir() + "/a.file", type, 4096});
  }
  static Struct file() {
    return {{"fr_type", "File"}, {"fs_uuid", kFileSystem}, {"file_path", mount_dir() + "/a.file"}};
  }

 private:
  static void must(const std::string& said) { EXPECT_EQ(said, "nil"); }
  static Struct o2cb() {
    Struct settings;
    for (const char* name :
         {"O2CB_HEARTBEAT_THRESHOLD", "O2CB_RECONNECT_DELAY_MS", "O2CB_KEEPALIVE_DELAY_MS",
          "O2CB_BOOTCLUSTER", "O2CB_IDLE_TIMEOUT_MS", "O2CB_ENABLED", "O2CB_STACK"}) {
      settings.push_back({name, "1"});
    }
    return settings;
  }
  static Struct layout() {
    return {
        {"cluster", Array{Struct{{"name", "c"}, {"node_count", 1}, {"heartbeat_mode", "global"}}}},
        {"heartbeat", Array{Struct{{"region", "R"}, {"cluster", "c"}}}},
        {"node", Array{Struct{{"number", 0},
                              {"ip_port", 7777},
                              {"ip_address", "127.0.1.1"},
                              {"name", "ovm-1"},
                              {"cluster", "c"}}}}};
  }
};

using Ask = std::function<std::string(Stage&)>;

Ask plain(std::string method, Array args = {}, std::string host = "ovm-1") {
  return [=](Stage& stage) { return stage.body(host, method, args); };
}

/// How the simulator comes to say what a recording of that name shows.
const std::map<std::string, Ask, std::less<>>& asks() {
  static const std::map<std::string, Ask, std::less<>> all{
      {"create_pool_filesystem",
       [](Stage& stage) {
         fs::create_directory(stage.share() / "sub");
         return stage.body("ovm-3", "create_pool_filesystem",
                           {"nfs", "nfs-1:/export/a/sub", "c", kPoolFs, kFileSystem,
                            ThreeHosts::kManager, ThreeHosts::kPool});
       }},
      {"destroy_pool_filesystem",
       plain("destroy_pool_filesystem", {"nfs", ThreeHosts::kDevice, kPoolFs, kFileSystem})},
      {"create_server_pool", plain("create_server_pool",
                                   {"p", "0004fb0000020000dddddddddddddddd", "127.0.1.201", 1,
                                    "ovm-3", "127.0.1.3", "xen,utility"},
                                   "ovm-3")},
      // What was recorded under this name is the fault of a repository that is there already.
      {"create_server_pool--fault",
       plain("create_repository", {ThreeHosts::kDevice, "/OVS/Repositories/b",
                                   "0004fb0000030000bbbbbbbbbbbbbbbb", "b"})},
      {"create_server_pool--fault-hostname",
       [](Stage& stage) {
         stage.change("ovm-3", [](Host& host) { host.name_is_loopback = true; });
         return stage.body("ovm-3", "create_server_pool",
                           {"p", "0004fb0000020000dddddddddddddddd", "127.0.1.201", 1, "lab01",
                            "127.0.1.3", "xen,utility"});
       }},
      {"join_server_pool",
       plain("join_server_pool",
             {"Pool 0", ThreeHosts::kPool, "127.0.1.200", 3, "ovm-3", "127.0.1.3", "xen,utility"},
             "ovm-3")},
      {"set_pool_member_ip_list",
       plain("set_pool_member_ip_list", {Value(Array{"127.0.1.1", "127.0.1.2"})})},
      {"update_server_roles", plain("update_server_roles", {"xen,utility"})},
      {"discover_server_pool", plain("discover_server_pool")},
      {"discover_server_pool--none", plain("discover_server_pool", {}, "ovm-3")},
      {"discover_pool_filesystem", plain("discover_pool_filesystem")},
      {"discover_pool_filesystem--none", plain("discover_pool_filesystem", {}, "ovm-3")},
      {"discover_repositories", plain("discover_repositories", {ThreeHosts::kRepository})},
      {"discover_repository_db", plain("discover_repository_db")},
      {"discover_network", plain("discover_network")},
      {"discover_network--empty",
       [](Stage& stage) {
         stage.change("ovm-3", [](Host& host) { host.network = {}; });
         return stage.body("ovm-3", "discover_network");
       }},
      {"ovs_local_config--start", plain("ovs_local_config", {"start", "control0"})},
      {"ovs_local_config--stop",
       [](Stage& stage) {
         stage.says("ovm-1", "ovs_local_config", {"start", "control0"});
         return stage.body("ovm-1", "ovs_local_config", {"stop", "control0"});
       }},
      {"ovs_local_config--fault-busy",
       [](Stage& stage) {
         stage.says("ovm-1", "ovs_local_config", {"start", "control0"});
         return stage.body("ovm-1", "ovs_local_config", {"start", "control0"});
       }},
      {"ovs_vlan_bridge--start", plain("ovs_vlan_bridge", {"start", "xenbr0.200", "bond0", 200})},
      {"ovs_vlan_bridge--stop",
       [](Stage& stage) {
         stage.says("ovm-1", "ovs_vlan_bridge", {"start", "xenbr0.200", "bond0", 200});
         return stage.body("ovm-1", "ovs_vlan_bridge", {"stop", "xenbr0.200", "bond0", 200});
       }},
      {"storage_plugin_mount", [](Stage& stage) { return stage.mount(); }},
      {"storage_plugin_unmount",
       [](Stage& stage) {
         stage.mount();
         return stage.on_file_system("storage_plugin_unmount", {Stage::mount_dir(), true});
       }},
      {"storage_plugin_create", [](Stage& stage) { return stage.make_file(); }},
      {"storage_plugin_destroy",
       [](Stage& stage) {
         stage.make_file();
         return stage.on_file_system("storage_plugin_destroy", {Stage::file()});
       }},
      {"storage_plugin_getFileInfo",
       [](Stage& stage) {
         stage.make_file();
         return stage.on_file_system("storage_plugin_getFileInfo", {Stage::file()});
       }},
      {"storage_plugin_getFileSystemInfo",
       [](Stage& stage) { return stage.on_file_system("storage_plugin_getFileSystemInfo"); }},
  };
  return all;
}

bool is_ours(const Recording& recording) {
  constexpr std::string_view kGroups[] = {"cluster",    "network",    "poolfs",
                                          "repository", "serverpool", "storageplugin"};
  const auto row = ovm3::api::find_row(recording.method);
  return row && std::ranges::find(kGroups, row->group) != std::end(kGroups) &&
         recording.method != "discover_storage_plugins";
}

std::string short_name(const Recording& recording) {
  return recording.name.substr(recording.name.starts_with(kOwnMark) ? kOwnMark.size() : 0);
}

std::vector<Recording> all_of_ours() {
  std::vector<Recording> all = ::trestle::testing::shared_recordings();
  std::erase_if(all, [](const Recording& one) { return !is_ours(one); });
  for (Recording& one : own_bodies()) all.push_back(std::move(one));
  return all;
}

class RecordedShape : public ::testing::TestWithParam<Recording> {};

TEST_P(RecordedShape, IsThatOfTheSimulator) {
  const Recording& recording = GetParam();
  const auto ask = asks().find(short_name(recording));
  ASSERT_NE(ask, asks().end()) << "say here how the simulator comes to that reply";
  Stage stage(recording.release.starts_with("3.4") ? Release::k34 : Release::k321);
  const std::string body = ask->second(stage);
  auto differences = shape_differences(recording.body, body);
  // The recorded bond has no note of the manager; the reference says where one stands.
  std::erase(
      differences,
      "reply: only simulated /Discover_Network_Result/Network/Active/Bonding/Device/MetaData");
  EXPECT_THAT(differences, IsEmpty()) << body.substr(0, 2000);
  // Texts of faults are exact: callers read them.
  EXPECT_EQ(fault_text(recording.body), fault_text(body));
}

INSTANTIATE_TEST_SUITE_P(Of, RecordedShape, ::testing::ValuesIn(all_of_ours()),
                         [](const auto& test) {
                           std::string name = test.param.release + "_" + test.param.name;
                           for (char& c : name) {
                             if (std::isalnum(static_cast<unsigned char>(c)) == 0) c = '_';
                           }
                           return name;
                         });

// The comparison itself can fail.
TEST(WireShape, SeesEveryKindOfDifference) {
  const auto reply = [](const std::string& value) {
    return "<?xml version='1.0'?><methodResponse><params><param><value>" + value +
           "</value></param></params></methodResponse>";
  };
  const auto differs = [&](const std::string& a, const std::string& b) {
    return shape_differences(reply(a), reply(b)).size();
  };
  EXPECT_EQ(differs("<int>4</int>", "<int>5</int>"), 0U);
  EXPECT_EQ(differs("<int>4</int>", "<i8>4</i8>"), 1U);
  EXPECT_EQ(differs("text", "<string>text</string>"), 1U);
  EXPECT_EQ(differs("<struct><member><name>a</name><value>x</value></member></struct>",
                    "<struct><member><name>b</name><value>x</value></member></struct>"),
            2U);
  EXPECT_EQ(differs("<array><data><value><int>1</int></value></data></array>",
                    "<array><data><value>1</value></data></array>"),
            1U);
  EXPECT_EQ(differs("&lt;?xml version='1.0'?>&lt;A>&lt;B x='1'/>&lt;/A>",
                    "&lt;?xml version='1.0'?>&lt;A>&lt;B/>&lt;C/>&lt;/A>"),
            2U);
  EXPECT_EQ(shape_differences(reply("x"), "<methodResponse><fault/></methodResponse>").empty(),
            false);
}

}  // namespace
}  // namespace trestle::simulator
