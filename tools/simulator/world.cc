// SPDX-License-Identifier: Apache-2.0
#include "tools/simulator/world.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <memory>
#include <system_error>
#include <utility>

#include "objects/core/ids.h"
#include "tools/simulator/simulator.h"
#include "tools/simulator/vm_cfg.h"
#include "tools/simulator/vm_life.h"
#include "tools/simulator/vm_list.h"

namespace trestle::simulator {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view kSharedDevice = "nfs-1:/export/a";
constexpr std::string_view kGeneratedDevice = "nfs-1:/export/generated";
constexpr std::string_view kGeneratedRepository = "0004fb000003000067656e6572617465";
constexpr std::string_view kFolders[] = {"VirtualDisks", "VirtualMachines", "Templates", "ISOs",
                                         "Assemblies"};

tl::unexpected<Error> wrong(std::string where, std::string_view what) {
  return fail(Code::kInvalidArgument, std::move(where) + ": " + std::string(what));
}

std::string at(std::string_view list, std::size_t i) {
  return std::string(list) + "[" + std::to_string(i) + "]";
}

/// Bytes with colons, from the name: the same host has the same ids in every run.
std::string colon_bytes(std::string_view name, std::string_view purpose, std::size_t count,
                        std::string_view first) {
  std::string hex = derived_uuid(name, purpose);
  std::erase(hex, '-');
  std::string out(first);
  for (std::size_t i = 0; i < count; ++i) {
    if (!out.empty()) out += ':';
    out += hex.substr(i * 2, 2);
  }
  return out;
}

/// The vendor's MAC addresses start with 00:21:f6.
std::string mac(std::string_view host, std::string_view interface) {
  return colon_bytes(host, interface, 3, "00:21:f6");
}

Network default_network(const Host& host) {
  Network network;
  for (const char* name : {"eth0", "eth1", "eth2", "eth3"}) {
    Nic nic;
    nic.name = name;
    nic.mac = mac(host.name, name);
    network.nics.push_back(std::move(nic));
  }
  for (std::size_t i = 0; i < 2; ++i) {
    const std::string number = std::to_string(i);
    Bond bond;
    bond.name = "bond" + number;
    bond.slaves = {network.nics[i * 2].name, network.nics[i * 2 + 1].name};
    if (i == 0) {
      bond.metadata =
          "ethernet:7f000000{127.0.0.0}:MANAGEMENT,CLUSTER_HEARTBEAT,LIVE_MIGRATE,"
          "VIRTUAL_MACHINE,STORAGE";
    }
    network.bonds.push_back(std::move(bond));
    Bridge bridge;
    bridge.name = "xenbr" + number;
    bridge.mac = network.nics[i * 2].mac;
    bridge.ports = {network.bonds[i].name};
    if (i == 0) {
      bridge.ip = {.address = host.address, .netmask = "255.0.0.0"};
      bridge.boot_proto = "static";
    }
    network.bridges.push_back(std::move(bridge));
  }
  return network;
}

void complete(Host& host, const World& world, Instant now) {
  if (host.address.empty()) host.address = "127.0.0.1";
  if (host.password.empty()) host.password = world.password;
  if (host.unique_id.empty()) host.unique_id = colon_bytes(host.name, "system", 16, "");
  const Network& network = host.network;
  if (network.nics.empty() && network.bonds.empty() && network.bridges.empty()) {
    host.network = default_network(host);
  }
  if (host.power == Power::kOn) host.booted = now;
}

class Scene {
 public:
  Scene(Estate& estate, const World& world) : estate_(estate), world_(world) {}

  Result<void> set() {
    estate_.durations = world_.durations;
    TRESTLE_RETURN_IF_ERROR(add_exports());
    TRESTLE_RETURN_IF_ERROR(add_hosts());
    for (std::size_t i = 0; i < world_.repositories.size(); ++i) {
      TRESTLE_RETURN_IF_ERROR(add_repository(world_.repositories[i], at("repositories", i)));
    }
    for (std::size_t i = 0; i < world_.vms.size(); ++i) {
      TRESTLE_RETURN_IF_ERROR(add_vm(world_.vms[i], at("vms", i)));
    }
    estate_.touch();
    return add_generated_vms();
  }

