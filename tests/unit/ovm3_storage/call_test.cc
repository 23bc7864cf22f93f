// SPDX-License-Identifier: Apache-2.0
// What goes on the wire: every handle call with the argument list that the agent wants.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>
#include <string>
#include <vector>

#include "objects/ovm3/cluster.h"
#include "objects/ovm3/ownership.h"
#include "objects/ovm3/pool.h"
#include "objects/ovm3/pool_filesystem.h"
#include "objects/ovm3/repository.h"
#include "objects/ovm3/storage.h"
#include "tests/support/mock_transport.h"
#include "tests/unit/ovm3_storage/fixtures.h"

namespace trestle::ovm3 {
namespace {

using ::testing::_;
using testing::a_minute;
using testing::Answers;
using testing::Calls;
using testing::exported;
using testing::file_system_id;
using testing::filer;
using testing::manager_id;
using testing::MockTransport;
using testing::pool_filesystem_id;
using testing::pool_id;
using testing::repository_id;
using ::testing::StrictMock;
using testing::Succeeds;

const std::string kRepo(testing::kRepositoryText);
const std::string kPool(testing::kPoolText);
const std::string kManager(testing::kManagerText);
const std::string kPoolFs(testing::kPoolFilesystemText);
const std::string kBase(testing::kFileSystemText);

struct SilentCall {
  const char* name;
  const char* method;
  Array wanted;
  std::function<Result<void>(const CallContext&, const Agent&)> call;
};

// Calls whose reply is nil.
class SilentCallTest : public ::testing::TestWithParam<SilentCall> {};

// known defects 18, 20: six arguments for configure_server_for_cluster (one was sent), addresses
// and roles once each (duplicates went back to the hosts).
TEST_P(SilentCallTest, SendsTheArgumentsOfTheAgent) {
  StrictMock<MockTransport> transport;
  EXPECT_CALL(transport, round_trip(_, Calls(GetParam().method, GetParam().wanted)))
      .WillOnce(Answers(Nil{}));
  EXPECT_THAT(GetParam().call(a_minute(), Agent(transport)), Succeeds());
}

TEST_P(SilentCallTest, SucceedsWhateverTheReplyIsButKeepsAFault) {
  // known defect 10: any reply that was not nil counted as a failure, and a failure went unseen.
  StrictMock<MockTransport> transport;
  EXPECT_CALL(transport, round_trip(_, _))
      .WillOnce(Answers("done"))
      .WillOnce(testing::Fails(Code::kAgentFault));
  EXPECT_THAT(GetParam().call(a_minute(), Agent(transport)), Succeeds());
  EXPECT_THAT(GetParam().call(a_minute(), Agent(transport)), testing::FailsWith(Code::kAgentFault));
}

const std::string kExport = "filer:/volumes/primary";
const std::string kMountPoint = "/OVS/Repositories/" + kRepo;

Repository repository(const Agent& agent) { return Repository(agent, repository_id()); }

INSTANTIATE_TEST_SUITE_P(
    Repositories, SilentCallTest,
    ::testing::Values(SilentCall{"Create",
                                 "create_repository",
                                 {kExport, kMountPoint, kRepo, "fast"},
                                 [](auto& ctx, auto& agent) {
                                   return repository(agent).create(ctx, kExport, "fast");
                                 }},
                      SilentCall{"CreateElsewhere",
                                 "create_repository",
                                 {kExport, "/mnt/x", kRepo, "fast"},
                                 [](auto& ctx, auto& agent) {
                                   return repository(agent).create(ctx, kExport, "/mnt/x", "fast");
                                 }},
                      SilentCall{"Add",
                                 "add_repository",
                                 {kExport, kMountPoint},
                                 [](auto& ctx, auto& agent) {
                                   return add_repository(ctx, agent, kExport, kMountPoint);
                                 }},
                      SilentCall{"Mount",
                                 "mount_repository_fs",
                                 {kExport, kMountPoint},
                                 [](auto& ctx, auto& agent) {
                                   return mount_repository_fs(ctx, agent, kExport, kMountPoint);
                                 }},
                      SilentCall{"Unmount",
                                 "unmount_repository_fs",
                                 {kMountPoint},
                                 [](auto& ctx, auto& agent) {
                                   return unmount_repository_fs(ctx, agent, kMountPoint);
                                 }},
                      SilentCall{"RemoveKeepingFiles",
                                 "delete_repository",
                                 {kRepo, false},
                                 [](auto& ctx, auto& agent) {
                                   return repository(agent).remove(ctx, Erase::kKeepFiles);
                                 }},
                      SilentCall{"RemoveWithFiles",
                                 "delete_repository",
                                 {kRepo, true},
                                 [](auto& ctx, auto& agent) {
                                   return repository(agent).remove(ctx, Erase::kRemoveFiles);
                                 }},
                      SilentCall{"EditRecord",
                                 "edit_repository_db",
                                 {kRepo, Struct{{"alias", "slow"}}},
                                 [](auto& ctx, auto& agent) {
                                   return repository(agent).edit_record(ctx, {{"alias", "slow"}});
                                 }},
                      SilentCall{"ImportDisk",
                                 "import_virtual_disk",
                                 {"http://files/d.img", "d.img", kRepo},
                                 [](auto& ctx, auto& agent) {
                                   return repository(agent).import_virtual_disk(
                                       ctx, "http://files/d.img", "d.img");
                                 }},
                      SilentCall{"ImportIso",
                                 "import_ISO",
                                 {"http://files/d.iso", "d.iso", kRepo},
                                 [](auto& ctx, auto& agent) {
                                   return repository(agent).import_iso(ctx, "http://files/d.iso",
                                                                       "d.iso");
                                 }}),
    [](const auto& each) { return std::string(each.param.name); });

PoolMember first_member() {
  return {.pool_alias = "Pool 0",
          .virtual_ip = "192.0.2.9",
          .node_number = 3,
          .hostname = "ovm-1",
          .ip = "192.0.2.1"};
}

INSTANTIATE_TEST_SUITE_P(
    Pools, SilentCallTest,
    ::testing::Values(
        SilentCall{"Create",
                   "create_server_pool",
                   {"Pool 0", kPool, "192.0.2.9", 3, "ovm-1", "192.0.2.1", "xen,utility"},
                   [](auto& ctx, auto& agent) {
                     return ServerPool(agent, pool_id()).create(ctx, first_member());
                   }},
        SilentCall{"Join",
                   "join_server_pool",
                   {"Pool 0", kPool, "192.0.2.9", 3, "ovm-1", "192.0.2.1", "xen"},
                   [](auto& ctx, auto& agent) {
                     PoolMember member = first_member();
                     member.roles = {"xen"};
                     return ServerPool(agent, pool_id()).join(ctx, member);
                   }},
        SilentCall{"Leave",
                   "leave_server_pool",
                   {kPool},
                   [](auto& ctx, auto& agent) { return ServerPool(agent, pool_id()).leave(ctx); }},
        SilentCall{
            "Destroy",
            "destroy_server_pool",
            {kPool},
            [](auto& ctx, auto& agent) { return ServerPool(agent, pool_id()).destroy(ctx); }},
        SilentCall{
            "MembersOnceEach",
            "set_pool_member_ip_list",
            {Value(Array{"192.0.2.1", "192.0.2.2"})},
            [](auto& ctx, auto& agent) {
              return set_pool_member_ip_list(ctx, agent, {"192.0.2.1", "192.0.2.2", "192.0.2.1"});
            }},
        SilentCall{
            "Alias",
            "set_server_pool_alias",
            {"Pool 1"},
            [](auto& ctx, auto& agent) { return set_server_pool_alias(ctx, agent, "Pool 1"); }},
        SilentCall{
            "VirtualIp",
            "update_pool_virtual_ip",
            {"192.0.2.8"},
            [](auto& ctx, auto& agent) { return update_pool_virtual_ip(ctx, agent, "192.0.2.8"); }},
        SilentCall{"RolesOnceEach",
                   "update_server_roles",
                   {"utility,xen"},
                   [](auto& ctx, auto& agent) {
                     return update_server_roles(ctx, agent, {"utility", "xen", "utility"});
                   }}),
    [](const auto& each) { return std::string(each.param.name); });

Owner owner() {
  return {.manager = manager_id(),
          .core_api_url = Secret("https://u:pw@m:7002/core"),
          .event_url = Secret("https://u:pw@m:7002/event"),
          .statistic_url = Secret("https://u:pw@m:7002/statistic")};
}

const Array kOwnerTexts{kManager, "https://u:pw@m:7002/core"};
const Array kOwnerStruct{Struct{{"manager_uuid", kManager},
                                {"manager_event_url", "https://u:pw@m:7002/event"},
                                {"manager_statistic_url", "https://u:pw@m:7002/statistic"},
                                {"manager_certificate", "None"},
                                {"signed_server_certificate", "None"}}};

INSTANTIATE_TEST_SUITE_P(
    Ownership, SilentCallTest,
    ::testing::Values(SilentCall{"TwoTextsFor32", "take_ownership", kOwnerTexts,
                                 [](auto& ctx, auto& agent) {
                                   return take_ownership(ctx, agent, kRelease32, owner());
                                 }},
                      SilentCall{"OneStructFor33", "take_ownership", kOwnerStruct,
                                 [](auto& ctx, auto& agent) {
                                   return take_ownership(ctx, agent, kRelease33, owner());
                                 }},
                      SilentCall{"OneStructFor34", "take_ownership", kOwnerStruct,
                                 [](auto& ctx, auto& agent) {
                                   return take_ownership(ctx, agent, kRelease34, owner());
                                 }},
                      SilentCall{"NoUrlFor32",
                                 "take_ownership",
                                 {kManager, ""},
                                 [](auto& ctx, auto& agent) {
                                   return take_ownership(ctx, agent, kRelease32,
                                                         {.manager = manager_id()});
                                 }},
                      SilentCall{"Release",
                                 "release_ownership",
                                 {kManager},
                                 [](auto& ctx, auto& agent) {
                                   return release_ownership(ctx, agent, manager_id());
                                 }}),
    [](const auto& each) { return std::string(each.param.name); });

PoolFilesystemPlace place() {
  return {.target = kExport, .id = pool_filesystem_id(), .nfs_base = file_system_id()};
}

const std::string kCluster = "ba9aaf00ae5e2d73";
const Struct kO2cb{{"O2CB_HEARTBEAT_THRESHOLD", "61"},
                   {"O2CB_RECONNECT_DELAY_MS", "2000"},
                   {"O2CB_KEEPALIVE_DELAY_MS", "2000"},
                   {"O2CB_IDLE_TIMEOUT_MS", "60000"},
                   {"O2CB_BOOTCLUSTER", kCluster},
                   {"O2CB_ENABLED", "true"},
                   {"O2CB_STACK", "o2cb"}};
const Struct kLayout{
    {"node", Array{Struct{{"name", "ovm-1"},
                          {"ip_address", "192.0.2.1"},
                          {"cluster", kCluster},
                          {"number", 0},
                          {"ip_port", 7777}}}},
    {"heartbeat",
     Array{Struct{{"region", "0004FB0000050000E70FBDDEB802208F"}, {"cluster", kCluster}}}},
    {"cluster",
     Array{Struct{{"name", kCluster}, {"node_count", 1}, {"heartbeat_mode", "global"}}}}};

ClusterLayout layout() {
  return *ClusterLayout::of(pool_id(), pool_filesystem_id(),
                            {{.number = 0, .name = "ovm-1", .ip_address = "192.0.2.1"}});
}

INSTANTIATE_TEST_SUITE_P(
    PoolFilesystems, SilentCallTest,
    ::testing::Values(SilentCall{"Create",
                                 "create_pool_filesystem",
                                 {"nfs", kExport, kCluster, kPoolFs, kBase, kManager, kPool},
                                 [](auto& ctx, auto& agent) {
                                   return create_pool_filesystem(ctx, agent, place(), kCluster,
                                                                 manager_id(), pool_id());
                                 }},
                      SilentCall{"CreateWithSizes",
                                 "create_pool_filesystem",
                                 {"nfs", kExport, kCluster, kPoolFs, kBase, kManager, kPool, 4096,
                                  1048576},
                                 [](auto& ctx, auto& agent) {
                                   return create_pool_filesystem(
                                       ctx, agent, place(), kCluster, manager_id(), pool_id(),
                                       {.block_size = 4096, .cluster_size = 1048576});
                                 }},
                      SilentCall{"Destroy",
                                 "destroy_pool_filesystem",
                                 {"nfs", kExport, kPoolFs, kBase},
                                 [](auto& ctx, auto& agent) {
                                   return destroy_pool_filesystem(ctx, agent, place());
                                 }}),
    [](const auto& each) { return std::string(each.param.name); });

INSTANTIATE_TEST_SUITE_P(
    Clusters, SilentCallTest,
    ::testing::Values(SilentCall{"ConfigureWithSixArguments",
                                 "configure_server_for_cluster",
                                 {kO2cb, kLayout, "nfs", kExport, kPoolFs, kBase},
                                 [](auto& ctx, auto& agent) {
                                   return configure_server_for_cluster(
                                       ctx, agent, O2cbSettings::standard(kCluster), layout(),
                                       place());
                                 }},
                      SilentCall{"Deconfigure",
                                 "deconfigure_server_for_cluster",
                                 {kPoolFs},
                                 [](auto& ctx, auto& agent) {
                                   return deconfigure_server_for_cluster(ctx, agent,
                                                                         pool_filesystem_id());
                                 }},
                      SilentCall{"Create",
                                 "create_cluster",
                                 {kPoolFs},
                                 [](auto& ctx, auto& agent) {
                                   return create_cluster(ctx, agent, pool_filesystem_id());
                                 }},
                      SilentCall{"Join",
                                 "join_cluster",
                                 {kPoolFs},
                                 [](auto& ctx, auto& agent) {
                                   return join_cluster(ctx, agent, pool_filesystem_id());
                                 }},
                      SilentCall{"Leave",
                                 "leave_cluster",
                                 {kPoolFs},
                                 [](auto& ctx, auto& agent) {
                                   return leave_cluster(ctx, agent, pool_filesystem_id());
                                 }},
                      SilentCall{"Destroy",
                                 "destroy_cluster",
                                 {kPoolFs},
                                 [](auto& ctx, auto& agent) {
                                   return destroy_cluster(ctx, agent, pool_filesystem_id());
                                 }},
                      SilentCall{"Update",
                                 "update_clusterConfiguration",
                                 {kLayout},
                                 [](auto& ctx, auto& agent) {
                                   return update_cluster_configuration(ctx, agent, layout());
                                 }}),
    [](const auto& each) { return std::string(each.param.name); });

}  // namespace
}  // namespace trestle::ovm3
