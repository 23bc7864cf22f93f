// SPDX-License-Identifier: Apache-2.0
// Hosts that become a server pool when their storage pool is added.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "helpers/ovm3/host_removal.h"
#include "helpers/ovm3/pool_roster.h"
#include "helpers/ovm3/server_pool.h"
#include "tests/unit/commands/interruption.h"
#include "tests/unit/commands/storage_scene.h"

namespace trestle::ovm3 {
namespace {

using schema::Answer;
using schema::ModifyStoragePoolAnswer;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::UnorderedElementsAre;

constexpr const char* kVirtualIp = "127.0.9.9";

class ServerPools : public testing::Test {
 protected:
  ServerPools() {
    for (std::size_t host = 1; host <= scene.flow.hosts(); ++host) pooled(host, "4");
  }
  static std::map<std::string, std::string, std::less<>> settings(std::size_t host,
                                                                  const std::string& cluster) {
    return {{"manager.uuid", std::string(StorageScene::kManager)},
            {"ip", flow::FlowScene::address(host)},
            {"cluster", cluster},
            {"ovm3pool", "true"},
            {"ovm3vip", kVirtualIp}};
  }
  void pooled(std::size_t host, const std::string& cluster) {
    scene.configure(host, settings(host, cluster));
  }
  ModifyStoragePoolAnswer add(std::size_t host) {
    return scene.run<ModifyStoragePoolAnswer>(StorageScene::add_pool(), host);
  }
  Result<RemovedParts> remove_host(std::size_t host) {
    const CallContext ctx = scene.flow.ctx();
    return remove_from_host(
        {.ctx = ctx, .undo = ctx, .agent = scene.flow.agent(host), .log = no_log()},
        *ManagerId::parse(StorageScene::kManager), "", false);
  }
  std::optional<simulator::PoolMembership> pool_of(std::size_t host) {
    return scene.flow.sim.with_estate(
        [&](simulator::Estate& estate) { return scene.host(estate, host).pool; });
  }
  std::size_t masters() {
    return scene.flow.sim.with_estate([](simulator::Estate& estate) {
      return static_cast<std::size_t>(
          std::ranges::count_if(estate.hosts, [](const auto& host) { return host->is_master(); }));
    });
  }
  std::vector<std::string> numbers() {
    std::vector<std::string> all;
    for (std::size_t host = 1; host <= scene.flow.hosts(); ++host) {
      if (const auto pool = pool_of(host)) all.push_back(std::to_string(pool->node_number));
    }
    return all;
  }

