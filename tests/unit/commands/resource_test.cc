// SPDX-License-Identifier: Apache-2.0
#include "integration/ovm3/resource.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <fstream>
#include <iterator>
#include <set>
#include <string>
#include <thread>
#include <vector>

#include "helpers/ovm3/lanes.h"
#include "integration/ovm3/commands/command.h"
#include "integration/ovm3/host_settings.h"
#include "integration/schema/generated/machine.h"
#include "integration/schema/generated/services.h"
#include "integration/schema/generated/session.h"
#include "tests/unit/commands/resource_scene.h"

namespace trestle::ovm3 {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

TEST(Resource, AnUnknownCommandIsUnsupportedByName) {
  ResourceScene scene;
  const auto answer = scene.run<schema::UnsupportedAnswer>(schema::WatchConsoleProxyLoadCommand{});
  expect_refused(answer, "WatchConsoleProxyLoadCommand");
  EXPECT_TRUE(scene.flow.sent.empty());
}

TEST(Resource, AFailureIsTheAnswerOfTheCommandsOwnClass) {
  for (const CommandRow* const row : all_commands()) {
    const schema::TypeInfo& type = row->type();
    const schema::Object answer =
        failed_answer(type, {.code = Code::kNotFound, .what = "the reason"});
    ASSERT_FALSE(type.answers.empty()) << type.name;
    EXPECT_EQ(answer.type().name, type.answers.front());
    EXPECT_FALSE(schema::result_of(answer)) << type.name;
    const std::string* const details = schema::details_of(answer);
    ASSERT_NE(details, nullptr) << type.name;
    EXPECT_EQ(*details, "the reason");
  }
}

TEST(Resource, EveryCommandHasOneRow) {
  std::set<const schema::TypeInfo*> seen;
  for (const CommandRow* const row : all_commands()) {
    EXPECT_TRUE(seen.insert(&row->type()).second) << row->type().name;
    EXPECT_EQ(row->type().role, schema::Role::kCommand) << row->type().name;
    EXPECT_EQ(find_command(row->type()), row);
  }
}

TEST(Resource, NamesEveryBadSettingAtOnce) {
  ResourceScene scene;
  const auto set = scene.resource().configure({.values = {{"stop.patience", "1 minute"},
                                                          {"ovm3.heartbeat.timeout", "0"},
                                                          {"ovm3pool", "maybe"},
                                                          {"manager.uuid", "us"}}});
  ASSERT_FALSE(set);
  for (const char* const name :
       {"stop.patience", "ovm3.heartbeat.timeout", "ovm3pool", "manager.uuid"}) {
    EXPECT_NE(set.error().what.find(name), std::string::npos) << name << ": " << set.error().what;
  }
}

TEST(Resource, AHeartbeatMustBeFasterThanItsTimeout) {
  ResourceScene scene;
  const auto set = scene.resource().configure({.values = {{"ovm3.heartbeat.interval", "120"}}});
  ASSERT_FALSE(set);
  EXPECT_NE(set.error().what.find("ovm3.heartbeat.interval (120 s)"), std::string::npos)
      << set.error().what;
  EXPECT_TRUE(scene.resource().configure({.values = {{"ovm3.heartbeat.interval", "119"}}}));
}

TEST(Resource, TakesOneFileNameForTheCdOfSystemVms) {
  ResourceScene scene;
  scene.configure(1, {{"systemvm.iso", "systemvm-4.11 a.iso"}});
  EXPECT_EQ(scene.resource().host()->settings().system_vm_iso, "systemvm-4.11 a.iso");
  scene.configure(1, {{"systemvm.iso", " "}});
  EXPECT_EQ(scene.resource().host()->settings().system_vm_iso, "") << "as good as not set";
  for (const char* const bad : {"../systemvm.iso", "/tmp/systemvm.iso", "a/b.iso", "..", ".iso",
                                "systemvm", "a,b.iso", "a\\b.iso", "a\nb.iso"}) {
    const auto set = scene.resource().configure({.values = {{"systemvm.iso", bad}}});
    ASSERT_FALSE(set) << bad;
    EXPECT_NE(set.error().what.find("systemvm.iso is "), std::string::npos) << set.error().what;
  }
}

TEST(Resource, HasItsSettingsInTheReadme) {
  std::ifstream in(TRESTLE_SOURCE_DIR "/README.md");
  const std::string readme(std::istreambuf_iterator<char>(in), {});
  std::string table = "| setting | without it | what |\n|---|---|---|\n";
  for (const SettingRow& row : setting_rows()) {
    table += "| `" + std::string(row.name) + "` | " + std::string(row.otherwise) + " | " +
             std::string(row.what) + " |\n";
  }
  EXPECT_NE(readme.find("<!-- settings: begin -->\n" + table + "<!-- settings: end -->"),
            std::string::npos)
      << "write this into README.md:\n"
      << table;
}

TEST(Resource, APoolNeedsItsAddress) {
  ResourceScene scene;
  const auto set = scene.resource().configure({.values = {{"ovm3pool", "true"}}});
  ASSERT_FALSE(set);
  EXPECT_NE(set.error().what.find("ovm3vip"), std::string::npos);
}

// known defect 33
TEST(Resource, TakesTheTimesOfTheHeartbeat) {
  ResourceScene scene;
  scene.configure(1, {{"ovm3.heartbeat.timeout", "240"}, {"ovm3.heartbeat.interval", "5"}});
  EXPECT_EQ(scene.resource().host()->settings().heartbeat_timeout, seconds{240});
  EXPECT_EQ(scene.resource().host()->settings().heartbeat_interval, seconds{5});
}

// known defect 32
TEST(Resource, HasOneKeyForTheStorageLabel) {
  ResourceScene scene;
  scene.configure(1, {{"storage.network.device", "bond1"}, {"private.network.device", "bond0"}});
  const TrafficLabels& labels = scene.resource().host()->settings().labels;
  EXPECT_EQ(labels.storage, "bond1");
  EXPECT_EQ(labels.guest, "bond0");
  EXPECT_EQ(labels.public_net, "bond0");
}

TEST(Resource, FindsTheVmOfACommandWhereverItIsNamed) {
  EXPECT_EQ(vm_of(schema::Object(schema::StopCommand{.vmName = "i-2-3-VM"})), "i-2-3-VM");
  EXPECT_EQ(vm_of(schema::Object(schema::PlugNicCommand{.instanceName = "r-4-VM"})), "r-4-VM");
  EXPECT_EQ(vm_of(schema::Object(
                schema::StartCommand{.vm = schema::VirtualMachineTO{.name = "i-2-5-VM"}})),
            "i-2-5-VM");
  EXPECT_EQ(vm_of(schema::Object(schema::GetVmStatsCommand{})), "");
}

TEST(Lanes, KeepTheOrderInWhichTheyCame) {
  Lanes lanes;
  std::vector<int> order;
  std::mutex mutex;
  std::vector<std::jthread> threads;
  auto first = lanes.enter(context_for(seconds{10}), "VM a");
  ASSERT_TRUE(first);
  std::optional<Lanes::Place> place(*std::move(first));
  for (int i = 0; i < 4; ++i) {
    threads.emplace_back([&, i] {
      const auto mine = lanes.enter(context_for(seconds{30}), "VM a");
      const std::scoped_lock lock(mutex);
      order.push_back(mine ? i : -1);
    });
    while (lanes.crowd("VM a") != static_cast<std::size_t>(i) + 2) std::this_thread::yield();
  }
  place.reset();
  threads.clear();
  EXPECT_THAT(order, testing::ElementsAre(0, 1, 2, 3));
  EXPECT_EQ(lanes.crowd("VM a"), 0U);
}

TEST(Lanes, OtherLanesDoNotWait) {
  Lanes lanes;
  const auto a = lanes.enter(context_for(seconds{10}), "VM a");
  const auto b = lanes.enter(context_for(milliseconds{1}), "VM b");
  EXPECT_TRUE(a);
  EXPECT_TRUE(b);
}

TEST(Lanes, WhoGivesUpDoesNotBlockThoseBehind) {
  Lanes lanes;
  auto first = lanes.enter(context_for(seconds{10}), "VM a");
  ASSERT_TRUE(first);
  std::optional<Lanes::Place> place(*std::move(first));
  const auto late = lanes.enter(context_for(milliseconds{20}), "VM a");
  ASSERT_FALSE(late);
  EXPECT_EQ(late.error().code, Code::kDeadlineExceeded);
  EXPECT_NE(late.error().what.find("nothing was begun"), std::string::npos);
  std::stop_source stop;
  stop.request_stop();
  CallContext stopped = context_for(seconds{10});
  stopped.stop = stop.get_token();
  const auto cancelled = lanes.enter(stopped, "VM a");
  ASSERT_FALSE(cancelled);
  EXPECT_EQ(cancelled.error().code, Code::kCancelled);
  place.reset();
  EXPECT_TRUE(lanes.enter(context_for(milliseconds{1}), "VM a"));
}

}  // namespace
}  // namespace trestle::ovm3
