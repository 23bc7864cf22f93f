// SPDX-License-Identifier: Apache-2.0
// Replies of the host, of guests and of the module have the member names and wire types of what
// agents were recorded to say, and of our own synthetic bodies.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cctype>
#include <functional>
#include <iterator>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "objects/ovm3/api/all.h"
#include "objects/wire/codec.h"
#include "tests/support/recordings.h"
#include "tests/unit/simulator_services/three_hosts.h"
#include "tests/unit/simulator_services/wire_shape.h"

namespace trestle::simulator {
namespace {

using ::testing::IsEmpty;
using ::trestle::testing::Recording;

constexpr std::string_view kVm = "i-2-3-VM";

/// ovm-1 runs a guest with all its devices, ovm-2 sees the same repository.
class Stage : public ThreeHosts {
 public:
  explicit Stage(Release release) : ThreeHosts(release) {
    EXPECT_EQ(make_repository(), "nil");
    EXPECT_EQ(run_guest("ovm-1", kVm), "nil");
    EXPECT_EQ(says("ovm-1", "stop_vm", vm({true})), "nil");
    EXPECT_EQ(says("ovm-1", "configure_vm",
                   vm({Struct{{"vfb", Array{"type=vnc,vncunused=1,vnclisten=0.0.0.0"}},
                              {"bootloader", "/usr/bin/pygrub"}}})),
              "nil");
    EXPECT_EQ(says("ovm-1", "start_vm", vm()), "nil");
  }

