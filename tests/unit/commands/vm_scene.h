// SPDX-License-Identifier: Apache-2.0
#ifndef TRESTLE_TESTS_UNIT_COMMANDS_VM_SCENE_H_
#define TRESTLE_TESTS_UNIT_COMMANDS_VM_SCENE_H_

#include <cstdint>
#include <filesystem>
#include <fstream>
#include <map>
#include <optional>
#include <sstream>
#include <string>
#include <string_view>
#include <vector>

#include "helpers/ovm3/name_uuid.h"
#include "integration/schema/generated/machine.h"
#include "objects/ovm3/vm_config.h"
#include "tests/unit/commands/resource_scene.h"

namespace trestle::ovm3 {

/// Hosts that see one repository, as CloudStack's primary storage, with disks for some VMs.
class VmScene : public ResourceScene {
 public:
  static constexpr std::string_view kPool = "f12842eb-f5ed-3fe7-8da1-eb0e17f5ede8";
  static constexpr std::string_view kRepository = "f12842ebf5ed3fe78da1eb0e17f5ede8";
  static constexpr std::string_view kDevice = "nfs-1:/export/a";
  using Settings = std::map<std::string, std::string, std::less<>>;

  explicit VmScene(std::uint32_t hosts = 1, simulator::Release release = simulator::Release::k331)
      : ResourceScene(hosts, release) {
    flow.sim.with_estate([](simulator::Estate& estate) {
      for (const char* folder :
           {"VirtualDisks", "VirtualMachines", "Templates", "ISOs", "Assemblies"}) {
        std::filesystem::create_directories(estate.find_export(kDevice)->directory / folder);
      }
      for (const auto& host : estate.hosts) mount(*host);
    });
    for (std::uint32_t host = 1; host <= hosts; ++host) set(host, {});
    add_disk("root-7.raw");
    add_disk("data-7.raw");
  }

  /// The usual settings of a host, and these.
  void set(std::size_t host, Settings settings) {
    settings.emplace("ip", flow::FlowScene::address(host));
    settings.emplace("stop.patience", "20");
    settings.emplace("systemvm.patience", "30");
    configure(host, std::move(settings));
  }

  static void mount(simulator::Host& host) {
    const std::string id(kRepository);
    const std::string dir = "/OVS/Repositories/" + id;
    host.repositories.push_back({.uuid = id,
                                 .fs_location = std::string(kDevice),
                                 .mount_point = dir,
                                 .alias = "primary",
                                 .manager_uuid = ""});
    host.ownership.manager_uuid = "0004fb00000100001234567890abcdef";
    host.mounts.push_back(
        {.dir = dir, .device = std::string(kDevice), .type = "nfs", .options = {}});
  }

  std::filesystem::path directory() {
    return flow.sim.with_estate(
        [](simulator::Estate& estate) { return estate.find_export(kDevice)->directory; });
  }
  void add_disk(const std::string& file, std::uint64_t bytes = 1U << 20U) {
    const auto path = directory() / "VirtualDisks" / file;
    std::ofstream(path).put('\0');
    std::filesystem::resize_file(path, bytes);
  }
  [[nodiscard]] bool has_disk(const std::string& file) {
    return std::filesystem::exists(directory() / "VirtualDisks" / file);
  }

  /// The vm.cfg of a VM as it lies in the repository; absent if there is none.
  std::optional<VmConfig> stored(const std::string& name) {
    const auto path = directory() / "VirtualMachines" / name_uuid(name) / "vm.cfg";
    std::ifstream file(path);
    if (!file) return std::nullopt;
    std::stringstream text;
    text << file.rdbuf();
    auto config = parse_vm_config(text.str());
    if (!config) {
      ADD_FAILURE() << config.error().message();
      return std::nullopt;
    }
    return *config;
  }

  /// The domain of that name on a host as the simulator has it; absent if none runs.
  std::optional<simulator::Domain> domain(const std::string& name, std::size_t host = 1) {
    return flow.sim.with_estate([&](simulator::Estate& estate) -> std::optional<simulator::Domain> {
      for (const simulator::Domain& one : estate.hosts.at(host - 1)->domains) {
        if (one.name == name) return one;
      }
      return std::nullopt;
    });
  }
  /// Changes a domain behind everybody's back.
  template <class F>
  void change(const std::string& name, F change, std::size_t host = 1) {
    flow.sim.with_estate([&](simulator::Estate& estate) {
      simulator::Domain* one = estate.hosts.at(host - 1)->find_domain(name);
      ASSERT_NE(one, nullptr) << name;
      change(*one);
    });
  }
  bool has_bridge(const std::string& name, std::size_t host = 1) {
    return flow.sim.with_estate([&](simulator::Estate& estate) {
      for (const simulator::Bridge& bridge : estate.hosts.at(host - 1)->network.bridges) {
        if (bridge.name == name) return true;
      }
      return false;
    });
  }
  std::string add_rule(simulator::Rule rule) {
    return flow.sim.with_rules([&](simulator::RuleBook& rules) { return rules.set(rule); });
  }
  void clear_rules() {
    flow.sim.with_rules([](simulator::RuleBook& rules) { rules.clear(""); });
  }
  void clock_forward(std::chrono::nanoseconds step) { flow.clock.advance(step); }
  /// How often an agent was asked for this since the scene began.
  [[nodiscard]] int calls(std::string_view method) const {
    int count = 0;
    for (const flow::Sent& one : flow.sent) count += one.method == method ? 1 : 0;
    return count;
  }

  // What an orchestrator sends.
  static schema::DiskTO disk(const std::string& file, std::int64_t seat, schema::VolumeType type) {
    return {
        .data = schema::VolumeObjectTO{.uuid = file.substr(0, file.find('.')),
                                       .volumeType = type,
                                       .dataStore =
                                           schema::PrimaryDataStoreTO{.uuid = std::string(kPool)},
                                       .name = file,
                                       .path = file},
        .diskSeq = seat,
        .path = file,
        .type = type};
  }
  static schema::NicTO nic(std::int32_t device, const std::string& mac, const std::string& uri,
                           schema::NetworksTrafficType type = schema::NetworksTrafficType::Guest) {
    return {.deviceId = device, .mac = mac, .type = type, .broadcastUri = uri};
  }
  /// An emulated VM of CentOS with a root disk and a NIC in VLAN 160.
  static schema::VirtualMachineTO user_vm(const std::string& name = "i-2-7-VM") {
    return {.id = 7,
            .name = name,
            .type = schema::VirtualMachineType::User,
            .cpus = 2,
            .minRam = std::int64_t{512} << 20U,
            .maxRam = std::int64_t{1024} << 20U,
            .os = "CentOS 6.5 (64-bit)",
            .vncPassword = Secret("Zx8qLw3r5Tn2Vb7Y"),
            .uuid = "5c1f0c5b-7a4e-4f6e-9f0b-5a4f5d1d8a01",
            .disks = {{disk("root-7.raw", 0, schema::VolumeType::ROOT)}},
            .nics = {{nic(0, "02:00:4d:5e:00:01", "vlan://160")}}};
  }

  schema::StartAnswer start_vm(const schema::VirtualMachineTO& vm = user_vm(),
                               std::size_t host = 1) {
    return run<schema::StartAnswer>(schema::StartCommand{.vm = vm}, host);
  }
  schema::StopAnswer stop_vm(const std::string& name = "i-2-7-VM", std::size_t host = 1) {
    return run<schema::StopAnswer>(schema::StopCommand{.vmName = name}, host);
  }
};

}  // namespace trestle::ovm3

#endif  // TRESTLE_TESTS_UNIT_COMMANDS_VM_SCENE_H_
