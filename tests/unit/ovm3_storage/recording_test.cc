// SPDX-License-Identifier: Apache-2.0
// Real replies from beside the checkout, where there are any: the typed form must say what the
// index of the recordings says.
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <nlohmann/json.hpp>
#include <set>
#include <string>
#include <vector>

#include "objects/ovm3/typed.h"
#include "tests/unit/ovm3_storage/fixtures.h"

namespace trestle::ovm3 {
namespace {

using nlohmann::json;

json to_json(const Value& value) {
  if (const auto* flag = value.get_if<bool>()) return *flag;
  if (const auto* number = value.get_if<std::int64_t>()) return *number;
  if (const auto* text = value.get_if<std::string>()) return *text;
  if (const auto* items = value.get_if<Array>()) {
    json out = json::array();
    for (const Value& item : *items) out.push_back(to_json(item));
    return out;
  }
  if (const auto* members = value.get_if<Struct>()) {
    json out = json::object();
    for (const Member& member : *members) out[member.name] = to_json(member.value);
    return out;
  }
  return nullptr;
}

// Every member that `wanted` names must be in `got` with the same content; `got` may tell more.
void expect_told(const json& got, const json& wanted, const std::string& where) {
  if (wanted.is_object()) {
    ASSERT_TRUE(got.is_object()) << where << " is " << got.dump();
    for (const auto& [name, value] : wanted.items()) {
      ASSERT_TRUE(got.contains(name)) << where << "." << name << " is missing in " << got.dump();
      expect_told(got[name], value, where + "." + name);
    }
    return;
  }
  EXPECT_EQ(got, wanted) << where;
}

const std::set<std::string>& our_methods() {
  static const std::set<std::string> methods{
      "discover_repositories",      "discover_repository_db",
      "discover_server_pool",       "discover_pool_filesystem",
      "storage_plugin_mount",       "storage_plugin_create",
      "storage_plugin_getFileInfo", "storage_plugin_getFileSystemInfo"};
  return methods;
}

struct Sample {
  std::string name;
  std::string path;
  std::string method;
  json wanted;
};

std::vector<Sample> shared_samples() {
  std::vector<Sample> samples;
  const std::filesystem::path folder =
      std::filesystem::path(TRESTLE_SHARED_DIR) / "recordings" / "ovm-3.2.1";
  if (!std::filesystem::exists(folder / "index.json")) return samples;
  const json index = json::parse(testing::file_text((folder / "index.json").string()));
  for (const json& entry : index["recordings"]) {
    const auto method = entry["method"].get<std::string>();
    if (!our_methods().contains(method)) continue;
    const auto file = entry["file"].get<std::string>();
    const json& expect = entry["expect"];
    std::string name = file.substr(0, file.find('.'));
    std::ranges::replace(name, '-', '_');
    samples.push_back(
        {.name = name,
         .path = (folder / file).string(),
         .method = method,
         .wanted = expect.contains("document") ? expect["document"]["facts"] : expect["numbers"]});
  }
  return samples;
}

class SharedRecordingTest : public ::testing::TestWithParam<Sample> {};
// Empty on a machine without the recordings; the cases below run everywhere.
GTEST_ALLOW_UNINSTANTIATED_PARAMETERIZED_TEST(SharedRecordingTest);

TEST_P(SharedRecordingTest, TypedFormSaysWhatTheIndexSays) {
  const Reply reply = testing::stored_reply(GetParam().path);
  const auto typed = typed_reply(GetParam().method, reply.root());
  ASSERT_TRUE(typed.has_value()) << typed.error().message();
  expect_told(to_json(*typed), GetParam().wanted, GetParam().method);
}

INSTANTIATE_TEST_SUITE_P(Recorded, SharedRecordingTest, ::testing::ValuesIn(shared_samples()),
                         [](const auto& each) { return each.param.name; });

struct OwnSample {
  const char* name;
  const char* file;
  const char* method;
  const char* wanted;
};

class OwnRecordingTest : public ::testing::TestWithParam<OwnSample> {};

TEST_P(OwnRecordingTest, TypedFormIsExactlyThis) {
  const Reply reply = testing::synthetic(GetParam().file);
  const auto typed = typed_reply(GetParam().method, reply.root());
  ASSERT_TRUE(typed.has_value()) << typed.error().message();
  EXPECT_EQ(to_json(*typed), json::parse(GetParam().wanted));
}

INSTANTIATE_TEST_SUITE_P(
    Synthetic, OwnRecordingTest,
    ::testing::Values(
        OwnSample{"UnknownRepository", "discover_repositories--unknown", "discover_repositories",
                  R"({"repositories": []})"},
        OwnSample{"NoPool", "discover_server_pool--none", "discover_server_pool",
                  R"({"pool": null})"},
        OwnSample{"NoPoolFilesystem", "discover_pool_filesystem--none", "discover_pool_filesystem",
                  R"({"pool_filesystem": null})"},
        OwnSample{"NoCluster", "discover_cluster--none", "discover_cluster",
                  R"({"o2cb": null, "clusters": [], "heartbeats": [], "nodes": []})"},
        OwnSample{"RepositoryDb", "discover_repository_db--two", "discover_repository_db",
                  R"({"repositories": [
                      {"uuid": "0004fb0000030000aaaaaaaaaaaaaaa1", "fs_location": "filer:/fast",
                       "mount_point": "/OVS/Repositories/0004fb0000030000aaaaaaaaaaaaaaa1",
                       "filesystem_type": "nfs", "version": "3.0", "alias": "fast & small",
                       "manager_uuid": "0004fb00000100000000000000000001", "status": "Mounted"},
                      {"uuid": "0004fb0000030000bbbbbbbbbbbbbbb2",
                       "fs_location": "/dev/mapper/3600", "mount_point": null,
                       "filesystem_type": "ocfs2", "version": null, "alias": null,
                       "manager_uuid": null, "status": "Unmounted"}]})"},
        OwnSample{"LunPoolFilesystem", "discover_pool_filesystem--lun", "discover_pool_filesystem",
                  R"({"pool_filesystem": {"type": "lun", "target": "/dev/mapper/3600",
                      "uuid": "0004fb0000050000e70fbddeb802208f", "nfsbase_uuid": null,
                      "manager_uuid": null, "version": null, "pool_uuid": null}})"},
        OwnSample{"MountWithoutSizes", "storage_plugin_mount--without-sizes",
                  "storage_plugin_mount",
                  R"({"uuid": "b8ca41cb-3469-4f74-a086-dddffe37dc2d",
                      "ss_uuid": "0004fb00000900000c2461c2f62ba43e", "size": null,
                      "free_sz": null, "state": 1, "mount_options": [], "access_grp_names": [],
                      "access_path": "filer:/volumes/primary", "name": "nfs:/volumes/primary",
                      "status": null, "new_in_3_4": true})"},
        OwnSample{"Folder", "storage_plugin_create--folder", "storage_plugin_create",
                  R"({"fr_type": "Directory", "fs_uuid": "b8ca41cb-3469-4f74-a086-dddffe37dc2d",
                      "file_path":
                        "/nfsmnt/b8ca41cb-3469-4f74-a086-dddffe37dc2d/VirtualMachines",
                      "file_sz": 4096, "ondisk_sz": null})"},
        OwnSample{"MountPoints", "storage_plugin_listMountPoints--one",
                  "storage_plugin_listMountPoints",
                  R"([{"status": "mounted", "fs_uuid": "b8ca41cb-3469-4f74-a086-dddffe37dc2d",
                       "mount_point": "/nfsmnt/b8ca41cb-3469-4f74-a086-dddffe37dc2d"}])"}),
    [](const auto& each) { return std::string(each.param.name); });

}  // namespace
}  // namespace trestle::ovm3