  static Array vm(const Array& more = {}) {
    Array args{std::string(kRepository), kVm};
    args.insert(args.end(), more.begin(), more.end());
    return args;
  }
  void set_guest(const std::function<void(Domain&)>& use) {
    change("ovm-1", [&](Host& host) { use(host.domains.at(0)); });
  }
};

using Ask = std::function<std::string(Stage&)>;

Ask plain(std::string method, Array args = {}, std::string host = "ovm-1") {
  return [=](Stage& stage) { return stage.body(host, method, args); };
}

/// A guest in that state, listed.
Ask listed(DomainState state, std::string method = "list_vms") {
  return [=](Stage& stage) {
    stage.set_guest([&](Domain& domain) { domain.state = state; });
    return stage.body("ovm-1", method, method == "list_vm" ? Stage::vm() : Array{});
  };
}

/// The stored configuration that a recording shows, stored here and read back.
Ask stored(std::string recording) {
  return [=](Stage& stage) {
    const auto all = ::trestle::testing::shared_recordings();
    const auto found = std::ranges::find(all, recording, &Recording::name);
    const std::string body =
        found == all.end() ? ::trestle::testing::synthetic_body(recording) : found->body;
    auto decoded = wire::decode_reply(body);
    const Value config = std::get<Reply>(*decoded).root().to_value();
    stage.says("ovm-1", "create_vm", {std::string(Stage::kRepository), "other", config});
    return stage.body("ovm-1", "get_vm_config", {std::string(Stage::kRepository), "other"});
  };
}

const std::map<std::string, Ask, std::less<>>& asks() {
  static const std::string kDisk = std::string(ThreeHosts::kMountPoint) + "/VirtualDisks/";
  static const std::map<std::string, Ask, std::less<>> all{
      {"echo", plain("echo", {"put"})},
      {"get_api_version", plain("get_api_version")},
      {"get_api_version--two", plain("get_api_version")},
      {"discover_server",
       [](Stage& stage) {
         stage.says(
             "ovm-1", "create_server_pool",
             {"p", ThreeHosts::kPool, "127.0.1.200", 1, "ovm-1", "127.0.1.1", "xen,utility"});
         return stage.body("ovm-1", "discover_server");
       }},
      {"discover_hardware", plain("discover_hardware")},
      {"discover_storage_plugins", plain("discover_storage_plugins")},
      {"discover_mounted_file_systems--nfs", plain("discover_mounted_file_systems", {"nfs"})},
      {"get_last_boot_time", plain("get_last_boot_time")},
      {"get_datetime", plain("get_datetime")},
      {"get_ntp",
       [](Stage& stage) {
         stage.says("ovm-1", "set_ntp", {Array{"ovm-1", "ovm-2"}, true, false});
         return stage.body("ovm-1", "get_ntp");
       }},
      {"get_ntp--no-servers", plain("get_ntp")},
      {"set_ntp", plain("set_ntp", {Array{"ovm-1"}, true})},
      {"enable_ntp", plain("enable_ntp")},
      {"get_timezone", plain("get_timezone")},
      {"copy_file",
       plain("copy_file", {kDisk + std::string(kVm) + ".img", kDisk + "copy.img", true})},
      {"create_vm",
       plain("create_vm", {std::string(ThreeHosts::kRepository), "new", Struct{{"memory", 512}}})},
      {"configure_vm", plain("configure_vm", Stage::vm({Struct{{"memory", 512}}}))},
      {"configure_vm_ha", plain("configure_vm_ha", Stage::vm({true}))},
      {"get_vm_config", stored("get_vm_config")},
      {"list_vm", listed(DomainState::kBlocked, "list_vm")},
      {"list_vm--none", plain("list_vm", {std::string(ThreeHosts::kRepository), "none"})},
      {"list_vms", listed(DomainState::kBlocked)},
      {"list_vms--running", listed(DomainState::kRunning)},
      {"list_vms--crashed", listed(DomainState::kCrashed)},
      {"start_vm",
       [](Stage& stage) {
         stage.says("ovm-1", "stop_vm", Stage::vm({true}));
         return stage.body("ovm-1", "start_vm", Stage::vm());
       }},
      {"stop_vm", plain("stop_vm", Stage::vm({false}))},
      {"reboot_vm", plain("reboot_vm", Stage::vm({30}))},
      {"pause_vm", plain("pause_vm", Stage::vm())},
      {"migrate_vm",
       [](Stage& stage) {
         stage.says("ovm-2", "add_repository", {ThreeHosts::kDevice, ThreeHosts::kMountPoint});
         return stage.body("ovm-1", "migrate_vm", Stage::vm({"127.0.1.2", true, false}));
       }},
      {"check_dom0_ip", plain("check_dom0_ip", {"127.0.1.1"})},
      {"check_dom0_ip--no", plain("check_dom0_ip", {"192.0.2.1"})},
      {"check_dom0_port--closed", plain("check_dom0_port", {"192.0.2.1", 22})},
      {"check_dom0_storage_health_check",
       plain("check_dom0_storage_health_check", {"p", "s", "guid", 120, 1})},
      {"check_dom0_storage_health",
       [](Stage& stage) {
         stage.says("ovm-1", "check_dom0_storage_health_check", {"p", "s", "guid", 120, 1});
         return stage.body("ovm-1", "check_dom0_storage_health", {"p", "s", "guid", 120});
       }},
      {"check_dom0_storage_health--failed",
       plain("check_dom0_storage_health", {"p", "s", "unknown", 120})},
      {"exec_domr", plain("exec_domr", {"169.254.0.2", "ls"})},
      {"get_bridge_type", plain("get_bridge_type")},
      {"get_vncport", plain("get_vncport", {kVm})},
      {"get_vncport--unknown", plain("get_vncport", {"not a name"})},
      {"get_vswitch_interface_by_name", plain("get_vswitch_interface_by_name", {"xenbr0"})},
      {"get_vswitch_interface_by_name--no-address",
       plain("get_vswitch_interface_by_name", {"xenbr1"})},
      {"get_vswitch_interface_by_ip--none", plain("get_vswitch_interface_by_ip", {"192.0.2.1"})},
      {"ovs_dom0_stats", plain("ovs_dom0_stats", {"xenbr0"})},
      {"ovs_dom0_stats--no-bridge", plain("ovs_dom0_stats", {"none"})},
      {"ovs_domU_stats", plain("ovs_domU_stats", {kVm})},
      {"ovs_domU_stats--seconds", plain("ovs_domU_stats", {kVm})},
      {"ovs_mkdirs--created", plain("ovs_mkdirs", {"/opt/cloudstack/bin"})},
      {"ovs_mkdirs--existed",
       [](Stage& stage) {
         stage.says("ovm-1", "ovs_mkdirs", {"/opt/cloudstack/bin"});
         return stage.body("ovm-1", "ovs_mkdirs", {"/opt/cloudstack/bin"});
       }},
      {"ovs_upload_file", plain("ovs_upload_file", {"/opt/x", "name", "text"})},
      {"ping", plain("ping", {"127.0.1.2"})},
  };
  return all;
}

/// Recorded in a form that the simulator does not use: echo came with and without <string>.
constexpr std::string_view kOtherForm = "echo--string";

bool is_ours(const Recording& recording) {
  constexpr std::string_view kGroups[] = {"common", "host", "hypervisor", "module", "remote"};
  const auto row = ovm3::api::find_row(recording.method);
  return row && (std::ranges::find(kGroups, row->group) != std::end(kGroups) ||
                 recording.method == "discover_storage_plugins");
}

std::string short_name(const Recording& recording) {
  constexpr std::string_view kSynthetic = "synthetic_";
  return recording.name.starts_with(kSynthetic) ? recording.name.substr(kSynthetic.size())
                                                : recording.name;
}

std::vector<Recording> all_of_ours() {
  std::vector<Recording> all = ::trestle::testing::shared_recordings();
  std::erase_if(all, [](const Recording& one) { return one.name == kOtherForm; });
  // Invented bodies are there to show forms to the decoder; those are taken that an agent has.
  for (Recording& one : ::trestle::testing::synthetic_recordings()) {
    if (asks().contains(short_name(one))) all.push_back(std::move(one));
  }
  std::erase_if(all, [](const Recording& one) { return !is_ours(one); });
  return all;
}

class RecordedHostShape : public ::testing::TestWithParam<Recording> {};

TEST_P(RecordedHostShape, IsThatOfTheSimulator) {
  const Recording& recording = GetParam();
  const auto ask = asks().find(short_name(recording));
  ASSERT_NE(ask, asks().end()) << "say here how the simulator comes to that reply";
  Stage stage(recording.release.starts_with("3.4") ? Release::k34 : Release::k321);
  const std::string body = ask->second(stage);
  EXPECT_THAT(shape_differences(recording.body, body), IsEmpty()) << body.substr(0, 2000);
  EXPECT_EQ(fault_text(recording.body), fault_text(body));
}

INSTANTIATE_TEST_SUITE_P(Of, RecordedHostShape, ::testing::ValuesIn(all_of_ours()),
                         [](const auto& test) {
                           std::string name = test.param.release + "_" + test.param.name;
                           for (char& c : name) {
                             if (std::isalnum(static_cast<unsigned char>(c)) == 0) c = '_';
                           }
                           return name;
                         });

}  // namespace
}  // namespace trestle::simulator
