// SPDX-License-Identifier: Apache-2.0
// Bodies as CloudStack's own classes made them, and our own fixtures, through the codec and back.
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <limits>
#include <string>
#include <vector>

#include "integration/schema/codec.h"
#include "integration/schema/generated/all.h"

namespace trestle::schema {
namespace {

namespace fs = std::filesystem;

std::vector<fs::path> bodies_in(const fs::path& folder) {
  std::vector<fs::path> paths;
  std::error_code problem;
  for (const auto& entry : fs::directory_iterator(folder, problem)) {
    if (entry.path().extension() == ".body") paths.push_back(entry.path());
  }
  std::sort(paths.begin(), paths.end());
  return paths;
}

std::string content_of(const fs::path& path) {
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
}

void expect_it_comes_back(const fs::path& path) {
  const std::string text = content_of(path);
  const auto check = check_body(text);
  ASSERT_TRUE(check) << path << ": " << check.error().message();
  EXPECT_FALSE(check->difference) << path << " at " << check->difference.value_or(0)
                                  << "\n  there: " << text.substr(check->difference.value_or(0), 60)
                                  << "\n  back:  "
                                  << check->rewritten.substr(check->rewritten_at, 60);
}

TEST(Bodies, OfOurOwnComeBackByteForByte) {
  const auto paths = bodies_in(fs::path(TRESTLE_SOURCE_DIR) / "tests" / "golden" / "schema");
  for (const fs::path& path : paths) expect_it_comes_back(path);
  EXPECT_GE(paths.size(), 11U);
}

TEST(Bodies, OfOurOwnDoNotComeBackWithOneByteChanged) {
  const auto paths = bodies_in(fs::path(TRESTLE_SOURCE_DIR) / "tests" / "golden" / "schema");
  for (const fs::path& path : paths) {
    const std::string text = content_of(path);
    const std::string spaced = text.substr(0, text.size() - 1) + " ]";
    const auto check = check_body(spaced);
    ASSERT_TRUE(check) << path;
    EXPECT_EQ(check->difference, text.size() - 1) << path;
    EXPECT_EQ(check->rewritten, text) << path;
  }
}

const StartCommand& start_of(const Body& body) { return *body.messages.at(0).as<StartCommand>(); }

TEST(Bodies, OfAStartCommandAreTypedValues) {
  const fs::path path = fs::path(TRESTLE_SOURCE_DIR) / "tests/golden/schema/synthetic_start.body";
  const auto body = decode_body(content_of(path));
  ASSERT_TRUE(body) << body.error().message();
  ASSERT_NE(body->messages.at(0).as<StartCommand>(), nullptr);
  EXPECT_EQ(body->messages.at(0).as<StopCommand>(), nullptr);
  const StartCommand& start = start_of(*body);
  EXPECT_EQ(start.hostIp, "192.0.2.11");
  EXPECT_EQ(start.vm->name, "i-2-41-VM");
  EXPECT_EQ(start.vm->maxRam, 2147483648);
  EXPECT_EQ(start.vm->bootloader, BootloaderType::HVM);
  EXPECT_EQ(start.vm->vncPassword->reveal(), "not-a-real-one");
  EXPECT_FALSE(start.vm->platformEmulator);
  ASSERT_EQ(start.vm->nics->size(), 3U);
  EXPECT_EQ(start.vm->nics->at(2).type, NetworksTrafficType::Public);
  EXPECT_EQ(start.vm->nics->at(2).broadcastUri, "vlan://300");
  ASSERT_EQ(start.vm->disks->size(), 2U);
  const auto* volume = start.vm->disks->at(1).data.as<VolumeObjectTO>();
  ASSERT_NE(volume, nullptr);
  EXPECT_EQ(start.vm->disks->at(1).data.as<TemplateObjectTO>(), nullptr);
  EXPECT_EQ(volume->size, 53687091200);
  const auto* store = volume->dataStore.as<PrimaryDataStoreTO>();
  ASSERT_NE(store, nullptr);
  EXPECT_EQ(store->url->substr(0, 42), "NetworkFilesystem://192.0.2.61/export/prim");
  EXPECT_EQ(*start.contextMap->find("job"), "job-9/job-10");
  EXPECT_EQ(start.contextMap->find("Job"), nullptr);
}

TEST(Bodies, AreEqualByValueOnly) {
  const fs::path path = fs::path(TRESTLE_SOURCE_DIR) / "tests/golden/schema/synthetic_start.body";
  const auto one = decode_body(content_of(path));
  const auto two = decode_body(content_of(path));
  ASSERT_TRUE(one && two);
  EXPECT_EQ(one->messages, two->messages);
  StartCommand changed = start_of(*two);
  VolumeObjectTO volume = *changed.vm->disks->at(1).data.as<VolumeObjectTO>();
  volume.size = *volume.size + 1;
  changed.vm->disks->at(1).data = volume;
  EXPECT_FALSE(one->messages.at(0) == Object(changed));
  EXPECT_TRUE(two->messages.at(0) == Object(start_of(*one)))
      << "a copy that changes leaves the first alone";
}

TEST(Bodies, OfOurOwnMakingHaveTheOrderOfTheWire) {
  const auto text =
      encode_body(Object(CheckHealthAnswer{.result = true, .details = "a <b> & 'c' = \"d\""}));
  ASSERT_TRUE(text);
  EXPECT_EQ(
      *text,
      R"([{"com.cloud.agent.api.CheckHealthAnswer":{"result":true,"details":"a \u003cb\u003e \u0026 )"
      R"(\u0027c\u0027 \u003d \"d\"","contextMap":{},"wait":0}}])");
}

