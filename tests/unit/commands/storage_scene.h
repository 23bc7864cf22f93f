// SPDX-License-Identifier: Apache-2.0
#ifndef TRESTLE_TESTS_UNIT_COMMANDS_STORAGE_SCENE_H_
#define TRESTLE_TESTS_UNIT_COMMANDS_STORAGE_SCENE_H_

#include <cstdint>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "helpers/ovm3/name_uuid.h"
#include "integration/schema/generated/pools.h"
#include "integration/schema/generated/storage.h"
#include "integration/schema/generated/volumes.h"
#include "objects/ovm3/vm.h"
#include "tests/unit/commands/resource_scene.h"
#include "tools/simulator/model.h"

namespace trestle::ovm3 {

/// Hosts of one owner with two primary pools' exports and two secondary ones, as files of this
/// machine, so that contents are compared byte for byte.
class StorageScene : public ResourceScene {
 public:
  static constexpr std::string_view kManager = "0004fb00000100001234567890abcdef";
  static constexpr std::string_view kPool = "f12842eb-f5ed-3fe7-8da1-eb0e17f5ede8";
  static constexpr std::string_view kRepository = "f12842ebf5ed3fe78da1eb0e17f5ede8";
  static constexpr std::string_view kOtherPool = "b8ae2a1c-5dbb-3c51-a4ff-22f9f0c5a0a9";
  static constexpr std::string_view kServer = "192.168.1.61";
  static constexpr std::string_view kPath = "/volumes/cs/primary";
  static constexpr std::string_view kOtherPath = "/volumes/cs/second";
  static constexpr std::string_view kSecondary = "nfs://192.168.1.61/volumes/cs/secondary";
  static constexpr std::string_view kOtherSecondary = "nfs://10.20.30.41:/export/sec";

  explicit StorageScene(std::uint32_t hosts = 1,
                        simulator::Release release = simulator::Release::k331)
      : ResourceScene(hosts, release) {
    flow.sim.with_estate([](simulator::Estate& estate) {
      for (const char* device :
           {"192.168.1.61:/volumes/cs/primary", "192.168.1.61:/volumes/cs/second",
            "192.168.1.61:/volumes/cs/secondary", "10.20.30.41:/export/sec"}) {
        estate.add_export(device, {});
      }
    });
    for (std::uint32_t host = 1; host <= hosts; ++host) {
      configure(host, {{"manager.uuid", std::string(kManager)}});
    }
  }

  static schema::StorageFilerTO filer(std::string_view uuid = kPool,
                                      std::string_view path = kPath) {
    return {.id = 1,
            .uuid = std::string(uuid),
            .host = std::string(kServer),
            .path = std::string(path),
            .port = 2049,
            .type = schema::StoragePoolType::NetworkFilesystem};
  }
  static schema::ModifyStoragePoolCommand add_pool(std::string_view uuid = kPool,
                                                   std::string_view path = kPath) {
    return {.add = true, .pool = filer(uuid, path)};
  }
  /// Both pools on every host.
  void add_pools() {
    for (std::size_t host = 1; host <= flow.hosts(); ++host) {
      expect_done(run<schema::ModifyStoragePoolAnswer>(add_pool(), host));
      expect_done(run<schema::ModifyStoragePoolAnswer>(add_pool(kOtherPool, kOtherPath), host));
    }
  }

  static schema::DataStoreTO primary(std::string_view uuid = kPool) {
    return schema::PrimaryDataStoreTO{.uuid = std::string(uuid),
                                      .poolType = schema::StoragePoolType::NetworkFilesystem};
  }
  static schema::DataStoreTO secondary(std::string_view url = kSecondary) {
    return schema::NfsTO{._url = std::string(url), ._role = schema::DataStoreRole::Image};
  }

