// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <string>
#include <string_view>
#include <vector>

#include "objects/ovm3/hardware.h"
#include "objects/ovm3/mounts.h"
#include "objects/ovm3/physical_luns.h"
#include "objects/ovm3/server_info.h"
#include "objects/ovm3/storage_plugin_info.h"
#include "tests/support/mock_transport.h"
#include "tests/support/recordings.h"
#include "tests/support/replay_transport.h"

namespace trestle::ovm3 {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::trestle::testing::FailsWith;
using ::trestle::testing::reply_of_body;
using ::trestle::testing::Succeeds;
using ::trestle::testing::synthetic_body;

Reply synthetic(std::string_view name) {
  auto reply = reply_of_body(synthetic_body(name));
  EXPECT_THAT(reply, Succeeds()) << name;
  return reply ? std::move(*reply) : Reply::from(Value());
}

Reply text(std::string_view document) { return Reply::from(Value(document)); }

// known defect 12: read by name, pretty-printed or not.
TEST(ServerInfo, OfAnUnownedHostHasNoPoolAndNoManager) {
  const Reply reply = synthetic("discover_server--unowned");
  const auto server = read_server_info(reply.root());
  ASSERT_THAT(server, Succeeds());
  EXPECT_EQ(server->pool_id, std::nullopt);
  EXPECT_EQ(server->manager_id, std::nullopt);
  EXPECT_EQ(server->node_number, std::nullopt);
  EXPECT_EQ(server->master_virtual_ip, std::nullopt);
  EXPECT_EQ(server->manager_core_api_version, std::nullopt);
  EXPECT_EQ(server->membership(), Membership::kUnowned);
  EXPECT_EQ(server->is_current_master, false);
  EXPECT_THAT(server->roles, ElementsAre("utility"));
}

TEST(ServerInfo, ReadsVersionsClocksAndTheHypervisor) {
  const Reply reply = synthetic("discover_server--unowned");
  const auto server = read_server_info(reply.root());
  ASSERT_THAT(server, Succeeds());
  EXPECT_EQ(server->unique_id, "30:84:2c:11:00:aa:4e:01:9c:77:d8:55:e2:0b:6a:f1");
  EXPECT_EQ(server->boot_time, std::chrono::sys_seconds(std::chrono::seconds(4102444801)));
  EXPECT_EQ(server->utc, false);
  EXPECT_EQ(server->ntp_local_time_source, false);
  EXPECT_EQ(server->ntp_running, false);
  EXPECT_EQ(server->ovm_version, "3.4.1-1350");
  EXPECT_EQ(server->release, kRelease34);
  EXPECT_EQ(server->os_major_version, 6U);
  EXPECT_EQ(server->os_minor_version, std::nullopt);
  EXPECT_EQ(server->hypervisor.version, "4.4.4OVM");
  EXPECT_EQ(server->hypervisor.compiler, std::nullopt);
  EXPECT_EQ(server->statistic_interval, std::nullopt);
}

TEST(ServerInfo, KeepsTheFlagsApartFromTheCapabilitiesOfTheHypervisor) {
  const Reply reply = synthetic("discover_server--unowned");
  const auto server = read_server_info(reply.root());
  ASSERT_THAT(server, Succeeds());
  EXPECT_THAT(server->hypervisor.capabilities,
              ElementsAre("xen-3.0-x86_64", "hvm-3.0-x86_32", "hvm-3.0-x86_64"));
  EXPECT_EQ(server->can("ISCSI"), true);
  EXPECT_EQ(server->can("HIGH_AVAILABILITY"), false);
  EXPECT_EQ(server->can("NFS"), std::nullopt);
  EXPECT_EQ(server->can("HVM_MAX_VNICS"), std::nullopt);
  EXPECT_EQ(server->limit("HVM_MAX_VNICS"), 16);
  EXPECT_EQ(server->limit("ISCSI"), std::nullopt);
  EXPECT_EQ(server->limit("NFS"), std::nullopt);
  EXPECT_EQ(server->vm_memory_alignment(), Bytes{2'097'152});
  EXPECT_EQ(server->capabilities.at("A_LATER_ONE"), Capability("sometimes"));
  EXPECT_EQ(server->capabilities.count("A_BLANK_ONE"), 0U);
}

TEST(ServerInfo, GivesIdentitiesBackAsTheyCame) {
  const Reply reply = text(
      "<Discover_Server_Result><Server><Pool_Unique_Id>F12842EB-F5ED-3FE7-8DA1-EB0E17F5EDE8"
      "</Pool_Unique_Id><Manager_Unique_Id>d1a749d4295041fb99854f52ea4dea97</Manager_Unique_Id>"
      "</Server></Discover_Server_Result>");
  const auto server = read_server_info(reply.root());
  ASSERT_THAT(server, Succeeds());
  EXPECT_EQ(server->pool_id->text(), "F12842EB-F5ED-3FE7-8DA1-EB0E17F5EDE8");
  EXPECT_EQ(server->manager_id->text(), "d1a749d4295041fb99854f52ea4dea97");
  EXPECT_EQ(server->membership(), Membership::kUnknown);
}

TEST(ServerInfo, RefusesAnIdentityThatCouldLeaveItsFolder) {
  const Reply reply = text(
      "<Discover_Server_Result><Server><Pool_Unique_Id>../../etc</Pool_Unique_Id></Server>"
      "</Discover_Server_Result>");
  const auto server = read_server_info(reply.root());
  ASSERT_THAT(server, FailsWith(Code::kBadReply));
  EXPECT_THAT(server.error().what, HasSubstr("Pool_Unique_Id"));
}

TEST(ServerInfo, NeedsAServerElement) {
  const Reply reply = text("<Discover_Server_Result/>");
  EXPECT_THAT(read_server_info(reply.root()), FailsWith(Code::kBadReply));
}

struct MembershipCase {
  std::string_view text;
  Membership membership;
};

class ServerMembership : public ::testing::TestWithParam<MembershipCase> {};

TEST_P(ServerMembership, IsReadFromItsWord) {
  ServerInfo server;
  server.membership_state = std::string(GetParam().text);
  EXPECT_EQ(server.membership(), GetParam().membership);
}

INSTANTIATE_TEST_SUITE_P(Words, ServerMembership,
                         ::testing::Values(MembershipCase{"Unowned", Membership::kUnowned},
                                           MembershipCase{"Owned", Membership::kOwned},
                                           MembershipCase{"Pooled", Membership::kPooled},
                                           MembershipCase{"Elsewhere", Membership::kUnknown}),
                         [](const auto& tested) { return std::string(tested.param.text); });

TEST(ReleaseText, IsWhatStandsBeforeTheSecondDot) {
  EXPECT_EQ(Release::parse("3.2.1-517"), kRelease32);
  EXPECT_EQ(Release::parse("3.3.10"), kRelease33);
  EXPECT_EQ(Release::parse(" 3.10\n"), (Release{3, 10}));
  EXPECT_LT(kRelease34, (Release{3, 10}));
  for (const std::string_view bad : {"", "3", "3.", ".2", "three.two", "-3.2"}) {
    EXPECT_EQ(Release::parse(bad), std::nullopt) << bad;
  }
  EXPECT_EQ(to_string(kRelease33), "3.3");
}

TEST(HardwareInfo, CountsThreadsOverAllNodes) {
  const Reply reply = synthetic("discover_hardware--two-nodes");
  const auto hardware = read_hardware(reply.root());
  ASSERT_THAT(hardware, Succeeds());
  EXPECT_EQ(hardware->threads(), 32U);
  EXPECT_EQ(hardware->cpu_clock, KiloHertz{2'600'123});
  EXPECT_EQ(hardware->cpu_clock->megahertz(), 2600U);
  EXPECT_EQ(hardware->memory(), Bytes{274'877'906'944});
  EXPECT_EQ(hardware->free_pages, std::nullopt);
  EXPECT_EQ(hardware->free_memory(), std::nullopt);
}

TEST(HardwareInfo, ReadsCpusDevicesAndFirmware) {
  const Reply reply = synthetic("discover_hardware--two-nodes");
  const auto hardware = read_hardware(reply.root());
  ASSERT_THAT(hardware, Succeeds());
  EXPECT_THAT(hardware->hw_caps, ElementsAre("0xbfebfbff", "0x2c100800", "0x00000000"));
  ASSERT_EQ(hardware->cpus.size(), 2U);
  EXPECT_EQ(hardware->cpus[0].cache, Bytes{20'971'520});
  EXPECT_THAT(hardware->cpus[0].flags, ElementsAre("fpu", "de", "tsc"));
  EXPECT_EQ(hardware->cpus[1], CpuInfo{});
  ASSERT_EQ(hardware->scsi_hosts.size(), 1U);
  EXPECT_EQ(hardware->scsi_hosts[0].num, 3U);
  EXPECT_EQ(hardware->scsi_hosts[0].driver, "qla2xxx");
  EXPECT_EQ(hardware->scsi_hosts[0].irq, 41U);
  EXPECT_EQ(hardware->iscsi_initiator, std::nullopt);
  EXPECT_EQ(hardware->firmware.bios_vendor, "American Megatrends & Co");
  EXPECT_EQ(hardware->firmware.system_product, "SUN FIRE X4170 M3");
  EXPECT_EQ(hardware->firmware.chassis_height, std::nullopt);
  EXPECT_EQ(hardware->firmware.dmi_table_length, 12U);
}

TEST(HardwareInfo, TellsNothingRatherThanAWrongProduct) {
  const Reply reply = text(
      "<Discover_Hardware_Result><NodeInformation><VMM><PhysicalInfo>"
      "<ThreadsPerCore>18446744073709551615</ThreadsPerCore><CoresPerSocket>2</CoresPerSocket>"
      "<SocketsPerNode>1</SocketsPerNode><Nodes>1</Nodes>"
      "<TotalPages>18446744073709551615</TotalPages></PhysicalInfo></VMM></NodeInformation>"
      "</Discover_Hardware_Result>");
  const auto hardware = read_hardware(reply.root());
  ASSERT_THAT(hardware, Succeeds());
  EXPECT_EQ(hardware->threads(), std::nullopt);
  EXPECT_EQ(hardware->total_pages, std::nullopt);
  EXPECT_EQ(HardwareInfo{}.threads(), std::nullopt);
}

TEST(HardwareInfo, NeedsItsNode) {
  const Reply reply = text("<Discover_Hardware_Result/>");
  EXPECT_THAT(read_hardware(reply.root()), FailsWith(Code::kBadReply));
}

TEST(Mounts, SplitOnlyDevicesOfNfs) {
  const Reply reply = synthetic("discover_mounted_file_systems--mixed");
  const auto mounts = read_mounts(reply.root());
  ASSERT_THAT(mounts, Succeeds());
  ASSERT_EQ(mounts->size(), 3U);
  const Mount& nfs = mounts->at(0);
  EXPECT_EQ(nfs.host, "[fd00::12]");
  EXPECT_EQ(nfs.remote_path, "/exports/a b/");
  EXPECT_EQ(nfs.device, "[fd00::12]:/exports/a b/");
  EXPECT_EQ(nfs.last_path_part(), "0b1c2d3e-4f50-6172-8394-a5b6c7d8e9f0");
  EXPECT_THAT(nfs.options, ElementsAre("rw", "relatime", "vers=3"));
  EXPECT_EQ(mounts->at(1).type, "ocfs2");
  EXPECT_EQ(mounts->at(1).host, std::nullopt);
  EXPECT_EQ(mounts->at(1).device, "/dev/mapper/3600144f0a1b2c3d4");
  EXPECT_EQ(mounts->at(2).dir, "/");
  EXPECT_EQ(mounts->at(2).last_path_part(), "");
  EXPECT_THAT(mounts->at(2).options, IsEmpty());
}

TEST(Mounts, AreEmptyWhenNothingIsMounted) {
  const Reply reply = synthetic("discover_mounted_file_systems--none");
  const auto mounts = read_mounts(reply.root());
  ASSERT_THAT(mounts, Succeeds());
  EXPECT_THAT(*mounts, IsEmpty());
}

TEST(StoragePlugins, TellWhatTheyCan) {
  const Reply reply = synthetic("discover_storage_plugins--pretty");
  const auto plugins = read_storage_plugins(reply.root());
  ASSERT_THAT(plugins, Succeeds());
  ASSERT_EQ(plugins->size(), 2U);
  const StoragePluginInfo& array = plugins->at(0);
  EXPECT_EQ(array.impl_name, "vendor.array.Plugin");
  EXPECT_EQ(array.type, StoragePluginType::kArrays);
  EXPECT_EQ(array.generic, false);
  EXPECT_EQ(array.cluster_required, std::nullopt);
  EXPECT_THAT(array.storage_types, ElementsAre("SAN", "iSCSI"));
  EXPECT_EQ(array.can("access_control"), true);
  EXPECT_EQ(array.can("resize_is_sync"), std::nullopt);
  EXPECT_EQ(array.can("snapshot"), std::nullopt);
  EXPECT_EQ(array.abilities.at("snapshot"), "ONLINE");
  EXPECT_EQ(array.properties.at("plugin_version"), "1");
  EXPECT_EQ(plugins->at(1).type, StoragePluginType::kUnknown);
  EXPECT_EQ(plugins->at(1).can("access_control"), std::nullopt);
}

TEST(StoragePlugins, AreDescribedWithFlagsDecodedAndVersionsKept) {
  const Reply reply = synthetic("discover_storage_plugins--pretty");
  const auto plugins = read_storage_plugins(reply.root());
  ASSERT_THAT(plugins, Succeeds());
  const Value typed = describe(plugins->at(0));
  EXPECT_EQ(*typed.find("properties")->find("plugin_version"), Value("1"));
  EXPECT_EQ(*typed.find("properties")->find("vendor_name"), Value());
  EXPECT_EQ(*typed.find("properties")->find("generic_plugin"), Value(false));
  EXPECT_EQ(*typed.find("abilities")->find("access_control"), Value(true));
  EXPECT_EQ(*typed.find("abilities")->find("clone"), Value("OFFLINE"));
}

TEST(PhysicalLuns, KeepTheListsUnderTheAgentsNames) {
  const Reply reply = synthetic("discover_physical_luns--two-lists");
  const auto lists = read_physical_luns(reply.root());
  ASSERT_THAT(lists, Succeeds());
  ASSERT_EQ(lists->size(), 2U);
  EXPECT_EQ(lists->at(0).name, "List_A");
  EXPECT_THAT(lists->at(0).entries, ElementsAre(Value(Struct{{"Name", "sda"},
                                                             {"Size", "1000204886016"},
                                                             {"Path", Array{"one", "two", "three"}},
                                                             {"Empty", Nil{}}}),
                                                Value("text only")));
  EXPECT_EQ(lists->at(1), (LunList{.name = "List_B", .entries = {}}));
}

}  // namespace
}  // namespace trestle::ovm3
