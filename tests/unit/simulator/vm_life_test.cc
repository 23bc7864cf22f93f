// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <string>

#include "tests/unit/simulator/scene.h"

namespace trestle::simulator {
namespace {

using std::chrono::milliseconds;
using testing::HasSubstr;

std::string state_of(Scene& scene, std::string_view host, std::string_view vm) {
  const auto reply = scene.vm_call(host, "list_vm", vm);
  if (!reply) return "error: " + reply.error().message();
  const auto state = reply->root().find("state");
  return state ? std::string(*state->string()) : "none";
}

TEST(Dispatcher, EchoesWhatItGot) {
  Scene scene;
  const auto reply = scene.call("ovm-1", "echo", {Value(std::int64_t{1} << 40)});
  ASSERT_TRUE(reply) << reply.error().message();
  EXPECT_EQ(reply->root().integer(), std::int64_t{1} << 40);
}

TEST(Dispatcher, RefusesANameThatNoAgentHas) {
  Scene scene;
  const auto reply = scene.call("ovm-1", "no_such_call");
  ASSERT_FALSE(reply);
  EXPECT_EQ(reply.error().code, Code::kUnimplemented);
  EXPECT_EQ(reply.error().fault->text,
            "<type 'exceptions.Exception'>:method \"no_such_call\" is not supported");
}

TEST(Dispatcher, SaysThatACatalogueServiceIsNotModelled) {
  Scene scene;
  const auto reply = scene.call("ovm-1", "get_support_files");
  ASSERT_FALSE(reply);
  EXPECT_THAT(reply.error().fault->text, HasSubstr("does not model"));
}

TEST(Dispatcher, CountsArgumentsAsPythonDoes) {
  Scene scene(Release::k321);
  const auto reply = scene.call("ovm-1", "start_vm", {"only-one"});
  ASSERT_FALSE(reply);
  EXPECT_EQ(reply.error().fault->text,
            "exceptions.TypeError:start_vm() takes exactly 2 arguments (1 given)");
}

TEST(VmLife, StartsListsStopsAndForgetsAVm) {
  Scene scene;
  ASSERT_TRUE(scene.create("vm1"));
  EXPECT_EQ(state_of(scene, "ovm-1", "vm1"), "none");
  const auto before = scene.clock.now();
  const auto started = scene.vm_call("ovm-1", "start_vm", "vm1");
  ASSERT_TRUE(started) << started.error().message();
  EXPECT_EQ(scene.clock.now() - before, milliseconds(50));
  EXPECT_EQ(state_of(scene, "ovm-1", "vm1"), "-b----");
  EXPECT_EQ(scene.call("ovm-1", "list_vms")->root().size(), 2U);
  ASSERT_TRUE(scene.vm_call("ovm-1", "stop_vm", "vm1"));
  EXPECT_EQ(state_of(scene, "ovm-1", "vm1"), "none");
  ASSERT_TRUE(scene.vm_call("ovm-1", "delete_vm", "vm1"));
  EXPECT_EQ(scene.vm_call("ovm-1", "start_vm", "vm1").error().code, Code::kNotFound);
}

TEST(VmLife, RefusesToStartAVmTwice) {
  Scene scene;
  ASSERT_TRUE(scene.create("vm1"));
  ASSERT_TRUE(scene.vm_call("ovm-1", "start_vm", "vm1"));
  EXPECT_EQ(scene.vm_call("ovm-1", "start_vm", "vm1").error().code, Code::kAlreadyExists);
}

TEST(VmLife, RefusesAGuestThatTheHostHasNoMemoryFor) {
  Scene scene;
  ASSERT_TRUE(scene.create("big", 1'000'000));
  const auto reply = scene.vm_call("ovm-1", "start_vm", "big");
  ASSERT_FALSE(reply);
  EXPECT_THAT(reply.error().fault->text, HasSubstr("KiB are free"));
}

TEST(VmLife, MovesAGuestToTheOtherHost) {
  Scene scene;
  ASSERT_TRUE(scene.create("vm1"));
  ASSERT_TRUE(scene.vm_call("ovm-1", "start_vm", "vm1"));
  const auto moved = scene.vm_call("ovm-1", "migrate_vm", "vm1", {"ovm-2", true, false});
  ASSERT_TRUE(moved) << moved.error().message();
  EXPECT_EQ(state_of(scene, "ovm-1", "vm1"), "none");
  EXPECT_EQ(state_of(scene, "ovm-2", "vm1"), "-b----");
}

TEST(VmLife, KeepsTheGuestWhenTheTargetDiesHalfWay) {
  Scene scene;
  ASSERT_TRUE(scene.create("vm1", 4096));
  ASSERT_TRUE(scene.vm_call("ovm-1", "start_vm", "vm1"));
  scene.simulator.with_estate([](Estate& estate) {
    estate.after(milliseconds(100), [&estate] { cut_power(estate, *estate.find_host("ovm-2")); });
  });
  const auto moved = scene.vm_call("ovm-1", "migrate_vm", "vm1", {"ovm-2", true});
  ASSERT_FALSE(moved);
  EXPECT_THAT(moved.error().fault->text, HasSubstr("Connection refused"));
  EXPECT_EQ(state_of(scene, "ovm-1", "vm1"), "-b----");
}

TEST(VmLife, DropsTheCallAndTheGuestWhenItsHostLosesPower) {
  Scene scene;
  ASSERT_TRUE(scene.create("vm1"));
  scene.simulator.with_estate([](Estate& estate) {
    estate.after(milliseconds(10), [&estate] { cut_power(estate, *estate.find_host("ovm-1")); });
  });
  const auto started = scene.vm_call("ovm-1", "start_vm", "vm1");
  ASSERT_FALSE(started);
  EXPECT_EQ(started.error().code, Code::kUnavailable);
  EXPECT_THAT(started.error().what, HasSubstr("unknown"));
  const auto next = scene.call("ovm-1", "list_vms");
  EXPECT_EQ(next.error().code, Code::kUnavailable);
  EXPECT_THAT(next.error().what, HasSubstr("refused"));
  ASSERT_TRUE(scene.simulator.power_on("ovm-1"));
  scene.clock.advance(std::chrono::seconds(3));
  EXPECT_EQ(scene.call("ovm-1", "list_vms")->root().size(), 1U);
}

TEST(VmLife, DestroysAGuestThatRebootsTooSoonOn321) {
  Scene scene(Release::k321);
  ASSERT_TRUE(scene.create("vm1"));
  ASSERT_TRUE(scene.vm_call("ovm-1", "start_vm", "vm1"));
  ASSERT_TRUE(scene.vm_call("ovm-1", "reboot_vm", "vm1", {30}));
  EXPECT_EQ(state_of(scene, "ovm-1", "vm1"), "none");
  ASSERT_TRUE(scene.vm_call("ovm-1", "start_vm", "vm1"));
  scene.clock.advance(std::chrono::seconds(61));
  ASSERT_TRUE(scene.vm_call("ovm-1", "reboot_vm", "vm1", {30}));
  EXPECT_EQ(state_of(scene, "ovm-1", "vm1"), "-b----");
}

TEST(VmLife, WaitsForADeafGuestThenGivesUpAndForceHelps) {
  Scene scene;
  scene.simulator.with_estate([](Estate& estate) { estate.guests["vm1"].ignores_stop = true; });
  ASSERT_TRUE(scene.create("vm1"));
  ASSERT_TRUE(scene.vm_call("ovm-1", "start_vm", "vm1"));
  const auto before = scene.clock.now();
  const auto stopped = scene.vm_call("ovm-1", "stop_vm", "vm1", {false});
  ASSERT_FALSE(stopped);
  EXPECT_EQ(scene.clock.now() - before, std::chrono::seconds(60));
  ASSERT_TRUE(scene.vm_call("ovm-1", "stop_vm", "vm1", {true}));
  EXPECT_EQ(state_of(scene, "ovm-1", "vm1"), "none");
}

TEST(VmLife, CountersMoveWithTheClockAndStandWhilePaused) {
  Scene scene;
  ASSERT_TRUE(scene.create("vm1"));
  ASSERT_TRUE(scene.vm_call("ovm-1", "start_vm", "vm1"));
  const auto cpu_time = [&] {
    return std::stod(
        std::string(*scene.vm_call("ovm-1", "list_vm", "vm1")->root().find("cpu_time")->string()));
  };
  const double first = cpu_time();
  scene.clock.advance(std::chrono::seconds(100));
  const double second = cpu_time();
  EXPECT_NEAR(second - first, 100 * 0.020 * 2, 0.01);
  ASSERT_TRUE(scene.vm_call("ovm-1", "pause_vm", "vm1"));
  const double paused = cpu_time();
  scene.clock.advance(std::chrono::seconds(100));
  EXPECT_EQ(cpu_time(), paused);
}

TEST(VmLife, SavesAndRestoresAVm) {
  Scene scene;
  ASSERT_TRUE(scene.create("vm1"));
  ASSERT_TRUE(scene.vm_call("ovm-1", "start_vm", "vm1"));
  ASSERT_TRUE(scene.vm_call("ovm-1", "save_vm", "vm1"));
  EXPECT_EQ(state_of(scene, "ovm-1", "vm1"), "none");
  ASSERT_TRUE(scene.vm_call("ovm-1", "restore_vm", "vm1", {true}));
  EXPECT_EQ(state_of(scene, "ovm-1", "vm1"), "--p---");
  EXPECT_EQ(scene.vm_call("ovm-1", "restore_vm", "vm1").error().code, Code::kNotFound);
}

TEST(VmConfig, ComesBackWithTheTypesOfItsKeys) {
  Scene scene;
  ASSERT_TRUE(scene.create("vm1"));
  ASSERT_TRUE(scene.vm_call("ovm-1", "configure_vm_ha", "vm1", {true}));
  ASSERT_TRUE(scene.vm_call("ovm-1", "configure_vm", "vm1", {Struct{{"memory", "1024"}}}));
  const auto config = scene.vm_call("ovm-1", "get_vm_config", "vm1");
  ASSERT_TRUE(config) << config.error().message();
  EXPECT_EQ(config->root().find("memory")->integer(), 1024);
  EXPECT_EQ(config->root().find("OVM_high_availability")->boolean(), true);
  EXPECT_EQ(config->root().find("name")->string(), "vm1");
  const auto wrong = scene.vm_call("ovm-1", "configure_vm", "vm1", {Struct{{"memory", "lots"}}});
  EXPECT_EQ(wrong.error().code, Code::kInvalidArgument);
}

TEST(Ownership, ChangingCallsAreRefusedWithoutAnOwner) {
  Scene scene;
  scene.simulator.with_estate(
      [](Estate& estate) { estate.find_host("ovm-1")->ownership.manager_uuid.clear(); });
  const auto reply = scene.create("vm1");
  ASSERT_FALSE(reply);
  EXPECT_THAT(reply.error().fault->text, HasSubstr("not owned"));
  EXPECT_TRUE(scene.call("ovm-1", "list_vms"));
}

TEST(Dispatch, HandsTheCallToTheNamedHost) {
  Scene scene;
  const auto reply = scene.call("ovm-1", "dispatch",
                                {"https://oracle:secret@127.0.0.2:8899/api/3/", "echo", "hello"});
  ASSERT_TRUE(reply) << reply.error().message();
  EXPECT_EQ(reply->root().string(), "hello");
  const auto wrong = scene.call("ovm-1", "dispatch",
                                {"https://oracle:wrong@127.0.0.2:8899/api/3/", "echo", "hello"});
  EXPECT_THAT(wrong.error().fault->text, HasSubstr("403"));
}

}  // namespace
}  // namespace trestle::simulator