  /// The real file behind a device and a path below it.
  std::filesystem::path real(std::string_view device, std::string_view path) {
    return flow.sim.with_estate(
        [&](simulator::Estate& estate) { return *estate.device_directory(device) / path; });
  }
  std::filesystem::path on_primary(std::string_view path) {
    return real("192.168.1.61:/volumes/cs/primary", path);
  }
  std::filesystem::path on_second(std::string_view path) {
    return real("192.168.1.61:/volumes/cs/second", path);
  }
  std::filesystem::path on_secondary(std::string_view path) {
    return real("192.168.1.61:/volumes/cs/secondary", path);
  }
  std::filesystem::path on_other_secondary(std::string_view path) {
    return real("10.20.30.41:/export/sec", path);
  }
  static void write(const std::filesystem::path& file, std::string_view text) {
    std::filesystem::create_directories(file.parent_path());
    std::ofstream(file, std::ios::binary) << text;
  }
  static std::string read(const std::filesystem::path& file) {
    std::ifstream in(file, std::ios::binary);
    return {std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
  }
  static bool exists(const std::filesystem::path& file) { return std::filesystem::exists(file); }

  simulator::Host& host(simulator::Estate& estate, std::size_t number = 1) {
    return *estate.hosts.at(number - 1);
  }
  /// Where something is mounted on a host.
  std::vector<std::string> mounts(std::size_t number = 1) {
    return flow.sim.with_estate([&](simulator::Estate& estate) {
      std::vector<std::string> dirs;
      for (const simulator::Mount& one : host(estate, number).mounts) dirs.push_back(one.dir);
      return dirs;
    });
  }
  /// Devices that are mounted below /nfsmnt.
  std::size_t plugin_mounts_of(std::string_view device, std::size_t number = 1) {
    return flow.sim.with_estate([&](simulator::Estate& estate) {
      std::size_t count = 0;
      for (const simulator::Mount& one : host(estate, number).mounts) {
        count += one.device == device && one.dir.starts_with("/nfsmnt/") ? 1U : 0U;
      }
      return count;
    });
  }
  std::vector<simulator::RepositoryRecord> records(std::size_t number = 1) {
    return flow.sim.with_estate(
        [&](simulator::Estate& estate) { return host(estate, number).repositories; });
  }
  /// Lets the nth call of a service fail with the agent's words; nth 0 is every one.
  void fault(std::string_view service, std::string_view text, std::uint64_t nth = 0,
             std::uint64_t times = 0) {
    flow.sim.with_rules([&](simulator::RuleBook& rules) {
      return rules.set({.id = {},
                        .service = std::string(service),
                        .nth = nth,
                        .times = times,
                        .fault_class = "exceptions.OSError",
                        .fault_text = std::string(text)});
    });
  }
  void no_faults() {
    flow.sim.with_rules([](simulator::RuleBook& rules) { return rules.clear(""); });
  }
  [[nodiscard]] std::size_t calls(std::string_view service) const {
    std::size_t count = 0;
    for (const std::string& seen : flow.seen()) count += seen == service ? 1U : 0U;
    return count;
  }

  /// Writes a vm.cfg that has the disk (a path on the host), through the agent.
  void make_vm(const std::string& name, const std::string& disk, std::size_t number = 1,
               bool start = false, const std::string& type = "xen_pvm",
               const std::string& description = "") {
    const Vm vm(flow.agent(number), *RepositoryId::from_name(kRepository), vm_id_of_name(name));
    const Struct config{{"name", name},
                        {"uuid", name_uuid(name)},
                        {"memory", 256},
                        {"vcpus", 1},
                        {"OVM_domain_type", type},
                        {"OVM_description", description},
                        {"disk", Array{"file:" + disk + ",xvda,w"}}};
    const auto made = vm.create(flow.ctx(), VmConfig(config));
    if (!made) ADD_FAILURE() << made.error().message();
    if (!start) return;
    const auto started = vm.start(flow.ctx());
    if (!started) ADD_FAILURE() << started.error().message();
  }
  /// The disks of a stored VM, as texts.
  std::vector<std::string> stored_disks(const std::string& name, std::size_t number = 1) {
    const auto config =
        Vm(flow.agent(number), *RepositoryId::from_name(kRepository), vm_id_of_name(name))
            .config(flow.ctx());
    if (!config) ADD_FAILURE() << config.error().message();
    return config ? config->list("disk") : std::vector<std::string>();
  }
  /// Those of a running one, as "device mode path".
  std::vector<std::string> live_disks(const std::string& name, std::size_t number = 1) {
    const auto live =
        Vm(flow.agent(number), *RepositoryId::from_name(kRepository), vm_id_of_name(name))
            .live(flow.ctx());
    std::vector<std::string> disks;
    if (!live) return disks;
    for (const Vbd& disk : live->vbds) {
      disks.push_back(disk.dev + " " + disk.mode + " " + std::string(disk.path()));
    }
    return disks;
  }
  static std::string disk_path(std::string_view file, std::string_view repository = kRepository) {
    return "/OVS/Repositories/" + std::string(repository) + "/VirtualDisks/" + std::string(file);
  }
};

}  // namespace trestle::ovm3

#endif  // TRESTLE_TESTS_UNIT_COMMANDS_STORAGE_SCENE_H_