TEST(Bodies, WithAnAnswerThatHoldsTornTextStillGoOut) {
  const auto text = encode_body(Object(Answer{.result = false, .details = "torn \xC3 and \xFF."}));
  ASSERT_TRUE(text);
  EXPECT_NE(text->find("torn \xEF\xBF\xBD and \xEF\xBF\xBD."), std::string::npos);
  EXPECT_TRUE(decode_body(*text)) << "what we write, we can read";
}

TEST(Bodies, WithANumberThatIsNoneAreRefusedWithItsPlace) {
  GetHostStatsAnswer answer{
      .hostStats = HostStatsEntry{.cpuUtilization = std::numeric_limits<double>::quiet_NaN()}};
  const auto text = encode_body(Object(answer));
  ASSERT_FALSE(text);
  EXPECT_EQ(text.error().code, Code::kInvalidArgument);
  EXPECT_NE(text.error().what.find("GetHostStatsAnswer.hostStats.cpuUtilization"),
            std::string::npos)
      << text.error().what;
}

TEST(Sequence, IsAskedForByClassByMemberAndNeverByARouter) {
  EXPECT_FALSE(in_sequence(Object(CheckHealthCommand{})));
  EXPECT_TRUE(in_sequence(Object(AttachIsoCommand{})));
  StartCommand start{.vm = VirtualMachineTO{.name = "i-2-41-VM"}, .executeInSequence = true};
  EXPECT_TRUE(in_sequence(Object(start)));
  start.vm->name = "r-4-VM";
  EXPECT_FALSE(in_sequence(Object(start)));
  start.vm->name = "i-r-4-VM";
  start.executeInSequence = false;
  EXPECT_FALSE(in_sequence(Object(start)));
}

TEST(Answers, SayTheirResultWhateverTheirClass) {
  EXPECT_TRUE(result_of(Object(CheckHealthAnswer{.result = true})));
  EXPECT_FALSE(result_of(Object(CheckHealthAnswer{})));
  EXPECT_FALSE(result_of(Object(CheckHealthCommand{})));
  EXPECT_EQ(*details_of(Object(StartAnswer{.details = "why"})), "why");
  EXPECT_EQ(details_of(Object(StartAnswer{})), nullptr);
}

TEST(Families, AreKnownByTheirAncestors) {
  EXPECT_TRUE(is_a(VmDataCommand::type_info(), NetworkElementCommand::type_info()));
  EXPECT_TRUE(is_a(VmDataCommand::type_info(), Command::type_info()));
  EXPECT_FALSE(is_a(StartCommand::type_info(), NetworkElementCommand::type_info()));
}

}  // namespace
}  // namespace trestle::schema