 private:
  Result<void> add_exports() {
    for (std::size_t i = 0; i < world_.exports.size(); ++i) {
      const Export& wanted = world_.exports[i];
      const auto same = std::ranges::find(estate_.exports, wanted.device,
                                          [](const auto& present) { return present->device; });
      if (same != estate_.exports.end()) {
        return wrong(at("exports", i) + ".device", wanted.device + " stands twice");
      }
      Export& made = estate_.add_export(wanted.device, wanted.directory);
      made.size_bytes = wanted.size_bytes;
      made.lock_service = wanted.lock_service;
    }
    return {};
  }

  Result<void> add_hosts() {
    const Generate& generate = world_.generate;
    const auto first = parse_ipv4(generate.first_address);
    if (!first) return wrong("generate.first_address", "an IPv4 address is expected");
    if (generate.hosts > kMostHosts) {
      return wrong("generate.hosts", "at most " + std::to_string(kMostHosts));
    }
    if (!generate.own_addresses && generate.port != 0 && generate.port + generate.hosts > 65'536U) {
      return wrong("generate.port", "the ports of all hosts do not fit below 65536");
    }
    estate_.hosts.reserve(generate.hosts + world_.hosts.size());
    for (std::uint32_t i = 0; i < generate.hosts; ++i) {
      auto host = std::make_unique<Host>();
      host->name = "ovm-" + std::to_string(i + 1);
      host->address = ipv4_text(*first + (generate.own_addresses ? i : 0));
      const std::uint32_t step = generate.own_addresses || generate.port == 0 ? 0 : i;
      host->port = static_cast<std::uint16_t>(generate.port + step);
      host->release = generate.release;
      host->ownership.manager_uuid = generate.manager_uuid;
      complete(*host, world_, estate_.now());
      estate_.hosts.push_back(std::move(host));
    }
    for (std::size_t i = 0; i < world_.hosts.size(); ++i) {
      TRESTLE_RETURN_IF_ERROR(add_host(world_.hosts[i], at("hosts", i)));
    }
    return {};
  }

  Result<void> add_host(const Host& described, const std::string& where) {
    if (!trestle::detail::is_plain_name(described.name)) {
      return wrong(where + ".name", "a plain name is expected");
    }
    if (estate_.find_host(described.name) != nullptr) {
      return wrong(where + ".name", described.name + " stands twice");
    }
    if (!described.address.empty() && !parse_ipv4(described.address)) {
      return wrong(where + ".address", "an IPv4 address is expected");
    }
    for (const std::string* version : {&described.tls.least, &described.tls.most}) {
      constexpr std::array<std::string_view, 4> kVersions{"1.0", "1.1", "1.2", "1.3"};
      if (std::ranges::find(kVersions, *version) == kVersions.end()) {
        return wrong(where + ".tls", "'" + *version + "' is none of 1.0, 1.1, 1.2, 1.3");
      }
    }
    auto host = std::make_unique<Host>(described);
    complete(*host, world_, estate_.now());
    estate_.hosts.push_back(std::move(host));
    return {};
  }

  /// Folders and record of a repository; gives its directory.
  Result<fs::path> make_repository(const WorldRepository& described, const std::string& where) {
    if (!trestle::detail::is_plain_name(described.id))
      return wrong(where + ".id", "a plain name is expected");
    if (estate_.find_export(described.device) == nullptr) estate_.add_export(described.device);
    const auto directory = estate_.device_directory(described.device);
    if (!directory) return wrong(where + ".device", directory.error().text);
    for (const std::string_view folder : kFolders) fs::create_directories(*directory / folder);
    const std::string record =
        "OVS_REPO_UUID=" + described.id + "\nOVS_REPO_ALIAS=" + described.alias +
        "\nOVS_REPO_MGR_UUID=" + described.manager_uuid + "\nOVS_REPO_VERSION=3.0\n";
    if (const auto fault = write_file(*directory / ".ovsrepo", record, ".ovsrepo")) {
      return wrong(where, fault->text);
    }
    return *directory;
  }

  void mount(Host& host, const WorldRepository& described) {
    const std::string mount_point = "/OVS/Repositories/" + described.id;
    host.repositories.push_back({.uuid = described.id,
                                 .fs_location = described.device,
                                 .mount_point = mount_point,
                                 .alias = described.alias,
                                 .manager_uuid = described.manager_uuid});
    if (host.power != Power::kOn) return;
    host.mounts.push_back(
        {.dir = mount_point, .device = described.device, .type = "nfs", .options = {}});
  }

