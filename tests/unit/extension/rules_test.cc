// SPDX-License-Identifier: Apache-2.0
// The pure rules: marks, power reports, snapshots.
#include <gtest/gtest.h>

#include <map>
#include <string>
#include <utility>
#include <vector>

#include "helpers/ovm3/making.h"
#include "helpers/ovm3/power_report.h"
#include "helpers/ovm3/snapshots.h"
#include "helpers/ovm3/vm_files.h"
#include "helpers/ovm3/vm_mark.h"
#include "helpers/ovm3/vm_power.h"
#include "helpers/ovm3/vm_spec.h"

namespace trestle::ovm3 {
namespace {

constexpr const char* kUuid = "7d0c9f0e-6c1b-4f55-9f0e-2b7a1c3d5e07";
const std::string kHere(32, 'a');
const std::string kThere(32, 'b');

TEST(VmMark, IsReadBackBesideOtherWords) {
  const VmConfig config = VmConfig().with("OVM_description", "made by  hand");
  const VmMark making{.uuid = kUuid, .attempt = "ab12", .beat = 1414082517};
  const VmConfig marked = config.with("OVM_description", description_with(config, making));
  EXPECT_EQ(read_mark(marked), making);
  const VmMark complete{.uuid = kUuid};
  const VmConfig done = marked.with("OVM_description", description_with(marked, complete));
  EXPECT_EQ(read_mark(done), complete);
  EXPECT_EQ(done.text("OVM_description"),
            "cloudstack-uuid=7d0c9f0e-6c1b-4f55-9f0e-2b7a1c3d5e07 made by hand");
}

TEST(VmMark, ThatIsDamagedIsNone) {
  for (const char* text : {"", "cloudstack-uuid=", "cloudstack-uuid=x", "cloudstack-making=a@1",
                           "cloudstack-uuid=7d0c9f0e-6c1b-4f55-9f0e-2b7a1c3d5e07 "
                           "cloudstack-making=@7",
                           "cloudstack-uuid=7d0c9f0e-6c1b-4f55-9f0e-2b7a1c3d5e07 "
                           "cloudstack-making=ab12@",
                           "cloudstack-uuid=7d0c9f0e-6c1b-4f55-9f0e-2b7a1c3d5e07 "
                           "cloudstack-making=ab12@1414082517x"}) {
    EXPECT_FALSE(read_mark(VmConfig().with("OVM_description", text))) << text;
  }
}

TEST(VmMark, IsAWordOfItsOwn) {
  EXPECT_TRUE(bears_mark(std::string("made by hand cloudstack-uuid=") + kUuid));
  EXPECT_FALSE(bears_mark(std::string("not-cloudstack-uuid=") + kUuid));
}

TEST(VmMark, GivesEveryRequestForAVmTheSameId) {
  EXPECT_EQ(vm_id_for(kUuid).text(), "0004fb00000600009f0e2b7a1c3d5e07");
  EXPECT_EQ(*canonical_uuid("7D0C9F0E6C1B4F559F0E2B7A1C3D5E07"), kUuid);
  EXPECT_FALSE(canonical_uuid("i-2-7-VM"));
}

TEST(VmMarker, IsReadBackWithAnyName) {
  for (const bool complete : {true, false}) {
    const VmMarker marker{.complete = complete, .host = kHere, .name = "i-2-7-VM.x"};
    EXPECT_EQ(read_marker(marker.file()), marker);
  }
  for (const std::string& file : std::vector<std::string>{
           "vm.cfg", "cloudstack.on." + kHere, "cloudstack.on." + kHere + ".",
           "cloudstack.on.short.i-2-7-VM", "cloudstack.off." + kHere + ".i-2-7-VM"}) {
    EXPECT_FALSE(read_marker(file)) << file;
  }
}

TEST(VmMarker, NeedsAHostThatTellsItsId) {
  EXPECT_EQ(*host_key("44:45:4C:4C:38:00:10:38:80:4E:B5:C0:4F:36:4A:31"),
            "44454c4c38001038804eb5c04f364a31");
  EXPECT_FALSE(host_key(std::nullopt));
  EXPECT_FALSE(host_key("44:45"));
}

TEST(Maker, IsDeadWithoutASignOfLifeOrWithOneFromTheFuture) {
  const VmMark mark{.uuid = kUuid, .attempt = "a", .beat = 1000};
  EXPECT_FALSE(is_stale(mark, 1000));
  EXPECT_FALSE(is_stale(mark, 1010));
  EXPECT_TRUE(is_stale(mark, 1011));
  EXPECT_FALSE(is_stale(mark, 990));
  EXPECT_TRUE(is_stale(mark, 989));
}

VmInfo domain(const std::string& id, const std::string& name, const char* flags) {
  VmInfo vm;
  vm.uuid = *canonical_uuid(id);
  vm.name = name;
  vm.state_flags = parse_state(flags);
  return vm;
}

RepositoryContents stored(const std::vector<RepositoryFolder>& folders) {
  RepositoryContents contents{.id = *RepositoryId::parse("0004fb0000030000aaaaaaaaaaaaaaaa")};
  contents.virtual_machines = folders;
  return contents;
}

TEST(PowerReport, TellsWhatTheHostHasSaidAndNoMore) {
  const std::string a = vm_id_for(kUuid).text();
  const std::string b = "0004fb00000600000000000000000002";
  const std::string c = "0004fb00000600000000000000000003";
  const std::string d = "0004fb00000600000000000000000004";
  const auto file = [](const std::string& host, const char* name, bool complete = true) {
    return VmMarker{.complete = complete, .host = host, .name = name}.file();
  };
  const auto report = power_report(
      {domain(a, "one", "-b----"), domain(b, "two", "--p---"), domain(c, "three", "----c-")},
      {stored({{.name = a, .files = {"vm.cfg", file(kHere, "one")}},
               {.name = "0004fb00000600000000000000000005", .files = {file(kHere, "five")}},
               {.name = "0004fb00000600000000000000000006", .files = {file(kThere, "six")}},
               {.name = d, .files = {file(kHere, "four", false)}},
               {.name = "0004fb00000600000000000000000007", .files = {"vm.cfg"}}})},
      kHere);
  const std::map<std::string, PowerReport> wanted{{"one", PowerReport::kOn},
                                                  {"two", PowerReport::kOn},
                                                  {"three", PowerReport::kUnknown},
                                                  {"four", PowerReport::kUnknown},
                                                  {"five", PowerReport::kOff}};
  EXPECT_EQ(report, wanted);
}

TEST(PowerReport, DoesNotGuessWhichOfTwoNamesakesIsMeant) {
  const std::string marker = VmMarker{.host = kHere, .name = "one"}.file();
  const auto folders = stored({{.name = vm_id_for(kUuid).text(), .files = {marker}}});
  const std::string stranger = "0004fb00000600000000000000000009";
  EXPECT_EQ(power_report({domain(stranger, "one", "r-----")}, {folders}, kHere).at("one"),
            PowerReport::kUnknown);
  const auto twice = stored({{.name = "a", .files = {marker}}, {.name = "b", .files = {marker}}});
  EXPECT_EQ(power_report({}, {twice}, kHere).at("one"), PowerReport::kUnknown);
}

TEST(RebootWatch, WaitsForAnotherDomainAndGivesUpOnALostOne) {
  VmInfo before = domain(kUuid, "one", "r-----");
  before.domid = 4;
  RebootWatch watch(before);
  const Clock::TimePoint start{};
  EXPECT_EQ(watch.look(before, start), RebootWatch::Sight::kNotYet);
  EXPECT_EQ(watch.look(std::nullopt, start), RebootWatch::Sight::kNotYet);
  VmInfo after = before;
  after.domid = 5;
  EXPECT_EQ(watch.look(after, start), RebootWatch::Sight::kBack);
  EXPECT_EQ(watch.look(std::nullopt, start), RebootWatch::Sight::kNotYet);
  EXPECT_EQ(watch.look(std::nullopt, start + kGoneForGood), RebootWatch::Sight::kLost);
}

TEST(Snapshots, AreThoseWithARecordAndTheirNamesArePlain) {
  const VmId id = vm_id_for(kUuid);
  RepositoryContents contents = stored({});
  contents.virtual_disks = {id.text() + "-ab-0.img", id.text() + "-snap.one-0.img",
                            id.text() + "-snap.one.cfg", id.text() + "-snap.cut-0.img",
                            "0004fb00000600000000000000000009-snap.two.cfg"};
  EXPECT_EQ(snapshots_of(contents, id), std::vector<std::string>{"one"});
  EXPECT_EQ(own_files(contents, id).size(), 4U);
  EXPECT_TRUE(check_snapshot_name("nightly-01"));
  for (const std::string& name : {std::string(), std::string("../x"), std::string("a b"),
                                  std::string(".x"), std::string(65, 'a')}) {
    EXPECT_FALSE(check_snapshot_name(name)) << name;
  }
}

TEST(VmSpec, TakesHowToBootFromTheTemplateAndAllElseFromTheRequest) {
  const VmConfig of_template =
      VmConfig()
          .with("name", "ol7")
          .with("uuid", "x")
          .with("memory", 64)
          .with("OVM_domain_type", "xen_pvm")
          .with("bootargs", "-q")
          .with("OVM_description", "cloudstack-uuid=" + std::string(kUuid));
  VmSpec spec{.vm = {.uuid = kUuid, .name = "i-2-7-VM"},
              .repository = *RepositoryId::parse("0004fb0000030000aaaaaaaaaaaaaaaa"),
              .vcpus = 2,
              .memory = MiB{4096},
              .nics = {{.mac = "02:00:00:00:00:01"}}};
  const auto config = config_of(spec, of_template, vm_id_for(kUuid), {}, {"guests"});
  ASSERT_TRUE(config) << config.error().message();
  EXPECT_EQ(config->name(), "i-2-7-VM");
  EXPECT_EQ(config->memory(), MiB{4096});
  EXPECT_EQ(config->text("bootargs"), "-q");
  EXPECT_EQ(config->text("bootloader"), "/usr/bin/pygrub");
  EXPECT_FALSE(read_mark(*config));
  EXPECT_EQ(config->vifs().front().bridge, "guests");
  spec.domain_type = "xen_hvm";
  const auto emulated = config_of(spec, of_template, vm_id_for(kUuid), {}, {"guests"});
  ASSERT_TRUE(emulated);
  EXPECT_EQ(emulated->find("bootloader"), nullptr);
  EXPECT_EQ(emulated->text("boot"), "c");
  spec.nics.assign(kMostEmulatedNics + 1, {.mac = "02:00:00:00:00:01"});
  EXPECT_EQ(config_of(spec, of_template, vm_id_for(kUuid), {}, {}).error().code,
            Code::kResourceExhausted);
}

}  // namespace
}  // namespace trestle::ovm3