  StorageScene scene{3};
};

TEST_F(ServerPools, HaveOneMasterAndANumberForEachMember) {
  // known defect 48: every member got number 1. known defect 51: members were never listed.
  for (std::size_t host = 1; host <= 3; ++host) {
    const auto answer = add(host);
    expect_done(answer);
    EXPECT_THAT(*answer.details, HasSubstr("became member " + std::to_string(host)));
  }
  EXPECT_EQ(masters(), 1U);
  EXPECT_THAT(numbers(), ElementsAre("1", "2", "3"));
  EXPECT_THAT(pool_of(3)->member_ips, UnorderedElementsAre("127.0.1.1", "127.0.1.2", "127.0.1.3"));
  // The first one hears of the others when it is asked again.
  const auto again = add(1);
  expect_done(again);
  EXPECT_THAT(*again.details, HasSubstr("is member 1"));
  EXPECT_THAT(pool_of(1)->member_ips, UnorderedElementsAre("127.0.1.1", "127.0.1.2", "127.0.1.3"));
  EXPECT_EQ(scene.calls("create_server_pool"), 1U);
}

TEST_F(ServerPools, HaveExactlyOneMasterWhenHostsStartAtOnce) {
  // known defect 47: nobody answered at the virtual address, so each of them became master.
  // Transports of their own: those of the scene note every request without a lock.
  std::vector<std::thread> starts;
  std::vector<ModifyStoragePoolAnswer> answers(3);
  for (std::size_t host = 1; host <= 3; ++host) {
    starts.emplace_back([&, host] {
      const std::string name = flow::FlowScene::name(host);
      Resource resource(
          [&](const contracts::Configuration&) { return scene.flow.sim.transport(name); });
      ASSERT_TRUE(resource.configure({.values = settings(host, "4")}));
      const auto answer =
          resource.execute(scene.flow.ctx(), schema::Object(StorageScene::add_pool()));
      answers[host - 1] = *answer.as<ModifyStoragePoolAnswer>();
    });
  }
  for (std::thread& start : starts) start.join();
  for (const auto& answer : answers) expect_done(answer);
  EXPECT_EQ(masters(), 1U);
  EXPECT_THAT(numbers(), UnorderedElementsAre("1", "2", "3"));
}

TEST_F(ServerPools, HaveAnIdOfTheirOwn) {
  // known defect 49, 50: pool, pool file system and storage pool had one id, in the wrong form.
  ASSERT_TRUE(add(1).result);
  const std::string id = pool_of(1)->uuid;
  EXPECT_TRUE(id.starts_with(kPoolIdPrefix)) << id;
  EXPECT_EQ(id.size(), 32U);
  EXPECT_NE(id, StorageScene::kRepository);
  const auto manager = *ManagerId::parse(StorageScene::kManager);
  EXPECT_EQ(pool_id_of(manager, "4", kVirtualIp).text(), id);
  EXPECT_NE(pool_id_of(manager, "5", kVirtualIp).text(), id);
}

TEST_F(ServerPools, SayNoWhenTheyCannotBeMade) {
  // known defect 52: a pool that could not be made was reported as made.
  scene.fault("create_server_pool", "Invalid hostname resolution: ovm-1 -> 127.0.0.1");
  const auto answer = add(1);
  expect_refused(answer, "Invalid hostname resolution");
  EXPECT_EQ(pool_of(1), std::nullopt);
  EXPECT_FALSE(StorageScene::exists(scene.on_primary("VirtualMachines/pool/node-1")));
  scene.no_faults();
  // Whoever comes next forms it.
  expect_done(add(2));
  expect_done(add(1));
  EXPECT_EQ(masters(), 1U);
}

TEST_F(ServerPools, AreTakenApartWhenTheirAddressCannotBeSet) {
  scene.fault("configure_virtual_ip", "[Errno 99] Cannot assign requested address");
  expect_refused(add(1), "Cannot assign requested address");
  EXPECT_EQ(pool_of(1), std::nullopt);
  scene.no_faults();
  expect_done(add(1));
  EXPECT_EQ(masters(), 1U);
}

TEST_F(ServerPools, WaitForWhoeverFormsThemAndNameHim) {
  // Another host took the first number and was cut off before it formed the pool.
  scene.configure(1, {{"manager.uuid", std::string(StorageScene::kManager)}});
  ASSERT_TRUE(add(1).result);
  StorageScene::write(scene.on_primary("VirtualMachines/pool/node-1.127.0.1.9"), "");
  std::filesystem::create_directories(scene.on_primary("VirtualMachines/pool/node-1"));
  const auto answer = add(2);
  expect_refused(answer, "127.0.1.9");
  EXPECT_EQ(pool_of(2), std::nullopt);
  EXPECT_EQ(masters(), 0U);
}

TEST_F(ServerPools, GoOnWhereAHostWasCutOff) {
  // It had its number, but not yet the pool.
  scene.configure(1, {{"manager.uuid", std::string(StorageScene::kManager)}});
  ASSERT_TRUE(add(1).result);
  pooled(1, "4");
  StorageScene::write(scene.on_primary("VirtualMachines/pool/node-1.127.0.1.1"), "");
  std::filesystem::create_directories(scene.on_primary("VirtualMachines/pool/node-1"));
  expect_done(add(1));
  EXPECT_EQ(pool_of(1)->node_number, 1);
  // And the pool, but not yet the note that it is formed.
  std::filesystem::remove(scene.on_primary("VirtualMachines/pool/formed"));
  expect_done(add(1));
  expect_done(add(2));
  EXPECT_EQ(pool_of(2)->node_number, 2);
}

TEST_F(ServerPools, RefuseAHostOfAnotherPool) {
  // OV-69: a host already in another pool is refused.
  ASSERT_TRUE(add(1).result);
  pooled(1, "5");
  expect_refused(add(1), "take it out of that pool first");
  EXPECT_EQ(masters(), 1U);
}

TEST_F(ServerPools, AreLeftAndEndWithTheirLastMember) {
  // known defect 54: the pool was left, and everything else stayed.
  ASSERT_TRUE(add(1).result);
  ASSERT_TRUE(add(2).result);
  const schema::DeleteStoragePoolCommand command{._pool = StorageScene::filer()};
  const auto left = scene.run<Answer>(command, 2);
  expect_done(left);
  EXPECT_THAT(*left.details, HasSubstr("left the server pool"));
  EXPECT_EQ(pool_of(2), std::nullopt);
  EXPECT_TRUE(scene.records(2).empty());
  EXPECT_EQ(masters(), 1U);
  ASSERT_TRUE(scene.run<Answer>(command, 1).result);
  EXPECT_EQ(pool_of(1), std::nullopt);
  EXPECT_FALSE(StorageScene::exists(scene.on_primary("VirtualMachines/pool/formed")));
  // They form anew.
  ASSERT_TRUE(add(2).result);
  ASSERT_TRUE(add(1).result);
  EXPECT_EQ(masters(), 1U);
  EXPECT_TRUE(pool_of(1).has_value());
}

TEST_F(ServerPools, FreeTheNumberOfAHostThatIsRemoved) {
  ASSERT_TRUE(add(1).result);
  ASSERT_TRUE(add(2).result);
  // The first host has never been told of the second one: its own list says that it is the last.
  ASSERT_THAT(pool_of(1)->member_ips, ElementsAre("127.0.1.1"));
  const auto first = remove_host(1);
  ASSERT_TRUE(first) << first.error().message();
  EXPECT_TRUE(first->left.empty());
  EXPECT_THAT(first->done, testing::Contains(HasSubstr("server pool")));
  EXPECT_EQ(pool_of(1), std::nullopt);
  EXPECT_TRUE(scene.records(1).empty());
  EXPECT_FALSE(StorageScene::exists(scene.on_primary("VirtualMachines/pool/node-1")));
  EXPECT_FALSE(StorageScene::exists(scene.on_primary("VirtualMachines/pool/node-1.127.0.1.1")));
  EXPECT_TRUE(StorageScene::exists(scene.on_primary("VirtualMachines/pool/node-2.127.0.1.2")));
  // The next one gets the number, and the pool of the second host.
  ASSERT_TRUE(add(3).result);
  EXPECT_EQ(pool_of(3)->node_number, 1);
  EXPECT_EQ(pool_of(3)->uuid, pool_of(2)->uuid);
  ASSERT_TRUE(remove_host(2));
  ASSERT_TRUE(remove_host(3));
  EXPECT_FALSE(StorageScene::exists(scene.on_primary("VirtualMachines/pool/formed")));
}

TEST_F(ServerPools, FreeTheNumberOfARemovedHostThatHadLeftBefore) {
  ASSERT_TRUE(add(1).result);
  ASSERT_TRUE(add(2).result);
  scene.fault("storage_plugin_destroy", "[Errno 5] Input/output error", 1, 1);
  ASSERT_FALSE(remove_host(2)) << "it has left the pool, and kept its number";
  ASSERT_EQ(pool_of(2), std::nullopt);
  ASSERT_TRUE(StorageScene::exists(scene.on_primary("VirtualMachines/pool/node-2")));
  ASSERT_TRUE(remove_host(2));
  EXPECT_FALSE(StorageScene::exists(scene.on_primary("VirtualMachines/pool/node-2")));
  EXPECT_TRUE(pool_of(1).has_value());
}

TEST_F(ServerPools, EndWhenTheLastTwoLeaveAtOnce) {
  ASSERT_TRUE(add(1).result);
  ASSERT_TRUE(add(2).result);
  const schema::DeleteStoragePoolCommand command{._pool = StorageScene::filer()};
  Resource second([&](const contracts::Configuration&) -> Result<std::unique_ptr<Transport>> {
    TRESTLE_ASSIGN_OR_RETURN(auto inner, scene.flow.sim.transport("ovm-2"));
    return std::make_unique<Interruption>(std::move(inner), Interruption::at("leave_server_pool"),
                                          Interruption::Moment::kBefore,
                                          [&] { expect_done(scene.run<Answer>(command, 1)); });
  });
  ASSERT_TRUE(second.configure({.values = settings(2, "4")}));
  expect_done(*second.execute(scene.flow.ctx(), schema::Object(command)).as<Answer>());
  EXPECT_FALSE(StorageScene::exists(scene.on_primary("VirtualMachines/pool/formed")));
  // The next one forms it: a pool without a master would be joined otherwise.
  expect_done(add(3));
  EXPECT_EQ(masters(), 1U);
}

TEST_F(ServerPools, CarryTheirAddressAfterTheAnswerOfTheirMakingWasLost) {
  scene.flow.sim.with_rules([](simulator::RuleBook& rules) {
    return rules.set({.id = {},
                      .service = "create_server_pool",
                      .times = 1,
                      .action = simulator::Action::kDropAfter});
  });
  ASSERT_FALSE(add(1).result);
  ASSERT_TRUE(pool_of(1).has_value());
  const auto answer = add(1);
  expect_done(answer);
  EXPECT_THAT(*answer.details, HasSubstr("carries " + std::string(kVirtualIp)));
  EXPECT_EQ(masters(), 1U);
}

TEST_F(ServerPools, KeepTheNumberOfAMemberWhileAnotherHostTriesForIt) {
  // A number is asked for by a note, which stands for a moment beside the member's own.
  ASSERT_TRUE(add(1).result);
  StorageScene::write(scene.on_primary("VirtualMachines/pool/node-1.127.0.1.2"), "");
  const auto again = add(1);
  expect_done(again);
  EXPECT_THAT(*again.details, HasSubstr("is member 1"));
  EXPECT_FALSE(StorageScene::exists(scene.on_primary("VirtualMachines/pool/node-2")));
}

TEST_F(ServerPools, AreNotForgottenWhenTheirRecordsCannotBeRead) {
  ASSERT_TRUE(add(1).result);
  scene.fault("discover_repository_db", "[Errno 5] Input/output error", 1, 1);
  const schema::DeleteStoragePoolCommand command{._pool = StorageScene::filer()};
  expect_refused(scene.run<Answer>(command), "Input/output error");
  EXPECT_EQ(scene.records().size(), 1U) << "its roster is still needed";
  EXPECT_TRUE(pool_of(1).has_value());
  expect_done(scene.run<Answer>(command));
  EXPECT_EQ(pool_of(1), std::nullopt);
}

TEST_F(ServerPools, NeedNoClusterAndSaySo) {
  // known defect 53
  // refuses CreateStoragePoolCommand: clusters with OCFS2
  auto pool = StorageScene::filer();
  pool.type = schema::StoragePoolType::OCFS2;
  expect_refused(scene.run<Answer>(schema::CreateStoragePoolCommand{.add = true, .pool = pool}),
                 "cluster");
  ASSERT_TRUE(add(1).result);
  EXPECT_EQ(scene.calls("configure_vm_ha"), 0U);
  EXPECT_EQ(scene.calls("create_cluster"), 0U);
}

TEST(PoolRosterNames, AreReadAndOthersLeftOut) {
  const auto list = read_roster({"node-2.10.0.0.2", "ovspoolfs.img", "node-1", "node-1.10.0.0.1",
                                 "formed", "node-x.10.0.0.3", "node-0.10.0.0.4", "node-3."});
  EXPECT_TRUE(list.formed);
  EXPECT_THAT(list.addresses(), ElementsAre("10.0.0.1", "10.0.0.2"));
  EXPECT_EQ(list.seat_of("10.0.0.2")->number, 2);
  EXPECT_EQ(list.seat_of("10.0.0.20"), nullptr);
}

}  // namespace
}  // namespace trestle::ovm3