  Result<void> add_repository(const WorldRepository& described, const std::string& where) {
    TRESTLE_ASSIGN_OR_RETURN(const fs::path directory, make_repository(described, where));
    for (std::size_t i = 0; i < described.hosts.size(); ++i) {
      Host* host = estate_.find_host(described.hosts[i]);
      if (host == nullptr) return wrong(where + "." + at("hosts", i), "there is no such host");
      mount(*host, described);
    }
    if (described.hosts.empty()) {
      for (const auto& host : estate_.hosts) mount(*host, described);
    }
    for (std::size_t i = 0; i < described.files.size(); ++i) {
      TRESTLE_RETURN_IF_ERROR(
          add_file(directory, described.files[i], where + "." + at("files", i)));
    }
    return {};
  }

  static Result<void> add_file(const fs::path& directory, const WorldFile& file,
                               const std::string& where) {
    const fs::path relative(file.path);
    const bool leaves = std::ranges::any_of(relative, [](const fs::path& p) { return p == ".."; });
    if (relative.empty() || relative.is_absolute() || leaves) {
      return wrong(where + ".path", "a path inside the repository is expected");
    }
    const fs::path path = directory / relative;
    std::error_code error;
    fs::create_directories(path.parent_path(), error);
    if (const auto fault = write_file(path, file.text, file.path)) return wrong(where, fault->text);
    if (file.size_bytes > file.text.size()) fs::resize_file(path, file.size_bytes, error);
    if (error) return wrong(where + ".size_bytes", error.message());
    return {};
  }

  Result<void> add_vm(const WorldVm& described, const std::string& where) {
    if (!trestle::detail::is_plain_name(described.id))
      return wrong(where + ".id", "a plain name is expected");
    const auto repository =
        std::ranges::find(world_.repositories, described.repository, &WorldRepository::id);
    if (repository == world_.repositories.end()) {
      return wrong(where + ".repository", "there is no repository " + described.repository);
    }
    Struct config{{"name", described.id},
                  {"uuid", derived_uuid(described.id, "uuid")},
                  {"memory", 512},
                  {"vcpus", 1}};
    merge_config(config, described.config);
    if (const auto fault = check_config(config)) return wrong(where + ".config", fault->text);
    const auto directory = estate_.device_directory(repository->device);
    if (!directory) return wrong(where, directory.error().text);
    TRESTLE_RETURN_IF_ERROR(store(*directory, described.id, config, where));
    if (described.guest) estate_.guests[described.id] = *described.guest;
    if (described.state == VmState::kStopped) return {};
    Host* host = estate_.find_host(described.host);
    if (host == nullptr) return wrong(where + ".host", "a VM that runs needs a host of this world");
    run(*host, described, config);
    return {};
  }

  static Result<void> store(const fs::path& directory, const std::string& id, const Struct& config,
                            const std::string& where) {
    const fs::path folder = directory / "VirtualMachines" / id;
    std::error_code error;
    fs::create_directories(folder, error);
    if (error) return wrong(where, folder.string() + ": " + error.message());
    std::ofstream out(folder / "vm.cfg", std::ios::binary);
    out << write_vm_cfg(config);
    if (!out.flush()) return wrong(where, folder.string() + "/vm.cfg cannot be written");
    return {};
  }

  void run(Host& host, const WorldVm& described, const Struct& config) {
    Domain domain = domain_from_config(config);
    domain.vm_id = described.id;
    domain.repository = described.repository;
    domain.started = estate_.now();
    if (described.guest) domain.guest = *described.guest;
    domain.state = described.state == VmState::kPaused    ? DomainState::kPaused
                   : described.state == VmState::kCrashed ? DomainState::kCrashed
                                                          : DomainState::kBlocked;
    place(estate_, host, std::move(domain));
  }

