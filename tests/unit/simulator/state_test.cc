// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <stdlib.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>

#include "tests/unit/simulator/scene.h"
#include "tools/simulator/state_file.h"

namespace trestle::simulator {
namespace {

namespace fs = std::filesystem;
using testing::HasSubstr;

class StateTest : public testing::Test {
 protected:
  StateTest() {
    std::string name = (fs::temp_directory_path() / "trestle-state-XXXXXX").string();
    folder_ = ::mkdtemp(name.data());
  }
  ~StateTest() override { fs::remove_all(folder_); }

  [[nodiscard]] std::string text(const char* file) const {
    std::ifstream in(folder_ / file, std::ios::binary);
    return {std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
  }
  void put(const char* file, const std::string& content) const {
    std::ofstream(folder_ / file, std::ios::binary) << content;
  }

  fs::path folder_;
};

TEST_F(StateTest, SurvivesARestart) {
  Scene scene;
  ASSERT_TRUE(scene.create("vm1"));
  ASSERT_TRUE(scene.vm_call("ovm-1", "start_vm", "vm1"));
  scene.simulator.with_estate([](Estate& estate) { estate.guests["vm1"].ignores_stop = true; });
  scene.simulator.with_rules([](RuleBook& book) {
    Rule rule;
    rule.action = Action::kDelay;
    rule.service = "get_ntp";
    book.set(rule);
  });
  const auto listed = scene.vm_call("ovm-1", "list_vm", "vm1");
  StateFile state(folder_);
  ASSERT_TRUE(state.save(scene.simulator, false));

  StateFile again(folder_);
  auto loaded = again.load();
  ASSERT_TRUE(loaded) << loaded.error().message();
  ASSERT_TRUE(loaded->has_value());
  EXPECT_TRUE(again.warning().empty());
  SteppedClock clock;
  Simulator restored({.root = folder_ / "root", .clock = &clock, .epoch = (*loaded)->now});
  restore(restored, **std::move(loaded));
  auto transport = restored.transport("ovm-1");
  ASSERT_TRUE(transport);
  const Array vm{std::string(Scene::kRepository), "vm1"};
  const auto reply = (*transport)
                         ->round_trip(context_for(std::chrono::minutes(5), clock),
                                      {.method = "list_vm", .params = vm});
  ASSERT_TRUE(reply) << reply.error().message();
  EXPECT_EQ(reply->root().to_value(), listed->root().to_value());
  restored.with_estate([](Estate& estate) { EXPECT_TRUE(estate.guests.at("vm1").ignores_stop); });
  restored.with_rules([](RuleBook& book) { ASSERT_EQ(book.rules().size(), 1U); });
}

TEST_F(StateTest, HasNoneInAnEmptyFolder) {
  const auto loaded = StateFile(folder_).load();
  ASSERT_TRUE(loaded);
  EXPECT_FALSE(loaded->has_value());
}

TEST_F(StateTest, EveryCutOfTheLastStateFallsBackToTheOneBefore) {
  Scene scene;
  StateFile state(folder_);
  ASSERT_TRUE(state.save(scene.simulator, false));
  scene.simulator.with_estate([](Estate& estate) { estate.hosts[0]->timezone = "Asia/Tokyo"; });
  ASSERT_TRUE(state.save(scene.simulator, false));
  const std::string whole = text("state.json");
  // The last byte is the line break behind the document.
  for (std::size_t size = 0; size + 1 < whole.size(); size += 37) {
    put("state.json", whole.substr(0, size));
    StateFile cut(folder_);
    const auto loaded = cut.load();
    ASSERT_TRUE(loaded) << size << ": " << loaded.error().message();
    ASSERT_TRUE(loaded->has_value()) << size;
    EXPECT_EQ((*loaded)->hosts[0].timezone, "Europe/Amsterdam") << size;
    EXPECT_THAT(cut.warning(), HasSubstr("state.json"));
  }
  put("state.json", "{");
  put("state.json.previous", "{");
  EXPECT_EQ(StateFile(folder_).load().error().code, Code::kCorruptImage);
}

TEST_F(StateTest, AHalfWrittenNewFileIsNotLookedAt) {
  Scene scene;
  StateFile state(folder_);
  ASSERT_TRUE(state.save(scene.simulator, false));
  put("state.json.new", "{\"version\":");
  const auto loaded = StateFile(folder_).load();
  ASSERT_TRUE(loaded);
  EXPECT_TRUE(loaded->has_value());
  ASSERT_TRUE(state.save(scene.simulator, false)) << "the left-over is written over";
}

TEST_F(StateTest, RefusesAnotherVersion) {
  put("state.json", R"({"version": 99, "now": 0})");
  const auto loaded = StateFile(folder_).load();
  ASSERT_FALSE(loaded);
  EXPECT_THAT(loaded.error().what, HasSubstr("version"));
}

TEST_F(StateTest, SavesOnlyWhatChanged) {
  Scene scene;
  StateFile state(folder_);
  ASSERT_TRUE(state.save(scene.simulator, false));
  fs::remove(folder_ / "state.json");
  ASSERT_TRUE(state.save_if_due(scene.simulator, false));
  EXPECT_FALSE(fs::exists(folder_ / "state.json"));
  scene.simulator.with_estate([](Estate& estate) { estate.touch(); });
  ASSERT_TRUE(state.save_if_due(scene.simulator, false));
}

TEST_F(StateTest, NamesAFolderThatCannotBeWritten) {
  Scene scene;
  put("file", "x");
  StateFile state(folder_ / "file" / "below");
  const auto saved = state.save(scene.simulator, false);
  ASSERT_FALSE(saved);
  EXPECT_THAT(saved.error().what, HasSubstr("below"));
}

}  // namespace
}  // namespace trestle::simulator
