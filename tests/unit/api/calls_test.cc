// SPDX-License-Identifier: Apache-2.0
// One call per recorded method, written through its row and the codec, against the call that was
// reviewed (tests/golden/calls). Refreshed with TRESTLE_UPDATE_GOLDEN=1; a diff is read like code.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>
#include <set>
#include <sstream>
#include <string>
#include <vector>

#include "objects/ovm3/api/all.h"
#include "objects/wire/codec.h"

namespace trestle::ovm3::api {
namespace {

using testing::HasSubstr;

struct Call {
  std::string file;  ///< name of the golden file, the method first
  std::string method;
  Array args;
};
void PrintTo(const Call& call, std::ostream* out) { *out << call.file; }

template <class R, class... A>
Call written(const Service<R(A...)>& row, const std::type_identity_t<A>&... args) {
  return {std::string(row.name), std::string(row.name), Service<R(A...)>::arguments(args...)};
}

Call named(const std::string& suffix, Call call) {
  call.file += "--" + suffix;
  return call;
}

const char* const kNfsPlugin = "oracle.generic.NFSPlugin.GenericNFSPlugin";
const char* const kFsUuid = "7718562d-872f-47a7-b454-8f9cac4ffa3a";
const char* const kServerUuid = "0004fb00000900000c2461c2f62ba43e";

RepositoryId a_repository() {
  return RepositoryId::parse("0004fb0000030000b2a5ee5c3f4f93a1").value();
}
VmId a_vm() { return VmId::from_name("i-2-7-VM").value(); }
PoolId pool() { return PoolId::parse("0004fb0000020000ba9aaf00ae5e2d73").value(); }
PoolFilesystemId pool_fs() {
  return PoolFilesystemId::parse("0004fb0000050000e70fbddeb802208f").value();
}
FileSystemId nfs_base() {
  return FileSystemId::parse("b8ca41cb-3469-4f74-a086-dddffe37dc2d").value();
}
ManagerId manager() { return ManagerId::parse("0004fb00000100000af70d20dcce7d65").value(); }

Struct storage_server() {
  return {{"status", ""},
          {"admin_user", ""},
          {"admin_host", ""},
          {"uuid", kServerUuid},
          {"total_sz", 0},
          {"admin_passwd", ""},
          {"storage_desc", ""},
          {"free_sz", 0},
          {"access_host", "nfs.example.org"},
          {"storage_type", "FileSys"},
          {"alloc_sz", 0},
          {"access_grps", Array{}},
          {"used_sz", 0},
          {"name", kServerUuid}};
}
Struct file_system() {
  return {{"status", ""},
          {"uuid", kFsUuid},
          {"ss_uuid", kServerUuid},
          {"size", ""},
          {"free_sz", ""},
          {"state", 1},
          {"access_grp_names", Array{}},
          {"access_path", "nfs.example.org:/export/primary"},
          {"name", "nfs:/export/primary"}};
}
Struct file() {
  return {{"fr_type", "File"},
          {"ondisk_sz", ""},
          {"fs_uuid", kFsUuid},
          {"file_path", "/nfsmnt/7718562d-872f-47a7-b454-8f9cac4ffa3a/example.raw"},
          {"file_sz", ""}};
}

std::vector<Call> host_calls() {
  using namespace linux_host;
  return {
      written(common::echo, "put"),
      written(common::get_api_version),
      written(discover_server),
      written(discover_hardware),
      written(discover_mounted_file_systems, Rest<std::string>{{"nfs"}}),
      named("all", written(discover_mounted_file_systems, {})),
      written(get_last_boot_time),
      written(get_ntp),
      written(set_ntp, {"10.0.0.9", "ntp.example.org"}, true, true),
      written(enable_ntp),
      written(get_timezone),
      written(copy_file, "/OVS/Repositories/a/VirtualDisks/t.raw",
              "/OVS/Repositories/a/VirtualDisks/v.raw", true, std::nullopt),
      written(network::discover_network),
      written(network::ovs_local_config, "start", "control0"),
      written(network::ovs_vlan_bridge, "start", "xenbr0.160", "bond0", 160),
  };
}

std::vector<Call> vm_calls() {
  using namespace hypervisor;
  const Struct params{{"name", a_vm().text()},
                      {"memory", 512},
                      {"maxmem", 512},
                      {"vcpus", 1},
                      {"disk", Array{"file:/OVS/Repositories/a/VirtualDisks/v.raw,xvda,w"}},
                      {"vif", Array{"mac=02:00:0a:00:00:05,bridge=xenbr0.160"}},
                      {"vfb", Array{"type=vnc,vncunused=1,vnclisten=127.0.0.1,keymap=en-us"}}};
  return {
      written(list_vms),
      written(list_vm, a_repository(), a_vm()),
      written(get_vm_config, a_repository(), a_vm()),
      written(create_vm, a_repository(), a_vm(), params),
      written(configure_vm, a_repository(), a_vm(), Struct{{"description", "a < b & \"c\""}}),
      written(configure_vm_ha, a_repository(), a_vm(), false),
      written(start_vm, a_repository(), a_vm()),
      written(stop_vm, a_repository(), a_vm(), std::nullopt),
      named("force", written(stop_vm, a_repository(), a_vm(), true)),
      written(reboot_vm, a_repository(), a_vm(), std::nullopt),
      written(pause_vm, a_repository(), a_vm()),
      written(migrate_vm, a_repository(), a_vm(), "192.168.1.65", true, false),
  };
}

std::vector<Call> storage_calls() {
  using namespace storage_plugin;
  constexpr std::int64_t kTwoTebibytes = std::int64_t{2} << 40U;
  const std::string mount = std::string("/nfsmnt/") + kFsUuid;
  return {
      written(discover_storage_plugins),
      written(storage_plugin_mount, kNfsPlugin, storage_server(), file_system(), mount, "", true,
              {}),
      written(storage_plugin_unmount, kNfsPlugin, storage_server(), file_system(), mount, true),
      written(storage_plugin_create, kNfsPlugin, storage_server(), file_system(),
              mount + "/example.raw", "File", kTwoTebibytes),
      named("small", written(storage_plugin_create, kNfsPlugin, storage_server(), file_system(),
                             mount + "/example.raw", "File", 1024)),
      written(storage_plugin_destroy, kNfsPlugin, storage_server(), file_system(), file()),
      written(storage_plugin_getFileInfo, kNfsPlugin, storage_server(), file_system(), file(),
              std::nullopt),
      written(storage_plugin_getFileSystemInfo, kNfsPlugin, storage_server(), file_system()),
      written(repository::discover_repository_db),
      written(repository::discover_repositories, Rest<RepositoryId>{{a_repository()}}),
  };
}

std::vector<Call> pool_calls() {
  using namespace server_pool;
  return {
      written(discover_server_pool),
      written(create_server_pool, "Pool 0", pool(), "192.168.1.230", 1, "ovm-1", "192.168.1.64",
              "xen,utility"),
      written(join_server_pool, "Pool 0", pool(), "192.168.1.230", 2, "ovm-2", "192.168.1.65",
              "xen,utility"),
      written(set_pool_member_ip_list, {"192.168.1.64", "192.168.1.65"}),
      written(update_server_roles, "xen,utility"),
      written(take_ownership, manager(), ""),
      named("33", written(take_ownership_33, {{"manager_uuid", manager().text()},
                                              {"manager_event_url", ""},
                                              {"manager_statistic_url", ""},
                                              {"manager_certificate", "None"},
                                              {"signed_server_certificate", "None"}})),
      written(pool_filesystem::discover_pool_filesystem),
      written(pool_filesystem::create_pool_filesystem, "nfs", "nfs.example.org:/export/pool",
              "ba9aaf00ae5e2d73", pool_fs(), nfs_base(), manager(), pool(), std::nullopt,
              std::nullopt, std::nullopt),
      written(pool_filesystem::destroy_pool_filesystem, "nfs", "nfs.example.org:/export/pool",
              pool_fs(), nfs_base()),
      named("sleep", written(common::dispatch, "https://oracle:example@192.168.1.65:8899/api/3/",
                             "sleep", Rest<Value>{{1}})),
      named("33", written(linux_host::update_agent_password_33, "oracle", "new", "old")),
  };
}

std::vector<Call> module_calls() {
  using namespace module;
  return {
      written(get_vncport, "i-2-7-VM"),
      written(get_bridge_type),
      written(exec_domr, "169.254.0.7", "uptime", std::nullopt, std::nullopt, std::nullopt,
              std::nullopt),
      written(check_dom0_ip, "192.168.1.230"),
      written(check_dom0_storage_health, "", "", "a-guid", 120),
      written(check_dom0_storage_health_check, "", "", "a-guid", 120, 1),
      written(get_vswitch_interface_by_name, "xenbr0"),
      written(ovs_dom0_stats, "xenbr0"),
      written(ovs_domU_stats, "i-2-7-VM"),
      written(ovs_mkdirs, "/opt/example", std::nullopt),
      written(ovs_upload_file, "/tmp", "example.txt", "line 1\nline 2\n"),
      written(ping, "192.168.1.65", std::nullopt),
  };
}

std::vector<Call> all_calls() {
  std::vector<Call> calls;
  for (auto* part : {host_calls, vm_calls, storage_calls, pool_calls, module_calls}) {
    std::vector<Call> some = part();
    std::ranges::move(some, std::back_inserter(calls));
  }
  return calls;
}

std::string read(const std::filesystem::path& path) {
  std::ifstream in(path, std::ios::binary);
  std::ostringstream text;
  text << in.rdbuf();
  return std::move(text).str();
}

const std::filesystem::path& golden() {
  static const std::filesystem::path folder = TRESTLE_SOURCE_DIR "/tests/golden/calls";
  return folder;
}

class CallText : public testing::TestWithParam<Call> {};

TEST_P(CallText, IsTheOneThatWasReviewed) {
  const Call& call = GetParam();
  const auto path = golden() / (call.file + ".xml");
  const std::string text = wire::encode_call(call.method, call.args).value();
  if (std::getenv("TRESTLE_UPDATE_GOLDEN") != nullptr) std::ofstream(path) << text;
  EXPECT_EQ(read(path), text) << "look at the change, then run with TRESTLE_UPDATE_GOLDEN=1";
}

INSTANTIATE_TEST_SUITE_P(Of, CallText, testing::ValuesIn(all_calls()), [](const auto& test) {
  std::string name = test.param.file;
  std::ranges::replace(name, '-', '_');
  return name;
});

TEST(CallTexts, AreAllOfTheGoldenFolder) {
  std::set<std::string> wanted;
  for (const Call& call : all_calls()) wanted.insert(call.file + ".xml");
  std::set<std::string> kept;
  for (const auto& entry : std::filesystem::directory_iterator(golden())) {
    kept.insert(entry.path().filename().string());
  }
  EXPECT_EQ(wanted, kept);
}

TEST(CallTexts, SendSizesBeyond31BitsAsI8AndOthersAsInt) {
  EXPECT_THAT(read(golden() / "storage_plugin_create.xml"), HasSubstr("<i8>2199023255552</i8>"));
  EXPECT_THAT(read(golden() / "storage_plugin_create--small.xml"),
              testing::AnyOf(HasSubstr("<i4>1024</i4>"), HasSubstr("<int>1024</int>")));
}

class RecordedMethods : public testing::TestWithParam<std::string> {};
GTEST_ALLOW_UNINSTANTIATED_PARAMETERIZED_TEST(RecordedMethods);

TEST_P(RecordedMethods, EachHaveACallText) {
  std::ifstream in(GetParam());
  const auto index = nlohmann::json::parse(in);
  std::set<std::string> methods;
  for (const Call& call : all_calls()) methods.insert(call.method);
  for (const auto& recording : index["recordings"]) {
    EXPECT_TRUE(methods.contains(recording["method"])) << recording["method"];
  }
}

std::vector<std::string> present_indexes() {
  std::vector<std::string> paths;
  for (const char* release : {"ovm-3.2.1", "ovm-3.4.1"}) {
    const std::string path =
        std::string(TRESTLE_SHARED_DIR "/recordings/") + release + "/index.json";
    if (std::filesystem::exists(path)) paths.push_back(path);
  }
  return paths;
}
INSTANTIATE_TEST_SUITE_P(Beside, RecordedMethods, testing::ValuesIn(present_indexes()),
                         [](const auto& test) { return "Index" + std::to_string(test.index); });

}  // namespace
}  // namespace trestle::ovm3::api