  Result<void> add_generated_vms() {
    const std::uint32_t count = world_.generate.vms_per_host;
    if (count == 0) return {};
    if (count > kMostVmsPerHost) {
      return wrong("generate.vms_per_host", "at most " + std::to_string(kMostVmsPerHost));
    }
    const WorldRepository repository{.id = std::string(kGeneratedRepository),
                                     .alias = "generated",
                                     .device = std::string(kGeneratedDevice),
                                     .manager_uuid = world_.generate.manager_uuid,
                                     .hosts = {},
                                     .files = {}};
    TRESTLE_RETURN_IF_ERROR(add_repository(repository, "generate"));
    const auto directory = estate_.device_directory(repository.device);
    if (!directory) return wrong("generate", directory.error().text);
    for (std::uint32_t h = 0; h < world_.generate.hosts; ++h) {
      for (std::uint32_t i = 0; i < count; ++i) {
        TRESTLE_RETURN_IF_ERROR(add_generated_vm(*directory, *estate_.hosts[h], h * count + i));
      }
    }
    return {};
  }

  Result<void> add_generated_vm(const fs::path& directory, Host& host, std::uint32_t number) {
    std::array<char, 40> id{};
    std::snprintf(id.data(), id.size(), "0004fb0000060000%016x", number);
    const std::string name(id.data());
    const std::string disk = "VirtualDisks/" + name + ".img";
    const Struct config{{"name", name},
                        {"uuid", derived_uuid(name, "uuid")},
                        {"OVM_simple_name", "generated-" + std::to_string(number)},
                        {"OVM_domain_type", "xen_pvm"},
                        {"bootloader", "/usr/bin/pygrub"},
                        {"memory", 512},
                        {"maxmem", 512},
                        {"vcpus", 1},
                        {"cpu_weight", 27500},
                        {"disk", Array{"file:/OVS/Repositories/" +
                                       std::string(kGeneratedRepository) + "/" + disk + ",xvda,w"}},
                        {"vif", Array{"mac=" + mac(name, "vif") + ",bridge=xenbr0"}},
                        {"vfb", Array{"type=vnc,vncunused=1,vnclisten=127.0.0.1,keymap=en-us"}}};
    TRESTLE_RETURN_IF_ERROR(store(directory, name, config, "generate"));
    constexpr std::uint64_t kDiskBytes = std::uint64_t{10} << 30U;
    std::ofstream(directory / disk, std::ios::binary).flush();
    std::error_code error;
    fs::resize_file(directory / disk, kDiskBytes, error);
    if (error) return wrong("generate", disk + ": " + error.message());
    run(host,
        {.id = name,
         .repository = std::string(kGeneratedRepository),
         .host = {},
         .state = VmState::kRunning,
         .config = {},
         .guest = {}},
        config);
    return {};
  }

  Estate& estate_;
  const World& world_;
};

}  // namespace

std::optional<std::uint32_t> parse_ipv4(std::string_view text) {
  std::uint32_t address = 0;
  for (int part = 0; part < 4; ++part) {
    std::uint32_t number = 256;
    const auto read = std::from_chars(text.data(), text.data() + text.size(), number);
    if (read.ec != std::errc() || number > 255) return std::nullopt;
    address = (address << 8U) | number;
    text.remove_prefix(static_cast<std::size_t>(read.ptr - text.data()));
    if (part < 3 && (text.empty() || text.front() != '.')) return std::nullopt;
    if (part < 3) text.remove_prefix(1);
  }
  return text.empty() ? std::optional(address) : std::nullopt;
}

std::string ipv4_text(std::uint32_t address) {
  return std::to_string(address >> 24U) + "." + std::to_string((address >> 16U) & 255U) + "." +
         std::to_string((address >> 8U) & 255U) + "." + std::to_string(address & 255U);
}

World default_world(std::uint32_t hosts, Release release) {
  World world;
  world.exports.push_back({.device = std::string(kSharedDevice), .directory = {}});
  world.generate.hosts = hosts;
  world.generate.release = release;
  return world;
}

Result<void> set_scene(Simulator& simulator, const World& world) {
  simulator.with_rules([&](RuleBook& rules) {
    rules = RuleBook(world.seed);
    for (const Rule& rule : world.faults) rules.set(rule);
  });
  return simulator.with_estate([&](Estate& estate) -> Result<void> {
    try {
      return Scene(estate, world).set();
    } catch (const fs::filesystem_error& error) {
      return fail(Code::kFailedPrecondition,
                  "the scene cannot be set in " + estate.root().string() + ": " + error.what());
    }
  });
}

}  // namespace trestle::simulator
