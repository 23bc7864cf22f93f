// SPDX-License-Identifier: Apache-2.0
// Rows and catalogue files, held against each other both ways; and every kind of mistake planted on
// either side, to show that it would be found.
#include "tools/api/drift.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <functional>
#include <string>
#include <vector>

#include "objects/ovm3/api/all.h"
#include "tools/api/catalog.h"
#include "tools/api/draft.h"

namespace trestle::api_tools {
namespace {

using ovm3::api::Parameter;
using ovm3::api::Row;
using testing::Contains;
using testing::HasSubstr;
using testing::IsEmpty;

/// Both sides, owned, so that a test can spoil one.
struct Sides {
  std::vector<Row> rows = ovm3::api::all_rows();
  std::vector<Row> variants = ovm3::api::variant_rows();
  std::vector<Catalog> catalogs =
      load_catalogs(TRESTLE_SOURCE_DIR "/objects/ovm3/api/catalog").value();

  Row& row(std::string_view name) { return *std::ranges::find(rows, name, &Row::name); }
  Row& variant(std::string_view name) { return *std::ranges::find(variants, name, &Row::name); }
  CatalogService& service(std::string_view release, std::string_view name) {
    auto& catalog = *std::ranges::find(catalogs, release, &Catalog::release);
    return *std::ranges::find(catalog.services, name, &CatalogService::name);
  }
  [[nodiscard]] std::vector<std::string> findings() const {
    return drift(rows, variants, catalogs);
  }
};

TEST(RowsAndCatalogue, Agree) { EXPECT_THAT(Sides().findings(), IsEmpty()); }

TEST(RowsAndCatalogue, KnowAllThreeReleases) {
  std::vector<std::string> releases;
  for (const Catalog& catalog : Sides().catalogs) releases.push_back(catalog.release);
  EXPECT_THAT(releases, testing::ElementsAre("3.2.1", "3.3", "3.4"));
}

TEST(RowsAndCatalogue, HoldAllThatTheAgentListed) {
  const Sides sides;
  std::size_t listed = 0;
  for (const CatalogService& service : sides.catalogs.front().services) {
    if (service.group != "module") ++listed;
  }
  EXPECT_EQ(listed, 197U);
}

struct Mistake {
  std::string name;
  std::function<void(Sides&)> plant;
  std::string found;  ///< part of the finding
};

void PrintTo(const Mistake& mistake, std::ostream* out) { *out << mistake.name; }

class PlantedMistake : public testing::TestWithParam<Mistake> {};

TEST_P(PlantedMistake, IsFound) {
  Sides sides;
  GetParam().plant(sides);
  const std::vector<std::string> findings = sides.findings();
  EXPECT_THAT(findings, Contains(HasSubstr(GetParam().found)));
  EXPECT_LE(findings.size(), 3U) << "one mistake should not drown in others";
}

std::string case_name(const testing::TestParamInfo<Mistake>& test) { return test.param.name; }

INSTANTIATE_TEST_SUITE_P(
    InRows, PlantedMistake,
    testing::Values(
        Mistake{
            "MissingRow",
            [](Sides& s) { std::erase_if(s.rows, [](auto& r) { return r.name == "list_vms"; }); },
            "list_vms has no row"},
        Mistake{"RowOfNoService", [](Sides& s) { s.row("sys_reboot").name = "sys_restart"; },
                "sys_restart claims 3.2.1"},
        Mistake{"TwoRows", [](Sides& s) { s.rows.push_back(s.row("echo")); }, "echo has two rows"},
        Mistake{"RenamedParameter",
                [](Sides& s) { s.row("start_vm").parameters[1].name = "vm_uuid"; },
                "start_vm argument 2 is vm_uuid in the row and vm_id"},
        Mistake{"SwappedParameters",
                [](Sides& s) {
                  auto& parameters = s.row("import_ISO").parameters;
                  std::swap(parameters[0].name, parameters[1].name);
                },
                "import_ISO argument 1 is iso_id"},
        Mistake{"MissingParameter", [](Sides& s) { s.row("set_ntp").parameters.pop_back(); },
                "set_ntp number of arguments is 2 in the row and 3"},
        Mistake{"ExtraParameter",
                [](Sides& s) {
                  s.row("sys_reboot").parameters.push_back(Parameter{"now", "boolean", true});
                },
                "sys_reboot number of arguments is 1 in the row and 0"},
        Mistake{"WrongType", [](Sides& s) { s.row("sleep").parameters[0].type = "string"; },
                "sleep type of argument 1 is string in the row and int"},
        Mistake{"TypeWithoutProof",
                [](Sides& s) { s.row("configure_yum").parameters[0].type = "string"; },
                "configure_yum type of argument 1 is string in the row and any"},
        Mistake{"OptionalMadeRequired",
                [](Sides& s) { s.row("stop_vm").parameters[2].optional = false; },
                "stop_vm presence of argument 3 is required in the row and optional"},
        Mistake{"RequiredMadeOptional",
                [](Sides& s) { s.row("delete_repository").parameters[1].optional = true; },
                "delete_repository presence of argument 2 is optional in the row and required"},
        Mistake{"VarargsMadeOptional",
                [](Sides& s) { s.row("dispatch").parameters[2].repeated = false; },
                "dispatch presence of argument 3 is optional in the row and any number"},
        Mistake{"WrongReply", [](Sides& s) { s.row("get_ntp").reply = "struct"; },
                "get_ntp reply is struct in the row and array"},
        Mistake{"ReplyWithoutProof", [](Sides& s) { s.row("list_vm_core").reply = "array"; },
                "list_vm_core reply is array in the row and any"},
        Mistake{"NilThatMeansNoneForgotten",
                [](Sides& s) { s.row("list_vm").reply_may_be_nil = false; },
                "list_vm 'nil if there is none' is false in the row and true"},
        Mistake{"WrongEffect", [](Sides& s) { s.row("start_vm").effect = Effect::kIdempotent; },
                "start_vm effect is idempotent in the row and mutates"},
        Mistake{"WrongGroup", [](Sides& s) { s.row("echo").group = "host"; },
                "echo group is host in the row and common"},
        Mistake{"ReleaseWithoutProof", [](Sides& s) { s.row("start_vm").proven |= ovm3::api::k34; },
                "start_vm claims 3.4"},
        Mistake{"ReleaseForgotten", [](Sides& s) { s.row("start_vm").proven = ovm3::api::k32; },
                "start_vm is proven on 3.3, which no row of it says"},
        Mistake{"NoRelease", [](Sides& s) { s.row("get_system_disk_space").proven = 0; },
                "get_system_disk_space claims no release"},
        Mistake{"VariantForgotten", [](Sides& s) { s.variants.pop_back(); },
                "take_ownership is proven on 3.3, which no row of it says"},
        Mistake{"VariantOfNoRow", [](Sides& s) { s.variant("take_ownership").name = "take_owner"; },
                "take_owner is a variant of no row"},
        Mistake{"VariantWithTheOldForm",
                [](Sides& s) { s.variant("update_agent_password").parameters.pop_back(); },
                "update_agent_password number of arguments is 2 in the row and 3"}),
    case_name);

INSTANTIATE_TEST_SUITE_P(
    InTheCatalogue, PlantedMistake,
    testing::Values(
        Mistake{"MissingService",
                [](Sides& s) {
                  std::erase_if(s.catalogs[0].services,
                                [](auto& c) { return c.name == "sys_shutdown"; });
                },
                "sys_shutdown claims 3.2.1, whose catalogue does not have it"},
        Mistake{"NewService",
                [](Sides& s) {
                  CatalogService service = s.service("3.4", "package_list");
                  service.name = "package_get_updates";
                  s.catalogs[2].services.push_back(service);
                },
                "package_get_updates has no row but is in the catalogue of 3.4"},
        Mistake{"RenamedArgument",
                [](Sides& s) { s.service("3.3", "copy_file").arguments[0].name = "source"; },
                "copy_file argument 1 is src in the row and source in the catalogue of 3.3"},
        Mistake{"NewProofOfAType",
                [](Sides& s) {
                  s.service("3.2.1", "configure_yum").arguments[0].type.evidence = {"recording"};
                },
                "configure_yum type of argument 1 is any in the row and string"},
        Mistake{
            "LostProofOfAType",
            [](Sides& s) { s.service("3.2.1", "sleep").arguments[0].type.evidence = {"inferred"}; },
            "sleep type of argument 1 is int in the row and any"},
        Mistake{"TypeThatDiffersByRelease",
                [](Sides& s) { s.service("3.3", "copy_file").arguments[0].type.name = "struct"; },
                "copy_file type of argument 1 is string and struct in the catalogues"},
        Mistake{"NewReply",
                [](Sides& s) {
                  s.service("3.2.1", "list_vm_core").reply.type.evidence = {"recording"};
                },
                "list_vm_core reply is any in the row and array"},
        Mistake{"OtherEffect",
                [](Sides& s) { s.service("3.2.1", "set_ntp").effect = Effect::kMutates; },
                "set_ntp effect is idempotent in the row and mutates"},
        Mistake{"OtherPresence",
                [](Sides& s) {
                  s.service("3.2.1", "save_vm").arguments[2].presence = Presence::kRequired;
                },
                "save_vm presence of argument 3 is optional in the row and required"},
        Mistake{"UnknownRelease",
                [](Sides& s) {
                  s.catalogs.push_back({.release = "3.5", .agent = "none", .services = {}});
                },
                "catalogue of release 3.5 has no bit"}),
    case_name);

TEST(DraftRows, AreEmptyWhenEveryServiceHasARow) {
  const Sides sides;
  for (const Catalog& catalog : sides.catalogs) {
    EXPECT_EQ(draft_rows(catalog, sides.rows), "") << catalog.release;
  }
}

TEST(DraftRows, GiveProvenTypesOnly) {
  Sides sides;
  std::erase_if(sides.rows, [](const Row& row) {
    return row.name == "copy_file" || row.name == "list_vm" || row.name == "dispatch";
  });
  EXPECT_EQ(draft_rows(sides.catalogs.front(), sides.rows),
            "// group common\n"
            "inline constexpr Service<Value(std::string, std::string, Rest<Value>)> dispatch{\n"
            "    \"dispatch\", {\"uri\", \"func\", \"args\"}, k32, Effect::kMutates, \"\"};\n"
            "\n// group host\n"
            "inline constexpr Service<void(std::string, std::string, std::optional<bool>, "
            "std::optional<Value>)> copy_file{\n"
            "    \"copy_file\", {\"src\", \"dst\", \"sparse\", \"update_period\"}, k32, "
            "Effect::kMutates, \"\"};\n"
            "\n// group hypervisor\n"
            "inline constexpr Service<std::optional<Struct>(std::string, std::string)> list_vm{\n"
            "    \"list_vm\", {\"repo_id\", \"vm_id\"}, k32, Effect::kReads, \"\"};\n");
}

}  // namespace
}  // namespace trestle::api_tools
